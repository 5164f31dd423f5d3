// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "flight.h"

static int heap_push(struct flight_target *t, uint64_t time)
{
	size_t i = t->count;

	if (i == t->size) {
		size_t size = t->size ? t->size * 2 : 64;
		uint64_t *heap = reallocarray(t->heap, size, sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		t->heap = heap;
		t->size = size;
	}
	t->count++;
	for (; i && t->heap[(i - 1) / 2] > time; i = (i - 1) / 2)
		t->heap[i] = t->heap[(i - 1) / 2];
	t->heap[i] = time;
	return 0;
}

static void heap_pop(struct flight_target *t)
{
	uint64_t last = t->heap[--t->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < t->count) {
		if (child + 1 < t->count &&
		    t->heap[child + 1] < t->heap[child])
			child++;
		if (last <= t->heap[child])
			break;
		t->heap[i] = t->heap[child];
		i = child;
	}
	t->heap[i] = last;
}

static struct flight_old *old_at(struct flight *fl, size_t pos)
{
	return &fl->old[pos & (fl->old_size - 1)];
}

static int old_grow(struct flight *fl)
{
	size_t n = fl->old_tail - fl->old_head, i;
	size_t size = fl->old_size ? fl->old_size * 2 : 64;
	struct flight_old *old = calloc(size, sizeof(*old));

	if (!old)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		old[i] = *old_at(fl, fl->old_head + i);
	free(fl->old);
	fl->old = old;
	fl->old_size = size;
	fl->old_head = 0;
	fl->old_tail = n;
	return 0;
}

/*
 * A request can be the oldest in flight only if it completes later than all
 * issued before it, so completion times in the ring ascend from its head.
 */
static int old_add(struct flight *fl, uint64_t now, uint64_t complete_ns)
{
	while (fl->old_head != fl->old_tail &&
	       old_at(fl, fl->old_head)->complete_ns <= now)
		fl->old_head++;
	if (fl->old_head == fl->old_tail ||
	    old_at(fl, fl->old_tail - 1)->complete_ns < complete_ns) {
		if (fl->old_tail - fl->old_head == fl->old_size &&
		    old_grow(fl))
			return -ENOMEM;
		*old_at(fl, fl->old_tail++) = (struct flight_old){
			.index = fl->index,
			.complete_ns = complete_ns,
		};
	}
	return 0;
}

int64_t flight_add(struct flight *fl, const struct hfr_trace_rec *rec)
{
	struct flight_target *t = &fl->target[rec->target];
	uint64_t span;

	while (t->count && t->heap[0] <= rec->issue_ns)
		heap_pop(t);
	if (heap_push(t, rec->complete_ns) ||
	    old_add(fl, rec->issue_ns, rec->complete_ns))
		return -ENOMEM;
	if (t->count > fl->max_in_flight)
		fl->max_in_flight = t->count;
	span = fl->index - old_at(fl, fl->old_head)->index + 1;
	if (span > fl->span)
		fl->span = span;
	fl->index++;
	return (int64_t)t->count;
}

void flight_free(struct flight *fl)
{
	int i;

	for (i = 0; i < HFR_MAX_DEVICES; i++)
		free(fl->target[i].heap);
	free(fl->old);
}
