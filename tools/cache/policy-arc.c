// SPDX-License-Identifier: GPL-2.0-only
#include "policy-parts.h"

/* Lists, with the names that the paper gives them. */
enum { NOWHERE, T1, T2, B1, B2, LISTS };

/**
 * struct arc - the state
 * @nodes: owned
 * @lists: T1 and T2 are the cache, B1 and B2 remember what left them
 * @size: blocks that there is room for
 * @target: size that T1 should have, p in the paper
 */
struct arc {
	struct id_node *nodes;
	struct id_list lists[LISTS];
	uint32_t size;
	double target;
};

DEFINE_RELEASE(arc, nodes)

static void *init(const struct policy_setup *setup)
{
	struct arc *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = setup->size;
	for (uint8_t i = 0; i < LISTS; i++)
		id_list_init(&s->lists[i], i);
	s->nodes = big_array(setup->distinct, sizeof(*s->nodes));
	if (s->nodes)
		return s;
	release(s);
	return NULL;
}

static void evict(struct arc *s, int from, int to)
{
	id_list_move(&s->lists[from], &s->lists[to], s->nodes,
		     s->lists[from].last);
}

static void replace(struct arc *s, bool was_in_b2)
{
	uint32_t n = s->lists[T1].count;

	if (!s->lists[T2].count ||
	    (n && (n > s->target || (n == s->target && was_in_b2))))
		evict(s, T1, B1);
	else
		evict(s, T2, B2);
}

static bool is_full(const struct arc *s)
{
	return s->lists[T1].count + s->lists[T2].count == s->size;
}

/* A block that is remembered moves the target towards where it was. */
static void return_block(struct arc *s, uint32_t id, int from)
{
	double b1 = s->lists[B1].count, b2 = s->lists[B2].count;
	double step = from == B1 ? b2 / b1 : b1 / b2;

	step = step > 1 ? step : 1;
	s->target += from == B1 ? step : -step;
	if (s->target < 0)
		s->target = 0;
	if (s->target > s->size)
		s->target = s->size;
	id_list_remove(&s->lists[from], s->nodes, id);
	if (is_full(s))
		replace(s, from == B2);
	id_list_push(&s->lists[T2], s->nodes, id);
}

/* Makes room for a block that is not remembered. */
static void make_room(struct arc *s)
{
	uint32_t l1 = s->lists[T1].count + s->lists[B1].count;
	uint32_t l2 = s->lists[T2].count + s->lists[B2].count;

	if (l1 >= s->size) {
		if (!s->lists[B1].count) {
			id_list_pop(&s->lists[T1], s->nodes);
			return;
		}
		id_list_pop(&s->lists[B1], s->nodes);
	} else if ((uint64_t)l1 + l2 >= 2 * (uint64_t)s->size) {
		id_list_pop(&s->lists[B2], s->nodes);
	}
	replace(s, false);
}

static inline bool access_block(struct arc *s, uint32_t id)
{
	int where = s->nodes[id].where;

	switch (where) {
	case T1:
		id_list_move(&s->lists[T1], &s->lists[T2], s->nodes, id);
		return true;
	case T2:
		id_list_refresh(&s->lists[T2], s->nodes, id);
		return true;
	case B1:
	case B2:
		return_block(s, id, where);
		return false;
	}
	if (is_full(s))
		make_room(s);
	id_list_push(&s->lists[T1], s->nodes, id);
	return false;
}

DEFINE_RUN(arc, nodes)

const struct cache_policy policy_arc = {
	.name = "arc",
	.title = "ARC",
	.about = "adaptive replacement: T1 has blocks seen once, T2 those seen again, B1 and B2 remember what left them, as many blocks as the cache has; the target of T1 is a real number and moves by max(|B2| / |B1|, 1) or its counterpart (Megiddo, Modha, FAST 2003)",
	.kind = POLICY_RUN,
	.least = 1,
	.init = init,
	.run = run,
	.free = release,
};
