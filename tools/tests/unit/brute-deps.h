/* SPDX-License-Identifier: GPL-2.0-only */
/* Random traces, and their dependencies by definition. */
#ifndef BRUTE_DEPS_H
#define BRUTE_DEPS_H

#include "infer.h"

#define MOST 400
/* Most of the traces are small: brute force takes its time. */
#define FEW 40

/* A trace in memory, and what brute force says of it. */
static struct hfr_file_hdr hdr;
static struct hfr_file_dev devs[3];
static struct hfr_trace_rec recs[MOST];
static struct hft_file trace = {
	.path = (char *)"random.hft", .hdr = &hdr, .devs = devs, .recs = recs,
};
static uint32_t scope_of[MOST];
static uint64_t threshold;

/*
 * Few different times, so that there are ties; some requests take no time. One
 * trace in seven is slow: it thinks for minutes.
 */
static inline void random_trace(uint64_t *seed, bool coarse)
{
	uint64_t unit = unit_random(seed) % 7 ? 1 : 1000000007;
	uint64_t range = (coarse ? 12 : 400) * unit, now = 0, i;

	hdr.device_count = 3;
	hdr.flags = HFR_FF_COMPLETIONS;
	trace.count = 1 + unit_random(seed) % FEW;
	threshold = unit_random(seed) % 4 ? unit_random(seed) % (range / 3)
					  : 0;
	for (i = 0; i < trace.count; i++) {
		uint64_t r = unit_random(seed);

		now += r % 3 ? r / 8 % (range / 4) : 0;
		recs[i] = (struct hfr_trace_rec){
			.issue_ns = now,
			.complete_ns = now + (r / 64 % 4 ?
					      r / 512 % range : 0),
			.length = 4096,
			.target = r / 4096 % 3,
			.stream = (uint32_t)(r >> 40) % 5 * 1000003,
			/* What was there before must not matter. */
			.flags = HFR_RF_SYNC | (r & 16 ? HFR_RF_DEP_GLOBAL : 0),
			.rank = (uint32_t)r,
			.dep_hi = (uint32_t)(r >> 32),
		};
	}
}

static inline void number_scopes(uint32_t kind)
{
	uint64_t i, k;
	uint32_t n = 0;

	for (i = 0; i < trace.count; i++) {
		if (kind != HFR_DEP_STREAM) {
			scope_of[i] = kind == HFR_DEP_TARGET ? recs[i].target
							     : 0;
			continue;
		}
		for (k = 0; k < i; k++)
			if (recs[k].stream == recs[i].stream)
				break;
		scope_of[i] = k < i ? scope_of[k] : n++;
	}
}

static inline bool among(uint64_t a, uint32_t scope, bool all)
{
	return all || scope_of[a] == scope;
}

static inline bool follows(uint64_t b, uint64_t a)
{
	return recs[a].complete_ns + threshold < recs[b].issue_ns;
}

/* Whether @b depends on @a, and on nothing that depends on it. */
static inline bool is_parent(uint64_t b, uint64_t a, bool all)
{
	uint64_t c;

	if (!among(a, scope_of[b], all) || !follows(b, a))
		return false;
	for (c = 0; c < trace.count; c++)
		if (among(c, scope_of[b], all) && follows(b, c) &&
		    follows(c, a))
			return false;
	return true;
}

static inline uint32_t count_rank(uint64_t i, bool all)
{
	uint32_t rank = 0;
	uint64_t k;

	for (k = 0; k < trace.count; k++)
		rank += among(k, scope_of[i], all) &&
			(recs[k].complete_ns < recs[i].complete_ns ||
			 (recs[k].complete_ns == recs[i].complete_ns &&
			  k < i));
	return rank;
}

static uint32_t ranks[2][MOST];

static inline void count_ranks(void)
{
	uint64_t i;

	for (i = 0; i < trace.count; i++) {
		ranks[false][i] = count_rank(i, false);
		ranks[true][i] = count_rank(i, true);
	}
}

static inline uint32_t rank_of(uint64_t i, bool all)
{
	return ranks[all][i];
}

static inline bool is_first(uint64_t i)
{
	uint64_t k;

	for (k = 0; k < i; k++)
		if (scope_of[k] == scope_of[i])
			return false;
	return true;
}

static inline bool has_any_before(uint64_t i)
{
	uint64_t k;

	for (k = 0; k < trace.count; k++)
		if (follows(i, k))
			return true;
	return false;
}

#endif /* BRUTE_DEPS_H */
