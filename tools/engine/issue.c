// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "checks.h"
#include "issue.h"
#include "reap.h"
#include "wait-due.h"

/* ---- the next record ---- */

/* The next record of the worker, or NULL at the end or when stopped. */
static const struct hfr_trace_rec *next_record(struct worker *w)
{
	if (!w->records || worker_stopped(w))
		return NULL;
	for (;;) {
		while (w->cursor < w->run->count && !worker_owns(w, w->cursor))
			w->cursor++;
		if (w->cursor < w->run->count)
			return worker_rec(w, w->cursor);
		if (w->loop + 1 >= worker_choices(w)->loops)
			return NULL;
		w->loop++;
		w->first += w->run->count;
		w->cursor = 0;
	}
}

static void note_index(struct worker *w, uint64_t index)
{
	if (index >= w->count.last_index)
		w->count.last_index = index + 1;
}

void issue_skip(struct worker *w, uint64_t at)
{
	w->run->recs[w->first + at].state = HFR_REC_SKIPPED;
	w->count.skipped++;
	note_index(w, w->first + at);
}

/* ---- the gates ---- */

static uint64_t power_of_two(uint64_t n)
{
	uint64_t p = 1;

	while (p < n)
		p <<= 1;
	return p;
}

/* Requests that may be in flight when @req is. */
static uint32_t limit_of(const struct worker *w, const struct lane *l,
			 const struct hfr_trace_rec *req)
{
	uint32_t own;

	if (!w->follows || !req->in_flight)
		return l->limit;
	if (worker_choices(w)->mode != HFREPLAY_MODE_LOAD)
		return lane_share(l, (uint32_t)power_of_two(req->in_flight));
	own = lane_share(l, req->in_flight);
	return own < l->limit ? own : l->limit;
}

static bool is_open(const struct worker *w, const struct hfr_trace_rec *req,
		    bool has_slot)
{
	const struct lane *l = &w->lanes[req->target];

	return (has_slot || w->slots.free) &&
	       lane_open(l, limit_of(w, l, req), lane_pieces(l, req));
}

/* What holds a request that no schedule binds is not noted: it is never late. */
static void note_held(struct worker *w, bool limited, uint64_t due,
		      uint64_t since)
{
	if (due == NOT_DUE)
		return;
	late_held(&w->late,
		  limited ? HFR_CAUSE_LIMIT : HFR_CAUSE_QUEUE,
		  limited ? HFR_CF_LIMITED : HFR_CF_TAG_WAIT,
		  due > since ? due : since, w->looked);
}

bool issue_turn(struct worker *w, const struct hfr_trace_rec *req,
		uint64_t due, bool has_slot)
{
	const struct lane *l = &w->lanes[req->target];
	uint64_t since = w->looked;
	bool limited;

	if (is_open(w, req, has_slot))
		return true;
	issue_batch(w);
	reap_all(w);
	if (is_open(w, req, has_slot))
		return true;
	limited = l->in_flight >= limit_of(w, l, req);
	do {
		if (worker_stopped(w) || w->broken ||
		    w->looked >= w->run->until)
			return false;
		w->backend->sleep(w, w->run->until);
		worker_look(w);
		reap_all(w);
	} while (!is_open(w, req, has_slot));
	note_held(w, limited, due, since);
	return true;
}

/* ---- issue ---- */

struct slot *issue_prepare(struct worker *w, uint64_t at)
{
	const struct hfr_trace_rec *req = worker_rec(w, at);
	struct slot *slot = slots_get(&w->slots);
	const struct payload *p = &w->run->payload;

	if (!slot)
		return NULL;
	slot->lane = &w->lanes[req->target];
	slot->req = req;
	slot->index = w->first + at;
	slot->rec = &w->run->recs[slot->index];
	slot->tags = lane_pieces(slot->lane, req);
	if (req->op == HFR_OP_READ)
		slot->data = slot->own ? slot->own : p->sink;
	else if (req->op == HFR_OP_WRITE)
		slot->data = w->run->checks ? slot->own : payload_at(p, req);
	if (w->run->checks)
		checks_prepare(w->run->checks, slot);
	return slot;
}

/* Of what is not issued nothing was changed; the run is at its end. */
void issue_unprepare(struct worker *w, struct slot *slot)
{
	slots_put(&w->slots, slot);
}

void issue_queue(struct worker *w, struct slot *slot, uint64_t due)
{
	struct lane *lane = slot->lane;

	slot->due = due;
	lane->tags += slot->tags;
	lane->in_flight++;
	w->in_flight++;
	memset(slot->rec, 0, sizeof(*slot->rec));
	slot->rec->in_flight = w->in_flight < UINT16_MAX ?
			       (uint16_t)w->in_flight : UINT16_MAX;
	slot->rec->flags = w->late.flags;
	slot->rec->worker = (uint8_t)w->index;
	w->late.flags = 0;
	note_index(w, slot->index);
	w->batch.slot[w->batch.count++] = slot;
}

static void stamp(struct worker *w, struct slot *slot)
{
	uint64_t lateness = slot->due == NOT_DUE ? 0 : w->looked - slot->due;
	struct hfr_completion_rec *rec = slot->rec;

	rec->issued_ns = w->looked - w->run->start;
	if (lateness / HFR_COST_UNIT > INT32_MAX) {
		rec->lateness = INT32_MAX;
		rec->flags |= HFR_CF_SATURATED;
	} else {
		rec->lateness = (int32_t)(lateness / HFR_COST_UNIT);
	}
	w->count.issued++;
	if (lateness <= worker_choices(w)->tolerance)
		return;
	rec->cause = late_cause(&w->late, lateness);
	w->count.late++;
}

/* What a batch costs is shared by its requests. */
static void price(struct worker *w)
{
	uint64_t cost = (w->returned - w->issued_at) / w->batch.count /
			HFR_COST_UNIT;
	uint32_t i;

	for (i = 0; i < w->batch.count; i++) {
		struct hfr_completion_rec *rec = w->batch.slot[i]->rec;

		if (cost > UINT32_MAX)
			rec->flags |= HFR_CF_SATURATED;
		rec->submit_cost = cost > UINT32_MAX ? UINT32_MAX :
				   (uint32_t)cost;
	}
}

/* Nothing is reaped in between: a record is whole before it comes back. */
void issue_batch(struct worker *w)
{
	uint32_t i;
	int ret;

	if (!w->batch.count)
		return;
	worker_look(w);
	for (i = 0; i < w->batch.count; i++)
		stamp(w, w->batch.slot[i]);
	w->issued_at = w->looked;
	ret = w->backend->submit(w);
	worker_look(w);
	w->returned = w->looked;
	w->submit_cause = HFR_CAUSE_SUBMIT;
	price(w);
	w->batch.count = 0;
	if (!ret)
		return;
	w->broken = true;
	run_fail(w->run, HFR_UNKNOWN, "%s takes no more requests: %s",
		 w->backend->name, strerror(-ret));
}

/* ---- mode hf ---- */

static uint64_t due_of(const struct worker *w, const struct hfr_trace_rec *req)
{
	uint64_t at = w->loop * w->run->job->trace->hdr->duration_ns +
		      req->issue_ns;

	return w->chain.next ? w->chain.due :
	       w->run->start + hfr_dep_scale(&w->run->pace, at);
}

static void arrive(struct worker *w, uint64_t due)
{
	if (w->returned > due)
		late_blame(&w->late, w->submit_cause, w->returned -
			   (due > w->issued_at ? due : w->issued_at));
	else if (w->late.behind)
		late_forget(&w->late);
}

/* Whether the record behind that at the cursor goes together with it. */
static bool chained(const struct worker *w, const struct hfr_trace_rec *req)
{
	uint64_t at = w->cursor + 1;

	while (at < w->run->count && !worker_owns(w, at))
		at++;
	return w->chain.gap && at < w->run->count &&
	       w->chain.count < worker_choices(w)->bundle_max &&
	       worker_rec(w, at)->issue_ns - req->issue_ns < w->chain.gap;
}

static void chain_on(struct worker *w, const struct hfr_trace_rec *req,
		     uint64_t due)
{
	if (w->chain.next) {
		w->late.flags |= HFR_CF_BUNDLED;
		w->chain.count++;
	} else {
		w->chain.due = due;
		w->chain.count = 1;
	}
	w->chain.next = chained(w, req);
}

static bool is_over(const struct worker *w)
{
	return worker_stopped(w) || w->looked >= w->run->until;
}

/* Issues the next request at its time; false at the end or when stopped. */
static bool issue_scheduled(struct worker *w)
{
	const struct hfr_trace_rec *req = next_record(w);
	struct slot *slot = NULL;
	uint64_t due;

	if (!req)
		return false;
	due = due_of(w, req);
	if (!w->chain.next)
		arrive(w, due);
	if (!issue_possible(w, req)) {
		issue_skip(w, w->cursor);
		w->chain.next = w->chain.next && chained(w, req);
		goto advance;
	}
	/* It is made ready before it is due if it can be. */
	slot = issue_prepare(w, w->cursor);
	if (!w->chain.next)
		wait_due(w, due);
	if (!issue_turn(w, req, due, slot) || is_over(w)) {
		if (slot)
			issue_unprepare(w, slot);
		return false;
	}
	if (!slot)
		slot = issue_prepare(w, w->cursor);
	chain_on(w, req, due);
	issue_queue(w, slot, due);
advance:
	if (!w->chain.next || w->batch.count == BATCH_MAX)
		issue_batch(w);
	w->cursor++;
	return true;
}

void issue_scheduled_all(struct worker *w)
{
	while (issue_scheduled(w))
		;
}

/* ---- modes afap and load ---- */

static bool issue_free(struct worker *w)
{
	const struct hfr_trace_rec *req = next_record(w);
	uint32_t most = worker_choices(w)->plug;

	if (!req)
		return false;
	if (!issue_possible(w, req)) {
		issue_skip(w, w->cursor++);
		return true;
	}
	worker_look(w);
	reap_all(w);
	if (!issue_turn(w, req, NOT_DUE, false) || is_over(w))
		return false;
	issue_queue(w, issue_prepare(w, w->cursor), NOT_DUE);
	w->cursor++;
	if (w->batch.count >= most)
		issue_batch(w);
	return true;
}

void issue_free_all(struct worker *w)
{
	while (issue_free(w))
		;
}
