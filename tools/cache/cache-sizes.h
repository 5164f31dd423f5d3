/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes of caches, as the command line names them. */
#ifndef HF_CACHE_SIZES_H
#define HF_CACHE_SIZES_H

#include <stdint.h>

#include "error.h"

/* Most sizes of a curve. */
#define CACHE_SIZES_MOST 10000U
/* Sizes unless told otherwise. */
#define CACHE_SIZES_DEFAULT "0.1%,0.2%,0.5%,1%,2%,3%,5%,7%,10%..100%/19"

/**
 * struct cache_sizes - sizes in blocks
 * @blocks: in ascending order, each once, none 0; owned
 * @count: how many
 */
struct cache_sizes {
	uint64_t *blocks;
	unsigned int count;
};

/**
 * cache_sizes_parse - reads "1000,64m,5%,1%..100%/100,1..1m*20"
 * @sizes: filled; free with cache_sizes_free(), also after a failure
 * @text: sizes in blocks (1000), in bytes (64m, 4096b; less than a block is
 *	left out), in percent of the footprint; FROM..TO/N for N sizes at equal
 *	distances, FROM..TO*N for N sizes with equal ratios
 * @block: bytes of a block
 * @footprint: blocks of the trace
 * @err: on failure, a sentence
 *
 * Percentages are rounded up to a whole block, all else to the nearest.
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int cache_sizes_parse(struct cache_sizes *sizes, const char *text,
		      uint64_t block, uint64_t footprint, struct hf_error *err);
void cache_sizes_free(struct cache_sizes *sizes);

#endif /* HF_CACHE_SIZES_H */
