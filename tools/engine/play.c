// SPDX-License-Identifier: GPL-2.0-only
/* A run: its beginning, its end, and what came of it. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>

#include "checks.h"
#include "deal.h"
#include "depend.h"
#include "worker.h"

/* Workers get on their CPUs before time 0, ns. */
#define START_DELAY_NS	5000000
/* Time between two looks at Ctrl-C and progress, ms. */
#define LOOK_MS		100
/* Requests in flight of a worker, at most, and where no device has a depth. */
#define SLOTS_MOST	4096U
#define SLOTS_NO_DEPTH	1024U
/* Memory that the requests of a worker have of their own, about, bytes. */
#define OWN_MOST	(256ULL << 20)

/* ---- what it needs ---- */

static uint32_t slots_wanted(const struct run *run)
{
	const struct play_job *job = run->job;
	const struct play_choices *c = &job->choices;
	uint64_t n = 0, own = OWN_MOST / run->payload.stride;
	uint32_t i;

	for (i = 0; i < job->trace->hdr->device_count; i++) {
		uint32_t depth = job->targets[i].depth;

		n += c->limit == HFREPLAY_LIMIT_FIXED ? c->limit_value :
		     depth ? depth : SLOTS_NO_DEPTH;
	}
	if (n > SLOTS_MOST)
		n = SLOTS_MOST;
	if (run_wants_own(run) && n > own)
		n = own;
	return n < 2 ? 2 : (uint32_t)n;
}

static int check_job(const struct play_job *job, struct hf_error *err)
{
	const struct hfr_file_hdr *hdr = job->trace->hdr;
	const struct play_choices *c = &job->choices;

	if (c->mode == HFREPLAY_MODE_LOAD &&
	    !(hdr->flags & HFR_FF_COMPLETIONS))
		return hf_fail(err, EINVAL,
			       "mode load needs a trace with completion times");
	if (c->mode == HFREPLAY_MODE_DEP && !(hdr->flags & HFR_FF_DEPS))
		return hf_fail(err, EINVAL,
			       "mode dep needs a trace with dependencies");
	if (c->mode == HFREPLAY_MODE_DEP && job->trace->count > INT32_MAX)
		return hf_fail(err, EFBIG,
			       "mode dep takes at most 2147483647 requests, the trace has %" PRIu64,
			       job->trace->count);
	if (hdr->duration_ns > HFR_MAX_TIME / c->loops)
		return hf_fail(err, ERANGE,
			       "%u loops of a trace of %" PRIu64 " ns last more than 104 days",
			       c->loops, (uint64_t)hdr->duration_ns);
	if (c->payload == HFREPLAY_PAYLOAD_VERIFY && !job->backend->transfers)
		return hf_fail(err, EINVAL,
			       "--payload verify needs an engine that writes and reads, which %s does not",
			       job->backend->name);
	return deal_check(job, err);
}

static uint64_t machine_memory(void)
{
	return (uint64_t)sysconf(_SC_PHYS_PAGES) *
	       (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Touched, so that no page is brought in while it is timed. */
static void bring_in(const struct run *run)
{
	const volatile char *at = (const char *)run->job->trace->recs;
	uint64_t i, bytes = run->count * sizeof(struct hfr_trace_rec);

	for (i = 0; bytes < machine_memory() / 2 && i < bytes; i += 4096)
		(void)at[i];
}

static int make_records(struct run *run)
{
	uint64_t loops = run->job->choices.loops, bytes;

	if (__builtin_mul_overflow(run->count * sizeof(*run->recs), loops,
				   &bytes) || bytes > machine_memory())
		return -ENOMEM;
	run->recs = malloc(bytes + 1);
	if (!run->recs)
		return -ENOMEM;
	memset(run->recs, 0, bytes);
	run->memory += bytes;
	return 0;
}

static int make_shared(struct run *run)
{
	const struct play_choices *c = &run->job->choices;
	int ret = make_records(run);

	if (!ret)
		ret = payload_init(&run->payload,
				   run->job->trace->hdr->max_length,
				   c->payload == HFREPLAY_PAYLOAD_RANDOM,
				   c->seed);
	if (!ret)
		run->memory += run->payload.pool_size + run->payload.stride;
	if (!ret && c->payload == HFREPLAY_PAYLOAD_VERIFY)
		ret = checks_make(&run->checks, run->job);
	if (!ret)
		ret = deal_owners(run);
	return ret;
}

static int make_workers(struct run *run, uint32_t slots, struct hf_error *err)
{
	uint32_t i;
	int ret = 0;

	run->workers = calloc(run->nworkers, sizeof(*run->workers));
	if (!run->workers)
		return hf_fail(err, ENOMEM, "out of memory");
	for (i = 0; !ret && i < run->nworkers; i++) {
		ret = worker_init(&run->workers[i], run, i, slots, err);
		run->memory += run->workers[i].own_bytes;
	}
	if (ret)
		return ret;
	deal_records(run);
	if (run->job->choices.mode != HFREPLAY_MODE_DEP)
		return 0;
	ret = depend_make(run);
	return ret ? hf_fail(err, ENOMEM,
			     "no memory for the dependencies of %u scopes",
			     run->job->trace->hdr->scopes) : 0;
}

static void unmake(struct run *run)
{
	uint32_t i;

	depend_free(run);
	for (i = 0; run->workers && i < run->nworkers; i++)
		worker_free(&run->workers[i]);
	free(run->workers);
	free(run->owner);
	free(run->recs);
	checks_free(run->checks);
	if (run->payload.pool)
		payload_free(&run->payload);
	if (run->ended >= 0)
		close(run->ended);
	pthread_cond_destroy(&run->changed);
	pthread_mutex_destroy(&run->lock);
}

static int make(struct run *run, uint32_t *slots, struct hf_error *err)
{
	const struct play_job *job = run->job;

	pthread_mutex_init(&run->lock, NULL);
	pthread_cond_init(&run->changed, NULL);
	run->ended = eventfd(0, EFD_CLOEXEC);
	if (run->ended < 0)
		return hf_fail(err, errno, "cannot make an eventfd: %s",
			       strerror(errno));
	if (make_shared(run))
		return hf_fail(err, ENOMEM,
			       "no memory for %" PRIu64 " requests, %u times, and their data",
			       run->count, job->choices.loops);
	bring_in(run);
	*slots = slots_wanted(run);
	return make_workers(run, *slots, err);
}

/* ---- the run ---- */

/* The clock of time 0. */
static int choose_start(struct run *run, struct hf_error *err)
{
	const struct play_choices *c = &run->job->choices;
	uint64_t wall = moment_of(c->start_at ? c->start_clock :
				  CLOCK_REALTIME);
	uint64_t now = moment_now();

	run->start = now + START_DELAY_NS;
	if (!c->start_at)
		return 0;
	if (c->start_at < wall + START_DELAY_NS)
		return hf_fail(err, ETIME,
			       "the time to start at has passed: it is %" PRIu64 " ns now",
			       wall);
	if (c->start_at - wall >= MOMENT_NEVER - now)
		return hf_fail(err, ERANGE,
			       "the time to start at is too far away");
	run->start = now + (c->start_at - wall);
	return 0;
}

static void set_clocks(struct run *run)
{
	const struct play_choices *c = &run->job->choices;

	run->pace = (struct hfr_dep_pace){
		.clock = run->start,
		.think = c->mode == HFREPLAY_MODE_DEP ? c->think : 1000,
		.speed = c->speed,
	};
	run->pace.times = hfr_dep_times(&run->pace);
	run->wall_start = moment_of(CLOCK_REALTIME) +
			  (run->start - moment_now());
	run->until = c->duration && c->duration < MOMENT_NEVER - run->start ?
		     run->start + c->duration : MOMENT_NEVER;
	if (run->checks)
		checks_begin(run->checks, run->wall_start);
}

/* Threads that were made have to be told to go, if only to their end. */
static int start_workers(struct run *run, struct hf_error *err)
{
	uint32_t i;
	int ret = 0;

	run->left = run->nworkers;
	for (i = 0; i < run->nworkers && !ret; i++)
		ret = worker_start(&run->workers[i]);
	if (ret) {
		run->nworkers = i - 1;
		run_stop(run);
		hf_fail(err, -ret, "cannot make threads: %s", strerror(-ret));
	} else {
		ret = choose_start(run, err);
		if (ret)
			run_stop(run);
	}
	set_clocks(run);
	pthread_mutex_lock(&run->lock);
	run->begun = true;
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
	return ret;
}

static void add_counters(struct play_counters *sum,
			 const struct play_counters *c)
{
	sum->issued += c->issued;
	sum->completed += c->completed;
	sum->skipped += c->skipped;
	sum->errors += c->errors;
	sum->again += c->again;
	sum->late += c->late;
	sum->read_bytes += c->read_bytes;
	sum->write_bytes += c->write_bytes;
	sum->verified += c->verified;
	sum->verify_errors += c->verify_errors;
	if (c->last_index > sum->last_index)
		sum->last_index = c->last_index;
}

static struct play_counters sum_counters(const struct run *run)
{
	struct play_counters sum = { .issued = 0 };
	uint32_t i;

	for (i = 0; i < run->nworkers; i++)
		add_counters(&sum, &run->workers[i].count);
	return sum;
}

static void look(struct run *run, bool *stopped)
{
	struct play_counters sum = sum_counters(run);
	uint64_t now = moment_now();

	if (!*stopped && run->job->interrupted()) {
		*stopped = true;
		run_stop(run);
	}
	if (run->job->progress)
		run->job->progress(run->job->ctx, &sum, now > run->start ?
				   now - run->start : 0);
}

/* Returns whether it was stopped. */
static bool follow(struct run *run)
{
	struct pollfd pfd = { .fd = run->ended, .events = POLLIN };
	bool stopped = false;

	while (poll(&pfd, 1, LOOK_MS) <= 0)
		look(run, &stopped);
	return stopped;
}

static void join(struct run *run)
{
	uint32_t i;

	for (i = 0; i < run->nworkers; i++)
		pthread_join(run->workers[i].thread, NULL);
}

/* ---- what came of it ---- */

static uint64_t last_completion(const struct run *run, uint64_t count)
{
	uint64_t i, last = 0;

	for (i = 0; i < count; i++)
		if (run->recs[i].completed_ns > last)
			last = run->recs[i].completed_ns;
	return last;
}

/* What was never issued, or never came back, has no times. */
static void settle_records(struct run *run, uint64_t count)
{
	uint64_t i;

	for (i = 0; i < count; i++)
		if (run->recs[i].state == HFR_REC_EMPTY)
			run->recs[i] = (struct hfr_completion_rec){
				.state = HFR_REC_NOT_ISSUED,
			};
}

static void give_outcome(struct run *run, bool stopped, uint32_t slots,
			 struct play_outcome *out)
{
	*out = (struct play_outcome){
		.sum = sum_counters(run), .wall_start = run->wall_start,
		.slots = slots, .memory = run->memory,
		.error_index = HFR_UNKNOWN,
		.state = run->failed ? HFREPLAY_SESSION_STATE_FAILED :
			 stopped ? HFREPLAY_SESSION_STATE_STOPPED :
			 HFREPLAY_SESSION_STATE_DONE,
	};
	if (run->failed) {
		memcpy(out->error, run->error, sizeof(out->error));
		out->error_index = run->error_index;
	}
	out->count = out->sum.last_index;
	settle_records(run, out->count);
	out->elapsed = last_completion(run, out->count);
	out->recs = run->recs;
	run->recs = NULL;
}

static int run_all(struct run *run, uint32_t slots, struct play_outcome *out,
		   struct hf_error *err)
{
	bool stopped = false;
	int ret = start_workers(run, err);

	if (!ret)
		stopped = follow(run);
	join(run);
	if (!ret)
		give_outcome(run, stopped, slots, out);
	return ret;
}

int play(const struct play_job *job, struct play_outcome *out,
	 struct hf_error *err)
{
	struct run run = {
		.job = job, .count = job->trace->count, .ended = -1,
		.nworkers = job->choices.workers *
			    job->trace->hdr->device_count,
	};
	uint32_t slots = 0;
	int ret = check_job(job, err);

	if (ret)
		return ret;
	ret = make(&run, &slots, err);
	if (!ret)
		ret = run_all(&run, slots, out, err);
	unmake(&run);
	return ret;
}
