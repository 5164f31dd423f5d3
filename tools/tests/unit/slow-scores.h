/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for policies that choose by counts, by chance, or by the future. */
#ifndef SLOW_SCORES_H
#define SLOW_SCORES_H

#include "slow-policies.h"

/* The block of a list with the smallest count, then the one that was first. */
static uint32_t slow_rarest(const struct slow_cache *s,
			    const struct slow_list *l)
{
	uint32_t best = l->ids[0];

	for (uint32_t i = 1; i < l->count; i++) {
		uint32_t id = l->ids[i];

		if (s->count[id] < s->count[best] ||
		    (s->count[id] == s->count[best] &&
		     s->when[id] < s->when[best]))
			best = id;
	}
	return best;
}

static bool slow_lfu(struct slow_cache *s, uint32_t id)
{
	bool hit = slow_has(&s->a, id);

	if (!hit) {
		if (s->a.count == s->setup->size)
			slow_remove(&s->a, slow_rarest(s, &s->a));
		slow_push(&s->a, id);
		s->count[id] = 0;
	}
	s->count[id]++;
	s->when[id] = s->now;
	return hit;
}

/* a is the cache by recency, b the history; flag: 1 for what LRU chose. */
static void slow_lecar_evict(struct slow_cache *s)
{
	double r = (double)(policy_random(&s->seed) >> 11) / 9007199254740992.;
	bool lru = r < s->weight[0];
	uint32_t id = lru ? s->a.ids[s->a.count - 1] : slow_rarest(s, &s->a);

	slow_remove(&s->a, id);
	slow_push(&s->b, id);
	if (s->b.count > s->setup->size)
		slow_pop(&s->b);
	s->flag[id] = lru;
	s->when[id] = s->now;
}

static void slow_lecar_learn(struct slow_cache *s, uint32_t id)
{
	double d = pow(s->setup->params[1], 1 / (double)s->setup->size);
	double r = pow(d, (double)(s->now - s->when[id]));
	double sum;

	s->weight[s->flag[id] ? 0 : 1] *= exp(-s->setup->params[0] * r);
	sum = s->weight[0] + s->weight[1];
	s->weight[0] = fmin(fmax(s->weight[0] / sum, 1e-10), 1 - 1e-10);
	s->weight[1] = 1 - s->weight[0];
}

static bool slow_lecar(struct slow_cache *s, uint32_t id)
{
	bool hit = slow_has(&s->a, id);

	if (!s->now)
		s->weight[0] = s->weight[1] = 0.5;
	if (!hit) {
		if (slow_has(&s->b, id)) {
			slow_lecar_learn(s, id);
			slow_remove(&s->b, id);
		}
		if (s->a.count == s->setup->size)
			slow_lecar_evict(s);
		s->count[id] = 0;
	}
	slow_refresh(&s->a, id);
	s->count[id]++;
	s->when[id] = s->now;
	return hit;
}

/* a is the main cache in segments, b the window. */
static void slow_tiny_leave(struct slow_cache *s, const uint32_t *most)
{
	uint32_t id = slow_pop(&s->b), victim;

	if (slow_seg_add(s, id, most, 2))
		return;
	victim = slow_seg_last(s, 0);
	if (s->count[id] <= s->count[victim])
		return;
	slow_remove(&s->a, victim);
	slow_seg_push(s, id, 0);
}

static bool slow_wtinylfu(struct slow_cache *s, uint32_t id)
{
	uint32_t window = slow_share(s, s->setup->params[0]);
	uint32_t main = s->setup->size - window, most[2];
	bool hit = true;

	most[0] = main / 5 ? main / 5 : 1;
	most[1] = main - most[0];
	s->count[id]++;
	if ((s->now + 1) % (uint64_t)(s->setup->params[1] * main) == 0)
		for (int i = 0; i < SLOW_BLOCKS; i++)
			s->count[i] /= 2;
	if (slow_has(&s->b, id)) {
		slow_refresh(&s->b, id);
	} else if (slow_has(&s->a, id)) {
		slow_seg_hit(s, id, most, 2);
	} else {
		hit = false;
		if (s->b.count == window)
			slow_tiny_leave(s, most);
		slow_push(&s->b, id);
	}
	return hit;
}

static bool slow_random_block(struct slow_cache *s, uint32_t id)
{
	uint64_t r;

	if (slow_has(&s->a, id))
		return true;
	if (s->a.count < s->setup->size) {
		s->a.ids[s->a.count++] = id;
		return false;
	}
	r = policy_random(&s->seed) >> 32;
	s->a.ids[(uint64_t)floor(ldexp((double)(r * s->setup->size), -32))] =
		id;
	return false;
}

/* When a block is referred to next, by looking at all that comes. */
static uint64_t slow_next(const struct slow_cache *s, uint32_t id)
{
	uint64_t i = s->now + 1;

	while (i < s->setup->count && s->setup->ids[i] != id)
		i++;
	return i;
}

static bool slow_min(struct slow_cache *s, uint32_t id)
{
	uint32_t far = 0;

	if (slow_has(&s->a, id))
		return true;
	if (s->a.count == s->setup->size) {
		for (uint32_t i = 1; i < s->a.count; i++)
			if (slow_next(s, s->a.ids[i]) >
			    slow_next(s, s->a.ids[far]))
				far = i;
		slow_take(&s->a, (int)far);
	}
	slow_push(&s->a, id);
	return false;
}

#endif /* SLOW_SCORES_H */
