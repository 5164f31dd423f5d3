/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inter-reference distances: how many references there are from one to a block
 * to the next to the same block, that one included. And the hit ratio of LRU
 * that they imply.
 */
#ifndef HF_IRD_H
#define HF_IRD_H

#include <stdbool.h>

#include "block-refs.h"
#include "loghist.h"

/**
 * struct ird - the distances
 * @hist: all but those of first references
 * @cold: first references to a block
 * @exact: at [distance] how many there are, up to of->count; NULL if not
 *	wanted; owned
 * @of: the references
 */
struct ird {
	struct loghist hist;
	uint64_t cold;
	uint32_t *exact;
	const struct block_refs *of;
};

/**
 * ird_make - finds the distances
 * @ird: filled; free with ird_free(), also after a failure
 * @of: the references; must stay
 * @exact: count each distance by itself as well, which takes 4 bytes for each
 *	reference
 * @stop: asked now and then whether to give up; NULL for never
 *
 * Return: 0, -ENOMEM or -EINTR.
 */
int ird_make(struct ird *ird, const struct block_refs *of, bool exact,
	     bool (*stop)(void));
void ird_free(struct ird *ird);

/**
 * ird_aet - hits of LRU by the average eviction time
 * @ird: with exact distances
 * @sizes: of caches, in blocks of the references, ascending
 * @n: how many
 * @hits: gets the references that hit, rounded to whole ones
 *
 * Hu et al., "Kinetic modeling of data eviction in cache", USENIX ATC 2016:
 * with P(t) the share of references whose distance is more than t, a block
 * leaves a cache of C blocks T references after the last to it, where
 * P(0) + … + P(T - 1) = C; then 1 - P(T) hit. T is interpolated.
 */
void ird_aet(const struct ird *ird, const uint64_t *sizes, unsigned int n,
	     uint64_t *hits);

#endif /* HF_IRD_H */
