// SPDX-License-Identifier: GPL-2.0-only
/* hfctl convert: any trace as an .hft file, in another format, or as CSV. */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "array.h"
#include "columns.h"
#include "command.h"
#include "export-file.h"
#include "export-report.h"
#include "formats-show.h"
#include "hft-dump.h"
#include "import-report.h"
#include "import.h"
#include "json-text.h"
#include "progress.h"
#include "service.h"
#include "shape.h"

static const struct option_desc options[] = {
	{ .name = "from", .letter = 'f', .arg = "NAME",
	  .help = "Format of the input (hft, blktrace, blkparse, ftrace, biosnoop, fio, hfplayer, blkreplay, msr, systor, alibaba, tencent, k5cloud, spc, fiu, disksim, mqsim, replayer, csv, vscsi, oraclegeneral, btrecord, dm-log-writes, thesios, agios, pvfs, refs). Without it the content decides, but for disksim, mqsim, replayer, csv and refs." },
	{ .name = "columns", .arg = "MAP",
	  .help = "What the columns of a table hold, for --from csv, which it implies: time:s,op,offset:sectors,length:bytes and so on, see below." },
	{ .name = "to", .letter = 't', .arg = "NAME",
	  .help = "Format of the output; --formats lists them. Without it the end of its name decides, and says .hft or nothing of a format it is hft." },
	{ .name = "to-columns", .arg = "MAP",
	  .help = "Which columns a table has that is written, for --to csv, which it implies; in the words of --columns, see below." },
	{ .name = "lossy",
	  .help = "Leave out requests that the format of the output cannot hold (flushes, where it has only reads and writes); without it they are an error." },
	{ .name = "event", .letter = 'e', .arg = "LEVEL",
	  .help = "Which events become requests: issue (at the driver), queue (bios as queued) or any (issue if the trace has it, else queue; the default)." },
	{ .name = "device", .letter = 'd', .arg = "DEVICE",
	  .help = "Keep this device only: MAJOR,MINOR or its name in the trace." },
	{ .name = "dedup",
	  .help = "Count a request that was seen at two devices of a stack (dm, md, a partition and their disk) once." },
	{ .name = "invert-rw",
	  .help = "Take reads for writes and writes for reads, for traces that have them the wrong way round." },
	{ .name = "spread",
	  .help = "Spread requests that share a coarse stamp evenly over its tick, in the order in which they are in the input." },
	{ .name = "infer-service",
	  .help = "Guess the completion times that the trace lacks from the times between its issues, as hfctl deps does." },
	OPTIONS_SHAPE,
	{ .name = "max-junk", .arg = "N",
	  .help = "Skip up to N lines or records that make no sense (0)." },
	{ .name = "formats",
	  .help = "List the formats that can be written and what each of them holds." },
	{ .name = "dump",
	  .help = "Print the trace as CSV instead of writing a file; all arguments are inputs." },
	OPTION_JSON,
	OPTIONS_END
};

static const char * const details[] = {
	"Reads a trace of any known format, plain or compressed (gzip, zstd, xz, bzip2), and writes it as an .hft file. Several inputs are the files of one trace, as blktrace writes one per CPU. - is standard input.",
	"The level of a trace with issue events is that of the driver: each request is what the device got, with the time from issue to completion. With --event queue requests are bios, and their latency includes the queue.",
	"Requests that were in flight when the trace ended end with it. Where completions were lost and these are fewer than 1 %, each such request gets the longest latency of the trace; else their completion is unknown, and the trace has no completion times. Either way they are counted.",
	"A trace of several devices can have a request twice: at a device and at the one below it. --dedup follows the remap events of blktrace, blkparse and ftrace and leaves out the upper of the two, if the lower is in the trace; with --device nothing is left out, as the requests of one device are not there twice. Other formats have no such events: there a request is left out that repeats one of the 16 before it (device, operation, offset and length) within 100 us. Where the times cannot tell (they are made up, as those of refs, or all are multiples of 100 us or more) --dedup is refused, and so it is for an .hft file made of a trace with remap events.",
	"Some formats have stamps of whole seconds, which many requests share. Replayed as they are, these come all at once at the start of each second. --spread gives the Kth of N requests of a stamp K/N of a second more. Without it a warning says how many share theirs. For other formats it is refused.",
	"--infer-service gives each request without a completion one: for each class of requests (operation, size by power of two, sequential or not) the time to the next issue at the same target around which many lie. It is a guess that is right where each request was waited for before the next; the provenance and hfctl info say so.",
	"Traces of refs and of dm-log-writes have an order and no times: --spacing says what is put between two requests.",
	"A trace that ends in the middle of a record is converted up to there, with a warning; load and replay refuse it as it is.",
	"The output appears under its name only when it is complete; a file that exists is replaced. Names that end in .gz, .zst, .xz or .bz2 make it compressed. - is standard output, for formats that are text; the summary then goes to standard error.",
	"What a format cannot hold of a trace is told from its table (--formats), before anything is written. Requests that it cannot hold are an error unless --lossy leaves them out; what it cannot hold of the others (the process, flags, finer times) is counted in the summary.",
	"The MAP of --columns names the columns in their order, with commas between: time, op, offset, length, target (the device), stream (the process), latency or complete (the time of completion), flags, and - for a column that is not wanted. A time needs its unit: time:s, ms, us, ns, unix-s and so on if it counts from 1970, or filetime. So do offset and length: bytes, sectors (of 512 bytes) or a size (offset:4k).",
	"Operations are known by hfctl's names, R, W, D, F, trim, sync and the like; else op:read=0:write=1|2:skip=x says the words, and op:rwbs takes the letters of blktrace. What has no column is given as op=read, length=4k, time=0. sep=space, tab, semicolon or another character sets what stands between columns, skip=1 passes over a line of names, ... at the end allows more columns than are named. Columns may stand in double quotes; lines that begin with # are comments.",
	"--to-columns takes such a MAP for a table that is written, and --columns with the same MAP reads it back. Without it the MAP is " COLUMNS_WRITTEN ". skip=1 writes a line of names; a column - is written as -, a completion that is not known as nothing (as - between spaces), times with all digits down to 1 ns. Of several words for an operation the first is written. A request that is not of the one op= or length= of the MAP, for whose operation it has no word or whose offset or length is no multiple of its unit cannot be held. time=0, op:rwbs, skip=2 and more, and ... are for reading only.",
	"The columns of --dump are issue_ns, complete_ns (empty if it is not known), op, offset, length, target (index of the device) and flags.",
	NULL
};

static const char * const examples[] = {
	"hfctl convert sdb.blktrace.* sdb.hft",
	"hfctl convert --device 7,0 ftrace.txt.gz loop.hft",
	"hfctl convert --columns sep=space,op,offset:1k,length:bytes,time:s,target mail.txt mail.hft",
	"hfctl convert --to spc --lossy sdb.hft sdb.spc.gz",
	"hfctl convert --to-columns time:s,op:read=R:write=W,offset:sectors,length:sectors --lossy sdb.hft sdb.csv",
	"hfctl convert --to blkparse sdb.hft - | head",
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
	opts->columns = args_get(args, "columns");
	opts->device = args_get(args, "device");
	opts->dedup = args_has(args, "dedup");
	opts->invert_rw = args_has(args, "invert-rw");
	opts->spread = args_has(args, "spread");
	opts->command = args_command_line(args);
	opts->progress = progress_import;
	opts->stop = interrupted;
	ret = import_check_opts(opts, err);
	if (!ret)
		ret = shape_options(args, opts, err);
	if (!ret)
		ret = args_u64(args, "max-junk", 0, &opts->max_junk, err);
	return ret ? ret : parse_level(args, &opts->level, err);
}

static int check_stdout(const struct writer *w, struct hf_error *err)
{
	if (w->text)
		return 0;
	return hf_fail(err, EINVAL,
		       "a trace of format %s cannot be written to standard output: name a file (./- if it is to be -)",
		       w->name);
}

/* The output must be a file, and none of the inputs. */
static int check_output(const char *const *ins, int nins, const char *out,
			const struct writer *w, struct hf_error *err)
{
	struct stat st, in;
	int i;

	if (!strcmp(out, "-"))
		return check_stdout(w, err);
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

static FILE *summary_file(const char *out)
{
	return strcmp(out, "-") ? stdout : stderr;
}

static int print_json(const struct import_summary *sum,
		      const struct export_summary *written, const char *out)
{
	json_t *obj = import_report_json(sum);

	if (!obj)
		return -ENOMEM;
	json_object_set_new(obj, "output", json_text(out));
	if (written)
		json_object_set_new(obj, "written",
				    export_report_json(written));
	json_dumpf(obj, summary_file(out), JSON_INDENT(2));
	fputc('\n', summary_file(out));
	json_decref(obj);
	return 0;
}

static enum exit_code report(const struct args *args,
			     const struct import_opts *opts,
			     const struct import_summary *sum,
			     const struct export_summary *written)
{
	const char *out = args_pos(args, args_count(args) - 1);

	import_report_warn(sum, opts->level);
	if (args_has(args, "json"))
		return print_json(sum, written, out) ? HFCTL_FAILED : HFCTL_OK;
	import_report_text(sum, summary_file(out));
	if (written)
		export_report_text(written, summary_file(out));
	return HFCTL_OK;
}

static enum exit_code failed(int ret)
{
	return ret == -EINTR || interrupted() ? HFCTL_INTERRUPTED : HFCTL_FAILED;
}

/* The trace, whose unknown completions are guessed if that is wanted. */
static int open_input(const struct args *args, int nins,
		      const struct import_opts *opts, struct hft_file *file,
		      struct import_summary *sum, struct hf_error *err)
{
	struct hft_file with;
	int ret = import_open(args_list(args), nins, opts, file, sum, err);

	if (ret || !args_has(args, "infer-service"))
		return ret;
	ret = service_file(file, NULL, &with, err);
	hft_close(file);
	if (!ret)
		*file = with;
	return ret;
}

static enum exit_code dump(const struct args *args,
			   const struct import_opts *opts,
			   struct hf_error *err)
{
	struct import_summary sum = { 0 };
	struct hft_file file;
	int ret;

	ret = open_input(args, args_count(args), opts, &file, &sum, err);
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

/* By way of an .hft file, which every writer starts from. */
static enum exit_code write_other(const struct args *args,
				  const struct import_opts *opts,
				  const struct export_opts *how,
				  struct hf_error *err)
{
	struct import_summary sum = { 0 };
	struct export_summary written;
	struct hft_file file;
	int ret;

	ret = open_input(args, args_count(args) - 1, opts, &file, &sum, err);
	if (!ret) {
		ret = export_file(&file, how, &written, err);
		hft_close(&file);
	}
	progress_end();
	return ret ? failed(ret) : report(args, opts, &sum, &written);
}

/* From the trace as it was read to one with all completions. */
static int write_inferred(const struct args *args,
			  const struct import_opts *opts,
			  struct import_summary *sum, struct hf_error *err)
{
	int nins = args_count(args) - 1;
	struct hft_file file, with;
	int ret = import_open(args_list(args), nins, opts, &file, sum, err);

	if (ret)
		return ret;
	ret = service_file(&file, args_pos(args, nins), &with, err);
	hft_close(&file);
	if (!ret)
		hft_close(&with);
	return ret;
}

static enum exit_code write_hft(const struct args *args,
				const struct import_opts *opts,
				struct hf_error *err)
{
	int nins = args_count(args) - 1;
	struct import_summary sum = { 0 };
	int ret;

	if (args_has(args, "infer-service"))
		ret = write_inferred(args, opts, &sum, err);
	else
		ret = import_trace(args_list(args), nins, args_pos(args, nins),
				   opts, NULL, &sum, err);
	progress_end();
	return ret ? failed(ret) : report(args, opts, &sum, NULL);
}

static void progress_export(uint64_t done, uint64_t all)
{
	progress_bar("writing", done, all);
}

static enum exit_code convert(const struct args *args,
			      const struct import_opts *opts,
			      const struct writer *w, struct hf_error *err)
{
	int nins = args_count(args) - 1;
	const char *out = args_pos(args, nins);
	const struct export_opts how = {
		.writer = w,
		.path = out,
		.lossy = args_has(args, "lossy"),
		.columns = args_get(args, "to-columns"),
		.stop = interrupted,
		.progress = progress_export,
	};

	if (export_check_columns(&how, err))
		return HFCTL_USAGE;
	if (check_output(args_list(args), nins, out, w, err))
		return HFCTL_FAILED;
	/* As any filter: a reader that has seen enough ends it silently. */
	if (!strcmp(out, "-"))
		signal(SIGPIPE, SIG_DFL);
	if (w == &writer_hft && !how.columns &&
	    outstream_plain_length(out) == strlen(out))
		return write_hft(args, opts, err);
	return write_other(args, opts, &how, err);
}

static const struct writer *choose_writer(const struct args *args,
					  struct hf_error *err)
{
	const char *to = args_get(args, "to");

	if (to)
		return writer_by_name(to, err);
	if (args_has(args, "to-columns"))
		return &writer_csv;
	return writer_by_path(args_pos(args, args_count(args) - 1), err);
}

/* --dump writes no file: what says how would do nothing. */
static int check_dump(const struct args *args, struct hf_error *err)
{
	static const char *const others[] = {
		"to", "to-columns", "lossy", "json",
	};
	size_t i;

	for (i = 0; args_has(args, "dump") && i < ARRAY_SIZE(others); i++)
		if (args_has(args, others[i]))
			return hf_fail(err, EINVAL,
				       "--dump prints CSV of its own columns: --%s does not go with it",
				       others[i]);
	return 0;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct import_opts opts = { 0 };
	const struct writer *w;

	if (args_has(args, "formats"))
		return formats_show(args_has(args, "json"), err) ?
		       HFCTL_FAILED : HFCTL_OK;
	if (parse_opts(args, &opts, err) || check_dump(args, err))
		return HFCTL_USAGE;
	if (args_has(args, "dump") && args_count(args))
		return dump(args, &opts, err);
	if (args_count(args) < 2) {
		hf_fail(err, EINVAL,
			"an argument is missing (hfctl convert IN... OUT): name at least one input and the file to write, or --dump");
		return HFCTL_USAGE;
	}
	w = choose_writer(args, err);
	return w ? convert(args, &opts, w, err) : HFCTL_USAGE;
}

const struct command cmd_convert = {
	.name = "convert",
	.summary = "Convert a trace of any format to an .hft file or another format",
	.usage = "IN... OUT",
	.min_args = 0,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
