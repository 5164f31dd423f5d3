// SPDX-License-Identifier: GPL-2.0-only
/* References of traces, LRU against a plain list, sizes and policies by name. */
#include "hrc-traces.h"

#include <errno.h>
#include <math.h>

#include "block-ids.h"
#include "hrc.h"
#include "ird.h"
#include "lru-stack.h"

static struct hf_error err;

/* ---- references ---- */

/**
 * struct slow_ref - a reference as its definition has it
 * @target: of the block
 * @block: its number on the target
 * @bytes: that the request covers
 * @last: of its request
 */
struct slow_ref {
	uint32_t target;
	uint64_t block;
	uint32_t bytes;
	bool last;
};

/* Sector by sector. */
static uint64_t slow_refs(const struct hrc_trace *t, struct slow_ref *refs)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < t->file.count; i++) {
		const struct hfr_trace_rec *rec = &t->recs[i];
		uint64_t first = n;

		if (rec->op != HFR_OP_READ && rec->op != HFR_OP_WRITE &&
		    rec->op != HFR_OP_ZONE_APPEND)
			continue;
		for (uint64_t s = rec->offset; s < rec->offset + rec->length;
		     s += 512) {
			if (n == first || refs[n - 1].block != s / 4096)
				refs[n++] = (struct slow_ref){
					rec->target, s / 4096, 0, false };
			refs[n - 1].bytes += 512;
		}
		refs[n - 1].last = true;
	}
	return n;
}

/* Ids are given as blocks occur, and to one block only. */
static void check_ids(const struct block_refs *refs,
		      const struct slow_ref *slow)
{
	uint64_t *first = calloc(refs->distinct + 1, sizeof(*first));
	uint32_t seen = 0;

	assert_non_null(first);
	for (uint64_t i = 0; i < refs->count; i++) {
		uint32_t id = refs->ids[i];

		if (id == seen)
			first[seen++] = i;
		assert_true(id < seen);
		assert_int_equal(slow[i].block, slow[first[id]].block);
		assert_int_equal(slow[i].target, slow[first[id]].target);
	}
	for (uint32_t a = 0; a < seen; a++)
		for (uint32_t b = 0; b < a; b++)
			assert_false(slow[first[a]].block ==
				     slow[first[b]].block &&
				     slow[first[a]].target ==
				     slow[first[b]].target);
	assert_int_equal(seen, refs->distinct);
	free(first);
}

static void check_refs(const struct hrc_trace *t)
{
	struct slow_ref *slow = calloc(t->file.count * 10 + 1, sizeof(*slow));
	uint64_t requests = 0, bytes = 0;
	struct block_refs refs;

	assert_non_null(slow);
	hrc_refs_make(&refs, t);
	assert_int_equal(refs.count, slow_refs(t, slow));
	assert_int_equal(refs.all, refs.count);
	for (uint64_t i = 0; i < refs.count; i++) {
		assert_int_equal(refs.bytes ? refs.bytes[i] : 4096,
				 slow[i].bytes);
		assert_int_equal(refs_ends(&refs, i), slow[i].last);
		requests += slow[i].last;
		bytes += slow[i].bytes;
	}
	assert_int_equal(refs.requests, requests);
	assert_int_equal(refs.total_bytes, bytes);
	check_ids(&refs, slow);
	free(slow);
	block_refs_free(&refs);
}

static void references(void **state)
{
	static const struct hrc_shape shapes[] = {
		{ 3000, 200, 10, 40, false }, { 500, 3, 1, 3, false },
		{ 3000, 800, 40, 8, true }, { 1, 1, 1, 1, true },
	};
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct hrc_trace t;

		do {
			hrc_trace_make(&t, &shapes[i], &seed);
			if (t.recs[0].op == HFR_OP_READ)
				break;
			hrc_trace_free(&t);
		} while (true);
		check_refs(&t);
		hrc_trace_free(&t);
	}
}

static void some_operations(void **state)
{
	struct hfr_trace_rec recs[] = {
		{ .op = HFR_OP_READ, .length = 4096 },
		{ .op = HFR_OP_WRITE, .length = 4096, .offset = 8192 },
		{ .op = HFR_OP_READ, .length = 4096 },
	};
	struct hrc_trace t = { .hdr.device_count = 1 };
	struct refs_opts opts = { REFS_BLOCK, REFS_READS, 1, 0 };
	struct block_refs refs;

	(void)state;
	t.file = (struct hft_file){
		.path = (char *)"t.hft", .hdr = &t.hdr, .devs = t.devs,
		.recs = recs, .count = 3,
	};
	assert_int_equal(block_refs_make(&refs, &t.file, &opts, &err), 0);
	assert_int_equal(refs.count, 2);
	assert_int_equal(refs.distinct, 1);
	assert_null(refs.bytes);
	assert_null(refs.ends);
	block_refs_free(&refs);
	opts.ops = REFS_WRITES;
	assert_int_equal(block_refs_make(&refs, &t.file, &opts, &err), 0);
	assert_int_equal(refs.count, 1);
	block_refs_free(&refs);
	t.file.count = 1;
	assert_int_equal(block_refs_make(&refs, &t.file, &opts, &err),
			 -ENODATA);
	assert_non_null(strstr(err.text, "t.hft has no writes"));
	block_refs_free(&refs);
}

/* ---- samples ---- */

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* A threshold that so many of the blocks from 0 on are below. */
static uint64_t threshold(uint64_t blocks, uint64_t most)
{
	uint64_t *hashes = calloc(blocks, sizeof(*hashes)), mean;

	assert_non_null(hashes);
	for (uint64_t i = 0; i < blocks; i++)
		hashes[i] = block_hash(i);
	qsort(hashes, blocks, sizeof(*hashes), by_value);
	mean = hashes[most - 1] / 2 + hashes[most] / 2;
	free(hashes);
	return mean;
}

/* The references to blocks with a hash below a threshold, in order. */
static void check_sample(const struct block_refs *sample,
			 const struct block_refs *all, uint64_t below)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < all->count; i++) {
		/* Ids of the whole are the numbers of the blocks here. */
		if (block_hash(all->ids[i]) >= below)
			continue;
		assert_true(n < sample->count);
		n++;
	}
	assert_int_equal(n, sample->count);
}

static void samples(void **state)
{
	const uint64_t count = 200000, blocks = 40000;
	struct hfr_trace_rec *recs = calloc(count, sizeof(*recs));
	struct hrc_trace t = { .hdr.device_count = 1 };
	struct refs_opts opts = { REFS_BLOCK, REFS_BOTH, 1, 0 };
	struct block_refs all, rate, most;
	uint64_t seed = 99, below;

	(void)state;
	assert_non_null(recs);
	/* Each block once in order, so that its number is its id. */
	for (uint64_t i = 0; i < count; i++) {
		recs[i].length = 4096;
		recs[i].offset = 4096 * (i < blocks ? i :
					 hrc_random(&seed) % blocks);
	}
	t.devs[0].max_end = blocks * 4096;
	t.file = (struct hft_file){
		.path = (char *)"t.hft", .hdr = &t.hdr, .devs = t.devs,
		.recs = recs, .count = count,
	};
	assert_int_equal(block_refs_make(&all, &t.file, &opts, &err), 0);
	assert_int_equal(all.distinct, blocks);
	opts.most = 5000;
	assert_int_equal(block_refs_make(&most, &t.file, &opts, &err), 0);
	assert_int_equal(most.distinct, 5000);
	assert_int_equal(most.all, count);
	below = threshold(blocks, 5000);
	check_sample(&most, &all, below);
	assert_true(fabs(most.rate - 0.125) < 0.01);
	/* A rate found on the way is as good as one that was given. */
	opts = (struct refs_opts){ REFS_BLOCK, REFS_BOTH,
				   ldexp((double)below, -64), 0 };
	assert_int_equal(block_refs_make(&rate, &t.file, &opts, &err), 0);
	assert_int_equal(rate.count, most.count);
	assert_int_equal(rate.distinct, most.distinct);
	assert_memory_equal(rate.ids, most.ids,
			    rate.count * sizeof(*rate.ids));
	assert_int_equal(rate.requests, rate.count);
	block_refs_free(&rate);
	opts.rate = 0.05;
	assert_int_equal(block_refs_make(&rate, &t.file, &opts, &err),
			 -ERANGE);
	assert_non_null(strstr(err.text, "less than the 4096"));
	block_refs_free(&rate);
	/* No more blocks than are wanted: not a sample. */
	opts = (struct refs_opts){ REFS_BLOCK, REFS_BOTH, 1, 1000000 };
	assert_int_equal(block_refs_make(&rate, &t.file, &opts, &err), 0);
	assert_true(rate.rate == 1);
	assert_int_equal(rate.count, all.count);
	block_refs_free(&rate);
	block_refs_free(&most);
	block_refs_free(&all);
	free(recs);
}

/* ---- LRU ---- */

/* The distance, from a list with the latest in front. */
static uint32_t slow_distance(struct slow_list *l, uint32_t id)
{
	int at = slow_find(l, id);

	if (at >= 0)
		slow_take(l, at);
	slow_push(l, id);
	return at < 0 ? LRU_COLD : (uint32_t)at;
}

static void check_distances(uint32_t distinct, uint64_t count, uint64_t *seed)
{
	uint32_t *ids = calloc(count + REFS_AHEAD, sizeof(*ids));
	uint32_t *got = calloc(count, sizeof(*got));
	struct slow_list l;
	struct lru_stack s;

	assert_true(ids && got);
	slow_init(&l, distinct);
	assert_int_equal(lru_stack_init(&s, distinct), 0);
	for (uint64_t i = 0; i < count; i++)
		ids[i] = (uint32_t)(hrc_random(seed) % (hrc_random(seed) % 2 ?
				    distinct : 1 + distinct / 20));
	for (uint64_t at = 0; at < count; at += 1000)
		lru_stack_run(&s, ids + at,
			      count - at < 1000 ? count - at : 1000, got + at);
	for (uint64_t i = 0; i < count; i++)
		assert_int_equal(got[i], slow_distance(&l, ids[i]));
	lru_stack_free(&s);
	slow_free(&l);
	free(ids);
	free(got);
}

/* More references than there are slots, so that they move together. */
static void distances(void **state)
{
	uint64_t seed = 5;

	(void)state;
	check_distances(1, 1000, &seed);
	check_distances(40, 300000, &seed);
	check_distances(700, 200000, &seed);
	check_distances(3000, 4000, &seed);
}

/* Hits of a cache that is a list, in three ways. */
static struct hit_count slow_lru(const struct block_refs *refs, uint32_t size)
{
	struct hit_count count = { 0, 0, 0 };
	struct slow_list l;
	bool whole = true;

	slow_init(&l, refs->distinct);
	for (uint64_t i = 0; i < refs->count; i++) {
		bool hit = slow_distance(&l, refs->ids[i]) != LRU_COLD;

		if (l.count > size)
			slow_pop(&l);
		count.refs += hit;
		count.bytes += hit ? refs->bytes ? refs->bytes[i] : 4096 : 0;
		whole = whole && hit;
		if (!refs_ends(refs, i))
			continue;
		count.requests += whole;
		whole = true;
	}
	slow_free(&l);
	return count;
}

static void check_lru(const struct hrc_trace *t)
{
	const struct hrc_opts opts = {
		.refs = { REFS_BLOCK, REFS_BOTH, 1, 0 }, .policies = "lru",
		.sizes = "1,2,3,10,50%,100%,1000000", .threads = 1,
	};
	struct hrc h;

	if (hrc_make(&h, &t->file, &opts, &err))
		fail_msg("%s", err.text);
	for (unsigned int i = 0; i < h.sizes.count; i++) {
		struct hit_count slow = slow_lru(&h.refs, (uint32_t)
						 h.sizes.blocks[i]);

		assert_int_equal(h.curves[0].hits[i].refs, slow.refs);
		assert_int_equal(h.curves[0].hits[i].bytes, slow.bytes);
		assert_int_equal(h.curves[0].hits[i].requests, slow.requests);
	}
	/* All but the first reference to each block. */
	assert_int_equal(h.curves[0].hits[h.sizes.count - 1].refs,
			 h.refs.count - h.refs.distinct);
	hrc_free(&h);
}

static void lru_curves(void **state)
{
	static const struct hrc_shape shapes[] = {
		{ 3000, 200, 10, 40, false }, { 4000, 60, 3, 8, true },
		{ 800, 500, 30, 1, false },
	};
	uint64_t seed = 11;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct hrc_trace t;

		hrc_trace_make(&t, &shapes[i], &seed);
		check_lru(&t);
		hrc_trace_free(&t);
	}
}

/* ---- inter-reference distances ---- */

/* References whose distance is more than @t, from each pair of references. */
static double slow_later(const struct block_refs *refs, uint64_t t)
{
	double n = 0;

	for (uint64_t i = 0; i < refs->count; i++) {
		uint64_t k = i;

		while (k && refs->ids[k - 1] != refs->ids[i])
			k--;
		n += !k || i - (k - 1) > t;
	}
	return n;
}

/* The hits at a size, by summing up P(t). */
static double slow_aet(const double *later, uint64_t count, double size)
{
	double blocks = 0, part;
	uint64_t t = 0;

	while (t < count && blocks + later[t] / (double)count <= size)
		blocks += later[t++] / (double)count;
	if (t == count)
		return (double)count - later[t];
	part = (size - blocks) / (later[t] / (double)count);
	return (double)count - later[t] + part * (later[t] - later[t + 1]);
}

static void check_ird(const struct block_refs *refs)
{
	double *later = calloc(refs->count + 2, sizeof(*later));
	const uint64_t sizes[] = { 1, 2, 3, 7, 20, refs->distinct, 100000 };
	uint64_t hits[ARRAY_SIZE(sizes)];
	struct ird ird;

	assert_non_null(later);
	for (uint64_t t = 0; t <= refs->count; t++)
		later[t] = slow_later(refs, t);
	assert_int_equal(ird_make(&ird, refs, true, NULL), 0);
	assert_int_equal(ird.cold, refs->distinct);
	assert_int_equal(ird.hist.count, refs->count - refs->distinct);
	for (uint64_t t = 1; t <= refs->count; t++)
		assert_int_equal(ird.exact[t],
				 (uint64_t)(later[t - 1] - later[t]));
	ird_aet(&ird, sizes, ARRAY_SIZE(sizes), hits);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		assert_true(fabs((double)hits[i] -
				 slow_aet(later, refs->count,
					  (double)sizes[i])) < 0.51);
	ird_free(&ird);
	free(later);
}

static void inter_reference_distances(void **state)
{
	static const struct hrc_shape shapes[] = {
		{ 600, 30, 4, 1, true }, { 400, 10, 3, 20, false },
		{ 1, 1, 1, 1, true },
	};
	uint64_t seed = 40;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct block_refs refs;
		struct hrc_trace t;

		do {
			hrc_trace_make(&t, &shapes[i], &seed);
			if (t.recs[0].op == HFR_OP_READ)
				break;
			hrc_trace_free(&t);
		} while (true);
		hrc_refs_make(&refs, &t);
		check_ird(&refs);
		block_refs_free(&refs);
		hrc_trace_free(&t);
	}
}

/*
 * Where references are drawn at random, the model is close to LRU. First
 * references, which it takes for ones that come at any time, tell near the
 * footprint.
 */
static void model_of_lru(void **state)
{
	const struct hrc_shape shape = { 60000, 500, 60, 1, true };
	const struct hrc_opts opts = {
		.refs = { REFS_BLOCK, REFS_BOTH, 1, 0 }, .threads = 2,
		.policies = "lru,aet", .sizes = "5%..100%/20",
	};
	struct hrc_trace t;
	uint64_t seed = 3;
	struct hrc h;

	(void)state;
	hrc_trace_make(&t, &shape, &seed);
	assert_int_equal(hrc_make(&h, &t.file, &opts, &err), 0);
	assert_int_equal(h.cold, h.refs.distinct);
	for (unsigned int i = 0; i < h.sizes.count; i++) {
		double most = i < 10 ? 0.005 : 0.04;

		assert_true(fabs((double)h.curves[0].hits[i].refs -
				 (double)h.curves[1].hits[i].refs) <
			    most * (double)h.refs.count);
		assert_true(h.curves[1].hits[i].bytes == HITS_UNKNOWN);
	}
	hrc_free(&h);
	hrc_trace_free(&t);
}

/* ---- names ---- */

static void check_sizes(const char *text, unsigned int count, uint64_t first,
			uint64_t last)
{
	struct cache_sizes sizes;

	if (cache_sizes_parse(&sizes, text, 4096, 1000, &err))
		fail_msg("%s", err.text);
	assert_int_equal(sizes.count, count);
	assert_int_equal(sizes.blocks[0], first);
	assert_int_equal(sizes.blocks[count - 1], last);
	cache_sizes_free(&sizes);
}

static void sizes_by_name(void **state)
{
	static const struct {
		const char *text, *said;
	} bad[] = {
		{ "", "is no cache size" }, { "x", "is no cache size" },
		{ "5,,6", "is no cache size" }, { "-5%", "is no cache size" },
		{ "5%x", "is no cache size" }, { "%", "is no cache size" },
		{ "1..10", "say how many" }, { "1..10/1", "number of sizes" },
		{ "1..10/x", "number of sizes" }, { "9..3/4", "no range" },
		{ "0..10*4", "no range" }, { "0", "no cache size of a block" },
		{ "100b", "no cache size of a block" },
		{ "1..9000/9000,10000..19000/9000", "more than 10000" },
	};
	struct cache_sizes sizes;

	(void)state;
	check_sizes("7", 1, 7, 7);
	check_sizes("5%,50,0.15%", 2, 2, 50);
	check_sizes("64k,8191b,1m", 3, 1, 256);
	check_sizes("1%..100%/100", 100, 10, 1000);
	check_sizes("1..1024*11", 11, 1, 1024);
	check_sizes("0..10/11", 10, 1, 10);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(cache_sizes_parse(&sizes, bad[i].text, 4096,
						   1000, &err), -EINVAL);
		if (!strstr(err.text, bad[i].said))
			fail_msg("%s: %s", bad[i].text, err.text);
		cache_sizes_free(&sizes);
	}
}

static void check_no_policy(const char *text, const char *said)
{
	struct policy_choice *list;
	unsigned int n;

	assert_int_equal(policy_choices_parse(text, &list, &n, &err), -EINVAL);
	assert_null(list);
	if (!strstr(err.text, said))
		fail_msg("%s: %s", text, err.text);
}

static void policies_by_name(void **state)
{
	struct policy_choice *list;
	unsigned int n;

	(void)state;
	assert_int_equal(policy_choices_parse("lru,all", &list, &n, &err), 0);
	assert_true(n >= 2);
	assert_string_equal(list[0].name, "lru");
	assert_ptr_equal(list[0].policy, list[1].policy);
	free(list);
	check_no_policy("", "there is no policy ; there are all, lru");
	check_no_policy("lru,nonsense", "there is no policy nonsense");
	check_no_policy("lru:k=3", "has no parameter k");
	check_no_policy("lru:a-name-that-is-much-longer-than-any-that-there-could-be-for-it=3",
			"too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references),
		cmocka_unit_test(some_operations),
		cmocka_unit_test(samples),
		cmocka_unit_test(distances),
		cmocka_unit_test(lru_curves),
		cmocka_unit_test(inter_reference_distances),
		cmocka_unit_test(model_of_lru),
		cmocka_unit_test(sizes_by_name),
		cmocka_unit_test(policies_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
