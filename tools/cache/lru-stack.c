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
	s->last = big_array(distinct, sizeof(*s->last));
	if (!s->bits || !s->last ||
	    prefix_tree_init(&s->holes, (uint32_t)(s->slots / GROUP)))
		return -ENOMEM;
	memset(s->bits, 0xff, s->slots / 8);
	return 0;
}

void lru_stack_free(struct lru_stack *s)
{
	big_array_free(s->bits);
	big_array_free(s->last);
	prefix_tree_free(&s->holes);
	memset(s, 0, sizeof(*s));
}

/*
 * Bits of a group up to a slot. All words are counted, those behind it with a
 * mask of 0: a loop that ends at the slot would be guessed wrong most times.
 */
static inline __attribute__((always_inline)) uint32_t
bits_up_to(const uint64_t *bits, uint32_t slot)
{
	static const uint64_t masks[2 * WORDS] = {
		~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL, ~0ULL,
	};
	const uint64_t *group = &bits[slot / GROUP * WORDS];
	uint32_t word = slot % GROUP / 64;
	const uint64_t *mask = &masks[WORDS - word];
	uint64_t last = group[word] & ~0ULL >> (63 - slot % 64);
	uint32_t n = (uint32_t)__builtin_popcountll(last);

	for (unsigned int i = 0; i < WORDS; i++)
		n += (uint32_t)__builtin_popcountll(group[i] & mask[i]);
	return n;
}

/* Bits up to a slot. */
static inline __attribute__((always_inline)) uint32_t
rank_of(const struct lru_stack *s, uint32_t slot)
{
	uint32_t group = slot / GROUP;

	return group * GROUP - prefix_tree_sum(&s->holes, group) +
	       bits_up_to(s->bits, slot);
}

/* A block's new slot is the number of bits before the old one. */
static inline __attribute__((always_inline)) void
move_together(struct lru_stack *s)
{
	for (uint32_t id = 0; id < s->distinct; id++)
		if (s->last[id])
			s->last[id] = rank_of(s, s->last[id] - 1);
	s->next = s->live;
	memset(s->bits, 0xff, s->slots / 8);
	prefix_tree_reset(&s->holes);
}

/* Takes a block's bit away; returns how many are behind it. */
static inline __attribute__((always_inline)) uint32_t
leave(struct lru_stack *s, uint32_t slot)
{
	uint32_t rank = rank_of(s, slot);

	s->bits[slot / 64] &= ~(1ULL << slot % 64);
	prefix_tree_add(&s->holes, slot / GROUP);
	return s->live - rank;
}

static inline __attribute__((always_inline)) uint32_t
touch(struct lru_stack *s, uint32_t id)
{
	uint32_t distance = LRU_COLD;

	if (s->last[id])
		distance = leave(s, s->last[id] - 1);
	else
		s->live++;
	s->next++;
	s->last[id] = (uint32_t)s->next;
	if (s->next == s->slots)
		move_together(s);
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
