/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long requests took and how late they were issued: histograms that a
 * worker fills while it runs and that anybody reads. Kernel and unit tests
 * compile this alike.
 *
 * Buckets grow with the value. Below 32 ns each value has its own; from there
 * on each power of two is divided into 32 buckets of equal width, so that none
 * is wider than 1/32 of its lower bound. Values from 2^40 ns on (18 minutes)
 * share the last one.
 *
 * A struct hfr_stats has one writer, the worker, which neither locks nor shares
 * a cache line with another. Counters are 64 bits wide and are read whole; what
 * is read while the worker runs may be a few requests apart.
 */
#ifndef HFR_STATS_H
#define HFR_STATS_H

#include <linux/hfreplay.h>

#include "pure.h"

#ifdef __KERNEL__
#include <linux/bitops.h>
#else
#define BITS_PER_LONG	64
#define __fls(x)	(63UL - __builtin_clzll(x))
#endif

/* Position of the highest bit, of a number that is not 0. */
#if BITS_PER_LONG == 64
#define HFR_TOP_BIT(x)	__fls(x)
#else
#define HFR_TOP_BIT(x)	(fls64(x) - 1)
#endif

#define HFR_HIST_BITS		5	/* of a value that its bucket keeps */
#define HFR_HIST_LINEAR		(1U << HFR_HIST_BITS)
#define HFR_HIST_TOP		40	/* from this power of two on: overflow */
#define HFR_HIST_OVERFLOW	((HFR_HIST_TOP - HFR_HIST_BITS + 1) << HFR_HIST_BITS)
#define HFR_HIST_BUCKETS	(HFR_HIST_OVERFLOW + 1)

/**
 * struct hfr_hist - a histogram of times in ns
 * @sum: of all values
 * @max: largest value
 * @seen: values up to this one change neither @max nor overflow
 * @bucket: number of values in each
 */
struct hfr_hist {
	u64 sum;
	u64 max;
	u64 seen;
	u64 bucket[HFR_HIST_BUCKETS];
};

/**
 * struct hfr_op_stats - one operation of one worker at one target
 * @issued: requests issued
 * @completed: requests completed
 * @errors: those that failed
 * @bytes: bytes of those that did not
 * @latency: from issue to completion
 * @lateness: from due time to issue, in steps of HFR_COST_UNIT, of requests
 *	that have completed; who reads it adds those that were not late
 */
struct hfr_op_stats {
	u64 issued;
	u64 completed;
	u64 errors;
	u64 bytes;
	struct hfr_hist latency;
	struct hfr_hist lateness;
};

/**
 * struct hfr_stats - one worker at one target
 * @op: by operation; NULL for those that the trace does not have
 */
struct hfr_stats {
	struct hfr_op_stats *op[HFR_OP_NR];
};

/** hfr_hist_index - the bucket of a value, which is not above 2^40 */
static inline u64 hfr_hist_index(u64 value)
{
	u64 shift = HFR_TOP_BIT(value | HFR_HIST_LINEAR) - HFR_HIST_BITS;

	return (shift << HFR_HIST_BITS) + (value >> shift);
}

/** hfr_hist_from - the smallest value of a bucket */
static inline u64 hfr_hist_from(u32 index)
{
	u32 shift;

	if (index < 2 * HFR_HIST_LINEAR)
		return index;
	shift = (index >> HFR_HIST_BITS) - 1;
	return (u64)(index - (shift << HFR_HIST_BITS)) << shift;
}

/** hfr_hist_to - the largest value of a bucket */
static inline u64 hfr_hist_to(u32 index)
{
	return index < HFR_HIST_OVERFLOW ? hfr_hist_from(index + 1) - 1 :
		U64_MAX;
}

/** hfr_hist_grow - a value above all that were seen; returns one of its bucket */
u64 hfr_hist_grow(struct hfr_hist *h, u64 value);

/** hfr_hist_add - counts a value; one writer */
static __always_inline void hfr_hist_add(struct hfr_hist *h, u64 value)
{
	h->sum += value;
	if (unlikely(value > h->seen))
		value = hfr_hist_grow(h, value);
	h->bucket[hfr_hist_index(value)]++;
}

/**
 * hfr_stats_add - counts a request that has completed; the worker alone calls it
 * @o: its statistics of the operation
 * @latency: ns from issue to completion
 * @lateness: from due time to issue, in HFR_COST_UNIT; 0 where no schedule
 *	binds it, never negative
 */
static __always_inline void hfr_stats_add(struct hfr_op_stats *o, u64 latency,
					  s32 lateness)
{
	o->completed++;
	hfr_hist_add(&o->latency, latency);
	if (unlikely(lateness))
		hfr_hist_add(&o->lateness, (u64)lateness * HFR_COST_UNIT);
}

/** hfr_hist_count - number of values */
u64 hfr_hist_count(const struct hfr_hist *h);

/**
 * hfr_op_stats_merge - adds what a worker counts, running or not, to a sum
 * @sum: what is read of it: its @completed is the number of latencies and of
 *	latenesses, while the others may be a few requests apart
 * @one: those of a worker
 */
void hfr_op_stats_merge(struct hfr_op_stats *sum, const struct hfr_op_stats *one);

#endif /* HFR_STATS_H */
