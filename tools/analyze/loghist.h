/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A histogram that counts as it goes, with the buckets of the kernel module:
 * values below 64 have one each, all others share it with those that differ by
 * less than 1/32.
 */
#ifndef HF_LOGHIST_H
#define HF_LOGHIST_H

#include <stddef.h>
#include <stdint.h>

/* 64 for the small values, 32 for each power of two from 2^6 to 2^63. */
#define LOGHIST_BUCKETS	(64 + 58 * 32)

/**
 * struct loghist - a histogram; all zero at first
 * @count: values
 * @min: smallest, if there are values
 * @max: largest
 * @sum: of all values
 * @bucket: how many fell into each
 */
struct loghist {
	uint64_t count;
	uint64_t min;
	uint64_t max;
	__uint128_t sum;
	uint64_t bucket[LOGHIST_BUCKETS];
};

/** loghist_bucket - bucket of a value */
static inline unsigned int loghist_bucket(uint64_t value)
{
	unsigned int log;

	if (value < 64)
		return (unsigned int)value;
	log = 63 - (unsigned int)__builtin_clzll(value);
	return 64 + (log - 6) * 32 + ((value >> (log - 5)) & 31);
}

/** loghist_add - counts a value @n times */
static inline void loghist_add(struct loghist *h, uint64_t value, uint64_t n)
{
	if (!h->count || value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
	h->count += n;
	h->sum += (__uint128_t)value * n;
	h->bucket[loghist_bucket(value)] += n;
}

/** loghist_top - largest value of a bucket */
uint64_t loghist_top(unsigned int bucket);

/** loghist_merge - adds the values of another histogram */
void loghist_merge(struct loghist *to, const struct loghist *from);

/** loghist_mean - arithmetic mean, exact but for rounding; NaN without values */
double loghist_mean(const struct loghist *h);

/**
 * loghist_quantile - the value that a share of all values does not exceed
 * @h: the histogram
 * @thousandths: the share; 500 is the median
 *
 * By nearest rank, the upper end of the bucket of that value, or the largest
 * value if that is less: too large by 1/32 at most and never too small.
 *
 * Return: the value, 0 without values.
 */
uint64_t loghist_quantile(const struct loghist *h, unsigned int thousandths);

#endif /* HF_LOGHIST_H */
