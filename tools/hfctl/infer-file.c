// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "hft-copy.h"
#include "infer-file.h"

static const char *const scope_names[HFR_DEP_NR] = {
	[HFR_DEP_GLOBAL] = "global",
	[HFR_DEP_TARGET] = "target",
	[HFR_DEP_STREAM] = "stream",
};

const char *infer_scope_name(uint32_t kind)
{
	return kind < HFR_DEP_NR ? scope_names[kind] : "?";
}

static int scope_option(const struct args *args, const char *name,
			uint32_t *kind, struct hf_error *err)
{
	const char *text = args_get(args, name);

	*kind = HFR_DEP_GLOBAL;
	if (!text)
		return 0;
	for (*kind = 0; *kind < HFR_DEP_NR; ++*kind)
		if (!strcmp(scope_names[*kind], text))
			return 0;
	return hf_fail(err, EINVAL, "--%s %s is not global, target or stream",
		       name, text);
}

int infer_options(const struct args *args, const char *threshold,
		  const char *scope, struct infer_opts *opts,
		  struct hf_error *err)
{
	int ret = args_duration(args, threshold, INFER_THRESHOLD_NS,
				&opts->threshold_ns, err);

	opts->apart = false;
	if (!ret && opts->threshold_ns > HFR_MAX_TIME)
		ret = hf_fail(err, EINVAL, "--%s %s is longer than any trace",
			      threshold, args_get(args, threshold));
	return ret ? ret : scope_option(args, scope, &opts->kind, err);
}

static int add_all(struct hft_copy *copy, const struct infer_opts *opts,
		   struct hf_error *err)
{
	struct hfr_trace_rec rec;
	struct infer *inf;
	int ret = infer_new(&inf, copy->in, opts, err);

	if (ret)
		return ret;
	while ((ret = infer_next(inf, &rec, err)) > 0) {
		ret = hft_writer_add(copy->w, &rec, err);
		if (ret)
			break;
	}
	infer_free(inf);
	return ret;
}

static json_t *said(const struct hft_dep_info *info, bool apart)
{
	return json_pack("{s:s, s:I, s:I, s:b}",
			 "scope", infer_scope_name(info->kind),
			 "threshold_ns", (json_int_t)info->threshold_ns,
			 "scopes", (json_int_t)info->scopes,
			 "apart", apart);
}

/* The header states what only the last record tells: hence two passes. */
int infer_file(const struct hft_file *in, const char *out,
	       const struct infer_opts *opts, struct hft_file *file,
	       struct depstat **stats, struct hf_error *err)
{
	struct hft_dep_info info;
	struct hft_copy copy;
	int ret = infer_all(in, opts, &info, stats, err);

	if (ret)
		return ret;
	ret = hft_copy_open(&copy, in, out, err);
	if (!ret) {
		ret = hft_writer_deps(copy.w, &info, err);
		if (!ret)
			ret = add_all(&copy, opts, err);
		if (ret)
			hft_copy_abort(&copy);
	}
	if (!ret)
		ret = hft_copy_finish(&copy, HFR_FF_DEPS |
				      (in->hdr->flags & HFR_FF_LEVEL_QUEUE), 0,
				      "dependencies", said(&info, opts->apart),
				      file, err);
	if (ret) {
		free(*stats);
		*stats = NULL;
	}
	return ret;
}
