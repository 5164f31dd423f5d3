/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A session: targets, a trace, and the replay of one on the other.
 *
 * Locks, in the order in which they are taken:
 *
 *   hfr_sessions_lock  the list of sessions, ids and names
 *   control            start, rewind and delete exclude each other
 *   feed_lock          one write(2) at a time; the feed
 *   read_lock          one read(2) at a time
 *   event_lock         events: one that is sent later does not say less
 *   state_lock         state, error text, opens, dying; never slept under
 *   pace_lock          the pace; never slept under
 *
 * The hot path takes none of them; a worker takes pace_lock once for each
 * change of the pace.
 */
#ifndef HFR_SESSION_H
#define HFR_SESSION_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/hfreplay_netlink.h>

#include "feed.h"
#include "payload.h"
#include "results.h"
#include "target.h"
#include "verify.h"
#include "window.h"
#include "worker.h"

#define HFR_NAME_LEN		32
#define HFR_MAX_SESSIONS	32U
#define HFR_MAX_TARGETS		HFR_MAX_DEVICES
#define HFR_MAX_WORKERS		16U	/* of a target */
#define HFR_MAX_THREADS		256U	/* of a session */

/**
 * struct hfr_config - the choices of a session
 *
 * Those that session-start may change are written under control while no
 * worker runs; those that session-set may change at any time, under control;
 * the others never change.
 */
struct hfr_config {
	u32 flags;
	u32 mode;
	u32 speed;		/* thousandths */
	u32 think;		/* thousandths */
	u32 limit;
	u32 limit_value;
	u32 loops;
	u64 duration_limit;	/* ns, 0: none */
	u64 start_at;		/* ns of start_clock, 0: at once */
	u32 start_clock;
	u32 bundle;		/* ns of the clock, 0: none */
	u32 bundle_max;
	u32 plug;		/* requests, 0: none */
	u32 workers;		/* per target */
	u32 spread;
	u32 window;		/* slots */
	u32 results;		/* slots */
	u32 payload;
	u32 on_error;
	u32 error_max;
	u32 spin;		/* ns */
	u32 tolerance;		/* ns */
	u64 seed;
};

/**
 * struct hfr_depend - what the workers of a run in mode dep share
 * @links: of the window's slots, see struct hfr_dep
 * @roots: roots with parents in other scopes
 * @has_roots: there are any
 * @stride: scope n of a stream is the n / @stride-th of its worker; 0: each
 *	worker has one at most
 * @workers: workers that have scopes
 * @left: those that have not come to the end of the loop
 * @loop: loop that they are in
 * @bytes: memory charged
 */
struct hfr_depend {
	u32 *links;
	struct hfr_roots roots;
	bool has_roots;
	u32 stride;
	u32 workers;
	atomic_t left;
	u32 loop;
	u64 bytes;
};

/**
 * struct hfr_session - a session
 * @node: entry of the list of sessions; hfr_sessions_lock
 * @id: number, immutable
 * @name: name, immutable
 * @live: it was made whole and can be found; hfr_sessions_lock
 * @owner_port: netlink socket that made it; immutable
 * @ref: held by the list, open files and those who looked it up
 * @config: choices
 * @targets: devices held, in the order of the device table; immutable
 * @ntargets: number of them
 * @workers: those of the first target, then of the second, ...; immutable
 * @nworkers: number of them
 * @limits: what records of each target are checked against; immutable
 * @payload: pages; made when a header is accepted, feed_lock
 * @verify: what writes and reads are held against, with payload verify
 * @prepared: pages and slots are there; feed_lock
 * @roam: ... for workers that issue to all targets; feed_lock
 * @window: ring of trace records
 * @results: ring of completion records
 * @feed: how far the trace was read; feed_lock
 * @depend: dependencies; made when a run begins, control
 * @memory: bytes charged for the rings
 * @stats_memory: bytes charged for statistics; feed_lock
 * @control: see above
 * @feed_lock: see above
 * @read_lock: see above
 * @event_lock: see above
 * @feed_wait: writers that wait for room
 * @read_wait: readers that wait for records
 * @state_lock: see above
 * @state: enum hfreplay_session_state; state_lock for writing
 * @failed: an error ends the run as failed; state_lock for writing
 * @dying: it is being deleted; state_lock for writing
 * @opens: open files; state_lock
 * @writers: open files that write; state_lock
 * @readers: open files that read; state_lock
 * @was_opened: its node was opened at least once; state_lock
 * @error: why it failed; state_lock
 * @error_index: request at fault or HFR_UNKNOWN; state_lock
 * @generation: counts rewinds: files that read start anew
 * @pace_lock: @pace and @pace_version
 * @pace: when requests are due
 * @pace_version: counts its changes
 * @stop: workers are to stop; read by workers
 * @issuing: workers that still issue
 * @running: workers that still run
 * @failures: requests that failed; with on-error stop only
 * @start_ns: clock at time 0
 * @end_ns: clock at the end, 0 before
 * @wall_start: CLOCK_REALTIME at time 0
 * @misc: the character device
 * @misc_name: its name
 * @misc_node: its path below /dev
 * @progress: sends progress events while it runs
 * @teardown: deletes it
 */
struct hfr_session {
	struct list_head node;
	u32 id;
	char name[HFR_NAME_LEN];
	bool live;
	u32 owner_port;
	struct kref ref;
	struct hfr_config config;
	struct hfr_target *targets;
	u32 ntargets;
	struct hfr_worker *workers;
	u32 nworkers;
	struct hfr_limits *limits;
	struct hfr_payload payload;
	struct hfr_verify verify;
	bool prepared;
	bool roam;
	struct hfr_window window;
	struct hfr_results results;
	struct hfr_feed feed;
	struct hfr_depend depend;
	u64 memory;
	u64 stats_memory;

	struct mutex control; /* see above */
	struct mutex feed_lock; /* see above */
	struct mutex read_lock; /* see above */
	struct mutex event_lock; /* see above */
	wait_queue_head_t feed_wait;
	wait_queue_head_t read_wait;

	spinlock_t state_lock; /* see above */
	u32 state;
	bool failed;
	bool dying;
	u32 opens;
	u32 writers;
	u32 readers;
	bool was_opened;
	char error[HFR_WHY_LEN + 32];
	u64 error_index;
	u32 generation;

	spinlock_t pace_lock; /* see above */
	struct hfr_pace pace;
	u32 pace_version;
	bool stop;
	atomic_t issuing;
	atomic_t running;
	atomic_t failures;
	u64 start_ns;
	u64 end_ns;
	u64 wall_start;

	struct miscdevice misc;
	char misc_name[HFR_NAME_LEN + 16];
	char misc_node[HFR_NAME_LEN + 16];
	struct delayed_work progress;
	struct work_struct teardown;
};

/**
 * struct hfr_session_spec - what session-new asks for
 * @name: wanted name, NULL for a chosen one
 * @config: choices; window and results as asked, 0 for the default
 * @paths: paths of the targets
 * @cpus: CPUs of the workers of each target, or -1
 * @ntargets: number of both
 * @port: netlink socket that asks
 */
struct hfr_session_spec {
	const char *name;
	struct hfr_config config;
	const char *paths[HFR_MAX_TARGETS];
	int cpus[HFR_MAX_TARGETS][HFR_MAX_WORKERS];
	u32 ntargets;
	u32 port;
};

static inline bool hfr_session_streams(const struct hfr_session *s)
{
	return s->config.flags & HFREPLAY_SESSION_FLAGS_STREAM;
}

/** hfr_session_consumes - a completion record is read once */
static inline bool hfr_session_consumes(const struct hfr_session *s)
{
	return hfr_session_streams(s) || READ_ONCE(s->results.consumed);
}

/** hfr_session_kick_workers - wakes workers that sleep */
static inline void hfr_session_kick_workers(struct hfr_session *s)
{
	u32 i;

	for (i = 0; i < s->nworkers; i++)
		hfr_worker_kick(&s->workers[i]);
}

/** hfr_session_stop_workers - lets workers stop; they end when all is drained */
static inline void hfr_session_stop_workers(struct hfr_session *s)
{
	WRITE_ONCE(s->stop, true);
	/* Workers look at the version only, on their way. */
	spin_lock(&s->pace_lock);
	WRITE_ONCE(s->pace_version, s->pace_version + 1);
	spin_unlock(&s->pace_lock);
	hfr_session_kick_workers(s);
}

static inline bool hfr_session_runs(const struct hfr_session *s)
{
	return s->state == HFREPLAY_SESSION_STATE_RUNNING ||
		s->state == HFREPLAY_SESSION_STATE_DRAINING;
}

/** hfr_session_queue_progress - sends an event before long, while it runs */
void hfr_session_queue_progress(struct hfr_session *s);
/** hfr_session_queue_teardown - takes a dying session apart, once, when
 * nothing is in flight
 */
void hfr_session_queue_teardown(struct hfr_session *s);

/**
 * hfr_session_new - makes a session, its targets claimed, its node there
 * @spec: what is asked for
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Return: the session with a reference for the caller, or an ERR_PTR.
 */
struct hfr_session *hfr_session_new(const struct hfr_session_spec *spec,
				    char *why);

/** hfr_session_find - looks one up by id, or by name if that is not NULL;
 * returns it with a reference, or NULL
 */
struct hfr_session *hfr_session_find(u32 id, const char *name);

/** hfr_session_next - the session with the lowest id above @id, with a
 * reference, or NULL
 */
struct hfr_session *hfr_session_next(u32 id);
void hfr_session_put(struct hfr_session *s);

/**
 * hfr_session_start - starts a session
 * @s: the session
 * @config: its choices for this run; caller holds control
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Return: 0, -EBUSY in a wrong state, -EINVAL.
 */
int hfr_session_start(struct hfr_session *s, const struct hfr_config *config,
		      char *why);
/**
 * hfr_session_set - changes the choices of a session that may change any time
 * @s: the session
 * @config: its choices, changed; caller holds control
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Return: 0 or -EINVAL; then nothing has changed.
 */
int hfr_session_set(struct hfr_session *s, const struct hfr_config *config,
		    char *why);
/** hfr_session_stop - asks a run to stop; returns at once */
int hfr_session_stop(struct hfr_session *s, char *why);
/** hfr_session_rewind - makes an ended session ready again */
int hfr_session_rewind(struct hfr_session *s, char *why);
/** hfr_session_delete - deletes a session; returns at once */
void hfr_session_delete(struct hfr_session *s);
/** hfr_session_delete_orphans - deletes autoclear sessions that were never
 * opened and whose netlink socket @port is gone
 */
void hfr_session_delete_orphans(u32 port);

/** hfr_session_memory - bytes of kernel memory that a session uses */
u64 hfr_session_memory(const struct hfr_session *s);

/**
 * hfr_session_prepare - makes pages and slots for a trace
 * @s: the session; the caller holds feed_lock
 * @max_length: longest read or write of the trace
 * @roam: a worker may issue to all targets
 *
 * Return: 0 or -ENOMEM.
 */
int hfr_session_prepare(struct hfr_session *s, u32 max_length, bool roam);

/** hfr_session_worker_issued - a worker has issued its last request */
void hfr_session_worker_issued(struct hfr_session *s);
/** hfr_session_worker_done - a worker has nothing in flight any more */
void hfr_session_worker_done(struct hfr_session *s);

int hfr_session_module_init(void);
void hfr_session_module_exit(void);

#endif /* HFR_SESSION_H */
