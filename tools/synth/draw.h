/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers of the generators: integers only, the same everywhere. */
#ifndef HF_DRAW_H
#define HF_DRAW_H

#include <stdint.h>

#include "hashing.h"

/**
 * struct draw - a source of random numbers
 * @s: state of xoshiro256**, not all 0
 *
 * Blackman, Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM
 * TOMS 47(4), 2021.
 */
struct draw {
	uint64_t s[4];
};

/**
 * draw_seed - starts a source
 * @d: the source
 * @seed: of the user
 * @purpose: sources with other numbers have other sequences, so that a change
 *	of what one decides leaves what the others decide as it was
 */
static inline void draw_seed(struct draw *d, uint64_t seed, uint64_t purpose)
{
	uint64_t state = hash_mix(seed) ^ hash_mix(~purpose);
	int i;

	for (i = 0; i < 4; i++)
		d->s[i] = hash_next(&state);
}

static inline uint64_t draw_turn(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

/** draw_next - 64 random bits */
static inline uint64_t draw_next(struct draw *d)
{
	uint64_t *s = d->s, v = draw_turn(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = draw_turn(s[3], 45);
	return v;
}

/** draw_below - a number below @n; each as likely up to one part in 2^64 / n */
static inline uint64_t draw_below(struct draw *d, uint64_t n)
{
	unsigned __int128 product = draw_next(d);

	return (uint64_t)(product * n >> 64);
}

#endif /* HF_DRAW_H */
