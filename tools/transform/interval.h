/* SPDX-License-Identifier: GPL-2.0-only */
/* What an interval of a trace is like, as a few numbers. */
#ifndef HF_INTERVAL_H
#define HF_INTERVAL_H

#include <stdint.h>
#include <linux/hfreplay.h>

/* Bits of the counter of distinct granules, and the size of a granule. */
#define FEATURES_BITS		16384U
#define FEATURES_GRANULE	(1ULL << 20)

/**
 * enum feature - the numbers
 * @FEATURE_RATE: requests a second
 * @FEATURE_READS: share of reads
 * @FEATURE_READ_SIZE: mean bytes of a read
 * @FEATURE_WRITE_SIZE: mean bytes of a write
 * @FEATURE_OTHERS: share of what is neither read nor write
 * @FEATURE_SEQUENTIAL: share that begins where the one before on its target
 *	ends
 * @FEATURE_JUMP: mean log2 of the distance to that end, bytes
 * @FEATURE_BURSTS: coefficient of variation of the distance of issues in time
 * @FEATURE_IN_FLIGHT: mean requests in flight, from the latencies
 * @FEATURE_PLACES: different granules touched
 * @FEATURES: how many there are
 *
 * What has no upper bound is log2(1 + it): twice as much is the same step
 * everywhere.
 */
enum feature {
	FEATURE_RATE,
	FEATURE_READS,
	FEATURE_READ_SIZE,
	FEATURE_WRITE_SIZE,
	FEATURE_OTHERS,
	FEATURE_SEQUENTIAL,
	FEATURE_JUMP,
	FEATURE_BURSTS,
	FEATURE_IN_FLIGHT,
	FEATURE_PLACES,
	FEATURES,
};

/**
 * struct features - counters of an interval
 * @requests: in it
 * @reads: of these
 * @writes: of these
 * @read_bytes: their bytes
 * @write_bytes: their bytes
 * @placed: requests with one before on their target
 * @sequential: of these, those that begin at its end
 * @jumps: sum of log2(1 + distance)
 * @gaps: distances of issues that were counted
 * @gap_sum: their sum, ns
 * @gap_squares: sum of their squares
 * @latency_ns: sum of the latencies
 * @last_ns: issue before
 * @ends: end of the request before on each target
 * @seen: bits of the granules touched
 */
struct features {
	uint64_t requests, reads, writes, read_bytes, write_bytes;
	uint64_t placed, sequential;
	double jumps;
	uint64_t gaps;
	double gap_sum, gap_squares;
	double latency_ns;
	uint64_t last_ns;
	uint64_t ends[HFR_MAX_DEVICES];
	uint64_t seen[FEATURES_BITS / 64];
};

/** features_add - counts a request */
void features_add(struct features *f, const struct hfr_trace_rec *rec);

/**
 * features_end - the interval is over: gives its numbers, counts anew
 * @f: the counters; what came before on each target is kept
 * @length_ns: its length
 * @out: gets FEATURES numbers
 */
void features_end(struct features *f, uint64_t length_ns, double *out);

#endif /* HF_INTERVAL_H */
