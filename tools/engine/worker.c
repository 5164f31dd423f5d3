// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "depend.h"
#include "issue.h"
#include "reap.h"
#include "wait-due.h"
#include "worker.h"

/* ---- making ---- */

bool run_wants_own(const struct run *run)
{
	const struct play_job *job = run->job;
	uint32_t i;

	for (i = 0; i < job->trace->hdr->device_count; i++)
		if (job->targets[i].own_sink)
			return true;
	return run->checks;
}

static int make_lanes(struct worker *w)
{
	const struct play_job *job = w->run->job;
	uint32_t i, n = job->trace->hdr->device_count;

	w->lanes = calloc(n, sizeof(*w->lanes));
	if (!w->lanes)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		w->lanes[i].target = &job->targets[i];
		w->lanes[i].index = i;
	}
	return 0;
}

static int make_slots(struct worker *w, uint32_t slots)
{
	uint64_t stride = w->run->payload.stride;

	if (run_wants_own(w->run)) {
		w->own_bytes = slots * stride;
		w->own = payload_alloc(w->own_bytes);
		if (!w->own)
			return -ENOMEM;
	}
	return slots_init(&w->slots, slots, w->own, stride);
}

int worker_init(struct worker *w, struct run *run, uint32_t index,
		uint32_t slots, struct hf_error *err)
{
	const struct play_choices *c = &run->job->choices;
	const uint32_t *cpus;

	w->run = run;
	w->index = index;
	w->home = index / c->workers;
	w->share = index % c->workers;
	cpus = run->job->targets[w->home].cpus;
	w->cpu = cpus ? (int)cpus[w->share] : -1;
	w->back_end = &w->back;
	if (make_lanes(w) || make_slots(w, slots))
		return hf_fail(err, ENOMEM,
			       "no memory for %u requests in flight", slots);
	w->backend = run->job->backend;
	if (w->backend->open(w, err)) {
		w->backend = NULL;
		return -EIO;
	}
	return 0;
}

void worker_free(struct worker *w)
{
	if (w->backend)
		w->backend->close(w);
	slots_free(&w->slots);
	free(w->own);
	free(w->lanes);
}

/* ---- the run ---- */

void run_stop(struct run *run)
{
	uint32_t i;

	__atomic_store_n(&run->stop, true, __ATOMIC_SEQ_CST);
	pthread_mutex_lock(&run->lock);
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
	for (i = 0; i < run->nworkers; i++)
		run->job->backend->kick(&run->workers[i]);
}

void run_fail(struct run *run, uint64_t index, const char *fmt, ...)
{
	va_list ap;

	pthread_mutex_lock(&run->lock);
	if (!run->failed) {
		va_start(ap, fmt);
		vsnprintf(run->error, sizeof(run->error), fmt, ap);
		va_end(ap);
		run->error_index = index;
		run->failed = true;
	}
	pthread_mutex_unlock(&run->lock);
	run_stop(run);
}

/* ---- the thread ---- */

void worker_came_back(struct worker *w, struct slot *slot, int32_t result)
{
	struct lane *lane = slot->lane;

	slot->result = result;
	slot->completed = w->looked;
	lane->tags -= slot->tags;
	lane->in_flight--;
	w->in_flight--;
	if (w->dep)
		depend_completed(w, slot);
	slot->next = NULL;
	*w->back_end = slot;
	w->back_end = &slot->next;
}

/* Of these nothing is certain: without them it is only later. */
static void ask_for_time(const struct worker *w)
{
	char name[16];
	cpu_set_t set;

	snprintf(name, sizeof(name), "hfr-%u", w->index);
	prctl(PR_SET_NAME, name);
	prctl(PR_SET_TIMERSLACK, 1UL);
	setpriority(PRIO_PROCESS, 0, -20);
	if (w->cpu < 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(w->cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

static void await_begin(struct run *run)
{
	pthread_mutex_lock(&run->lock);
	while (!run->begun)
		pthread_cond_wait(&run->changed, &run->lock);
	pthread_mutex_unlock(&run->lock);
}

static void take_limits(struct worker *w)
{
	const struct play_choices *c = worker_choices(w);
	uint32_t i;

	w->follows = c->limit == HFREPLAY_LIMIT_TRACE ||
		     c->mode == HFREPLAY_MODE_LOAD;
	for (i = 0; i < w->run->job->trace->hdr->device_count; i++) {
		struct lane *l = &w->lanes[i];

		l->depth = l->target->depth ? lane_share(l, l->target->depth)
					    : 0;
		l->limit = c->limit == HFREPLAY_LIMIT_FIXED ?
			   lane_share(l, c->limit_value) : UINT32_MAX;
	}
}

static void issue_by_mode(struct worker *w)
{
	switch (worker_choices(w)->mode) {
	case HFREPLAY_MODE_HF:
		issue_scheduled_all(w);
		break;
	case HFREPLAY_MODE_DEP:
		if (w->dep)
			depend_run(w);
		break;
	default:
		issue_free_all(w);
		break;
	}
	issue_batch(w);
}

static void run_worker(struct worker *w)
{
	const struct play_choices *c = worker_choices(w);

	take_limits(w);
	if (c->mode == HFREPLAY_MODE_HF)
		w->chain.gap = c->bundle * c->speed / 1000;
	wait_due(w, w->run->start);
	/* What made the thread come late was none of its work. */
	w->returned = w->looked;
	w->submit_cause = HFR_CAUSE_STOLEN;
	late_forget(&w->late);
	if (!worker_stopped(w))
		issue_by_mode(w);
	wait_drained(w);
}

static void *worker_thread(void *arg)
{
	struct worker *w = arg;
	struct run *run = w->run;
	uint64_t one = 1;

	ask_for_time(w);
	await_begin(run);
	run_worker(w);
	if (!__atomic_sub_fetch(&run->left, 1, __ATOMIC_ACQ_REL) &&
	    write(run->ended, &one, sizeof(one)) < 0)
		abort(); /* an eventfd takes a 1 */
	return NULL;
}

/* Signals are for the thread that polls for them. */
int worker_start(struct worker *w)
{
	sigset_t all, before;
	int ret;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	ret = pthread_create(&w->thread, NULL, worker_thread, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -ret;
}
