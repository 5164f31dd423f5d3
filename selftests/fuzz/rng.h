/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that look random and follow from a seed (splitmix64). */
#ifndef RNG_H
#define RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** struct rng - a row of numbers */
struct rng {
	uint64_t state;
};

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/** rng_below - 0 to @n - 1; @n is not 0 */
static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
	return rng_next(r) % n;
}

/** rng_between - @min to @max, both included */
static inline uint64_t rng_between(struct rng *r, uint64_t min, uint64_t max)
{
	return max - min == UINT64_MAX ? rng_next(r) :
		min + rng_below(r, max - min + 1);
}

/** rng_one_in - true once in @n times */
static inline bool rng_one_in(struct rng *r, unsigned int n)
{
	return !rng_below(r, n);
}

/** rng_small - mostly small, up to @max */
static inline uint64_t rng_small(struct rng *r, uint64_t max)
{
	return rng_below(r, (max >> rng_below(r, 16)) + 1);
}

/** rng_odd - a number at which things break: ends of ranges and their
 * neighbours; @size is that of the field, 1 to 8 bytes, @now what it holds
 */
uint64_t rng_odd(struct rng *r, size_t size, uint64_t now);

/** rng_bytes - fills @mem */
void rng_bytes(struct rng *r, void *mem, size_t size);

#define RNG_PICK(r, array) \
	((array)[rng_below(r, sizeof(array) / sizeof((array)[0]))])

#endif /* RNG_H */
