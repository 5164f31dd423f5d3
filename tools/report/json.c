// SPDX-License-Identifier: GPL-2.0-only
/* The report as a JSON object: the one source of all its figures. */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "json-parts.h"

#define REPORT_FORMAT	1

json_t *json_count(uint64_t value)
{
	return value > INT64_MAX ? json_null() : json_integer((json_int_t)value);
}

json_t *json_dist(const struct dist *d)
{
	if (!d->count)
		return json_null();
	return json_pack("{s:I, s:I, s:f, s:I, s:I, s:I, s:I, s:I}",
			 "requests", (json_int_t)d->count,
			 "min_ns", (json_int_t)d->min, "mean_ns", d->mean,
			 "p50_ns", (json_int_t)d->p50,
			 "p90_ns", (json_int_t)d->p90,
			 "p99_ns", (json_int_t)d->p99,
			 "p99_9_ns", (json_int_t)d->p999,
			 "max_ns", (json_int_t)d->max);
}

static json_t *json_sentences(const struct verdict *v)
{
	json_t *list = json_array();

	for (int w = 0; list && w < VERDICT_NR; w++)
		if (v->applies[w])
			json_array_append_new(list, json_pack("{s:s, s:o}",
				"word", verdict_name(w),
				"sentence", json_text(v->sentence[w])));
	return list;
}

static json_t *json_verdict(const struct report_source *src)
{
	struct verdict *v = malloc(sizeof(*v));
	enum verdict_word worst;
	json_t *obj;

	if (!v)
		return NULL;
	verdict_judge(v, src->f, &src->facts);
	worst = verdict_worst(v);
	obj = json_pack("{s:s, s:b, s:o, s:{s:f, s:I, s:I}}",
			"word", verdict_name(worst),
			"faithful", worst == VERDICT_FAITHFUL,
			"sentences", json_sentences(v),
			"thresholds",
			"limited_share", VERDICT_LIMITED_SHARE,
			"late_p99_ns", (json_int_t)VERDICT_LATE_P99_NS,
			"late_drift_ns", (json_int_t)VERDICT_LATE_DRIFT_NS);
	free(v);
	return obj;
}

static json_t *json_cause(const struct cause_sum *sum, uint8_t cause)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:I}",
			 "cause", hfr_cause_name(cause),
			 "requests", (json_int_t)sum->requests,
			 "total_ns", (json_int_t)sum->total_ns,
			 "mean_ns", (json_int_t)(sum->total_ns / sum->requests),
			 "max_ns", (json_int_t)sum->max_ns);
}

/* The causes that occurred, the one that cost most first. */
static json_t *json_causes(const struct fidelity *f)
{
	bool done[HFR_CAUSE_NR] = { false };
	json_t *list = json_array();

	for (int n = 0; list && n < HFR_CAUSE_NR; n++) {
		int worst = -1;

		for (int c = 0; c < HFR_CAUSE_NR; c++)
			if (!done[c] && f->causes[c].requests &&
			    (worst < 0 || f->causes[c].total_ns >
					  f->causes[worst].total_ns))
				worst = c;
		if (worst < 0)
			break;
		done[worst] = true;
		json_array_append_new(list, json_cause(&f->causes[worst],
						       (uint8_t)worst));
	}
	return list;
}

static json_t *json_lateness(const struct report_source *src)
{
	json_t *tolerance = json_object_get(src->res->meta, "tolerance_ns");

	return json_pack("{s:O, s:I, s:I, s:o}",
			 "tolerance_ns", tolerance ? tolerance : json_null(),
			 "late_requests", (json_int_t)src->f->late,
			 "total_ns", (json_int_t)src->f->late_total_ns,
			 "causes", json_causes(src->f));
}

static json_t *json_flags(const struct fidelity *f)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "limited", (json_int_t)f->flagged[0],
			 "bundled", (json_int_t)f->flagged[1],
			 "tag_wait", (json_int_t)f->flagged[2],
			 "starved", (json_int_t)f->flagged[3],
			 "saturated", (json_int_t)f->flagged[4],
			 "verify_failed", (json_int_t)f->flagged[5],
			 "short", (json_int_t)f->flagged[6]);
}

static json_t *json_requests(const struct report_source *src)
{
	const struct fidelity *f = src->f;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
			 "in_trace", (json_int_t)f->trace_requests,
			 "issued", (json_int_t)f->issued,
			 "errors", (json_int_t)f->errors,
			 "skipped", (json_int_t)f->skipped,
			 "not_issued", (json_int_t)f->not_issued,
			 "without_record", (json_int_t)f->missing,
			 "read_bytes", (json_int_t)f->read_bytes,
			 "write_bytes", (json_int_t)f->write_bytes,
			 "flagged", json_flags(f));
}

static json_t *json_errors(const struct report_source *src)
{
	json_t *list = json_array();

	for (int e = 1; list && e < FIDELITY_U8_VALUES; e++) {
		const char *name = strerrorname_np(e);

		if (src->f->by_errno[e])
			json_array_append_new(list, json_pack(
				"{s:i, s:s, s:s, s:I}", "errno", e,
				"name", name ? name : "unknown",
				"text", strerror(e), "requests",
				(json_int_t)src->f->by_errno[e]));
	}
	return list;
}

static json_t *json_duration(const struct report_source *src)
{
	const struct fidelity *f = src->f;
	double speed = src->facts.scheduled ? src->facts.speed : 1;
	double planned = (double)f->recorded.issue_span_ns / speed;
	json_t *obj = json_pack("{s:I, s:I, s:I, s:I, s:I}",
		"loops", (json_int_t)f->loops,
		"recorded_ns", (json_int_t)f->recorded.duration_ns,
		"replayed_ns", (json_int_t)f->replayed.duration_ns,
		"recorded_issue_span_ns",
		(json_int_t)f->recorded.issue_span_ns,
		"replayed_issue_span_ns",
		(json_int_t)f->replayed.issue_span_ns);

	if (obj && src->facts.scheduled && planned > 0) {
		json_object_set_new(obj, "scheduled_issue_span_ns",
				    json_count((uint64_t)planned));
		json_object_set_new(obj, "issue_span_error", json_real(
			(double)f->replayed.issue_span_ns / planned - 1));
	}
	return obj;
}

static json_t *json_issue_error(const struct report_source *src)
{
	const struct fidelity *f = src->f;

	if (!src->facts.scheduled || !f->issued)
		return json_null();
	return json_pack("{s:o, s:o, s:I, s:i}",
			 "signed", json_dist(&f->error_signed),
			 "absolute", json_dist(&f->error_absolute),
			 "drift_ns", (json_int_t)f->drift_ns,
			 "drift_requests", (int)f->drift_requests);
}

static json_t *json_order(const struct report_source *src)
{
	const struct order *o = &src->f->order;
	double n = (double)o->requests, bad = (double)o->reordered;

	return json_pack("{s:b, s:I, s:I, s:f, s:I, s:f, s:o}",
			 "expected", src->facts.ordered,
			 "requests", (json_int_t)o->requests,
			 "reordered", (json_int_t)o->reordered,
			 "ratio", n > 0 ? bad / n : 0.0,
			 "max_extent", (json_int_t)o->max_extent,
			 "mean_extent",
			 bad > 0 ? (double)o->extent_sum / bad : 0.0,
			 "first_index", json_count(o->first));
}

static json_t *json_stalls(const struct report_source *src)
{
	const struct verdict_facts *facts = &src->facts;

	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
			 "underruns", (json_int_t)facts->underruns.count,
			 "underrun_ns", (json_int_t)facts->underruns.ns,
			 "results_stalls", (json_int_t)facts->results.count,
			 "results_ns", (json_int_t)facts->results.ns,
			 "window_stalls", (json_int_t)facts->window.count,
			 "window_ns", (json_int_t)facts->window.ns);
}

static bool is_queue_level(const struct report_source *src)
{
	return src->trace->hdr->flags & HFR_FF_LEVEL_QUEUE;
}

static json_t *json_latency(const struct report_source *src)
{
	const struct fidelity *f = src->f;
	bool queue = is_queue_level(src);

	return json_pack("{s:s, s:s, s:I, s:o, s:o}",
			 "level", queue ? "queue" : "driver",
			 "measured", queue ? "queue to complete" :
					     "issue to complete",
			 "completions_in_trace", (json_int_t)f->completions,
			 "recorded", json_dist(&f->recorded_latency),
			 "replayed", json_dist(&f->replayed_latency));
}

static json_t *json_run(const struct run *run)
{
	double seconds = (double)run->duration_ns / 1e9;
	json_t *obj = json_object();

	if (!obj)
		return NULL;
	json_object_set_new(obj, "requests", json_count(run->requests));
	json_object_set_new(obj, "bytes", json_count(run->bytes));
	json_object_set_new(obj, "iops", seconds > 0 ?
			    json_real((double)run->requests / seconds) :
			    json_null());
	json_object_set_new(obj, "bytes_per_second", seconds > 0 ?
			    json_real((double)run->bytes / seconds) :
			    json_null());
	json_object_set_new(obj, "in_flight_mean", run->in_flight_mean >= 0 ?
			    json_real(run->in_flight_mean) : json_null());
	json_object_set_new(obj, "in_flight_max", run->in_flight_max ?
			    json_count(run->in_flight_max) : json_null());
	return obj;
}

static json_t *json_load(const struct report_source *src)
{
	return json_pack("{s:o, s:o}", "recorded", json_run(&src->f->recorded),
			 "replayed", json_run(&src->f->replayed));
}

static void add_note(json_t *list, bool when, const char *note)
{
	if (when)
		json_array_append_new(list, json_string(note));
}

static json_t *json_notes(const struct report_source *src)
{
	const struct fidelity *f = src->f;
	bool no_completions = f->trace_requests && !f->completions;
	json_t *list = json_array();

	if (!list)
		return NULL;
	add_note(list, src->facts.repaced, "The speed was changed while the replay ran. The results name the last speed only, so that the issue-time error, drift and time on the schedule of the whole cannot be told and are left out. Lateness and its causes are against the times at which requests were really due.");
	add_note(list, !src->facts.scheduled && !src->facts.repaced, "The mode has no schedule: an issue-time error against the recorded times has no meaning and is left out.");
	add_note(list, facts_loops(src->res->meta) > 1, "The trace was replayed several times: the figures are those of all loops together, and the original is repeated as often.");
	add_note(list, !src->facts.ordered, "The mode issues requests as their dependencies allow: reordering is counted but no fault.");
	add_note(list, no_completions, "The trace has no completion times: the original latency and number in flight are not known, and a limit could not be taken from them.");
	add_note(list, !no_completions && f->completions < f->trace_requests, "Some requests of the trace have no completion time: the original latency is over the others.");
	add_note(list, is_queue_level(src), "The trace holds requests as they were queued: latencies include the time in the scheduler, and requests may merge.");
	add_note(list, f->flagged[1], "Bundled requests are issued with the first of their bundle, before their own time: their issue-time error is negative.");
	add_note(list, f->errors, "Failed requests are left out of the latency figures.");
	return list;
}

static const struct {
	const char *key;
	json_t *(*make)(const struct report_source *src);
} parts[] = {
	{ "verdict",		json_verdict },
	{ "lateness",		json_lateness },
	{ "requests",		json_requests },
	{ "errors",		json_errors },
	{ "duration",		json_duration },
	{ "issue_error",	json_issue_error },
	{ "order",		json_order },
	{ "stalls",		json_stalls },
	{ "latency",		json_latency },
	{ "load",		json_load },
	{ "operations",		json_operations },
	{ "targets",		json_targets },
	{ "workers",		json_workers },
	{ "notes",		json_notes },
	{ "provenance",		json_provenance },
	{ "series",		json_series },
};

static json_t *assemble(const struct report_source *src)
{
	json_t *report = json_pack("{s:i}", "format", REPORT_FORMAT);

	for (size_t i = 0; report && i < ARRAY_SIZE(parts); i++)
		if (json_object_set_new(report, parts[i].key,
					parts[i].make(src))) {
			json_decref(report);
			return NULL;
		}
	return report;
}

json_t *report_json(const struct hft_file *trace, const struct results *res,
		    struct hf_error *err)
{
	struct report_source src = { .trace = trace, .res = res };
	struct fidelity_input in;
	struct fidelity *f;
	json_t *report = NULL;

	facts_read(&src.facts, res->meta);
	if (facts_input(&in, &src.facts, trace, res, err))
		return NULL;
	f = fidelity_measure(&in);
	if (f) {
		src.f = f;
		report = assemble(&src);
	}
	free(f);
	if (!report)
		hf_fail(err, ENOMEM, "no memory for the report on %" PRIu64 " requests",
			trace->count);
	return report;
}
