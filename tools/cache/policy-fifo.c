// SPDX-License-Identifier: GPL-2.0-only
/*
 * FIFO and CLOCK: a ring of blocks and a hand. A block that CLOCK gives another
 * chance stays where it is, which is the place behind all others.
 */
#include "policy-parts.h"

/**
 * struct ring - the state
 * @chances: of each block: 0 if it is not there, else 1 + how often the hand
 *	will pass it; owned
 * @slots: blocks in the order in which they came; owned
 * @size: slots there are
 * @used: slots in use
 * @hand: the next that leaves
 * @most: largest entry of @chances
 */
struct ring {
	uint8_t *chances;
	uint32_t *slots;
	uint32_t size, used, hand;
	uint8_t most;
};

static void release(void *state)
{
	struct ring *s = state;

	if (!s)
		return;
	big_array_free(s->chances);
	big_array_free(s->slots);
	free(s);
}

static void *make(const struct policy_setup *setup, double chances)
{
	struct ring *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->most = (uint8_t)(1 + chances);
	s->size = setup->size < setup->distinct ? setup->size :
						  setup->distinct;
	s->chances = big_array(setup->distinct, sizeof(*s->chances));
	s->slots = big_array(s->size, sizeof(*s->slots));
	if (s->chances && s->slots)
		return s;
	release(s);
	return NULL;
}

static void *init_fifo(const struct policy_setup *setup)
{
	return make(setup, 0);
}

static void *init_clock(const struct policy_setup *setup)
{
	return make(setup, setup->params[0]);
}

static inline void turn(struct ring *s)
{
	if (++s->hand == s->size)
		s->hand = 0;
}

/* Makes room at the hand. */
static inline void evict(struct ring *s)
{
	while (s->chances[s->slots[s->hand]] > 1) {
		s->chances[s->slots[s->hand]]--;
		turn(s);
	}
	s->chances[s->slots[s->hand]] = 0;
}

static inline bool access_block(struct ring *s, uint32_t id)
{
	if (s->chances[id]) {
		if (s->chances[id] < s->most)
			s->chances[id]++;
		return true;
	}
	if (s->used == s->size)
		evict(s);
	else
		s->used++;
	s->chances[id] = 1;
	s->slots[s->hand] = id;
	turn(s);
	return false;
}

DEFINE_RUN(ring, chances)

const struct cache_policy policy_fifo = {
	.name = "fifo",
	.title = "FIFO",
	.about = "first in, first out",
	.kind = POLICY_RUN,
	.least = 1,
	.init = init_fifo,
	.run = run,
	.free = release,
};

static const struct policy_param clock_params[] = {
	{ "k", 1, 1, 200, true,
	  "most times that the hand passes a block for its hits" },
	{ NULL }
};

const struct cache_policy policy_clock = {
	.name = "clock",
	.title = "CLOCK",
	.about = "FIFO with chances: a hit adds one, up to k; the hand takes one from the oldest block and puts it behind all others, until it finds a block that has none, which leaves (Corbato 1968; FIFO-Reinsertion)",
	.kind = POLICY_RUN,
	.params = clock_params,
	.least = 1,
	.init = init_clock,
	.run = run,
	.free = release,
};
