/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dynamic time warping of two series of numbers: the least sum of |x - y| along
 * a path from their first values to their last that steps forward in one or
 * both (Sakoe, Chiba, 1978). Sums stop at UINT64_MAX - 1.
 */
#ifndef HF_DTW_H
#define HF_DTW_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* No path: more than the limit. */
#define DTW_NONE UINT64_MAX

/**
 * struct dtw_series - numbers
 * @x: the numbers; not owned
 * @n: how many, at least 1
 */
struct dtw_series {
	const int64_t *x;
	size_t n;
};

/**
 * dtw_banded - exact distance along paths near the diagonal
 * @a: a series
 * @b: another; the distance from @b to @a is the same
 * @band: how far a path may leave the diagonal, in values of the shorter
 *	series; 1 at least, and the length of the longer for all paths
 * @limit: a distance from which on none is wanted
 * @distance: gets it, or DTW_NONE if it is above @limit
 * @err: on failure, a sentence
 *
 * Takes time for the product of the longer length and @band.
 *
 * Return: 0 or -ENOMEM.
 */
int dtw_banded(const struct dtw_series *a, const struct dtw_series *b,
	       size_t band, uint64_t limit, uint64_t *distance,
	       struct hf_error *err);

/**
 * dtw_fast - approximate distance, as FastDTW with radius 1 gives it
 * @a: a series
 * @b: another
 * @distance: gets it; never below that of all paths
 * @err: on failure, a sentence
 *
 * Salvador, Chan: FastDTW, 2007. Both series are halved until one has 3 values
 * or fewer; each path, widened by 1, is where that of the finer ones may run.
 * Means of halves are cut to whole numbers, as AGIOS has it.
 *
 * Return: 0 or -ENOMEM.
 */
int dtw_fast(const struct dtw_series *a, const struct dtw_series *b,
	     uint64_t *distance, struct hf_error *err);

/** dtw_cost - |x - y| */
static inline uint64_t dtw_cost(int64_t x, int64_t y)
{
	uint64_t v = x > y ? (uint64_t)x - (uint64_t)y :
			     (uint64_t)y - (uint64_t)x;

	return v == DTW_NONE ? v - 1 : v;
}

/** dtw_add - sum of distances; DTW_NONE stays what it is */
static inline uint64_t dtw_add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	if (a == DTW_NONE || b == DTW_NONE)
		return DTW_NONE;
	if (__builtin_add_overflow(a, b, &sum) || sum == DTW_NONE)
		return DTW_NONE - 1;
	return sum;
}

#endif /* HF_DTW_H */
