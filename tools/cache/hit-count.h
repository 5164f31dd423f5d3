/* SPDX-License-Identifier: GPL-2.0-only */
/* Hits, weighted in three ways. */
#ifndef HF_HIT_COUNT_H
#define HF_HIT_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "block-refs.h"

/* What is not counted, or not known. */
#define HITS_UNKNOWN	UINT64_MAX

/**
 * struct hit_count - what a cache had when it was asked for it
 * @refs: references to blocks
 * @bytes: of requests, in such blocks
 * @requests: whose blocks all were there when their turn came
 */
struct hit_count {
	uint64_t refs, bytes, requests;
};

/**
 * struct hit_counter - counts from hit or miss of each reference
 * @of: the references
 * @at: those that were counted
 * @whole: all blocks of the current request have hit so far
 * @count: the sums; complete after hit_counter_end()
 */
struct hit_counter {
	const struct block_refs *of;
	uint64_t at;
	bool whole;
	struct hit_count count;
};

/** hit_counter_init - begins with the first reference */
void hit_counter_init(struct hit_counter *c, const struct block_refs *of);

/**
 * hit_counter_add - counts the next references
 * @c: the counter
 * @hits: 1 for each that hit, 0 for the others
 * @n: how many
 */
void hit_counter_add(struct hit_counter *c, const uint8_t *hits, size_t n);

/** hit_counter_end - fills in what follows from the rest */
void hit_counter_end(struct hit_counter *c);

/** hit_ratio - hits / all, NaN if either is not known or there are none */
double hit_ratio(uint64_t hits, uint64_t all);

#endif /* HF_HIT_COUNT_H */
