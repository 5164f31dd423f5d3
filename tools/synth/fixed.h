/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Logarithms and powers in integers. What decides addresses must not depend on
 * how the math library of a machine rounds.
 */
#ifndef HF_FIXED_H
#define HF_FIXED_H

#include <stdint.h>

/* An exponent, in units of 2^-FIXED_BITS. */
#define FIXED_BITS	56
/* A fraction of 1, in units of 2^-FIXED_ONE_BITS. */
#define FIXED_ONE_BITS	62

/** fixed_log2 - logarithm of @x, which is not 0, to base 2, rounded down */
uint64_t fixed_log2(uint64_t x);

/** fixed_exp2 - 2 to the power of minus @e, a fraction of 1 */
uint64_t fixed_exp2(unsigned __int128 e);

/** fixed_exp - e to the power of minus @x / 2^FIXED_BITS, a fraction of 1 */
uint64_t fixed_exp(unsigned __int128 x);

/**
 * fixed_exponential - an exponentially distributed number with mean 1
 * @random: 64 random bits
 *
 * Return: it, in units of 2^-32; exact to 2^-26 of itself or better.
 */
uint64_t fixed_exponential(uint64_t random);

#endif /* HF_FIXED_H */
