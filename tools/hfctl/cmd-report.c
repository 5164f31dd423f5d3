// SPDX-License-Identifier: GPL-2.0-only
/* hfctl report: how the device behaved and how faithful the replay was. */
#include "args.h"
#include "collect.h"
#include "replayed.h"
#include "reporting.h"

static const struct option_desc options[] = {
	{ "output", 'o', "DIR",
	  "Write report.txt, report.json and report.html to this folder.",
	  false },
	OPTION_TRACE,
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Compares a replay with its trace: from a session of the kernel module, which must have run, or from an .hfr file.",
	"The trace is the one that the session or the file remembers. Its checksum must be that of the trace which was replayed; a report on another trace is refused.",
	NULL
};

static const char *const examples[] = {
	"hfctl report 1 -o result/",
	"hfctl report run1.hfr --trace prod.hft --json",
	NULL
};

static int make_report(const struct args *args, const struct results *res,
		       struct hf_error *err)
{
	const char *dir = args_get(args, "output");
	struct hft_file trace;
	int ret = replayed_trace(args, res, &trace, err);

	if (ret)
		return ret;
	if (dir)
		ret = reporting_folder(dir, err);
	if (!ret)
		ret = reporting_make(&trace, res, dir, args_has(args, "json"),
				     err);
	hft_close(&trace);
	return ret;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct results res;
	enum exit_code code = collect(args_pos(args, 0), &res, err);

	if (code == HFCTL_INTERRUPTED)
		results_free(&res);
	if (code != HFCTL_OK)
		return code;
	if (make_report(args, &res, err))
		code = HFCTL_FAILED;
	results_free(&res);
	return code;
}

const struct command cmd_report = {
	.name = "report",
	.summary = "Report how a replay went and how faithful it was",
	.usage = "ID|NAME|FILE.hfr",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
