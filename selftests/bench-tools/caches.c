// SPDX-License-Identifier: GPL-2.0-only
/*
 * caches lru M N: CPU seconds of the whole LRU curve of N references to M
 * blocks, by hfctl, by a splay tree and by an order-statistic tree; all three
 * have the same table from blocks to dense numbers, and must agree.
 *
 * caches policies M SIZE N: millions of references each CPU second of each
 * policy but LRU at one size, the table from blocks to dense numbers included;
 * beside it those of libCacheSim where they are known.
 *
 * Half of the references are to any block, half to popular ones.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "block-ids.h"
#include "block-refs.h"
#include "cache-policy.h"
#include "lru-curve.h"
#include "peers.h"
#include "random.h"

#define BATCH	128
#define CHUNK	4096

/*
 * cachesim of libCacheSim, commit aa0fc40, oracleGeneral, objects of one size,
 * one thread, one size: millions of references each second for M of 10 k and
 * SIZE of 5 k, and for 1 M and 100 k, on two virtual CPUs.
 */
static const struct {
	const char *name;
	double small, large;
} known[] = {
	{ "fifo", 4.88, 1.43 }, { "clock", 3.25, 0.96 }, { "lfu", 3.25, 1.10 },
	{ "arc", 2.19, 0.97 }, { "slru", 2.28, 0.90 }, { "2q", 1.22, 0.44 },
	{ "lirs", 0.65, 0.35 }, { "s3fifo", 0.97, 0.44 },
	{ "sieve", 3.76, 1.58 }, { "lecar", 2.20, 0.86 },
	{ "wtinylfu", 1.04, 0.55 }, { NULL, 0, 0 },
};

static double cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	fprintf(stderr, "caches: %s\n", what);
	exit(1);
}

static void *array(uint64_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		fail("no memory");
	return p;
}

static uint64_t *make_blocks(uint64_t m, uint64_t n)
{
	uint64_t *blocks = array(n, sizeof(*blocks));

	for (uint64_t i = 0; i < n; i++) {
		double u = (double)(random_u64() >> 11) * 0x1p-53;

		if (random_u64() >> 63)
			u = u * u * u * u;
		/* Numbers of no order, as addresses are. */
		blocks[i] = (uint64_t)(u * (double)m) * 1000003;
	}
	return blocks;
}

/* Dense numbers, as block-refs.c gives them. */
static void number(const uint64_t *blocks, uint64_t n, struct block_refs *refs)
{
	uint64_t hash[BATCH];
	struct block_ids t;

	if (block_ids_init(&t))
		fail("no memory");
	for (uint64_t at = 0; at < n; at += BATCH) {
		uint64_t batch = n - at < BATCH ? n - at : BATCH;

		for (uint64_t i = 0; i < batch; i++) {
			hash[i] = block_hash(blocks[at + i]);
			block_ids_prefetch(&t, hash[i]);
		}
		for (uint64_t i = 0; i < batch; i++)
			if (block_ids_get(&t, blocks[at + i], hash[i],
					  &refs->ids[at + i]))
				fail("no memory");
	}
	refs->distinct = t.count;
	block_ids_free(&t);
}

static double run_ours(const uint64_t *blocks, struct block_refs *refs,
		       uint64_t *hits)
{
	double start = cpu();
	struct lru_curve c;

	number(blocks, refs->count, refs);
	if (lru_curve_make(&c, refs, NULL))
		fail("no memory");
	start = cpu() - start;
	memcpy(hits, c.refs, ((uint64_t)refs->distinct + 1) * sizeof(*hits));
	lru_curve_free(&c);
	return start;
}

static double run_peer(const uint64_t *blocks, struct block_refs *refs,
		       uint32_t (*distance)(struct peer *p, uint32_t id),
		       const uint64_t *hits)
{
	uint64_t size = (uint64_t)refs->distinct + 1;
	uint64_t *mine = array(size, sizeof(*mine));
	double start = cpu();
	struct peer p = { .nodes = array(size, sizeof(*p.nodes)) };

	number(blocks, refs->count, refs);
	for (uint64_t i = 0; i < refs->count; i++) {
		uint32_t d = distance(&p, refs->ids[i]);

		if (d != PEER_COLD)
			mine[d + 1]++;
	}
	for (uint64_t i = 1; i < size; i++)
		mine[i] += mine[i - 1];
	start = cpu() - start;
	if (memcmp(mine, hits, size * sizeof(*mine)))
		fail("the curves differ");
	free(mine);
	free(p.nodes);
	return start;
}

static void lru(const uint64_t *blocks, uint64_t m, struct block_refs *refs)
{
	uint64_t *hits = array(m + 1, sizeof(*hits));
	double ours = run_ours(blocks, refs, hits);
	double splay = run_peer(blocks, refs, splay_distance, hits);
	double treap = run_peer(blocks, refs, treap_distance, hits);

	printf("%.4f %.4f %.4f\n", ours, splay, treap);
	free(hits);
}

static uint32_t *find_next(const struct block_refs *refs)
{
	uint32_t *next = array(refs->count, sizeof(*next));
	uint32_t *seen = array(refs->distinct, sizeof(*seen));

	for (uint64_t i = refs->count; i--; ) {
		next[i] = seen[refs->ids[i]] - 1;
		seen[refs->ids[i]] = (uint32_t)i + 1;
	}
	free(seen);
	return next;
}

static void run(const struct cache_policy *p, const struct block_refs *refs,
		uint32_t size, const uint32_t *next)
{
	double params[POLICY_PARAMS] = { 0 };
	const struct policy_setup setup = {
		.size = size, .distinct = refs->distinct, .count = refs->count,
		.params = params, .seed = 1, .ids = refs->ids, .next = next,
	};
	uint8_t hits[CHUNK];
	void *state;

	for (unsigned int i = 0; p->params && p->params[i].name; i++)
		params[i] = p->params[i].def;
	state = p->init(&setup);
	if (!state)
		fail("no memory");
	for (uint64_t at = 0; at < refs->count; at += CHUNK)
		p->run(state, refs->ids + at, refs->count - at < CHUNK ?
		       refs->count - at : CHUNK, hits);
	p->free(state);
}

static double known_for(const char *name, bool large)
{
	for (unsigned int i = 0; known[i].name; i++)
		if (!strcmp(known[i].name, name))
			return large ? known[i].large : known[i].small;
	return NAN;
}

static void policies(const uint64_t *blocks, uint64_t m, uint32_t size,
		     struct block_refs *refs)
{
	const struct cache_policy *p;
	uint32_t *next = NULL;

	for (unsigned int i = 0; (p = cache_policy_at(i)); i++) {
		double start, rate;

		if (p->kind != POLICY_RUN)
			continue;
		start = cpu();
		number(blocks, refs->count, refs);
		if (p->future)
			next = find_next(refs);
		run(p, refs, size, next);
		rate = (double)refs->count / (cpu() - start) / 1e6;
		printf("%s %.2f %.2f\n", p->name, rate,
		       known_for(p->name, m > 100000));
	}
	free(next);
}

int main(int argc, char **argv)
{
	bool all = argc == 5 && !strcmp(argv[1], "policies");
	uint64_t m = argc > 2 ? strtoull(argv[2], NULL, 10) : 0;
	uint64_t n = argc > 3 ? strtoull(argv[argc - 1], NULL, 10) : 0;
	struct block_refs refs = { .count = n, .block = 4096, .requests = n,
				   .rate = 1 };
	uint64_t *blocks;

	if (!m || !n || (!all && (argc != 4 || strcmp(argv[1], "lru")))) {
		fputs("usage: caches lru M N | policies M SIZE N\n", stderr);
		return 2;
	}
	blocks = make_blocks(m, n);
	refs.ids = array(n + REFS_AHEAD, sizeof(*refs.ids));
	if (all)
		policies(blocks, m, (uint32_t)strtoul(argv[3], NULL, 10),
			 &refs);
	else
		lru(blocks, m, &refs);
	free(blocks);
	free(refs.ids);
	return 0;
}
