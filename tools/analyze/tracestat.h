/* SPDX-License-Identifier: GPL-2.0-only */
/* The statistics of a trace: of all of it, of each target, of each stream. */
#ifndef HF_TRACESTAT_H
#define HF_TRACESTAT_H

#include "error.h"
#include "hft.h"
#include "stat-families.h"
#include "stat-streams.h"

/* Bytes of a block, unless told otherwise. */
#define TRACESTAT_BLOCK	4096
/* Intervals of time and of addresses in pictures. */
#define TRACESTAT_TIMES	240
#define TRACESTAT_ROWS	96

/**
 * struct tracestat_opts - what to count
 * @block: bytes of a block, a power of two from 512
 * @max_memory: bytes for the figures of blocks; a spatial sample where all
 *	blocks would take more; 0 for no limit
 */
struct tracestat_opts {
	uint64_t block;
	uint64_t max_memory;
};

/**
 * struct stat_group - requests that are counted together
 * @target: their target; not of the whole
 * @stream: their stream; not of the whole and of targets
 * @mix: operations and sizes
 * @arrival: when they come
 * @service: in flight
 * @place: where they go
 * @reuse: blocks that are touched again; NULL for a stream; owned
 * @blocks: the blocks; NULL for a stream; owned
 */
struct stat_group {
	uint32_t target;
	uint32_t stream;
	struct stat_mix mix;
	struct stat_arrival arrival;
	struct stat_service service;
	struct stat_place place;
	struct stat_reuse *reuse;
	struct stat_blocks *blocks;
};

/** enum stat_class - kinds of requests in pictures */
enum stat_class { CLASS_READ, CLASS_WRITE, CLASS_OTHER, CLASSES };

/**
 * struct stat_pictures - what happened when and where
 * @time_ns: an interval of time
 * @times: intervals that the trace has
 * @row_sectors: an interval of addresses, in 512 bytes; the targets follow each
 *	other, a sector apart
 * @requests: by time
 * @bytes: by time
 * @heat: reads and writes that start there, by address and time
 */
struct stat_pictures {
	uint64_t time_ns, row_sectors;
	unsigned int times;
	uint64_t requests[CLASSES][TRACESTAT_TIMES];
	uint64_t bytes[CLASSES][TRACESTAT_TIMES];
	uint64_t heat[TRACESTAT_ROWS][TRACESTAT_TIMES];
};

/**
 * struct tracestat - the statistics
 * @trace: the trace; must stay
 * @opts: what was asked for
 * @scope: what figures are derived with
 * @tick_shift: times between accesses are in steps of 2^tick_shift ns
 * @halvings: blocks are a sample of one in 2^halvings
 * @sampled: blocks in the sample
 * @map_bytes: memory that the blocks took
 * @all: the whole
 * @targets: by index; owned
 * @ntargets: how many
 * @streams: those with most requests; owned
 * @nstreams: how many
 * @streams_found: streams of the trace, as far as they were counted
 * @streams_uncounted: requests of streams that were not
 * @pictures: owned
 */
struct tracestat {
	const struct hft_file *trace;
	struct tracestat_opts opts;
	struct stat_scope scope;
	unsigned int tick_shift;
	unsigned int halvings;
	uint64_t sampled;
	uint64_t map_bytes;
	struct stat_group *all;
	struct stat_group *targets;
	unsigned int ntargets;
	struct stat_group *streams;
	unsigned int nstreams;
	uint64_t streams_found, streams_uncounted;
	struct stat_pictures *pictures;
};

/** tracestat_families - all families; ends with one without a name */
extern const struct stat_family tracestat_families[];

/**
 * tracestat_collect - counts
 * @st: filled; free with tracestat_free(), also after a failure
 * @trace: the trace
 * @opts: what to count
 * @err: on failure, a sentence
 *
 * Takes at most 64 MiB, and 24 bytes for each block that is touched or
 * opts->max_memory.
 *
 * Return: 0 or -errno.
 */
int tracestat_collect(struct tracestat *st, const struct hft_file *trace,
		      const struct tracestat_opts *opts, struct hf_error *err);
void tracestat_free(struct tracestat *st);

#endif /* HF_TRACESTAT_H */
