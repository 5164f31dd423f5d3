// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mode dep. issue_dependent() is the hot path: which request is due first is
 * what dep.h says, when all of its worker's scopes that are to have a head have
 * one.
 *
 * A loop begins when all requests of the one before have completed: they are
 * the parents of its roots. Workers meet at its end; the last one to come sets
 * the pace of the next.
 */
#include "depend.h"
#include "issue.h"
#include "late.h"
#include "memory.h"
#include "reap.h"
#include "state.h"

/* Records read in one go, while a request may be due. */
#define READ_AHEAD	64

/* ---- which scopes are whose ---- */

/* Local number of the scope of a record; @stride: that of the session. */
static __always_inline u32 local_scope(u32 stride,
				       const struct hfr_trace_rec *rec)
{
	return unlikely(stride) ? rec->scope / stride : 0;
}

/* Number of the scope that is the worker's @local one. */
static u32 global_scope(const struct hfr_worker *w, u32 local)
{
	const struct hfr_session *s = w->session;

	switch (s->feed.hdr.dep_scope) {
	case HFR_DEP_GLOBAL:
		return 0;
	case HFR_DEP_TARGET:
		return w->home;
	default:
		return local * s->nworkers + w->index;
	}
}

static u32 local_scopes(const struct hfr_worker *w)
{
	const struct hfr_session *s = w->session;
	u32 scopes = s->feed.hdr.scopes;

	switch (s->feed.hdr.dep_scope) {
	case HFR_DEP_GLOBAL:
		return !w->index;
	case HFR_DEP_TARGET:
		return !w->share && w->home < scopes;
	default:
		return w->index < scopes ?
			(scopes - w->index - 1) / s->nworkers + 1 : 0;
	}
}

/* What a worker has to remember at once. */
static u32 local_nodes(const struct hfr_worker *w, u32 scopes)
{
	const struct hfr_feed *f = &w->session->feed;
	u64 nodes = 0;
	u32 i;

	if (hfr_session_streams(w->session))
		return f->hdr.dep_nodes;
	for (i = 0; i < scopes; i++)
		nodes += f->deps.scopes[global_scope(w, i)].span;
	return min_t(u64, nodes, f->hdr.dep_nodes);
}

static u32 records_left(const void *ctx, u32 local)
{
	const struct hfr_worker *w = ctx;

	if (hfr_session_streams(w->session))
		return U32_MAX;
	return w->session->feed.deps.scopes[global_scope(w, local)].count;
}

/* ---- making ---- */

static u32 count_roots(const struct hfr_session *s)
{
	u32 roots = 0;
	u64 i;

	for (i = 0; i < s->window.loaded; i++)
		roots += !!(hfr_window_rec(&s->window, i)->flags &
			    HFR_RF_DEP_GLOBAL);
	return roots;
}

static int make_roots(struct hfr_session *s)
{
	struct hfr_depend *d = &s->depend;
	u32 count = hfr_session_streams(s) ? 0 : count_roots(s);
	u64 bytes = hfr_roots_bytes(count, s->nworkers);
	u64 i;

	if (!count)
		return 0;
	if (hfr_memory_charge(bytes))
		return -ENOMEM;
	d->bytes += bytes;
	if (hfr_roots_init(&d->roots, count, s->nworkers))
		return -ENOMEM;
	d->has_roots = true;
	for (i = 0; i < s->window.loaded; i++) {
		const struct hfr_trace_rec *rec = hfr_window_rec(&s->window, i);

		if (rec->flags & HFR_RF_DEP_GLOBAL)
			hfr_roots_add(&d->roots, i, rec->dep_lo, rec->dep_hi,
				      s->window.owner ?
				      s->window.owner[i & s->window.mask] : 0);
	}
	hfr_roots_seal(&d->roots);
	return 0;
}

static int make_worker(struct hfr_session *s, struct hfr_worker *w)
{
	u32 scopes = local_scopes(w), nodes;
	struct hfr_depend *d = &s->depend;
	u64 bytes;
	int err;

	if (!scopes)
		return 0;
	nodes = local_nodes(w, scopes);
	bytes = hfr_dep_bytes(scopes, nodes) + sizeof(*w->dep);
	if (hfr_memory_charge(bytes))
		return -ENOMEM;
	d->bytes += bytes;
	w->dep = kzalloc(sizeof(*w->dep), GFP_KERNEL);
	if (!w->dep)
		return -ENOMEM;
	err = hfr_dep_init(w->dep, scopes, nodes, w->index, s->window.recs,
			   s->window.mask, d->links,
			   d->has_roots ? &d->roots : NULL);
	if (!err)
		d->workers++;
	return err;
}

static int make_links(struct hfr_session *s)
{
	u64 bytes = s->window.slots * (u64)sizeof(*s->depend.links);

	if (hfr_memory_charge(bytes))
		return -ENOMEM;
	s->depend.bytes = bytes;
	s->depend.links = kvmalloc(bytes, GFP_KERNEL | __GFP_NOWARN);
	return s->depend.links ? 0 : -ENOMEM;
}

int hfr_depend_make(struct hfr_session *s, char *why)
{
	int err;
	u32 i;

	hfr_depend_free(s);
	if (s->feed.hdr.dep_scope == HFR_DEP_STREAM)
		s->depend.stride = s->nworkers;
	err = make_links(s) ?: make_roots(s);
	for (i = 0; !err && i < s->nworkers; i++)
		err = make_worker(s, &s->workers[i]);
	if (!err)
		return 0;
	snprintf(why, HFR_WHY_LEN,
		 "no memory for the dependencies of %u scopes (module parameter max_memory_mb)",
		 s->feed.hdr.scopes);
	hfr_depend_free(s);
	return err;
}

void hfr_depend_free(struct hfr_session *s)
{
	struct hfr_depend *d = &s->depend;
	u32 i;

	for (i = 0; i < s->nworkers; i++) {
		struct hfr_worker *w = &s->workers[i];

		if (w->dep)
			hfr_dep_free(w->dep);
		kfree(w->dep);
		w->dep = NULL;
	}
	if (d->has_roots)
		hfr_roots_free(&d->roots);
	kvfree(d->links);
	hfr_memory_uncharge(d->bytes);
	memset(d, 0, sizeof(*d));
}

/* ---- loops ---- */

static struct hfr_dep_pace pace_of(const struct hfr_worker *w)
{
	return (struct hfr_dep_pace) {
		.clock = w->pace.clock, .pos = w->pace.pos,
		.think = w->pace.num, .speed = w->pace.den,
	};
}

static void begin_loop(struct hfr_worker *w)
{
	struct hfr_dep_pace pace = pace_of(w);

	w->ahead = 0;
	hfr_dep_begin(w->dep, &pace, records_left, w);
}

void hfr_depend_begin(struct hfr_session *s)
{
	struct hfr_depend *d = &s->depend;

	atomic_set(&d->left, d->workers);
	d->loop = 0;
	if (d->has_roots)
		hfr_roots_begin(&d->roots);
}

static bool ready_loop(const struct hfr_worker *w)
{
	return READ_ONCE(w->session->depend.loop) != w->loop;
}

/* All requests have completed: they are the parents of what comes next. */
static void next_loop(struct hfr_session *s)
{
	struct hfr_depend *d = &s->depend;
	s64 slip = S64_MIN;
	u32 i;

	for (i = 0; i < s->nworkers; i++)
		if (s->workers[i].dep)
			slip = max(slip, hfr_dep_slip(s->workers[i].dep));
	if (d->has_roots)
		hfr_roots_begin(&d->roots);
	atomic_set(&d->left, d->workers);
	spin_lock(&s->pace_lock);
	s->pace.clock = slip + (s64)hfr_pace_stretch(&s->pace,
						     s->feed.hdr.duration_ns);
	s->pace.pos = 0;
	WRITE_ONCE(s->pace_version, s->pace_version + 1);
	spin_unlock(&s->pace_lock);
	/* pairs with await_loop(): the pace and the roots are those of the loop */
	smp_store_release(&d->loop, d->loop + 1);
	hfr_session_kick_workers(s);
}

/* The worker has nothing left in this loop; false if there is no other. */
static bool await_loop(struct hfr_worker *w)
{
	struct hfr_session *s = w->session;

	if (w->loop + 1 >= s->config.loops)
		return false;
	/* Full barrier: what the workers have counted is seen by the last. */
	if (atomic_dec_and_test(&s->depend.left))
		next_loop(s);
	/* pairs with next_loop() */
	while (smp_load_acquire(&s->depend.loop) == w->loop) {
		if (hfr_worker_stopped(w) || w->looked >= w->until)
			return false;
		hfr_wait_sleep(w, HFR_SLEEP_TIMED, min(w->until, HFR_FOREVER),
			       ready_loop);
	}
	hfr_worker_next_loop(w, s->window.loaded);
	WRITE_ONCE(w->cursor, 0);
	hfr_worker_take_pace(w);
	begin_loop(w);
	return !hfr_worker_stopped(w);
}

/* ---- what goes next ---- */

static void take_pace(struct hfr_worker *w)
{
	struct hfr_dep_pace pace;

	hfr_worker_take_pace(w);
	pace = pace_of(w);
	hfr_dep_repace(w->dep, &pace);
}

/* Reads what is wanted now; whether more may be. */
static noinline bool read_ahead(struct hfr_worker *w)
{
	const struct hfr_window *win = &w->session->window;
	/* pairs with publish() */
	u64 loaded = smp_load_acquire(&win->loaded), at = w->ahead;
	u32 stride = w->session->depend.stride, n = 0;
	struct hfr_dep *d = w->dep;
	u64 now = w->looked;

	for (; n < READ_AHEAD && at < loaded; at++) {
		u64 slot = at & d->mask;
		const struct hfr_trace_rec *rec = &d->recs[slot];

		if (unlikely(!hfr_window_mine(win, w->index, at)))
			continue;
		if (!hfr_dep_wants(d, rec->issue_ns, now))
			break;
		hfr_dep_read_slot(d, rec, slot, at, local_scope(stride, rec),
				  now);
		n++;
	}
	w->ahead = at;
	return n == READ_AHEAD;
}

/* The records that were issued, or are others', may be overwritten. */
static void move_cursor(struct hfr_worker *w)
{
	const struct hfr_window *win = &w->session->window;
	u64 cursor = w->cursor;

	while (cursor < w->ahead &&
	       (!hfr_window_mine(win, w->index, cursor) ||
		hfr_dep_released(w->dep, cursor)))
		cursor++;
	if (cursor == w->cursor)
		return;
	/* pairs with hfr_feed_room() */
	smp_store_release(&w->cursor, cursor);
	w->noticed++;
}

/* What was read of a record is not needed again. */
static __always_inline void release_record(struct hfr_worker *w, u64 index)
{
	/* Of a trace that is held whole nothing is overwritten. */
	if (likely(!hfr_session_streams(w->session)))
		return;
	hfr_dep_release(w->dep, index);
	move_cursor(w);
}

static bool ready_dependent(const struct hfr_worker *w)
{
	const struct hfr_window *win = &w->session->window;
	const struct hfr_dep *d = w->dep;
	u64 ahead = w->ahead;

	if (hfr_ready_completion(w) || hfr_worker_outpaced(w))
		return true;
	if (d->roots && hfr_roots_resolved(d->roots) != w->resolved)
		return true;
	return (d->hungry || d->unseen) && w->starved &&
		(hfr_window_next(win, w->index, &ahead) ||
		 hfr_window_end(win, ahead));
}

/* When the worker has something to do of itself, clock: @at or before. */
static u64 next_event(struct hfr_worker *w, u64 at)
{
	const struct hfr_window *win = &w->session->window;

	w->starved = !hfr_window_next(win, w->index, &w->ahead);
	if (!w->starved)
		at = min(at, hfr_dep_wants_at(w->dep,
				hfr_window_rec(win, w->ahead)->issue_ns));
	return min(at, w->until);
}

/* Nothing more will come of this loop; false: it goes on. */
static bool loop_ended(struct hfr_worker *w)
{
	u64 index;

	if (w->in_flight)
		return false;
	if (hfr_dep_empty(w->dep))
		return hfr_window_end(&w->session->window, w->ahead);
	if (hfr_dep_stuck(w->dep, &index))
		hfr_state_fail(w->session, w->first + index,
			       "request %llu waits for a rank that no request before it has",
			       w->first + index);
	return false;
}

/* There is nothing to read, and something might be due. */
static void note_starved(struct hfr_worker *w)
{
	if (!w->starved || w->late.starved_by || !w->dep->hungry ||
	    hfr_window_end(&w->session->window, w->ahead))
		return;
	w->late.starved_at = w->looked;
	w->late.starved_by = hfr_feed_room(w->session) ? HFR_CAUSE_FEEDER :
		HFR_CAUSE_WINDOW;
}

/* Waits a step for the next event; false at the end or when stopped. */
static noinline bool wait_dependent(struct hfr_worker *w)
{
	struct hfr_dep_next next;
	bool open;
	u64 at;

	hfr_plug_close(&w->plug);
	hfr_reap_all(w);
	if (w->looked >= w->until || hfr_worker_stopped(w))
		return false;
	/* First: a root that is resolved behind the look ends the sleep. */
	w->resolved = w->dep->roots ? hfr_roots_resolved(w->dep->roots) : 0;
	hfr_dep_update(w->dep, w->looked);
	open = hfr_dep_peek(w->dep, &next);
	at = next_event(w, open ? max_t(s64, next.due, 0) : HFR_FOREVER);
	/* Records of other workers must not hold up the feeder. */
	move_cursor(w);
	if (!open && loop_ended(w))
		return await_loop(w);
	note_starved(w);
	if (at > w->looked)
		hfr_wait_step(w, at, ready_dependent);
	return true;
}

/*
 * The request that is due first, when it is due. It is taken out: completions
 * may open others that are due before it while it waits for its turn.
 */
static __always_inline bool next_dependent(struct hfr_worker *w,
					   struct hfr_dep_next *next)
{
	struct hfr_dep *d = w->dep;
	bool more;

	for (;;) {
		/* A stop is a change of the pace too. */
		if (unlikely(hfr_worker_outpaced(w))) {
			take_pace(w);
			if (hfr_worker_stopped(w))
				return false;
		}
		hfr_reap(w);
		hfr_dep_update(d, w->looked);
		more = (d->hungry || d->unseen) && read_ahead(w);
		if (likely(hfr_dep_take(d, w->looked, next)))
			return true;
		if (!more && !wait_dependent(w))
			return false;
	}
}

/* ---- issue and completion ---- */

static void note_done(struct hfr_dep_done *done, const struct hfr_session *s,
		      const struct hfr_trace_rec *rec)
{
	done->scope = local_scope(s->depend.stride, rec);
	done->rank = rec->rank;
	done->global_rank = rec->global_rank;
	done->orig = rec->complete_ns;
}

void hfr_depend_fail(struct hfr_worker *w, u64 index)
{
	hfr_state_fail(w->session, index,
		       "the rank of request %llu is there twice, or its dependencies reach further than the header states",
		       index);
}

void hfr_depend_kick_owners(struct hfr_worker *w)
{
	u32 from, to;

	if (!hfr_dep_kick(w->dep, &from, &to))
		return;
	for (; from < to; from++)
		hfr_worker_kick(&w->session->workers[
			hfr_roots_owner(w->dep->roots, from)]);
}

/* What the target cannot do is complete when it is due. */
static noinline void skip(struct hfr_worker *w, const struct hfr_trace_rec *rec,
			  u64 at, u64 due)
{
	struct hfr_dep_done done = { .actual = due };

	note_done(&done, w->session, rec);
	hfr_issue_skip(w, at);
	hfr_depend_completed(w, &done, w->first + at);
	hfr_depend_kick(w);
	release_record(w, at);
}

/* Issued at the latest look, which is late; @busy: straight from a submit. */
static __always_inline void note_late(struct hfr_worker *w, u64 due, u64 opened,
				      bool busy)
{
	u64 ready = max(due, opened), submits = 0;
	u8 starved = w->late.starved_by;

	if (busy)
		submits = w->looked - max(ready, w->issued_at);
	if (unlikely(starved)) {
		hfr_late_held(w, starved, starved == HFR_CAUSE_FEEDER ?
			      HFR_CF_STARVED : 0, due, w->late.starved_at);
		ready = due;
	}
	hfr_late_blame_parents(w, ready - due, submits);
}

/* Issues the request that is due first; false at the end or when stopped. */
static __always_inline bool issue_dependent(struct hfr_worker *w)
{
	const struct hfr_trace_rec *rec;
	struct hfr_dep_next next;
	struct hfr_lane *lane;
	struct hfr_slot *slot;
	bool busy;
	u32 tags;
	u64 due;

	if (!next_dependent(w, &next))
		return false;
	rec = hfr_window_rec(&w->session->window, next.index);
	lane = &w->lanes[rec->target];
	due = max_t(s64, next.due, w->start);
	trace_due(w, next.index, rec, due);
	if (unlikely(!hfr_issue_room(w, w->first + next.index)) &&
	    !hfr_issue_wait_room(w, w->first + next.index, due))
		return false;
	if (unlikely(!hfr_issue_possible(lane, rec))) {
		skip(w, rec, next.index, max_t(s64, next.due, 0));
		return true;
	}

	tags = hfr_target_pieces(lane->target, rec->op, rec->length);
	if (unlikely(!hfr_issue_turn(w, lane, rec, due, tags, false)))
		return false;
	slot = hfr_issue_prepare(w, lane, rec, next.index);
	note_done(&slot->done, w->session, rec);
	busy = w->unpriced;
	hfr_wait_look(w);
	if (unlikely(w->looked >= w->until)) {
		hfr_slots_put(&w->slots, slot);
		return false;
	}

	if (w->looked - due > w->session->config.tolerance)
		note_late(w, due, next.opened, busy);
	else if (unlikely(w->late.blamed))
		hfr_late_forget(w);
	w->late.starved_by = HFR_CAUSE_NONE;
	hfr_issue_slot(w, slot, next.index, tags, due);
	/* Requests overtake each other. */
	w->count.last_index = max(w->count.last_index, slot->index + 1);
	release_record(w, next.index);
	w->late.preempted = current->nivcsw;
	/* No more than are open go in the same plug. */
	hfr_issue_submit(w, slot, w->dep->open + 1);
	w->noticed++;
	return true;
}

void hfr_depend_run(struct hfr_worker *w)
{
	begin_loop(w);
	hfr_issue_all(w, issue_dependent);
}
