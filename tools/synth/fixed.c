// SPDX-License-Identifier: GPL-2.0-only
#include "fixed.h"

/* ln 2 and 1 / ln 2, in units of 2^-64 and 2^-63. */
#define LN2	0xb17217f7d1cf79abULL
#define LOG2_E	0xb8aa3b295c17f0bcULL

/* One binary digit of the logarithm with each squaring. */
static uint64_t log2_digits(uint64_t x, unsigned int digits)
{
	int shift = __builtin_clzll(x);
	uint64_t log = (uint64_t)(63 - shift), m = x << shift;
	unsigned int i;

	for (i = 0; i < digits; i++) {
		unsigned __int128 square = (unsigned __int128)m * m;

		log <<= 1;
		if (square >> 127) {
			log |= 1;
			m = (uint64_t)(square >> 64);
		} else {
			m = (uint64_t)(square >> 63);
		}
	}
	return log;
}

uint64_t fixed_log2(uint64_t x)
{
	return log2_digits(x, FIXED_BITS);
}

/* The series of e^-z for 0 <= z < ln 2, z in units of 2^-64. */
static uint64_t exp_series(uint64_t z)
{
	const unsigned __int128 one = (unsigned __int128)1 << 64;
	unsigned __int128 sum = one, term = one;
	unsigned int k;

	for (k = 1; term && k < 32; k++) {
		term = (term * z >> 64) / k;
		sum = k & 1 ? sum - term : sum + term;
	}
	return (uint64_t)(sum >> (64 - FIXED_ONE_BITS));
}

uint64_t fixed_exp2(unsigned __int128 e)
{
	unsigned __int128 whole = e >> FIXED_BITS;
	uint64_t part = (uint64_t)(e << (64 - FIXED_BITS));

	if (whole > FIXED_ONE_BITS)
		return 0;
	return exp_series((uint64_t)((unsigned __int128)part * LN2 >> 64)) >>
	       (unsigned int)whole;
}

uint64_t fixed_exp(unsigned __int128 x)
{
	if (x >> (FIXED_BITS + 6))
		return 0;
	return fixed_exp2(x * LOG2_E >> 63);
}

uint64_t fixed_exponential(uint64_t random)
{
	/* -log2 of a number from 1 to 2^64 as a fraction of 2^64. */
	uint64_t log = (64ULL << 32) - log2_digits(random | 1, 32);

	return (uint64_t)((unsigned __int128)log * LN2 >> 64);
}
