/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spatial samples of references, as SHARDS (Waldspurger et al., FAST 2015):
 * those to the blocks with a hash below a threshold, which is fixed, or falls
 * so that there are never too many blocks.
 */
#ifndef HF_REFS_SAMPLE_H
#define HF_REFS_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

struct block_ids;
struct block_refs;

/**
 * struct refs_sample - which blocks are taken
 * @on: not all
 * @below: with @on, those whose hash is below
 */
struct refs_sample {
	bool on;
	uint64_t below;
};

/**
 * refs_sample_init - begins a sample
 * @s: filled
 * @rate: share of the blocks, above 0 and up to 1
 * @most: most blocks that are wanted, 0 for no limit
 */
void refs_sample_init(struct refs_sample *s, double rate, uint32_t most);

/** refs_sample_has - whether a block with this hash is in the sample */
static inline bool refs_sample_has(const struct refs_sample *s, uint64_t hash)
{
	return !s->on || hash < s->below;
}

/** refs_sample_rate - share of all blocks */
double refs_sample_rate(const struct refs_sample *s);

/**
 * refs_sample_cut - makes the sample smaller
 * @s: the sample
 * @refs: references to blocks that are dropped are dropped
 * @ids: blocks of the sample, more than @most
 * @most: how many stay: those with the smallest hashes
 *
 * What is left is what a sample with the smaller threshold had taken from the
 * start, so that nothing needs to be weighted.
 *
 * Return: 0 or -ENOMEM.
 */
int refs_sample_cut(struct refs_sample *s, struct block_refs *refs,
		    struct block_ids *ids, uint32_t most);

#endif /* HF_REFS_SAMPLE_H */
