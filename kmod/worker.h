/* SPDX-License-Identifier: GPL-2.0-only */
/* A worker: a thread that issues requests. */
#ifndef HFR_WORKER_H
#define HFR_WORKER_H

#include <linux/cache.h>
#include <linux/llist.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "clock.h"
#include "dep.h"
#include "lane.h"
#include "pace.h"
#include "plug.h"
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
	u64 skipped;
	u64 errors;
	u64 again;
	u64 late;
	u64 verified;	/* blocks */
	u64 verify_errors;
	u64 stalls[HFR_CAUSE_NR];
	u64 stall_ns[HFR_CAUSE_NR];
	u64 last_index;	/* highest index issued or skipped, plus 1 */
};

/**
 * struct hfr_chain - a row of requests that go together (mode hf)
 * @gap: a request that follows the one before by less is chained to it, ns of
 *	the trace; 0: none is
 * @due: when the first was due, clock
 * @count: requests so far
 * @next: the next request is one of them
 */
struct hfr_chain {
	u64 gap;
	u64 due;
	u32 count;
	bool next;
};

/**
 * struct hfr_late - what keeps a worker behind its schedule
 * @worst: the cause with the largest sum in @blame, or HFR_CAUSE_NONE
 * @blame: what held it since it is, ns by cause
 * @blamed: sum of @blame; 0: it is not behind
 * @starved_by: why there was no record when one was wanted
 * @starved_at: clock when it was wanted
 * @flags: HFR_CF_* of what held the next request
 * @submit_cause: cause of lateness that the latest submit is
 * @preempted: involuntary context switches when the latest request was issued
 */
struct hfr_late {
	u8 worst;
	u8 starved_by;
	u8 submit_cause;
	u16 flags;
	u64 starved_at;
	unsigned long preempted;
	u64 blame[HFR_CAUSE_NR];
	u64 blamed;
};

/**
 * struct hfr_spare - what a worker does while it has time (mode hf)
 * @most: slots of either kind, at most; 0: it does nothing
 * @done: slots that were taken back, to be accounted for; the latest first
 * @ndone: number of them
 * @built: slots with the bios of the records from the cursor on, in order
 * @last: the last of them
 * @nbuilt: number of them
 * @next: record to build next, if there are any
 */
struct hfr_spare {
	u32 most;
	u32 ndone;
	struct llist_node *done;
	struct llist_node *built;
	struct llist_node *last;
	u32 nbuilt;
	u64 next;
};

/**
 * struct hfr_worker - a thread that issues requests
 * @session: owner
 * @index: number of the worker
 * @cpu: CPU that it is bound to
 * @home: number of the target it is made for
 * @share: number among the workers of that target
 * @task: the thread; a reference is held
 * @slots: requests it can have in flight
 * @lanes: one for each target of the session
 * @start: clock at time 0 of the run
 * @until: clock after which it issues nothing
 * @opf: REQ_NOMERGE, REQ_POLLED: what all its requests carry
 * @clock: its clock
 * @looked: latest look at it; never goes back
 * @returned: clock when the latest submit_bio returned
 * @issued_at: clock when the latest request was issued
 * @pace: when requests are due
 * @pace_version: that of the session's pace that it is
 * @loop: loop of the trace that it is in, from 0
 * @first: index of the first request of the loop
 * @dep: its dependencies in mode dep, else NULL
 * @ahead: record to read next in mode dep
 * @wanted: request that waits for the place of its completion record
 * @resolved: roots that were resolved when it looked last
 * @starved: all that is loaded was read when it looked last
 * @late: being late, and why
 * @chain: requests that go together
 * @spare: what is done while there is time
 * @plug: requests that are handed over together
 * @recs: ring of completion records, NULL if none are kept
 * @rec_base: index there of the first request of the loop ...
 * @rec_mask: ... modulo the size of the ring, if it goes round
 * @room: requests below it have a place for their records
 * @follows: the limit of requests in flight is that of each record
 * @unpriced: the latest slot issued, if its cost is not yet known
 * @held: the same, completed; it is taken back when its cost is known
 * @in_flight: requests in flight at all targets
 * @noticed: records issued or taken back since others were told
 * @notice_at: how many that may be
 * @timer_late: how late timers come here, ns
 * @polled: slot whose queue was polled last
 * @count: counters
 * @cursor: oldest record not yet issued, published for the feeder
 * @completed: slots whose bio has ended, pushed by completions
 * @sleep: enum hfr_sleep, read by those who wake
 *
 * All but @cursor, @sleep, @completed and @count belongs to the thread.
 */
struct hfr_worker {
	struct hfr_session *session;
	struct hfr_lane *lanes;
	struct hfr_slots slots;
	struct hfr_clock clock;
	u64 looked;
	u64 returned;
	u64 issued_at;
	u64 start;
	u64 until;
	u64 first;
	u32 index;
	u32 in_flight;
	u32 noticed;
	u32 notice_at;
	blk_opf_t opf;
	struct hfr_completion_rec *recs;
	u64 rec_base;
	u64 rec_mask;
	u64 room;
	bool follows;
	struct hfr_slot *unpriced;
	struct hfr_slot *held;
	struct hfr_pace pace;
	u32 pace_version;
	u32 timer_late;
	u32 polled;
	struct hfr_dep *dep;
	u64 ahead;
	u64 wanted;
	u32 resolved;
	bool starved;
	struct hfr_late late;
	struct hfr_chain chain;
	struct hfr_spare spare;
	struct hfr_plug plug;
	struct hfr_counters count;
	u32 loop;
	u32 cpu;
	u32 home;
	u32 share;
	struct task_struct *task;
	u64 cursor ____cacheline_aligned;
	struct llist_head completed ____cacheline_aligned;
	u8 sleep;
};

/**
 * hfr_worker_init - makes a worker and its idle thread
 * @w: filled
 * @s: owner
 * @index: its number
 * @cpu: CPU it is bound to
 *
 * Return: 0 or -errno with nothing to undo.
 */
int hfr_worker_init(struct hfr_worker *w, struct hfr_session *s, u32 index,
		    u32 cpu);

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

/** hfr_worker_next_loop - goes on to the next loop of @count records */
void hfr_worker_next_loop(struct hfr_worker *w, u64 count);

/** hfr_worker_take_pace - takes the pace of its session, and the limits */
void hfr_worker_take_pace(struct hfr_worker *w);

/** hfr_worker_go - starts a run at clock @start */
void hfr_worker_go(struct hfr_worker *w, u64 start);

/**
 * hfr_worker_kick - wakes a worker that sleeps
 *
 * The caller has published what the worker may wait for.
 */
static inline void hfr_worker_kick(struct hfr_worker *w)
{
	smp_mb(); /* pairs with set_current_state() in hfr_wait_sleep() */
	if (READ_ONCE(w->sleep) != HFR_SLEEP_NONE)
		wake_up_process(w->task);
}

#endif /* HFR_WORKER_H */
