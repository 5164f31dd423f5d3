// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "event-order.h"
#include "parts.h"

/* Requests that never complete of which the address is kept. */
#define MAX_OPEN	65536

/**
 * struct in_flight - a request whose completion has not been given out
 * @rec: the request
 * @seq: its place in the trace
 * @part: its entry in event_order.parts, NULL if it has none
 */
struct in_flight {
	struct hfr_trace_rec rec;
	uint64_t seq;
	struct part *part;
};

/**
 * struct event_order - requests in flight
 * @emit: gets the events
 * @ctx: for it
 * @heap: requests in flight, the earliest completion first; owned
 * @count: entries of @heap
 * @size: entries allocated
 * @seq: requests taken
 * @open: requests that never complete
 * @mixed: see event_order_mixed()
 * @parts: the same requests by address, and those that never complete; the
 *	owner of a part is its completion time
 */
struct event_order {
	event_order_fn emit;
	void *ctx;
	struct in_flight *heap;
	size_t count, size;
	uint64_t seq;
	uint64_t open;
	uint64_t mixed;
	struct parts parts;
};

struct event_order *event_order_new(event_order_fn emit, void *ctx)
{
	struct event_order *eo = calloc(1, sizeof(*eo));

	if (!eo)
		return NULL;
	eo->emit = emit;
	eo->ctx = ctx;
	parts_init(&eo->parts);
	return eo;
}

void event_order_free(struct event_order *eo)
{
	if (!eo)
		return;
	parts_free(&eo->parts);
	free(eo->heap);
	free(eo);
}

static bool before(const struct in_flight *a, const struct in_flight *b)
{
	if (a->rec.complete_ns != b->rec.complete_ns)
		return a->rec.complete_ns < b->rec.complete_ns;
	return a->seq < b->seq;
}

static void swap(struct in_flight *a, struct in_flight *b)
{
	struct in_flight tmp = *a;

	*a = *b;
	*b = tmp;
}

static void sift_up(struct event_order *eo, size_t i)
{
	while (i && before(&eo->heap[i], &eo->heap[(i - 1) / 2])) {
		swap(&eo->heap[i], &eo->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void sift_down(struct event_order *eo, size_t i)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= eo->count)
			return;
		if (child + 1 < eo->count &&
		    before(&eo->heap[child + 1], &eo->heap[child]))
			child++;
		if (!before(&eo->heap[child], &eo->heap[i]))
			return;
		swap(&eo->heap[child], &eo->heap[i]);
		i = child;
	}
}

static int push(struct event_order *eo, const struct in_flight *fl,
		struct hf_error *err)
{
	if (eo->count == eo->size) {
		size_t size = eo->size ? 2 * eo->size : 64;
		struct in_flight *heap;

		heap = realloc(eo->heap, size * sizeof(*heap));
		if (!heap)
			return hf_fail(err, ENOMEM,
				       "no memory for requests in flight");
		eo->heap = heap;
		eo->size = size;
	}
	eo->heap[eo->count++] = *fl;
	sift_up(eo, eo->count - 1);
	return 0;
}

static int give_completion(struct event_order *eo, struct hf_error *err)
{
	struct in_flight first = eo->heap[0];

	eo->heap[0] = eo->heap[--eo->count];
	sift_down(eo, 0);
	parts_remove(&eo->parts, first.part);
	return eo->emit(eo->ctx, &first.rec, true, err);
}

/* An equal request that is in flight and completes later. */
static void look_for_equal(struct event_order *eo, const struct part *part,
			   uint64_t complete_ns)
{
	const struct part *equal = parts_find(&eo->parts, part, true);

	if (equal && equal->sectors == part->sectors &&
	    (uint64_t)(uintptr_t)equal->owner > complete_ns)
		eo->mixed++;
}

static int remember(struct event_order *eo, struct in_flight *fl,
		    struct hf_error *err)
{
	const struct hfr_trace_rec *rec = &fl->rec;
	const struct part part = {
		.owner = (void *)(uintptr_t)rec->complete_ns,
		.sector = rec->length ? rec->offset >> 9 : UINT64_MAX,
		.sectors = rec->length >> 9,
		.target = rec->target,
		.op = rec->op,
	};

	look_for_equal(eo, &part, rec->complete_ns);
	if (rec->complete_ns == HFR_UNKNOWN && eo->open++ >= MAX_OPEN)
		return 0;
	fl->part = parts_add(&eo->parts, &part);
	if (!fl->part)
		return hf_fail(err, ENOMEM, "no memory for requests in flight");
	return rec->complete_ns == HFR_UNKNOWN ? 0 : push(eo, fl, err);
}

int event_order_add(struct event_order *eo, const struct hfr_trace_rec *rec,
		    struct hf_error *err)
{
	struct in_flight fl = { .rec = *rec, .seq = eo->seq++ };
	int ret = 0;

	while (!ret && eo->count && eo->heap[0].rec.complete_ns <= rec->issue_ns)
		ret = give_completion(eo, err);
	if (!ret)
		ret = eo->emit(eo->ctx, rec, false, err);
	return ret ? ret : remember(eo, &fl, err);
}

int event_order_end(struct event_order *eo, struct hf_error *err)
{
	int ret = 0;

	while (!ret && eo->count)
		ret = give_completion(eo, err);
	return ret;
}

uint64_t event_order_mixed(const struct event_order *eo)
{
	return eo->mixed;
}
