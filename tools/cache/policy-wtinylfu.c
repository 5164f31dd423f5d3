// SPDX-License-Identifier: GPL-2.0-only
/*
 * W-TinyLFU. Dense ids make a counter for each block affordable, so counts are
 * exact and not those of a sketch. Halving all of them is put off until a block
 * is looked at: halving n times is a shift by n.
 */
#include "policy-parts.h"
#include "seg-lru.h"

enum { NOWHERE, WINDOW, PROBATION, PROTECTED };

/* Share of the main cache that is on probation. */
#define PROBATION_SHARE	0.2

/**
 * struct tiny_lfu - the state
 * @nodes: mark is the number of references, as of the halving in @halved; owned
 * @halved: of each block; owned
 * @window: where blocks come in
 * @main: probation and protected
 * @most_window: blocks that the window has at most
 * @halvings: so far
 * @period: references from one halving to the next
 * @left: references until the next
 */
struct tiny_lfu {
	struct id_node *nodes;
	uint32_t *halved;
	struct id_list window;
	struct seg_lru main;
	uint32_t most_window;
	uint32_t halvings;
	uint64_t period, left;
};

static void release(void *state)
{
	struct tiny_lfu *s = state;

	if (!s)
		return;
	big_array_free(s->nodes);
	big_array_free(s->halved);
	free(s);
}

static void *init(const struct policy_setup *setup)
{
	struct tiny_lfu *s = calloc(1, sizeof(*s));
	uint32_t main;

	if (!s)
		return NULL;
	s->most_window = policy_part(setup->size, setup->params[0]);
	main = setup->size - s->most_window;
	id_list_init(&s->window, WINDOW);
	seg_lru_init(&s->main, 2, PROBATION);
	s->main.most[0] = policy_part(main, PROBATION_SHARE);
	s->main.most[1] = main - s->main.most[0];
	s->period = (uint64_t)(setup->params[1] * main);
	s->left = s->period;
	s->nodes = big_array(setup->distinct, sizeof(*s->nodes));
	s->halved = big_array(setup->distinct, sizeof(*s->halved));
	if (s->nodes && s->halved)
		return s;
	release(s);
	return NULL;
}

static uint32_t count_of(struct tiny_lfu *s, uint32_t id)
{
	uint32_t times = s->halvings - s->halved[id];

	if (times) {
		s->nodes[id].mark = times < 16 ? s->nodes[id].mark >> times : 0;
		s->halved[id] = s->halvings;
	}
	return s->nodes[id].mark;
}

static void count(struct tiny_lfu *s, uint32_t id)
{
	if (count_of(s, id) < UINT16_MAX)
		s->nodes[id].mark++;
	if (--s->left)
		return;
	s->halvings++;
	s->left = s->period;
}

/* The last of the window moves on, or leaves. */
static void leave_window(struct tiny_lfu *s)
{
	uint32_t id = id_list_pop(&s->window, s->nodes), victim;
	struct id_list *room = seg_lru_room(&s->main);

	if (!room) {
		victim = seg_lru_victim(&s->main);
		if (count_of(s, id) <= count_of(s, victim))
			return;
		room = &s->main.lists[0];
		id_list_remove(room, s->nodes, victim);
	}
	id_list_push(room, s->nodes, id);
}

static inline bool access_block(struct tiny_lfu *s, uint32_t id)
{
	uint8_t where = s->nodes[id].where;

	count(s, id);
	if (where == WINDOW) {
		id_list_refresh(&s->window, s->nodes, id);
		return true;
	}
	if (where) {
		seg_lru_hit(&s->main, s->nodes, id);
		return true;
	}
	if (s->window.count == s->most_window)
		leave_window(s);
	id_list_push(&s->window, s->nodes, id);
	return false;
}

DEFINE_RUN(tiny_lfu, nodes)

static const struct policy_param params[] = {
	{ "window", 0.01, 0.001, 0.9, false,
	  "share of the window, a block at least" },
	{ "period", 32, 1, 10000, false,
	  "references from one halving of all counts to the next, as a multiple of the main cache" },
	{ NULL }
};

const struct cache_policy policy_wtinylfu = {
	.name = "wtinylfu",
	.title = "W-TinyLFU",
	.about = "blocks come into an LRU window; what leaves it comes into the main cache while that has room, else only if it was referred to more often than the block that would have to leave. The main cache is SLRU, a fifth on probation, the rest protected. All references to all blocks are counted, exactly, up to 65535, and all counts are halved now and then (Einziger, Friedman, Manes, ACM Transactions on Storage 2017)",
	.kind = POLICY_RUN,
	.params = params,
	.least = 3,
	.init = init,
	.run = run,
	.free = release,
};
