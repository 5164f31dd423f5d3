// SPDX-License-Identifier: GPL-2.0-only
/* hfctl load: a trace into a session that stays until it is unloaded. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args.h"
#include "choices.h"
#include "job.h"
#include "job-deps.h"
#include "json-text.h"
#include "kept.h"
#include "node.h"
#include "progress.h"
#include "show.h"

static const struct option_desc options[] = {
	OPTION_TARGET,
	{ "name", 'n', "NAME",
	  "Name of the session, 1 to 31 of A-Z a-z 0-9 _ . -; default: s and its number.",
	  false },
	OPTIONS_SESSION,
	{ "no-records", 0, NULL,
	  "Keep counters only, no completion records: there will be no report.",
	  false },
	OPTIONS_DEPS,
	OPTION_RANGE,
	{ "reads-only", 0, NULL,
	  "Leave out the requests that would change the target.", false },
	OPTIONS_SOURCE,
	{ "dry-run", 0, NULL,
	  "Say what would be done and what it needs, and do nothing.", false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Makes a session in the kernel that holds the target, and loads the trace into it. A trace of another format is converted on the way. The number of the session is printed; hfctl start starts it.",
	"The trace is checked against the target before anything is loaded: a request beyond its end, a length that does not fit its blocks, or an operation that it cannot do is refused with the number of the request. A target that is mounted, part of another device, or in use as swap is refused.",
	"A trace that would change the target is refused unless --allow-writes permits it or --reads-only leaves the requests out. The kernel enforces the same.",
	"With --stream the command feeds the trace while it is replayed, and ends when all of it was taken: start the session and collect its results from other terminals.",
	NULL
};

static const char *const examples[] = {
	"hfctl load prod.hft --target /dev/nvme1n1 --reads-only",
	"hfctl load prod.blktrace.* --device 8,0 --target /dev/sdb --allow-writes",
	"hfctl load two.hft --target sda=/dev/sdc,sdb=/dev/sdd --mode afap",
	"hfctl load prod.hft --target /dev/sdb --mode dep --dep-scope stream --range 1m:5m",
	NULL
};

/**
 * struct load - a trace on its way into a session
 * @job: what is asked for
 * @made: the session
 * @who: its id as text
 * @json: print JSON
 */
struct load {
	struct job job;
	struct session made;
	char who[16];
	bool json;
};

static bool is_stream(const struct load *l)
{
	return l->job.want.flags & HFREPLAY_SESSION_FLAGS_STREAM;
}

static int remember(const struct load *l, const struct args *args,
		    struct hf_error *err)
{
	const struct source *src = &l->job.src;
	struct kept k = {
		.trace = realpath(src->file.path, NULL),
		.command = (char *)args_command_line(args),
		.checksum = src->file.checksum,
		.temporary = src->made != NULL,
	};
	int ret;

	if (!k.trace)
		return hf_fail(err, errno, "cannot find %s again: %s",
			       src->file.path, strerror(errno));
	ret = kept_write(l->made.name, &k, err);
	free(k.trace);
	return ret;
}

static int feed(const struct load *l, int fd, struct hf_error *err)
{
	struct node_feed f = { .fd = fd, .trace = &l->job.src.file };
	int ret;

	do {
		if (interrupted())
			return hf_fail(err, EINTR,
				       "interrupted; session %s is deleted",
				       l->who);
		ret = node_feed_some(&f);
		progress_bar("loading", f.done, f.trace->size);
	} while (ret > 0 || ret == -EINTR);
	progress_end();
	if (ret)
		node_feed_error(&f, ret, l->job.control, l->who, err);
	return ret;
}

static void print_made(const struct load *l)
{
	json_t *o;

	if (!l->json) {
		printf("%u\n", l->made.id);
		fflush(stdout);
		return;
	}
	o = session_json(&l->made);
	json_object_set_new(o, "trace", json_text(l->job.src.file.path));
	json_object_set_new(o, "requests",
			    json_integer((json_int_t)l->job.plan.count));
	json_object_set_new(o, "left_out",
			    json_integer((json_int_t)l->job.left_out));
	json_object_set_new(o, "checksum", json_sprintf("%016" PRIx64,
			    l->job.src.file.checksum));
	show_json(o);
	fflush(stdout);
}

static int load_session(struct load *l, const struct args *args,
			struct hf_error *err)
{
	int fd, ret;

	snprintf(l->who, sizeof(l->who), "%u", l->made.id);
	fd = node_open(&l->made, O_WRONLY, err);
	if (fd < 0)
		return fd;
	ret = remember(l, args, err);
	/* A stream is fed for as long as it runs: tell its number before. */
	if (!ret && is_stream(l))
		print_made(l);
	if (!ret)
		ret = feed(l, fd, err);
	close(fd);
	if (!ret && !is_stream(l))
		print_made(l);
	return ret;
}

static void undo(struct load *l)
{
	struct hf_error unused;

	control_del(l->job.control, l->who, &unused);
	kept_forget(l->made.name);
}

static enum exit_code make(struct load *l, const struct args *args,
			   struct hf_error *err)
{
	int ret;

	job_announce(&l->job);
	if (args_has(args, "name")) {
		snprintf(l->job.want.name, sizeof(l->job.want.name), "%s",
			 args_get(args, "name"));
		l->job.want.have |= SESSION_BIT(NAME);
	}
	if (control_new(l->job.control, &l->job.want, &l->made, err))
		return HFCTL_FAILED;
	ret = load_session(l, args, err);
	if (ret)
		undo(l);
	session_free(&l->made);
	if (!ret)
		return HFCTL_OK;
	return interrupted() ? HFCTL_INTERRUPTED : HFCTL_FAILED;
}

static enum exit_code dry_run(const struct load *l, struct hf_error *err)
{
	if (l->json)
		show_json(job_json(&l->job));
	else
		job_print(&l->job);
	return job_check(&l->job, err) ? HFCTL_FAILED : HFCTL_OK;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct load l = { .json = args_has(args, "json") };
	bool dry = args_has(args, "dry-run");
	enum exit_code code;
	char *keep = NULL;

	if (args_has(args, "name") &&
	    strlen(args_get(args, "name")) >= sizeof(l.job.want.name)) {
		hf_fail(err, EINVAL, "--name %s is longer than 31 letters",
			args_get(args, "name"));
		return HFCTL_USAGE;
	}
	if (!dry) {
		keep = kept_temporary("hft", err);
		if (!keep)
			return HFCTL_FAILED;
	}
	code = job_open(&l.job, args, keep, JOB_READS_ASKED, &engine_kernel,
			err);
	if (code == HFCTL_OK)
		code = dry ? dry_run(&l, err) : make(&l, args, err);
	if (code != HFCTL_OK && l.job.src.made)
		unlink(l.job.src.made);
	job_close(&l.job);
	free(keep);
	return code;
}

const struct command cmd_load = {
	.name = "load",
	.summary = "Load a trace into a session of the kernel module",
	.usage = "FILE...",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
