/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests in flight, the next to complete first; ties by their index. */
#ifndef HF_PENDING_H
#define HF_PENDING_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct pending_end - a completion that is to come
 * @complete_ns: when
 * @index: of which record
 */
struct pending_end {
	uint64_t complete_ns;
	uint64_t index;
};

/**
 * struct pending - a heap of them
 * @heap: owned
 * @count: entries
 * @size: entries allocated
 */
struct pending {
	struct pending_end *heap;
	size_t count, size;
};

/** pending_push - adds one; returns 0 or -ENOMEM */
int pending_push(struct pending *p, struct pending_end end);

/** pending_first - the next completion, NULL if nothing is in flight */
static inline const struct pending_end *pending_first(const struct pending *p)
{
	return p->count ? p->heap : NULL;
}

/** pending_pop - removes pending_first() */
void pending_pop(struct pending *p);
void pending_free(struct pending *p);

#endif /* HF_PENDING_H */
