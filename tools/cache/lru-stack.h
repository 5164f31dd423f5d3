/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stack distances of LRU, exact, for all cache sizes at once: Mattson,
 * Gecsei, Slutz, Traiger, "Evaluation techniques for storage hierarchies", IBM
 * Systems Journal, 1970.
 *
 * Time is a row of slots, one for each reference; a bit is set where a block
 * was referred to last, and everywhere in the future. The distance of a
 * reference is the number of bits between the one of its block and now. Bits are
 * counted by words; slots whose bit is gone are counted for each 512 of them.
 * When the slots are used up, the bits move together to the front.
 */
#ifndef HF_LRU_STACK_H
#define HF_LRU_STACK_H

#include <stddef.h>
#include <stdint.h>

#include "prefix-tree.h"

/* Distance of the first reference to a block. */
#define LRU_COLD	UINT32_MAX

/**
 * struct lru_stack - the state
 * @bits: of all slots; owned
 * @holes: slots without a bit, of each 512
 * @last: slot of each block + 1, 0 for one not seen; owned
 * @distinct: blocks there are
 * @slots: slots there are
 * @next: next slot
 * @live: blocks seen
 */
struct lru_stack {
	uint64_t *bits;
	struct prefix_tree holes;
	uint32_t *last;
	uint32_t distinct;
	uint64_t slots, next;
	uint32_t live;
};

/**
 * lru_stack_init - begins
 * @s: filled; free with lru_stack_free(), also after a failure
 * @distinct: ids are below this
 *
 * Takes 4.6 to 5.1 bytes for each block.
 *
 * Return: 0 or -ENOMEM.
 */
int lru_stack_init(struct lru_stack *s, uint32_t distinct);
void lru_stack_free(struct lru_stack *s);

/**
 * lru_stack_run - finds distances
 * @s: the state
 * @ids: the next references; REFS_AHEAD more may be read
 * @n: how many
 * @distance: gets the number of other blocks since the last reference to each:
 *	it hits in a cache with room for one more than that; LRU_COLD
 */
void lru_stack_run(struct lru_stack *s, const uint32_t *ids, size_t n,
		   uint32_t *distance);

#endif /* HF_LRU_STACK_H */
