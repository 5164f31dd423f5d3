/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Completions that are remembered: the pool, the hash table of those ahead of
 * the watermark, the monotonic queue of those in the window. For dep-step.h.
 */
#ifndef HFR_DEP_NODES_H
#define HFR_DEP_NODES_H

#include "dep.h"

/* Ranks go round at 2^32. */
static inline bool rank_before(u32 a, u32 b)
{
	return (s32)(a - b) < 0;
}

/* A node, or NULL. Freed ones first: they are in the cache. */
static inline struct hfr_dep_node *node_get(struct hfr_dep *d)
{
	struct hfr_dep_node *n = d->free;

	if (likely(n)) {
		d->free = n->next;
		return n;
	}
	return d->used < d->nnodes ? &d->nodes[d->used++] : NULL;
}

static inline void node_put(struct hfr_dep *d, struct hfr_dep_node *n)
{
	n->next = d->free;
	d->free = n;
}

/* ---- hash table ---- */

/* Ranks that follow each other lie side by side; scopes lie apart. */
static inline u32 bucket_salt(u32 scope)
{
	return scope * 0x9e3779b1U;
}

/* The link to a node of the table, or to the end of its chain. */
static __always_inline struct hfr_dep_node **
stored_link(const struct hfr_dep *d, const struct hfr_scope *s, u32 rank)
{
	struct hfr_dep_node **link = &d->buckets[(rank + s->salt) &
						 d->bucket_mask];

	while (*link && unlikely((*link)->rank != rank || (*link)->scope != s))
		link = &(*link)->next;
	return link;
}

/* False if it is there already, or there is no node. */
static __always_inline bool stored_add(struct hfr_dep *d, struct hfr_scope *s,
				       u32 rank, s64 value, u64 orig)
{
	struct hfr_dep_node **link = stored_link(d, s, rank), *n;

	if (unlikely(*link))
		return false;
	n = node_get(d);
	if (unlikely(!n))
		return false;
	*link = n;
	n->scope = s;
	n->rank = rank;
	n->next = NULL;
	n->value = value;
	n->orig = orig;
	return true;
}

/* Takes a rank out of the table; NULL if it is not there. */
static __always_inline struct hfr_dep_node *
stored_take(struct hfr_dep *d, struct hfr_scope *s, u32 rank)
{
	struct hfr_dep_node **link = stored_link(d, s, rank), *n = *link;

	if (likely(n))
		*link = n->next;
	return n;
}

/* ---- queue: ranks go up, values go down ---- */

/* Ranks below the window leave it. */
static __always_inline void queue_prune(struct hfr_dep *d, struct hfr_scope *s)
{
	struct hfr_dep_node *front = s->front, *next;

	while (front && unlikely(rank_before(front->rank, s->lo))) {
		next = front->next;
		node_put(d, front);
		s->front = next;
		if (next)
			next->prev = NULL;
		else
			s->back = NULL;
		front = next;
	}
}

/*
 * The rank behind all others enters, in a node of the pool. It outlives those
 * before it that have no greater value.
 */
static __always_inline void queue_append(struct hfr_dep *d, struct hfr_scope *s,
					 struct hfr_dep_node *n)
{
	struct hfr_dep_node *back = s->back, *prev;

	while (back && back->value <= n->value) {
		prev = back->prev;
		node_put(d, back);
		back = prev;
	}
	n->next = NULL;
	n->prev = back;
	s->back = n;
	if (back)
		back->next = n;
	else
		s->front = n;
}

/* The same of a rank that has no node; false if there is none. */
static __always_inline bool queue_enter(struct hfr_dep *d, struct hfr_scope *s,
					u32 rank, s64 value, u64 orig)
{
	struct hfr_dep_node *n = node_get(d);

	if (unlikely(!n))
		return false;
	n->rank = rank;
	n->value = value;
	n->orig = orig;
	queue_append(d, s, n);
	return true;
}

/* Values have changed: the queue is made anew of its nodes. */
static inline void queue_remake(struct hfr_dep *d, struct hfr_scope *s)
{
	struct hfr_dep_node *n = s->front, *next;

	s->front = NULL;
	s->back = NULL;
	for (; n; n = next) {
		next = n->next;
		queue_append(d, s, n);
	}
}

#endif /* HFR_DEP_NODES_H */
