/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replacement policies as their definitions have them: lists in arrays that
 * are searched from the front, counts that are compared one by one.
 */
#ifndef SLOW_POLICIES_H
#define SLOW_POLICIES_H

#include <math.h>

#include "hrc-traces.h"
#include "policy-parts.h"

#define SLOW_BLOCKS	256

/**
 * struct slow_cache - state of any of them
 * @setup: size, parameters, seed
 * @now: index of the reference
 * @a: a list, by policy
 * @b: another
 * @c: another
 * @d: another
 * @count: of each block
 * @when: of each block: when it reached the count, or left
 * @flag: of each block
 * @weight: LRU and LFU of LeCaR; target of ARC is [0]
 * @hand: block where SIEVE goes on, -1 for the last
 * @seed: of the next random number
 * @full: S3-FIFO has let a block go
 */
struct slow_cache {
	const struct policy_setup *setup;
	uint64_t now;
	struct slow_list a, b, c, d;
	uint64_t count[SLOW_BLOCKS], when[SLOW_BLOCKS];
	int flag[SLOW_BLOCKS];
	double weight[2];
	int hand;
	uint64_t seed;
	bool full;
};

typedef bool (*slow_access)(struct slow_cache *s, uint32_t id);

static inline bool slow_has(const struct slow_list *l, uint32_t id)
{
	return slow_find(l, id) >= 0;
}

static inline void slow_refresh(struct slow_list *l, uint32_t id)
{
	slow_remove(l, id);
	slow_push(l, id);
}

static inline uint32_t slow_share(const struct slow_cache *s, double share)
{
	double n = floor(s->setup->size * share);

	return n < 1 ? 1 : (uint32_t)n;
}

static bool slow_lru(struct slow_cache *s, uint32_t id)
{
	bool hit = slow_remove(&s->a, id);

	if (!hit && s->a.count == s->setup->size)
		slow_pop(&s->a);
	slow_push(&s->a, id);
	return hit;
}

static bool slow_fifo(struct slow_cache *s, uint32_t id)
{
	if (slow_has(&s->a, id))
		return true;
	if (s->a.count == s->setup->size)
		slow_pop(&s->a);
	slow_push(&s->a, id);
	return false;
}

static bool slow_clock(struct slow_cache *s, uint32_t id)
{
	if (slow_has(&s->a, id)) {
		if ((double)s->count[id] < s->setup->params[0])
			s->count[id]++;
		return true;
	}
	while (s->a.count == s->setup->size) {
		uint32_t last = slow_pop(&s->a);

		if (s->count[last]) {
			s->count[last]--;
			slow_push(&s->a, last);
		}
	}
	s->count[id] = 0;
	slow_push(&s->a, id);
	return false;
}

/* REPLACE of the paper; a is T1, b is T2, c is B1, d is B2. */
static void slow_arc_replace(struct slow_cache *s, bool in_b2)
{
	double t1 = s->a.count, p = s->weight[0];

	if (s->a.count && (t1 > p || (in_b2 && t1 == p)))
		slow_push(&s->c, slow_pop(&s->a));
	else if (s->b.count)
		slow_push(&s->d, slow_pop(&s->b));
	else
		slow_push(&s->c, slow_pop(&s->a));
}

static void slow_arc_ghost(struct slow_cache *s, uint32_t id, bool in_b2)
{
	double c = s->setup->size, b1 = s->c.count, b2 = s->d.count;

	if (in_b2)
		s->weight[0] = fmax(s->weight[0] - fmax(b1 / b2, 1), 0);
	else
		s->weight[0] = fmin(s->weight[0] + fmax(b2 / b1, 1), c);
	slow_remove(in_b2 ? &s->d : &s->c, id);
	if (s->a.count + s->b.count == s->setup->size)
		slow_arc_replace(s, in_b2);
	slow_push(&s->b, id);
}

static bool slow_arc(struct slow_cache *s, uint32_t id)
{
	uint32_t c = s->setup->size, l1, all;

	if (slow_remove(&s->a, id) || slow_remove(&s->b, id)) {
		slow_push(&s->b, id);
		return true;
	}
	if (slow_has(&s->c, id) || slow_has(&s->d, id)) {
		slow_arc_ghost(s, id, slow_has(&s->d, id));
		return false;
	}
	l1 = s->a.count + s->c.count;
	all = l1 + s->b.count + s->d.count;
	if (l1 == c && s->a.count == c) {
		slow_pop(&s->a);
	} else if (s->a.count + s->b.count == c) {
		if (l1 == c)
			slow_pop(&s->c);
		else if (all == 2 * c)
			slow_pop(&s->d);
		slow_arc_replace(s, false);
	}
	slow_push(&s->a, id);
	return false;
}

/* a is A1in, b is A1out, c is Am. */
static bool slow_2q(struct slow_cache *s, uint32_t id)
{
	uint32_t in = slow_share(s, s->setup->params[0]);
	uint32_t out = slow_share(s, s->setup->params[1]);
	bool known;

	if (slow_has(&s->a, id))
		return true;
	if (slow_has(&s->c, id)) {
		slow_refresh(&s->c, id);
		return true;
	}
	known = slow_remove(&s->b, id);
	if (s->a.count + s->c.count == s->setup->size) {
		if (s->a.count > in) {
			slow_push(&s->b, slow_pop(&s->a));
			if (s->b.count > out)
				slow_pop(&s->b);
		} else {
			slow_pop(&s->c);
		}
	}
	slow_push(known ? &s->c : &s->a, id);
	if (s->c.count > s->setup->size - in)
		slow_pop(&s->c);
	return false;
}

/*
 * All segments in one list, the highest first; flag is the segment of a block,
 * and a segment's blocks are together.
 */
static uint32_t slow_seg_count(const struct slow_cache *s, int seg)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->a.count; i++)
		n += s->flag[s->a.ids[i]] == seg;
	return n;
}

/* Makes a block the first of a segment. */
static void slow_seg_push(struct slow_cache *s, uint32_t id, int seg)
{
	uint32_t at = 0;

	while (at < s->a.count && s->flag[s->a.ids[at]] > seg)
		at++;
	s->flag[id] = seg;
	slow_insert(&s->a, (int)at, id);
}

static uint32_t slow_seg_last(const struct slow_cache *s, int seg)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < s->a.count; i++)
		if (s->flag[s->a.ids[i]] == seg)
			last = s->a.ids[i];
	return last;
}

static void slow_seg_hit(struct slow_cache *s, uint32_t id,
			 const uint32_t *most, int segs)
{
	int seg = s->flag[id], to = seg + 1 < segs ? seg + 1 : seg;

	slow_remove(&s->a, id);
	slow_seg_push(s, id, to);
	if (to > seg && slow_seg_count(s, to) > most[to]) {
		uint32_t down = slow_seg_last(s, to);

		slow_remove(&s->a, down);
		slow_seg_push(s, down, seg);
	}
}

/* Returns whether there was room. */
static bool slow_seg_add(struct slow_cache *s, uint32_t id,
			 const uint32_t *most, int segs)
{
	for (int i = 0; i < segs; i++) {
		if (slow_seg_count(s, i) == most[i])
			continue;
		slow_seg_push(s, id, i);
		return true;
	}
	return false;
}

static bool slow_slru(struct slow_cache *s, uint32_t id)
{
	uint32_t size = s->setup->size, most[16];
	int segs = (int)s->setup->params[0];

	if ((uint32_t)segs > size)
		segs = (int)size;
	for (int i = 0; i < segs; i++)
		most[i] = size / (uint32_t)segs;
	most[0] += size % (uint32_t)segs;
	if (slow_has(&s->a, id)) {
		slow_seg_hit(s, id, most, segs);
		return true;
	}
	if (!slow_seg_add(s, id, most, segs)) {
		slow_remove(&s->a, slow_seg_last(s, 0));
		slow_seg_push(s, id, 0);
	}
	return false;
}

/* a is the stack, b the queue; flag: 1 for LIR. */
static void slow_lirs_prune(struct slow_cache *s)
{
	while (!s->flag[s->a.ids[s->a.count - 1]])
		slow_pop(&s->a);
}

static void slow_lirs_promote(struct slow_cache *s, uint32_t id,
			      uint32_t most_lir)
{
	uint32_t lir = 0, down;

	slow_refresh(&s->a, id);
	s->flag[id] = 1;
	for (uint32_t i = 0; i < SLOW_BLOCKS; i++)
		lir += s->flag[i] == 1;
	if (lir <= most_lir)
		return;
	down = slow_pop(&s->a);
	s->flag[down] = 0;
	slow_push(&s->b, down);
	slow_lirs_prune(s);
}

/* Of what the stack has and the cache has not, that which left first. */
static int slow_lirs_oldest(const struct slow_cache *s)
{
	int best = -1;

	for (uint32_t i = 0; i < s->a.count; i++) {
		uint32_t id = s->a.ids[i];

		if (s->flag[id] || slow_has(&s->b, id))
			continue;
		if (best < 0 || s->when[id] < s->when[s->a.ids[best]])
			best = (int)i;
	}
	return best;
}

static void slow_lirs_miss(struct slow_cache *s, uint32_t id,
			   uint32_t most_lir)
{
	uint32_t lir = 0;

	for (uint32_t i = 0; i < SLOW_BLOCKS; i++)
		lir += s->flag[i] == 1;
	if (lir + s->b.count == s->setup->size)
		s->when[slow_pop(&s->b)] = s->now;
	if (slow_has(&s->a, id)) {
		slow_lirs_promote(s, id, most_lir);
		return;
	}
	slow_push(&s->a, id);
	if (lir < most_lir)
		s->flag[id] = 1;
	else
		slow_push(&s->b, id);
}

static bool slow_lirs(struct slow_cache *s, uint32_t id)
{
	uint32_t most_lir = s->setup->size -
			    slow_share(s, s->setup->params[0]);
	double stack = floor(s->setup->size * s->setup->params[1]);
	bool hit = true;
	int old;

	if (s->flag[id]) {
		slow_refresh(&s->a, id);
		slow_lirs_prune(s);
	} else if (slow_has(&s->b, id)) {
		if (slow_has(&s->a, id)) {
			slow_remove(&s->b, id);
			slow_lirs_promote(s, id, most_lir);
		} else {
			slow_push(&s->a, id);
			slow_refresh(&s->b, id);
		}
	} else {
		hit = false;
		slow_lirs_miss(s, id, most_lir);
	}
	while (s->a.count > stack && (old = slow_lirs_oldest(s)) >= 0)
		slow_take(&s->a, old);
	return hit;
}

/* a is the small queue, b the main one, c the ghosts; count is hits. */
static void slow_s3_evict(struct slow_cache *s, uint32_t small, uint32_t ghost)
{
	uint32_t id;

	s->full = true;
	if (s->b.count > s->setup->size - small || !s->a.count) {
		id = slow_pop(&s->b);
		if (s->count[id]) {
			s->count[id]--;
			slow_push(&s->b, id);
			/* The same queue goes on until a block has left. */
			while (s->count[s->b.ids[s->b.count - 1]]) {
				id = slow_pop(&s->b);
				s->count[id]--;
				slow_push(&s->b, id);
			}
			slow_pop(&s->b);
		}
		return;
	}
	while (s->a.count) {
		id = slow_pop(&s->a);
		if ((double)s->count[id] < s->setup->params[2]) {
			slow_push(&s->c, id);
			if (s->c.count > ghost)
				slow_pop(&s->c);
			return;
		}
		s->count[id] = 0;
		slow_push(&s->b, id);
	}
}

static bool slow_s3fifo(struct slow_cache *s, uint32_t id)
{
	uint32_t small = slow_share(s, s->setup->params[0]);
	uint32_t ghost = (uint32_t)floor(s->setup->size * s->setup->params[1]);
	bool known;

	if (slow_has(&s->a, id) || slow_has(&s->b, id)) {
		s->count[id] = s->count[id] < 3 ? s->count[id] + 1 : 3;
		return true;
	}
	known = slow_remove(&s->c, id);
	while (s->a.count + s->b.count == s->setup->size)
		slow_s3_evict(s, small, ghost);
	s->count[id] = 0;
	if (known || (!s->full && s->a.count >= small))
		slow_push(&s->b, id);
	else
		slow_push(&s->a, id);
	return false;
}

static void slow_sieve_evict(struct slow_cache *s)
{
	int at = s->hand < 0 ? -1 : slow_find(&s->a, (uint32_t)s->hand);

	if (at < 0)
		at = (int)s->a.count - 1;
	while (s->flag[s->a.ids[at]]) {
		s->flag[s->a.ids[at]] = 0;
		at = at ? at - 1 : (int)s->a.count - 1;
	}
	s->hand = at ? (int)s->a.ids[at - 1] : -1;
	slow_take(&s->a, at);
}

static bool slow_sieve(struct slow_cache *s, uint32_t id)
{
	if (!s->now)
		s->hand = -1;
	if (slow_has(&s->a, id)) {
		s->flag[id] = 1;
		return true;
	}
	if (s->a.count == s->setup->size)
		slow_sieve_evict(s);
	s->flag[id] = 0;
	slow_push(&s->a, id);
	return false;
}

#endif /* SLOW_POLICIES_H */
