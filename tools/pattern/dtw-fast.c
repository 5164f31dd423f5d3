// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dtw.h"

#define RADIUS	1
#define SMALL	(RADIUS + 2)

/**
 * struct half - a series at half the resolution
 * @x: means; owned
 * @count: values that each is the mean of; owned
 * @n: how many
 */
struct half {
	int64_t *x;
	size_t *count;
	size_t n;
};

/**
 * struct range - rows of a column in which a path may run
 * @lo: first
 * @hi: last; below @lo while there is none
 */
struct range {
	size_t lo, hi;
};

/**
 * struct path - a way through the matrix, from its end to its start
 * @i: value of the first series; owned
 * @j: of the second; owned
 * @n: steps
 */
struct path {
	size_t *i, *j;
	size_t n;
};

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory to compare patterns");
}

static void half_free(struct half *h)
{
	free(h->x);
	free(h->count);
}

static void path_free(struct path *p)
{
	free(p->i);
	free(p->j);
}

/* Mean of some values, cut towards 0. */
static int64_t mean(const int64_t *x, size_t n)
{
	__int128 sum = 0;
	size_t k;

	for (k = 0; k < n; k++)
		sum += x[k];
	return (int64_t)(sum / (__int128)n);
}

/* Of an odd number, one of the values is the mean of three. */
static int halve(const struct dtw_series *s, struct half *h,
		 struct hf_error *err)
{
	const double step = (double)s->n / (double)(s->n / 2);
	size_t from = 0, k;

	h->n = s->n / 2;
	h->x = calloc(h->n, sizeof(*h->x));
	h->count = calloc(h->n, sizeof(*h->count));
	if (!h->x || !h->count)
		return no_memory(err);
	for (k = 0; k < h->n; k++) {
		/* Rounded, halves up. */
		size_t to = (size_t)(step * (double)(k + 1) + 0.5);

		h->count[k] = to - from;
		h->x[k] = mean(s->x + from, to - from);
		from = to;
	}
	return 0;
}

static void mark(struct range *r, size_t lo, size_t hi)
{
	if (r->hi < r->lo) {
		*r = (struct range){ lo, hi };
		return;
	}
	if (lo < r->lo)
		r->lo = lo;
	if (hi > r->hi)
		r->hi = hi;
}

/* What a coarse path covers; where it steps to a corner, both sides of it. */
static void project(const struct path *p, const struct half *a,
		    const struct half *b, struct range *cols)
{
	size_t i = 0, j = 0, k, x;

	for (k = p->n; k-- > 0;) {
		size_t ci = p->i[k], cj = p->j[k];
		bool first = k + 1 == p->n;
		bool right = !first && ci > p->i[k + 1];
		bool up = !first && cj > p->j[k + 1];

		if (up)
			j += b->count[p->j[k + 1]];
		if (right)
			i += a->count[p->i[k + 1]];
		if (up && right) {
			mark(&cols[i - 1], j, j);
			mark(&cols[i], j - 1, j - 1);
		}
		for (x = 0; x < a->count[ci]; x++)
			mark(&cols[i + x], j, j + b->count[cj] - 1);
	}
}

/* One more to each side, in columns and rows. */
static int widen(struct range *cols, size_t n, size_t rows,
		 struct hf_error *err)
{
	struct range *old = malloc(n * sizeof(*old));
	size_t i;

	if (!old)
		return no_memory(err);
	memcpy(old, cols, n * sizeof(*old));
	for (i = 0; i < n; i++) {
		if (i)
			mark(&cols[i], old[i - 1].lo, old[i - 1].hi);
		if (i + 1 < n)
			mark(&cols[i], old[i + 1].lo, old[i + 1].hi);
		if (cols[i].lo)
			cols[i].lo--;
		if (cols[i].hi + 1 < rows)
			cols[i].hi++;
	}
	free(old);
	return 0;
}

/**
 * struct matrix - distances where a path may run
 * @cols: rows of each column
 * @at: where the distances of each column begin in @cell; owned
 * @cell: the distances; owned
 */
struct matrix {
	const struct range *cols;
	size_t *at;
	uint64_t *cell;
};

static uint64_t get(const struct matrix *m, size_t i, size_t j)
{
	const struct range *r = &m->cols[i];

	return j < r->lo || j > r->hi ? DTW_NONE :
					m->cell[m->at[i] + j - r->lo];
}

static uint64_t left_of(const struct matrix *m, size_t i, size_t j)
{
	return i ? get(m, i - 1, j) : DTW_NONE;
}

static uint64_t below(const struct matrix *m, size_t i, size_t j)
{
	return j ? get(m, i, j - 1) : DTW_NONE;
}

static uint64_t diagonal(const struct matrix *m, size_t i, size_t j)
{
	return i && j ? get(m, i - 1, j - 1) : DTW_NONE;
}

static int matrix_new(struct matrix *m, const struct range *cols, size_t n,
		      struct hf_error *err)
{
	size_t i, cells = 0;

	*m = (struct matrix){ .cols = cols };
	m->at = malloc(n * sizeof(*m->at));
	if (!m->at)
		return no_memory(err);
	for (i = 0; i < n; i++) {
		m->at[i] = cells;
		cells += cols[i].hi - cols[i].lo + 1;
	}
	m->cell = malloc(cells * sizeof(*m->cell));
	if (m->cell)
		return 0;
	free(m->at);
	return no_memory(err);
}

static void matrix_free(struct matrix *m)
{
	free(m->at);
	free(m->cell);
}

static void matrix_fill(struct matrix *m, const struct dtw_series *a,
			const struct dtw_series *b)
{
	size_t i, j;

	for (i = 0; i < a->n; i++) {
		for (j = m->cols[i].lo; j <= m->cols[i].hi; j++) {
			uint64_t from = i || j ? DTW_NONE : 0, v;

			v = left_of(m, i, j);
			from = v < from ? v : from;
			v = below(m, i, j);
			from = v < from ? v : from;
			v = diagonal(m, i, j);
			from = v < from ? v : from;
			m->cell[m->at[i] + j - m->cols[i].lo] =
				dtw_add(from, dtw_cost(a->x[i], b->x[j]));
		}
	}
}

/* One step back. A tie goes to the corner, else towards the diagonal. */
static void step_back(const struct matrix *m, size_t *i, size_t *j)
{
	const uint64_t diag = diagonal(m, *i, *j);
	const uint64_t left = left_of(m, *i, *j);
	const uint64_t down = below(m, *i, *j);

	if (diag <= left && diag <= down && *i && *j) {
		(*i)--;
		(*j)--;
	} else if (left < down || (left == down && *i > *j)) {
		(*i)--;
	} else {
		(*j)--;
	}
}

static int find_path(const struct matrix *m, size_t i, size_t j,
		     struct path *p, struct hf_error *err)
{
	p->i = malloc((i + j + 1) * sizeof(*p->i));
	p->j = malloc((i + j + 1) * sizeof(*p->j));
	if (!p->i || !p->j)
		return no_memory(err);
	p->n = 0;
	for (;;) {
		p->i[p->n] = i;
		p->j[p->n++] = j;
		if (!i && !j)
			return 0;
		step_back(m, &i, &j);
	}
}

/* The best path within @cols; @path is filled if it is not NULL. */
static int warp(const struct dtw_series *a, const struct dtw_series *b,
		const struct range *cols, uint64_t *distance,
		struct path *path, struct hf_error *err)
{
	struct matrix m;
	int rc = matrix_new(&m, cols, a->n, err);

	if (rc)
		return rc;
	matrix_fill(&m, a, b);
	*distance = get(&m, a->n - 1, b->n - 1);
	if (path)
		rc = find_path(&m, a->n - 1, b->n - 1, path, err);
	matrix_free(&m);
	return rc;
}

static int fast(const struct dtw_series *a, const struct dtw_series *b,
		uint64_t *distance, struct path *path, struct hf_error *err);

/* Where the path may run, by that of the halved series. */
static int coarse(const struct dtw_series *a, const struct dtw_series *b,
		  struct range *cols, struct hf_error *err)
{
	struct half ha = { 0 }, hb = { 0 };
	struct path path = { 0 };
	uint64_t unused;
	int rc = halve(a, &ha, err);

	if (!rc)
		rc = halve(b, &hb, err);
	if (!rc) {
		struct dtw_series sa = { ha.x, ha.n }, sb = { hb.x, hb.n };

		rc = fast(&sa, &sb, &unused, &path, err);
	}
	if (!rc) {
		project(&path, &ha, &hb, cols);
		rc = widen(cols, a->n, b->n, err);
	}
	path_free(&path);
	half_free(&ha);
	half_free(&hb);
	return rc;
}

static int fast(const struct dtw_series *a, const struct dtw_series *b,
		uint64_t *distance, struct path *path, struct hf_error *err)
{
	struct range *cols = malloc(a->n * sizeof(*cols));
	const bool small = a->n <= SMALL || b->n <= SMALL;
	size_t i;
	int rc = 0;

	if (!cols)
		return no_memory(err);
	for (i = 0; i < a->n; i++)
		cols[i] = small ? (struct range){ 0, b->n - 1 } :
				  (struct range){ 1, 0 };
	if (!small)
		rc = coarse(a, b, cols, err);
	if (!rc)
		rc = warp(a, b, cols, distance, path, err);
	free(cols);
	return rc;
}

int dtw_fast(const struct dtw_series *a, const struct dtw_series *b,
	     uint64_t *distance, struct hf_error *err)
{
	return fast(a, b, distance, NULL, err);
}
