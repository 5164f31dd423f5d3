// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine. issue_scheduled() and issue_free() are the hot path, read them
 * from top to bottom: gate, due, wait, submit, account. They allocate nothing,
 * take no lock and share no counter with another CPU; what a completion leaves
 * is taken back by the worker itself.
 */
#include "depend.h"
#include "issue.h"
#include "late.h"
#include "reap.h"
#include "spare.h"
#include "trace.h"

/* ---- the next record ---- */

/* A completion counts: somebody may wait for its record before he feeds. */
static bool ready_record(const struct hfr_worker *w)
{
	const struct hfr_window *win = &w->session->window;
	u64 cursor = w->cursor;

	return hfr_window_next(win, w->index, &cursor) ||
		hfr_window_end(win, cursor) || hfr_ready_completion(w);
}

static bool ready_room(const struct hfr_worker *w)
{
	return hfr_results_room(&w->session->results, w->wanted) ||
		hfr_ready_completion(w);
}

/* The records before @cursor may be overwritten from here on. */
static void move_cursor(struct hfr_worker *w, u64 cursor)
{
	if (cursor == w->cursor)
		return;
	/* pairs with hfr_feed_room() */
	smp_store_release(&w->cursor, cursor);
	w->noticed++;
}

/* ... and this one too: the caller tells of it. */
static inline void advance(struct hfr_worker *w, u64 at)
{
	w->count.last_index = w->first + at + 1;
	/* pairs with hfr_feed_room() */
	smp_store_release(&w->cursor, at + 1);
}

bool hfr_issue_again(struct hfr_worker *w)
{
	u64 count = READ_ONCE(w->session->window.loaded);

	u32 loops = w->session->config.loops;

	/* Without requests of its own it is through with all loops. */
	if (w->count.last_index <= w->first)
		WRITE_ONCE(w->loop, loops - 1);
	if (w->loop + 1 >= loops)
		return false;
	hfr_worker_next_loop(w, count);
	WRITE_ONCE(w->cursor, 0);
	return true;
}

/* Nothing is there: waits for it. False at the end or when stopped. */
static noinline bool wait_record(struct hfr_worker *w)
{
	const struct hfr_window *win = &w->session->window;
	u64 cursor = w->cursor;

	hfr_plug_close(&w->plug);
	while (!hfr_window_next(win, w->index, &cursor)) {
		move_cursor(w, cursor);
		if (hfr_worker_stopped(w) || w->looked >= w->until)
			return false;
		if (hfr_window_end(win, cursor)) {
			if (!hfr_issue_again(w))
				return false;
			cursor = 0;
			continue;
		}
		hfr_reap_all(w);
		if (!w->late.starved_by)
			w->late.starved_at = w->looked;
		/* Full of requests of others, or empty? */
		w->late.starved_by = hfr_feed_room(w->session) ?
			HFR_CAUSE_FEEDER : HFR_CAUSE_WINDOW;
		hfr_wait_sleep(w, w->in_flight ? HFR_SLEEP_COMPLETION :
			       HFR_SLEEP_TIMED, min(w->until, HFR_FOREVER),
			       ready_record);
	}
	move_cursor(w, cursor);
	return true;
}

/* Something was changed: the session is stopped, or its pace or limit is new. */
static noinline bool goes_on(struct hfr_worker *w)
{
	hfr_worker_take_pace(w);
	return !hfr_worker_stopped(w);
}

/* The next record of this worker, or NULL at the end or when stopped. */
static __always_inline const struct hfr_trace_rec *
next_record(struct hfr_worker *w)
{
	const struct hfr_window *win = &w->session->window;
	u64 cursor = w->cursor;

	/* pairs with publish() */
	if (likely(cursor < smp_load_acquire(&win->loaded) &&
		   hfr_window_mine(win, w->index, cursor)) || wait_record(w))
		return likely(!hfr_worker_outpaced(w)) || goes_on(w) ?
			hfr_window_rec(win, w->cursor) : NULL;
	return NULL;
}

/* The next record came late into the window, if it is due already. */
static void note_starved(struct hfr_worker *w, u64 due)
{
	u8 cause = w->late.starved_by;

	if (likely(!cause))
		return;
	hfr_late_held(w, cause, w->looked > due && cause == HFR_CAUSE_FEEDER ?
		      HFR_CF_STARVED : 0, due, w->late.starved_at);
	w->late.starved_by = HFR_CAUSE_NONE;
}

/* ---- the gates ---- */

bool hfr_issue_wait_room(struct hfr_worker *w, u64 index, u64 due)
{
	struct hfr_results *res = &w->session->results;
	u64 since;
	u8 cause;

	w->wanted = index;
	hfr_plug_close(&w->plug);
	while (!hfr_results_room(res, index) && !hfr_worker_stopped(w) &&
	       w->looked < w->until) {
		hfr_reap_all(w);
		since = w->looked;
		/* Empty where the reader stands: that request is in flight. */
		cause = hfr_results_ready(res, READ_ONCE(res->taken)) ?
			HFR_CAUSE_RESULTS : HFR_CAUSE_WINDOW;
		hfr_wait_sleep(w, HFR_SLEEP_COMPLETION,
			       min(w->until, HFR_FOREVER), ready_room);
		hfr_late_held(w, cause, 0, due, since);
	}
	return hfr_issue_room(w, index) && !hfr_worker_stopped(w);
}

/* What holds a request that no schedule binds is not noted: it is never late. */
bool hfr_issue_wait_turn(struct hfr_worker *w, struct hfr_lane *lane,
			 const struct hfr_trace_rec *rec, u64 due, u32 tags,
			 bool has_slot)
{
	u64 since = w->looked;
	bool limited;

	hfr_plug_close(&w->plug);
	hfr_reap_all(w);
	if (hfr_lane_open(lane, hfr_issue_limit(w, lane, rec), tags) &&
	    (has_slot || w->slots.free))
		return true;
	limited = lane->in_flight >= hfr_issue_limit(w, lane, rec);
	do {
		hfr_wait_sleep(w, HFR_SLEEP_COMPLETION, HFR_FOREVER,
			       hfr_ready_completion);
		if (hfr_worker_stopped(w))
			return false;
		hfr_reap(w);
	} while (!hfr_lane_open(lane, hfr_issue_limit(w, lane, rec), tags) ||
		 !(has_slot || w->slots.free));
	if (due == HFR_NOT_DUE)
		return true;
	if (limited)
		hfr_late_held(w, HFR_CAUSE_LIMIT, HFR_CF_LIMITED, due, since);
	else
		hfr_late_held(w, HFR_CAUSE_QUEUE, HFR_CF_TAG_WAIT, due, since);
	return true;
}

/* ---- issue ---- */

void hfr_issue_skip(struct hfr_worker *w, u64 at)
{
	struct hfr_completion_rec *done;

	w->count.skipped++;
	done = hfr_issue_rec(w, at);
	if (done)
		hfr_results_publish(done, HFR_REC_SKIPPED);
	w->count.last_index = max(w->count.last_index, w->first + at + 1);
	hfr_wait_noticed(w, 1);
}

/* Submits on a schedule: what the submit took may make the next one late. */
static void submit_timed(struct hfr_worker *w, struct hfr_slot *slot)
{
	unsigned long slept = current->nvcsw;

	w->late.preempted = current->nivcsw;
	w->unpriced = slot;
	submit_bio(&slot->bio);
	if (w->plug.open)
		hfr_plug_added(&w->plug, slot->length);
	hfr_wait_look(w);
	w->returned = w->looked;
	w->late.submit_cause = HFR_CAUSE_SUBMIT;
	if (unlikely(current->nvcsw != slept)) {
		slot->rec->flags |= HFR_CF_TAG_WAIT;
		w->late.submit_cause = HFR_CAUSE_QUEUE;
	} else if (unlikely(current->nivcsw != w->late.preempted)) {
		w->late.submit_cause = HFR_CAUSE_STOLEN;
	}
}

/* ---- mode hf ---- */

static u64 due_of(const struct hfr_worker *w, const struct hfr_trace_rec *rec)
{
	if (w->chain.next)
		return w->chain.due;
	return hfr_pace_clock(&w->pace, w->loop * w->session->feed.hdr.duration_ns +
			      rec->issue_ns);
}

/* Whether the record behind that at the cursor goes together with it. */
static bool chained(const struct hfr_worker *w, const struct hfr_trace_rec *rec)
{
	const struct hfr_window *win = &w->session->window;
	u64 cursor = w->cursor + 1;

	if (w->chain.count >= w->session->config.bundle_max ||
	    !hfr_window_next(win, w->index, &cursor))
		return false;
	return hfr_window_rec(win, cursor)->issue_ns - rec->issue_ns <
		w->chain.gap;
}

/* Before its submit: whether more will come in the same plug. */
static void chain_on(struct hfr_worker *w, const struct hfr_trace_rec *rec,
		     u64 due)
{
	if (w->chain.next) {
		w->late.flags |= HFR_CF_BUNDLED;
		w->chain.count++;
	} else {
		w->chain.due = due;
		w->chain.count = 1;
	}
	w->chain.next = chained(w, rec);
	if (w->chain.next)
		hfr_plug_open(&w->plug, U32_MAX);
}

/* Waits for the due time, which moves when the pace does. */
static u64 wait_due(struct hfr_worker *w, const struct hfr_trace_rec *rec,
		    u64 due)
{
	for (;;) {
		/* What lies behind the latest look was our own work. */
		hfr_wait_look(w);
		if (w->looked < due)
			hfr_wait_due(w, min(due, w->until));
		if (likely(!hfr_worker_outpaced(w)))
			return due;
		hfr_worker_take_pace(w);
		due = due_of(w, rec);
	}
}

/* Issues the next request at its time; false at the end or when stopped. */
static __always_inline bool issue_scheduled(struct hfr_worker *w)
{
	const struct hfr_trace_rec *rec;
	struct hfr_lane *lane;
	struct hfr_slot *slot;
	u64 due, at;
	u32 tags;

	rec = next_record(w);
	if (!rec)
		return false;
	at = w->cursor;
	lane = &w->lanes[rec->target];
	due = due_of(w, rec);
	hfr_late_arrive(w, due);
	note_starved(w, due);
	if (unlikely(!hfr_issue_room(w, w->first + at)) &&
	    !hfr_issue_wait_room(w, w->first + at, due))
		return false;
	if (unlikely(!hfr_issue_possible(lane, rec))) {
		hfr_issue_skip(w, at);
		advance(w, at);
		return true;
	}

	if (hfr_ready_completion(w))
		hfr_reap_postpone(w);
	/* The bio is built before it is due if it can be. */
	if (unlikely(!w->spare.built))
		hfr_spare_build(w);
	tags = hfr_target_pieces(lane->target, rec->op, rec->length);
	due = wait_due(w, rec, due);
	trace_due(w, at, rec, due);
	if (unlikely(!hfr_issue_turn(w, lane, rec, due, tags, w->spare.built) ||
		     hfr_worker_stopped(w) || w->looked >= w->until))
		return false;
	slot = hfr_spare_take(w) ?: hfr_issue_prepare(w, lane, rec, at);
	if (unlikely(w->chain.gap))
		chain_on(w, rec, due);

	hfr_issue_slot(w, slot, at, tags, due);
	advance(w, at);
	submit_timed(w, slot);
	if (!w->chain.next)
		hfr_plug_close(&w->plug);
	w->noticed++;
	return true;
}

/* ---- modes afap and load ---- */

/* Issues the next request as soon as it may; false at the end or when stopped. */
static __always_inline bool issue_free(struct hfr_worker *w)
{
	const struct hfr_trace_rec *rec;
	struct hfr_lane *lane;
	struct hfr_slot *slot;
	u32 tags;
	u64 at;

	rec = next_record(w);
	if (!rec)
		return false;
	at = w->cursor;
	lane = &w->lanes[rec->target];
	note_starved(w, 0);
	if (unlikely(!hfr_issue_room(w, w->first + at)) &&
	    !hfr_issue_wait_room(w, w->first + at, 0))
		return false;
	if (unlikely(!hfr_issue_possible(lane, rec))) {
		hfr_issue_skip(w, at);
		advance(w, at);
		return true;
	}

	hfr_reap(w);
	tags = hfr_target_pieces(lane->target, rec->op, rec->length);
	if (unlikely(!hfr_issue_turn(w, lane, rec, HFR_NOT_DUE, tags, false)))
		return false;
	slot = hfr_issue_prepare(w, lane, rec, at);
	hfr_wait_look(w);
	if (unlikely(w->looked >= w->until)) {
		hfr_slots_put(&w->slots, slot);
		return false;
	}

	hfr_issue_slot(w, slot, at, tags, w->looked);
	advance(w, at);
	hfr_issue_submit(w, slot, U32_MAX);
	w->noticed++;
	return true;
}

/* ---- a run ---- */

void hfr_issue_give_way(struct hfr_worker *w)
{
	u64 since;

	/* What the plug holds goes in our order, not in kblockd's. */
	hfr_plug_close(&w->plug);
	hfr_wait_look(w);
	since = w->looked;
	cond_resched();
	hfr_wait_look(w);
	hfr_late_blame(w, HFR_CAUSE_STOLEN, w->looked - since);
}

/* A worker without scopes: it holds up neither the loops nor the feeder. */
static void idle(struct hfr_worker *w)
{
	WRITE_ONCE(w->loop, w->session->config.loops - 1);
	/* pairs with hfr_feed_room() */
	smp_store_release(&w->cursor, U64_MAX);
	w->noticed++;
}

static void issue_by_mode(struct hfr_worker *w)
{
	switch (w->session->config.mode) {
	case HFREPLAY_MODE_HF:
		hfr_issue_all(w, issue_scheduled);
		break;
	case HFREPLAY_MODE_DEP:
		if (w->dep)
			hfr_depend_run(w);
		else
			idle(w);
		break;
	default:
		hfr_issue_all(w, issue_free);
		break;
	}
	hfr_plug_close(&w->plug);
}

void hfr_worker_run(struct hfr_worker *w)
{
	hfr_worker_reset(w);
	do {
		hfr_worker_take_pace(w);
		hfr_wait_look(w);
		hfr_wait_due(w, w->start);
	} while (w->looked < w->start && !hfr_worker_stopped(w));
	/* What made the thread come late was none of its work. */
	w->returned = w->looked;
	w->late.submit_cause = HFR_CAUSE_STOLEN;
	hfr_clock_settle(&w->clock);
	/* A stop before the pace was taken would not be seen later. */
	if (!hfr_worker_stopped(w))
		issue_by_mode(w);
	hfr_spare_end(w);
	hfr_session_worker_issued(w->session);
	hfr_wait_drained(w);
	/* The next run may begin as soon as this one is said to be done. */
	WRITE_ONCE(w->start, 0);
	hfr_session_worker_done(w->session);
}
