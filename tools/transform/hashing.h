/* SPDX-License-Identifier: GPL-2.0-only */
/* Hashes and random numbers that are the same everywhere. */
#ifndef HF_HASHING_H
#define HF_HASHING_H

#include <stdint.h>

/* splitmix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number
 * Generators", OOPSLA 2014, figure 16 with the constants of Vigna.
 */
static inline uint64_t hash_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* The next number of a sequence. */
static inline uint64_t hash_next(uint64_t *state)
{
	uint64_t v = hash_mix(*state);

	*state += 0x9e3779b97f4a7c15ULL;
	return v;
}

#endif /* HF_HASHING_H */
