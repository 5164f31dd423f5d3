/* SPDX-License-Identifier: GPL-2.0-only */
/* A worker: the thread that issues the requests of one target. */
#ifndef HFR_WORKER_H
#define HFR_WORKER_H

#include <linux/cache.h>
#include <linux/llist.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "slot.h"

struct hfr_session;

/* Feeder and reader are told of progress after so many records at most. */
#define HFR_NOTICE_RECORDS	64U

/**
 * enum hfr_sleep - what a sleeping worker wants to be woken for
 * @HFR_SLEEP_NONE: it is awake
 * @HFR_SLEEP_TIMED: records, room, stop
 * @HFR_SLEEP_COMPLETION: these and any completion
 */
enum hfr_sleep {
	HFR_SLEEP_NONE = 0,
	HFR_SLEEP_TIMED,
	HFR_SLEEP_COMPLETION,
};

/**
 * struct hfr_counters - what a worker counts
 *
 * Written by the worker alone, read by anybody at any time.
 */
struct hfr_counters {
	u64 issued;
	u64 completed;
	u64 skipped;
	u64 errors;
	u64 late;
	u64 read_bytes;
	u64 write_bytes;
	u64 stalls[HFR_CAUSE_NR];
	u64 stall_ns[HFR_CAUSE_NR];
	u64 last_index;	/* highest index issued or skipped, plus 1 */
};

/**
 * struct hfr_worker - a thread that issues requests
 * @session: owner
 * @target: the device it issues to
 * @index: number of the worker
 * @cpu: CPU that it is bound to
 * @task: the thread; a reference is held
 * @slots: requests it can have in flight
 * @start: clock at time 0 of the run
 * @looked: latest look at the clock
 * @returned: clock when the latest submit_bio returned
 * @issued_at: clock when the latest request was issued
 * @preempted: involuntary context switches when the latest request was issued
 * @starved_by: why there was no record when one was wanted
 * @held_flags: HFR_CF_* of what held the next request
 * @submit_cause: cause of lateness that the latest submit is
 * @behind: it is behind its schedule
 * @blame: what held it since it is, ns by cause
 * @tags: requests of the block layer in flight
 * @in_flight: requests in flight: issued and not yet taken back
 * @noticed: records issued or taken back since others were told
 * @notice_at: how many that may be
 * @timer_late: how late timers come here, ns
 * @count: counters
 * @cursor: record to issue next, published for the feeder
 * @completed: slots whose bio has ended, pushed by completions
 * @sleep: enum hfr_sleep, read by those who wake
 *
 * All but @cursor, @sleep, @completed and @count belongs to the thread.
 */
struct hfr_worker {
	struct hfr_session *session;
	struct hfr_target *target;
	u32 index;
	u32 cpu;
	struct task_struct *task;
	struct hfr_slots slots;
	u64 start;
	u64 looked;
	u64 returned;
	u64 issued_at;
	unsigned long preempted;
	u64 blame[HFR_CAUSE_NR];
	u8 starved_by;
	u8 submit_cause;
	bool behind;
	u16 held_flags;
	u32 tags;
	u32 in_flight;
	u32 noticed;
	u32 notice_at;
	u32 timer_late;
	struct hfr_counters count;
	u64 cursor ____cacheline_aligned;
	struct llist_head completed ____cacheline_aligned;
	u8 sleep;
};

/**
 * hfr_worker_init - makes a worker and its idle thread
 * @w: filled
 * @s: owner
 * @t: its target
 * @index: its number
 * @cpu: CPU it is bound to
 *
 * Return: 0 or -errno with nothing to undo.
 */
int hfr_worker_init(struct hfr_worker *w, struct hfr_session *s,
		    struct hfr_target *t, u32 index, u32 cpu);

/**
 * hfr_worker_run - issues all requests of a run, and waits for them
 * @w: the worker; called by its thread
 */
void hfr_worker_run(struct hfr_worker *w);

/** hfr_worker_end - ends the thread of a worker with nothing in flight */
void hfr_worker_end(struct hfr_worker *w);

/** hfr_worker_free - forgets the thread, which nobody wakes any more */
void hfr_worker_free(struct hfr_worker *w);

/** hfr_worker_reset - makes a worker ready for another run */
void hfr_worker_reset(struct hfr_worker *w);

/** hfr_worker_go - starts a run at clock @start */
void hfr_worker_go(struct hfr_worker *w, u64 start);

/**
 * hfr_worker_kick - wakes a worker that sleeps
 *
 * The caller has published what the worker may wait for.
 */
static inline void hfr_worker_kick(struct hfr_worker *w)
{
	smp_mb(); /* pairs with set_current_state() in worker_sleep() */
	if (READ_ONCE(w->sleep) != HFR_SLEEP_NONE)
		wake_up_process(w->task);
}

#endif /* HFR_WORKER_H */
