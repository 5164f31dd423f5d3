// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flight.h"

/* With more than MANY in flight they become a heap, with fewer than FEW an
 * array again.
 */
#define MANY	48U
#define FEW	24U
/* Entries that an array takes until those that have ended are looked for. */
#define SLACK	16U
/* Entries that are looked at in one go. */
#define BLOCK	8U

static int grow(struct flight_target *t)
{
	size_t size = t->size ? t->size * 2 : 2 * MANY;
	uint64_t *times = reallocarray(t->times, size, sizeof(*times));

	if (!times)
		return -ENOMEM;
	t->times = times;
	t->size = size;
	return 0;
}

/* Puts @time where it belongs on the way up from the free place @i. */
static void sift_up(uint64_t *heap, size_t i, uint64_t time)
{
	for (; i && heap[(i - 1) / 2] > time; i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = time;
}

static void heap_pop(struct flight_target *t)
{
	uint64_t *heap = t->times, last = heap[--t->count];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < t->count) {
		if (child + 1 < t->count && heap[child + 1] < heap[child])
			child++;
		if (last <= heap[child])
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = last;
}

static void make_heap(struct flight_target *t)
{
	size_t i;

	for (i = 1; i < t->count; i++)
		sift_up(t->times, i, t->times[i]);
	t->heap = true;
}

static void make_array(struct flight_target *t)
{
	t->heap = false;
	t->used = t->count;
	t->limit = (t->used + SLACK + BLOCK - 1) / BLOCK * BLOCK;
	memset(t->times + t->used, 0,
	       (t->limit - t->used) * sizeof(*t->times));
}

/* No branch depends on the times, which nobody could foretell. */
static void drop_ended(struct flight_target *t, uint64_t now)
{
	size_t kept = 0, i;

	for (i = 0; i < t->used; i++) {
		uint64_t time = t->times[i];

		t->times[kept] = time;
		kept += time > now;
	}
	t->count = kept;
}

static int tidy(struct flight_target *t, uint64_t now)
{
	if (!t->size && grow(t))
		return -ENOMEM;
	drop_ended(t, now);
	if (t->count > MANY)
		make_heap(t);
	else
		make_array(t);
	return 0;
}

/* Two times that are computed with at once, as every 64-bit processor can. */
typedef uint64_t pair __attribute__((vector_size(16)));

static pair later_of(const uint64_t *times, pair now)
{
	pair two;

	memcpy(&two, times, sizeof(two));
	/* Times are below 2^63: the sign of the difference says it. */
	return (now - two) >> 63;
}

static size_t count_later(const uint64_t *times, size_t n, uint64_t now)
{
	const pair both = { now, now };
	pair later = { 0, 0 };
	size_t i;

	for (i = 0; i < n; i += BLOCK)
		later += later_of(times + i, both) +
			 later_of(times + i + 2, both) +
			 later_of(times + i + 4, both) +
			 later_of(times + i + 6, both);
	return later[0] + later[1];
}

static int heap_add(struct flight_target *t, uint64_t now,
		    uint64_t complete_ns)
{
	while (t->count && t->times[0] <= now)
		heap_pop(t);
	if (t->count == t->size && grow(t))
		return -ENOMEM;
	sift_up(t->times, t->count++, complete_ns);
	if (t->count < FEW)
		make_array(t);
	return 0;
}

static int add(struct flight_target *t, uint64_t now, uint64_t complete_ns)
{
	if (!t->heap && t->used == t->limit && tidy(t, now))
		return -ENOMEM;
	if (t->heap)
		return heap_add(t, now, complete_ns);
	t->count = count_later(t->times, t->used, now) + 1;
	t->times[t->used++] = complete_ns;
	return 0;
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

	if (add(t, rec->issue_ns, rec->complete_ns) ||
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
		free(fl->target[i].times);
	free(fl->old);
}
