/* SPDX-License-Identifier: GPL-2.0-only */
/* The hit ratio of LRU at every size, from one walk over the references. */
#ifndef HF_LRU_CURVE_H
#define HF_LRU_CURVE_H

#include <stdbool.h>

#include "hit-count.h"

/**
 * struct lru_curve - hits by cache size
 * @of: the references
 * @refs: at [size], references that hit in a cache of as many blocks; 0 to
 *	of->distinct; owned
 * @bytes: the same of bytes; NULL if of->bytes is; owned
 * @requests: the same of whole requests; NULL if of->ends is; owned
 */
struct lru_curve {
	const struct block_refs *of;
	uint64_t *refs, *bytes, *requests;
};

/**
 * lru_curve_make - finds all hits
 * @c: filled; free with lru_curve_free(), also after a failure
 * @of: the references; must stay
 * @stop: asked now and then whether to give up; NULL for never
 *
 * Return: 0, -ENOMEM or -EINTR.
 */
int lru_curve_make(struct lru_curve *c, const struct block_refs *of,
		   bool (*stop)(void));
void lru_curve_free(struct lru_curve *c);

/** lru_curve_at - hits in a cache of @size blocks of the references */
void lru_curve_at(const struct lru_curve *c, uint64_t size,
		  struct hit_count *hits);

#endif /* HF_LRU_CURVE_H */
