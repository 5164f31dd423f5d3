/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How faithful a replay was and how the device behaved: everything that
 * follows from the trace and the completion records alone.
 */
#ifndef HF_FIDELITY_H
#define HF_FIDELITY_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "dist.h"
#include "order.h"
#include "timeline.h"

/* Values of the u8 members of a completion record. */
#define FIDELITY_U8_VALUES	256
/* Requests at the end whose median issue-time error is the drift. */
#define FIDELITY_DRIFT_REQUESTS	100

/**
 * struct fidelity_input - a replay
 * @trace: the requests in trace order
 * @trace_count: how many
 * @trace_ns: its duration: in the original, a loop begins so much after the one
 *	before
 * @loops: how often it was to be replayed; 0 is once
 * @recs: completion records in the same order, those of loops one after the
 *	other
 * @count: how many; fewer than those of all loops if the replay was cut off
 * @targets: number of targets, at most HFR_MAX_DEVICES
 * @speed: the schedule is the recorded one divided by this; above 0
 * @scheduled: requests had a time to be issued at (mode hf)
 */
struct fidelity_input {
	const struct hfr_trace_rec *trace;
	uint64_t trace_count;
	uint64_t trace_ns;
	uint64_t loops;
	const struct hfr_completion_rec *recs;
	uint64_t count;
	unsigned int targets;
	double speed;
	bool scheduled;
};

/**
 * struct cause_sum - lateness of one cause
 * @requests: late requests that carry the cause
 * @total_ns: their lateness together
 * @max_ns: the worst of them
 */
struct cause_sum {
	uint64_t requests;
	uint64_t total_ns;
	uint64_t max_ns;
};

/**
 * struct group - figures of some of the requests: an operation, a target
 * @requests: in the trace
 * @issued: of these, issued
 * @errors: of these, failed
 * @bytes: read or written by those that were issued
 * @recorded_latency: ns, in the original, of the requests in
 *	@replayed_latency whose original completion is known
 * @replayed_latency: ns, of the requests issued and completed without error
 * @issue_error: ns, absolute; empty if there was no schedule
 */
struct group {
	uint64_t requests;
	uint64_t issued;
	uint64_t errors;
	uint64_t bytes;
	struct dist recorded_latency;
	struct dist replayed_latency;
	struct dist issue_error;
};

/**
 * struct worker_sum - figures of one worker
 * @issued: requests it issued
 * @late: of these, later than the tolerance
 * @max_in_flight: most in flight at once
 * @submit_cost: ns that a submit took
 */
struct worker_sum {
	uint64_t issued;
	uint64_t late;
	uint64_t max_in_flight;
	struct dist submit_cost;
};

/**
 * struct run - the whole of the original or of the replay
 * @duration_ns: from time 0 to the last issue or completion
 * @issue_span_ns: from the first to the last issue, over the requests that
 *	were issued in the replay
 * @requests: issued in it
 * @bytes: read and written
 * @in_flight_mean: over @duration_ns; below 0 if it is not known
 * @in_flight_max: per target (original) or worker (replay); 0 is not known
 */
struct run {
	uint64_t duration_ns;
	uint64_t issue_span_ns;
	uint64_t requests;
	uint64_t bytes;
	double in_flight_mean;
	uint64_t in_flight_max;
};

/**
 * struct fidelity - the outcome
 * @trace_requests: requests in the trace, of all loops
 * @issued: issued and completed, with or without error
 * @errors: completed with an error
 * @by_errno: of these, by errno
 * @skipped: not issued, the target cannot do them
 * @not_issued: not issued, the replay ended before
 * @missing: requests without a completion record
 * @loops: loops that began, once at least; the original is repeated as often
 * @read_bytes: bytes read by the replay
 * @write_bytes: bytes written
 * @flagged: issued requests by bit of HFR_CF_*
 * @held_up: requests that waited for the limit of requests in flight or slept
 *	for a tag: flag limited, or cause limit or queue
 * @starved: requests that waited for us: flag starved, or cause feeder,
 *	results or window
 * @late: requests issued later than the tolerance
 * @late_total_ns: their lateness together
 * @causes: the same by cause; HFR_CAUSE_NONE stays empty
 * @error_signed: issue-time error, ns; empty if there was no schedule
 * @error_absolute: the same without its sign
 * @error_curve: the distribution of @error_absolute
 * @drift_ns: median signed error of the last requests issued
 * @drift_requests: how many those are, 0 if there was no schedule
 * @order: reordering within the targets
 * @target_order: the same, one for each target
 * @recorded: the original
 * @replayed: the replay
 * @completions: requests of the trace whose completion time is known
 * @recorded_latency: as in struct group, over all requests
 * @replayed_latency: as in struct group, over all requests
 * @recorded_curve: the distribution of @recorded_latency
 * @replayed_curve: the distribution of @replayed_latency
 * @ops: by operation
 * @targets: by target
 * @workers: by worker
 * @recorded_line: the original over time; divided by the speed when there was
 *	a schedule, so that it lies under @replayed_line
 * @replayed_line: the replay over time
 */
struct fidelity {
	uint64_t trace_requests;
	uint64_t issued;
	uint64_t errors;
	uint64_t by_errno[FIDELITY_U8_VALUES];
	uint64_t skipped;
	uint64_t not_issued;
	uint64_t missing;
	uint64_t loops;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t flagged[16];
	uint64_t held_up;
	uint64_t starved;
	uint64_t late;
	uint64_t late_total_ns;
	struct cause_sum causes[HFR_CAUSE_NR];
	struct dist error_signed;
	struct dist error_absolute;
	struct dist_curve error_curve;
	int64_t drift_ns;
	unsigned int drift_requests;
	struct order order;
	struct order target_order[HFR_MAX_DEVICES];
	struct run recorded;
	struct run replayed;
	uint64_t completions;
	struct dist recorded_latency;
	struct dist replayed_latency;
	struct dist_curve recorded_curve;
	struct dist_curve replayed_curve;
	struct group ops[HFR_OP_NR];
	struct group targets[HFR_MAX_DEVICES];
	struct worker_sum workers[FIDELITY_U8_VALUES];
	struct timeline recorded_line;
	struct timeline replayed_line;
};

/**
 * fidelity_measure - measures a replay
 * @in: the replay
 *
 * Linear in the number of requests but for targets whose requests were
 * reordered, which are sorted.
 *
 * Return: the outcome, to be freed with free(); NULL without memory.
 */
struct fidelity *fidelity_measure(const struct fidelity_input *in);

/**
 * fidelity_repaced - requests that were due at another time than @in says
 * @in: the replay, of a mode with a schedule
 *
 * The engine's own due time is the issue less the lateness. There are such
 * requests when the speed was changed while it ran: @in knows one speed only.
 */
uint64_t fidelity_repaced(const struct fidelity_input *in);

/** fidelity_due - when a request of the trace is due, ns from the start */
uint64_t fidelity_due(const struct fidelity_input *in, uint64_t recorded_ns);

#endif /* HF_FIDELITY_H */
