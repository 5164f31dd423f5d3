// SPDX-License-Identifier: GPL-2.0-only
#include "freq-list.h"
#include "policy-parts.h"

/**
 * struct lfu - the state
 * @freq: the blocks
 * @size: blocks that there is room for
 * @used: blocks that are there
 */
struct lfu {
	struct freq_list freq;
	uint32_t size, used;
};

static void release(void *state)
{
	struct lfu *s = state;

	if (!s)
		return;
	freq_list_free(&s->freq);
	free(s);
}

static void *init(const struct policy_setup *setup)
{
	struct lfu *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = setup->size;
	if (!freq_list_init(&s->freq, setup->distinct, setup->size))
		return s;
	release(s);
	return NULL;
}

static inline bool access_block(struct lfu *s, uint32_t id)
{
	if (s->freq.nodes[id].group) {
		freq_list_bump(&s->freq, id);
		return true;
	}
	if (s->used == s->size)
		freq_list_remove(&s->freq, freq_list_least(&s->freq));
	else
		s->used++;
	freq_list_add(&s->freq, id);
	return false;
}

DEFINE_RUN(lfu, freq.nodes)

const struct cache_policy policy_lfu = {
	.name = "lfu",
	.title = "LFU",
	.about = "least frequently used; counts begin with 1 when a block comes in and are forgotten when it leaves; of those with the same count the one leaves that reached it first",
	.kind = POLICY_RUN,
	.least = 1,
	.init = init,
	.run = run,
	.free = release,
};
