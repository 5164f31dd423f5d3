/* SPDX-License-Identifier: GPL-2.0-only */
/* The memory that writes take their data from and reads land in. */
#ifndef HF_PAYLOAD_H
#define HF_PAYLOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/* Alignment that direct requests of every device are content with, bytes. */
#define PAYLOAD_ALIGN	4096U

/**
 * struct payload - of a replay
 * @pool: what writes write; never changes once it is made
 * @pool_size: bytes
 * @sink: where reads land that need no memory of their own
 * @stride: bytes of the longest request, rounded up to PAYLOAD_ALIGN
 */
struct payload {
	char *pool;
	uint64_t pool_size;
	char *sink;
	uint64_t stride;
};

/**
 * payload_init - makes it
 * @p: filled
 * @max_length: longest read or write, bytes
 * @random: random data from @seed, else zeroes
 * @seed: see @random
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int payload_init(struct payload *p, uint32_t max_length, bool random,
		 uint64_t seed);
void payload_free(struct payload *p);

/** payload_at - the data of a write; the same for the same request */
void *payload_at(const struct payload *p, const struct hfr_trace_rec *rec);

/** payload_alloc - memory that requests can use; NULL if there is none */
char *payload_alloc(uint64_t bytes);

#endif /* HF_PAYLOAD_H */
