// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>

#include "freq-list.h"
#include "policy-parts.h"

enum { NOWHERE, CACHED, BY_LRU, BY_LFU };

/**
 * struct lecar_node - what else is known of a block that has left
 * @gone: index of the reference for which it left
 * @by: BY_LRU or BY_LFU chose it
 */
struct lecar_node {
	uint64_t gone;
	uint8_t by;
};

/**
 * struct lecar - the state
 * @nodes: of @lru and @history; owned
 * @left: of blocks in @history; owned
 * @freq: the cache by how often
 * @lru: the cache by recency
 * @history: blocks that left, as many as the cache has at most
 * @size: blocks that there is room for
 * @now: index of the reference
 * @weight: of LRU; that of LFU is 1 less that
 * @rate: of learning
 * @discount: of a regret, for each reference since
 * @seed: of the next random number
 */
struct lecar {
	struct id_node *nodes;
	struct lecar_node *left;
	struct freq_list freq;
	struct id_list lru, history;
	uint32_t size;
	uint64_t now;
	double weight, rate, discount;
	uint64_t seed;
};

/* A policy that has no weight at all would never be tried again. */
#define LEAST_WEIGHT	1e-10

static void release(void *state)
{
	struct lecar *s = state;

	if (!s)
		return;
	big_array_free(s->nodes);
	big_array_free(s->left);
	freq_list_free(&s->freq);
	free(s);
}

static void *init(const struct policy_setup *setup)
{
	struct lecar *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->size = setup->size;
	s->seed = setup->seed;
	s->weight = 0.5;
	s->rate = setup->params[0];
	s->discount = pow(setup->params[1], 1 / (double)setup->size);
	id_list_init(&s->lru, CACHED);
	id_list_init(&s->history, BY_LRU);
	s->nodes = big_array(setup->distinct, sizeof(*s->nodes));
	s->left = big_array(setup->distinct, sizeof(*s->left));
	if (s->nodes && s->left &&
	    !freq_list_init(&s->freq, setup->distinct, setup->size))
		return s;
	release(s);
	return NULL;
}

/* The policy that let a block go too early loses weight. */
static void regret(struct lecar *s, uint32_t id)
{
	const struct lecar_node *left = &s->left[id];
	double r = pow(s->discount, (double)(s->now - left->gone));
	double lru = s->weight, lfu = 1 - s->weight;

	if (left->by == BY_LRU)
		lru *= exp(-s->rate * r);
	else
		lfu *= exp(-s->rate * r);
	s->weight = lru / (lru + lfu);
	if (s->weight < LEAST_WEIGHT)
		s->weight = LEAST_WEIGHT;
	if (s->weight > 1 - LEAST_WEIGHT)
		s->weight = 1 - LEAST_WEIGHT;
}

static void evict(struct lecar *s)
{
	double r = (double)(policy_random(&s->seed) >> 11) * 0x1p-53;
	bool by_lru = r < s->weight;
	uint32_t id = by_lru ? s->lru.last : freq_list_least(&s->freq);

	freq_list_remove(&s->freq, id);
	id_list_remove(&s->lru, s->nodes, id);
	s->left[id] = (struct lecar_node){ s->now, by_lru ? BY_LRU : BY_LFU };
	if (s->history.count == s->size)
		id_list_pop(&s->history, s->nodes);
	id_list_push(&s->history, s->nodes, id);
}

static inline bool access_block(struct lecar *s, uint32_t id)
{
	s->now++;
	if (s->nodes[id].where == CACHED) {
		id_list_refresh(&s->lru, s->nodes, id);
		freq_list_bump(&s->freq, id);
		return true;
	}
	if (s->nodes[id].where) {
		regret(s, id);
		id_list_remove(&s->history, s->nodes, id);
	}
	if (s->lru.count == s->size)
		evict(s);
	id_list_push(&s->lru, s->nodes, id);
	freq_list_add(&s->freq, id);
	return false;
}

DEFINE_RUN(lecar, nodes)

static const struct policy_param params[] = {
	{ "rate", 0.45, 0.001, 10, false, "of learning" },
	{ "discount", 0.005, 1e-6, 1, false,
	  "of a regret, over as many references as the cache has blocks" },
	{ NULL }
};

const struct cache_policy policy_lecar = {
	.name = "lecar",
	.title = "LeCaR",
	.about = "LRU or LFU chooses the block that leaves, at random by their weights; a history remembers as many blocks as the cache has, the oldest is forgotten; when one of them is referred to again, the weight of the policy that chose it is multiplied by exp(-rate * discount ^ (references since / size)), and both are made to sum up to 1 (Vietri et al., HotStorage 2018); --seed",
	.kind = POLICY_RUN,
	.params = params,
	.least = 1,
	.init = init,
	.run = run,
	.free = release,
};
