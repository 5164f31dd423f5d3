/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts that are summed up from the first: 16 entries in each node, each the
 * sum of those before it in the node. A sum is a load from each level, adding is
 * a masked addition to a node of each level: neither has a branch that depends
 * on the place, as a Fenwick tree has.
 */
#ifndef HF_PREFIX_TREE_H
#define HF_PREFIX_TREE_H

#include <stdint.h>

#define PREFIX_FAN	16U
#define PREFIX_SHIFT	4
#define PREFIX_LEVELS	8

/**
 * struct prefix_tree - the counts
 * @level: sums of the counts, then of 16 counts each, and so on; owned
 * @levels: in use; the last has one node
 * @entries: of each level, a multiple of 16
 */
struct prefix_tree {
	uint32_t *level[PREFIX_LEVELS];
	unsigned int levels;
	uint32_t entries[PREFIX_LEVELS];
};

/**
 * prefix_tree_init - all counts are 0
 * @t: filled; free with prefix_tree_free(), also after a failure
 * @n: counts there are
 *
 * Return: 0 or -ENOMEM.
 */
int prefix_tree_init(struct prefix_tree *t, uint32_t n);
void prefix_tree_free(struct prefix_tree *t);
/** prefix_tree_reset - all counts are 0 again */
void prefix_tree_reset(struct prefix_tree *t);

/** prefix_tree_sum - sum of the counts before the @i-th */
static inline uint32_t prefix_tree_sum(const struct prefix_tree *t, uint32_t i)
{
	uint32_t sum = 0;

	for (unsigned int l = 0; l < t->levels; l++, i >>= PREFIX_SHIFT)
		sum += t->level[l][i];
	return sum;
}

/* Four entries; they may be anywhere. */
typedef uint32_t prefix_four __attribute__((vector_size(16), aligned(4),
					    may_alias));

/* 16 entries that get nothing, 16 that do. */
extern const uint32_t prefix_ones[2 * PREFIX_FAN];

/** prefix_tree_add - adds 1 to the @i-th count */
static inline void prefix_tree_add(struct prefix_tree *t, uint32_t i)
{
	for (unsigned int l = 0; l < t->levels; l++, i >>= PREFIX_SHIFT) {
		uint32_t at = i % PREFIX_FAN;
		prefix_four *node = (prefix_four *)&t->level[l][i - at];
		const prefix_four *ones = (const prefix_four *)
			&prefix_ones[PREFIX_FAN - 1 - at];

		node[0] += ones[0];
		node[1] += ones[1];
		node[2] += ones[2];
		node[3] += ones[3];
	}
}

#endif /* HF_PREFIX_TREE_H */
