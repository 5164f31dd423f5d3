// SPDX-License-Identifier: GPL-2.0-only
#include "lru-stack.h"

#include <errno.h>
#include <string.h>

#include "big-array.h"

/* Slots that the tree counts as one. */
#define GROUP	512U
#define WORDS	(GROUP / 64)
#define LEAST_SLOTS (1ULL << 16)
/* References ahead whose last slot is fetched, and then its bits. */
#define FAR	40
#define NEAR	16

int lru_stack_init(struct lru_stack *s, uint32_t distinct)
{
	memset(s, 0, sizeof(*s));
	s->distinct = distinct;
	s->slots = LEAST_SLOTS;
	/* Half of the slots are free after each move, or more. */
	while (s->slots < 4 * (uint64_t)distinct)
		s->slots *= 2;
	/* A slot + 1 is a number of 32 bits; BLOCK_IDS_MOST is less than this. */
	if (s->slots > 1ULL << 31)
		s->slots = 1ULL << 31;
	s->bits = big_array(s->slots / 64, sizeof(*s->bits));
	s->tree = big_array(s->slots / GROUP + 1, sizeof(*s->tree));
	s->last = big_array(distinct, sizeof(*s->last));
	return s->bits && s->tree && s->last ? 0 : -ENOMEM;
}

void lru_stack_free(struct lru_stack *s)
{
	big_array_free(s->bits);
	big_array_free(s->tree);
	big_array_free(s->last);
	memset(s, 0, sizeof(*s));
}

/* Bits of all groups up to @group. */
static inline uint32_t tree_sum(const uint32_t *tree, uint32_t group)
{
	uint32_t sum = 0;

	for (uint32_t i = group; i; i &= i - 1)
		sum += tree[i];
	return sum;
}

static inline void tree_add(uint32_t *tree, uint32_t groups, uint32_t group,
			    uint32_t n)
{
	for (uint32_t i = group + 1; i <= groups; i += i & -i)
		tree[i] += n;
}

/* Bits of the group of a slot up to the slot. */
static inline __attribute__((always_inline)) uint32_t
bits_below(const uint64_t *bits, uint64_t slot)
{
	uint64_t word = slot / GROUP * WORDS, end = slot / 64;
	uint32_t n = 0;

	for (; word < end; word++)
		n += (uint32_t)__builtin_popcountll(bits[word]);
	return n + (uint32_t)__builtin_popcountll(bits[end] &
						  (~0ULL >> (63 - slot % 64)));
}

/* The groups are the nodes of a new tree. */
static void build_tree(struct lru_stack *s)
{
	uint32_t groups = (uint32_t)(s->slots / GROUP);
	uint32_t whole = (uint32_t)(s->next / GROUP);

	for (uint32_t g = 1; g <= groups; g++)
		s->tree[g] = g <= whole ? GROUP : 0;
	for (uint32_t g = 1; g <= groups; g++)
		if (g + (g & -g) <= groups)
			s->tree[g + (g & -g)] += s->tree[g];
	s->fill = (uint32_t)(s->next % GROUP);
}

static void set_first_bits(struct lru_stack *s)
{
	memset(s->bits, 0, s->slots / 8);
	memset(s->bits, 0xff, s->next / 64 * 8);
	if (s->next % 64)
		s->bits[s->next / 64] = ~0ULL >> (64 - s->next % 64);
}

/*
 * A slot's new number is the number of bits before it. All groups are complete
 * when this is called.
 */
static inline __attribute__((always_inline)) void
move_together(struct lru_stack *s)
{
	for (uint32_t id = 0; id < s->distinct; id++) {
		uint32_t slot = s->last[id] - 1;

		if (s->last[id])
			s->last[id] = tree_sum(s->tree, slot / GROUP) +
				      bits_below(s->bits, slot);
	}
	s->next = s->live;
	set_first_bits(s);
	build_tree(s);
}

/* The current slots are complete: the tree gets what is set in them. */
static inline void close_group(struct lru_stack *s)
{
	tree_add(s->tree, (uint32_t)(s->slots / GROUP),
		 (uint32_t)(s->next / GROUP) - 1, s->fill);
	s->fill = 0;
}

/* Takes a block's bit away; returns how many are behind it. */
static inline __attribute__((always_inline)) uint32_t
leave(struct lru_stack *s, uint32_t slot)
{
	uint32_t group = slot / GROUP, below = bits_below(s->bits, slot);

	s->bits[slot / 64] &= ~(1ULL << slot % 64);
	if (group == s->next / GROUP) {
		below += s->live - s->fill;
		s->fill--;
	} else {
		below += tree_sum(s->tree, group);
		tree_add(s->tree, (uint32_t)(s->slots / GROUP), group,
			 (uint32_t)-1);
	}
	return s->live - below;
}

static inline __attribute__((always_inline)) uint32_t
touch(struct lru_stack *s, uint32_t id)
{
	uint32_t distance = LRU_COLD;

	if (s->last[id])
		distance = leave(s, s->last[id] - 1);
	else
		s->live++;
	s->bits[s->next / 64] |= 1ULL << s->next % 64;
	s->next++;
	s->last[id] = (uint32_t)s->next;
	s->fill++;
	if (s->next % GROUP == 0) {
		close_group(s);
		if (s->next == s->slots)
			move_together(s);
	}
	return distance;
}

static inline __attribute__((always_inline)) void
run(struct lru_stack *s, const uint32_t *ids, size_t n, uint32_t *distance)
{
	for (size_t i = 0; i < n; i++) {
		/* What is fetched for a block not seen does no harm. */
		__builtin_prefetch(&s->last[ids[i + FAR]], 1);
		__builtin_prefetch(&s->bits[(s->last[ids[i + NEAR]] - 1) / 64],
				   1);
		distance[i] = touch(s, ids[i]);
	}
}

#ifdef __x86_64__
/* Not all processors that this may run on have the instruction. */
__attribute__((target("popcnt"))) static void
run_popcnt(struct lru_stack *s, const uint32_t *ids, size_t n,
	   uint32_t *distance)
{
	run(s, ids, n, distance);
}
#endif

void lru_stack_run(struct lru_stack *s, const uint32_t *ids, size_t n,
		   uint32_t *distance)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("popcnt")) {
		run_popcnt(s, ids, n, distance);
		return;
	}
#endif
	run(s, ids, n, distance);
}
