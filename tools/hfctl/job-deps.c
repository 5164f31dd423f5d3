// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>

#include "deps-show.h"
#include "infer-file.h"
#include "job-deps.h"
#include "units.h"

static bool is_dep(const struct job *job)
{
	return session_has(&job->want, MODE) &&
	       job->want.mode == HFREPLAY_MODE_DEP;
}

static bool has_deps(const struct job *job)
{
	return job->src.file.hdr->flags & HFR_FF_DEPS;
}

static bool streams(const struct job *job)
{
	return job->want.flags & HFREPLAY_SESSION_FLAGS_STREAM;
}

int job_deps_options(struct job *job, const struct args *args,
		     struct hf_error *err)
{
	job->infer_asked = args_has(args, "deps") ||
			   args_has(args, "dep-threshold") ||
			   args_has(args, "dep-scope");
	return infer_options(args, "dep-threshold", "dep-scope", &job->infer,
			     err);
}

/* Whether a request waits for other scopes, which a stream cannot have. */
static bool has_joined(const struct hft_file *trace)
{
	uint64_t i;

	if (trace->hdr->dep_scope == HFR_DEP_GLOBAL)
		return false;
	for (i = 0; i < trace->count; i++)
		if (trace->recs[i].flags & HFR_RF_DEP_GLOBAL)
			return true;
	return false;
}

static bool wanted(const struct job *job)
{
	if (job->infer_asked)
		return true;
	return has_deps(job) ? streams(job) && has_joined(&job->src.file)
			     : is_dep(job);
}

int job_deps(struct job *job, const char *keep, struct hf_error *err)
{
	const struct hfr_file_hdr *hdr = job->src.file.hdr;

	if (session_has(&job->want, MODE) &&
	    job->want.mode == HFREPLAY_MODE_LOAD &&
	    !(hdr->flags & HFR_FF_COMPLETIONS))
		return hf_fail(err, ENODATA,
			       "%s lacks completion times: how many were in flight in the original is not known, and mode load needs it",
			       job->src.name);
	if (!wanted(job))
		return 0;
	if (!job->infer_asked && has_deps(job)) {
		job->infer.kind = hdr->dep_scope;
		job->infer.threshold_ns = hdr->dep_threshold_ns;
	}
	job->infer.apart = streams(job);
	return source_infer(&job->src, keep, &job->infer, &job->deps, err);
}

void job_deps_print(const struct job *job, FILE *out)
{
	const struct hfr_file_hdr *hdr = job->src.file.hdr;
	char buf[32];

	if (!has_deps(job))
		return;
	fprintf(out, "depends   by %u scopes (%s), threshold %s",
		hdr->scopes, infer_scope_name(hdr->dep_scope),
		hf_format_duration(buf, sizeof(buf),
				   (int64_t)hdr->dep_threshold_ns));
	if (job->deps)
		fprintf(out, ", inferred: %.1f parents a request, %" PRIu64 " roots",
			depstat_mean(job->deps), job->deps->roots);
	fputc('\n', out);
}

json_t *job_deps_json(const struct job *job)
{
	const struct hft_dep_info info = hft_dep_info(job->src.file.hdr);
	json_t *o;

	if (!has_deps(job))
		return json_null();
	if (job->deps) {
		o = deps_json(&info, job->deps);
		json_object_set_new(o, "inferred", json_true());
		return o;
	}
	return json_pack("{s:s, s:I, s:I, s:I, s:b}",
			 "scope", infer_scope_name(info.kind),
			 "scopes", (json_int_t)info.scopes,
			 "threshold_ns", (json_int_t)info.threshold_ns,
			 "nodes", (json_int_t)info.nodes, "inferred", false);
}
