/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Maximum mean discrepancy: how far two sets of points in the plane are from
 * being drawn from one distribution. Gretton et al., "A kernel two-sample
 * test", Journal of Machine Learning Research 2012.
 */
#ifndef HF_MMD_H
#define HF_MMD_H

#include <stdint.h>

/** struct point - a point */
struct point {
	double x, y;
};

/**
 * mmd_sigma - a width for the kernel: the median distance of two points
 * @points: the points
 * @n: how many; the first 1000 count
 *
 * Return: the median, 1 if it is 0 or there are less than two points; NaN
 * without memory.
 */
double mmd_sigma(const struct point *points, uint64_t n);

/**
 * mmd_squared - the square of the discrepancy, unbiased
 * @a: points
 * @n: how many, from 2
 * @b: others
 * @m: how many, from 2
 * @sigma: width of the kernel exp(-distance^2 / (2 sigma^2))
 *
 * Return: about 0 for one distribution, also less; at most 2. NaN with less
 * than two points.
 */
double mmd_squared(const struct point *a, uint64_t n, const struct point *b,
		   uint64_t m, double sigma);

#endif /* HF_MMD_H */
