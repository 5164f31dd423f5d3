// SPDX-License-Identifier: GPL-2.0-only
#include "rng.h"

uint64_t rng_odd(struct rng *r, size_t size, uint64_t now)
{
	unsigned int bits = 8 * size;
	uint64_t mask = bits == 64 ? UINT64_MAX : (1ULL << bits) - 1;
	uint64_t power = 1ULL << rng_below(r, bits);

	switch (rng_below(r, 10)) {
	case 0: return 0;
	case 1: return mask;
	case 2: return power;
	case 3: return power - 1;
	case 4: return (power + 1) & mask;
	case 5: return (now + rng_small(r, 64)) & mask;
	case 6: return (now - rng_small(r, 64)) & mask;
	case 7: return rng_below(r, 16);
	case 8: return now ^ power;
	default: return rng_next(r) & mask;
	}
}

void rng_bytes(struct rng *r, void *mem, size_t size)
{
	uint8_t *p = mem;

	while (size--)
		*p++ = rng_next(r);
}
