// SPDX-License-Identifier: GPL-2.0-only
/* Dynamic time warping against slow computations by the definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dtw.h"
#include "unit-files.h"

#define MOST 48

static struct hf_error err;
static uint64_t seed = 88172645463325252ULL;

static void make(struct dtw_series *s, int64_t *x, size_t n, uint64_t spread)
{
	size_t i;

	for (i = 0; i < n; i++)
		x[i] = (int64_t)(unit_random(&seed) % spread) -
		       (int64_t)(spread / 2);
	*s = (struct dtw_series){ x, n };
}

static uint64_t cost(const struct dtw_series *a, const struct dtw_series *b,
		     size_t i, size_t j)
{
	return (uint64_t)llabs(a->x[i] - b->x[j]);
}

/* The least sum over all paths, one after the other. */
static uint64_t all_paths(const struct dtw_series *a,
			  const struct dtw_series *b, size_t i, size_t j)
{
	uint64_t best = UINT64_MAX, v;

	if (!i && !j)
		return cost(a, b, 0, 0);
	if (i) {
		v = all_paths(a, b, i - 1, j);
		best = v < best ? v : best;
	}
	if (j) {
		v = all_paths(a, b, i, j - 1);
		best = v < best ? v : best;
	}
	if (i && j) {
		v = all_paths(a, b, i - 1, j - 1);
		best = v < best ? v : best;
	}
	return best + cost(a, b, i, j);
}

/* A matrix of distances where @open says a path may run. */
static uint64_t m[MOST][MOST];

static uint64_t at(int i, int j)
{
	return i < 0 || j < 0 ? UINT64_MAX : m[i][j];
}

static uint64_t fill(const struct dtw_series *a, const struct dtw_series *b,
		     bool open[MOST][MOST])
{
	int i, j;

	for (i = 0; i < (int)a->n; i++) {
		for (j = 0; j < (int)b->n; j++) {
			uint64_t best = i || j ? UINT64_MAX : 0;

			best = at(i - 1, j) < best ? at(i - 1, j) : best;
			best = at(i, j - 1) < best ? at(i, j - 1) : best;
			best = at(i - 1, j - 1) < best ? at(i - 1, j - 1) :
							 best;
			m[i][j] = !open[i][j] || best == UINT64_MAX ?
				  UINT64_MAX :
				  best + cost(a, b, (size_t)i, (size_t)j);
		}
	}
	return m[a->n - 1][b->n - 1];
}

static uint64_t slow_banded(const struct dtw_series *a,
			    const struct dtw_series *b, size_t band)
{
	static bool open[MOST][MOST];
	size_t i, j;

	if (a->n < b->n)
		return slow_banded(b, a, band);
	for (i = 0; i < a->n; i++) {
		for (j = 0; j < b->n; j++) {
			long mid = a->n > 1 ? (long)(i * (b->n - 1) /
						     (a->n - 1)) : 0;

			open[i][j] = labs(mid - (long)j) <= (long)band;
		}
	}
	return fill(a, b, open);
}

static uint64_t banded(const struct dtw_series *a, const struct dtw_series *b,
		       size_t band, uint64_t limit)
{
	uint64_t d = 0;

	assert_int_equal(dtw_banded(a, b, band, limit, &d, &err), 0);
	return d;
}

static void test_all_paths(void **state)
{
	int64_t x[MOST], y[MOST];
	struct dtw_series a, b;
	int n;

	(void)state;
	for (n = 0; n < 400; n++) {
		make(&a, x, 1 + unit_random(&seed) % 7, 50);
		make(&b, y, 1 + unit_random(&seed) % 7, 50);
		assert_int_equal(banded(&a, &b, MOST, DTW_NONE - 1),
				 all_paths(&a, &b, a.n - 1, b.n - 1));
	}
}

static void test_bands(void **state)
{
	int64_t x[MOST], y[MOST];
	struct dtw_series a, b;
	int n;

	(void)state;
	for (n = 0; n < 2000; n++) {
		size_t band = 1 + unit_random(&seed) % 12;
		uint64_t want;

		make(&a, x, 1 + unit_random(&seed) % MOST, 1000);
		make(&b, y, 1 + unit_random(&seed) % MOST, 1000);
		want = slow_banded(&a, &b, band);
		assert_int_not_equal(want, UINT64_MAX);
		assert_int_equal(banded(&a, &b, band, DTW_NONE - 1), want);
		assert_int_equal(banded(&b, &a, band, DTW_NONE - 1), want);
		assert_int_equal(banded(&a, &b, band, want), want);
		if (want)
			assert_int_equal(banded(&a, &b, band, want - 1),
					 DTW_NONE);
	}
}

/* Sums that do not fit stay below the mark for "none". */
static void test_huge(void **state)
{
	int64_t low[] = { INT64_MIN, INT64_MIN, INT64_MIN };
	int64_t high[] = { INT64_MAX, INT64_MAX, INT64_MAX };
	struct dtw_series a = { low, 3 }, b = { high, 3 }, one = { low, 1 };
	uint64_t d;

	(void)state;
	assert_int_equal(banded(&a, &b, 3, DTW_NONE - 1), DTW_NONE - 1);
	assert_int_equal(dtw_fast(&a, &b, &d, &err), 0);
	assert_int_equal(d, DTW_NONE - 1);
	assert_int_equal(banded(&a, &one, 1, DTW_NONE - 1), 0);
}

/* FastDTW, word by word, on matrices of cells. */
struct cells {
	bool open[MOST][MOST];
};

struct step {
	int i, j;
};

static int shrink(const struct dtw_series *s, int64_t *x, int *count)
{
	int k = 0, from = 0, half = (int)s->n / 2;

	while (from < (int)s->n) {
		int to = (int)((double)s->n / half * (k + 1) + 0.5) - 1, p;
		int64_t sum = 0;

		for (p = from; p <= to; p++)
			sum += s->x[p];
		count[k] = to - from + 1;
		x[k++] = sum / (to - from + 1);
		from = to + 1;
	}
	return k;
}

static int walk_back(const struct dtw_series *a, const struct dtw_series *b,
		     struct step *path)
{
	int i = (int)a->n - 1, j = (int)b->n - 1, n = 0;

	path[n++] = (struct step){ i, j };
	while (i > 0 || j > 0) {
		uint64_t diag = at(i - 1, j - 1), left = at(i - 1, j);
		uint64_t down = at(i, j - 1);

		if (diag <= left && diag <= down) {
			i--;
			j--;
		} else if (left < diag && left < down) {
			i--;
		} else if (down < diag && down < left) {
			j--;
		} else if (i <= j) {
			j--;
		} else {
			i--;
		}
		path[n++] = (struct step){ i, j };
	}
	return n;
}

static void open_cell(struct cells *c, const struct dtw_series *a,
		      const struct dtw_series *b, int i, int j)
{
	if (i >= 0 && j >= 0 && i < (int)a->n && j < (int)b->n)
		c->open[i][j] = true;
}

static void open_around(struct cells *c, const struct dtw_series *a,
			const struct dtw_series *b)
{
	static struct cells old;
	int i, j, di, dj;

	old = *c;
	for (i = 0; i < (int)a->n; i++)
		for (j = 0; j < (int)b->n; j++)
			for (di = -1; di <= 1 && old.open[i][j]; di++)
				for (dj = -1; dj <= 1; dj++)
					open_cell(c, a, b, i + di, j + dj);
}

static void project_path(struct cells *c, const struct dtw_series *a,
			 const struct dtw_series *b, const struct step *path,
			 int n, const int *ca, const int *cb)
{
	int start_a[MOST] = { 0 }, start_b[MOST] = { 0 }, k, x, y;

	for (k = 1; k < MOST; k++) {
		start_a[k] = start_a[k - 1] + ca[k - 1];
		start_b[k] = start_b[k - 1] + cb[k - 1];
	}
	for (k = n - 1; k >= 0; k--) {
		int i = start_a[path[k].i], j = start_b[path[k].j];

		if (k + 1 < n && path[k].i > path[k + 1].i &&
		    path[k].j > path[k + 1].j) {
			open_cell(c, a, b, i - 1, j);
			open_cell(c, a, b, i, j - 1);
		}
		for (x = 0; x < ca[path[k].i]; x++)
			for (y = 0; y < cb[path[k].j]; y++)
				open_cell(c, a, b, i + x, j + y);
	}
}

static uint64_t slow_fast(const struct dtw_series *a,
			  const struct dtw_series *b, struct step *path,
			  int *steps)
{
	struct cells *c = calloc(1, sizeof(*c));
	uint64_t d;

	if (a->n <= 3 || b->n <= 3) {
		memset(c, 1, sizeof(*c));
	} else {
		int64_t xa[MOST], xb[MOST];
		int ca[MOST] = { 0 }, cb[MOST] = { 0 }, n;
		struct dtw_series sa = { xa, 0 }, sb = { xb, 0 };
		struct step coarse[2 * MOST];

		sa.n = (size_t)shrink(a, xa, ca);
		sb.n = (size_t)shrink(b, xb, cb);
		slow_fast(&sa, &sb, coarse, &n);
		project_path(c, a, b, coarse, n, ca, cb);
		open_around(c, a, b);
	}
	d = fill(a, b, c->open);
	*steps = walk_back(a, b, path);
	free(c);
	return d;
}

static void test_fast(void **state)
{
	int64_t x[MOST], y[MOST];
	struct step path[2 * MOST];
	struct dtw_series a, b;
	int n, steps, more = 0;

	(void)state;
	for (n = 0; n < 3000; n++) {
		uint64_t d, full;

		make(&a, x, 1 + unit_random(&seed) % MOST,
		     2 + unit_random(&seed) % 100);
		make(&b, y, 1 + unit_random(&seed) % MOST, 100);
		assert_int_equal(dtw_fast(&a, &b, &d, &err), 0);
		assert_int_equal(d, slow_fast(&a, &b, path, &steps));
		full = banded(&a, &b, MOST, DTW_NONE - 1);
		assert_true(d >= full);
		more += d > full;
	}
	/* It is an approximation, and the test sees that. */
	assert_true(more > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_paths),
		cmocka_unit_test(test_bands),
		cmocka_unit_test(test_huge),
		cmocka_unit_test(test_fast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
