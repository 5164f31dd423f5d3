/* SPDX-License-Identifier: GPL-2.0-only */
/* LRU in segments: a hit moves a block to the next one. */
#ifndef HF_SEG_LRU_H
#define HF_SEG_LRU_H

#include <stdbool.h>

#include "id-list.h"

#define SEG_LRU_MOST	16

/**
 * struct seg_lru - the segments
 * @lists: the lowest first; their numbers follow each other
 * @most: blocks that each has at most
 * @count: segments there are
 */
struct seg_lru {
	struct id_list lists[SEG_LRU_MOST];
	uint32_t most[SEG_LRU_MOST];
	unsigned int count;
};

/**
 * seg_lru_init - empty segments
 * @s: filled; most is the caller's to set
 * @count: how many, up to SEG_LRU_MOST
 * @number: of the lowest list
 */
static inline void seg_lru_init(struct seg_lru *s, unsigned int count,
				uint8_t number)
{
	s->count = count;
	for (unsigned int i = 0; i < count; i++)
		id_list_init(&s->lists[i], (uint8_t)(number + i));
}

/** seg_lru_hit - a block in a segment is referred to */
static inline void seg_lru_hit(struct seg_lru *s, struct id_node *nodes,
			       uint32_t id)
{
	unsigned int at = nodes[id].where - s->lists[0].number;

	if (at == s->count - 1) {
		id_list_refresh(&s->lists[at], nodes, id);
		return;
	}
	id_list_move(&s->lists[at], &s->lists[at + 1], nodes, id);
	if (s->lists[at + 1].count > s->most[at + 1])
		id_list_move(&s->lists[at + 1], &s->lists[at], nodes,
			     s->lists[at + 1].last);
}

/** seg_lru_room - the lowest segment with room, or NULL */
static inline struct id_list *seg_lru_room(struct seg_lru *s)
{
	for (unsigned int i = 0; i < s->count; i++)
		if (s->lists[i].count < s->most[i])
			return &s->lists[i];
	return NULL;
}

/** seg_lru_victim - the block that leaves next when all segments are full */
static inline uint32_t seg_lru_victim(const struct seg_lru *s)
{
	return s->lists[0].last;
}

#endif /* HF_SEG_LRU_H */
