/* SPDX-License-Identifier: GPL-2.0-only */
/* Histograms as the kernel module counts them: buckets that are not empty. */
#ifndef HF_HIST_H
#define HF_HIST_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct hist_bucket - the values of a range
 * @from: smallest value that belongs to it
 * @to: largest value that belongs to it
 * @count: how many there were
 */
struct hist_bucket {
	uint64_t from;
	uint64_t to;
	uint64_t count;
};

/**
 * struct hist - a histogram
 * @buckets: in ascending order; owned
 * @n: number of them
 * @sum: of all values
 * @max: largest value
 */
struct hist {
	struct hist_bucket *buckets;
	size_t n;
	uint64_t sum;
	uint64_t max;
};

/** hist_append - adds a bucket behind the others; 0 or -ENOMEM */
int hist_append(struct hist *h, const struct hist_bucket *b);
void hist_free(struct hist *h);

/** hist_copy - makes a histogram that is the same; 0 or -ENOMEM */
int hist_copy(struct hist *to, const struct hist *from);

/** hist_count - number of values */
uint64_t hist_count(const struct hist *h);

/** hist_mean - arithmetic mean, which the sum makes exact; 0 without values */
double hist_mean(const struct hist *h);

/**
 * hist_quantile - the value that a share of all values does not exceed
 * @h: the histogram
 * @thousandths: the share; 500 is the median
 *
 * By nearest rank: the upper end of the bucket in which that value lies, or the
 * largest value if that is less. It is too large by the width of the bucket at
 * most and never too small.
 *
 * Return: the value, 0 without values.
 */
uint64_t hist_quantile(const struct hist *h, unsigned int thousandths);

/** hist_subtract - what was counted in @now since @before, which is an earlier
 * state of the same histogram; the largest value stays that of @now
 */
void hist_subtract(struct hist *now, const struct hist *before);

#endif /* HF_HIST_H */
