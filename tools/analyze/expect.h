/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may be on a device after a replay with the payload "verify".
 *
 * A write is superseded where a later one, issued after it had completed, is
 * certain to have reached the medium. What is not superseded may be there:
 * of writes that were in flight together, either. An interval map holds, for
 * each stretch that the same requests changed, what it takes to decide.
 */
#ifndef HF_EXPECT_H
#define HF_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "hft.h"

/* No request. */
#define EXPECT_NONE	UINT64_MAX

/**
 * struct expect_run - a replay, as far as it is known
 * @trace: what was replayed
 * @recs: completion records; request N of loop L has number
 *	L * requests of the trace + N. One whose state is HFR_REC_EMPTY is not
 *	known: the request may have been issued or not
 * @count: number of them; of requests behind the last nothing is known
 * @loops: how often the trace was played, 1 at least
 * @crash: of what the write cache held any part may be lost
 */
struct expect_run {
	const struct hft_file *trace;
	const struct hfr_completion_rec *recs;
	uint64_t count;
	uint64_t loops;
	bool crash;
};

/** expect_requests - requests of all loops */
static inline uint64_t expect_requests(const struct expect_run *run)
{
	return run->trace->count * run->loops;
}

/** expect_request - request @number, below expect_requests() */
static inline const struct hfr_trace_rec *
expect_request(const struct expect_run *run, uint64_t number)
{
	return &run->trace->recs[number % run->trace->count];
}

/** expect_ended - the record of a request that has ended, NULL if that is not
 * known
 */
static inline const struct hfr_completion_rec *
expect_ended(const struct expect_run *run, uint64_t number)
{
	if (number >= run->count || run->recs[number].state != HFR_REC_DONE)
		return NULL;
	return &run->recs[number];
}

/** expect_maybe_issued - it was issued, or that is not known */
static inline bool expect_maybe_issued(const struct expect_run *run,
				       uint64_t number)
{
	return number >= run->count ||
		run->recs[number].state == HFR_REC_DONE ||
		run->recs[number].state == HFR_REC_EMPTY;
}

/**
 * struct expect_cell - a stretch of the device
 * @start: first sector of 512 bytes
 * @end: sector behind the last
 * @must: number of the latest request that is certain to be there unless a
 *	newer one is, EXPECT_NONE if there is none
 * @zero: the latest that makes it read as zeroes
 * @any: the latest that leaves its content undefined: a discard, or a write
 *	that failed
 */
struct expect_cell {
	uint64_t start;
	uint64_t end;
	uint64_t must;
	uint64_t zero;
	uint64_t any;
};

/**
 * struct expect - what may be on one target
 * @run: where it comes from
 * @target: index of the target
 * @last_flush: issue of the latest flush that has completed, ns
 * @flushed: there was one
 * @cells: what was changed, in the order of the device
 * @ncells: number of them
 * @certain: writes that are certain to be on the medium, unless superseded
 */
struct expect {
	struct expect_run run;
	uint32_t target;
	uint64_t last_flush;
	bool flushed;
	struct expect_cell *cells;
	size_t ncells;
	uint64_t certain;
};

/**
 * expect_make - finds out what may be on a target
 * @e: filled; free with expect_free()
 * @run: the replay; trace and records stay as long as @e
 * @target: index of the target
 * @err: on failure, a sentence
 *
 * The memory it takes is in proportion to the requests that change the
 * target, whatever its size.
 *
 * Return: 0, -ENOMEM, or -EOPNOTSUPP for a trace that writes to zones.
 */
int expect_make(struct expect *e, const struct expect_run *run,
		uint32_t target, struct hf_error *err);
void expect_free(struct expect *e);

/** expect_undefined - whether anything may be there */
bool expect_undefined(const struct expect *e, const struct expect_cell *c);

/** expect_zero - whether zeroes may be there */
bool expect_zero(const struct expect *e, const struct expect_cell *c);

/**
 * enum expect_found - how a version that was found is to be taken
 * @EXPECT_FINE: it may be there
 * @EXPECT_OLD: it is superseded by the request that must be there
 * @EXPECT_NEVER: that request did not write there, or was never issued
 */
enum expect_found {
	EXPECT_FINE,
	EXPECT_OLD,
	EXPECT_NEVER,
};

/**
 * expect_version - whether a request may have written what is there
 * @e: what may be there
 * @c: where it was found
 * @sector: the sector, in @c
 * @number: the request that wrote it
 */
enum expect_found expect_version(const struct expect *e,
				 const struct expect_cell *c, uint64_t sector,
				 uint64_t number);

#endif /* HF_EXPECT_H */
