// SPDX-License-Identifier: GPL-2.0-only
#include "policy-parts.h"

/* Lists, with the names that the paper gives them. */
enum { NOWHERE, A1IN, A1OUT, AM, LISTS };

/**
 * struct two_queues - the state
 * @nodes: owned
 * @lists: A1in and Am are the cache, A1out remembers what left A1in
 * @most: blocks that each should have at most
 * @size: blocks that there is room for
 */
struct two_queues {
	struct id_node *nodes;
	struct id_list lists[LISTS];
	uint32_t most[LISTS];
	uint32_t size;
};

DEFINE_RELEASE(two_queues, nodes)

static void *init(const struct policy_setup *setup)
{
	struct two_queues *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = setup->size;
	s->most[A1IN] = policy_part(setup->size, setup->params[0]);
	s->most[A1OUT] = policy_part(setup->size, setup->params[1]);
	s->most[AM] = setup->size - s->most[A1IN];
	for (uint8_t i = 0; i < LISTS; i++)
		id_list_init(&s->lists[i], i);
	s->nodes = big_array(setup->distinct, sizeof(*s->nodes));
	if (s->nodes)
		return s;
	release(s);
	return NULL;
}

static void make_room(struct two_queues *s)
{
	if (s->lists[A1IN].count <= s->most[A1IN]) {
		id_list_pop(&s->lists[AM], s->nodes);
		return;
	}
	if (s->lists[A1OUT].count == s->most[A1OUT])
		id_list_pop(&s->lists[A1OUT], s->nodes);
	id_list_move(&s->lists[A1IN], &s->lists[A1OUT], s->nodes,
		     s->lists[A1IN].last);
}

static inline bool access_block(struct two_queues *s, uint32_t id)
{
	int where = s->nodes[id].where;

	if (where == AM)
		id_list_refresh(&s->lists[AM], s->nodes, id);
	if (where == A1IN || where == AM)
		return true;
	if (where == A1OUT)
		id_list_remove(&s->lists[A1OUT], s->nodes, id);
	if (s->lists[A1IN].count + s->lists[AM].count == s->size)
		make_room(s);
	if (where == A1OUT && s->lists[AM].count == s->most[AM])
		id_list_pop(&s->lists[AM], s->nodes);
	id_list_push(&s->lists[where == A1OUT ? AM : A1IN], s->nodes, id);
	return false;
}

DEFINE_RUN(two_queues, nodes)

static const struct policy_param params[] = {
	{ "in", 0.25, 0.001, 0.999, false, "share of A1in" },
	{ "out", 0.5, 0.001, 10, false,
	  "blocks that A1out remembers, as a share of the cache" },
	{ NULL }
};

const struct cache_policy policy_2q = {
	.name = "2q",
	.title = "2Q",
	.about = "blocks come into the FIFO A1in, in which hits change nothing; A1out remembers what leaves it; a block that is remembered comes into the LRU list Am. When the cache is full, A1in gives up a block if it has more than its share, else Am (Johnson, Shasha, VLDB 1994)",
	.kind = POLICY_RUN,
	.params = params,
	.least = 2,
	.init = init,
	.run = run,
	.free = release,
};
