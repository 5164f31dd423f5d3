// SPDX-License-Identifier: GPL-2.0-only
#include "policy-parts.h"
#include "seg-lru.h"

/**
 * struct slru - the state
 * @nodes: owned
 * @segs: the blocks
 */
struct slru {
	struct id_node *nodes;
	struct seg_lru segs;
};

DEFINE_RELEASE(slru, nodes)

static void *init(const struct policy_setup *setup)
{
	unsigned int count = (unsigned int)setup->params[0];
	struct slru *s;

	/* Each segment has a block at least. */
	if (count > setup->size)
		count = setup->size;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	seg_lru_init(&s->segs, count, 1);
	for (unsigned int i = 0; i < count; i++)
		s->segs.most[i] = setup->size / count +
				  (i ? 0 : setup->size % count);
	s->nodes = big_array(setup->distinct, sizeof(*s->nodes));
	if (s->nodes)
		return s;
	release(s);
	return NULL;
}

static inline bool access_block(struct slru *s, uint32_t id)
{
	struct id_list *room;

	if (s->nodes[id].where) {
		seg_lru_hit(&s->segs, s->nodes, id);
		return true;
	}
	room = seg_lru_room(&s->segs);
	if (!room) {
		room = &s->segs.lists[0];
		id_list_pop(room, s->nodes);
	}
	id_list_push(room, s->nodes, id);
	return false;
}

DEFINE_RUN(slru, nodes)

static const struct policy_param params[] = {
	{ "segments", 4, 1, SEG_LRU_MOST, true, "how many" },
	{ NULL }
};

const struct cache_policy policy_slru = {
	.name = "slru",
	.title = "SLRU",
	.about = "LRU lists of the same size, the lowest with what is left over: a hit moves a block to the list above, whose last block comes down if there is no room; a new block comes into the lowest list with room, and a full cache gives up the last of the lowest (Karedla, Love, Wherry, Computer 1994)",
	.kind = POLICY_RUN,
	.params = params,
	.least = 1,
	.init = init,
	.run = run,
	.free = release,
};
