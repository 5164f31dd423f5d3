// SPDX-License-Identifier: GPL-2.0-only
/* How the device behaved: latency, load, and the same by kind. */
#include "doc-parts.h"

#include <math.h>
#include <string.h>

#include "array.h"
#include "fmt.h"

static const char *const latency_keys[] = {
	"p50_ns", "p90_ns", "p99_ns", "p99_9_ns", "max_ns", "mean_ns",
};

#define LATENCY_KEYS	(ARRAY_SIZE(latency_keys))

static void latency_row(struct table *t, const char *label, const json_t *dist)
{
	struct fmt b;

	table_cell(t, "%s", label);
	table_cell(t, "%s", fmt_count(&b, json_object_get(dist, "requests")));
	for (size_t i = 0; i < LATENCY_KEYS; i++)
		table_cell(t, "%s", fmt_ns(&b, json_object_get(dist,
							latency_keys[i])));
}

static void change_row(struct table *t, const json_t *from, const json_t *to)
{
	struct fmt b;

	table_cell(t, "Change");
	table_cell(t, "%s", "");
	for (size_t i = 0; i < LATENCY_KEYS; i++)
		table_cell(t, "%s", fmt_change(&b,
			json_object_get(from, latency_keys[i]),
			json_object_get(to, latency_keys[i])));
}

void doc_latency(struct doc *doc, const json_t *report)
{
	static const char *const head[] = {
		"", "Requests", "p50", "p90", "p99", "p99.9", "Max", "Mean",
	};
	const json_t *lat = json_object_get(report, "latency");
	const json_t *recorded = json_object_get(lat, "recorded");
	const json_t *replayed = json_object_get(lat, "replayed");
	struct table t;

	doc_para(doc, "From %s, over the requests that were replayed without an error.",
		 json_str(lat, "measured"));
	table_init(&t, "lrrrrrrr", head);
	latency_row(&t, "Recorded", recorded);
	latency_row(&t, "Replayed", replayed);
	change_row(&t, recorded, replayed);
	doc_table(doc, &t);
}

/* One figure of the original and of the replay, with its change. */
static void load_row(struct table *t, const char *label, const char *key,
		     const char *(*fmt)(struct fmt *b, const json_t *value),
		     const char *unit, const json_t *load)
{
	const json_t *from = json_object_get(json_object_get(load, "recorded"),
					     key);
	const json_t *to = json_object_get(json_object_get(load, "replayed"),
					   key);
	struct fmt b;

	table_cell(t, "%s", label);
	table_cell(t, "%s%s", fmt(&b, from), json_is_null(from) ? "" : unit);
	table_cell(t, "%s%s", fmt(&b, to), json_is_null(to) ? "" : unit);
	table_cell(t, "%s", fmt_change(&b, from, to));
}

static void duration_row(struct table *t, const char *label,
			 const json_t *duration, const char *recorded,
			 const char *replayed)
{
	const json_t *from = json_object_get(duration, recorded);
	const json_t *to = json_object_get(duration, replayed);
	struct fmt b;

	table_cell(t, "%s", label);
	table_cell(t, "%s", fmt_ns(&b, from));
	table_cell(t, "%s", fmt_ns(&b, to));
	table_cell(t, "%s", fmt_change(&b, from, to));
}

static void say_span(struct doc *doc, const json_t *off)
{
	double percent = 100 * json_number_value(off);

	if (!json_is_number(off))
		return;
	if (fabs(percent) < 0.0001)
		doc_para(doc, "The time from the first to the last issue is as scheduled, within 0.0001 %%.");
	else
		doc_para(doc, "The time from the first to the last issue is %.4f %% %s than scheduled.",
			 fabs(percent), percent < 0 ? "shorter" : "longer");
}

void doc_load(struct doc *doc, const json_t *report)
{
	static const char *const head[] = { "", "Recorded", "Replayed",
					    "Change" };
	const json_t *load = json_object_get(report, "load");
	const json_t *duration = json_object_get(report, "duration");
	const json_t *off = json_object_get(duration, "issue_span_error");
	struct table t;

	table_init(&t, "lrrr", head);
	duration_row(&t, "Duration to the last completion", duration,
		     "recorded_ns", "replayed_ns");
	duration_row(&t, "First to last issue", duration,
		     "recorded_issue_span_ns", "replayed_issue_span_ns");
	load_row(&t, "Requests", "requests", fmt_count, "", load);
	load_row(&t, "Data", "bytes", fmt_bytes, "", load);
	load_row(&t, "I/O operations per second", "iops", fmt_count, "", load);
	load_row(&t, "Bandwidth", "bytes_per_second", fmt_bytes, "/s", load);
	load_row(&t, "In flight, mean", "in_flight_mean", fmt_number, "",
		 load);
	load_row(&t, "In flight, most", "in_flight_max", fmt_count, "", load);
	doc_table(doc, &t);
	say_span(doc, off);
}

/* Only pictures show addresses. */
void doc_places(struct doc *doc, const json_t *report)
{
	(void)doc;
	(void)report;
}

static const char *const group_head[] = {
	"", "Requests", "Errors", "Data", "Recorded p50", "p99",
	"Replayed p50", "p99", "Issue error p99",
};

static void group_row(struct table *t, const char *label, const json_t *group)
{
	const json_t *recorded = json_object_get(group, "recorded_latency");
	const json_t *replayed = json_object_get(group, "replayed_latency");
	const json_t *error = json_object_get(group, "issue_error");
	struct fmt b;

	table_cell(t, "%s", label);
	table_cell(t, "%s", fmt_count(&b, json_object_get(group, "requests")));
	table_cell(t, "%s", fmt_count(&b, json_object_get(group, "errors")));
	table_cell(t, "%s", fmt_bytes(&b, json_object_get(group, "bytes")));
	table_cell(t, "%s", fmt_ns(&b, json_object_get(recorded, "p50_ns")));
	table_cell(t, "%s", fmt_ns(&b, json_object_get(recorded, "p99_ns")));
	table_cell(t, "%s", fmt_ns(&b, json_object_get(replayed, "p50_ns")));
	table_cell(t, "%s", fmt_ns(&b, json_object_get(replayed, "p99_ns")));
	table_cell(t, "%s", fmt_ns(&b, json_object_get(error, "p99_ns")));
}

void doc_operations(struct doc *doc, const json_t *report)
{
	struct table t;
	json_t *op;
	size_t i;

	table_init(&t, "lrrrrrrrr", group_head);
	json_array_foreach(json_object_get(report, "operations"), i, op)
		group_row(&t, json_str(op, "operation"), op);
	doc_table(doc, &t);
}

static void where_row(struct table *t, const json_t *target)
{
	const char *path = json_str(target, "path");
	struct fmt b;

	table_cell(t, "%llu", json_uint(target, "index"));
	table_cell(t, "%s", json_str(target, "recorded_device"));
	table_cell(t, "%s", *path ? path : FMT_UNKNOWN);
	table_cell(t, "%s", fmt_count(&b, json_object_get(target, "cpu")));
	table_cell(t, "%s", fmt_count(&b, json_object_get(target,
							  "reordered")));
}

void doc_targets(struct doc *doc, const json_t *report)
{
	static const char *const head[] = {
		"Target", "Recorded device", "Replayed onto", "CPU",
		"Out of order",
	};
	const json_t *list = json_object_get(report, "targets");
	struct table where, figures;
	json_t *target;
	size_t i;

	table_init(&where, "lllrr", head);
	table_init(&figures, "lrrrrrrrr", group_head);
	json_array_foreach(list, i, target) {
		struct fmt b;

		where_row(&where, target);
		snprintf(b.text, sizeof(b.text), "target %llu",
			 json_uint(target, "index"));
		group_row(&figures, b.text, target);
	}
	doc_table(doc, &where);
	doc_table(doc, &figures);
}

void doc_workers(struct doc *doc, const json_t *report)
{
	static const char *const head[] = {
		"Worker", "Issued", "Late", "Most in flight", "Submit p50",
		"Submit p99", "Submit max",
	};
	struct table t;
	json_t *w;
	size_t i;

	table_init(&t, "lrrrrrr", head);
	json_array_foreach(json_object_get(report, "workers"), i, w) {
		const json_t *cost = json_object_get(w, "submit_cost");
		struct fmt b;

		table_cell(&t, "%llu", json_uint(w, "worker"));
		table_cell(&t, "%s", fmt_count(&b, json_object_get(w,
								"issued")));
		table_cell(&t, "%s", fmt_count(&b, json_object_get(w,
								"late")));
		table_cell(&t, "%s", fmt_count(&b, json_object_get(w,
							"max_in_flight")));
		table_cell(&t, "%s", fmt_ns(&b, json_object_get(cost,
								"p50_ns")));
		table_cell(&t, "%s", fmt_ns(&b, json_object_get(cost,
								"p99_ns")));
		table_cell(&t, "%s", fmt_ns(&b, json_object_get(cost,
								"max_ns")));
	}
	doc_table(doc, &t);
}
