// SPDX-License-Identifier: GPL-2.0-only
/* hfctl convert: any trace as an .hft file, or as CSV. */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "hft-dump.h"
#include "import-report.h"
#include "import.h"
#include "json-text.h"
#include "progress.h"

static const struct option_desc options[] = {
	{ .name = "from", .letter = 'f', .arg = "NAME",
	  .help = "Format of the input (hft, blktrace, blkparse, ftrace, hfplayer, msr, fio). Without it the content decides." },
	{ .name = "event", .letter = 'e', .arg = "LEVEL",
	  .help = "Which events become requests: issue (at the driver), queue (bios as queued) or any (issue if the trace has it, else queue; the default)." },
	{ .name = "device", .letter = 'd', .arg = "DEVICE",
	  .help = "Keep this device only: MAJOR,MINOR or its name in the trace." },
	{ .name = "max-junk", .arg = "N",
	  .help = "Skip up to N lines or records that make no sense (0)." },
	{ .name = "dump",
	  .help = "Print the trace as CSV instead of writing a file; all arguments are inputs." },
	OPTION_JSON,
	OPTIONS_END
};

static const char * const details[] = {
	"Reads a trace of any known format, plain or compressed (gzip, zstd, xz, bzip2), and writes it as an .hft file. Several inputs are the files of one trace, as blktrace writes one per CPU. - is standard input.",
	"The level of a trace with issue events is that of the driver: each request is what the device got, with the time from issue to completion. With --event queue requests are bios, and their latency includes the queue.",
	"Requests that were in flight when the trace ended end with it. Where completions were lost and these are fewer than 1 %, each such request gets the longest latency of the trace; else their completion is unknown, and the trace has no completion times. Either way they are counted.",
	"A trace that ends in the middle of a record is converted up to there, with a warning; load and replay refuse it as it is.",
	"An .hft file appears under its name only when it is complete; one that exists is replaced.",
	"The columns of --dump are issue_ns, complete_ns (empty if it is not known), op, offset, length, target (index of the device) and flags.",
	NULL
};

static const char * const examples[] = {
	"hfctl convert sdb.blktrace.* sdb.hft",
	"hfctl convert --device 7,0 ftrace.txt.gz loop.hft",
	"hfctl convert --dump sdb.hft | head",
	NULL
};

static int parse_level(const struct args *args, enum import_level *level,
		       struct hf_error *err)
{
	const char *text = args_get(args, "event");

	*level = IMPORT_LEVEL_ANY;
	if (!text || !strcmp(text, "any"))
		return 0;
	*level = IMPORT_LEVEL_ISSUE;
	if (!strcmp(text, "issue"))
		return 0;
	*level = IMPORT_LEVEL_QUEUE;
	if (!strcmp(text, "queue"))
		return 0;
	return hf_fail(err, EINVAL,
		       "--event %s: the levels are issue, queue and any", text);
}

static int parse_opts(const struct args *args, struct import_opts *opts,
		      struct hf_error *err)
{
	int ret;

	opts->from = args_get(args, "from");
	opts->device = args_get(args, "device");
	opts->command = args_command_line(args);
	opts->progress = progress_import;
	opts->stop = interrupted;
	ret = args_u64(args, "max-junk", 0, &opts->max_junk, err);
	return ret ? ret : parse_level(args, &opts->level, err);
}

/* The output must be a file, and none of the inputs. */
static int check_output(const char *const *ins, int nins, const char *out,
			struct hf_error *err)
{
	struct stat st, in;
	int i;

	if (!strcmp(out, "-"))
		return hf_fail(err, EINVAL,
			       "a trace cannot be written to standard output: name a file (./- if it is to be -)");
	if (stat(out, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return hf_fail(err, EISDIR,
			       "%s is a directory; the last argument is the file to write",
			       out);
	if (!S_ISREG(st.st_mode))
		return hf_fail(err, EINVAL,
			       "%s is not a regular file; a trace is not written to a device",
			       out);
	for (i = 0; i < nins; i++)
		if (!stat(ins[i], &in) && in.st_dev == st.st_dev &&
		    in.st_ino == st.st_ino)
			return hf_fail(err, EINVAL,
				       "%s is both input and output: name another output",
				       out);
	return 0;
}

static int print_json(const struct import_summary *sum, const char *out)
{
	json_t *obj = import_report_json(sum);

	if (!obj)
		return -ENOMEM;
	json_object_set_new(obj, "output", json_text(out));
	json_dumpf(obj, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(obj);
	return 0;
}

static enum exit_code failed(int ret)
{
	return ret == -EINTR ? HFCTL_INTERRUPTED : HFCTL_FAILED;
}

static enum exit_code dump(const struct args *args,
			   const struct import_opts *opts,
			   struct hf_error *err)
{
	struct import_summary sum = { 0 };
	struct hft_file file;
	int ret;

	ret = import_open(args_list(args), args_count(args), opts, &file, &sum,
			  err);
	progress_end();
	if (ret)
		return failed(ret);
	import_report_warn(&sum, opts->level);
	/* As any filter: a reader that has seen enough ends it silently. */
	signal(SIGPIPE, SIG_DFL);
	ret = hft_dump(&file, stdout, err);
	hft_close(&file);
	return ret ? HFCTL_FAILED : HFCTL_OK;
}

static enum exit_code convert(const struct args *args,
			      const struct import_opts *opts,
			      struct hf_error *err)
{
	int nins = args_count(args) - 1;
	const char *out = args_pos(args, nins);
	struct import_summary sum = { 0 };
	int ret;

	if (check_output(args_list(args), nins, out, err))
		return HFCTL_FAILED;
	ret = import_trace(args_list(args), nins, out, opts, NULL, &sum, err);
	progress_end();
	if (ret)
		return failed(ret);
	import_report_warn(&sum, opts->level);
	if (!args_has(args, "json"))
		import_report_text(&sum, stdout);
	else if (print_json(&sum, out))
		return HFCTL_FAILED;
	return HFCTL_OK;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct import_opts opts = { 0 };

	if (parse_opts(args, &opts, err))
		return HFCTL_USAGE;
	if (args_has(args, "dump"))
		return dump(args, &opts, err);
	if (args_count(args) < 2) {
		hf_fail(err, EINVAL,
			"name at least one input and the file to write, or --dump");
		return HFCTL_USAGE;
	}
	return convert(args, &opts, err);
}

const struct command cmd_convert = {
	.name = "convert",
	.summary = "Convert a trace of any format to an .hft file",
	.usage = "IN... OUT.hft",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
