// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "args.h"
#include "import.h"
#include "replayed.h"

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

int replayed_trace(const struct args *args, const struct results *res,
		   struct hft_file *trace, struct hf_error *err)
{
	int ret = open_trace(args, res, trace, err);

	if (ret)
		return ret;
	ret = check_same(args, res, trace, err);
	if (ret)
		hft_close(trace);
	return ret;
}
