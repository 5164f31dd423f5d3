/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hit ratio curve of LRU by its definition: the distance of a use is the
 * number of different items since the one before. Slow and plain.
 */
#ifndef PLAIN_LRU_H
#define PLAIN_LRU_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* Hits at 100 sizes, in percent of the number of items. */
#define CURVE_POINTS 100

struct curve {
	double at[CURVE_POINTS + 1];
	uint64_t items;
};

/* Sums over positions, by a binary indexed tree. */
static inline void marks_add(int32_t *tree, size_t n, size_t at, int32_t v)
{
	for (at++; at <= n; at += at & -at)
		tree[at] += v;
}

static inline uint64_t marks_before(const int32_t *tree, size_t at)
{
	int64_t sum = 0;

	for (; at; at -= at & -at)
		sum += tree[at];
	return (uint64_t)sum;
}

/*
 * counts[d]: uses that d other items were used before, since the last use of
 * the same one. @items is above every number of an item. Returns how many
 * different there were.
 */
static inline uint64_t stack_distances(const uint64_t *refs, size_t n,
				       uint64_t items, uint64_t *counts)
{
	int32_t *tree = calloc(n + 1, sizeof(*tree));
	size_t *last = calloc(items, sizeof(*last)), i;
	uint64_t live = 0;

	assert_true(tree && last);
	for (i = 0; i < n; i++) {
		size_t *at = &last[refs[i]];

		if (*at) {
			counts[live - marks_before(tree, *at)]++;
			marks_add(tree, n, *at - 1, -1);
		} else {
			live++;
		}
		*at = i + 1;
		marks_add(tree, n, i, 1);
	}
	free(tree);
	free(last);
	return live;
}

/* First uses are misses. */
static inline void plain_lru_curve(const uint64_t *refs, size_t n, uint64_t items,
			     struct curve *c)
{
	uint64_t *counts = calloc(items + 1, sizeof(*counts)), d = 0, hits = 0;
	int i;

	assert_non_null(counts);
	c->items = stack_distances(refs, n, items, counts);
	for (i = 0; i <= CURVE_POINTS; i++) {
		for (; d < c->items * (uint64_t)i / CURVE_POINTS; d++)
			hits += counts[d];
		c->at[i] = (double)hits / (double)n;
	}
	free(counts);
}

static inline void curve_differ(const struct curve *a, const struct curve *b,
				double *mean, double *most)
{
	int i;

	*mean = 0;
	*most = 0;
	for (i = 1; i <= CURVE_POINTS; i++) {
		double d = a->at[i] > b->at[i] ? a->at[i] - b->at[i] :
						 b->at[i] - a->at[i];

		*mean += d / CURVE_POINTS;
		*most = d > *most ? d : *most;
	}
}

#endif /* PLAIN_LRU_H */
