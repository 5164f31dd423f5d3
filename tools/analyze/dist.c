// SPDX-License-Identifier: GPL-2.0-only
/* Distributions: radix sort, nearest-rank percentiles, bounded curves. */
#include "dist.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RADIX_BITS	8
#define RADIX_SIZE	(1U << RADIX_BITS)
#define RADIX_PASSES	(64 / RADIX_BITS)

/* Makes signed values sort as unsigned ones. */
static uint64_t radix_key(int64_t value)
{
	return (uint64_t)value ^ (1ULL << 63);
}

/* Counts the digits of all passes in one walk over the values. */
static void count_digits(const int64_t *values, size_t n,
			 size_t counts[RADIX_PASSES][RADIX_SIZE])
{
	memset(counts, 0, sizeof(size_t) * RADIX_PASSES * RADIX_SIZE);
	for (size_t i = 0; i < n; i++) {
		uint64_t key = radix_key(values[i]);

		for (int pass = 0; pass < RADIX_PASSES; pass++)
			counts[pass][(key >> (pass * RADIX_BITS)) &
				     (RADIX_SIZE - 1)]++;
	}
}

/* Whether all values have the same digit, so that the pass moves nothing. */
static bool one_digit(const size_t counts[RADIX_SIZE], size_t n)
{
	for (unsigned int d = 0; d < RADIX_SIZE; d++)
		if (counts[d])
			return counts[d] == n;
	return true;
}

static void radix_pass(const int64_t *from, int64_t *to, size_t n, int pass,
		       const size_t counts[RADIX_SIZE])
{
	size_t next[RADIX_SIZE];
	size_t sum = 0;

	for (unsigned int d = 0; d < RADIX_SIZE; d++) {
		next[d] = sum;
		sum += counts[d];
	}
	for (size_t i = 0; i < n; i++) {
		unsigned int d = (radix_key(from[i]) >> (pass * RADIX_BITS)) &
				 (RADIX_SIZE - 1);

		to[next[d]++] = from[i];
	}
}

void dist_sort(int64_t *values, int64_t *scratch, size_t n)
{
	size_t counts[RADIX_PASSES][RADIX_SIZE];
	int64_t *from = values, *to = scratch;

	count_digits(values, n, counts);
	for (int pass = 0; pass < RADIX_PASSES; pass++) {
		int64_t *swap = from;

		if (one_digit(counts[pass], n))
			continue;
		radix_pass(from, to, n, pass, counts[pass]);
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, n * sizeof(*values));
}

double dist_curve_share(unsigned int point)
{
	if (point < 100)
		return point / 100.0;
	if (point < 109)
		return 0.99 + (point - 99) / 1000.0;
	if (point < 118)
		return 0.999 + (point - 108) / 10000.0;
	return 1;
}

/*
 * Nearest rank: the smallest value that at least @share of all do not exceed.
 * The tiny term keeps 0.999 * 1000 from becoming rank 1000.
 */
static int64_t at_share(const int64_t *sorted, size_t n, double share)
{
	double rank = ceil(share * (double)n - 1e-6);

	if (rank < 1)
		rank = 1;
	if (rank > (double)n)
		rank = (double)n;
	return sorted[(size_t)rank - 1];
}

static void summarise(struct dist *d, const int64_t *sorted, size_t n)
{
	double sum = 0;

	memset(d, 0, sizeof(*d));
	if (!n)
		return;
	for (size_t i = 0; i < n; i++)
		sum += (double)sorted[i];
	d->count = n;
	d->min = sorted[0];
	d->max = sorted[n - 1];
	d->mean = sum / (double)n;
	d->p50 = at_share(sorted, n, 0.5);
	d->p90 = at_share(sorted, n, 0.9);
	d->p99 = at_share(sorted, n, 0.99);
	d->p999 = at_share(sorted, n, 0.999);
}

static void draw_curve(struct dist_curve *c, const int64_t *sorted, size_t n)
{
	memset(c, 0, sizeof(*c));
	c->count = n;
	for (unsigned int i = 0; n && i < DIST_CURVE_POINTS; i++)
		c->values[i] = at_share(sorted, n, dist_curve_share(i));
}

/* First index of each group's values when the groups lie one after another. */
static size_t count_groups(size_t *start, unsigned int groups, uint64_t n,
			   dist_value_fn fn, const void *ctx)
{
	size_t sum = 0;

	for (uint64_t i = 0; i < n; i++) {
		unsigned int group = 0;
		int64_t value;

		if (fn(ctx, i, &group, &value) && group < groups)
			start[group + 1]++;
	}
	for (unsigned int g = 0; g < groups; g++) {
		sum += start[g + 1];
		start[g + 1] = sum;
	}
	return sum;
}

static void gather(int64_t *values, size_t *next, unsigned int groups,
		   uint64_t n, dist_value_fn fn, const void *ctx)
{
	for (uint64_t i = 0; i < n; i++) {
		unsigned int group = 0;
		int64_t value;

		if (fn(ctx, i, &group, &value) && group < groups)
			values[next[group]++] = value;
	}
}

int dist_by_group(struct dist *dists, struct dist_curve *curves,
		  unsigned int groups, uint64_t n, dist_value_fn fn,
		  const void *ctx)
{
	size_t *start = calloc(2 * ((size_t)groups + 1), sizeof(*start));
	size_t *next = start + groups + 1;
	int64_t *values;
	size_t total;

	if (!start)
		return -ENOMEM;
	total = count_groups(start, groups, n, fn, ctx);
	values = malloc((2 * total + 1) * sizeof(*values));
	if (!values) {
		free(start);
		return -ENOMEM;
	}
	memcpy(next, start, groups * sizeof(*next));
	gather(values, next, groups, n, fn, ctx);
	for (unsigned int g = 0; g < groups; g++) {
		int64_t *mine = values + start[g];
		size_t count = start[g + 1] - start[g];

		dist_sort(mine, values + total, count);
		summarise(&dists[g], mine, count);
		if (curves)
			draw_curve(&curves[g], mine, count);
	}
	free(values);
	free(start);
	return 0;
}
