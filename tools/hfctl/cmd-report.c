// SPDX-License-Identifier: GPL-2.0-only
/* hfctl report: how the device behaved and how faithful the replay was. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "collect.h"
#include "import.h"
#include "reporting.h"

static const struct option_desc options[] = {
	{ "output", 'o', "DIR",
	  "Write report.txt, report.json and report.html to this folder.",
	  false },
	{ "trace", 'T', "FILE",
	  "The trace that was replayed, if it is not where it was.", false },
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

static json_t *trace_meta(const struct results *res, const char *key)
{
	return json_object_get(json_object_get(res->meta, "trace"), key);
}

static int open_trace(const struct args *args, const struct results *res,
		      struct hft_file *trace, struct hf_error *err)
{
	const char *path = args_get(args, "trace");
	struct import_opts opts = { .from = NULL };

	if (!path)
		path = json_string_value(trace_meta(res, "path"));
	if (!path)
		return hf_fail(err, ENOENT,
			       "it is not known which trace %s has replayed; give it with --trace",
			       args_pos(args, 0));
	return import_open(&path, 1, &opts, trace, NULL, err);
}

static int check_same(const struct args *args, const struct results *res,
		      const struct hft_file *trace, struct hf_error *err)
{
	const char *text = json_string_value(trace_meta(res, "checksum"));
	uint64_t sum = text ? strtoull(text, NULL, 16) : 0;

	if (!text || sum == trace->checksum)
		return 0;
	return hf_fail(err, EINVAL,
		       "%s is not the trace that %s has replayed: the checksum of its records is %016" PRIx64 ", not %016" PRIx64,
		       trace->path, args_pos(args, 0), trace->checksum, sum);
}

static int make_report(const struct args *args, const struct results *res,
		       struct hf_error *err)
{
	const char *dir = args_get(args, "output");
	struct hft_file trace;
	int ret = open_trace(args, res, &trace, err);

	if (ret)
		return ret;
	ret = check_same(args, res, &trace, err);
	if (!ret && dir)
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
