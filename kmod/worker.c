// SPDX-License-Identifier: GPL-2.0-only
/* The life of a worker's thread; what it does is in issue.c. */
#include <linux/kthread.h>
#include <linux/sched/task.h>

#include "session.h"

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

int hfr_worker_init(struct hfr_worker *w, struct hfr_session *s,
		    struct hfr_target *t, u32 index, u32 cpu)
{
	w->session = s;
	w->target = t;
	w->index = index;
	w->cpu = cpu;
	/* A small window must not run empty before its feeder is told. */
	w->notice_at = clamp(s->config.window / 8, 1U, HFR_NOTICE_RECORDS);
	init_llist_head(&w->completed);
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
	if (w->task)
		put_task_struct(w->task);
}

void hfr_worker_reset(struct hfr_worker *w)
{
	memset(&w->count, 0, sizeof(w->count));
	w->cursor = 0;
	w->returned = 0;
	w->issued_at = 0;
	memset(w->blame, 0, sizeof(w->blame));
	w->behind = false;
	w->held_flags = 0;
	w->starved_by = HFR_CAUSE_NONE;
	w->noticed = 0;
}

void hfr_worker_go(struct hfr_worker *w, u64 start)
{
	/* pairs with worker_thread() */
	smp_store_release(&w->start, start);
	wake_up_process(w->task);
}
