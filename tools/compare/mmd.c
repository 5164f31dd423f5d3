// SPDX-License-Identifier: GPL-2.0-only
#include "mmd.h"

#include <math.h>
#include <stdlib.h>

/* Points whose distances are looked at for the median. */
#define SIGMA_POINTS	1000

static double squared_distance(const struct point *a, const struct point *b)
{
	double x = a->x - b->x, y = a->y - b->y;

	return x * x + y * y;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double mmd_sigma(const struct point *points, uint64_t n)
{
	uint64_t used = n < SIGMA_POINTS ? n : SIGMA_POINTS, pairs = 0;
	double *distances, median;

	if (used < 2)
		return 1;
	distances = malloc(used * (used - 1) / 2 * sizeof(*distances));
	if (!distances)
		return NAN;
	for (uint64_t i = 0; i < used; i++)
		for (uint64_t k = 0; k < i; k++)
			distances[pairs++] = squared_distance(&points[i],
							      &points[k]);
	qsort(distances, pairs, sizeof(*distances), by_value);
	median = sqrt(distances[pairs / 2]);
	free(distances);
	return median > 0 ? median : 1;
}

/* Mean of the kernel over all pairs of different points of a set. */
static double mean_within(const struct point *a, uint64_t n, double scale)
{
	double sum = 0;

	for (uint64_t i = 0; i < n; i++)
		for (uint64_t k = 0; k < i; k++)
			sum += exp(-squared_distance(&a[i], &a[k]) * scale);
	return 2 * sum / ((double)n * (double)(n - 1));
}

static double mean_between(const struct point *a, uint64_t n,
			   const struct point *b, uint64_t m, double scale)
{
	double sum = 0;

	for (uint64_t i = 0; i < n; i++)
		for (uint64_t k = 0; k < m; k++)
			sum += exp(-squared_distance(&a[i], &b[k]) * scale);
	return sum / ((double)n * (double)m);
}

double mmd_squared(const struct point *a, uint64_t n, const struct point *b,
		   uint64_t m, double sigma)
{
	double scale = 1 / (2 * sigma * sigma);

	if (n < 2 || m < 2)
		return NAN;
	return mean_within(a, n, scale) + mean_within(b, m, scale) -
	       2 * mean_between(a, n, b, m, scale);
}
