// SPDX-License-Identifier: GPL-2.0-only
/* Reordering after RFC 4737, sections 3 (singleton) and 4.2 (extent). */
#include "order.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A request as it was issued. */
struct arrival {
	uint64_t time;
	uint64_t seq;
};

static int by_time(const void *a, const void *b)
{
	const struct arrival *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/*
 * Places back to the first request issued before @at that follows @seq in the
 * trace. high[i] is the highest sequence number up to place i; it never
 * decreases, so the place is found by halving.
 */
static uint64_t extent(const uint64_t *high, uint64_t at, uint64_t seq)
{
	uint64_t lo = 0, hi = at;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (high[mid] > seq)
			hi = mid;
		else
			lo = mid + 1;
	}
	return at - lo;
}

static void judge_sorted(struct order *o, const struct arrival *a, uint64_t n,
			 uint64_t *high)
{
	uint64_t highest = 0;

	for (uint64_t i = 0; i < n; i++) {
		bool late = i && a[i].seq < highest;

		if (!late)
			highest = a[i].seq;
		high[i] = highest;
		if (!late)
			continue;

		uint64_t places = extent(high, i, a[i].seq);

		o->reordered++;
		o->extent_sum += places;
		if (places > o->max_extent)
			o->max_extent = places;
		if (a[i].seq < o->first)
			o->first = a[i].seq;
	}
}

/*
 * Most replays are in order: that is seen without memory or sorting. A target
 * that is not gets HFR_UNKNOWN as its last time, which stays the highest.
 */
static void look_at_all(struct order *per_target, unsigned int targets,
			const struct hfr_trace_rec *trace, uint64_t requests,
			const struct hfr_completion_rec *recs, uint64_t count,
			uint64_t *last)
{
	for (unsigned int t = 0; t < targets; t++)
		per_target[t] = (struct order){ .first = HFR_UNKNOWN };
	for (uint64_t i = 0; i < count; i++) {
		unsigned int t = trace[i % requests].target;

		if (recs[i].state != HFR_REC_DONE || t >= targets)
			continue;
		per_target[t].requests++;
		if (recs[i].issued_ns < last[t])
			last[t] = HFR_UNKNOWN;
		else
			last[t] = recs[i].issued_ns;
	}
}

static int judge_target(struct order *o, unsigned int target,
			const struct hfr_trace_rec *trace, uint64_t requests,
			const struct hfr_completion_rec *recs, uint64_t count)
{
	struct arrival *a = malloc((o->requests + 1) * sizeof(*a));
	uint64_t *high = malloc((o->requests + 1) * sizeof(*high));
	uint64_t n = 0;
	int ret = -ENOMEM;

	if (!a || !high)
		goto out;
	for (uint64_t i = 0; i < count; i++)
		if (trace[i % requests].target == target &&
		    recs[i].state == HFR_REC_DONE)
			a[n++] = (struct arrival){ recs[i].issued_ns, i };
	qsort(a, n, sizeof(*a), by_time);
	judge_sorted(o, a, n, high);
	ret = 0;
out:
	free(a);
	free(high);
	return ret;
}

int order_judge(struct order *per_target, unsigned int targets,
		const struct hfr_trace_rec *trace, uint64_t requests,
		const struct hfr_completion_rec *recs, uint64_t count)
{
	uint64_t *last = calloc((size_t)targets + 1, sizeof(*last));
	int ret = 0;

	if (!last)
		return -ENOMEM;
	look_at_all(per_target, targets, trace, requests, recs, count, last);
	for (unsigned int t = 0; t < targets && !ret; t++)
		if (last[t] == HFR_UNKNOWN)
			ret = judge_target(&per_target[t], t, trace, requests,
					   recs, count);
	free(last);
	return ret;
}

void order_add(struct order *total, const struct order *part)
{
	total->requests += part->requests;
	total->reordered += part->reordered;
	total->extent_sum += part->extent_sum;
	if (part->max_extent > total->max_extent)
		total->max_extent = part->max_extent;
	if (part->first < total->first)
		total->first = part->first;
}
