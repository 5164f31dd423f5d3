/* SPDX-License-Identifier: GPL-2.0-only */
/* How a worker waits, and how it tells those who wait for it. */
#ifndef HFR_WAIT_H
#define HFR_WAIT_H

#include "session.h"

/* A time that never comes. */
#define HFR_FOREVER	((u64)KTIME_MAX)

static inline bool hfr_worker_stopped(const struct hfr_worker *w)
{
	return READ_ONCE(w->session->stop);
}

/** hfr_worker_outpaced - the pace has changed since the worker took it */
static inline bool hfr_worker_outpaced(const struct hfr_worker *w)
{
	return READ_ONCE(w->session->pace_version) != w->pace_version;
}

/** hfr_wait_notify - tells feeder and reader what was issued and published */
void hfr_wait_notify(struct hfr_worker *w);

/** hfr_wait_noticed - @n records were issued or published: tells before long */
static inline void hfr_wait_noticed(struct hfr_worker *w, u32 n)
{
	w->noticed += n;
	if (w->noticed >= w->notice_at)
		hfr_wait_notify(w);
}

/** hfr_wait_price - what the latest submit, of @rec, has cost */
static inline void hfr_wait_price(const struct hfr_worker *w,
				  struct hfr_completion_rec *rec)
{
	u64 cost = (w->looked - w->issued_at) / HFR_COST_UNIT;

	if (unlikely(cost > U32_MAX)) {
		cost = U32_MAX;
		rec->flags |= HFR_CF_SATURATED;
	}
	rec->submit_cost = cost;
}

/** hfr_wait_look - looks at the clock; prices the latest submit */
static inline void hfr_wait_look(struct hfr_worker *w)
{
	struct hfr_slot *slot = w->unpriced;

	w->looked = max(hfr_clock_read(&w->clock), w->looked);
	if (!slot)
		return;
	hfr_wait_price(w, slot->rec);
	w->unpriced = NULL;
}

/**
 * hfr_wait_sleep - sleeps until a clock, or until woken
 * @w: the worker; its plug is closed
 * @sleep: what it is woken for
 * @until: clock
 * @ready: there is no need to sleep
 *
 * set_current_state() is a full barrier between @sleep and what @ready looks
 * at; hfr_worker_kick() and llist_add() are its counterparts. A stop ends it.
 */
void hfr_wait_sleep(struct hfr_worker *w, enum hfr_sleep sleep, u64 until,
		    bool (*ready)(const struct hfr_worker *w));

static inline bool hfr_ready_completion(const struct hfr_worker *w)
{
	return !llist_empty(&w->completed);
}

/**
 * hfr_wait_due - sleeps, then watches the clock until it is time
 * @w: the worker; nothing is behind its latest look
 * @due: clock
 *
 * In mode hf it uses the time. Returns early when the session is stopped or its
 * pace changes.
 */
void hfr_wait_due(struct hfr_worker *w, u64 due);

/**
 * hfr_wait_step - sleeps until shortly before @due, or looks at the clock once
 * @w: the worker; nothing is behind its latest look, its plug is closed
 * @due: clock, HFR_FOREVER if there is none
 * @ready: there is no need to sleep; a completion ends the sleep too
 */
void hfr_wait_step(struct hfr_worker *w, u64 due,
		   bool (*ready)(const struct hfr_worker *w));

/** hfr_wait_drained - waits until nothing is in flight, stopped or not */
void hfr_wait_drained(struct hfr_worker *w);

#endif /* HFR_WAIT_H */
