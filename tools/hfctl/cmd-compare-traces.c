// SPDX-License-Identifier: GPL-2.0-only
/* hfctl compare-traces: how like two traces are. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "block-refs.h"
#include "cache-policy.h"
#include "cache-sizes.h"
#include "command.h"
#include "likeness-report.h"
#include "options.h"
#include "progress.h"
#include "show.h"
#include "source.h"

static const struct option_desc options[] = {
	{ "policy", 'p', "LIST",
	  "Policies whose hit ratios are compared, as hfctl hrc takes them; default " LIKENESS_POLICIES ".",
	  false },
	{ "size", 's', "LIST",
	  "Sizes of the caches, as hfctl hrc takes them; default " LIKENESS_SIZES ".",
	  false },
	{ "block", 'b', "SIZE",
	  "Size of a block, a power of two from 512 to 1g; default 4k.", false },
	{ "samples", 0, "N",
	  "Requests of each trace that are drawn for the comparison of addresses, 100 to 20000; default 2000.",
	  false },
	{ "threads", 0, "N",
	  "Threads, 1 to 256; default: one for each processor.", false },
	{ "seed", 0, "N", "Seed of all that is random; default 1.", false },
	OPTIONS_SOURCE_TRACE,
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Compares a trace with another, as a generated one with its original: share of reads; sizes, times between issues and jumps by the largest difference of their cumulative distributions (Kolmogorov and Smirnov, KS); addresses and sizes together by the maximum mean discrepancy (MMD); and hit ratios of caches, policy by policy.",
	"Sizes in percent are of the footprint of ORIGINAL, and the same caches see both traces; scaled figures are those where each trace has caches of the same percentage of its own footprint.",
	"Each trace is one file; hfctl convert makes one of several. Documentation/hrc.rst defines the figures.",
	NULL
};

static const char *const examples[] = {
	"hfctl compare-traces prod.hft synth.hft",
	"hfctl compare-traces prod.hft half.hft --policy lru,arc --json",
	NULL
};

static int read_block(const struct args *args, uint64_t *block,
		      struct hf_error *err)
{
	int ret = args_size(args, "block", REFS_BLOCK, block, err);

	if (ret || (*block >= 512 && *block <= 1ULL << 30 &&
		    !(*block & (*block - 1))))
		return ret;
	return hf_fail(err, EINVAL,
		       "--block %s is not a power of two from 512 to 1g",
		       args_get(args, "block"));
}

/* What does not depend on the traces is refused before they are read. */
static int check_lists(const struct likeness_opts *opts, struct hf_error *err)
{
	struct policy_choice *choices;
	struct cache_sizes sizes;
	unsigned int n;
	int ret = policy_choices_parse(opts->policies, &choices, &n, err);

	if (ret)
		return ret;
	free(choices);
	ret = cache_sizes_parse(&sizes, opts->sizes, opts->block, 1ULL << 40,
				err);
	cache_sizes_free(&sizes);
	return ret;
}

static int read_numbers(const struct args *args, struct likeness_opts *opts,
			struct hf_error *err)
{
	static const struct option_number threads = {
		"threads", OPTION_COUNT, 1, 256,
	};
	static const struct option_number samples = {
		"samples", OPTION_COUNT, 100, 20000,
	};
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t n = cpus > 0 ? (uint64_t)cpus : 1, k = LIKENESS_SAMPLES;
	int ret = option_number(args, &threads, &n, err);

	if (ret >= 0)
		ret = option_number(args, &samples, &k, err);
	opts->threads = (unsigned int)n;
	opts->samples = (uint32_t)k;
	return ret < 0 ? ret : args_u64(args, "seed", 1, &opts->seed, err);
}

static void progress(uint64_t done, uint64_t all)
{
	progress_bar("running caches", done, all);
}

static int read_options(const struct args *args, struct likeness_opts *opts,
			struct hf_error *err)
{
	const char *policies = args_get(args, "policy");
	const char *sizes = args_get(args, "size");
	int ret;

	*opts = (struct likeness_opts){
		.policies = policies ? policies : LIKENESS_POLICIES,
		.sizes = sizes ? sizes : LIKENESS_SIZES,
		.stop = interrupted, .progress = progress,
	};
	ret = read_block(args, &opts->block, err);
	if (!ret)
		ret = check_lists(opts, err);
	if (!ret)
		ret = read_numbers(args, opts, err);
	return ret ? ret : source_options_ok(args, err);
}

static int print(const struct args *args, const struct likeness *l,
		 struct hf_error *err)
{
	const char *const names[] = { args_pos(args, 0), args_pos(args, 1) };
	json_t *o;

	/* As any filter: a reader that has seen enough ends it silently. */
	signal(SIGPIPE, SIG_DFL);
	if (!args_has(args, "json")) {
		likeness_print(l, names, stdout);
		return 0;
	}
	o = likeness_json(l, names);
	if (!o)
		return hf_fail(err, ENOMEM, "no memory for the figures as JSON");
	show_json(o);
	return 0;
}

static int compare(const struct args *args, const struct source *a,
		   const struct source *b, const struct likeness_opts *opts,
		   struct hf_error *err)
{
	struct likeness l;
	int ret = likeness_find(&l, &a->file, &b->file, opts, err);

	progress_end();
	if (!ret)
		ret = print(args, &l, err);
	likeness_free(&l);
	return ret;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct source a, b = { .made = NULL };
	struct likeness_opts opts;
	int ret;

	if (read_options(args, &opts, err))
		return HFCTL_USAGE;
	ret = source_open_one(&a, args, 0, err);
	if (!ret)
		ret = source_open_one(&b, args, 1, err);
	if (!ret)
		ret = compare(args, &a, &b, &opts, err);
	source_close(&b);
	source_close(&a);
	if (ret == -EINTR)
		return HFCTL_INTERRUPTED;
	return ret ? HFCTL_FAILED : HFCTL_OK;
}

const struct command cmd_compare_traces = {
	.name = "compare-traces",
	.summary = "Show how like two traces are",
	.usage = "ORIGINAL OTHER",
	.min_args = 2,
	.max_args = 2,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
