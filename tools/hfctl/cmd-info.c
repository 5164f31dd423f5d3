// SPDX-License-Identifier: GPL-2.0-only
/* hfctl info: what is in a trace. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "args.h"
#include "hft-dump.h"
#include "info.h"
#include "show.h"

static const struct option_desc options[] = {
	{ "brief", 0, NULL,
	  "Print one line: name, format, requests, data, devices.", false },
	{ "dump", 0, NULL,
	  "Print the requests as CSV instead: issue_ns,complete_ns,op,offset,length,target,flags.",
	  false },
	OPTIONS_SOURCE,
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Counts the requests of a trace by operation and device, and gives the sizes, the times between issues and, where the completions are known, the latencies. Percentiles are by nearest rank.",
	"Any format that can be converted is read; several files are the parts of one trace, and - is standard input.",
	NULL
};

static const char *const examples[] = {
	"hfctl info prod.hft",
	"hfctl info --json prod.blktrace.*",
	"for t in *.hft; do hfctl info --brief $t; done",
	"hfctl info --dump trace.csv.zst | head",
	NULL
};

static int print_info(const struct source *src, const struct args *args,
		      struct hf_error *err)
{
	static struct traceinfo info;
	json_t *obj;

	if (traceinfo_collect(&info, &src->file))
		return hf_fail(err, ENOMEM, "no memory for the figures of the trace");
	if (args_has(args, "brief")) {
		info_brief(&info, src, stdout);
		return 0;
	}
	if (!args_has(args, "json")) {
		info_text(&info, src, stdout);
		return 0;
	}
	obj = info_json(&info, src);
	if (!obj)
		return hf_fail(err, ENOMEM, "no memory for the figures of the trace");
	show_json(obj);
	return 0;
}

static int check_together(const struct args *args, struct hf_error *err)
{
	int n = args_has(args, "brief") + args_has(args, "dump") +
		args_has(args, "json");

	if (n > 1)
		return hf_fail(err, EINVAL,
			       "of --brief, --dump and --json only one can be");
	return 0;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct source src;
	int ret;

	if (source_options_ok(args, err) || check_together(args, err))
		return HFCTL_USAGE;
	if (source_open(&src, args, NULL, false, err))
		return HFCTL_FAILED;
	/* As any filter: a reader that has seen enough ends it silently. */
	signal(SIGPIPE, SIG_DFL);
	if (args_has(args, "dump"))
		ret = hft_dump(&src.file, stdout, err);
	else
		ret = print_info(&src, args, err);
	source_close(&src);
	return ret ? HFCTL_FAILED : HFCTL_OK;
}

const struct command cmd_info = {
	.name = "info",
	.summary = "Show what is in a trace",
	.usage = "FILE...",
	.min_args = 1,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
