// SPDX-License-Identifier: GPL-2.0-only
/* Sequences of uses: hit ratio curves against a plain generator, distances. */
#include <errno.h>
#include <math.h>

#include "plain-lru.h"
#include "plain-2dio.h"
#include "refs.h"

static struct hf_error err;

/**
 * struct config - a profile in both ways of saying it
 * @plain: what the plain generator takes, but for the density
 * @spikes: of the density; @nspikes of them
 * @kind: what epsilon means
 */
struct config {
	const char *irm, *ird;
	struct ratio p_irm, p_inf;
	double zipf, epsilon;
	int classes, bins, spikes[8], nspikes;
	enum plain_fgen kind;
	uint64_t items;
	size_t n;
};

static const struct config configs[] = {
	{ NULL, "b,variant=cli", { 0, 1 }, { 0, 1 }, 0, 0.005, 0, 20, { 0, 3 },
	  2, PLAIN_CLI, 1000, 400000 },
	{ NULL, "b", { 0, 1 }, { 0, 1 }, 0, 0.005, 0, 20, { 0, 3 }, 2,
	  PLAIN_PYTHON, 1000, 400000 },
	{ NULL, "b,variant=paper", { 0, 1 }, { 0, 1 }, 0, 0.005, 0, 20,
	  { 0, 3 }, 2, PLAIN_PAPER, 1000, 400000 },
	{ NULL, "c", { 0, 1 }, { 0, 1 }, 0, 0.005, 0, 20, { 2, 9 }, 2,
	  PLAIN_PYTHON, 1000, 400000 },
	{ NULL, "d", { 0, 1 }, { 0, 1 }, 0, 0.01, 0, 5, { 0, 4 }, 2,
	  PLAIN_PYTHON, 1000, 400000 },
	{ NULL, "e", { 0, 1 }, { 0, 1 }, 0, 0.005, 0, 20, { 1 }, 1,
	  PLAIN_PYTHON, 1000, 400000 },
	{ NULL, "f20,variant=cli", { 0, 1 }, { 0, 1 }, 0, 0.01, 0, 20, { 2 }, 1,
	  PLAIN_CLI, 1000, 400000 },
	{ "zipf", "b", { 1, 10 }, { 0, 1 }, 1.2, 0.005, 20, 20, { 0, 3 }, 2,
	  PLAIN_PYTHON, 1000, 400000 },
	{ "zipf,alpha=1.2,classes=30",
	  "fgen,bins=30,spikes=1+2,epsilon=0.005,variant=python", { 9, 20 },
	  { 0, 1 }, 1.2, 0.005, 30, 30, { 1, 2 }, 2, PLAIN_PYTHON, 900,
	  400000 },
	{ "zipf,alpha=1.3", NULL, { 1, 1 }, { 0, 1 }, 1.3, 0.005, 20, 20,
	  { 0 }, 1, PLAIN_PYTHON, 1000, 400000 },
	{ "zipf", "c", { 1, 5 }, { 1, 20 }, 1.2, 0.005, 20, 20, { 2, 9 }, 2,
	  PLAIN_PYTHON, 1000, 200000 },
	/* Few items: nothing is lost by ticks. */
	{ NULL, "fgen,bins=100,spikes=2,epsilon=0.002,variant=python",
	  { 0, 1 }, { 0, 1 }, 0, 0.002, 0, 100, { 2 }, 1, PLAIN_PYTHON, 100,
	  400000 },
};

static struct refs *start(const struct refs_opts *opts)
{
	struct refs *r;

	if (refs_new(&r, opts, &err))
		fail_msg("%s", err.text);
	return r;
}

static uint64_t *take(struct refs *r, size_t n)
{
	uint64_t *list = calloc(n, sizeof(*list));

	assert_non_null(list);
	refs_fill(r, list, n / 3);
	refs_fill(r, list + n / 3, n - n / 3);
	refs_free(r);
	return list;
}

static uint64_t *ours(const struct config *c, enum refs_start how)
{
	const struct refs_opts opts = {
		.p_irm = c->p_irm, .p_inf = c->p_inf, .irm = c->irm,
		.ird = c->ird, .items = c->items, .start = how, .seed = 7,
	};
	struct refs *r = start(&opts);

	if (c->ird) {
		struct plain f = { 0 };

		plain_set_fgen(&f, c->kind, c->bins, c->spikes, c->nspikes,
			       c->epsilon);
		assert_true(fabs(refs_longest(r) - plain_longest(&f)) < 1e-9);
	}
	return take(r, c->n);
}

static uint64_t *plainly(const struct config *c)
{
	uint64_t *list = calloc(c->n, sizeof(*list));
	struct plain f = {
		.p_irm = (double)c->p_irm.num / (double)c->p_irm.den,
		.p_inf = (double)c->p_inf.num / (double)c->p_inf.den,
		.zipf = c->zipf, .classes = c->classes,
	};

	assert_non_null(list);
	plain_set_fgen(&f, c->kind, c->bins, c->spikes, c->nspikes,
		       c->epsilon);
	plain_generate(&f, c->items, list, c->n);
	return list;
}

static void test_curves(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
		const struct config *c = &configs[i];
		uint64_t *mine = ours(c, REFS_PAPER), *other = plainly(c);
		struct curve a, b;
		double mean, most;

		plain_lru_curve(mine, c->n, c->items + c->n, &a);
		plain_lru_curve(other, c->n, c->items + c->n, &b);
		curve_differ(&a, &b, &mean, &most);
		print_message("# %zu: mean %.4f, most %.4f\n", i, mean, most);
		if (mean > 0.004 || most > 0.03)
			fail_msg("profile %zu: curves differ by %.4f, at most %.4f",
				 i, mean, most);
		free(mine);
		free(other);
	}
}

/* T_max / M of the shipped densities, as they were measured elsewhere. */
static void test_longest(void **state)
{
	static const struct {
		const char *ird;
		double longest;
	} known[] = {
		{ "b", 7.3064 }, { "b,variant=paper", 9.783 },
		{ "b,variant=cli", 8.387 }, { "c", 3.1404 }, { "d", 2.0000 },
		{ "e", 8.7726 }, { "f", 2.0000 },
		{ "fgen,bins=30,spikes=1+2,epsilon=0.005,variant=python",
		  8.0687 },
		{ "fgen,bins=100,spikes=12+13+19,epsilon=0.001,variant=python",
		  5.4511 },
		{ "fgen,bins=100,spikes=2,epsilon=0.002,variant=python",
		  9.5757 },
		{ "fgen,bins=60,spikes=0+13,epsilon=0.005,variant=python",
		  4.8506 },
		{ "pdf,weights=1+0+0+1", 2.0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct refs_opts opts = {
			.p_irm = { 0, 1 }, .p_inf = { 0, 1 },
			.ird = known[i].ird, .items = 10,
		};
		struct refs *r = start(&opts);

		if (fabs(refs_longest(r) - known[i].longest) > 6e-4)
			fail_msg("%s: %f", known[i].ird, refs_longest(r));
		refs_free(r);
	}
}

/* Distances by the virtual clock are those asked for, holes stay empty. */
static void test_distances(void **state)
{
	const struct refs_opts opts = {
		.p_irm = { 0, 1 }, .p_inf = { 0, 1 }, .items = 20000,
		.ird = "pdf,weights=0+3+0+0+1+0", .seed = 3,
	};
	const size_t n = 400000;
	uint64_t *list = take(start(&opts), n);
	size_t *last = calloc(opts.items, sizeof(*last)), i, all = 0;
	size_t found[8] = { 0 };
	/* The mean is at 1.5 * 3/4 + 4.5 / 4 = 2.25 steps. */
	double width = (double)opts.items / 2.25;

	(void)state;
	assert_non_null(last);
	for (i = 0; i < n; i++) {
		size_t *at = &last[list[i]];

		if (*at) {
			double steps = (double)(i + 1 - *at) / width;

			found[(int)(steps < 7 ? steps : 7)]++;
			all++;
		}
		*at = i + 1;
	}
	/*
	 * Positions run with the clock but for the noise of 20000 items. The
	 * last sleep of each is not seen, a long one more often.
	 */
	assert_true(found[0] + found[2] + found[3] + found[5] < all / 100);
	assert_true(fabs((double)found[1] / (double)all - 0.75) < 0.02);
	assert_true(fabs((double)found[4] / (double)all - 0.25) < 0.02);
	assert_int_equal(found[6] + found[7], 0);
	free(last);
	free(list);
}

static size_t different(enum refs_start how, size_t n)
{
	const struct config *c = &configs[5];
	uint64_t *list = ours(c, how);
	bool *seen = calloc(c->items, sizeof(*seen));
	size_t i, found = 0;

	assert_non_null(seen);
	for (i = 0; i < n; i++) {
		found += !seen[list[i]];
		seen[list[i]] = true;
	}
	free(seen);
	free(list);
	return found;
}

/*
 * Of a process that has gone on for ever as many items are used in a time t as
 * the integral of 1 - F says: with nine tenths of the distances from 439 to 877
 * these are 677 in 900. Where all begin to sleep at once nearly all differ.
 */
static void test_equilibrium(void **state)
{
	(void)state;
	assert_true(labs((long)different(REFS_EQUILIBRIUM, 900) - 677) < 40);
	assert_true(different(REFS_PAPER, 900) > 850);
}

static void test_once(void **state)
{
	const struct refs_opts opts = {
		.p_irm = { 1, 2 }, .p_inf = { 1, 4 }, .items = 50,
		.ird = "b", .irm = "uniform", .seed = 5,
	};
	const size_t n = 100000;
	uint64_t *list = take(start(&opts), n), next = opts.items;
	size_t i;

	(void)state;
	for (i = 0; i < n; i++)
		if (list[i] >= opts.items)
			assert_int_equal(list[i], next++);
	assert_true(labs((long)(next - opts.items) - (long)n / 8) < 600);
	free(list);
}

/* The same on every machine: numbers that were once seen. */
static void test_same_everywhere(void **state)
{
	static const struct {
		const char *irm, *ird;
		struct ratio p_irm, p_inf;
		uint64_t sum;
	} known[] = {
		{ NULL, "b", { 0, 1 }, { 0, 1 }, 0x8cb5f753bd20b0ebULL },
		{ "zipf,alpha=1.1,classes=items", "c,variant=paper", { 1, 3 },
		  { 1, 10 }, 0x8295d0379d01d988ULL },
		{ "normal", NULL, { 1, 1 }, { 0, 1 }, 0xee7e1d87f344b097ULL },
		{ "zoned,zones=80/20+20/80", "e", { 9, 10 }, { 0, 1 },
		  0x130ade909d991672ULL },
		{ "pareto", "d", { 1, 2 }, { 0, 1 }, 0x85dd5b47feea2bfdULL },
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct refs_opts opts = {
			.p_irm = known[i].p_irm, .p_inf = known[i].p_inf,
			.irm = known[i].irm, .ird = known[i].ird,
			.items = 1000003, .seed = 11,
		};
		uint64_t *list = take(start(&opts), 10000), sum = 0;

		for (k = 0; k < 10000; k++)
			sum = sum * 0x100000001b3ULL + list[k];
		if (sum != known[i].sum)
			fail_msg("sequence %zu has the sum 0x%llx", i,
				 (unsigned long long)sum);
		free(list);
	}
}

static void refused(const char *irm, const char *ird, struct ratio p_irm,
		    struct ratio p_inf, uint64_t items, const char *why)
{
	const struct refs_opts opts = {
		.p_irm = p_irm, .p_inf = p_inf, .irm = irm, .ird = ird,
		.items = items,
	};
	struct refs *r;

	err.text[0] = '\0';
	assert_int_equal(refs_new(&r, &opts, &err), -EINVAL);
	assert_says(&err, why);
}

static void test_refused(void **state)
{
	const struct ratio none = { 0, 1 }, half = { 1, 2 }, all = { 1, 1 };

	(void)state;
	refused(NULL, "b", none, none, 0, "0 items");
	refused(NULL, "b", none, none, UINT32_MAX, "items are not from 1");
	refused(NULL, "b", none, all, 5, "used only once");
	refused(NULL, "b", half, none, 5, "need a distribution");
	refused("zipf", NULL, half, none, 50, "need distances");
	refused(NULL, "g", none, none, 5, "distances are fgen, pdf or one of");
	refused(NULL, "b,bins=2", none, none, 5, "unknown word");
	refused(NULL, "b,variant=x", none, none, 5, "paper, python or cli");
	refused(NULL, "fgen,bins=4", none, none, 5, "wants bins=");
	refused(NULL, "fgen,bins=4,spikes=4,epsilon=0", none, none, 5,
		"no bin 4");
	refused(NULL, "fgen,bins=4,spikes=1+1,epsilon=0", none, none, 5,
		"twice");
	refused(NULL, "fgen,bins=0,spikes=,epsilon=0", none, none, 5,
		"is not a number");
	refused(NULL, "fgen,bins=2000000,spikes=1,epsilon=0", none, none, 5,
		"not from 1 to 1048576");
	refused(NULL, "fgen,bins=4,spikes=1,epsilon=2", none, none, 5,
		"more than everything");
	refused(NULL, "pdf", none, none, 5, "weights= or file=");
	refused(NULL, "pdf,weights=0+0", none, none, 5, "no weight is above 0");
	refused(NULL, "pdf,weights=1+-1", none, none, 5, "is not a weight");
	refused(NULL, "pdf,weights=1+", none, none, 5, "is not a weight");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_curves),
		cmocka_unit_test(test_longest),
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_equilibrium),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_same_everywhere),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
