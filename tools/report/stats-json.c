// SPDX-License-Identifier: GPL-2.0-only
/* The statistics of a trace as JSON, from the tables of figures. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "json-text.h"
#include "service.h"
#include "stats-report.h"

const char *stats_key(const struct statistic *s, char buf[64])
{
	snprintf(buf, 64, "%s%s", s->name, s->unit == STAT_NS ? "_ns" : "");
	return buf;
}

const char *stats_target_name(const struct tracestat *st, uint32_t target,
			      char buf[80])
{
	const struct hfr_file_dev *dev = &st->trace->devs[target];

	memcpy(buf, dev->name, sizeof(dev->name));
	buf[sizeof(dev->name)] = '\0';
	if (!*buf)
		snprintf(buf, 80, "target %" PRIu32, target);
	return buf;
}

static json_t *count_json(uint64_t n)
{
	return n <= INT64_MAX ? json_integer((json_int_t)n) : json_null();
}

/* JSON has no NaN. */
static json_t *real_json(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *buckets_json(const struct loghist *h)
{
	json_t *list = json_array();
	uint64_t from = 0;

	for (unsigned int i = 0; list && i < LOGHIST_BUCKETS; i++) {
		uint64_t top = loghist_top(i);

		if (h->bucket[i])
			json_array_append_new(list, json_pack("[o, o, o]",
				count_json(from), count_json(top),
				count_json(h->bucket[i])));
		from = top + 1;
	}
	return list;
}

static json_t *hist_json(const struct loghist *h, bool buckets)
{
	json_t *o;

	if (!h->count)
		return json_null();
	o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		      "count", count_json(h->count),
		      "min", count_json(h->min),
		      "p50", count_json(loghist_quantile(h, 500)),
		      "p90", count_json(loghist_quantile(h, 900)),
		      "p99", count_json(loghist_quantile(h, 990)),
		      "p999", count_json(loghist_quantile(h, 999)),
		      "max", count_json(h->max),
		      "mean", real_json(loghist_mean(h)));
	if (o && buckets)
		json_object_set_new(o, "buckets", buckets_json(h));
	return o;
}

static json_t *figure_json(const struct statistic *s, const void *state,
			   const struct stat_scope *scope, bool buckets)
{
	const void *at = (const char *)state + s->at;

	if (s->kind == STAT_HIST)
		return hist_json(stat_hist(s, state), buckets);
	if (s->kind == STAT_SUM || s->kind == STAT_MAX)
		return count_json(*(const uint64_t *)at);
	return real_json(stat_value(s, state, scope));
}

static json_t *family_json(const struct stat_family *f, const void *state,
			   const struct stat_scope *scope, bool buckets)
{
	json_t *o = json_object();
	char key[64];

	for (const struct statistic *s = f->list; o && s->name; s++)
		json_object_set_new(o, stats_key(s, key),
				    figure_json(s, state, scope, buckets));
	return o;
}

/* Adds the families that a group has; takes and returns @o. */
static json_t *group_json(json_t *o, const struct tracestat *st,
			  const struct stat_group *group, bool buckets)
{
	const struct stat_family *f;

	for (f = tracestat_families; o && f->name; f++)
		if (f->state(group))
			json_object_set_new(o, f->name,
					    family_json(f, f->state(group),
							&st->scope, buckets));
	return o;
}

static json_t *name_json(const struct tracestat *st,
			 const struct stat_group *group)
{
	char name[80];

	return json_pack("{s:I, s:o}", "target", (json_int_t)group->target,
			 "name", json_text(stats_target_name(st, group->target,
							     name)));
}

static json_t *targets_json(const struct tracestat *st, bool buckets)
{
	json_t *list = json_array();

	for (unsigned int i = 0; list && i < st->ntargets; i++)
		json_array_append_new(list, group_json(
			name_json(st, &st->targets[i]), st, &st->targets[i],
			buckets));
	return list;
}

static json_t *streams_json(const struct tracestat *st, bool buckets)
{
	json_t *list = json_array(), *o;

	for (unsigned int i = 0; list && i < st->nstreams; i++) {
		o = name_json(st, &st->streams[i]);
		json_object_set_new(o, "stream",
				    count_json(st->streams[i].stream));
		json_array_append_new(list, group_json(o, st, &st->streams[i],
						       buckets));
	}
	return list;
}

static json_t *trace_json(const struct tracestat *st, const char *name)
{
	const struct hfr_file_hdr *hdr = st->trace->hdr;

	return json_pack("{s:o, s:o, s:o, s:s, s:b, s:b}",
			 "path", json_text(name),
			 "requests", count_json(st->trace->count),
			 "duration_ns", count_json(st->scope.duration_ns),
			 "level", hdr->flags & HFR_FF_LEVEL_QUEUE ?
			 "queue" : "driver",
			 "completions", !!(hdr->flags & HFR_FF_COMPLETIONS),
			 "completions_inferred",
			 service_is_inferred(st->trace));
}

static json_t *blocks_json(const struct tracestat *st)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}",
			 "block_bytes", count_json(st->opts.block),
			 "one_in", count_json(1ULL << st->halvings),
			 "blocks", count_json(st->sampled),
			 "memory_bytes", count_json(st->map_bytes),
			 "time_step_ns", count_json(1ULL << st->tick_shift));
}

json_t *stats_all_json(const struct stats_report *report, bool buckets)
{
	const struct tracestat *st = report->st;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "trace", trace_json(st, report->name),
			 "sample", blocks_json(st),
			 "all", group_json(json_object(), st, st->all, buckets),
			 "targets", targets_json(st, buckets),
			 "streams_found", count_json(st->streams_found),
			 "requests_of_uncounted_streams",
			 count_json(st->streams_uncounted),
			 "streams", streams_json(st, buckets));
}
