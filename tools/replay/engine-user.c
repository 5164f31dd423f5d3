// SPDX-License-Identifier: GPL-2.0-only
/* The engines in user space: what is asked for becomes a play and back. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/random.h>

#include "engine.h"
#include "meta.h"
#include "opened.h"
#include "plan.h"

/**
 * struct user_run - a replay from user space
 * @engine: which
 * @job: what is asked for
 * @now: choices with their defaults, counters, targets; what people see
 * @opened: targets
 * @nopened: number of them
 * @targets: what the engine is given of them
 */
struct user_run {
	const struct engine *engine;
	const struct engine_job *job;
	struct session now;
	struct opened opened[HFR_MAX_DEVICES];
	unsigned int nopened;
	struct play_target targets[HFR_MAX_DEVICES];
};

/* ---- choices ---- */

/* What is not asked for is as in the kernel's engine. */
static void set_defaults(struct session *s)
{
	static const struct {
		uint64_t bit;
		size_t at;
		uint32_t value;
	} defaults[] = {
#define DEFAULT(ATTR, m, v) \
	{ SESSION_BIT(ATTR), offsetof(struct session, m), v }
		DEFAULT(MODE, mode, HFREPLAY_MODE_HF),
		DEFAULT(SPEED, speed, 1000),
		DEFAULT(THINK_SCALE, think_scale, 1000),
		DEFAULT(LOOPS, loops, 1),
		DEFAULT(PAYLOAD, payload, HFREPLAY_PAYLOAD_RANDOM),
		DEFAULT(ON_ERROR, on_error, HFREPLAY_ON_ERROR_CONTINUE),
		DEFAULT(ERROR_MAX, error_max, 1),
		DEFAULT(SPREAD, spread, HFREPLAY_SPREAD_STREAM),
		DEFAULT(WORKERS, workers, 1),
		DEFAULT(BUNDLE, bundle, 0),
		DEFAULT(BUNDLE_MAX, bundle_max, 256),
		DEFAULT(PLUG, plug, 0),
		DEFAULT(SPIN, spin, 20000),
		DEFAULT(TOLERANCE, tolerance, 10000),
	};
	size_t i;

	for (i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
		if (!(s->have & defaults[i].bit))
			*(uint32_t *)((char *)s + defaults[i].at) =
				defaults[i].value;
		s->have |= defaults[i].bit;
	}
	if (!session_has(s, LIMIT))
		session_set(s, limit, LIMIT, s->mode == HFREPLAY_MODE_HF ?
			    HFREPLAY_LIMIT_TRACE : HFREPLAY_LIMIT_NONE);
	if (!session_has(s, SEED) &&
	    getrandom(&s->seed, sizeof(s->seed), 0) == sizeof(s->seed))
		s->have |= SESSION_BIT(SEED);
}

static struct play_choices choices_of(const struct user_run *r)
{
	const struct session *s = &r->now;

	return (struct play_choices){
		.mode = s->mode, .limit = s->limit,
		.limit_value = s->limit_value, .payload = s->payload,
		.seed = s->seed, .on_error = s->on_error,
		.error_max = s->error_max, .spread = s->spread,
		.workers = s->workers, .speed = s->speed,
		.think = s->think_scale, .loops = s->loops,
		.duration = s->duration_limit, .bundle = s->bundle,
		.bundle_max = s->bundle_max, .plug = s->plug,
		.spin = s->spin, .tolerance = s->tolerance,
		.start_at = s->start_at,
		.start_clock = s->start_clock == HFREPLAY_CLOCK_TAI ?
			       CLOCK_TAI : CLOCK_REALTIME,
		.sqpoll = r->job->sqpoll,
	};
}

/* ---- targets ---- */

static void describe(const struct user_run *r, unsigned int i)
{
	const struct opened *o = &r->opened[i];
	struct session_target *t = &r->now.targets[i];

	t->write_cache = o->write_cache;
	t->major = o->play.major;
	t->minor = o->play.minor;
	t->logical_block = o->play.block;
	t->max_transfer = o->play.piece;
	t->queue_depth = o->play.depth;
	t->ops = o->play.ops;
	t->size = o->probed.size;
}

static bool changes(const struct hft_file *trace)
{
	uint64_t i;

	for (i = 0; i < trace->count; i++)
		if (plan_op_changes(trace->recs[i].op))
			return true;
	return false;
}

static int open_targets(struct user_run *r, struct hf_error *err)
{
	bool write = changes(r->job->trace);
	unsigned int i;
	int ret;

	if (write && !(r->now.flags & HFREPLAY_SESSION_FLAGS_ALLOW_WRITES))
		return hf_fail(err, EPERM,
			       "the trace would change the target and there is no consent to it; nothing was issued");
	for (i = 0; i < r->now.ntargets; i++) {
		ret = opened_open(&r->opened[i], &r->now.targets[i],
				  r->engine->backend, write, err);
		if (ret)
			return ret;
		r->nopened++;
		r->targets[i] = r->opened[i].play;
		describe(r, i);
	}
	return 0;
}

/* The devices as they are now: they may have changed since they were looked at. */
static int check_targets(const struct user_run *r, struct hf_error *err)
{
	bool skip = r->now.flags & HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED;
	struct target *probed = calloc(r->nopened, sizeof(*probed));
	unsigned int i;
	int ret;

	if (!probed)
		return hf_fail(err, ENOMEM, "out of memory");
	for (i = 0; i < r->nopened; i++) {
		probed[i] = r->opened[i].probed;
		engine_limit(r->engine, &probed[i]);
	}
	ret = target_check_trace(probed, r->job->trace, r->job->trace->path ?
				 r->job->trace->path : "the trace",
				 skip ? TARGET_LEAVE_UNSUPPORTED : 0, err);
	free(probed);
	return ret;
}

/* Asking needs no more than a descriptor; nobody is disturbed by it. */
void engine_limit(const struct engine *engine, struct target *t)
{
	struct play_target p = { .file = t->file };

	if (!engine->backend)
		return;
	p.fd = open(t->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	snprintf(t->by, sizeof(t->by), "%s", engine->name);
	t->lacks = ~engine->backend->ops(&p);
	if (p.fd >= 0)
		close(p.fd);
}

/* ---- the run ---- */

static void take_counters(struct session *s, const struct play_counters *sum,
			  uint64_t elapsed)
{
	session_set(s, issued, ISSUED, sum->issued);
	session_set(s, completed, COMPLETED, sum->completed);
	session_set(s, skipped, SKIPPED, sum->skipped);
	session_set(s, errors, ERRORS, sum->errors);
	session_set(s, again, AGAIN, sum->again);
	session_set(s, late, LATE, sum->late);
	session_set(s, read_bytes, READ_BYTES, sum->read_bytes);
	session_set(s, write_bytes, WRITE_BYTES, sum->write_bytes);
	session_set(s, verified, VERIFIED, sum->verified);
	session_set(s, verify_errors, VERIFY_ERRORS, sum->verify_errors);
	session_set(s, last_index, LAST_INDEX, sum->last_index);
	session_set(s, elapsed, ELAPSED, elapsed);
}

static void progress(void *ctx, const struct play_counters *sum,
		     uint64_t elapsed)
{
	struct user_run *r = ctx;

	take_counters(&r->now, sum, elapsed);
	if (r->job->progress)
		r->job->progress(&r->now);
}

static void take_outcome(struct user_run *r, const struct play_outcome *out)
{
	struct session *s = &r->now;
	uint32_t i;

	take_counters(s, &out->sum, out->elapsed);
	session_set(s, state, STATE, out->state);
	session_set(s, wall_start, WALL_START, out->wall_start);
	session_set(s, memory, MEMORY, out->memory);
	if (out->error[0]) {
		memcpy(s->error_text, out->error, sizeof(out->error));
		s->have |= SESSION_BIT(ERROR_TEXT);
	}
	if (out->error_index != HFR_UNKNOWN)
		session_set(s, error_index, ERROR_INDEX, out->error_index);
	for (i = 0; i < s->ntargets; i++)
		s->targets[i].slots = out->slots;
	if (r->job->progress)
		r->job->progress(s);
}

static json_t *make_meta(const struct user_run *r)
{
	json_t *meta = meta_build(&(struct meta_source){
		.engine = r->engine->name,
		.session = &r->now,
		.trace = r->job->trace,
		.trace_path = r->job->trace_path,
		.command = r->job->command,
	});
	json_t *targets = json_object_get(meta, "targets"), *t;
	size_t i;

	json_array_foreach(targets, i, t) {
		json_object_set_new(t, "file",
				    json_boolean(r->opened[i].probed.file));
		json_object_set_new(t, "direct",
				    json_boolean(r->opened[i].direct));
	}
	json_object_set_new(meta, "sqpoll", json_boolean(r->job->sqpoll));
	return meta;
}

static int play_all(struct user_run *r, struct results *res,
		    struct hf_error *err)
{
	struct play_outcome out;
	struct play_job play_job = {
		.backend = r->engine->backend,
		.trace = r->job->trace,
		.targets = r->targets,
		.choices = choices_of(r),
		.interrupted = r->job->interrupted,
		.progress = progress,
		.ctx = r,
	};
	int ret = play(&play_job, &out, err);

	if (ret)
		return ret;
	take_outcome(r, &out);
	res->recs = out.recs;
	res->count = out.count;
	res->meta = make_meta(r);
	return 0;
}

/* Choices are the caller's, but for their targets. */
static int copy_choices(struct user_run *r, struct hf_error *err)
{
	const struct session *want = r->job->choices;

	r->now = *want;
	r->now.targets = calloc(want->ntargets, sizeof(*want->targets));
	if (!r->now.targets)
		return hf_fail(err, ENOMEM, "out of memory");
	memcpy(r->now.targets, want->targets,
	       want->ntargets * sizeof(*want->targets));
	set_defaults(&r->now);
	session_set(&r->now, state, STATE, HFREPLAY_SESSION_STATE_RUNNING);
	session_set(&r->now, count, COUNT, r->job->trace->count);
	session_set(&r->now, loaded, LOADED, r->job->trace->count);
	session_set(&r->now, duration, DURATION,
		    r->job->trace->hdr->duration_ns);
	return 0;
}

static int run_user(const struct engine *engine, const struct engine_job *job,
		    struct results *res, struct hf_error *err)
{
	struct user_run *r = calloc(1, sizeof(*r));
	unsigned int i;
	int ret;

	memset(res, 0, sizeof(*res));
	if (!r)
		return hf_fail(err, ENOMEM, "out of memory");
	r->engine = engine;
	r->job = job;
	ret = copy_choices(r, err);
	if (!ret)
		ret = open_targets(r, err);
	if (!ret)
		ret = check_targets(r, err);
	if (!ret) {
		start_at_apply(job->start_at, &r->now);
		ret = play_all(r, res, err);
	}
	for (i = 0; i < r->nopened; i++)
		opened_close(&r->opened[i]);
	session_free(&r->now);
	free(r);
	return ret;
}

static int run_uring(const struct engine_job *job, struct results *res,
		     struct hf_error *err)
{
	return run_user(&engine_uring, job, res, err);
}

static int run_null(const struct engine_job *job, struct results *res,
		    struct hf_error *err)
{
	return run_user(&engine_null, job, res, err);
}

const struct engine engine_uring = {
	.name = "uring",
	.about = "io_uring, from user space; block devices and files",
	.backend = &backend_uring,
	.run = run_uring,
};

const struct engine engine_null = {
	.name = "null",
	.about = "issues nothing: what the engines in user space cost themselves",
	.backend = &backend_null,
	.run = run_null,
};
