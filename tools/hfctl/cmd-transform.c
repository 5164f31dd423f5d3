// SPDX-License-Identifier: GPL-2.0-only
/* hfctl transform: one trace from another, step by step. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "args.h"
#include "import-report.h"
#include "pipeline.h"
#include "progress.h"
#include "show.h"
#include "source.h"
#include "transform-show.h"

#define STEP_OPTION(name, arg, about) { #name, 0, arg, about, true },

static const struct option_desc options[] = {
	TRANSFORM_STEPS(STEP_OPTION)
	OPTIONS_SOURCE,
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Reads a trace of any known format, does to it what the steps say, in the order in which they stand on the command line, and writes an .hft file. A step may be given several times. Memory does not grow with the trace; --tail, --loop, --represent, --remap fit= and --merge apart read what comes to them twice.",
	"Ranges A..B hold A and not B; A or B may be left out. Several values of a test are joined by +. What a request does not have (a flush has no address and no size, a request without completion no latency) passes no test of it, not even with !=. Quote < and > for the shell.",
	"Requests in flight are counted anew. Dependencies stay where neither times nor the set of requests change (--shift, --remap without wrap and tile, --speed with latency=scale); every other step drops them, with a warning, and hfctl deps infers them anew.",
	"A request that --sample by=address, --remap wrap= or --anonymise cuts becomes several requests with the times of the whole.",
	"The provenance of the output holds the steps with the numbers of requests that came and left, the weights of --represent, and the provenance of the input. After --anonymise it holds the names of the steps and numbers only.",
	"Files appear under their names only when they are complete; those that exist are replaced, but for the inputs.",
	NULL
};

static const char *const examples[] = {
	"hfctl transform a.hft --window 1h..2h --filter op=read,size=64k.. part.hft",
	"hfctl transform a.hft --speed 2 --remap wrap=10G --loop 3 hard.hft",
	"hfctl transform week.hft --represent interval=1m,count=60 --json hour.hft",
	"hfctl transform prod.hft --anonymise key=key.bin public.hft",
	"hfctl transform a.hft --merge b.hft,phase=5s,apart both.hft",
	NULL
};

static int add_steps(struct pipeline *p, const struct args *args,
		     struct hf_error *err)
{
	const char *name, *value;
	unsigned int n;
	int rc;

	for (n = 0; (name = args_given(args, n, &value)); n++) {
		if (!transform_find(name))
			continue;
		rc = pipeline_add(p, name, value, err);
		if (rc)
			return rc;
	}
	if (pipeline_step(p, 0))
		return 0;
	return hf_fail(err, EINVAL,
		       "there is no step to do; hfctl convert changes nothing but the format");
}

/* The output must be a file; that it is no input is seen when it is opened. */
static int check_output(const char *out, struct hf_error *err)
{
	struct stat st;

	if (!strcmp(out, "-"))
		return hf_fail(err, EINVAL,
			       "a trace cannot be written to standard output: name a file (./- if it is to be -)");
	if (stat(out, &st) || S_ISREG(st.st_mode))
		return 0;
	return hf_fail(err, EINVAL,
		       "%s is not a regular file; the last argument is the file to write",
		       out);
}

static void warn(const struct pipeline_result *result)
{
	progress_end();
	if (result->undone)
		fprintf(stderr,
			"hfctl: warning: the dependencies of the trace end with --%s, the output has none; hfctl deps FILE -o FILE infers them from its times\n",
			result->undone);
}

static enum exit_code transform(struct pipeline *p, const struct args *args,
				struct hf_error *err)
{
	int nins = args_count(args) - 1;
	struct import_opts opts;
	const struct pipeline_job job = {
		.ins = args_list(args), .nins = nins,
		.out = args_pos(args, nins), .opts = &opts,
		.command = args_command_line(args),
	};
	struct pipeline_result result;
	int rc;

	if (source_import_opts(args, &opts, err))
		return HFCTL_USAGE;
	if (check_output(job.out, err))
		return HFCTL_FAILED;
	rc = pipeline_run(p, &job, &result, err);
	progress_end();
	if (rc)
		return rc == -EINTR ? HFCTL_INTERRUPTED : HFCTL_FAILED;
	import_report_warn(&result.import, opts.level);
	warn(&result);
	if (args_has(args, "json"))
		show_json(transform_json(p, &result));
	else
		transform_show(p, &result, stdout);
	return HFCTL_OK;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct pipeline *p = pipeline_new();
	enum exit_code code = HFCTL_USAGE;
	int rc;

	if (!p) {
		hf_fail(err, ENOMEM, "out of memory");
		return HFCTL_FAILED;
	}
	rc = add_steps(p, args, err);
	if (!rc)
		rc = source_options_ok(args, err);
	if (!rc)
		code = transform(p, args, err);
	else if (rc == -ENOMEM)
		code = HFCTL_FAILED;
	pipeline_free(p);
	return code;
}

const struct command cmd_transform = {
	.name = "transform",
	.summary = "Cut, filter, move, merge, repeat or anonymise a trace",
	.usage = "IN... OUT.hft",
	.min_args = 2,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
