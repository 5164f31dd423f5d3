/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A worker: a thread that issues its requests and takes them back. What it has
 * is its own; struct run is what workers share.
 */
#ifndef HF_WORKER_H
#define HF_WORKER_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "kmod/dep.h"
#include "backend.h"
#include "lane.h"
#include "late.h"
#include "moment.h"
#include "payload.h"
#include "play.h"
#include "slots.h"

/* Requests that are handed over together, at most. */
#define BATCH_MAX	256U
/* Due time of a request that no schedule binds. */
#define NOT_DUE		UINT64_MAX

struct checks;
struct run;

/**
 * struct batch - requests that are handed over next
 * @slot: @count of them, in order
 * @count: number
 */
struct batch {
	struct slot *slot[BATCH_MAX];
	uint32_t count;
};

/**
 * struct chain - a bundle of mode hf on its way
 * @gap: requests nearer than this are chained, ns of the trace; 0: none is
 * @due: of its first request, clock
 * @count: requests so far
 * @next: the next request belongs to it
 */
struct chain {
	uint64_t gap;
	uint64_t due;
	uint32_t count;
	bool next;
};

/**
 * struct worker - a worker
 * @run: what it shares
 * @backend: takes its requests
 * @ring: the backend's
 * @thread: valid once the run has begun
 * @index: its number
 * @home: target that it was made for
 * @share: its number among the workers of @home
 * @cpu: where it runs; -1: anywhere
 * @records: records of the trace that are its own
 * @lanes: its ways to the targets
 * @slots: its requests
 * @own: memory that the slots have of their own, @own_bytes; NULL: they have
 *	none
 * @own_bytes: see @own
 * @back: slots that have come back and are not accounted for, oldest first
 * @back_end: where the next one is linked in
 * @in_flight: requests queued or in flight
 * @looked: latest look at the clock
 * @issued_at: look before the latest submit
 * @returned: look behind it
 * @submit_cause: what being late by it is due to (enum hfr_cause)
 * @timer_late: how late timers come, ns
 * @cursor: next record of the trace
 * @loop: loop that it is in
 * @first: index of the loop's first record
 * @follows: the limit is that of each record
 * @broken: the backend takes nothing more and gives nothing back
 * @batch: requests on their way out
 * @chain: bundle that the next request may belong to
 * @late: why it is behind
 * @count: what it did; read by others
 * @dep: its dependencies, in mode dep; NULL if it has no scope
 * @ahead: next record that @dep has not read
 */
struct worker {
	struct run *run;
	const struct backend *backend;
	void *ring;
	pthread_t thread;
	uint32_t index;
	uint32_t home;
	uint32_t share;
	int cpu;
	uint64_t records;
	struct lane *lanes;
	struct slots slots;
	char *own;
	uint64_t own_bytes;
	struct slot *back;
	struct slot **back_end;
	uint32_t in_flight;
	uint64_t looked;
	uint64_t issued_at;
	uint64_t returned;
	uint8_t submit_cause;
	uint32_t timer_late;
	uint64_t cursor;
	uint64_t loop;
	uint64_t first;
	bool follows;
	bool broken;
	struct batch batch;
	struct chain chain;
	struct late late;
	struct play_counters count;
	struct hfr_dep *dep;
	uint64_t ahead;
};

/**
 * struct run - a replay on its way
 * @job: what is played
 * @workers: @nworkers of them
 * @nworkers: number
 * @payload: data
 * @checks: verification; NULL without
 * @recs: completion records of all loops
 * @count: records of the trace
 * @owner: worker of each record; NULL: all are the first one's
 * @memory: bytes of records and payload
 * @start: clock of time 0
 * @pace: how times of the trace become clocks; in mode dep of the loop, @lock
 * @wall_start: CLOCK_REALTIME of the start, ns
 * @until: nothing is issued from this clock on
 * @links: of dependencies, one for each record
 * @roots: of dependencies, if @has_roots
 * @has_roots: there are any
 * @scopes: how many records each scope has
 * @lock: what follows, but for atomics
 * @changed: @begun, @round or @stop
 * @begun: workers go
 * @round: loop that mode dep is in
 * @arrived: workers with scopes that still are in it
 * @failed: a request or the engine has ended the replay
 * @error: why
 * @error_index: request that it was, or HFR_UNKNOWN
 * @stop: nothing more is issued; atomic
 * @failures: of requests; atomic
 * @left: workers that have not ended; atomic
 * @ended: eventfd: the last worker has ended
 */
struct run {
	const struct play_job *job;
	struct worker *workers;
	uint32_t nworkers;
	struct payload payload;
	struct checks *checks;
	struct hfr_completion_rec *recs;
	uint64_t count;
	uint16_t *owner;
	uint64_t memory;
	uint64_t start;
	struct hfr_dep_pace pace;
	uint64_t wall_start;
	uint64_t until;
	uint32_t *links;
	struct hfr_roots roots;
	bool has_roots;
	uint32_t *scopes;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool begun;
	uint64_t round;
	uint32_t arrived;
	bool failed;
	char error[256];
	uint64_t error_index;
	bool stop;
	uint32_t failures;
	uint32_t left;
	int ended;
};

/**
 * worker_init - makes a worker
 * @w: zeroed; filled
 * @run: its run: job, payload and nworkers are set
 * @index: its number
 * @slots: requests that it can have in flight
 * @err: on failure, a sentence
 *
 * Return: 0, or -errno; worker_free() frees what there is.
 */
int worker_init(struct worker *w, struct run *run, uint32_t index,
		uint32_t slots, struct hf_error *err);
void worker_free(struct worker *w);

/** run_wants_own - whether requests need memory of their own */
bool run_wants_own(const struct run *run);

/** worker_start - makes its thread, which waits for @begun; 0 or -errno */
int worker_start(struct worker *w);

/**
 * worker_came_back - a request has completed at the latest look
 * @w: the worker
 * @slot: the request
 * @result: see struct slot
 */
void worker_came_back(struct worker *w, struct slot *slot, int32_t result);

/** run_stop - nothing more is issued */
void run_stop(struct run *run);

/** run_fail - the same, with a reason: the first one counts */
void run_fail(struct run *run, uint64_t index, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static inline bool worker_stopped(const struct worker *w)
{
	return __atomic_load_n(&w->run->stop, __ATOMIC_RELAXED);
}

static inline void worker_look(struct worker *w)
{
	w->looked = moment_now();
}

/** worker_owns - whether record @at of the trace is the worker's */
static inline bool worker_owns(const struct worker *w, uint64_t at)
{
	return w->run->owner ? w->run->owner[at] == w->index : !w->index;
}

static inline const struct hfr_trace_rec *worker_rec(const struct worker *w,
						     uint64_t at)
{
	return &w->run->job->trace->recs[at];
}

static inline const struct play_choices *worker_choices(const struct worker *w)
{
	return &w->run->job->choices;
}

#endif /* HF_WORKER_H */
