// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <linux/hfreplay_stamp.h>

#include "array.h"
#include "expect.h"

/* When a request that is not known to have completed does so. */
#define NEVER_KNOWN	UINT64_MAX

static uint64_t completion(const struct expect_run *run, uint64_t number)
{
	const struct hfr_completion_rec *c = expect_ended(run, number);

	return c ? c->completed_ns : NEVER_KNOWN;
}

static bool is_flush(const struct hfr_trace_rec *rec)
{
	return rec->op == HFR_OP_FLUSH ||
		(rec->op == HFR_OP_WRITE && rec->flags & HFR_RF_PREFLUSH);
}

/* ---- which requests count for what ---- */

/* It has completed, and what it wrote survives. */
static bool is_certain(const struct expect *e, uint64_t number)
{
	const struct hfr_trace_rec *rec = expect_request(&e->run, number);
	const struct hfr_completion_rec *c = expect_ended(&e->run, number);

	if (!c || c->error ||
	    (rec->op != HFR_OP_WRITE && rec->op != HFR_OP_WRITE_ZEROES))
		return false;
	return !e->run.crash || rec->flags & HFR_RF_FUA ||
		(e->flushed && c->completed_ns < e->last_flush);
}

static bool makes_zeroes(const struct expect *e, uint64_t number)
{
	return expect_request(&e->run, number)->op == HFR_OP_WRITE_ZEROES &&
		expect_maybe_issued(&e->run, number);
}

static bool leaves_undefined(const struct expect *e, uint64_t number)
{
	const struct hfr_trace_rec *rec = expect_request(&e->run, number);
	const struct hfr_completion_rec *c = expect_ended(&e->run, number);

	if (rec->op == HFR_OP_DISCARD || rec->op == HFR_OP_SECURE_ERASE)
		return expect_maybe_issued(&e->run, number);
	return c && c->error && (rec->op == HFR_OP_WRITE ||
				 rec->op == HFR_OP_WRITE_ZEROES);
}

static bool changes(const struct expect *e, uint64_t number)
{
	switch (expect_request(&e->run, number)->op) {
	case HFR_OP_WRITE:
	case HFR_OP_WRITE_ZEROES:
	case HFR_OP_DISCARD:
	case HFR_OP_SECURE_ERASE:
		return expect_maybe_issued(&e->run, number);
	default:
		return false;
	}
}

static uint64_t issue_of(const struct expect *e, uint64_t number)
{
	return e->run.recs[number].issued_ns;
}

static uint64_t completion_of(const struct expect *e, uint64_t number)
{
	return completion(&e->run, number);
}

/*
 * What a cell holds: of those requests over it that count, the one with the
 * largest key.
 */
static const struct layer {
	size_t member;
	bool (*counts)(const struct expect *e, uint64_t number);
	uint64_t (*key)(const struct expect *e, uint64_t number);
} layers[] = {
	{ offsetof(struct expect_cell, must), is_certain, issue_of },
	{ offsetof(struct expect_cell, zero), makes_zeroes, completion_of },
	{ offsetof(struct expect_cell, any), leaves_undefined, completion_of },
};

/* ---- the map ---- */

/**
 * struct paint - a request that colours a layer
 * @start: first sector
 * @end: sector behind its last
 * @key: the largest comes first and is not painted over
 * @number: the request
 */
struct paint {
	uint64_t start;
	uint64_t end;
	uint64_t key;
	uint64_t number;
};

/**
 * struct canvas - cells that are being made
 * @paints: requests, room for all that change the target
 * @most: how many those are
 * @edges: where cells begin and end, in order
 * @nedges: number of them
 * @next: from each edge, the first one at or behind it that is not painted
 */
struct canvas {
	struct paint *paints;
	size_t most;
	uint64_t *edges;
	size_t nedges;
	size_t *next;
};

static size_t collect(const struct expect *e, struct canvas *cv,
		      bool (*counts)(const struct expect *, uint64_t),
		      uint64_t (*key)(const struct expect *, uint64_t))
{
	uint64_t i, n = expect_requests(&e->run);
	size_t count = 0;

	for (i = 0; i < n; i++) {
		const struct hfr_trace_rec *rec = expect_request(&e->run, i);

		if (rec->target != e->target || !rec->length || !counts(e, i))
			continue;
		cv->paints[count++] = (struct paint){
			.start = rec->offset >> HFR_STAMP_SHIFT,
			.end = (rec->offset + rec->length) >> HFR_STAMP_SHIFT,
			.key = key ? key(e, i) : 0,
			.number = i,
		};
	}
	return count;
}

static int by_key_down(const void *a, const void *b)
{
	const struct paint *p = a, *q = b;

	if (p->key != q->key)
		return p->key < q->key ? 1 : -1;
	return p->number < q->number ? 1 : p->number > q->number ? -1 : 0;
}

static int by_value(const void *a, const void *b)
{
	uint64_t p = *(const uint64_t *)a, q = *(const uint64_t *)b;

	return p < q ? -1 : p > q;
}

static size_t find_edge(const struct canvas *cv, uint64_t sector)
{
	const uint64_t *at = bsearch(&sector, cv->edges, cv->nedges,
				     sizeof(*cv->edges), by_value);

	return (size_t)(at - cv->edges);
}

static size_t first_blank(const struct canvas *cv, size_t i)
{
	size_t blank = i, step;

	while (cv->next[blank] != blank)
		blank = cv->next[blank];
	for (; cv->next[i] != i; i = step) {
		step = cv->next[i];
		cv->next[i] = blank;
	}
	return blank;
}

static void paint_one(struct expect *e, const struct canvas *cv, size_t member,
		      const struct paint *p)
{
	size_t i = first_blank(cv, find_edge(cv, p->start));

	while (cv->edges[i] < p->end) {
		memcpy((char *)&e->cells[i] + member, &p->number,
		       sizeof(p->number));
		cv->next[i] = i + 1;
		i = first_blank(cv, i + 1);
	}
}

static void paint_layer(struct expect *e, struct canvas *cv,
			const struct layer *l)
{
	size_t i, n = collect(e, cv, l->counts, l->key);

	if (l->counts == is_certain)
		e->certain = n;
	qsort(cv->paints, n, sizeof(*cv->paints), by_key_down);
	for (i = 0; i < cv->nedges; i++)
		cv->next[i] = i;
	for (i = 0; i < n; i++)
		paint_one(e, cv, l->member, &cv->paints[i]);
}

static bool make_edges(const struct expect *e, struct canvas *cv)
{
	size_t i, n = collect(e, cv, changes, NULL);

	cv->edges = malloc((2 * n + 1) * sizeof(*cv->edges));
	if (!cv->edges)
		return false;
	for (i = 0; i < n; i++) {
		cv->edges[2 * i] = cv->paints[i].start;
		cv->edges[2 * i + 1] = cv->paints[i].end;
	}
	qsort(cv->edges, 2 * n, sizeof(*cv->edges), by_value);
	for (i = 0; i < 2 * n; i++)
		if (!cv->nedges || cv->edges[i] != cv->edges[cv->nedges - 1])
			cv->edges[cv->nedges++] = cv->edges[i];
	return true;
}

/* Takes out what nobody changed. */
static void keep_changed(struct expect *e, struct canvas *cv)
{
	size_t i, n = collect(e, cv, changes, NULL), kept = 0;

	for (i = 0; i < cv->nedges; i++)
		cv->next[i] = i;
	/* An empty cell is one that no request has given an end. */
	for (i = 0; i < n; i++) {
		size_t at = first_blank(cv, find_edge(cv, cv->paints[i].start));

		while (cv->edges[at] < cv->paints[i].end) {
			e->cells[at].end = cv->edges[at + 1];
			cv->next[at] = at + 1;
			at = first_blank(cv, at + 1);
		}
	}
	for (i = 0; i < e->ncells; i++)
		if (e->cells[i].end)
			e->cells[kept++] = e->cells[i];
	e->ncells = kept;
}

static bool make_cells(struct expect *e, struct canvas *cv)
{
	size_t i;

	cv->paints = malloc((cv->most + 1) * sizeof(*cv->paints));
	if (!cv->paints || !make_edges(e, cv))
		return false;
	cv->next = malloc((cv->nedges + 1) * sizeof(*cv->next));
	e->cells = calloc(cv->nedges + 1, sizeof(*e->cells));
	if (!cv->next || !e->cells)
		return false;
	e->ncells = cv->nedges ? cv->nedges - 1 : 0;
	for (i = 0; i < cv->nedges; i++)
		e->cells[i] = (struct expect_cell){
			.start = cv->edges[i], .must = EXPECT_NONE,
			.zero = EXPECT_NONE, .any = EXPECT_NONE,
		};
	for (i = 0; i < ARRAY_SIZE(layers); i++)
		paint_layer(e, cv, &layers[i]);
	keep_changed(e, cv);
	return true;
}

/* ---- what is known of the run ---- */

static void find_flush(struct expect *e)
{
	uint64_t i;

	for (i = 0; i < e->run.count && i < expect_requests(&e->run); i++) {
		const struct hfr_trace_rec *rec = expect_request(&e->run, i);
		const struct hfr_completion_rec *c = expect_ended(&e->run, i);

		if (rec->target != e->target || !is_flush(rec) || !c ||
		    c->error)
			continue;
		if (!e->flushed || c->issued_ns > e->last_flush)
			e->last_flush = c->issued_ns;
		e->flushed = true;
	}
}

static int count_changes(const struct expect *e, size_t *count,
			 struct hf_error *err)
{
	uint64_t i, n = expect_requests(&e->run);

	*count = 0;
	for (i = 0; i < n; i++) {
		const struct hfr_trace_rec *rec = expect_request(&e->run, i);

		if (rec->target != e->target)
			continue;
		if (rec->op == HFR_OP_ZONE_APPEND ||
		    rec->op == HFR_OP_ZONE_RESET ||
		    rec->op == HFR_OP_ZONE_RESET_ALL)
			return hf_fail(err, EOPNOTSUPP,
				       "request %" PRIu64 " is a %s: what lies in zones cannot be verified",
				       i, hfr_op_name(rec->op));
		*count += changes(e, i);
	}
	return 0;
}

int expect_make(struct expect *e, const struct expect_run *run,
		uint32_t target, struct hf_error *err)
{
	struct canvas cv = { .paints = NULL };
	int ret;

	*e = (struct expect){ .run = *run, .target = target };
	ret = count_changes(e, &cv.most, err);
	if (ret)
		return ret;
	find_flush(e);
	if (!make_cells(e, &cv)) {
		expect_free(e);
		ret = hf_fail(err, ENOMEM,
			      "no memory for what %zu requests may have left on the device",
			      cv.most);
	}
	free(cv.paints);
	free(cv.edges);
	free(cv.next);
	return ret;
}

void expect_free(struct expect *e)
{
	free(e->cells);
	e->cells = NULL;
	e->ncells = 0;
}

/* ---- judging ---- */

/* Whether what @number left may be there still. */
static bool not_superseded(const struct expect *e, const struct expect_cell *c,
			   uint64_t number)
{
	return c->must == EXPECT_NONE || number == c->must ||
		completion_of(e, number) >= issue_of(e, c->must);
}

bool expect_undefined(const struct expect *e, const struct expect_cell *c)
{
	return c->any != EXPECT_NONE && not_superseded(e, c, c->any);
}

bool expect_zero(const struct expect *e, const struct expect_cell *c)
{
	return c->zero != EXPECT_NONE && not_superseded(e, c, c->zero);
}

enum expect_found expect_version(const struct expect *e,
				 const struct expect_cell *c, uint64_t sector,
				 uint64_t number)
{
	const struct hfr_trace_rec *rec;
	uint64_t at = sector << HFR_STAMP_SHIFT;

	if (number >= expect_requests(&e->run) || !expect_maybe_issued(&e->run, number))
		return EXPECT_NEVER;
	rec = expect_request(&e->run, number);
	if (rec->op != HFR_OP_WRITE || rec->target != e->target ||
	    at < rec->offset || at - rec->offset >= rec->length)
		return EXPECT_NEVER;
	return not_superseded(e, c, number) ? EXPECT_FINE : EXPECT_OLD;
}
