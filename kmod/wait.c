// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hrtimer.h>
#include <linux/sched.h>

#include "late.h"
#include "reap.h"
#include "spare.h"
#include "wait.h"

/* A clock that moves this far between two looks was stolen in between, ns. */
#define STOLEN_NS	5000
/* While requests are in flight nobody waits longer for their records, ns. */
#define PUBLISH_NS	(10 * NSEC_PER_MSEC)
/* Most that is made of timers that come late, ns. */
#define MAX_SPIN_NS	500000U

void hfr_wait_notify(struct hfr_worker *w)
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

/* ---- completions that nobody announces ---- */

static bool polls(const struct hfr_worker *w)
{
	return w->opf & REQ_POLLED && w->in_flight;
}

/*
 * Looks at the queue that the request of the next slot is in, or was. All of
 * this worker and target are in one queue and one look takes them all; but
 * where they are is known only of those that were started.
 */
static void poll_queue(struct hfr_worker *w)
{
	struct bio *bio;
	u32 n;

	for (n = 0; n < w->slots.count; n++) {
		w->polled = w->polled + 1 < w->slots.count ? w->polled + 1 : 0;
		bio = &w->slots.slot[w->polled].bio;
		if (!(READ_ONCE(bio->bi_opf) & REQ_POLLED))
			continue;
		bio_poll(bio, NULL, BLK_POLL_ONESHOT);
		return;
	}
}

/* Instead of a sleep. Requests of other kinds are announced as ever. */
static void poll_until(struct hfr_worker *w, u64 until,
		       bool (*ready)(const struct hfr_worker *w))
{
	do {
		poll_queue(w);
		cond_resched();
		hfr_wait_look(w);
	} while (w->looked < until && !hfr_worker_stopped(w) &&
		 !hfr_ready_completion(w) && !ready(w));
}

/* ---- waiting ---- */

void hfr_wait_sleep(struct hfr_worker *w, enum hfr_sleep sleep, u64 until,
		    bool (*ready)(const struct hfr_worker *w))
{
	ktime_t expires = ns_to_ktime(until);

	hfr_wait_notify(w);
	if (unlikely(polls(w))) {
		poll_until(w, until, ready);
		return;
	}
	WRITE_ONCE(w->sleep, sleep);
	set_current_state(TASK_IDLE);
	if (!hfr_worker_stopped(w) && !ready(w))
		schedule_hrtimeout_range(until == HFR_FOREVER ? NULL : &expires,
					 0, HRTIMER_MODE_ABS);
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(w->sleep, HFR_SLEEP_NONE);
	hfr_wait_look(w);
}

/*
 * How long before a due time the clock is watched: as long as was asked for,
 * or longer where timers come late, as in a virtual machine.
 */
static u32 spin_ns(const struct hfr_worker *w)
{
	u32 spin = w->session->config.spin;

	return spin ? clamp(w->timer_late + w->timer_late / 2, spin,
			    max(spin, MAX_SPIN_NS)) : 0;
}

/* A late timer is believed at once and forgotten slowly. */
static void timer_came(struct hfr_worker *w, u64 expires)
{
	u32 late = w->looked < expires ? 0 :
		min_t(u64, w->looked - expires, MAX_SPIN_NS);

	if (late > w->timer_late)
		w->timer_late = late;
	else
		w->timer_late -= (w->timer_late - late) / 16;
}

static bool waits_on(const struct hfr_worker *w, u64 until)
{
	return w->looked < until && !hfr_worker_stopped(w) &&
		!hfr_worker_outpaced(w);
}

static void sleep_towards(struct hfr_worker *w, u64 due)
{
	u64 since = w->looked, until;

	until = due - spin_ns(w);
	if (w->in_flight)
		until = min(until, since + PUBLISH_NS);
	hfr_wait_sleep(w, HFR_SLEEP_TIMED, until, hfr_worker_outpaced);
	timer_came(w, until);
	hfr_late_held(w, HFR_CAUSE_STOLEN, 0, due, since);
}

static void watch_clock(struct hfr_worker *w, u64 due)
{
	u64 before = w->looked;

	if (unlikely(polls(w)) && due - before > HFR_SPARE_NS) {
		poll_queue(w);
		/* What that took nobody has stolen. */
		hfr_wait_look(w);
		return;
	}
	cpu_relax();
	hfr_wait_look(w);
	if (unlikely(w->looked - before > STOLEN_NS))
		hfr_late_held(w, HFR_CAUSE_STOLEN, 0, due, before);
}

void hfr_wait_step(struct hfr_worker *w, u64 due,
		   bool (*ready)(const struct hfr_worker *w))
{
	u64 since = w->looked;
	u64 until = due >= HFR_FOREVER ? HFR_FOREVER :
		due - min_t(u64, due, spin_ns(w));

	if (w->looked >= until) {
		watch_clock(w, due);
		return;
	}
	hfr_wait_sleep(w, HFR_SLEEP_COMPLETION, until, ready);
	if (w->looked < until)
		return;
	timer_came(w, until);
	hfr_late_held(w, HFR_CAUSE_STOLEN, 0, due, since);
}

void hfr_wait_due(struct hfr_worker *w, u64 due)
{
	while (waits_on(w, due - min_t(u64, due, spin_ns(w))))
		if (!hfr_spare_use(w, due))
			sleep_towards(w, due);
	while (waits_on(w, due))
		if (due - w->looked <= HFR_SPARE_NS || !hfr_spare_use(w, due))
			watch_clock(w, due);
}

void hfr_wait_drained(struct hfr_worker *w)
{
	for (;;) {
		hfr_reap_all(w);
		if (!w->in_flight)
			break;
		hfr_wait_notify(w);
		if (unlikely(polls(w))) {
			poll_queue(w);
			cond_resched();
			continue;
		}
		WRITE_ONCE(w->sleep, HFR_SLEEP_COMPLETION);
		set_current_state(TASK_IDLE);
		/* A stop is no reason to leave: requests are in flight. */
		if (!hfr_ready_completion(w))
			schedule();
		__set_current_state(TASK_RUNNING);
		WRITE_ONCE(w->sleep, HFR_SLEEP_NONE);
	}
	hfr_wait_notify(w);
}
