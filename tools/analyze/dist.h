/* SPDX-License-Identifier: GPL-2.0-only */
/* Distributions of values in ns or other units: percentiles and curves. */
#ifndef HF_DIST_H
#define HF_DIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct dist - a distribution in a few figures
 * @count: values; all else is 0 when there are none
 * @min: smallest value
 * @max: largest value
 * @mean: arithmetic mean
 * @p50: median; percentiles are by nearest rank, so each is a value that
 *	occurred
 * @p90: 90th percentile
 * @p99: 99th percentile
 * @p999: 99.9th percentile
 */
struct dist {
	uint64_t count;
	int64_t min;
	int64_t max;
	double mean;
	int64_t p50;
	int64_t p90;
	int64_t p99;
	int64_t p999;
};

/* Points of a curve: 0 to 99 % by 1 %, then finer towards the tail. */
#define DIST_CURVE_POINTS	119

/**
 * struct dist_curve - a cumulative distribution of bounded size
 * @count: values behind it; no points when there are none
 * @values: the value at each share of dist_curve_share()
 */
struct dist_curve {
	uint64_t count;
	int64_t values[DIST_CURVE_POINTS];
};

/**
 * dist_value_fn - gives the Nth value, if there is one
 * @ctx: as given to dist_by_group()
 * @n: index from 0
 * @group: gets the group of the value; left alone it is group 0
 * @value: gets the value
 *
 * Return: whether the Nth item has a value.
 */
typedef bool (*dist_value_fn)(const void *ctx, uint64_t n,
			      unsigned int *group, int64_t *value);

/**
 * dist_by_group - distributions of values that fall into groups
 * @dists: one for each group, filled
 * @curves: one for each group, filled; NULL for none
 * @groups: number of groups
 * @n: number of items
 * @fn: gives the values; called twice for each item
 * @ctx: for @fn
 *
 * Takes 16 bytes of memory for each value, linear time.
 *
 * Return: 0 or -ENOMEM.
 */
int dist_by_group(struct dist *dists, struct dist_curve *curves,
		  unsigned int groups, uint64_t n, dist_value_fn fn,
		  const void *ctx);

/** dist_curve_share - share of the values (0 to 1) at a point of a curve */
double dist_curve_share(unsigned int point);

/**
 * dist_sort - sorts signed values in linear time
 * @values: the values
 * @scratch: as many again
 * @n: how many
 */
void dist_sort(int64_t *values, int64_t *scratch, size_t n);

#endif /* HF_DIST_H */
