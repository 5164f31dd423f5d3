// SPDX-License-Identifier: GPL-2.0-only
/* hfctl hrc: how often caches would hit. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "hrc-report.h"
#include "options.h"
#include "progress.h"
#include "show.h"
#include "source.h"
#include "units.h"

static const struct option_desc options[] = {
	{ "policy", 'p', "LIST",
	  "Policies, as lru,arc,clock:k=3; all for all of them; default lru. --list names them with their parameters.",
	  false },
	{ "size", 's', "LIST",
	  "Sizes of the caches: blocks (1000), bytes with a unit (64m), percent of the footprint (5%), FROM..TO/N for N sizes at equal distances, FROM..TO*N for N with equal ratios; default " CACHE_SIZES_DEFAULT ".",
	  false },
	{ "block", 'b', "SIZE",
	  "Size of a block, a power of two from 512 to 1g; default 4k.", false },
	{ "op", 0, "all|read|write",
	  "Requests that refer to blocks; default all: reads and writes.",
	  false },
	{ "sample", 0, "RATE",
	  "Take this share of the blocks only, 0.00001 to 1; default 1, all.",
	  false },
	{ "sample-blocks", 0, "N",
	  "Take N blocks at most; default: no limit.", false },
	{ "threads", 0, "N",
	  "Threads, 1 to 256; default: one for each processor. Each has a cache of its own.",
	  false },
	{ "seed", 0, "N", "Seed of policies that draw random numbers; default 1.",
	  false },
	{ "csv", 0, NULL, "Print CSV: a line for each policy and size.", false },
	{ "html", 0, "DIR",
	  "Write hrc.html with pictures, hrc.json, hrc.txt, curves.csv and ird.csv to this folder.",
	  false },
	{ "buckets", 0, NULL,
	  "With --json: every bucket of the inter-reference distances that is not empty, as [smallest, largest, count].",
	  false },
	{ "list", 'l', NULL,
	  "Print the policies and their parameters instead.", false },
	OPTION_RANGE,
	OPTIONS_SOURCE_TRACE,
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Runs caches of many sizes over a trace and prints how often they hit. A request refers to each block of which it covers a byte, in ascending order; the first reference to a block never hits. Hits are counted in references, and where these differ also in bytes and in requests whose blocks all hit.",
	"LRU is exact at all sizes from one walk; any other policy is run once for each size. All share one numbering of the blocks, which takes 4 bytes for each reference and 26 to 51 bytes for each block while it is made.",
	"With --sample or --sample-blocks the blocks are chosen by a hash, and a cache of the same share of its size stands for the whole. A sample of less than 4096 blocks is refused. Documentation/hrc.rst says how policies break ties and what a sample costs.",
	NULL
};

static const char *const examples[] = {
	"hfctl hrc prod.hft",
	"hfctl hrc prod.hft --size 1%..100%/100 --csv >lru.csv",
	"hfctl hrc week.csv.zst --sample-blocks 100k --html curves/",
	NULL
};

/**
 * struct wanted - the command line
 * @opts: what to compute
 * @csv: print CSV
 */
struct wanted {
	struct hrc_opts opts;
	bool csv;
};

static int read_rate(const struct args *args, double *rate,
		     struct hf_error *err)
{
	const char *text = args_get(args, "sample");
	char *end;

	*rate = 1;
	if (!text)
		return 0;
	*rate = strtod(text, &end);
	if (*text && !*end && *rate >= 1e-5 && *rate <= 1)
		return 0;
	return hf_fail(err, EINVAL, "--sample %s is not a share from 0.00001 to 1",
		       text);
}

static int read_refs(const struct args *args, struct refs_opts *refs,
		     struct hf_error *err)
{
	static const struct option_word ops[] = {
		{ "all", REFS_BOTH }, { "read", REFS_READS },
		{ "write", REFS_WRITES }, { NULL, 0 },
	};
	static const struct option_number most = {
		"sample-blocks", OPTION_COUNT, REFS_LEAST_SAMPLE, 0x3f000000,
	};
	uint64_t blocks = 0;
	uint32_t op = REFS_BOTH;
	int ret;

	ret = args_size(args, "block", REFS_BLOCK, &refs->block, err);
	if (ret)
		return ret;
	if (refs->block < 512 || refs->block > 1ULL << 30 ||
	    refs->block & (refs->block - 1))
		return hf_fail(err, EINVAL,
			       "--block %s is not a power of two from 512 to 1g",
			       args_get(args, "block"));
	ret = option_word(args, "op", ops, &op, err);
	if (ret >= 0)
		ret = read_rate(args, &refs->rate, err);
	if (ret >= 0)
		ret = option_number(args, &most, &blocks, err);
	refs->ops = op;
	refs->most = (uint32_t)blocks;
	return ret < 0 ? ret : 0;
}

/* What does not depend on the trace is refused before it is read. */
static int check_lists(const struct hrc_opts *opts, struct hf_error *err)
{
	struct policy_choice *choices;
	struct cache_sizes sizes;
	unsigned int n;
	int ret = policy_choices_parse(opts->policies, &choices, &n, err);

	if (ret)
		return ret;
	free(choices);
	ret = cache_sizes_parse(&sizes, opts->sizes, opts->refs.block,
				1ULL << 40, err);
	cache_sizes_free(&sizes);
	return ret;
}

static int check_together(const struct args *args, struct hf_error *err)
{
	bool json = args_has(args, "json"), csv = args_has(args, "csv");

	if (args_has(args, "list") && (json || csv))
		return hf_fail(err, EINVAL,
			       "--list prints text only: neither --json nor --csv goes with it");
	if (args_has(args, "buckets") && !json)
		return hf_fail(err, EINVAL,
			       "--buckets are printed with --json only");
	if (json && csv)
		return hf_fail(err, EINVAL, "--json and --csv print different things: give one");
	if (args_has(args, "sample") && args_has(args, "sample-blocks"))
		return hf_fail(err, EINVAL, "--sample and --sample-blocks choose different samples: give one");
	return 0;
}

static int read_options(const struct args *args, struct wanted *want,
			struct hf_error *err)
{
	static const struct option_number threads = {
		"threads", OPTION_COUNT, 1, 256,
	};
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	const char *policies = args_get(args, "policy");
	const char *sizes = args_get(args, "size");
	uint64_t n = cpus > 0 ? (uint64_t)cpus : 1;
	int ret = check_together(args, err);

	*want = (struct wanted){
		.opts = {
			.policies = policies ? policies : "lru",
			.sizes = sizes ? sizes : CACHE_SIZES_DEFAULT,
			.stop = interrupted, .progress = NULL,
		},
		.csv = args_has(args, "csv"),
	};
	if (!ret)
		ret = read_refs(args, &want->opts.refs, err);
	if (!ret)
		ret = check_lists(&want->opts, err);
	if (!ret)
		ret = args_u64(args, "seed", 1, &want->opts.seed, err);
	if (!ret)
		ret = option_number(args, &threads, &n, err);
	want->opts.threads = (unsigned int)n;
	return ret < 0 ? ret : source_options_ok(args, err);
}

static int print_json(const struct hrc_report *report, bool buckets,
		      struct hf_error *err)
{
	json_t *o = hrc_json(report, buckets);

	if (!o)
		return hf_fail(err, ENOMEM, "no memory for the curves as JSON");
	show_json(o);
	return 0;
}

static int print(const struct args *args, const struct hrc_report *report,
		 struct hf_error *err)
{
	const char *dir = args_get(args, "html");
	int ret = dir ? hrc_write(report, dir, err) : 0;

	/* As any filter: a reader that has seen enough ends it silently. */
	signal(SIGPIPE, SIG_DFL);
	if (ret)
		return ret;
	if (args_has(args, "json"))
		return print_json(report, args_has(args, "buckets"), err);
	if (args_has(args, "csv"))
		return hrc_csv(stdout, report);
	if (dir)
		printf("%s/hrc.html\n", dir);
	else
		hrc_print(report, stdout);
	return 0;
}

static void progress(uint64_t done, uint64_t all)
{
	progress_bar("running caches", done, all);
}

static enum exit_code failed(int ret)
{
	if (ret == -EINTR)
		return HFCTL_INTERRUPTED;
	return ret ? HFCTL_FAILED : HFCTL_OK;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct hrc_report report;
	struct wanted want;
	struct source src;
	struct hrc hrc;
	int ret;

	if (read_options(args, &want, err))
		return HFCTL_USAGE;
	if (args_has(args, "list")) {
		hrc_list(stdout);
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
	want.opts.progress = progress;
	ret = hrc_make(&hrc, &src.file, &want.opts, err);
	progress_end();
	report = (struct hrc_report){ &hrc, src.name };
	if (!ret)
		ret = print(args, &report, err);
	hrc_free(&hrc);
	source_close(&src);
	return failed(ret);
}

const struct command cmd_hrc = {
	.name = "hrc",
	.summary = "Show how often caches would hit",
	.usage = "FILE...",
	.min_args = 0,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
