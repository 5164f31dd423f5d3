// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "deps-show.h"
#include "infer-file.h"
#include "units.h"

static void show_roots(const struct depstat *st, FILE *out)
{
	fprintf(out, "roots       %" PRIu64 " requests without a parent, %" PRIu64 " of them later than 1 s\n",
		st->roots, st->late_roots);
	if (st->joined)
		fprintf(out, "joined      %" PRIu64 " first requests of a scope wait for requests of others\n",
			st->joined);
}

static void show_fast(const struct depstat *st, FILE *out)
{
	char a[32];

	fprintf(out, "think time  %s if the device took no time",
		hf_format_duration(a, sizeof(a), (int64_t)st->fast_ns));
	if (st->fast_ns)
		fprintf(out, ": %.3g times as fast", depstat_speedup(st));
	fputc('\n', out);
}

void deps_show(const struct hft_dep_info *info, const struct depstat *st,
	       FILE *out)
{
	char a[32], b[32];

	fprintf(out, "requests    %" PRIu64 " over %s\n", st->requests,
		hf_format_duration(a, sizeof(a), (int64_t)st->duration_ns));
	fprintf(out, "scopes      %u (%s), threshold %s\n", info->scopes,
		infer_scope_name(info->kind),
		hf_format_duration(a, sizeof(a),
				   (int64_t)info->threshold_ns));
	fprintf(out, "parents     %.1f a request, p50 %" PRIu64 ", p90 %" PRIu64 ", p99 %" PRIu64 ", most %" PRIu64 "\n",
		depstat_mean(st), depstat_percentile(st, 0.5),
		depstat_percentile(st, 0.9), depstat_percentile(st, 0.99),
		st->most);
	show_roots(st, out);
	fprintf(out, "longest     chain %" PRIu64 " requests; path %s of latency, %s of the original\n",
		st->depth,
		hf_format_duration(a, sizeof(a), (int64_t)st->critical_ns),
		hf_format_duration(b, sizeof(b), (int64_t)st->duration_ns));
	fprintf(out, "in flight   %.1f on average in the original, %.1f without think time\n",
		depstat_concurrency(st), depstat_parallelism(st));
	fprintf(out, "width       %" PRIu64 " requests of which none waits for another\n",
		st->width);
	show_fast(st, out);
	fprintf(out, "to remember %u requests at once\n", info->nodes);
}

static json_t *parents_json(const struct depstat *st)
{
	return json_pack("{s:f, s:I, s:I, s:I, s:I}",
			 "mean", depstat_mean(st),
			 "p50", (json_int_t)depstat_percentile(st, 0.5),
			 "p90", (json_int_t)depstat_percentile(st, 0.9),
			 "p99", (json_int_t)depstat_percentile(st, 0.99),
			 "max", (json_int_t)st->most);
}

json_t *deps_json(const struct hft_dep_info *info, const struct depstat *st)
{
	json_t *o = json_pack("{s:I, s:I, s:s, s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:I, s:I}",
			 "requests", (json_int_t)st->requests,
			 "duration_ns", (json_int_t)st->duration_ns,
			 "scope", infer_scope_name(info->kind),
			 "scopes", (json_int_t)info->scopes,
			 "threshold_ns", (json_int_t)info->threshold_ns,
			 "nodes", (json_int_t)info->nodes,
			 "parents", parents_json(st),
			 "edges", (json_int_t)st->edges,
			 "roots", (json_int_t)st->roots,
			 "late_roots", (json_int_t)st->late_roots,
			 "joined", (json_int_t)st->joined,
			 "depth", (json_int_t)st->depth,
			 "critical_ns", (json_int_t)st->critical_ns,
			 "latency_ns", (json_int_t)st->latency_ns,
			 "concurrency", depstat_concurrency(st),
			 "parallelism", depstat_parallelism(st),
			 "width", (json_int_t)st->width,
			 "fast_ns", (json_int_t)st->fast_ns);

	/* JSON has no infinity. */
	if (o)
		json_object_set_new(o, "fast_speedup", st->fast_ns ?
				    json_real(depstat_speedup(st)) :
				    json_null());
	return o;
}

void deps_warn(const struct depstat *st)
{
	if (st->late_roots)
		fprintf(stderr, "hfctl: warning: %" PRIu64 " requests later than 1 s depend on nothing: they keep the time of the original\n",
			st->late_roots);
}
