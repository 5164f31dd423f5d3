/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests in flight in a trace, as its records go by in the order of issue.
 * A request that completes at the time another is issued counts as complete.
 */
#ifndef HF_FLIGHT_H
#define HF_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/**
 * struct flight_target - what is in flight on one target
 * @times: completion times; owned
 * @count: requests in flight at the latest issue
 * @size: entries allocated
 * @heap: @times is a heap of @count entries, the earliest first; while they are
 *	few they are in no order, and looking at all costs less than keeping one
 * @used: without a heap, entries of @times; some may have ended. Zeros follow
 * @limit: without a heap, those that have ended go when there are as many; a
 *	multiple of 8
 */
struct flight_target {
	uint64_t *times;
	size_t count, size;
	bool heap;
	size_t used, limit;
};

/**
 * struct flight_old - a request that may be the oldest in flight
 * @index: its record
 * @complete_ns: when it completes
 */
struct flight_old {
	uint64_t index;
	uint64_t complete_ns;
};

/**
 * struct flight - state of the count
 * @target: per target
 * @old: requests that outlive all before them, a ring of @old_size entries
 *	(a power of two) from @old_head to @old_tail; owned
 * @index: index of the next record
 * @max_in_flight: most in flight on one target
 * @span: most records from the oldest in flight to the newest, both counted
 *
 * Memory grows with the number of requests in flight, not with the trace.
 */
struct flight {
	struct flight_target target[HFR_MAX_DEVICES];
	struct flight_old *old;
	size_t old_head, old_tail, old_size;
	uint64_t index;
	uint64_t max_in_flight;
	uint64_t span;
};

/**
 * flight_add - counts a request
 * @fl: zeroed before the first
 * @rec: the request, with a completion time
 *
 * Return: requests in flight on its target, itself included, or -ENOMEM.
 */
int64_t flight_add(struct flight *fl, const struct hfr_trace_rec *rec);
void flight_free(struct flight *fl);

#endif /* HF_FLIGHT_H */
