// SPDX-License-Identifier: GPL-2.0-only
#include "lru-curve.h"

#include <errno.h>
#include <string.h>

#include "big-array.h"
#include "lru-stack.h"

/* References between two looks at what else there is to do. */
#define CHUNK	4096

/**
 * struct walk - where the distances go
 * @c: the curve
 * @at: references before the current ones
 * @most: largest distance of the current request so far
 */
struct walk {
	struct lru_curve *c;
	uint64_t at;
	uint32_t most;
};

static int make_arrays(struct lru_curve *c)
{
	uint64_t n = (uint64_t)c->of->distinct + 1;

	c->refs = big_array(n, sizeof(*c->refs));
	if (c->of->bytes)
		c->bytes = big_array(n, sizeof(*c->bytes));
	if (c->of->ends)
		c->requests = big_array(n, sizeof(*c->requests));
	return c->refs && (c->bytes || !c->of->bytes) &&
	       (c->requests || !c->of->ends) ? 0 : -ENOMEM;
}

/* A distance counts at the smallest size that hits. */
static void add_requests(struct walk *w, const uint32_t *distance, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (distance[i] > w->most)
			w->most = distance[i];
		if (!refs_ends(w->c->of, w->at + i))
			continue;
		if (w->most != LRU_COLD)
			w->c->requests[w->most + 1]++;
		w->most = 0;
	}
}

static void add(struct walk *w, const uint32_t *distance, size_t n)
{
	struct lru_curve *c = w->c;

	for (size_t i = 0; i < n; i++)
		if (distance[i] != LRU_COLD)
			c->refs[distance[i] + 1]++;
	for (size_t i = 0; c->bytes && i < n; i++)
		if (distance[i] != LRU_COLD)
			c->bytes[distance[i] + 1] += c->of->bytes[w->at + i];
	if (c->requests)
		add_requests(w, distance, n);
	w->at += n;
}

static void sum_up(uint64_t *counts, uint64_t n)
{
	for (uint64_t i = 1; counts && i < n; i++)
		counts[i] += counts[i - 1];
}

static int walk(struct lru_curve *c, struct lru_stack *s, bool (*stop)(void))
{
	struct walk w = { .c = c };
	uint32_t distance[CHUNK];

	while (w.at < c->of->count) {
		uint64_t left = c->of->count - w.at;
		size_t n = left < CHUNK ? left : CHUNK;

		if (stop && stop())
			return -EINTR;
		lru_stack_run(s, c->of->ids + w.at, n, distance);
		add(&w, distance, n);
	}
	return 0;
}

int lru_curve_make(struct lru_curve *c, const struct block_refs *of,
		   bool (*stop)(void))
{
	uint64_t n = (uint64_t)of->distinct + 1;
	struct lru_stack s;
	int ret;

	memset(c, 0, sizeof(*c));
	c->of = of;
	ret = lru_stack_init(&s, of->distinct);
	if (!ret)
		ret = make_arrays(c);
	if (!ret)
		ret = walk(c, &s, stop);
	lru_stack_free(&s);
	if (ret)
		return ret;
	sum_up(c->refs, n);
	sum_up(c->bytes, n);
	sum_up(c->requests, n);
	return 0;
}

void lru_curve_free(struct lru_curve *c)
{
	big_array_free(c->refs);
	big_array_free(c->bytes);
	big_array_free(c->requests);
	memset(c, 0, sizeof(*c));
}

void lru_curve_at(const struct lru_curve *c, uint64_t size,
		  struct hit_count *hits)
{
	struct hit_counter counter;

	/* More room than there are blocks changes nothing. */
	if (size > c->of->distinct)
		size = c->of->distinct;
	hit_counter_init(&counter, c->of);
	counter.count.refs = c->refs[size];
	counter.count.bytes = c->bytes ? c->bytes[size] : 0;
	counter.count.requests = c->requests ? c->requests[size] : 0;
	hit_counter_end(&counter);
	*hits = counter.count;
}
