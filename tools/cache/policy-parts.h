/* SPDX-License-Identifier: GPL-2.0-only */
/* What policies share. */
#ifndef HF_POLICY_PARTS_H
#define HF_POLICY_PARTS_H

#include <stdbool.h>
#include <stdlib.h>

#include "big-array.h"
#include "id-list.h"
#include "policies.h"

/* References ahead whose state is fetched. */
#define POLICY_AHEAD	16

/*
 * The function cache_policy.run of a policy: access_block() is called for each
 * reference, after what the array has at its id was brought near.
 */
#define DEFINE_RUN(type, array)						\
static void run(void *state, const uint32_t *ids, size_t n, uint8_t *hits) \
{									\
	struct type *s = state;						\
									\
	for (size_t i = 0; i < n; i++) {				\
		__builtin_prefetch(&s->array[ids[i + POLICY_AHEAD]], 1);	\
		hits[i] = access_block(s, ids[i]);			\
	}								\
}

/*
 * The function cache_policy.free of a policy that has one array; @array is
 * NULL where there was no memory.
 */
#define DEFINE_RELEASE(type, array)					\
static void release(void *state)					\
{									\
	struct type *s = state;						\
									\
	if (s)								\
		big_array_free(s->array);				\
	free(s);							\
}

/** policy_part - blocks of a share of the cache, one at least */
static inline uint32_t policy_part(uint32_t size, double share)
{
	uint32_t part = (uint32_t)(size * share);

	return part ? part : 1;
}

/**
 * policy_random - the next of a row of random numbers
 * @state: the seed at first
 *
 * SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
 */
static inline uint64_t policy_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

#endif /* HF_POLICY_PARTS_H */
