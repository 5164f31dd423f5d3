// SPDX-License-Identifier: GPL-2.0-only
/* Comparison of traces: each figure against its definition. */
#include "hrc-traces.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "hrc.h"
#include "ks.h"
#include "likeness.h"
#include "mmd.h"

static struct hf_error err;

/* ---- distance of distributions ---- */

static double share_up_to(const struct sample *s, int64_t value)
{
	double n = 0;

	for (uint64_t i = 0; i < s->count; i++)
		n += s->values[i] <= value;
	return n / (double)s->count;
}

/* At each value of both. */
static double slow_ks(const struct sample *a, const struct sample *b)
{
	double most = 0;

	for (uint64_t i = 0; i < a->count; i++)
		most = fmax(most, fabs(share_up_to(a, a->values[i]) -
				       share_up_to(b, a->values[i])));
	for (uint64_t i = 0; i < b->count; i++)
		most = fmax(most, fabs(share_up_to(a, b->values[i]) -
				       share_up_to(b, b->values[i])));
	return most;
}

static void random_sample(struct sample *s, uint64_t count, uint64_t *seed)
{
	uint64_t range = 1 + hrc_random(seed) % 40;

	s->count = count;
	s->values = calloc(count + 1, sizeof(*s->values));
	assert_non_null(s->values);
	for (uint64_t i = 0; i < count; i++)
		s->values[i] = (int64_t)(hrc_random(seed) % range) - 10;
}

static void kolmogorov_smirnov(void **state)
{
	struct sample none = { NULL, 0 }, a, b;
	uint64_t seed = 12;

	(void)state;
	for (int i = 0; i < 200; i++) {
		random_sample(&a, 1 + hrc_random(&seed) % 60, &seed);
		random_sample(&b, 1 + hrc_random(&seed) % 60, &seed);
		assert_int_equal(sample_sort(&a), 0);
		assert_int_equal(sample_sort(&b), 0);
		assert_true(fabs(ks_distance(&a, &b) - slow_ks(&a, &b)) <
			    1e-12);
		assert_true(ks_distance(&a, &a) == 0);
		assert_true(isnan(ks_distance(&a, &none)));
		sample_free(&a);
		sample_free(&b);
	}
}

/* ---- discrepancy ---- */

static void random_points(struct point *p, uint64_t n, double shift,
			  uint64_t *seed)
{
	for (uint64_t i = 0; i < n; i++)
		p[i] = (struct point){
			(double)(hrc_random(seed) % 1000) / 500 + shift,
			(double)(hrc_random(seed) % 1000) / 500 };
}

static double kernel(struct point a, struct point b, double sigma)
{
	return exp(-pow(hypot(a.x - b.x, a.y - b.y), 2) / 2 / sigma / sigma);
}

/* The formula, over ordered pairs. */
static double slow_mmd(const struct point *a, uint64_t n,
		       const struct point *b, uint64_t m, double sigma)
{
	double aa = 0, bb = 0, ab = 0;

	for (uint64_t i = 0; i < n; i++)
		for (uint64_t k = 0; k < n; k++)
			aa += i == k ? 0 : kernel(a[i], a[k], sigma);
	for (uint64_t i = 0; i < m; i++)
		for (uint64_t k = 0; k < m; k++)
			bb += i == k ? 0 : kernel(b[i], b[k], sigma);
	for (uint64_t i = 0; i < n; i++)
		for (uint64_t k = 0; k < m; k++)
			ab += kernel(a[i], b[k], sigma);
	return aa / (double)(n * (n - 1)) + bb / (double)(m * (m - 1)) -
	       2 * ab / (double)(n * m);
}

static void discrepancy(void **state)
{
	struct point a[200], b[150];
	uint64_t seed = 8;

	(void)state;
	random_points(a, 200, 0, &seed);
	random_points(b, 150, 0, &seed);
	assert_true(fabs(mmd_squared(a, 200, b, 150, 0.7) -
			 slow_mmd(a, 200, b, 150, 0.7)) < 1e-12);
	/* Of one distribution; then of two that are far apart. */
	assert_true(fabs(mmd_squared(a, 200, b, 150, 0.7)) < 0.02);
	random_points(b, 150, 100, &seed);
	assert_true(mmd_squared(a, 200, b, 150, 0.7) > 0.3);
	assert_true(isnan(mmd_squared(a, 1, b, 150, 0.7)));
	/* Distances 3, 4 and 5: the median is 4. */
	a[0] = (struct point){ 0, 0 };
	a[1] = (struct point){ 3, 0 };
	a[2] = (struct point){ 0, 4 };
	assert_true(fabs(mmd_sigma(a, 3) - 4) < 1e-12);
	assert_true(mmd_sigma(a, 1) == 1);
	a[1] = a[2] = a[0];
	assert_true(mmd_sigma(a, 3) == 1);
}

/* ---- traces ---- */

static const struct likeness_opts opts = {
	.policies = "lru,arc,s3fifo", .sizes = "1,10%,50%,100%",
	.block = 4096, .threads = 2, .samples = 500, .seed = 1,
};

static void find(struct likeness *l, const struct hrc_trace *a,
		 const struct hrc_trace *b)
{
	if (likeness_find(l, &a->file, &b->file, &opts, &err))
		fail_msg("%s", err.text);
}

static void the_same(void **state)
{
	const struct hrc_shape shape = { 4000, 200, 20, 8, true };
	struct hrc_trace t;
	struct likeness l;
	uint64_t seed = 2;

	(void)state;
	hrc_trace_make(&t, &shape, &seed);
	find(&l, &t, &t);
	assert_true(l.read_share == 0 && l.size_ks == 0 && l.gap_ks == 0 &&
		    l.jump_ks == 0);
	assert_true(fabs(l.mmd) < 0.02 && fabs(l.mmd_same) < 0.02);
	assert_int_equal(l.side[0].blocks, l.side[1].blocks);
	assert_int_equal(l.count, 3);
	for (unsigned int i = 0; i < l.count; i++)
		assert_true(l.curves[i].mean == 0 && l.curves[i].most == 0 &&
			    l.curves[i].scaled_mean == 0);
	likeness_free(&l);
	hrc_trace_free(&t);
}

/* The hit ratios' difference from two runs of hrc. */
static void check_curves(const struct likeness *l, const struct hrc_trace *a,
			 const struct hrc_trace *b)
{
	struct hrc_opts hrc = {
		.refs = { REFS_BLOCK, REFS_BOTH, 1, 0 }, .threads = 1,
		.policies = opts.policies, .sizes = opts.sizes, .seed = 1,
	};
	char sizes[128];
	struct hrc x, y;

	assert_int_equal(hrc_make(&x, &a->file, &hrc, &err), 0);
	snprintf(sizes, sizeof(sizes), "%d,%d,%d,%d", (int)x.sizes.blocks[0],
		 (int)x.sizes.blocks[1], (int)x.sizes.blocks[2],
		 (int)x.sizes.blocks[3]);
	hrc.sizes = sizes;
	assert_int_equal(hrc_make(&y, &b->file, &hrc, &err), 0);
	for (unsigned int c = 0; c < l->count; c++) {
		double sum = 0, n = 0, most = 0;

		for (unsigned int i = 0; i < 4; i++) {
			double d;

			/* S3-FIFO is not defined for one block. */
			if (x.curves[c].hits[i].refs == HITS_UNKNOWN)
				continue;
			d = fabs((double)x.curves[c].hits[i].refs /
				 (double)x.refs.count -
				 (double)y.curves[c].hits[i].refs /
				 (double)y.refs.count);
			sum += d;
			n++;
			most = fmax(most, d);
		}
		assert_true(fabs(l->curves[c].mean - sum / n) < 1e-12);
		assert_true(fabs(l->curves[c].most - most) < 1e-12);
		assert_true(most > 0.01);
	}
	hrc_free(&x);
	hrc_free(&y);
}

/* Jumps of one target, as they follow each other. */
static void fill_jumps(struct sample *s, const struct hrc_trace *t)
{
	s->count = 0;
	s->values = calloc(t->file.count + 1, sizeof(*s->values));
	assert_non_null(s->values);
	for (uint64_t i = 0; i < t->file.count; i++) {
		uint64_t k = i;

		if (!likeness_moves(&t->recs[i]))
			continue;
		while (k && (!likeness_moves(&t->recs[k - 1]) ||
			     t->recs[k - 1].target != t->recs[i].target))
			k--;
		if (k)
			s->values[s->count++] = (int64_t)t->recs[i].offset -
				(int64_t)(t->recs[k - 1].offset +
					  t->recs[k - 1].length);
	}
}

static void fill_sizes(struct sample *s, const struct hrc_trace *t)
{
	s->count = 0;
	s->values = calloc(t->file.count + 1, sizeof(*s->values));
	assert_non_null(s->values);
	for (uint64_t i = 0; i < t->file.count; i++)
		if (likeness_moves(&t->recs[i]))
			s->values[s->count++] = t->recs[i].length;
}

static void check_requests(const struct likeness *l, const struct hrc_trace *a,
			   const struct hrc_trace *b)
{
	struct sample x, y;

	fill_jumps(&x, a);
	fill_jumps(&y, b);
	assert_true(fabs(l->jump_ks - slow_ks(&x, &y)) < 1e-12);
	sample_free(&x);
	sample_free(&y);
	fill_sizes(&x, a);
	fill_sizes(&y, b);
	assert_int_equal(x.count, l->side[0].reads + l->side[0].writes);
	assert_true(fabs(l->size_ks - slow_ks(&x, &y)) < 1e-12);
	sample_free(&x);
	sample_free(&y);
}

static void others(void **state)
{
	const struct hrc_shape one = { 1500, 200, 20, 40, false };
	const struct hrc_shape two = { 1200, 300, 100, 8, true };
	struct hrc_trace a, b;
	struct likeness l;
	uint64_t seed = 2;

	(void)state;
	hrc_trace_make(&a, &one, &seed);
	hrc_trace_make(&b, &two, &seed);
	for (uint64_t i = 0; i < one.count; i++)
		a.recs[i].issue_ns = i * 1000;
	for (uint64_t i = 0; i < two.count; i++)
		b.recs[i].issue_ns = i * 1000 + i / 2 % 2;
	find(&l, &a, &b);
	check_requests(&l, &a, &b);
	check_curves(&l, &a, &b);
	/* Half of the gaps are 1000, a quarter each 999 and 1001. */
	assert_true(fabs(l.gap_ks - 0.25) < 0.01);
	assert_true(l.mmd > 0.02 && fabs(l.mmd_same) < 0.02);
	likeness_free(&l);
	hrc_trace_free(&a);
	hrc_trace_free(&b);
}

static bool at_once(void)
{
	return true;
}

static void without_sense(void **state)
{
	const struct hrc_shape shape = { 100, 20, 2, 8, true };
	struct likeness_opts stop = opts;
	struct hrc_trace t, none;
	struct likeness l;
	uint64_t seed = 2;

	(void)state;
	hrc_trace_make(&t, &shape, &seed);
	hrc_trace_make(&none, &shape, &seed);
	none.file.count = 0;
	assert_int_equal(likeness_find(&l, &t.file, &none.file, &opts, &err),
			 -ENODATA);
	assert_non_null(strstr(err.text, "nothing to cache"));
	likeness_free(&l);
	stop.stop = at_once;
	assert_int_equal(likeness_find(&l, &t.file, &t.file, &stop, &err),
			 -EINTR);
	likeness_free(&l);
	hrc_trace_free(&t);
	hrc_trace_free(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kolmogorov_smirnov),
		cmocka_unit_test(discrepancy),
		cmocka_unit_test(the_same),
		cmocka_unit_test(others),
		cmocka_unit_test(without_sense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
