// SPDX-License-Identifier: GPL-2.0-only
/*
 * MIN: of the blocks in the cache the one leaves whose next reference is
 * farthest. These are indices, so that a set of them with the largest known is
 * all that it takes: the block is the one that the reference there names.
 */
#include "bit-tree.h"
#include "policy-parts.h"

/**
 * struct min - the state
 * @in: of each block, whether it is there; owned
 * @next: indices of the next references to the blocks that are there
 * @future: of each reference, the index of the next to the same block
 * @ids: of each reference
 * @now: index of the reference
 * @size: blocks that there is room for
 * @used: blocks that are there
 * @done: of them, those that are not referred to again
 */
struct min {
	uint8_t *in;
	struct bit_tree next;
	const uint32_t *future, *ids;
	uint64_t now;
	uint32_t size, used, done;
};

static void release(void *state)
{
	struct min *s = state;

	if (!s)
		return;
	big_array_free(s->in);
	bit_tree_free(&s->next);
	free(s);
}

static void *init(const struct policy_setup *setup)
{
	struct min *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = setup->size;
	s->ids = setup->ids;
	s->future = setup->next;
	s->in = big_array(setup->distinct, sizeof(*s->in));
	if (s->in && !bit_tree_init(&s->next, setup->count))
		return s;
	release(s);
	return NULL;
}

static void evict(struct min *s)
{
	uint64_t last;

	s->used--;
	/* Which of them leaves makes no difference: nobody asks for any. */
	if (s->done) {
		s->done--;
		return;
	}
	last = bit_tree_last(&s->next);
	bit_tree_clear(&s->next, last);
	s->in[s->ids[last]] = 0;
}

static inline bool access_block(struct min *s, uint32_t id)
{
	uint64_t now = s->now++;
	bool hit = s->in[id];

	if (hit)
		bit_tree_clear(&s->next, now);
	else if (s->used == s->size)
		evict(s);
	if (!hit)
		s->used++;
	s->in[id] = 1;
	if (s->future[now] == REFS_NEVER)
		s->done++;
	else
		bit_tree_set(&s->next, s->future[now]);
	return hit;
}

DEFINE_RUN(min, in)

const struct cache_policy policy_min = {
	.name = "min",
	.title = "MIN",
	.about = "the block leaves whose next reference is farthest, one that is not referred to again first: no policy that takes in every block hits more often (Belady, IBM Systems Journal 1966)",
	.kind = POLICY_RUN,
	.least = 1,
	.future = true,
	.init = init,
	.run = run,
	.free = release,
};
