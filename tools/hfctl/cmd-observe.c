// SPDX-License-Identifier: GPL-2.0-only
/* hfctl observe: judges any tool that replays by what reaches the device. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "args.h"
#include "facts.h"
#include "json-text.h"
#include "observe-show.h"
#include "observing.h"
#include "options.h"
#include "report.h"
#include "reporting.h"
#include "show.h"
#include "sysfs.h"
#include "version.h"

#define DEFAULT_BUFFER	(16U << 20)

static const struct option_desc options[] = {
	{ "trace", 't', "FILE",
	  "The trace that the command is to replay, of any format.", false },
	{ "speed", 's', "X",
	  "The command replays X times as fast as the trace, 0.001 to 1000; default 1.",
	  false },
	{ "output", 'o', "DIR",
	  "Write to this folder: the requests that were seen (seen.hft), completion records made of them (result.hfr), and their report (report.txt, report.json, report.html).",
	  false },
	{ "buffer", 'b', "SIZE",
	  "Kernel memory for events, per CPU (16 MiB).", false },
	{ "force", 0, NULL,
	  "Remove what a killed capture of this device left in the kernel.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Runs a command, any tool that replays, and records with the kernel's own tracepoints what the device gets meanwhile. Then pairs the requests of the trace with those that were seen, and says how faithful the replay was. All tools are so judged alike, by what they do and not by what they report. Needs root and tracefs.",
	"When the command meant to begin is not known: time 0 is set so that the first requests are on time. Requests are recorded at the level of the trace: as issued to the driver, or bios as queued. Documentation/fidelity.rst defines each figure.",
	"The command's standard output goes to standard error. Options behind -- are the command's own.",
	NULL
};

static const char *const examples[] = {
	"hfctl observe /dev/sdb --trace t.hft -- hfctl replay t.hft --target /dev/sdb --engine uring",
	"hfctl observe /dev/sdb --trace t.hft -o seen/ -- fio --name=r --read_iolog=t.blktrace --replay_redirect=/dev/sdb --direct=1 --ioengine=libaio --iodepth=64",
	NULL
};

/**
 * struct watched - an observation
 * @args: the command line
 * @what: what is observed
 * @seen_path: where what was seen goes, with --output
 * @text: the command as one text; owned
 * @trace: what was to be replayed
 * @speed: thousandths
 * @seen: what was seen
 * @pairing: both together
 * @res: as completion records
 */
struct watched {
	const struct args *args;
	struct observing what;
	char seen_path[4096];
	char *text;
	struct hft_file trace;
	uint64_t speed;
	struct observed seen;
	struct pairing pairing;
	struct results res;
};

static char *join_words(const char *const *words)
{
	size_t len = 1;
	char *text;
	int i;

	for (i = 0; words[i]; i++)
		len += strlen(words[i]) + 1;
	text = calloc(1, len);
	for (i = 0; text && words[i]; i++) {
		strcat(text, words[i]);
		if (words[i + 1])
			strcat(text, " ");
	}
	return text;
}

static int read_options(struct watched *w, struct hf_error *err)
{
	static const struct option_number speed = {
		"speed", OPTION_FACTOR, 1, 1000000
	};
	int ret = option_number(w->args, &speed, &w->speed, err);

	if (!ret)
		w->speed = 1000;
	if (ret < 0)
		return ret;
	if (!args_get(w->args, "trace"))
		return hf_fail(err, EINVAL,
			       "--trace is missing: what the command is to replay");
	return args_size(w->args, "buffer", DEFAULT_BUFFER, &w->what.buffer,
			 err);
}

static int open_trace(struct watched *w, struct hf_error *err)
{
	const char *path = args_get(w->args, "trace");
	struct import_opts opts = { .whole = true };
	int ret = import_open(&path, 1, &opts, &w->trace, NULL, err);

	if (ret)
		return ret;
	if (w->trace.hdr->device_count == 1)
		return 0;
	ret = hf_fail(err, EINVAL,
		      "%s has %u devices, and one is observed: make a trace of one with hfctl convert --device",
		      path, w->trace.hdr->device_count);
	hft_close(&w->trace);
	return ret;
}

static int prepare(struct watched *w, struct hf_error *err)
{
	const char *dir = args_get(w->args, "output");
	struct observing *o = &w->what;
	int ret = blockdev_find(&o->dev, args_pos(w->args, 0), err);

	if (ret)
		return ret;
	o->command = args_list(w->args) + 1;
	o->queue = w->trace.hdr->flags & HFR_FF_LEVEL_QUEUE;
	o->force = args_has(w->args, "force");
	o->line = args_command_line(w->args);
	if (!o->queue && !o->dev.requests)
		return hf_fail(err, EINVAL,
			       "%s is a device made of others and has no requests at a driver: observe those below it, or replay a trace of queued bios",
			       o->dev.name);
	w->text = join_words(o->command);
	if (!w->text)
		return hf_fail(err, ENOMEM, "out of memory");
	if (!dir)
		return 0;
	snprintf(w->seen_path, sizeof(w->seen_path), "%s/seen.hft", dir);
	o->out = w->seen_path;
	return reporting_folder(dir, err);
}

/* The description of a replay that nobody has told us about. */
static json_t *make_meta(const struct watched *w)
{
	const struct blockdev *dev = &w->what.dev;
	const struct pairing *p = &w->pairing;
	json_t *meta = json_pack(
		"{s:s, s:s, s:f, s:s, s:s, s:{s:s, s:I, s:I}, s:{s:I, s:I, s:I}, s:o, s:{s:s}, s:s}",
		"engine", "observed", "mode", "hf",
		"speed", (double)w->speed / 1000, "state", "done",
		"level", w->what.queue ? "queue" : "driver",
		"trace", "path", w->trace.path ? w->trace.path : "",
		"requests", (json_int_t)w->trace.count,
		"duration_ns", (json_int_t)w->trace.hdr->duration_ns,
		"counters", "issued", (json_int_t)p->paired,
		"completed", (json_int_t)p->paired,
		"added", (json_int_t)p->added,
		"host", sysfs_host_json(),
		"tool", "version", HFCTL_VERSION,
		"command", w->what.line);
	json_t *target = json_pack("{s:s, s:I, s:I, s:I, s:I}",
		"path", args_pos(w->args, 0),
		"major", (json_int_t)major(dev->number),
		"minor", (json_int_t)minor(dev->number),
		"size", (json_int_t)dev->size,
		"logical_block", (json_int_t)dev->logical_block);

	sysfs_target_json(target, major(dev->number), minor(dev->number));
	json_object_set_new(meta, "targets", json_pack("[o]", target));
	json_object_set_new(meta, "observed", json_text(w->text));
	json_object_set_new(json_object_get(meta, "trace"), "checksum",
			    json_sprintf("%016" PRIx64, w->trace.checksum));
	return meta;
}

static int pair(struct watched *w, struct hf_error *err)
{
	if (pairing_make(&w->pairing, w->trace.recs, w->trace.count,
			 w->seen.any ? w->seen.seen.recs : NULL,
			 w->seen.any ? w->seen.seen.count : 0,
			 (double)w->speed / 1000))
		return hf_fail(err, ENOMEM, "no memory to pair the requests");
	w->res.recs = w->pairing.recs;
	w->res.count = w->trace.count;
	w->res.meta = make_meta(w);
	return 0;
}

static int exit_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
	       WEXITSTATUS(status);
}

static int measure(struct watched *w, struct observe_figures *f,
		   struct hf_error *err)
{
	struct verdict_facts facts;
	struct fidelity_input in;
	int ret;

	facts_read(&facts, w->res.meta);
	ret = facts_input(&in, &facts, &w->trace, &w->res, err);
	if (ret)
		return ret;
	f->fidelity = fidelity_measure(&in);
	if (!f->fidelity || distance_measure(&f->distance, &f->has, &in))
		return hf_fail(err, ENOMEM, "no memory to measure");
	return 0;
}

static int write_all(struct watched *w, const json_t *report,
		     struct hf_error *err)
{
	const char *dir = args_get(w->args, "output");
	char path[4096];
	int ret;

	if (!dir)
		return 0;
	snprintf(path, sizeof(path), "%s/result.hfr", dir);
	ret = results_write(&w->res, path, err);
	return ret ? ret : report_write(&w->trace, &w->res, report, dir, err);
}

static int judge(struct watched *w, struct hf_error *err)
{
	struct observe_figures f = {
		.device = args_pos(w->args, 0), .command = w->text,
		.status = exit_status(w->seen.status),
		.pairing = &w->pairing, .lost_events = w->seen.stats.all.lost,
	};
	json_t *report = report_json(&w->trace, &w->res, err);
	int ret = report ? measure(w, &f, err) : -EINVAL;

	f.report = report;
	if (!ret)
		ret = write_all(w, report, err);
	if (!ret && args_has(w->args, "json"))
		show_json(observe_json(&f));
	else if (!ret)
		observe_print(&f, stdout);
	free((struct fidelity *)f.fidelity);
	json_decref(report);
	return ret;
}

static enum exit_code observe(struct watched *w, struct hf_error *err)
{
	int status;

	if (prepare(w, err) || observing_run(&w->what, &w->seen, err) ||
	    pair(w, err) || judge(w, err))
		return HFCTL_FAILED;
	status = exit_status(w->seen.status);
	if (interrupted())
		return HFCTL_INTERRUPTED;
	if (!status)
		return HFCTL_OK;
	hf_fail(err, EIO, "%s has ended with exit status %d",
		w->what.command[0], status);
	return HFCTL_FAILED;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct watched w = { .args = args };
	enum exit_code code;

	if (read_options(&w, err))
		return HFCTL_USAGE;
	if (open_trace(&w, err))
		return HFCTL_FAILED;
	code = observe(&w, err);
	pairing_free(&w.pairing);
	json_decref(w.res.meta);
	observed_close(&w.seen);
	hft_close(&w.trace);
	free(w.text);
	return code;
}

const struct command cmd_observe = {
	.name = "observe",
	.summary = "Judge a tool that replays by what reaches the device",
	.usage = "DEVICE -- COMMAND...",
	.min_args = 2,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
