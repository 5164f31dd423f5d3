// SPDX-License-Identifier: GPL-2.0-only
/* The life of a worker's thread; what it does is in issue.c. */
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "session.h"
#include "spare.h"
#include "telemetry.h"

static int worker_thread(void *data)
{
	struct hfr_worker *w = data;
	u64 start;

	set_user_nice(current, MIN_NICE);
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		/* pairs with hfr_worker_go(): the choices of the run */
		start = smp_load_acquire(&w->start);
		if (!start) {
			schedule();
			continue;
		}
		__set_current_state(TASK_RUNNING);
		hfr_worker_run(w);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

int hfr_worker_init(struct hfr_worker *w, struct hfr_session *s, u32 index,
		    u32 cpu)
{
	u32 i;

	w->session = s;
	w->index = index;
	w->home = index / s->config.workers;
	w->share = index % s->config.workers;
	w->cpu = cpu;
	/* A small window must not run empty before its feeder is told. */
	w->notice_at = clamp(s->config.window / 8, 1U, HFR_NOTICE_RECORDS);
	init_llist_head(&w->completed);
	w->lanes = kcalloc(s->ntargets, sizeof(*w->lanes), GFP_KERNEL);
	if (!w->lanes)
		return -ENOMEM;
	for (i = 0; i < s->ntargets; i++) {
		w->lanes[i].target = &s->targets[i];
		w->lanes[i].index = i;
	}
	w->task = kthread_create_on_node(worker_thread, w, cpu_to_node(cpu),
					 "hfr-%u/%u", s->id, index);
	if (IS_ERR(w->task)) {
		int err = PTR_ERR(w->task);

		w->task = NULL;
		return err;
	}
	get_task_struct(w->task);
	kthread_bind(w->task, cpu);
	wake_up_process(w->task);
	return 0;
}

void hfr_worker_end(struct hfr_worker *w)
{
	kthread_stop(w->task);
}

void hfr_worker_free(struct hfr_worker *w)
{
	kfree(w->lanes);
	if (w->task)
		put_task_struct(w->task);
}

/* Where the records of this loop lie: all are kept, or places are used again. */
static void place_records(struct hfr_worker *w)
{
	const struct hfr_results *res = &w->session->results;

	w->recs = res->recs;
	w->rec_base = res->consumed ? 0 : w->first;
	w->rec_mask = res->consumed ? res->mask : U64_MAX;
}

void hfr_worker_reset(struct hfr_worker *w)
{
	memset(&w->count, 0, sizeof(w->count));
	memset(&w->late, 0, sizeof(w->late));
	memset(&w->chain, 0, sizeof(w->chain));
	w->cursor = 0;
	w->loop = 0;
	w->first = 0;
	w->room = 0;
	place_records(w);
	hfr_clock_begin(&w->clock);
	w->returned = 0;
	w->issued_at = 0;
	w->noticed = 0;
	hfr_spare_begin(w);
	hfr_telemetry_reset(w);
}

void hfr_worker_next_loop(struct hfr_worker *w, u64 count)
{
	WRITE_ONCE(w->loop, w->loop + 1);
	w->first += count;
	place_records(w);
}

/* The limit of each target, as far as it is not that of each record. */
static void take_limits(struct hfr_worker *w)
{
	const struct hfr_config *c = &w->session->config;
	u32 kind = READ_ONCE(c->limit), i;

	w->follows = kind == HFREPLAY_LIMIT_TRACE ||
		c->mode == HFREPLAY_MODE_LOAD;
	for (i = 0; i < w->session->ntargets; i++) {
		struct hfr_lane *lane = &w->lanes[i];

		lane->limit = kind == HFREPLAY_LIMIT_FIXED ?
			hfr_lane_share(lane, READ_ONCE(c->limit_value)) : U32_MAX;
	}
}

void hfr_worker_take_pace(struct hfr_worker *w)
{
	struct hfr_session *s = w->session;

	spin_lock(&s->pace_lock);
	w->pace = s->pace;
	w->pace_version = s->pace_version;
	spin_unlock(&s->pace_lock);
	take_limits(w);
	w->chain.gap = s->config.mode == HFREPLAY_MODE_HF ?
		mul_u64_u32_div(s->config.bundle, w->pace.den, w->pace.num) : 0;
}

void hfr_worker_go(struct hfr_worker *w, u64 start)
{
	/* pairs with worker_thread() */
	smp_store_release(&w->start, start);
	wake_up_process(w->task);
}
