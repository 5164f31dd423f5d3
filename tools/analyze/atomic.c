// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <linux/hfreplay_stamp.h>

#include "atomic.h"

/* Issued and, as far as is known, not failed. */
static bool is_atomic(const struct expect *e, uint64_t number)
{
	const struct hfr_trace_rec *rec = expect_request(&e->run, number);
	const struct hfr_completion_rec *c = expect_ended(&e->run, number);

	return rec->target == e->target && rec->op == HFR_OP_WRITE &&
		rec->flags & HFR_RF_ATOMIC && rec->length &&
		expect_maybe_issued(&e->run, number) && !(c && c->error);
}

/* The engine keeps the order of the trace where one worker issues all. */
static bool are_in_order(const struct expect *e)
{
	const struct hfr_completion_rec *c, *last = NULL;
	uint64_t i, n = expect_requests(&e->run);

	for (i = 0; i < n; i++) {
		c = expect_ended(&e->run, i);
		if (!c || expect_request(&e->run, i)->target != e->target)
			continue;
		if (last && (c->issued_ns < last->issued_ns ||
			     c->worker != last->worker))
			return false;
		last = c;
	}
	return true;
}

void atomics_init(struct atomics *a, const struct expect *e)
{
	uint64_t i, n = expect_requests(&e->run);

	*a = (struct atomics){ .expect = e };
	for (i = 0; i < n && !a->wanted; i++)
		a->wanted = is_atomic(e, i);
	a->in_order = a->wanted && are_in_order(e);
}

void atomics_free(struct atomics *a)
{
	free(a->pieces);
	*a = (struct atomics){ .expect = NULL };
}

static bool make_room(struct atomics *a)
{
	size_t room = a->room ? 2 * a->room : 1024;
	struct atomic_piece *pieces;

	if (a->count < a->room)
		return true;
	pieces = realloc(a->pieces, room * sizeof(*pieces));
	if (!pieces)
		return false;
	a->pieces = pieces;
	a->room = room;
	return true;
}

void atomics_found(struct atomics *a, uint64_t sector, uint32_t sectors,
		   uint64_t number)
{
	struct atomic_piece *last = a->count ? &a->pieces[a->count - 1] : NULL;

	if (!a->wanted || a->no_memory)
		return;
	if (last && last->end == sector && last->number == number) {
		last->end += sectors;
		return;
	}
	a->no_memory = !make_room(a);
	if (a->no_memory)
		return;
	a->pieces[a->count++] = (struct atomic_piece){
		sector, sector + sectors, number,
	};
}

/* The first piece that ends behind a sector. */
static size_t first_piece(const struct atomics *a, uint64_t sector)
{
	size_t low = 0, high = a->count, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (a->pieces[mid].end > sector)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* It had completed when a write was issued: it cannot have come after that. */
static bool is_older(const struct expect *e, uint64_t number, uint64_t issued)
{
	const struct hfr_completion_rec *c;

	if (number == EXPECT_NONE)
		return true;
	c = expect_ended(&e->run, number);
	return c && c->completed_ns < issued;
}

static bool is_seen(const struct atomics *a, size_t i, uint64_t end,
		    uint64_t number)
{
	for (; i < a->count && a->pieces[i].start < end; i++)
		if (a->pieces[i].number == number)
			return true;
	return false;
}

/**
 * struct atomic_check - a look at an atomic write
 * @expect: what may be there
 * @number: the write
 * @issued: when it was issued, at the earliest
 * @torn: see atomics_judge()
 * @ctx: see atomics_judge()
 */
struct atomic_check {
	const struct expect *expect;
	uint64_t number;
	uint64_t issued;
	void (*torn)(void *ctx, uint64_t number,
		     const struct atomic_piece *older);
	void *ctx;
};

/*
 * Whether a request that has completed may have changed a piece behind the
 * write. A cache that had both may have lost the later one alone.
 */
static bool is_overwritten(const struct atomic_check *check, uint64_t i,
			   const struct atomic_piece *p)
{
	const struct expect *e = check->expect;
	const struct hfr_trace_rec *rec = expect_request(&e->run, i);

	return i != check->number && rec->target == e->target &&
		rec->op != HFR_OP_READ && expect_ended(&e->run, i) &&
		!is_older(e, i, check->issued) &&
		rec->offset >> HFR_STAMP_SHIFT < p->end &&
		(rec->offset + rec->length) >> HFR_STAMP_SHIFT > p->start;
}

/* Reports what no request from @i on has changed again. */
static void report_rest(const struct atomic_check *check, uint64_t i,
			struct atomic_piece p)
{
	uint64_t n = expect_requests(&check->expect->run);
	const struct hfr_trace_rec *rec;
	struct atomic_piece left = p;

	while (i < n && p.start < p.end) {
		if (!is_overwritten(check, i++, &p))
			continue;
		rec = expect_request(&check->expect->run, i - 1);
		left.start = p.start;
		left.end = rec->offset >> HFR_STAMP_SHIFT;
		if (left.start < left.end)
			report_rest(check, i, left);
		p.start = (rec->offset + rec->length) >> HFR_STAMP_SHIFT;
	}
	if (p.start < p.end)
		check->torn(check->ctx, check->number, &p);
}

static void check_write(const struct atomics *a,
			const struct atomic_check *check)
{
	const struct hfr_trace_rec *rec =
		expect_request(&a->expect->run, check->number);
	uint64_t start = rec->offset >> HFR_STAMP_SHIFT;
	uint64_t end = (rec->offset + rec->length) >> HFR_STAMP_SHIFT;
	size_t i = first_piece(a, start);
	struct atomic_piece p;

	if (!is_seen(a, i, end, check->number))
		return;
	for (; i < a->count && a->pieces[i].start < end; i++) {
		p = a->pieces[i];
		if (p.number == check->number ||
		    !is_older(a->expect, p.number, check->issued))
			continue;
		p.start = p.start < start ? start : p.start;
		p.end = p.end > end ? end : p.end;
		report_rest(check, 0, p);
	}
}

int atomics_judge(const struct atomics *a,
		  void (*torn)(void *ctx, uint64_t number,
			       const struct atomic_piece *older),
		  void *ctx)
{
	struct atomic_check check = {
		.expect = a->expect, .torn = torn, .ctx = ctx,
	};
	const struct expect *e = a->expect;
	const struct hfr_completion_rec *c;
	uint64_t i, n = a->wanted ? expect_requests(&e->run) : 0, before = 0;

	for (i = 0; i < n && !a->no_memory; i++) {
		if (expect_request(&e->run, i)->target != e->target)
			continue;
		c = expect_ended(&e->run, i);
		if (c && c->issued_ns > before)
			before = c->issued_ns;
		if (!is_atomic(e, i))
			continue;
		check.number = i;
		check.issued = c ? c->issued_ns : a->in_order ? before : 0;
		check_write(a, &check);
	}
	return a->no_memory ? -ENOMEM : 0;
}
