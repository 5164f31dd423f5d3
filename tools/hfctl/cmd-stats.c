// SPDX-License-Identifier: GPL-2.0-only
/* hfctl stats: the statistics of a trace. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "args.h"
#include "options.h"
#include "show.h"
#include "source.h"
#include "stats-report.h"

static const struct option_desc options[] = {
	{ "block", 'b', "SIZE",
	  "Size of the blocks that reuse, working sets and popularity are counted by; a power of two from 512 (4k).",
	  false },
	{ "max-memory", 'm', "SIZE",
	  "Count by a sample of the blocks where all of them would take more memory than this; at least 1m.",
	  false },
	{ "each", 0, "target|stream",
	  "Print all figures of each target or stream as well, not only those of the overview.",
	  false },
	{ "html", 0, "DIR",
	  "Write stats.html with pictures, stats.json, stats.txt and the data of each picture as CSV to this folder.",
	  false },
	{ "list", 'l', NULL,
	  "Print the figures that there are instead: key in JSON, unit, definition.",
	  false },
	{ "buckets", 0, NULL,
	  "With --json: every bucket of the distributions that is not empty, as [smallest value, largest value, count].",
	  false },
	OPTION_RANGE,
	OPTIONS_SOURCE_TRACE,
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Counts what a trace does: operations and sizes, arrival and burstiness, latencies and requests in flight, sequence and randomness, after which time blocks are read and written again, working sets and popularity; for the whole trace, for each target, and, but for the figures of blocks, for the 256 streams with most requests. --list says how each figure is defined.",
	"Percentiles are taken from buckets no wider than 1/32 of the value: too large by 3.2 % at most, never too small; values below 64 have a bucket each. Counts, means, minima and maxima are exact.",
	"All takes one pass over the requests and 64 MiB at most, and for each block that is touched up to 24 bytes. With --max-memory that is the limit: when it is reached, half of the blocks, chosen by a hash of their address, are no longer counted, those that stay count twice, and so on. The output says how large the sample is and the error that it brings.",
	"A stream is a process or thread at one target, if the trace says who issued a request.",
	NULL
};

static const char *const examples[] = {
	"hfctl stats prod.hft",
	"hfctl stats prod.blktrace.* --html stats/",
	"hfctl stats week.csv.zst --max-memory 256m --json",
	"hfctl stats prod.hft --each stream | less",
	NULL
};

#define LEAST_MEMORY	(1ULL << 20)

static int read_block(const struct args *args, struct tracestat_opts *opts,
		      struct hf_error *err)
{
	int ret = args_size(args, "block", TRACESTAT_BLOCK, &opts->block, err);

	if (ret)
		return ret;
	if (opts->block >= 512 && opts->block <= 1ULL << 30 &&
	    !(opts->block & (opts->block - 1)))
		return 0;
	return hf_fail(err, EINVAL,
		       "--block %s is not a power of two from 512 to 1g",
		       args_get(args, "block"));
}

/* Options that would do nothing together, or alone. */
static int check_together(const struct args *args, struct hf_error *err)
{
	if (args_has(args, "list") && args_has(args, "json"))
		return hf_fail(err, EINVAL,
			       "--list prints text only: --json does not go with it");
	if (args_has(args, "buckets") && !args_has(args, "json"))
		return hf_fail(err, EINVAL,
			       "--buckets are printed with --json only");
	return 0;
}

static int read_options(const struct args *args, struct tracestat_opts *opts,
			struct stats_report *report, struct hf_error *err)
{
	static const struct option_word words[] = {
		{ "target", STATS_EACH_TARGET }, { "stream", STATS_EACH_STREAM },
		{ NULL, 0 },
	};
	uint32_t each = STATS_EACH_NONE;
	int ret = check_together(args, err);

	if (!ret)
		ret = read_block(args, opts, err);
	if (!ret)
		ret = args_size(args, "max-memory", 0, &opts->max_memory, err);
	if (!ret && args_has(args, "max-memory") &&
	    opts->max_memory < LEAST_MEMORY)
		ret = hf_fail(err, EINVAL, "--max-memory %s is less than 1m",
			      args_get(args, "max-memory"));
	if (!ret)
		ret = option_word(args, "each", words, &each, err);
	report->each = each;
	return ret < 0 ? ret : source_options_ok(args, err);
}

static int print_json(const struct stats_report *report, bool buckets,
		      struct hf_error *err)
{
	json_t *o = stats_all_json(report, buckets);

	if (!o)
		return hf_fail(err, ENOMEM, "no memory for the figures as JSON");
	show_json(o);
	return 0;
}

static int print(const struct args *args, const struct stats_report *report,
		 struct hf_error *err)
{
	const char *dir = args_get(args, "html");
	int ret = 0;

	if (dir)
		ret = stats_write(report, dir, err);
	/* As any filter: a reader that has seen enough ends it silently. */
	signal(SIGPIPE, SIG_DFL);
	if (ret)
		return ret;
	if (args_has(args, "json"))
		return print_json(report, args_has(args, "buckets"), err);
	if (dir)
		printf("%s/stats.html\n", dir);
	else
		stats_print(report, stdout);
	return 0;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct tracestat_opts opts;
	struct stats_report report;
	struct tracestat st;
	struct source src;
	int ret;

	if (read_options(args, &opts, &report, err))
		return HFCTL_USAGE;
	if (args_has(args, "list")) {
		stats_list(stdout);
		return HFCTL_OK;
	}
	if (!args_count(args)) {
		hf_fail(err, EINVAL, "name a trace, or --list");
		return HFCTL_USAGE;
	}
	if (source_open(&src, args, NULL, false, err)) {
		source_close(&src);
		return HFCTL_FAILED;
	}
	ret = tracestat_collect(&st, &src.file, &opts, err);
	report.st = &st;
	report.name = src.name;
	if (!ret)
		ret = print(args, &report, err);
	tracestat_free(&st);
	source_close(&src);
	return ret ? HFCTL_FAILED : HFCTL_OK;
}

const struct command cmd_stats = {
	.name = "stats",
	.summary = "Show the statistics of a trace",
	.usage = "FILE...",
	.min_args = 0,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
