// SPDX-License-Identifier: GPL-2.0-only
/*
 * A loop begins when all requests of the one before have completed: they are
 * the parents of its roots. Workers meet at its end; the last one to come sets
 * the pace of the next.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "kmod/dep-step.h"
#include "deal.h"
#include "depend.h"
#include "issue.h"
#include "reap.h"
#include "wait-due.h"

/* Records read in one go, while a request may be due. */
#define READ_AHEAD	64
/* A worker that waits for others looks this often whether it is time, ns. */
#define LOOK_NS		20000000

/* ---- loops ---- */

static uint32_t records_left(const void *ctx, uint32_t local)
{
	const struct worker *w = ctx;

	return w->run->scopes[deal_global_scope(w, local)];
}

static void begin_loop(struct worker *w)
{
	w->ahead = 0;
	hfr_dep_begin(w->dep, &w->run->pace, records_left, w);
}

/* All requests have completed: they are the parents of what comes next. */
static void next_round(struct run *run)
{
	int64_t slip = INT64_MIN;
	uint32_t i, n = 0;

	for (i = 0; i < run->nworkers; i++) {
		const struct hfr_dep *d = run->workers[i].dep;

		if (!d)
			continue;
		n++;
		if (hfr_dep_slip(d) > slip)
			slip = hfr_dep_slip(d);
	}
	if (run->has_roots)
		hfr_roots_begin(&run->roots);
	run->arrived = n;
	run->pace.clock = (uint64_t)(slip + (int64_t)hfr_dep_scale(&run->pace,
				     run->job->trace->hdr->duration_ns));
	run->round++;
	pthread_cond_broadcast(&run->changed);
}

static void wait_round(struct worker *w)
{
	struct timespec ts = moment_spec(moment_of(CLOCK_REALTIME) + LOOK_NS);

	pthread_cond_timedwait(&w->run->changed, &w->run->lock, &ts);
	worker_look(w);
}

/* The worker has nothing left in this loop; false if there is no other. */
static bool await_loop(struct worker *w)
{
	struct run *run = w->run;
	bool goes_on;

	if (w->loop + 1 >= worker_choices(w)->loops)
		return false;
	pthread_mutex_lock(&run->lock);
	if (!--run->arrived)
		next_round(run);
	while (run->round == w->loop && !worker_stopped(w) &&
	       w->looked < run->until)
		wait_round(w);
	goes_on = run->round != w->loop;
	w->loop++;
	w->first += run->count;
	if (goes_on)
		begin_loop(w);
	pthread_mutex_unlock(&run->lock);
	return goes_on && !worker_stopped(w);
}

/* ---- what goes next ---- */

/* The next record of the worker that is not read, or the number of records. */
static uint64_t next_own(struct worker *w)
{
	while (w->ahead < w->run->count && !worker_owns(w, w->ahead))
		w->ahead++;
	return w->ahead;
}

/* Reads what is wanted now; whether more may be. */
static bool read_ahead(struct worker *w)
{
	struct hfr_dep *d = w->dep;
	uint32_t n;

	for (n = 0; n < READ_AHEAD && next_own(w) < w->run->count; n++) {
		const struct hfr_trace_rec *req = worker_rec(w, w->ahead);

		if (!hfr_dep_wants(d, req->issue_ns, w->looked))
			break;
		hfr_dep_read(d, req, w->ahead++, deal_local_scope(w->run, req),
			     w->looked);
	}
	return n == READ_AHEAD;
}

/* Nothing more will come of this loop. */
static bool loop_ended(struct worker *w)
{
	u64 index;

	if (w->in_flight)
		return false;
	if (hfr_dep_empty(w->dep))
		return next_own(w) >= w->run->count;
	if (hfr_dep_stuck(w->dep, &index))
		run_fail(w->run, w->first + index,
			 "request %" PRIu64 " waits for a rank that no request before it has",
			 (uint64_t)(w->first + index));
	return false;
}

/* When the worker has something to do of itself, clock: @at or before. */
static uint64_t next_event(struct worker *w, uint64_t at)
{
	uint64_t wants;

	if (next_own(w) < w->run->count) {
		wants = hfr_dep_wants_at(w->dep,
					 worker_rec(w, w->ahead)->issue_ns);
		if (wants < at)
			at = wants;
	}
	return at < w->run->until ? at : w->run->until;
}

/* A due time before the clock began is at its beginning. */
static uint64_t clock_of(int64_t due)
{
	return due > 0 ? (uint64_t)due : 0;
}

/* Waits a step for the next event; false at the end or when stopped. */
static bool wait_dependent(struct worker *w)
{
	struct hfr_dep *d = w->dep;
	struct hfr_dep_next next;
	uint64_t at;
	bool open;

	issue_batch(w);
	worker_look(w);
	reap_all(w);
	if (worker_stopped(w) || w->broken || w->looked >= w->run->until)
		return false;
	hfr_dep_update(d, w->looked);
	open = hfr_dep_peek(d, &next);
	if (!open && loop_ended(w))
		return await_loop(w);
	at = next_event(w, open ? clock_of(next.due) : MOMENT_NEVER);
	/* A root that is resolved behind the update comes with a kick. */
	if (at > w->looked)
		wait_step(w, at);
	return true;
}

/*
 * The request that is due first, when it is due. It is taken out: completions
 * may open others that are due before it while it waits for its turn.
 */
static bool next_dependent(struct worker *w, struct hfr_dep_next *next)
{
	struct hfr_dep *d = w->dep;
	bool more;

	for (;;) {
		if (worker_stopped(w))
			return false;
		worker_look(w);
		reap_all(w);
		hfr_dep_update(d, w->looked);
		more = (d->hungry || d->unseen) && read_ahead(w);
		if (hfr_dep_take(d, w->looked, next))
			return true;
		if (!more && !wait_dependent(w))
			return false;
	}
}

/* ---- issue and completion ---- */

static void note_done(struct hfr_dep_done *done, const struct worker *w,
		      const struct hfr_trace_rec *req)
{
	done->scope = deal_local_scope(w->run, req);
	done->rank = req->rank;
	done->global_rank = req->global_rank;
	done->orig = req->complete_ns;
}

static void kick_owners(struct worker *w)
{
	uint32_t from, to;

	if (!hfr_dep_kick(w->dep, &from, &to))
		return;
	for (; from < to; from++) {
		uint32_t owner = hfr_roots_owner(w->dep->roots, from);

		if (owner != w->index)
			w->backend->kick(&w->run->workers[owner]);
	}
}

static void completed(struct worker *w, const struct hfr_dep_done *done,
		      uint64_t index)
{
	if (hfr_dep_complete(w->dep, done, w->looked))
		run_fail(w->run, index,
			 "the rank of request %" PRIu64 " is there twice, or its dependencies reach further than the header states",
			 index);
	kick_owners(w);
}

void depend_completed(struct worker *w, struct slot *slot)
{
	slot->done.actual = slot->completed;
	completed(w, &slot->done, slot->index);
}

/* What the target cannot do is complete when it is due. */
static void skip(struct worker *w, const struct hfr_dep_next *next)
{
	struct hfr_dep_done done = { .actual = clock_of(next->due) };

	note_done(&done, w, worker_rec(w, next->index));
	issue_skip(w, next->index);
	completed(w, &done, w->first + next->index);
}

/* Late, and issued at the latest look. */
static void note_late(struct worker *w, uint64_t due, uint64_t opened)
{
	uint64_t from = due > opened ? due : opened;

	if (w->looked - due <= worker_choices(w)->tolerance) {
		if (w->late.behind)
			late_forget(&w->late);
		return;
	}
	if (opened > due)
		late_blame(&w->late, HFR_CAUSE_PARENT, opened - due);
	if (w->issued_at > from)
		from = w->issued_at;
	if (w->returned > from)
		late_blame(&w->late, HFR_CAUSE_SUBMIT, w->returned - from);
}

/* Issues the request that is due first; false at the end or when stopped. */
static bool issue_dependent(struct worker *w)
{
	const struct play_choices *c = worker_choices(w);
	const struct hfr_trace_rec *req;
	struct hfr_dep_next next;
	struct slot *slot;
	uint64_t due;

	if (!next_dependent(w, &next))
		return false;
	req = worker_rec(w, next.index);
	due = clock_of(next.due);
	if (due < w->run->start)
		due = w->run->start;
	if (!issue_possible(w, req)) {
		skip(w, &next);
		return true;
	}
	if (!issue_turn(w, req, due, false))
		return false;
	slot = issue_prepare(w, next.index);
	note_done(&slot->done, w, req);
	worker_look(w);
	note_late(w, due, next.opened);
	issue_queue(w, slot, due);
	/* No more than are open go together. */
	if (w->batch.count >= c->plug || !w->dep->open)
		issue_batch(w);
	return true;
}

void depend_run(struct worker *w)
{
	pthread_mutex_lock(&w->run->lock);
	begin_loop(w);
	pthread_mutex_unlock(&w->run->lock);
	while (issue_dependent(w))
		;
}

/* ---- making ---- */

static int make_roots(struct run *run)
{
	const struct hft_file *trace = run->job->trace;
	uint32_t n = 0;
	uint64_t i;

	for (i = 0; i < trace->count; i++)
		n += !!(trace->recs[i].flags & HFR_RF_DEP_GLOBAL);
	if (!n)
		return 0;
	if (hfr_roots_init(&run->roots, n, run->nworkers))
		return -ENOMEM;
	run->has_roots = true;
	for (i = 0; i < trace->count; i++) {
		const struct hfr_trace_rec *r = &trace->recs[i];

		if (r->flags & HFR_RF_DEP_GLOBAL)
			hfr_roots_add(&run->roots, i, r->dep_lo, r->dep_hi,
				      run->owner ? run->owner[i] : 0);
	}
	hfr_roots_seal(&run->roots);
	hfr_roots_begin(&run->roots);
	return 0;
}

static int make_worker(struct worker *w, uint64_t mask)
{
	struct run *run = w->run;
	uint32_t scopes = deal_local_scopes(w);
	struct hfr_dep *d;

	if (!scopes)
		return 0;
	d = aligned_alloc(SMP_CACHE_BYTES,
			  ALIGN(sizeof(*d), SMP_CACHE_BYTES));
	if (!d)
		return -ENOMEM;
	if (hfr_dep_init(d, scopes, run->job->trace->hdr->dep_nodes, w->index,
			 run->job->trace->recs, mask, run->links,
			 run->has_roots ? &run->roots : NULL)) {
		free(d);
		return -ENOMEM;
	}
	w->dep = d;
	run->arrived++;
	return 0;
}

int depend_make(struct run *run)
{
	const struct hft_file *trace = run->job->trace;
	uint64_t mask = roundup_pow_of_two(trace->count) - 1, i;
	int ret;

	run->links = calloc(mask + 1, sizeof(*run->links));
	run->scopes = calloc(trace->hdr->scopes, sizeof(*run->scopes));
	if (!run->links || !run->scopes)
		return -ENOMEM;
	for (i = 0; i < trace->count; i++)
		run->scopes[trace->recs[i].scope]++;
	ret = make_roots(run);
	for (i = 0; !ret && i < run->nworkers; i++)
		ret = make_worker(&run->workers[i], mask);
	return ret;
}

void depend_free(struct run *run)
{
	uint32_t i;

	for (i = 0; run->workers && i < run->nworkers; i++) {
		if (run->workers[i].dep)
			hfr_dep_free(run->workers[i].dep);
		free(run->workers[i].dep);
	}
	if (run->has_roots)
		hfr_roots_free(&run->roots);
	free(run->links);
	free(run->scopes);
}
