// SPDX-License-Identifier: GPL-2.0-only
/* hfctl record: captures what live block devices get. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "command.h"
#include "import.h"
#include "progress.h"
#include "record-show.h"

#define DEFAULT_BUFFER	(4U << 20)

static const struct option_desc options[] = {
	{ .name = "output", .letter = 'o', .arg = "FILE",
	  .help = "The .hft file to write." },
	{ .name = "duration", .letter = 't', .arg = "TIME",
	  .help = "Stop after this time; without it, and without --count, Ctrl-C stops." },
	{ .name = "count", .letter = 'n', .arg = "N",
	  .help = "Stop after about N requests, of all devices together." },
	{ .name = "event", .letter = 'e', .arg = "LEVEL",
	  .help = "Record requests as issued to the driver (issue, the default) or bios as queued (queue, the default for stacked devices, which have no other)." },
	{ .name = "buffer", .letter = 'b', .arg = "SIZE",
	  .help = "Kernel memory for events, per device and CPU (4 MiB)." },
	{ .name = "dedup",
	  .help = "Leave out requests that are seen again at a device below that is recorded too." },
	{ .name = "spool", .letter = 's', .arg = "DIR",
	  .help = "Put the events there until the capture is over (where OUTPUT is)." },
	{ .name = "force",
	  .help = "Remove what a killed capture of such a device left in the kernel, and allow events to be put on a disk that is captured." },
	OPTION_JSON,
	OPTIONS_END
};

static const char * const details[] = {
	"Records every request of block devices, whole disks or partitions, with its completion, until --duration or --count is reached or Ctrl-C is pressed. It needs root and tracefs, and leaves other tracers alone.",
	"Several devices make one trace on one clock, in which each of them is a target, in the order of the command line; one that was idle is a target without requests. A device is named once, and not together with a partition of it. A trace has one level: stacked devices (dm, md, ...) and others together need --event queue.",
	"Offsets of a partition are counted from its start. Flushes concern the disk, whichever partition they are for: the first partition of the disk that is named has them.",
	"Where a device lies above another one that is recorded, a request of the upper is there again as one or several of the lower. Both are recorded, and counted as seen twice. --dedup follows the remap events of the kernel and leaves out the upper ones; a device without requests then is no target. A loop device sends its requests through a file system: these are not found.",
	"Events go to OUTPUT.part.DEVICE.CPU first, as text; they are converted and removed at the end. If a capture is cut off they stay, and hfctl convert OUTPUT.part.* OUTPUT makes a trace of them. What is handed to the file system once a second survives the end of hfctl, however it comes. --spool puts these files into another folder.",
	"The events must not be on a captured disk, where writing them would be recorded too. If the disk is the only one, put them into memory with --spool (a tmpfs as /dev/shm has room for them): OUTPUT itself is written when the capture is over, and may be anywhere. File systems are looked through down to the disk, stacked and loop devices too; of zfs and of network file systems nothing is known.",
	"Events that the kernel had no room for are counted as lost, for each device. A trace with losses lacks requests: take a larger --buffer.",
	NULL
};

static const char * const examples[] = {
	"hfctl record /dev/sdb -o sdb.hft",
	"hfctl record /dev/nvme0n1 -o nvme.hft --duration 10m --buffer 16M",
	"hfctl record /dev/sdb /dev/sdc -o both.hft",
	"hfctl record /dev/sda -o sda.hft --spool /dev/shm",
	"hfctl record /dev/dm-0 /dev/sdb --event queue --dedup -o stack.hft",
	NULL
};

/**
 * struct recording - what was asked for
 * @devs: the devices
 * @out: the file to write
 * @spool: start of the names of the files before that
 * @opts: for the capture
 */
struct recording {
	struct blockdevs devs;
	const char *out;
	char spool[PATH_MAX];
	struct capture_opts opts;
};

/* A device without issue events; NULL if there is none. */
static const struct blockdev *stacked(const struct blockdevs *devs)
{
	int i;

	for (i = 0; i < devs->n; i++)
		if (!devs->list[i].requests)
			return &devs->list[i];
	return NULL;
}

static const struct blockdev *not_stacked(const struct blockdevs *devs)
{
	int i;

	for (i = 0; i < devs->n; i++)
		if (devs->list[i].requests)
			return &devs->list[i];
	return NULL;
}

static int default_level(struct recording *r, struct hf_error *err)
{
	const struct blockdev *bios = stacked(&r->devs);
	const struct blockdev *requests = not_stacked(&r->devs);

	if (bios && requests)
		return hf_fail(err, EINVAL,
			       "%s is a stacked device and has no issue events, %s has: --event queue records the bios of both",
			       bios->name, requests->name);
	r->opts.queue = bios;
	return 0;
}

static int parse_level(const struct args *args, struct recording *r,
		       struct hf_error *err)
{
	const char *text = args_get(args, "event");
	const struct blockdev *bios = stacked(&r->devs);

	if (!text)
		return default_level(r, err);
	if (strcmp(text, "issue") && strcmp(text, "queue"))
		return hf_fail(err, EINVAL,
			       "--event %s: the levels are issue and queue",
			       text);
	r->opts.queue = !strcmp(text, "queue");
	if (!r->opts.queue && bios)
		return hf_fail(err, EINVAL,
			       "%s is a stacked device and has no issue events: use --event queue, or record the devices below it",
			       bios->name);
	return 0;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int name_spool(const struct args *args, struct recording *r,
		      struct hf_error *err)
{
	const char *dir = args_get(args, "spool");
	int n = dir ? snprintf(r->spool, sizeof(r->spool), "%s/%s.part", dir,
			       base_name(r->out)) :
		      snprintf(r->spool, sizeof(r->spool), "%s.part", r->out);

	/* A device and a CPU are appended. */
	if (n < (int)sizeof(r->spool) - 80)
		return 0;
	return hf_fail(err, ENAMETOOLONG, "%s: name is too long", r->out);
}

static int parse(const struct args *args, struct recording *r,
		 struct hf_error *err)
{
	struct capture_opts *o = &r->opts;
	int ret;

	r->out = args_get(args, "output");
	if (!r->out)
		return hf_fail(err, EINVAL, "name the file to write with -o");
	ret = name_spool(args, r, err);
	if (!ret)
		ret = args_duration(args, "duration", 0, &o->duration_ns, err);
	if (!ret)
		ret = args_u64(args, "count", 0, &o->count, err);
	if (!ret)
		ret = args_size(args, "buffer", DEFAULT_BUFFER, &o->buffer,
				err);
	o->devs = &r->devs;
	o->spool = r->spool;
	o->force = args_has(args, "force");
	o->stop = interrupted;
	return ret;
}

/* A folder must be one that can be written to: said now, not at the end. */
static int check_folder(const char *file, char *dir, size_t size,
			struct hf_error *err)
{
	struct stat st;
	int len = (int)(base_name(file) - file);

	snprintf(dir, size, "%.*s", len ? len : 1, len ? file : ".");
	if (stat(dir, &st))
		return hf_fail(err, errno, "%s: %s", dir, strerror(errno));
	if (access(dir, W_OK | X_OK))
		return hf_fail(err, errno, "cannot write to the folder of %s: %s",
			       file, strerror(errno));
	return 0;
}

/* The events must be elsewhere than on the captured disks. */
static int check_spool(const struct recording *r, const char *dir,
		       struct hf_error *err)
{
	struct devstack stack = { .n = 0 };
	int i;

	devstack_add_folder(&stack, dir);
	for (i = 0; i < r->devs.n; i++)
		if (devstack_has(&stack, r->devs.list[i].disk))
			return hf_fail(err, EINVAL,
				       "%s.* would be written to the disk of %s, and recorded too: choose another --spool folder, as one in memory (or --force)",
				       r->spool, r->devs.list[i].name);
	return 0;
}

static int check_output(const struct recording *r, struct hf_error *err)
{
	char dir[PATH_MAX];
	struct stat st;
	int ret;

	if (!stat(r->out, &st) && !S_ISREG(st.st_mode))
		return hf_fail(err, EINVAL, "%s is not a regular file",
			       r->out);
	ret = check_folder(r->out, dir, sizeof(dir), err);
	if (!ret)
		ret = check_folder(r->spool, dir, sizeof(dir), err);
	return ret || r->opts.force ? ret : check_spool(r, dir, err);
}

static void say_names(const struct blockdevs *devs, char *buf, size_t size)
{
	size_t n = 0;
	int i;

	for (i = 0; i < devs->n && n < size; i++)
		n += snprintf(buf + n, size - n, "%s%s", i ? ", " : "",
			      devs->list[i].name);
}

/* Whoever starts it from a script can wait for this line. */
static void say_begun(const struct blockdevs *devs)
{
	char names[300];

	say_names(devs, names, sizeof(names));
	fprintf(stderr, "recording %s; Ctrl-C stops\n", names);
}

static void say_progress(const struct capture_stats *stats)
{
	fprintf(stderr, "\r%" PRIu64 " events, %" PRIu64 " s, lost %" PRIu64 " ",
		stats->all.events, stats->elapsed_ns / 1000000000,
		stats->all.lost);
}

static void say_kept(const struct recording *r,
		     const struct capture_files *files)
{
	if (files->n)
		fprintf(stderr,
			"hfctl: the events taken so far are in %s.*; hfctl convert %s.* %s makes a trace of them\n",
			r->spool, r->spool, r->out);
}

static int nothing(const struct recording *r, struct capture_files *files,
		   const struct capture_stats *stats, struct hf_error *err)
{
	char names[300];

	say_names(&r->devs, names, sizeof(names));
	capture_files_free(files, true);
	return hf_fail(err, ENODATA,
		       "%s had no requests in %.1f s: nothing is written",
		       names, stats->elapsed_ns / 1e9);
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
		.dedup = args_has(args, "dedup"),
		.command = args_command_line(args),
		.progress = progress_import,
	};
	struct import_summary sum = { 0 };
	const struct recorded done = { .devs = &r->devs, .stats = stats,
				       .sum = &sum, .out = r->out };
	int ret;

	if (!stats->all.requests)
		return nothing(r, files, stats, err);
	ret = import_trace((const char *const *)files->paths, files->n, r->out,
			   &opts, NULL, &sum, err);
	progress_end();
	if (ret) {
		say_kept(r, files);
		return ret;
	}
	capture_files_free(files, true);
	record_show_warn(&done);
	if (args_has(args, "json"))
		return record_show_json(&done);
	record_show_text(&done);
	return 0;
}

static int record(const struct args *args, struct recording *r,
		  struct hf_error *err)
{
	struct capture_files files;
	struct capture_stats stats;
	bool terminal = isatty(STDERR_FILENO);
	int ret;

	r->opts.begun = say_begun;
	if (terminal)
		r->opts.progress = say_progress;
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
	int ret;

	if (parse(args, &r, err))
		return HFCTL_USAGE;
	ret = blockdevs_find(&r.devs, args_list(args), args_count(args), err);
	if (ret)
		return ret == -EINVAL ? HFCTL_USAGE : HFCTL_FAILED;
	if (parse_level(args, &r, err))
		return HFCTL_USAGE;
	if (check_output(&r, err) || record(args, &r, err))
		return HFCTL_FAILED;
	/* Ctrl-C is how a capture ends: that is success. */
	return HFCTL_OK;
}

const struct command cmd_record = {
	.name = "record",
	.summary = "Record the requests of live block devices",
	.usage = "DEVICE...",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
