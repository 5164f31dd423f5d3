// SPDX-License-Identifier: GPL-2.0-only
#include <endian.h>
#include <string.h>

#include "permute.h"

#define ROUNDS 10

static uint64_t rotl(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static void sip_word(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

uint64_t siphash(const uint64_t key[2], const void *data, size_t len)
{
	uint64_t v[4] = {
		key[0] ^ 0x736f6d6570736575ULL, key[1] ^ 0x646f72616e646f6dULL,
		key[0] ^ 0x6c7967656e657261ULL, key[1] ^ 0x7465646279746573ULL,
	};
	const uint8_t *p = data;
	uint64_t word;
	size_t left;

	for (left = len; left >= 8; left -= 8, p += 8) {
		memcpy(&word, p, 8);
		sip_word(v, le64toh(word));
	}
	word = 0;
	memcpy(&word, p, left);
	sip_word(v, le64toh(word) | (uint64_t)len << 56);
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static int half_bits(uint64_t n)
{
	int bits = n > 1 ? 64 - __builtin_clzll(n - 1) : 0;

	return bits < 2 ? 1 : (bits + 1) / 2;
}

static uint64_t feistel(const uint64_t key[2], uint64_t tweak, int half,
			uint64_t value)
{
	const uint64_t mask = (1ULL << half) - 1;
	uint64_t left = value >> half, right = value & mask;
	uint64_t round;

	for (round = 0; round < ROUNDS; round++) {
		const uint64_t in[3] = {
			htole64(tweak),
			htole64(round << 8 | (uint64_t)half),
			htole64(right),
		};
		uint64_t out = left ^ (siphash(key, in, sizeof(in)) & mask);

		left = right;
		right = out;
	}
	return left << half | right;
}

uint64_t permute(const uint64_t key[2], uint64_t tweak, uint64_t n,
		 uint64_t value)
{
	const int half = half_bits(n);

	if (n < 2)
		return value;
	do
		value = feistel(key, tweak, half, value);
	while (value >= n);
	return value;
}
