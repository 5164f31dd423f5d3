// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "choices.h"
#include "job.h"
#include "job-deps.h"
#include "units.h"
#include "when.h"

const char *const job_kernel_options[] = {
	"window", "results", "stream", "polled", NULL
};

static bool streams(const struct job *job)
{
	return job->want.flags & HFREPLAY_SESSION_FLAGS_STREAM;
}

bool job_in_user(const struct job *job)
{
	return job->engine->backend;
}

static bool allows_writes(const struct job *job)
{
	return job->want.flags & HFREPLAY_SESSION_FLAGS_ALLOW_WRITES;
}

/* What is about the memory and the bios of the module. */
static int check_kernel_only(const struct args *args, const struct job *job,
			     struct hf_error *err)
{
	const char *const *name;

	for (name = job_kernel_options; *name; name++)
		if (args_has(args, *name))
			return hf_fail(err, EINVAL,
				       "--%s is for the kernel engine, and this is the engine %s",
				       *name, job->engine->name);
	return 0;
}

static int read_options(struct job *job, const struct args *args,
			struct hf_error *err)
{
	int ret = choices_session(args, &job->want, err);

	if (!ret)
		ret = when_options(args, &job->start_at, err);
	if (!ret)
		ret = job_deps_options(job, args, err);
	if (!ret)
		ret = source_options_ok(args, err);
	if (!ret)
		ret = targets_from_args(&job->choices, args, err);
	if (!ret)
		ret = cpus_read(&job->cpus, args, job->choices.n, &job->want,
				err);
	if (!ret && !job->choices.n && !args_has(args, "dry-run"))
		ret = hf_fail(err, EINVAL, "--target is missing");
	if (!ret && job_in_user(job))
		ret = check_kernel_only(args, job, err);
	if (!ret && args_has(args, "reads-only") && allows_writes(job))
		ret = hf_fail(err, EINVAL,
			      "--reads-only and --allow-writes exclude each other");
	return ret;
}

/* Looks before a long conversion whether its input is there at all. */
static int check_inputs(const struct args *args, struct hf_error *err)
{
	int i;

	for (i = 0; i < args_count(args); i++) {
		const char *path = args_pos(args, i);

		if (strcmp(path, "-") && access(path, R_OK))
			return hf_fail(err, errno, "cannot read %s: %s", path,
				       strerror(errno));
	}
	return 0;
}

/* Files are locked when they are opened, and so found to be the same. */
static bool same_target(const struct target *a, const struct target *b)
{
	return !a->file && !b->file && a->major == b->major &&
	       a->minor == b->minor;
}

static int probe_targets(struct job *job, struct target *probed,
			 struct hf_error *err)
{
	unsigned int i, k;
	int ret;

	for (i = 0; i < job->choices.n; i++) {
		struct target *t = &probed[i];

		ret = job_in_user(job) ?
		      target_probe_file(t, job->choices.all[i].path, err) :
		      target_probe(t, job->choices.all[i].path, err);
		if (ret)
			return ret;
		engine_limit(job->engine, t);
		for (k = 0; k < i; k++)
			if (same_target(&probed[k], t))
				return hf_fail(err, EINVAL,
					       "targets %s and %s are the same device",
					       probed[k].path, t->path);
	}
	return 0;
}

static enum exit_code ask_module(struct job *job, bool dry,
				 struct hf_error *err)
{
	struct hf_error unused;
	int ret;

	if (job_in_user(job))
		return HFCTL_OK;
	ret = control_open(&job->control, dry ? &unused : err);
	if (!ret)
		ret = control_caps(job->control, &job->caps,
				   dry ? &unused : err);
	if (!ret)
		return HFCTL_OK;
	control_close(job->control);
	job->control = NULL;
	if (dry)
		return HFCTL_OK;
	return ret == -ENOPKG ? HFCTL_NO_MODULE : HFCTL_FAILED;
}

/* Our own sessions are the most likely ones to hold a target. */
static void find_holder(struct job *job, const struct session *s)
{
	uint32_t i;
	unsigned int k;

	for (i = 0; i < s->ntargets; i++) {
		for (k = 0; k < job->ntargets; k++) {
			struct target *t = &job->targets[k];

			if (t->major != s->targets[i].major ||
			    t->minor != s->targets[i].minor || t->busy[0])
				continue;
			snprintf(t->busy, sizeof(t->busy),
				 "session %u (%s) holds it; hfctl unload %u frees it",
				 s->id, s->name, s->id);
		}
	}
}

static void find_holders(struct job *job)
{
	struct hf_error unused;
	struct session *list;
	unsigned int n, i;

	if (!job->control || control_list(job->control, &list, &n, &unused))
		return;
	for (i = 0; i < n; i++)
		find_holder(job, &list[i]);
	control_list_free(list, n);
}

static int order_targets(struct job *job, const struct target *probed,
			 struct hf_error *err)
{
	unsigned int order[HFR_MAX_DEVICES], i;
	int ret;

	if (!job->choices.n)
		return 0;
	ret = targets_assign(&job->choices, &job->src.file, order, err);
	if (ret)
		return ret;
	job->ntargets = job->choices.n;
	for (i = 0; i < job->ntargets; i++) {
		struct session_target *t;

		job->targets[i] = probed[order[i]];
		t = session_add_target(&job->want, job->targets[i].path);
		if (!t)
			return hf_fail(err, ENOMEM, "out of memory");
		cpus_assign(&job->cpus, order[i], t);
	}
	find_holders(job);
	return 0;
}

/* The sentence of a refusal: what would be changed, and what is there. */
static int refuse_writes(const struct job *job, struct hf_error *err)
{
	const struct target *t = &job->targets[0];
	char size[32], what[384];

	hf_format_size(size, sizeof(size), job->plan.change_bytes);
	if (!job->ntargets)
		strcpy(what, "the target");
	else
		target_describe(t, what, sizeof(what));
	return hf_fail(err, EPERM,
		       "%" PRIu64 " of the %" PRIu64 " requests of %s (%s) would change %s%s%s%s; --allow-writes permits it and what is there is lost, --reads-only leaves them out",
		       job->plan.changes, job->plan.count,
		       job->src.name, size, what,
		       job->ntargets > 1 ? " and others" : "",
		       t->content[0] ? ", which holds " : "",
		       t->content);
}

static int settle_writes(struct job *job, const char *keep, bool reads,
			 struct hf_error *err)
{
	int ret;

	plan_trace(&job->plan, &job->src.file);
	job->recorded = job->plan.count;
	if (!job->plan.changes)
		return 0;
	if (allows_writes(job)) {
		if (job->plan.requests[HFR_OP_SECURE_ERASE] &&
		    !(job->want.flags & HFREPLAY_SESSION_FLAGS_ALLOW_ERASE))
			return hf_fail(err, EPERM,
				       "%s has secure erases; --allow-erase permits them",
				       job->src.name);
		return 0;
	}
	if (!reads)
		return 0;
	ret = source_reads_only(&job->src, keep, &job->left_out, err);
	if (!ret)
		plan_trace(&job->plan, &job->src.file);
	return ret;
}

static bool too_long(const struct job *job)
{
	uint32_t most = job->control ? job->caps.max_window : 0;

	if (session_has(&job->want, WINDOW))
		return job->plan.count > plan_slots(job->want.window);
	return !job->plan.window || (most && job->plan.window > most);
}

/* A stream needs what was in flight at once, and some to feed in advance. */
static uint32_t stream_window(const struct job *job)
{
	uint32_t most = job->control ? job->caps.max_window : 0;
	uint32_t window = PLAN_DEF_WINDOW;

	if (job->plan.span > window / 2)
		window = plan_slots(2ULL * job->plan.span);
	return most && (window > most || !window) ? most : window;
}

/* A trace that is loaded whole keeps the records of all its loops. */
static int choose_results(struct job *job, struct hf_error *err)
{
	uint64_t most = 4ULL * (job->control ? job->caps.max_window
					     : PLAN_DEF_WINDOW);
	uint64_t all = job->want.loops * job->plan.count;

	if (session_has(&job->want, RESULTS) && job->want.loops < 2)
		return hf_fail(err, EINVAL,
			       "--results goes with --stream or --loops: a trace that is loaded whole keeps all its records");
	if (job->want.loops < 2 || session_has(&job->want, RESULTS) ||
	    all <= job->want.window)
		return 0;
	session_set(&job->want, results, RESULTS,
		    (uint32_t)(all < most ? all : most));
	return 0;
}

static int choose_window(struct job *job, bool may_stream,
			 struct hf_error *err)
{
	if (job_in_user(job))
		return 0;
	if (!streams(job) && too_long(job)) {
		if (!may_stream)
			return hf_fail(err, EFBIG,
				       "%s has %" PRIu64 " requests, more than the window can hold; --stream feeds it while it is replayed (start it from another terminal), and hfctl replay does all of it in one",
				       job->src.name, job->plan.count);
		job->want.flags |= HFREPLAY_SESSION_FLAGS_STREAM;
	}
	if (!session_has(&job->want, WINDOW))
		session_set(&job->want, window, WINDOW,
			    streams(job) ? stream_window(job)
					 : job->plan.window);
	if (!streams(job))
		return choose_results(job, err);
	return 0;
}

/* What was asked for and the module lacks. */
static enum exit_code check_caps(const struct job *job, struct hf_error *err)
{
	uint8_t op;

	if (!job->control)
		return HFCTL_OK;
	for (op = 0; op < HFR_OP_NR; op++) {
		if (!job->plan.requests[op] || job->caps.ops & (1U << op) ||
		    job->want.flags & HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED)
			continue;
		hf_fail(err, EOPNOTSUPP,
			"the module (version %s) cannot replay %s, of which %s has %" PRIu64 "; --unsupported skip leaves them out",
			job->caps.version, hfr_op_name(op),
			job->src.name, job->plan.requests[op]);
		return HFCTL_NO_MODULE;
	}
	if (job->want.flags & ~job->caps.session_flags ||
	    !(job->caps.modes & (1U << job->want.mode)) ||
	    !(job->caps.limits & (1U << job->want.limit))) {
		hf_fail(err, EOPNOTSUPP,
			"the module (version %s) lacks something that was asked for; hfctl doctor shows what it can do",
			job->caps.version);
		return HFCTL_NO_MODULE;
	}
	return HFCTL_OK;
}

/* On the trace as it was given: its numbers are those the user knows. */
static void check_fit(struct job *job, bool reads)
{
	unsigned int leave = 0;

	if (!job->ntargets)
		return;
	if (job->want.flags & HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED)
		leave |= TARGET_LEAVE_UNSUPPORTED;
	if (reads && !allows_writes(job))
		leave |= TARGET_LEAVE_CHANGES;
	target_check_trace(job->targets, &job->src.file, job->src.name, leave,
			   &job->misfit);
}

static enum exit_code open_trace(struct job *job, const struct args *args,
				 const char *keep, enum job_reads reads,
				 const struct target *probed,
				 struct hf_error *err)
{
	bool only = reads == JOB_READS_DEFAULT || args_has(args, "reads-only");

	if (source_open(&job->src, args, keep, true, err) ||
	    order_targets(job, probed, err))
		return HFCTL_FAILED;
	check_fit(job, only);
	if (settle_writes(job, keep, only, err) ||
	    choose_window(job, reads == JOB_READS_DEFAULT, err) ||
	    job_deps(job, keep, err))
		return HFCTL_FAILED;
	return check_caps(job, err);
}

/* Ctrl-C in the middle: what was not begun yet is left. */
static enum exit_code or_interrupted(enum exit_code code, struct hf_error *err)
{
	if (!interrupted())
		return code;
	if (code == HFCTL_OK)
		hf_fail(err, EINTR, "interrupted: nothing was issued");
	return HFCTL_INTERRUPTED;
}

enum exit_code job_open(struct job *job, const struct args *args,
			const char *keep, enum job_reads reads,
			const struct engine *engine, struct hf_error *err)
{
	struct target probed[HFR_MAX_DEVICES];
	bool dry = args_has(args, "dry-run");
	enum exit_code code;

	memset(job, 0, sizeof(*job));
	job->engine = engine;
	if (read_options(job, args, err))
		return HFCTL_USAGE;
	if (check_inputs(args, err) || probe_targets(job, probed, err))
		return HFCTL_FAILED;
	code = ask_module(job, dry, err);
	if (code == HFCTL_OK)
		code = open_trace(job, args, keep, reads, probed, err);
	if (code == HFCTL_OK && !dry && job_check(job, err))
		code = HFCTL_FAILED;
	return or_interrupted(code, err);
}

int job_check(const struct job *job, struct hf_error *err)
{
	unsigned int i;
	int ret;

	for (i = 0; i < job->ntargets; i++) {
		ret = target_check_use(&job->targets[i],
				       job->plan.changes != 0, err);
		if (ret)
			return ret;
	}
	if (job->plan.changes && !allows_writes(job))
		return refuse_writes(job, err);
	if (job->misfit.text[0])
		return hf_fail(err, EINVAL, "%s", job->misfit.text);
	return 0;
}

void job_close(struct job *job)
{
	source_close(&job->src);
	free(job->deps);
	job->deps = NULL;
	session_free(&job->want);
	control_close(job->control);
	job->control = NULL;
}
