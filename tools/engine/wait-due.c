// SPDX-License-Identifier: GPL-2.0-only
#include "reap.h"
#include "wait-due.h"

/* A clock that moves this far between two looks was stolen in between, ns. */
#define STOLEN_NS	5000
/* Nothing is begun while a due time is this near, ns. */
#define SPARE_NS	2000
/* Most that is made of timers that come late, ns. */
#define MAX_SPIN_NS	500000U

/* Watches as long as was asked for, or longer where timers come late. */
static uint32_t spin_ns(const struct worker *w)
{
	uint32_t spin = worker_choices(w)->spin;
	uint32_t late = w->timer_late + w->timer_late / 2;

	if (!spin || late <= spin)
		return spin;
	return late < MAX_SPIN_NS || spin > MAX_SPIN_NS ? late : MAX_SPIN_NS;
}

/* A late timer is believed at once and forgotten slowly. */
static void timer_came(struct worker *w, uint64_t expires)
{
	uint64_t late = w->looked - expires;

	if (late > MAX_SPIN_NS)
		late = MAX_SPIN_NS;
	if (late > w->timer_late)
		w->timer_late = (uint32_t)late;
	else
		w->timer_late -= (w->timer_late - (uint32_t)late) / 16;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void sleep_until(struct worker *w, uint64_t until, uint64_t due)
{
	uint64_t since = w->looked;

	w->backend->sleep(w, until);
	worker_look(w);
	w->backend->reap(w);
	if (w->looked < until)
		return;
	timer_came(w, until);
	late_held(&w->late, HFR_CAUSE_STOLEN, 0, later(due, since), w->looked);
}

static void watch_clock(struct worker *w, uint64_t due)
{
	uint64_t before = w->looked;

	moment_relax();
	worker_look(w);
	if (w->looked - before > STOLEN_NS)
		late_held(&w->late, HFR_CAUSE_STOLEN, 0, later(due, before),
			  w->looked);
}

static uint64_t spin_from(const struct worker *w, uint64_t due)
{
	uint32_t spin = spin_ns(w);

	if (due >= MOMENT_NEVER)
		return MOMENT_NEVER;
	return due > spin ? due - spin : 0;
}

/* Something else that takes no longer than there is time; false: nothing. */
static bool use_time(struct worker *w, uint64_t due)
{
	if (due - w->looked <= SPARE_NS)
		return false;
	w->backend->reap(w);
	if (!w->back)
		return false;
	reap_settle(w, 1);
	return true;
}

void wait_due(struct worker *w, uint64_t due)
{
	uint64_t end = due < w->run->until ? due : w->run->until;

	worker_look(w);
	while (w->looked < end && !worker_stopped(w)) {
		if (use_time(w, due))
			worker_look(w);
		else if (w->looked < spin_from(w, end))
			sleep_until(w, spin_from(w, end), due);
		else
			watch_clock(w, due);
	}
}

void wait_step(struct worker *w, uint64_t due)
{
	uint64_t until = spin_from(w, due);

	if (w->looked < until)
		sleep_until(w, until, due);
	else
		watch_clock(w, due);
}

void wait_drained(struct worker *w)
{
	for (;;) {
		worker_look(w);
		w->backend->reap(w);
		reap_settle(w, UINT32_MAX);
		if (!w->in_flight || w->broken)
			break;
		w->backend->sleep(w, MOMENT_NEVER);
	}
}
