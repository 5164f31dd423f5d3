// SPDX-License-Identifier: GPL-2.0-only
/* Each policy against its definition: the same hits on random references. */
#include "slow-scores.h"

#include <errno.h>

#include "bit-tree.h"
#include "hrc.h"
#include "prefix-tree.h"

#define COUNT	2500

static uint32_t ids[COUNT + REFS_AHEAD], next_ref[COUNT];

static const struct {
	const char *name;
	slow_access slow;
} cases[] = {
	{ "fifo", slow_fifo }, { "clock", slow_clock },
	{ "clock:k=3", slow_clock }, { "lfu", slow_lfu }, { "arc", slow_arc },
	{ "2q", slow_2q }, { "2q:in=0.6:out=0.1", slow_2q },
	{ "slru", slow_slru }, { "slru:segments=2", slow_slru },
	{ "slru:segments=1", slow_lru }, { "lirs", slow_lirs },
	{ "lirs:hir=0.3:stack=1.2", slow_lirs }, { "s3fifo", slow_s3fifo },
	{ "s3fifo:small=0.4:ghost=0.2:moves=1", slow_s3fifo },
	{ "sieve", slow_sieve }, { "lecar", slow_lecar },
	{ "lecar:rate=2:discount=0.5", slow_lecar },
	{ "wtinylfu", slow_wtinylfu },
	{ "wtinylfu:window=0.3:period=2", slow_wtinylfu },
	{ "random", slow_random_block }, { "min", slow_min },
};

/* Sequences, popular blocks, loops, and a working set that moves. */
static uint32_t random_id(uint64_t i, uint32_t blocks, int kind,
			  uint64_t *seed)
{
	uint64_t r = hrc_random(seed);

	switch (kind) {
	case 0:
		return (uint32_t)(r % blocks);
	case 1:
		return (uint32_t)(r % (1 + (r >> 20) % blocks));
	case 2:
		return (uint32_t)(r % 3 ? i % blocks : r / 3 % blocks);
	default:
		return (uint32_t)((i / 50 + r % (1 + blocks / 4)) % blocks);
	}
}

static void make_refs(uint32_t blocks, int kind, uint64_t *seed)
{
	uint32_t seen[SLOW_BLOCKS];

	for (uint64_t i = 0; i < COUNT; i++)
		ids[i] = random_id(i, blocks, kind, seed);
	memset(seen, 0xff, sizeof(seen));
	for (uint32_t i = COUNT; i--; ) {
		next_ref[i] = seen[ids[i]];
		seen[ids[i]] = i;
	}
}

static struct slow_cache *slow_new(const struct policy_setup *setup)
{
	struct slow_cache *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->setup = setup;
	s->seed = setup->seed;
	slow_init(&s->a, 2 * SLOW_BLOCKS);
	slow_init(&s->b, 2 * SLOW_BLOCKS);
	slow_init(&s->c, 2 * SLOW_BLOCKS);
	slow_init(&s->d, 2 * SLOW_BLOCKS);
	return s;
}

static void slow_delete(struct slow_cache *s)
{
	slow_free(&s->a);
	slow_free(&s->b);
	slow_free(&s->c);
	slow_free(&s->d);
	free(s);
}

static void check(const struct policy_choice *choice, slow_access slow,
		  uint32_t blocks, uint32_t size)
{
	const struct policy_setup setup = {
		.size = size, .distinct = blocks, .count = COUNT,
		.params = choice->params, .seed = 77, .ids = ids,
		.next = next_ref,
	};
	struct slow_cache *s = slow_new(&setup);
	static uint8_t hits[COUNT];
	void *state = choice->policy->init(&setup);

	assert_non_null(state);
	/* In two parts, as caches are run. */
	choice->policy->run(state, ids, 1000, hits);
	choice->policy->run(state, ids + 1000, COUNT - 1000, hits + 1000);
	choice->policy->free(state);
	for (s->now = 0; s->now < COUNT; s->now++)
		if (hits[s->now] != slow(s, ids[s->now]))
			fail_msg("%s, %u blocks, size %u: reference %u %s",
				 choice->name, blocks, size,
				 (unsigned int)s->now,
				 hits[s->now] ? "hits" : "does not hit");
	slow_delete(s);
}

static void check_case(const char *name, slow_access slow, uint64_t *seed)
{
	static const uint32_t sizes[] = { 1, 2, 3, 4, 7, 10, 23, 50, 99, 120 };
	struct policy_choice *choice;
	struct hf_error err = { "" };
	unsigned int n;

	if (policy_choices_parse(name, &choice, &n, &err))
		fail_msg("%s", err.text);
	for (int kind = 0; kind < 4; kind++) {
		make_refs(100, kind, seed);
		for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
			if (sizes[i] >= choice->policy->least)
				check(choice, slow, 100, sizes[i]);
		make_refs(9, kind, seed);
		check(choice, slow, 9, 5);
	}
	free(choice);
}

static void all_policies(void **state)
{
	uint64_t seed = 31;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		check_case(cases[i].name, cases[i].slow, &seed);
}

/* No policy that is run is left out above. */
static void all_are_checked(void **state)
{
	const struct cache_policy *p;

	(void)state;
	for (unsigned int i = 0; (p = cache_policy_at(i)); i++) {
		bool found = p->kind != POLICY_RUN;

		for (size_t k = 0; k < ARRAY_SIZE(cases); k++)
			found |= !strcmp(cases[k].name, p->name);
		if (!found)
			fail_msg("%s is not checked", p->name);
	}
}

/* The largest of a set of random numbers, on all levels. */
static void bit_trees(void **state)
{
	static const uint64_t sizes[] = { 1, 64, 65, 4097, 300000 };
	uint64_t seed = 4;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint8_t *in = calloc(sizes[i], 1);
		struct bit_tree t;

		assert_non_null(in);
		assert_int_equal(bit_tree_init(&t, sizes[i]), 0);
		for (int k = 0; k < 2000; k++) {
			uint64_t n = hrc_random(&seed) % sizes[i], last;

			in[n] = hrc_random(&seed) % 3 > 0;
			if (in[n])
				bit_tree_set(&t, n);
			else
				bit_tree_clear(&t, n);
			for (last = sizes[i]; last && !in[last - 1]; last--)
				;
			if (last)
				assert_int_equal(bit_tree_last(&t), last - 1);
		}
		bit_tree_free(&t);
		free(in);
	}
}

/* Sums of random counts, on all levels. */
static void prefix_trees(void **state)
{
	static const uint32_t sizes[] = { 1, 16, 17, 256, 257, 5000 };
	uint64_t seed = 4;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		uint32_t *counts = calloc(sizes[i], sizeof(*counts)), sum = 0;
		struct prefix_tree t;

		assert_non_null(counts);
		assert_int_equal(prefix_tree_init(&t, sizes[i]), 0);
		prefix_tree_add(&t, 0);
		prefix_tree_reset(&t);
		for (int k = 0; k < 3000; k++) {
			uint32_t n = (uint32_t)(hrc_random(&seed) % sizes[i]);

			counts[n]++;
			prefix_tree_add(&t, n);
		}
		for (uint32_t n = 0; n < sizes[i]; n++) {
			assert_int_equal(prefix_tree_sum(&t, n), sum);
			sum += counts[n];
		}
		prefix_tree_free(&t);
		free(counts);
	}
}

static void same_curves(const struct hrc *a, const struct hrc *b)
{
	assert_int_equal(a->count, b->count);
	for (unsigned int c = 0; c < a->count; c++)
		assert_memory_equal(a->curves[c].hits, b->curves[c].hits,
				    a->sizes.count * sizeof(*a->curves->hits));
}

/* Threads change nothing, and LRU run as one segment is LRU. */
static void on_threads(void **state)
{
	const struct hrc_shape shape = { 5000, 300, 20, 40, false };
	struct hrc_opts opts = {
		.refs = { REFS_BLOCK, REFS_BOTH, 1, 0 }, .threads = 1,
		.policies = "all,slru:segments=1",
		.sizes = "1,2,5,10%,50%,100%", .seed = 5,
	};
	struct hf_error err = { "" };
	struct hrc one, four;
	struct hrc_trace t;
	uint64_t seed = 3;

	(void)state;
	hrc_trace_make(&t, &shape, &seed);
	assert_int_equal(hrc_make(&one, &t.file, &opts, &err), 0);
	opts.threads = 4;
	assert_int_equal(hrc_make(&four, &t.file, &opts, &err), 0);
	same_curves(&one, &four);
	assert_memory_equal(one.curves[0].hits,
			    one.curves[one.count - 1].hits,
			    one.sizes.count * sizeof(*one.curves->hits));
	/* Not defined for a cache of one block. */
	for (unsigned int c = 0; c < one.count; c++)
		if (one.curves[c].choice.policy->least > 1)
			assert_true(one.curves[c].hits[0].refs ==
				    HITS_UNKNOWN);
	hrc_free(&one);
	hrc_free(&four);
	hrc_trace_free(&t);
}

static bool at_once(void)
{
	return true;
}

static void stopped(void **state)
{
	static const char *const policies[] = { "lru", "fifo" };
	const struct hrc_shape shape = { 5000, 300, 20, 40, false };
	struct hf_error err = { "" };
	struct hrc_trace t;
	uint64_t seed = 3;
	struct hrc h;

	(void)state;
	hrc_trace_make(&t, &shape, &seed);
	for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
		const struct hrc_opts opts = {
			.refs = { REFS_BLOCK, REFS_BOTH, 1, 0 }, .threads = 2,
			.policies = policies[i], .sizes = "1,2,5",
			.stop = at_once,
		};

		assert_int_equal(hrc_make(&h, &t.file, &opts, &err), -EINTR);
		hrc_free(&h);
	}
	hrc_trace_free(&t);
}

static void check_no_choice(const char *text, const char *said)
{
	struct policy_choice *list;
	struct hf_error err = { "" };
	unsigned int n;

	assert_int_equal(policy_choices_parse(text, &list, &n, &err), -EINVAL);
	if (!strstr(err.text, said))
		fail_msg("%s: %s", text, err.text);
}

static void parameters(void **state)
{
	struct policy_choice *list;
	struct hf_error err = { "" };
	unsigned int n;

	(void)state;
	assert_int_equal(policy_choices_parse("clock:k=3,s3fifo:moves=1",
					      &list, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_true(list[0].params[0] == 3);
	assert_true(list[1].params[0] == 0.1 && list[1].params[2] == 1);
	free(list);
	check_no_choice("clock:k=1.5", "not a whole number from 1 to 200");
	check_no_choice("clock:k=0", "not a whole number from 1 to 200");
	check_no_choice("clock:k", "k of policy clock:  is not a whole number");
	check_no_choice("clock:k=nan", "nan is not a");
	check_no_choice("clock:k=3x", "3x is not a");
	check_no_choice("2q:in=2", "2 is not a number from 0.001 to 0.999");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_policies),
		cmocka_unit_test(all_are_checked),
		cmocka_unit_test(bit_trees),
		cmocka_unit_test(prefix_trees),
		cmocka_unit_test(on_threads),
		cmocka_unit_test(stopped),
		cmocka_unit_test(parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
