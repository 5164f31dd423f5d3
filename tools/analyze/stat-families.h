/* SPDX-License-Identifier: GPL-2.0-only */
/* The states of the families of figures. */
#ifndef HF_STAT_FAMILIES_H
#define HF_STAT_FAMILIES_H

#include "blockmap.h"
#include "statistic.h"

/**
 * struct stat_mix - operations and sizes; stat-mix.c
 * @requests: all
 * @ops: by operation
 * @bytes: by operation
 * @fua: writes with FUA
 * @preflush: writes with PREFLUSH
 * @sync: requests that somebody waited for
 * @meta: metadata
 * @rahead: read ahead
 * @read_size: bytes of reads
 * @write_size: bytes of writes and appends
 */
struct stat_mix {
	uint64_t requests;
	uint64_t ops[HFR_OP_NR];
	uint64_t bytes[HFR_OP_NR];
	uint64_t fua, preflush, sync, meta, rahead;
	struct loghist read_size, write_size;
};

/* Lengths of intervals in which requests are counted. */
enum { PEAK_SECOND, PEAK_MINUTE, PEAK_TEN_MINUTES, PEAKS };
/* Intervals of 1 ms and longer ones, each twice as long as the one before. */
#define ARRIVAL_LEVELS	24
#define ARRIVAL_BASE_NS	1000000ULL

/**
 * struct arrival_peak - requests in intervals of one length
 * @end_ns: where the current one ends; they begin at multiples of the length
 * @now: requests in it
 * @most: requests in the fullest
 * @active: intervals with at least one
 */
struct arrival_peak {
	uint64_t end_ns, now, most, active;
};

/**
 * struct arrival_level - the same, for the variance
 * @index: of the current one
 * @now: requests in it
 * @squares: sum of the squares of all that are over
 */
struct arrival_level {
	uint64_t index, now;
	double squares;
};

/**
 * struct stat_arrival - when requests come; stat-arrival.c
 * @requests: all
 * @last_ns: issue of the latest
 * @gap: from one issue to the next
 * @first_gap: the first of them
 * @gap_squares: sum of the squares of their differences from that
 * @peak: requests in intervals
 * @level: the same for the variance
 */
struct stat_arrival {
	uint64_t requests, last_ns;
	struct loghist gap;
	uint64_t first_gap;
	double gap_squares;
	struct arrival_peak peak[PEAKS];
	struct arrival_level level[ARRIVAL_LEVELS];
};

/**
 * struct stat_service - requests in flight and their latencies; stat-service.c
 * @requests: all
 * @completed: those whose completion is known
 * @end_ns: the latest completion
 * @busy_ns: time with at least one in flight
 * @read_latency: of reads
 * @write_latency: of writes and appends
 * @other_latency: of all others
 * @in_flight: requests of the same target in flight at an issue
 * @idle: time from the last completion to the next issue, with none in flight;
 *	empty unless all completions are known
 */
struct stat_service {
	uint64_t requests, completed;
	uint64_t end_ns, busy_ns;
	struct loghist read_latency, write_latency, other_latency;
	struct loghist in_flight, idle;
};

/* Requests that the randomness ratio looks back. */
#define PLACE_WINDOW	32
/* Bytes that lie nearer than this are not random. */
#define PLACE_NEAR	(128U << 10)

/**
 * struct stat_place - where requests go, one after the other; stat-place.c
 * @requests: those that move data
 * @bytes: of them
 * @end: behind the latest
 * @run: requests of the current sequence
 * @sequential: those that start where the one before ended
 * @sequential_bytes: of them
 * @forward: those that start behind the end of the one before
 * @judged: those with at least one before
 * @random: those far from all of the window
 * @jump: distance from the end of the one before to the start, where not 0
 * @length: requests of the sequences that are over
 * @window: starts of the latest, a ring by @requests
 */
struct stat_place {
	uint64_t requests, bytes;
	uint64_t end, run;
	uint64_t sequential, sequential_bytes;
	uint64_t forward;
	uint64_t judged, random;
	struct loghist jump, length;
	uint64_t window[PLACE_WINDOW];
};

/* Windows of the mean working set. */
enum { WINDOW_SECOND, WINDOW_MINUTE, WINDOW_HOUR, WINDOWS };

/**
 * struct stat_reuse - blocks that are touched again; stat-reuse.c
 * @reads: blocks that requests read, all of them counted
 * @writes: blocks that requests wrote
 * @counted: accesses in the sample, each times what it stands for
 * @rar: time from a read of a block to the next access, a read
 * @raw: from a write to the next access, a read
 * @war: from a read to the next access, a write
 * @waw: from a write to the next access, a write
 * @update: from a write to the next write, whatever is between
 * @resident: for each window the sum of the times for which an access keeps
 *	its block in the working set, ns
 */
struct stat_reuse {
	uint64_t reads, writes, counted;
	struct loghist rar, raw, war, waw, update;
	double resident[WINDOWS];
};

/* Blocks with fewer accesses are counted by their number of accesses. */
#define BLOCKS_FEW	5

/**
 * struct stat_blocks - the blocks at the end of the trace; stat-blocks.c
 * @blocks: that were touched: the working set
 * @read: read at least once
 * @written: written at least once
 * @updated: written at least twice
 * @read_only: never written
 * @write_only: never read
 * @read_mostly: more than 95 % of their accesses are reads
 * @write_mostly: more than 95 % of them are writes
 * @reads: accesses that read
 * @writes: accesses that write
 * @mostly_reads: reads of blocks that are read mostly
 * @mostly_writes: writes of blocks that are written mostly
 * @few: blocks with as many accesses
 * @accesses: both
 * @most: accesses of the block that has most of them
 * @top_percent: accesses to the 1 % of the blocks that have most of them
 * @top_tenth: accesses to the 10 %
 * @zipf: minus the slope of log(accesses) over log(rank); NaN for less than
 *	two ranks
 * @error: standard error of @blocks as a share of it, 0 without sampling
 */
struct stat_blocks {
	uint64_t blocks, read, written, updated;
	uint64_t read_only, write_only, read_mostly, write_mostly;
	uint64_t reads, writes, mostly_reads, mostly_writes;
	uint64_t few[BLOCKS_FEW];
	uint64_t accesses, most;
	uint64_t top_percent, top_tenth;
	double zipf, error;
};

extern const struct statistic stat_mix_figures[], stat_arrival_figures[],
	stat_service_figures[], stat_place_figures[], stat_reuse_figures[],
	stat_blocks_figures[];

void stat_mix_add(void *state, const struct hfr_trace_rec *rec);
void stat_arrival_add(void *state, const struct hfr_trace_rec *rec);
void stat_service_add(void *state, const struct hfr_trace_rec *rec);
void stat_place_add(void *state, const struct hfr_trace_rec *rec);

/**
 * stat_reuse_access - counts an access of a block in the sample
 * @r: the state
 * @cell: of the block, before this access is counted in it
 * @tick: time of the access
 * @tick_shift: a tick is 2^tick_shift ns
 * @write: it is a write
 * @weight: blocks that this one stands for
 */
void stat_reuse_access(struct stat_reuse *r, struct block_cell *cell,
		       uint64_t tick, unsigned int tick_shift, bool write,
		       uint64_t weight);

/** stat_reuse_end - counts how long a block stays until the end of the trace */
void stat_reuse_end(struct stat_reuse *r, const struct block_cell *cell,
		    uint64_t end_ns, unsigned int tick_shift, uint64_t weight);

/**
 * struct stat_counter - what becomes struct stat_blocks
 * @out: the figures
 * @by_count: blocks by number of accesses, up to @largest; owned
 * @largest: last index of @by_count
 * @hot: numbers of accesses larger than that; owned
 * @nhot: how many
 */
struct stat_counter {
	struct stat_blocks *out;
	uint64_t *by_count;
	uint64_t largest;
	uint64_t *hot;
	size_t nhot;
};

/** stat_counter_init - begins, with numbers up to @largest in an array */
int stat_counter_init(struct stat_counter *c, struct stat_blocks *out,
		      uint64_t largest);
/** stat_counter_add - takes a block; 0 or -ENOMEM */
int stat_counter_add(struct stat_counter *c, uint64_t reads, uint64_t writes);
/**
 * stat_counter_end - computes the figures
 * @c: all blocks are in it; freed
 * @halvings: they are one in 2^halvings
 */
void stat_counter_end(struct stat_counter *c, unsigned int halvings);
void stat_counter_free(struct stat_counter *c);

#endif /* HF_STAT_FAMILIES_H */
