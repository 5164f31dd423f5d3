// SPDX-License-Identifier: GPL-2.0-only
/* hfctl replay: any trace on a device, in one go, with its report. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "args.h"
#include "choices.h"
#include "engine.h"
#include "job.h"
#include "job-deps.h"
#include "kept.h"
#include "progress.h"
#include "reporting.h"
#include "show.h"
#include "when.h"

static const struct option_desc options[] = {
	OPTION_TARGET,
	{ "output", 'o', "DIR",
	  "Write report.txt, report.json, report.html and the completion records (result.hfr) to this folder, and the trace (trace.hft) if it had to be converted or cut to reads.",
	  false },
	{ "engine", 0, "kernel|uring|null",
	  "What issues the requests: the module (kernel), io_uring from user space (uring), or nothing does and each completes at once (null), which shows what the user-space engines cost themselves. Default: kernel when the module is loaded, uring when it is not and on regular files.",
	  false },
	{ "sqpoll", 0, NULL,
	  "Engine uring: a thread of the kernel takes the requests, so that handing them over is no system call. It takes a CPU for each worker.",
	  false },
	OPTIONS_SESSION,
	OPTIONS_WHEN,
	OPTIONS_DEPS,
	OPTION_RANGE,
	{ "reads-only", 0, NULL,
	  "Leave out the requests that would change the target. This is the default.",
	  false },
	OPTIONS_SOURCE,
	{ "dry-run", 0, NULL,
	  "Say what would be done and what it needs, and do nothing. Needs neither root nor the module.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Loads a trace of any format, replays it, collects the completion records and reports. Nothing stays in the kernel, also when the command is killed.",
	"Only requests that leave the target as it is are replayed unless --allow-writes is given; how many were left out is said before the start and stands in the report.",
	"A trace with more requests than the kernel can hold at once is fed while it is replayed.",
	"Without the module the requests are issued by io_uring, which needs no root on devices and files that the user may open. --window, --results, --stream and --polled are for the module only. What differs is in Documentation/engines.rst.",
	"Ctrl-C stops the replay. What was collected until then is written and reported; when it comes before the start, nothing is left. The exit status is 130.",
	"When the folder has no room for the completion records they are written to $TMPDIR or /var/tmp instead, and the message says where.",
	NULL
};

static const char *const examples[] = {
	"hfctl replay prod.hft --target /dev/nvme1n1 -o result/",
	"hfctl replay msr.csv.gz --target /dev/sdb --allow-writes --speed 10",
	"hfctl replay prod.hft --target /dev/sdb --mode dep --think-scale 0.5",
	"hfctl replay prod.hft --target /dev/sdb --dry-run",
	"hfctl replay prod.hft --target image.raw --engine uring -o result/",
	NULL
};

static const char *path_in(const char *dir, const char *name, char *buf,
			   size_t len)
{
	snprintf(buf, len, "%s/%s", dir, name);
	return buf;
}

static void note_left_out(const struct job *job, struct results *res)
{
	json_t *trace = json_object_get(res->meta, "trace");

	if (job->left_out)
		json_object_set_new(trace, "left_out", json_integer(
				    (json_int_t)job->left_out));
}

/* The session is about to go: where its records have no place, another. */
static int keep_records(const struct results *res, int code,
			struct hf_error *err)
{
	struct hf_error unused, first = *err;
	char *path = kept_temporary("hfr", &unused);

	if (path && !results_write(res, path, &unused))
		hf_fail(err, -code,
			"%.600s; the completion records are in %.300s",
			first.text, path);
	free(path);
	return code;
}

/* Results first: a report that fails must not cost them. */
static int write_all(const struct args *args, const struct job *job,
		     const struct results *res, struct hf_error *err)
{
	const char *dir = args_get(args, "output");
	char path[4096];
	int ret = 0;

	if (dir)
		ret = results_write(res, path_in(dir, "result.hfr", path,
						 sizeof(path)), err);
	if (ret)
		return keep_records(res, ret, err);
	if (res->count)
		ret = reporting_make(&job->src.file, res, dir,
				     args_has(args, "json"), err);
	return ret;
}

static enum exit_code judge(const struct results *res, struct hf_error *err)
{
	const char *state = json_string_value(json_object_get(res->meta,
							      "state"));
	const char *why = json_string_value(json_object_get(res->meta,
							    "error"));

	if (interrupted())
		return HFCTL_INTERRUPTED;
	if (state && !strcmp(state, "done"))
		return HFCTL_OK;
	hf_fail(err, EIO, "the replay %s: %s",
		state && !strcmp(state, "stopped") ? "was stopped" : "failed",
		why ? why : "not all requests were issued");
	return HFCTL_FAILED;
}

static enum exit_code play(const struct args *args, struct job *job,
			   const struct engine *engine, struct hf_error *err)
{
	struct engine_job ej = {
		.trace = &job->src.file,
		.choices = &job->want,
		.start_at = &job->start_at,
		.command = args_command_line(args),
		.sqpoll = args_has(args, "sqpoll"),
		.interrupted = interrupted,
		.progress = progress_session,
	};
	bool as_given = !job->src.converted && !job->src.changed;
	char *real = NULL;
	struct results res;
	enum exit_code code;
	int ret;

	/* A file without a name cannot be found again. */
	if (job->src.made || as_given)
		real = realpath(job->src.file.path, NULL);
	ej.trace_path = real;
	ret = engine->run(&ej, &res, err);
	progress_end();
	free(real);
	if (ret == -ENOPKG)
		return HFCTL_NO_MODULE;
	if (ret)
		return interrupted() ? HFCTL_INTERRUPTED : HFCTL_FAILED;
	note_left_out(job, &res);
	if (write_all(args, job, &res, err))
		code = HFCTL_FAILED;
	else
		code = judge(&res, err);
	results_free(&res);
	return code;
}

static enum exit_code dry_run(const struct args *args, const struct job *job,
			      struct hf_error *err)
{
	if (args_has(args, "json"))
		show_json(job_json(job));
	else
		job_print(job);
	return job_check(job, err) ? HFCTL_FAILED : HFCTL_OK;
}

static bool has_module(void)
{
	struct hf_error unused;
	struct control *c;
	int ret = control_open(&c, &unused);

	if (!ret)
		control_close(c);
	/* Who may not ask it is told so when it is asked. */
	return ret != -ENOPKG;
}

static bool wants_file(const struct args *args)
{
	struct target_choices targets;
	struct hf_error unused;
	struct stat st;
	unsigned int i;

	if (targets_from_args(&targets, args, &unused))
		return false;
	for (i = 0; i < targets.n; i++)
		if (!stat(targets.all[i].path, &st) && S_ISREG(st.st_mode))
			return true;
	return false;
}

static bool wants_kernel(const struct args *args)
{
	const char *const *name;

	for (name = job_kernel_options; *name; name++)
		if (args_has(args, *name))
			return true;
	return false;
}

static const struct engine *default_engine(const struct args *args)
{
	if (wants_file(args) || (!wants_kernel(args) && !has_module()))
		return &engine_uring;
	return &engine_kernel;
}

static const struct engine *choose_engine(const struct args *args,
					  struct hf_error *err)
{
	const char *name = args_get(args, "engine");
	const struct engine *engine = name ? engine_find(name) :
					     default_engine(args);

	if (engine && (!args_has(args, "sqpoll") || engine == &engine_uring))
		return engine;
	if (engine)
		hf_fail(err, EINVAL,
			"--sqpoll is for the engine uring, and this is the engine %s",
			engine->name);
	else
		hf_fail(err, EINVAL,
			"--engine %s is not known; there are kernel, uring and null",
			name);
	return NULL;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	const struct engine *engine = choose_engine(args, err);
	const char *dir = args_get(args, "output");
	bool dry = args_has(args, "dry-run"), made = false;
	char keep[4096];
	enum exit_code code;
	struct job job;

	if (!engine)
		return HFCTL_USAGE;
	if (dir && !dry) {
		made = access(dir, F_OK) != 0;
		if (reporting_folder(dir, err))
			return HFCTL_FAILED;
		path_in(dir, "trace.hft", keep, sizeof(keep));
	}
	code = job_open(&job, args, dir && !dry ? keep : NULL,
			JOB_READS_DEFAULT, engine, err);
	if (code == HFCTL_OK && dry) {
		code = dry_run(args, &job, err);
	} else if (code == HFCTL_OK) {
		job_announce(&job);
		code = play(args, &job, engine, err);
	} else if (job.src.made) {
		unlink(job.src.made);
	}
	job_close(&job);
	/* Nothing was issued: nothing is left, and only then it is empty. */
	if (made && code != HFCTL_OK)
		rmdir(dir);
	return code;
}

const struct command cmd_replay = {
	.name = "replay",
	.summary = "Replay a trace on a device and report, in one go",
	.usage = "FILE...",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
