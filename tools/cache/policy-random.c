// SPDX-License-Identifier: GPL-2.0-only
#include "policy-parts.h"

/**
 * struct chance - the state
 * @in: of each block, whether it is there; owned
 * @slots: the blocks that are there; owned
 * @size: slots there are
 * @used: slots in use
 * @seed: of the next random number
 */
struct chance {
	uint8_t *in;
	uint32_t *slots;
	uint32_t size, used;
	uint64_t seed;
};

static void release(void *state)
{
	struct chance *s = state;

	if (!s)
		return;
	big_array_free(s->in);
	big_array_free(s->slots);
	free(s);
}

static void *init(const struct policy_setup *setup)
{
	struct chance *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->seed = setup->seed;
	s->size = setup->size < setup->distinct ? setup->size :
						  setup->distinct;
	s->in = big_array(setup->distinct, sizeof(*s->in));
	s->slots = big_array(s->size, sizeof(*s->slots));
	if (s->in && s->slots)
		return s;
	release(s);
	return NULL;
}

static inline bool access_block(struct chance *s, uint32_t id)
{
	uint32_t slot;

	if (s->in[id])
		return true;
	slot = s->used;
	if (s->used == s->size) {
		slot = (uint32_t)((policy_random(&s->seed) >> 32) * s->size >>
				  32);
		s->in[s->slots[slot]] = 0;
	} else {
		s->used++;
	}
	s->slots[slot] = id;
	s->in[id] = 1;
	return false;
}

DEFINE_RUN(chance, in)

const struct cache_policy policy_random_block = {
	.name = "random",
	.title = "Random",
	.about = "a block drawn at random leaves, each with equal chances; --seed",
	.kind = POLICY_RUN,
	.least = 1,
	.init = init,
	.run = run,
	.free = release,
};
