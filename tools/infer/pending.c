// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "pending.h"

/* Both at once: which of two children comes first, no processor can guess. */
static __uint128_t key(const struct pending_end *e)
{
	return (__uint128_t)e->complete_ns << 64 | e->index;
}

static bool before(const struct pending_end *a, const struct pending_end *b)
{
	return key(a) < key(b);
}

/* Puts an entry where it belongs on the way up from the free place @i. */
static void sift_up(struct pending_end *heap, size_t i, struct pending_end end)
{
	for (; i && before(&end, &heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = end;
}

int pending_push(struct pending *p, struct pending_end end)
{
	size_t i = p->count;

	if (i == p->size) {
		size_t size = p->size ? p->size * 2 : 64;
		struct pending_end *heap = reallocarray(p->heap, size,
							sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		p->heap = heap;
		p->size = size;
	}
	p->count++;
	sift_up(p->heap, i, end);
	return 0;
}

/*
 * The free place goes down to where there are no children, and the last entry
 * up from there: it was a leaf and hardly ever goes far.
 */
void pending_pop(struct pending *p)
{
	struct pending_end *heap = p->heap;
	size_t i = 0, child, n = --p->count;

	/* A lone child is compared with the last entry, which is behind it. */
	while ((child = 2 * i + 1) < n) {
		child += before(&heap[child + 1], &heap[child]);
		heap[i] = heap[child];
		i = child;
	}
	if (i < n)
		sift_up(heap, i, heap[n]);
}

void pending_free(struct pending *p)
{
	free(p->heap);
	p->heap = NULL;
}
