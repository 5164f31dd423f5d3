/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a format can hold of a request, as data: writers go by it, tests compare
 * by it, and the table in the documentation is printed from it.
 */
#ifndef HF_PROJECTION_H
#define HF_PROJECTION_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/* Operations of a projection, a bit for each. */
#define HOLDS_OP(op)		(1U << (op))
#define HOLDS_READ_WRITE	(HOLDS_OP(HFR_OP_READ) | HOLDS_OP(HFR_OP_WRITE))

/**
 * enum holds - what else a format has room for
 * @HOLDS_STREAM: process or stream
 * @HOLDS_PRIO: I/O priority
 * @HOLDS_LEVEL: whether requests are bios as queued
 * @HOLDS_WALL: time of day of the start
 * @HOLDS_NUMBER: device numbers
 * @HOLDS_NAME: names of devices
 * @HOLDS_DEPS: which request depends on which
 * @NEEDS_COMPLETION: cannot hold a request whose completion is not known
 * @NEEDS_DEPS: a trace without dependencies cannot be written
 * @OP_UNTOLD: all that it holds reads back as reads
 * @WRITES_ASYNC: a write that is not SYNC reads back as ASYNC
 * @ZERO_UNKNOWN: a latency of 0 reads back as one that is not known
 * @PAIRED: issues and completions are lines or records of their own: two equal
 *	requests in flight at once complete in the order of their issues
 */
enum holds {
	HOLDS_STREAM		= 1 << 0,
	HOLDS_PRIO		= 1 << 1,
	HOLDS_LEVEL		= 1 << 2,
	HOLDS_WALL		= 1 << 3,
	HOLDS_NUMBER		= 1 << 4,
	HOLDS_NAME		= 1 << 5,
	HOLDS_DEPS		= 1 << 6,
	NEEDS_COMPLETION	= 1 << 7,
	NEEDS_DEPS		= 1 << 8,
	OP_UNTOLD		= 1 << 9,
	WRITES_ASYNC		= 1 << 10,
	ZERO_UNKNOWN		= 1 << 11,
	PAIRED			= 1 << 12,
};

/**
 * struct projection - what a format can hold
 * @ops: operations, HOLDS_OP() of each
 * @flags: HFR_RF_*
 * @holds: enum holds
 * @time_ns: unit of issue times; they are cut to it
 * @latency_ns: unit of latencies, to the nearest; 0 if it has none
 * @max_time_ns: latest issue time, 0 for no limit
 * @unit: bytes of which offsets and lengths are multiples
 * @offset_unit: of offsets, where it is not @unit; else 0
 * @only_length: the length of all requests, bytes; 0 if they differ
 * @max_offset: last offset, 0 for no limit
 * @max_length: longest request, bytes, 0 for no limit
 * @devices: most devices
 */
struct projection {
	uint32_t ops;
	uint32_t flags;
	uint32_t holds;
	uint64_t time_ns;
	uint64_t latency_ns;
	uint64_t max_time_ns;
	uint64_t unit;
	uint64_t offset_unit;
	uint32_t only_length;
	uint64_t max_offset;
	uint32_t max_length;
	uint32_t devices;
};

/**
 * enum left_out - why a format cannot hold a request
 * @LEFT_NOT: it can
 * @LEFT_OP: not this operation
 * @LEFT_LENGTH: not so long, or not in its unit
 * @LEFT_OFFSET: not so far, or not in its unit
 * @LEFT_TIME: not so late
 * @LEFT_COMPLETION: not without a completion time
 * @LEFT_NR: number of these
 */
enum left_out {
	LEFT_NOT,
	LEFT_OP,
	LEFT_LENGTH,
	LEFT_OFFSET,
	LEFT_TIME,
	LEFT_COMPLETION,
	LEFT_NR,
};

#define PROJECTION_FLAGS	10 /* bits of HFR_RF_ALL */

/**
 * struct projected - what became of the requests of a trace
 * @written: requests that are held, with what is lost below
 * @left: requests that are not, by reason; LEFT_OP is the sum of @ops
 * @ops: of these, by operation
 * @flags: requests that lost a flag, by its bit
 * @cut: issue times that were cut
 * @rounded: latencies that were rounded
 * @completions: completion times lost
 * @streams: streams lost
 * @prios: priorities lost
 * @untold: writes that are not told from reads
 * @async: writes that became ASYNC
 */
struct projected {
	uint64_t written;
	uint64_t left[LEFT_NR];
	uint64_t ops[HFR_OP_NR];
	uint64_t flags[PROJECTION_FLAGS];
	uint64_t cut, rounded;
	uint64_t completions;
	uint64_t streams;
	uint64_t prios;
	uint64_t untold;
	uint64_t async;
};

/**
 * projection_apply - makes a request what the format can hold of it
 * @p: the projection
 * @rec: a request of an .hft file; changed if the format can hold it.
 *	Fields of dependencies and the number in flight become 0 unless it
 *	holds dependencies
 *
 * Return: LEFT_NOT, or why it cannot.
 */
enum left_out projection_apply(const struct projection *p,
			       struct hfr_trace_rec *rec);

/** projection_forget_deps - makes it a request of a trace without dependencies */
void projection_forget_deps(struct hfr_trace_rec *rec);

/**
 * projection_count - counts what is lost of a request
 * @p: the projection
 * @rec: the request as it is
 * @sum: counts
 */
void projection_count(const struct projection *p,
		      const struct hfr_trace_rec *rec, struct projected *sum);

/** projection_left - requests that are not held */
uint64_t projection_left(const struct projected *sum);

#endif /* HF_PROJECTION_H */
