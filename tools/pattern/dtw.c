// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "dtw.h"

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/**
 * struct rows - two rows of the matrix of distances
 * @prev: of the value of the longer series before
 * @cur: of this one
 */
struct rows {
	uint64_t *prev, *cur;
};

/* Columns that row @i may touch: near where the diagonal crosses it. */
static void columns(const struct dtw_series *a, const struct dtw_series *b,
		    size_t i, size_t band, size_t *lo, size_t *hi)
{
	/* Lengths fit 32 bits by far; the product fits 64. */
	size_t at = a->n > 1 ? i * (b->n - 1) / (a->n - 1) : 0;

	*lo = at > band ? at - band : 0;
	*hi = at + band < b->n ? at + band : b->n - 1;
}

/* Fills columns @lo to @hi; returns the least distance among them. */
static uint64_t fill_row(struct rows *r, int64_t x, const struct dtw_series *b,
			 size_t lo, size_t hi)
{
	uint64_t left = DTW_NONE, best = DTW_NONE;
	size_t j;

	for (j = lo; j <= hi; j++) {
		uint64_t from = least(left, r->prev[j]);

		if (j)
			from = least(from, r->prev[j - 1]);
		left = dtw_add(from, dtw_cost(x, b->x[j]));
		r->cur[j] = left;
		best = least(best, left);
	}
	/* What the next row may look at beside them. */
	if (lo)
		r->cur[lo - 1] = DTW_NONE;
	if (hi + 1 < b->n)
		r->cur[hi + 1] = DTW_NONE;
	return best;
}

static void swap(struct rows *r)
{
	uint64_t *prev = r->prev;

	r->prev = r->cur;
	r->cur = prev;
}

/* The first row is reached from the left only. */
static uint64_t first_row(struct rows *r, const struct dtw_series *a,
			  const struct dtw_series *b, size_t hi)
{
	uint64_t sum = 0;
	size_t j;

	for (j = 0; j < b->n; j++) {
		sum = dtw_add(sum, dtw_cost(a->x[0], b->x[j]));
		r->cur[j] = j <= hi ? sum : DTW_NONE;
	}
	return r->cur[0];
}

static uint64_t warp(struct rows *r, const struct dtw_series *a,
		     const struct dtw_series *b, size_t band, uint64_t limit)
{
	size_t i, lo, hi;

	columns(a, b, 0, band, &lo, &hi);
	if (first_row(r, a, b, hi) > limit)
		return DTW_NONE;
	for (i = 1; i < a->n; i++) {
		swap(r);
		columns(a, b, i, band, &lo, &hi);
		if (fill_row(r, a->x[i], b, lo, hi) > limit)
			return DTW_NONE;
	}
	return r->cur[b->n - 1] <= limit ? r->cur[b->n - 1] : DTW_NONE;
}

int dtw_banded(const struct dtw_series *a, const struct dtw_series *b,
	       size_t band, uint64_t limit, uint64_t *distance,
	       struct hf_error *err)
{
	struct rows r;
	uint64_t *room;

	/* Along the longer one the diagonal moves one column a row at most. */
	if (a->n < b->n)
		return dtw_banded(b, a, band, limit, distance, err);
	room = calloc(b->n, 2 * sizeof(*room));
	if (!room)
		return hf_fail(err, ENOMEM, "no memory to compare patterns");
	r = (struct rows){ .prev = room, .cur = room + b->n };
	*distance = warp(&r, a, b, band ? band : 1, limit);
	free(room);
	return 0;
}
