// SPDX-License-Identifier: GPL-2.0-only
#include "policy-parts.h"

enum { NOWHERE, SMALL, MAIN, GHOST, LISTS };

/* Hits that are counted. */
#define MOST_HITS	3

/**
 * struct s3fifo - the state
 * @nodes: count is the number of hits; owned
 * @lists: SMALL and MAIN are the cache, GHOST remembers what left SMALL
 * @most: blocks that each should have at most
 * @size: blocks that there is room for
 * @moves: hits with which a block moves from SMALL to MAIN
 * @was_full: a block has left
 */
struct s3fifo {
	struct id_node *nodes;
	struct id_list lists[LISTS];
	uint32_t most[LISTS];
	uint32_t size;
	uint8_t moves;
	bool was_full;
};

DEFINE_RELEASE(s3fifo, nodes)

static void *init(const struct policy_setup *setup)
{
	struct s3fifo *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = setup->size;
	s->most[SMALL] = policy_part(setup->size, setup->params[0]);
	s->most[MAIN] = setup->size - s->most[SMALL];
	s->most[GHOST] = (uint32_t)(setup->size * setup->params[1]);
	s->moves = (uint8_t)setup->params[2];
	for (uint8_t i = 0; i < LISTS; i++)
		id_list_init(&s->lists[i], i);
	s->nodes = big_array(setup->distinct, sizeof(*s->nodes));
	if (s->nodes)
		return s;
	release(s);
	return NULL;
}

static void remember(struct s3fifo *s, uint32_t id)
{
	if (!s->most[GHOST])
		return;
	if (s->lists[GHOST].count == s->most[GHOST])
		id_list_pop(&s->lists[GHOST], s->nodes);
	id_list_push(&s->lists[GHOST], s->nodes, id);
}

/* Returns whether a block left the cache; those with hits move to MAIN. */
static bool evict_small(struct s3fifo *s)
{
	while (s->lists[SMALL].count) {
		uint32_t id = id_list_pop(&s->lists[SMALL], s->nodes);

		if (s->nodes[id].count < s->moves) {
			remember(s, id);
			return true;
		}
		s->nodes[id].count = 0;
		id_list_push(&s->lists[MAIN], s->nodes, id);
	}
	return false;
}

static void evict_main(struct s3fifo *s)
{
	struct id_list *main = &s->lists[MAIN];

	while (s->nodes[main->last].count) {
		s->nodes[main->last].count--;
		id_list_refresh(main, s->nodes, main->last);
	}
	id_list_pop(main, s->nodes);
}

static void make_room(struct s3fifo *s)
{
	s->was_full = true;
	if (s->lists[MAIN].count > s->most[MAIN] || !evict_small(s))
		evict_main(s);
}

static struct id_list *place_for(struct s3fifo *s, int where)
{
	/* What comes first fills both. */
	if (where == GHOST || (!s->was_full &&
			       s->lists[SMALL].count >= s->most[SMALL]))
		return &s->lists[MAIN];
	return &s->lists[SMALL];
}

static inline bool access_block(struct s3fifo *s, uint32_t id)
{
	int where = s->nodes[id].where;

	if (where == SMALL || where == MAIN) {
		if (s->nodes[id].count < MOST_HITS)
			s->nodes[id].count++;
		return true;
	}
	if (where == GHOST)
		id_list_remove(&s->lists[GHOST], s->nodes, id);
	if (s->lists[SMALL].count + s->lists[MAIN].count == s->size)
		make_room(s);
	s->nodes[id].count = 0;
	id_list_push(place_for(s, where), s->nodes, id);
	return false;
}

DEFINE_RUN(s3fifo, nodes)

static const struct policy_param params[] = {
	{ "small", 0.1, 0.001, 0.999, false, "share of the small queue" },
	{ "ghost", 0.9, 0, 10, false,
	  "blocks that the ghost queue remembers, as a share of the cache" },
	{ "moves", 2, 1, MOST_HITS, true,
	  "hits with which a block moves to the main queue" },
	{ NULL }
};

const struct cache_policy policy_s3fifo = {
	.name = "s3fifo",
	.title = "S3-FIFO",
	.about = "three FIFO queues: blocks come into the small one, move to the main one if they had hits, else to the ghost queue, which remembers them; what is remembered comes into the main queue, which gives a block another round for each of up to three hits. The main queue gives up a block when it has more than its share, else the small one. Until a block has left the cache, what finds the small queue full comes into the main one (Yang et al., SOSP 2023)",
	.kind = POLICY_RUN,
	.params = params,
	.least = 2,
	.init = init,
	.run = run,
	.free = release,
};
