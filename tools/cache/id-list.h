/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists of blocks, linked through an array at their ids: a block is in one of
 * them at a time. What is pushed is the first, what leaves is the last.
 */
#ifndef HF_ID_LIST_H
#define HF_ID_LIST_H

#include <stdint.h>

/* No block. */
#define ID_NONE	UINT32_MAX

/**
 * struct id_node - a block; all zero for one that is nowhere
 * @next: towards the last
 * @prev: towards the first
 * @where: number of the list that it is in, from 1; 0 for none
 * @count: the policy's own
 * @mark: the policy's own
 */
struct id_node {
	uint32_t next, prev;
	uint8_t where;
	uint8_t count;
	uint16_t mark;
};

/**
 * struct id_list - a list
 * @first: pushed last; ID_NONE when it is empty
 * @last: leaves next
 * @count: blocks in it
 * @number: of the list, from 1
 */
struct id_list {
	uint32_t first, last, count;
	uint8_t number;
};

static inline void id_list_init(struct id_list *l, uint8_t number)
{
	*l = (struct id_list){ ID_NONE, ID_NONE, 0, number };
}

/** id_list_push - makes a block the first; it is in no list */
static inline void id_list_push(struct id_list *l, struct id_node *nodes,
				uint32_t id)
{
	struct id_node *node = &nodes[id];

	node->prev = ID_NONE;
	node->next = l->first;
	node->where = l->number;
	if (l->first == ID_NONE)
		l->last = id;
	else
		nodes[l->first].prev = id;
	l->first = id;
	l->count++;
}

/** id_list_remove - takes a block out of the list that it is in */
static inline void id_list_remove(struct id_list *l, struct id_node *nodes,
				  uint32_t id)
{
	struct id_node *node = &nodes[id];

	if (node->prev == ID_NONE)
		l->first = node->next;
	else
		nodes[node->prev].next = node->next;
	if (node->next == ID_NONE)
		l->last = node->prev;
	else
		nodes[node->next].prev = node->prev;
	node->where = 0;
	l->count--;
}

/** id_list_pop - takes the last out of a list that is not empty */
static inline uint32_t id_list_pop(struct id_list *l, struct id_node *nodes)
{
	uint32_t id = l->last;

	id_list_remove(l, nodes, id);
	return id;
}

/** id_list_refresh - makes a block of the list the first */
static inline void id_list_refresh(struct id_list *l, struct id_node *nodes,
				   uint32_t id)
{
	if (l->first == id)
		return;
	id_list_remove(l, nodes, id);
	id_list_push(l, nodes, id);
}

/** id_list_move - makes a block the first of another list */
static inline void id_list_move(struct id_list *from, struct id_list *to,
				struct id_node *nodes, uint32_t id)
{
	id_list_remove(from, nodes, id);
	id_list_push(to, nodes, id);
}

#endif /* HF_ID_LIST_H */
