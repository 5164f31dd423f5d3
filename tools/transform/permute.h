/* SPDX-License-Identifier: GPL-2.0-only */
/* Keyed permutations of small domains. */
#ifndef HF_PERMUTE_H
#define HF_PERMUTE_H

#include <stddef.h>
#include <stdint.h>

/**
 * siphash - SipHash-2-4 of some bytes
 * @key: 128 bits
 * @data: the bytes
 * @len: how many
 *
 * Aumasson, Bernstein: "SipHash: a fast short-input PRF", INDOCRYPT 2012.
 *
 * Return: the hash.
 */
uint64_t siphash(const uint64_t key[2], const void *data, size_t len);

/**
 * permute - a permutation of the numbers below @n that the key chooses
 * @key: 128 bits
 * @tweak: another tweak is another permutation
 * @n: size of the domain, at most 2^62
 * @value: a number below @n
 *
 * A balanced Feistel network of ten rounds, whose round function is SipHash,
 * over the smallest even number of bits that holds @n; it is applied until the
 * result is in the domain (cycle walking: Black, Rogaway, "Ciphers with
 * Arbitrary Finite Domains", CT-RSA 2002, section 3), which on average takes
 * fewer than four turns.
 *
 * Return: its image.
 */
uint64_t permute(const uint64_t key[2], uint64_t tweak, uint64_t n,
		 uint64_t value);

#endif /* HF_PERMUTE_H */
