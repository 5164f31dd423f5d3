// SPDX-License-Identifier: GPL-2.0-only
#include "policy-parts.h"

/**
 * struct sieve - the state
 * @nodes: count is whether a block was hit; owned
 * @queue: all blocks, in the order in which they came
 * @hand: where the search for the next that leaves begins; ID_NONE for the last
 * @size: blocks that there is room for
 */
struct sieve {
	struct id_node *nodes;
	struct id_list queue;
	uint32_t hand, size;
};

DEFINE_RELEASE(sieve, nodes)

static void *init(const struct policy_setup *setup)
{
	struct sieve *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = setup->size;
	s->hand = ID_NONE;
	id_list_init(&s->queue, 1);
	s->nodes = big_array(setup->distinct, sizeof(*s->nodes));
	if (s->nodes)
		return s;
	release(s);
	return NULL;
}

static inline void evict(struct sieve *s)
{
	uint32_t id = s->hand == ID_NONE ? s->queue.last : s->hand;

	while (s->nodes[id].count) {
		s->nodes[id].count = 0;
		id = s->nodes[id].prev;
		if (id == ID_NONE)
			id = s->queue.last;
	}
	s->hand = s->nodes[id].prev;
	id_list_remove(&s->queue, s->nodes, id);
}

static inline bool access_block(struct sieve *s, uint32_t id)
{
	if (s->nodes[id].where) {
		s->nodes[id].count = 1;
		return true;
	}
	if (s->queue.count == s->size)
		evict(s);
	id_list_push(&s->queue, s->nodes, id);
	s->nodes[id].count = 0;
	return false;
}

DEFINE_RUN(sieve, nodes)

const struct cache_policy policy_sieve = {
	.name = "sieve",
	.title = "SIEVE",
	.about = "a queue in which nothing moves: a hand goes from the oldest block to the newest and over again, forgives those that were hit since it passed, and takes the first that was not (Zhang et al., NSDI 2024)",
	.kind = POLICY_RUN,
	.least = 1,
	.init = init,
	.run = run,
	.free = release,
};
