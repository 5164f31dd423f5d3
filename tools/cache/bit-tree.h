/* SPDX-License-Identifier: GPL-2.0-only */
/* A set of numbers that knows its largest: bits, and bits for words of bits. */
#ifndef HF_BIT_TREE_H
#define HF_BIT_TREE_H

#include <stdint.h>

#define BIT_TREE_LEVELS	6

/**
 * struct bit_tree - the set
 * @level: bits of the numbers in level 0; a bit of each other level is set when
 *	a word of the one below is not 0; owned
 * @levels: levels in use; the last is one word
 */
struct bit_tree {
	uint64_t *level[BIT_TREE_LEVELS];
	unsigned int levels;
};

/**
 * bit_tree_init - an empty set
 * @t: filled; free with bit_tree_free(), also after a failure
 * @n: numbers are below this, at most 2^36
 *
 * Return: 0 or -ENOMEM.
 */
int bit_tree_init(struct bit_tree *t, uint64_t n);
void bit_tree_free(struct bit_tree *t);

static inline void bit_tree_set(struct bit_tree *t, uint64_t i)
{
	for (unsigned int l = 0; l < t->levels; l++, i /= 64) {
		uint64_t old = t->level[l][i / 64];

		t->level[l][i / 64] = old | 1ULL << i % 64;
		if (old)
			return;
	}
}

static inline void bit_tree_clear(struct bit_tree *t, uint64_t i)
{
	for (unsigned int l = 0; l < t->levels; l++, i /= 64) {
		t->level[l][i / 64] &= ~(1ULL << i % 64);
		if (t->level[l][i / 64])
			return;
	}
}

/** bit_tree_last - the largest number of a set that is not empty */
static inline uint64_t bit_tree_last(const struct bit_tree *t)
{
	uint64_t i = 0;

	for (unsigned int l = t->levels; l--; )
		i = i * 64 + 63 -
		    (uint64_t)__builtin_clzll(t->level[l][i]);
	return i;
}

#endif /* HF_BIT_TREE_H */
