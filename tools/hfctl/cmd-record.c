// SPDX-License-Identifier: GPL-2.0-only
/* hfctl record: captures what a live block device gets. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "capture.h"
#include "command.h"
#include "import-report.h"
#include "import.h"
#include "json-text.h"
#include "progress.h"

#define DEFAULT_BUFFER	(4U << 20)

static const struct option_desc options[] = {
	{ .name = "output", .letter = 'o', .arg = "FILE",
	  .help = "The .hft file to write." },
	{ .name = "duration", .letter = 't', .arg = "TIME",
	  .help = "Stop after this time; without it, and without --count, Ctrl-C stops." },
	{ .name = "count", .letter = 'n', .arg = "N",
	  .help = "Stop after about N requests." },
	{ .name = "event", .letter = 'e', .arg = "LEVEL",
	  .help = "Record requests as issued to the driver (issue, the default) or bios as queued (queue, the default for stacked devices, which have no other)." },
	{ .name = "buffer", .letter = 'b', .arg = "SIZE",
	  .help = "Kernel memory for events, per CPU (4 MiB)." },
	{ .name = "force",
	  .help = "Remove what a killed capture of this device left in the kernel, and allow an output on the captured disk." },
	OPTION_JSON,
	OPTIONS_END
};

static const char * const details[] = {
	"Records every request of a block device, a whole disk or a partition, with its completion, until --duration or --count is reached or Ctrl-C is pressed. It needs root and tracefs, and leaves other tracers alone.",
	"Offsets of a partition are counted from its start. Flushes are recorded whichever partition they are for: they concern the disk.",
	"Events go to OUTPUT.part.CPU first, as text; they are converted and removed at the end. If a capture is cut off they stay, and hfctl convert OUTPUT.part.* OUTPUT makes a trace of them.",
	"The output must not be on the captured disk, where writing it would be recorded too.",
	"Events that the kernel had no room for are counted as lost. A trace with losses lacks requests: take a larger --buffer.",
	NULL
};

static const char * const examples[] = {
	"hfctl record /dev/sdb -o sdb.hft",
	"hfctl record /dev/nvme0n1 -o nvme.hft --duration 10m --buffer 16M",
	NULL
};

/**
 * struct recording - what was asked for
 * @dev: the device
 * @out: the file to write
 * @spool: start of the names of the files before that
 * @opts: for the capture
 */
struct recording {
	struct blockdev dev;
	const char *out;
	char spool[PATH_MAX];
	struct capture_opts opts;
};

static int parse_level(const struct args *args, struct recording *r,
		       struct hf_error *err)
{
	const char *text = args_get(args, "event");

	r->opts.queue = !r->dev.requests;
	if (!text)
		return 0;
	if (strcmp(text, "issue") && strcmp(text, "queue"))
		return hf_fail(err, EINVAL,
			       "--event %s: the levels are issue and queue",
			       text);
	if (!strcmp(text, "issue") && !r->dev.requests)
		return hf_fail(err, EINVAL,
			       "%s is a stacked device and has no issue events: use --event queue, or record the devices below it",
			       r->dev.name);
	r->opts.queue = !strcmp(text, "queue");
	return 0;
}

static int parse(const struct args *args, struct recording *r,
		 struct hf_error *err)
{
	struct capture_opts *o = &r->opts;
	int ret;

	r->out = args_get(args, "output");
	if (!r->out)
		return hf_fail(err, EINVAL, "name the file to write with -o");
	if (snprintf(r->spool, sizeof(r->spool), "%s.part", r->out) >=
	    (int)sizeof(r->spool) - 16)
		return hf_fail(err, ENAMETOOLONG, "%s: name is too long",
			       r->out);
	ret = args_duration(args, "duration", 0, &o->duration_ns, err);
	if (!ret)
		ret = args_u64(args, "count", 0, &o->count, err);
	if (!ret)
		ret = args_size(args, "buffer", DEFAULT_BUFFER, &o->buffer,
				err);
	o->dev = &r->dev;
	o->spool = r->spool;
	o->force = args_has(args, "force");
	o->stop = interrupted;
	return ret;
}

/* The folder must be there, and elsewhere than on the captured disk. */
static int check_output(const struct recording *r, struct hf_error *err)
{
	char dir[PATH_MAX], *slash;
	struct stat st;

	if (!stat(r->out, &st) && !S_ISREG(st.st_mode))
		return hf_fail(err, EINVAL, "%s is not a regular file",
			       r->out);
	snprintf(dir, sizeof(dir), "%s", r->out);
	slash = strrchr(dir, '/');
	if (slash)
		slash[slash == dir] = '\0';
	if (stat(slash ? dir : ".", &st))
		return hf_fail(err, errno, "%s: %s", slash ? dir : ".",
			       strerror(errno));
	/* Said now, not when the capture is over. */
	if (access(slash ? dir : ".", W_OK | X_OK))
		return hf_fail(err, errno, "cannot write to the folder of %s: %s",
			       r->out, strerror(errno));
	if (!r->opts.force && blockdev_holds(r->dev.disk, st.st_dev))
		return hf_fail(err, EINVAL,
			       "%s would be written to the disk that is captured, and recorded too: choose a place elsewhere (or --force)",
			       r->out);
	return 0;
}

static void say_progress(const struct capture_stats *stats)
{
	fprintf(stderr, "\r%" PRIu64 " events, %" PRIu64 " s, lost %" PRIu64 " ",
		stats->events, stats->elapsed_ns / 1000000000, stats->lost);
}

static void say_kept(const struct recording *r,
		     const struct capture_files *files)
{
	if (files->n)
		fprintf(stderr,
			"hfctl: the events taken so far are in %s.*; hfctl convert %s.* %s makes a trace of them\n",
			r->spool, r->spool, r->out);
}

static void print_text(const struct recording *r,
		       const struct capture_stats *stats,
		       const struct import_summary *sum)
{
	printf("device      %s (%u,%u)\n", r->dev.name, major(r->dev.number),
	       minor(r->dev.number));
	printf("duration    %.1f s\n", stats->elapsed_ns / 1e9);
	import_report_text(sum, stdout);
	printf("written to  %s\n", r->out);
}

static int print_json(const struct recording *r,
		      const struct capture_stats *stats,
		      const struct import_summary *sum)
{
	json_t *obj = import_report_json(sum);

	if (!obj)
		return -ENOMEM;
	json_object_set_new(obj, "device", json_text(r->dev.name));
	json_object_set_new(obj, "duration_ns",
			    json_integer(stats->elapsed_ns));
	json_object_set_new(obj, "output", json_text(r->out));
	json_dumpf(obj, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(obj);
	return 0;
}

static void warn(const struct import_summary *sum)
{
	/* The level is what was recorded: nothing to be said of that. */
	import_report_warn(sum, IMPORT_LEVEL_QUEUE);
	if (sum->lost)
		fprintf(stderr, "hfctl: take a larger --buffer\n");
}

/* From spool to trace; the spool goes away only when that has worked. */
static int convert(const struct args *args, const struct recording *r,
		   struct capture_files *files,
		   const struct capture_stats *stats, struct hf_error *err)
{
	struct import_opts opts = {
		.from = "ftrace",
		.level = r->opts.queue ? IMPORT_LEVEL_QUEUE :
					 IMPORT_LEVEL_ISSUE,
		.command = args_command_line(args),
		.progress = progress_import,
	};
	struct import_summary sum = { 0 };
	int ret;

	if (!stats->requests) {
		capture_files_free(files, true);
		return hf_fail(err, ENODATA,
			       "%s had no requests in %.1f s: nothing is written",
			       r->dev.name, stats->elapsed_ns / 1e9);
	}
	ret = import_trace((const char *const *)files->paths, files->n, r->out,
			   &opts, NULL, &sum, err);
	progress_end();
	if (ret) {
		say_kept(r, files);
		return ret;
	}
	capture_files_free(files, true);
	warn(&sum);
	if (args_has(args, "json"))
		return print_json(r, stats, &sum);
	print_text(r, stats, &sum);
	return 0;
}

static int record(const struct args *args, struct recording *r,
		  struct hf_error *err)
{
	struct capture_files files;
	struct capture_stats stats;
	bool terminal = isatty(STDERR_FILENO);
	int ret;

	if (terminal)
		r->opts.progress = say_progress;
	if (!args_has(args, "json") && !r->opts.duration_ns && !r->opts.count)
		fprintf(stderr, "recording %s; Ctrl-C stops\n", r->dev.name);
	ret = capture_run(&r->opts, &files, &stats, err);
	if (terminal)
		fprintf(stderr, "\n");
	if (ret)
		say_kept(r, &files);
	else
		ret = convert(args, r, &files, &stats, err);
	capture_files_free(&files, false);
	return ret;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct recording r = { 0 };

	if (parse(args, &r, err))
		return HFCTL_USAGE;
	if (blockdev_find(&r.dev, args_pos(args, 0), err))
		return HFCTL_FAILED;
	if (parse_level(args, &r, err))
		return HFCTL_USAGE;
	if (check_output(&r, err) || record(args, &r, err))
		return HFCTL_FAILED;
	/* Ctrl-C is how a capture ends: that is success. */
	return HFCTL_OK;
}

const struct command cmd_record = {
	.name = "record",
	.summary = "Record the requests of a live block device",
	.usage = "DEVICE",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
