// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine. worker_issue_next() is the hot path, read it from top to bottom:
 * gate, due, wait, submit, account. It allocates nothing, takes no lock and
 * shares no counter with another CPU; what a completion leaves is taken back
 * by the worker itself.
 */
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/math64.h>

#include "session.h"
#include "state.h"
#include "trace.h"

/* A clock that moves this far between two looks was stolen in between, ns. */
#define STOLEN_NS	5000
/* While requests are in flight nobody waits longer for their records, ns. */
#define PUBLISH_NS	(10 * NSEC_PER_MSEC)
/* Completions are taken back while a due time is this far, ns. */
#define REAP_NS		2000
/* Most that is made of timers that come late, ns. */
#define MAX_SPIN_NS	500000U
#define FOREVER		KTIME_MAX

/* ---- being late, and why ---- */

/*
 * A worker is behind from the request that it reaches, or issues, after its
 * due time until one that it reaches before. What held it in the meantime is
 * summed up by cause, and the cause with the largest sum is that of every
 * request that is issued late then.
 */
static void worker_blame(struct hfr_worker *w, u8 cause, u64 ns)
{
	w->blame[cause] += ns;
	w->behind = true;
}

/* @cause kept the next request from @since until now, @due or not. */
static void worker_held(struct hfr_worker *w, u8 cause, u16 flags, u64 due,
			u64 since)
{
	u64 from = max(due, since);

	w->held_flags |= flags;
	if (w->looked <= from)
		return;
	w->count.stalls[cause]++;
	w->count.stall_ns[cause] += w->looked - from;
	worker_blame(w, cause, w->looked - from);
}

/* The worker comes to the request due at @due, from the submit before. */
static void worker_arrive(struct hfr_worker *w, u64 due)
{
	if (unlikely(w->returned > due)) {
		worker_blame(w, w->submit_cause,
			     w->returned - max(due, w->issued_at));
	} else if (unlikely(w->behind)) {
		memset(w->blame, 0, sizeof(w->blame));
		w->behind = false;
	}
}

static u8 worker_why(const struct hfr_worker *w)
{
	u8 cause, worst = HFR_CAUSE_NONE;

	for (cause = HFR_CAUSE_SUBMIT; cause < HFR_CAUSE_NR; cause++)
		if (w->blame[cause] > w->blame[worst])
			worst = cause;
	if (worst != HFR_CAUSE_NONE)
		return worst;
	return current->nivcsw != w->preempted ? HFR_CAUSE_STOLEN :
		HFR_CAUSE_ENGINE;
}

static void worker_look(struct hfr_worker *w, u64 due)
{
	u64 before = w->looked;

	w->looked = ktime_get_ns();
	if (unlikely(w->looked - before > STOLEN_NS))
		worker_held(w, HFR_CAUSE_STOLEN, 0, due, before);
}

/* ---- sleeping ---- */

/* Tells feeder and reader what was issued and published. */
static void worker_notify(struct hfr_worker *w)
{
	struct hfr_session *s = w->session;

	if (!w->noticed)
		return;
	w->noticed = 0;
	if (wq_has_sleeper(&s->feed_wait))
		wake_up_interruptible(&s->feed_wait);
	if (wq_has_sleeper(&s->read_wait))
		wake_up_interruptible(&s->read_wait);
}

static void worker_noticed(struct hfr_worker *w)
{
	if (++w->noticed >= w->notice_at)
		worker_notify(w);
}

static bool worker_stopped(const struct hfr_worker *w)
{
	return READ_ONCE(w->session->stop);
}

/*
 * Sleeps until clock @until, or until woken, unless @ready says that there is
 * no need to. set_current_state() is a full barrier between @sleep and what
 * @ready looks at; hfr_worker_kick() and llist_add() are its counterparts.
 */
static void worker_sleep(struct hfr_worker *w, enum hfr_sleep sleep, u64 until,
			 bool (*ready)(struct hfr_worker *w))
{
	ktime_t expires = ns_to_ktime(until);

	worker_notify(w);
	WRITE_ONCE(w->sleep, sleep);
	set_current_state(TASK_IDLE);
	if (!worker_stopped(w) && !ready(w))
		schedule_hrtimeout_range(until == FOREVER ? NULL : &expires, 0,
					 HRTIMER_MODE_ABS);
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(w->sleep, HFR_SLEEP_NONE);
	w->looked = ktime_get_ns();
}

static bool ready_never(struct hfr_worker *w)
{
	return false;
}

static bool ready_completion(struct hfr_worker *w)
{
	return !llist_empty(&w->completed);
}

/* A completion counts: somebody may wait for its record before he feeds. */
static bool ready_record(struct hfr_worker *w)
{
	u64 cursor = w->cursor;
	bool complete;

	return hfr_window_next(&w->session->window, w->index, &cursor,
			       &complete) || complete || ready_completion(w);
}

static bool ready_room(struct hfr_worker *w)
{
	return hfr_results_room(&w->session->results, w->cursor) ||
		ready_completion(w);
}

/* ---- completions ---- */

static int slot_error(const struct hfr_slot *slot)
{
	return slot->status ? -blk_status_to_errno(slot->status) : 0;
}

static void worker_count(struct hfr_worker *w, const struct hfr_slot *slot)
{
	w->count.completed++;
	if (slot->status)
		w->count.errors++;
	else if (slot->op == HFR_OP_READ)
		w->count.read_bytes += slot->length;
	else if (slot->op == HFR_OP_WRITE)
		w->count.write_bytes += slot->length;
}

static void worker_failure(struct hfr_worker *w, const struct hfr_slot *slot)
{
	struct hfr_session *s = w->session;

	if (hfr_target_gone(w->target))
		hfr_state_fail(s, slot->index, "target %u (%.80s) was removed",
			       w->index, w->target->path);
	else if (s->config.on_error == HFREPLAY_ON_ERROR_STOP &&
		 atomic_inc_return(&s->failures) >= s->config.error_max)
		hfr_state_fail(s, slot->index,
			       "request %llu failed with error %d, and so many end the replay",
			       slot->index, slot_error(slot));
}

static s32 in_cost_units(s64 ns, u16 *flags)
{
	s64 units = ns / HFR_COST_UNIT;
	s64 fits = clamp_t(s64, units, S32_MIN, S32_MAX);

	if (fits != units)
		*flags |= HFR_CF_SATURATED;
	return fits;
}

static void worker_publish(struct hfr_worker *w, struct hfr_slot *slot)
{
	struct hfr_completion_rec *rec =
		hfr_results_rec(&w->session->results, slot->index);

	rec->issued_ns = slot->issued - w->start;
	rec->completed_ns = slot->completed - w->start;
	rec->lateness = in_cost_units(slot->lateness, &slot->flags);
	rec->submit_cost = slot->cost / HFR_COST_UNIT;
	rec->in_flight = slot->in_flight;
	rec->flags = slot->flags;
	rec->error = slot_error(slot);
	rec->worker = w->index;
	rec->cause = slot->cause;
	trace_hfreplay_complete(w->session->id, slot->index,
				slot->completed - slot->issued, rec->error);
	hfr_results_publish(rec, HFR_REC_DONE);
	worker_noticed(w);
}

/* Takes back the slots whose bio has ended, and publishes their records. */
static void worker_reap(struct hfr_worker *w)
{
	struct hfr_slot *slot, *next;
	struct llist_node *list;
	u32 n = 0;

	if (llist_empty(&w->completed))
		return;
	list = llist_del_all(&w->completed);
	llist_for_each_entry_safe(slot, next, list, node) {
		worker_count(w, slot);
		worker_publish(w, slot);
		if (unlikely(slot->status))
			worker_failure(w, slot);
		w->tags -= slot->tags;
		w->in_flight--;
		hfr_slots_put(&w->slots, slot);
		n++;
	}
	/* So much work takes time that nobody has stolen. */
	if (n > 16)
		w->looked = ktime_get_ns();
}

/* ---- the gates ---- */

/* The next record of this worker, or NULL at the end or when stopped. */
static const struct hfr_trace_rec *worker_next(struct hfr_worker *w)
{
	const struct hfr_window *win = &w->session->window;
	u64 cursor = w->cursor;
	bool complete;

	while (!hfr_window_next(win, w->index, &cursor, &complete)) {
		if (cursor != w->cursor) {
			/* pairs with hfr_feed_room() */
			smp_store_release(&w->cursor, cursor);
			w->noticed++;
		}
		if (complete || worker_stopped(w))
			return NULL;
		worker_reap(w);
		/* Full of requests of others, or empty? */
		w->starved_by = hfr_feed_room(w->session) ?
			HFR_CAUSE_FEEDER : HFR_CAUSE_WINDOW;
		worker_sleep(w, w->in_flight ? HFR_SLEEP_COMPLETION :
			     HFR_SLEEP_TIMED, FOREVER, ready_record);
	}
	if (cursor != w->cursor) {
		/* pairs with hfr_feed_room() */
		smp_store_release(&w->cursor, cursor);
		w->noticed++;
	}
	return worker_stopped(w) ? NULL : hfr_window_rec(win, cursor);
}

/* Waits until the completion record of the next request has a place. */
static void worker_wait_room(struct hfr_worker *w, u64 due)
{
	struct hfr_results *res = &w->session->results;
	u64 since;
	u8 cause;

	while (unlikely(!hfr_results_room(res, w->cursor)) &&
	       !worker_stopped(w)) {
		worker_reap(w);
		since = w->looked;
		/* Empty where the reader stands: that request is in flight. */
		cause = hfr_results_ready(res, READ_ONCE(res->taken)) ?
			HFR_CAUSE_RESULTS : HFR_CAUSE_WINDOW;
		worker_sleep(w, HFR_SLEEP_COMPLETION, FOREVER, ready_room);
		worker_held(w, cause, 0, due, since);
	}
}

static u64 worker_due(const struct hfr_worker *w,
		      const struct hfr_trace_rec *rec)
{
	const struct hfr_config *c = &w->session->config;

	if (c->speed == 1000)
		return w->start + rec->issue_ns;
	return w->start + mul_u64_u32_div(rec->issue_ns, 1000, c->speed);
}

/*
 * How long before a due time the clock is watched: as long as was asked for,
 * or longer where timers come late, as in a virtual machine.
 */
static u32 worker_spin(const struct hfr_worker *w)
{
	u32 spin = w->session->config.spin;

	return spin ? clamp(w->timer_late + w->timer_late / 2, spin,
			    max(spin, MAX_SPIN_NS)) : 0;
}

/* A late timer is believed at once and forgotten slowly. */
static void worker_timer_came(struct hfr_worker *w, u64 expires)
{
	u32 late = w->looked < expires ? 0 :
		min_t(u64, w->looked - expires, MAX_SPIN_NS);

	if (late > w->timer_late)
		w->timer_late = late;
	else
		w->timer_late -= (w->timer_late - late) / 16;
}

/* Sleeps, then looks at the clock until it is time. */
static void worker_wait_due(struct hfr_worker *w, u64 due)
{
	u64 since, until;

	/* What lies behind the latest look was our own work. */
	w->looked = ktime_get_ns();
	while (w->looked + worker_spin(w) < due && !worker_stopped(w)) {
		since = w->looked;
		worker_reap(w);
		until = due - worker_spin(w);
		if (w->in_flight)
			until = min(until, since + PUBLISH_NS);
		worker_sleep(w, HFR_SLEEP_TIMED, until, ready_never);
		worker_timer_came(w, until);
		worker_held(w, HFR_CAUSE_STOLEN, 0, due, since);
	}
	while (w->looked < due && !worker_stopped(w)) {
		if (ready_completion(w) && due - w->looked > REAP_NS) {
			worker_reap(w);
			w->looked = ktime_get_ns();
			continue;
		}
		cpu_relax();
		worker_look(w, due);
	}
}

static u32 worker_limit(const struct hfr_worker *w,
			const struct hfr_trace_rec *rec)
{
	const struct hfr_config *c = &w->session->config;

	switch (c->limit) {
	case HFREPLAY_LIMIT_TRACE:
		return rec->in_flight ? roundup_pow_of_two(rec->in_flight) :
			U32_MAX;
	case HFREPLAY_LIMIT_FIXED:
		return c->limit_value;
	default:
		return U32_MAX;
	}
}

/* A request of more pieces than there are tags goes when it is alone. */
static bool worker_has_tags(const struct hfr_worker *w, u32 tags)
{
	u32 depth = w->target->depth;

	return !depth || !w->in_flight || w->tags + tags <= depth;
}

static bool worker_may_issue(const struct hfr_worker *w, u32 limit, u32 tags)
{
	return w->in_flight < limit && w->in_flight < w->slots.count &&
		worker_has_tags(w, tags);
}

/*
 * Waits for completions until the limit and the tags of the queue let the next
 * request go. A request that no schedule binds is never late: what holds it is
 * not noted.
 */
static void worker_wait_turn(struct hfr_worker *w, u64 due, u32 limit, u32 tags)
{
	u64 since = w->looked;
	bool limited;

	worker_reap(w);
	if (worker_may_issue(w, limit, tags))
		return;
	limited = w->in_flight >= limit;
	while (!worker_may_issue(w, limit, tags)) {
		worker_sleep(w, HFR_SLEEP_COMPLETION, FOREVER,
			     ready_completion);
		if (worker_stopped(w))
			return;
		worker_reap(w);
	}
	if (w->session->config.mode != HFREPLAY_MODE_HF)
		return;
	if (limited)
		worker_held(w, HFR_CAUSE_LIMIT, HFR_CF_LIMITED, due, since);
	else
		worker_held(w, HFR_CAUSE_QUEUE, HFR_CF_TAG_WAIT, due, since);
}

/* ---- issue ---- */

static void worker_skip(struct hfr_worker *w)
{
	w->count.skipped++;
	hfr_results_publish(hfr_results_rec(&w->session->results, w->cursor),
			    HFR_REC_SKIPPED);
}

static void worker_submit(struct hfr_worker *w, struct hfr_slot *slot)
{
	unsigned long slept = current->nvcsw, preempted = current->nivcsw;
	u64 cost;

	submit_bio(&slot->bio);

	w->returned = ktime_get_ns();
	w->looked = w->returned;
	cost = w->returned - slot->issued;
	if (unlikely(cost > U32_MAX))
		slot->flags |= HFR_CF_SATURATED;
	slot->cost = min_t(u64, cost, U32_MAX);
	w->submit_cause = HFR_CAUSE_SUBMIT;
	if (unlikely(current->nvcsw != slept)) {
		slot->flags |= HFR_CF_TAG_WAIT;
		w->submit_cause = HFR_CAUSE_QUEUE;
	} else if (unlikely(current->nivcsw != preempted)) {
		w->submit_cause = HFR_CAUSE_STOLEN;
	}
}

static void worker_account(struct hfr_worker *w, struct hfr_slot *slot,
			   u32 tags, u64 due)
{
	slot->index = w->cursor;
	slot->issued = w->looked;
	slot->lateness = w->looked - due;
	slot->tags = tags;
	slot->flags = w->held_flags;
	slot->cause = HFR_CAUSE_NONE;
	if (slot->lateness > w->session->config.tolerance) {
		slot->cause = worker_why(w);
		w->count.late++;
	}
	w->tags += tags;
	w->in_flight++;
	slot->in_flight = min_t(u32, w->in_flight, U16_MAX);
	w->issued_at = w->looked;
	w->preempted = current->nivcsw;
	w->count.issued++;
	w->held_flags = 0;
	trace_hfreplay_issue(w->session->id, slot->index, slot->lateness,
			     slot->cause, slot->in_flight);
}

/* The record may be overwritten from here on. */
static void worker_advance(struct hfr_worker *w)
{
	w->count.last_index = w->cursor + 1;
	/* pairs with hfr_feed_room() */
	smp_store_release(&w->cursor, w->cursor + 1);
}

/* The next record came late into the window, if it is due already. */
static void worker_starved(struct hfr_worker *w, u64 due, u64 since)
{
	bool late = w->looked > due;

	if (likely(!w->starved_by))
		return;
	worker_held(w, w->starved_by,
		    late && w->starved_by == HFR_CAUSE_FEEDER ?
		    HFR_CF_STARVED : 0, due, since);
	w->starved_by = HFR_CAUSE_NONE;
}

static struct hfr_slot *worker_prepare(struct hfr_worker *w,
				       const struct hfr_trace_rec *rec)
{
	struct hfr_session *s = w->session;
	struct hfr_slot *slot = hfr_slots_get(&w->slots);

	if (slot)
		hfr_slot_prepare(slot, rec, w->target, &s->payload,
				 !(s->config.flags &
				   HFREPLAY_SESSION_FLAGS_ALLOW_MERGE));
	return slot;
}

/* Issues the next request; false at the end or when stopped. */
static bool worker_issue_next(struct hfr_worker *w)
{
	bool scheduled = w->session->config.mode == HFREPLAY_MODE_HF;
	const struct hfr_trace_rec *rec;
	struct hfr_slot *slot;
	u64 since = w->looked;
	u64 due;
	u32 limit, tags;

	rec = worker_next(w);
	if (!rec)
		return false;
	due = scheduled ? worker_due(w, rec) : 0;
	if (scheduled)
		worker_arrive(w, due);
	worker_starved(w, due, since);
	worker_wait_room(w, due);
	if (unlikely(worker_stopped(w)))
		return false;
	if (unlikely(!(w->target->limits.ops & 1U << rec->op))) {
		worker_skip(w);
		worker_advance(w);
		worker_noticed(w);
		return true;
	}

	/* The bio is built before it is due if it can be. */
	worker_reap(w);
	tags = hfr_target_pieces(w->target, rec->op, rec->length);
	slot = worker_prepare(w, rec);
	if (scheduled)
		worker_wait_due(w, due);
	limit = worker_limit(w, rec);
	if (unlikely(!worker_may_issue(w, limit, tags)))
		worker_wait_turn(w, due, limit, tags);
	if (unlikely(worker_stopped(w))) {
		if (slot)
			hfr_slots_put(&w->slots, slot);
		return false;
	}
	if (!slot)
		slot = worker_prepare(w, rec);
	if (!scheduled) {
		w->looked = ktime_get_ns();
		due = w->looked;
	}

	worker_account(w, slot, tags, due);
	worker_advance(w);
	worker_submit(w, slot);
	worker_noticed(w);
	return true;
}

static void worker_drain(struct hfr_worker *w)
{
	for (;;) {
		worker_reap(w);
		if (!w->in_flight)
			break;
		worker_notify(w);
		WRITE_ONCE(w->sleep, HFR_SLEEP_COMPLETION);
		set_current_state(TASK_IDLE);
		/* A stop is no reason to leave: requests are in flight. */
		if (!ready_completion(w))
			schedule();
		__set_current_state(TASK_RUNNING);
		WRITE_ONCE(w->sleep, HFR_SLEEP_NONE);
	}
	worker_notify(w);
}

void hfr_worker_run(struct hfr_worker *w)
{
	u32 n = 0;

	worker_wait_due(w, w->start);
	hfr_worker_reset(w);
	while (worker_issue_next(w))
		if (!(++n % HFR_NOTICE_RECORDS))
			cond_resched();
	hfr_session_worker_issued(w->session);
	worker_drain(w);
	/* The next run may begin as soon as this one is said to be done. */
	WRITE_ONCE(w->start, 0);
	hfr_session_worker_done(w->session);
}
