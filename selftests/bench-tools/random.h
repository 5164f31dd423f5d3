/* SPDX-License-Identifier: GPL-2.0-only */
/* Random numbers, the same ones in each run. */
#ifndef BENCH_TOOLS_RANDOM_H
#define BENCH_TOOLS_RANDOM_H

#include <stdint.h>

/* xorshift64* (Vigna, 2016). */
static inline uint64_t random_u64(void)
{
	static uint64_t state = 1;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(0x2545f4914f6cdd1d);
}

#endif /* BENCH_TOOLS_RANDOM_H */
