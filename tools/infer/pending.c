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
	for (; i && before(&end, &p->heap[(i - 1) / 2]); i = (i - 1) / 2)
		p->heap[i] = p->heap[(i - 1) / 2];
	p->heap[i] = end;
	return 0;
}

const struct pending_end *pending_first(const struct pending *p)
{
	return p->count ? p->heap : NULL;
}

void pending_pop(struct pending *p)
{
	struct pending_end last = p->heap[--p->count];
	size_t i = 0, child;

	/*
	 * A lone child is compared with the entry behind it, which is @last:
	 * if that comes first, it ends there and in its old place.
	 */
	while ((child = 2 * i + 1) < p->count) {
		child += before(&p->heap[child + 1], &p->heap[child]);
		if (before(&last, &p->heap[child]))
			break;
		p->heap[i] = p->heap[child];
		i = child;
	}
	p->heap[i] = last;
}

void pending_free(struct pending *p)
{
	free(p->heap);
	p->heap = NULL;
}
