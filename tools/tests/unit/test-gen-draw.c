// SPDX-License-Identifier: GPL-2.0-only
/* What generators draw with: logarithms, tables of choices, frequencies. */
#include <errno.h>
#include <math.h>

#include "extents.h"
#include "fixed.h"
#include "import.h"
#include "irm.h"
#include "parse.h"
#include "trace-blocks.h"
#include "unit-files.h"

static struct hf_error err;
static struct draw draw;

static void test_fixed(void **state)
{
	const double one = ldexp(1, FIXED_ONE_BITS);
	uint64_t i, x;

	(void)state;
	for (i = 1; i < 4000; i++) {
		x = i < 2000 ? i : draw_next(&draw) >> i % 64;
		if (!x)
			continue;
		assert_true(fabs(ldexp((double)fixed_log2(x), -FIXED_BITS) -
				 log2((double)x)) < 1e-14);
	}
	for (i = 0; i < 4000; i++) {
		unsigned __int128 f = ((unsigned __int128)i << FIXED_BITS) / 97;
		double e = (double)i / 97;

		assert_true(fabs((double)fixed_exp2(f) / one - exp2(-e)) <
			    1e-15 + 1e-14 * exp2(-e));
		assert_true(fabs((double)fixed_exp(f) / one - exp(-e)) <
			    1e-15 + 1e-13 * exp(-e));
	}
	assert_int_equal(fixed_exp2((unsigned __int128)200 << FIXED_BITS), 0);
	assert_int_equal(fixed_exp((unsigned __int128)200 << FIXED_BITS), 0);
}

static void test_exponential(void **state)
{
	double sum = 0, squares = 0;
	const int n = 400000;
	int i;

	(void)state;
	for (i = 0; i < n; i++) {
		uint64_t r = draw_next(&draw);
		double x = ldexp((double)fixed_exponential(r), -32);
		double want = -log(ldexp((double)(r | 1), -64));

		assert_true(fabs(x - want) < 1e-8);
		sum += x;
		squares += x * x;
	}
	assert_true(fabs(sum / n - 1) < 0.01);
	assert_true(fabs(squares / n - 2) < 0.05);
}

/* What a slot keeps and what it gives away add up to the weights. */
static void test_alias(void **state)
{
	uint64_t weights[257];
	double mass[257] = { 0 }, all = 0;
	struct alias a;
	uint32_t i, n = 257;

	(void)state;
	for (i = 0; i < n; i++) {
		weights[i] = i % 5 ? draw_next(&draw) >> (10 + i % 50) : 0;
		all += (double)weights[i];
	}
	assert_int_equal(alias_build(&a, weights, n, &err), 0);
	for (i = 0; i < n; i++) {
		double keep = ldexp((double)a.slots[i].keep, -64);

		mass[i] += keep / n;
		mass[a.slots[i].other] += (1 - keep) / n;
	}
	for (i = 0; i < n; i++)
		assert_true(fabs(mass[i] - (double)weights[i] / all) < 1e-15);
	for (i = 0; i < 100000; i++)
		assert_true(weights[alias_draw(&a, &draw)] > 0);
	alias_free(&a);
	memset(weights, 0, sizeof(weights));
	assert_int_equal(alias_build(&a, weights, n, &err), -EINVAL);
	assert_says(&err, "all of 257 weights are 0");
}

/* How often each of @items is drawn in @n draws must be near @p. */
static void expect_irm(const char *text, uint64_t items, const double *p)
{
	const int n = 400000;
	uint64_t *found = calloc(items, sizeof(*found)), i;
	struct irm irm;
	int k;

	assert_non_null(found);
	if (irm_make(&irm, text, items, &err))
		fail_msg("%s: %s", text, err.text);
	for (k = 0; k < n; k++) {
		i = irm_draw(&irm, &draw);
		assert_true(i < items);
		found[i]++;
	}
	for (i = 0; i < items; i++) {
		double off = (double)found[i] - p[i] * n;

		if (fabs(off) > 6 * sqrt(p[i] * n) + 1)
			fail_msg("%s: item %d came %d times, not %.1f", text,
				 (int)i, (int)found[i], p[i] * n);
	}
	irm_free(&irm);
	free(found);
}

static void make_one(double *p, uint64_t items)
{
	double sum = 0;
	uint64_t i;

	for (i = 0; i < items; i++)
		sum += p[i];
	for (i = 0; i < items; i++)
		p[i] /= sum;
}

static void test_powers(void **state)
{
	double p[103];
	int i;

	(void)state;
	for (i = 0; i < 103; i++)
		p[i] = pow(i + 1, -0.7);
	make_one(p, 103);
	expect_irm("zipf,alpha=0.7,classes=items", 103, p);
	/* Ten classes of 103 items: all are drawn, also at the end. */
	for (i = 0; i < 103; i++) {
		int c = 0;

		while (103 * (c + 1) / 10 <= i)
			c++;
		p[i] = pow(c + 1, -2.5) /
		       (103 * (c + 1) / 10 - 103 * c / 10);
	}
	make_one(p, 103);
	expect_irm("pareto,classes=10", 103, p);
}

static void test_shapes(void **state)
{
	double p[200];
	int i;

	(void)state;
	for (i = 0; i < 200; i++)
		p[i] = 1.0 / 200;
	expect_irm("uniform", 200, p);
	for (i = 0; i < 200; i++)
		p[i] = exp(-pow((i - 50) / 20.0, 2) / 2);
	make_one(p, 200);
	expect_irm("normal,mean=50,deviation=10%", 200, p);
	for (i = 0; i < 200; i++)
		p[i] = i < 20 ? 0.7 / 20 : i < 60 ? 0.3 / 40 : 0;
	expect_irm("zoned,zones=70/10+30/20+0/70", 200, p);
	for (i = 0; i < 200; i++)
		p[i] = i < 50 ? 0.5 / 50 : i < 100 ? 0 : 0.25 / 50;
	expect_irm("pmf,weights=0.5+0+.25+.25", 200, p);
	p[0] = 0.5;
	p[1] = 0.5;
	expect_irm("pmf,weights=0.5+0+.25+.25", 2, p);
}

static void test_in_turn(void **state)
{
	struct irm irm;
	uint64_t i;

	(void)state;
	assert_int_equal(irm_make(&irm, "sequential", 7, &err), 0);
	for (i = 0; i < 20; i++)
		assert_int_equal(irm_draw(&irm, &draw), i % 7);
	irm_free(&irm);
}

/* More classes than a table of them has: a bell over many items. */
static void test_wide_bell(void **state)
{
	const uint64_t items = 1000000000;
	double sum = 0, squares = 0;
	struct irm irm;
	int i, n = 100000;

	(void)state;
	assert_int_equal(irm_make(&irm, "normal", items, &err), 0);
	for (i = 0; i < n; i++) {
		double x = ((double)irm_draw(&irm, &draw) - 5e8) / (1e9 / 6);

		sum += x;
		squares += x * x;
	}
	/* Cut off at three deviations. */
	assert_true(fabs(sum / n) < 0.02);
	assert_true(fabs(squares / n - 0.9733) < 0.02);
	irm_free(&irm);
}

static void test_files(void **state)
{
	const double pmf[4] = { 0.25, 0, 0.5, 0.25 };
	const double used[3] = { 0.4, 0.4, 0.2 };
	char text[200];

	(void)state;
	snprintf(text, sizeof(text), "pmf,file=%s",
		 unit_text("pmf", "# weights\n1.0\n0 # none\n\n2\n1\n"));
	expect_irm(text, 4, pmf);
	/* Blocks 1 and 2 twice, 9 once. */
	snprintf(text, sizeof(text), "empirical,trace=%s",
		 unit_text("uses.blkparse",
		"  8,16   0        1     0.000000000    77  Q R 8 + 16 [(null)]\n"
		"  8,16   0        2     0.000250000    77  Q W 8 + 16 [(null)]\n"
		"  8,16   0        3     0.000350000    77  Q R 73 + 1 [(null)]\n"));
	expect_irm(text, 3, used);
}

static void refused(const char *text, uint64_t items, int code,
		    const char *why)
{
	struct irm irm;

	err.text[0] = '\0';
	assert_int_equal(irm_make(&irm, text, items, &err), code);
	assert_says(&err, why);
}

static void test_refused(void **state)
{
	char text[200];

	(void)state;
	refused("none", 5, -EINVAL, "frequencies are zipf");
	refused("zipf,beta=1", 50, -EINVAL, "unknown word");
	refused("zipf", 19, -EINVAL, "20 classes are more than the 19 items");
	refused("zipf,classes=items", 1ULL << 31, -EINVAL, "more than 10737");
	refused("zipf,alpha=0", 50, -EINVAL, "not a factor above 0");
	refused("zipf,alpha=64", 50, -EINVAL, "above 64");
	refused("normal,deviation=0", 50, -EINVAL, "less than one item");
	refused("normal,mean=50", 50, -EINVAL, "not among the 50 items");
	refused("zoned,zones=10", 50, -EINVAL, "is not USES/ITEMS");
	refused("zoned,zones=10/0", 50, -EINVAL, "makes no sense");
	refused("zoned,zones=10/1+9/1000", 50, -EINVAL, "zone 1 has none");
	refused("zoned,zones=0/1", 50, -EINVAL, "weights are 0");
	refused("zoned,zones=", 50, -EINVAL, "there is no zone");
	refused("pmf", 50, -EINVAL, "weights= or file=");
	refused("pmf,file=/nonexistent/x", 50, -ENOENT, "cannot open");
	refused("empirical", 50, -EINVAL, "trace=FILE");
	refused("empirical,trace=x,block=100", 50, -EINVAL,
		"not a multiple of 512");
	snprintf(text, sizeof(text), "pmf,file=%s",
		 unit_text("bad", "1\n\n1 2\n"));
	refused(text, 50, -EINVAL, "bad, line 3: there is more than one");
	snprintf(text, sizeof(text), "pmf,file=%s", unit_text("bad", "1\nx\n"));
	refused(text, 50, -EINVAL, "bad, line 2: \"x\" is not a weight");
	snprintf(text, sizeof(text), "pmf,file=%s", unit_text("bad", "0\n"));
	refused(text, 50, -EINVAL, "no weight is above 0");
	snprintf(text, sizeof(text), "empirical,trace=%s",
		 unit_text("flush.blkparse",
		"  8,16   0        1     0.000000000    77  Q FN [(null)]\n"));
	refused(text, 50, -ENODATA, "neither reads nor writes");
}

static void test_numbers(void **state)
{
	struct ratio r;
	uint64_t n;

	(void)state;
	assert_int_equal(parse_count("1.5M", &n, &err), 0);
	assert_int_equal(n, 1500000);
	assert_int_equal(parse_count("20k", &n, &err), 0);
	assert_int_equal(n, 20000);
	assert_int_equal(parse_count("7", &n, &err), 0);
	assert_int_equal(n, 7);
	assert_int_equal(parse_count("0", &n, &err), -EINVAL);
	assert_int_equal(parse_count("1.5", &n, &err), -EINVAL);
	assert_int_equal(parse_count("", &n, &err), -EINVAL);
	assert_int_equal(parse_count("1/2", &n, &err), -EINVAL);
	assert_says(&err, "not a number above 0");
	assert_int_equal(parse_share("0", &r, &err), 0);
	assert_int_equal(r.num, 0);
	assert_int_equal(parse_share("0.0%", &r, &err), 0);
	assert_int_equal(r.num, 0);
	assert_int_equal(parse_share("1", &r, &err), 0);
	assert_int_equal(share_of_draws(&r), UINT64_MAX);
	assert_int_equal(parse_share("", &r, &err), -EINVAL);
	assert_int_equal(parse_share("1.1", &r, &err), -EINVAL);
	assert_int_equal(parse_share("-1", &r, &err), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed),
		cmocka_unit_test(test_exponential),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_powers),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_in_turn),
		cmocka_unit_test(test_wide_bell),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_numbers),
	};

	draw_seed(&draw, 1, 2);
	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
