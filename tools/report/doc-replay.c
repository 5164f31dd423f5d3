// SPDX-License-Identifier: GPL-2.0-only
/* How the replay went: lateness, issue-time error, requests, order. */
#include "doc-parts.h"

#include <string.h>

#include "array.h"
#include "fmt.h"

void doc_lateness(struct doc *doc, const json_t *report)
{
	static const char *const head[] = {
		"Cause", "Requests", "Sum", "Share", "Mean", "Worst",
	};
	const json_t *late = json_object_get(report, "lateness");
	double total = (double)json_uint(late, "total_ns");
	struct table t;
	struct fmt b, c;
	json_t *cause;
	size_t i;

	if (!json_uint(late, "late_requests")) {
		doc_para(doc, "No request was issued later than the tolerance (%s).",
			 fmt_ns(&b, json_object_get(late, "tolerance_ns")));
		return;
	}
	doc_para(doc, "%s %s issued later than the tolerance (%s). A request that is late because the one before was late has the cause of that one.",
		 fmt_count(&b, json_object_get(late, "late_requests")),
		 json_uint(late, "late_requests") == 1 ? "request was" :
							 "requests were",
		 fmt_ns(&c, json_object_get(late, "tolerance_ns")));
	table_init(&t, "lrrrrr", head);
	json_array_foreach(json_object_get(late, "causes"), i, cause) {
		double sum = (double)json_uint(cause, "total_ns");

		table_cell(&t, "%s", json_str(cause, "cause"));
		table_cell(&t, "%s", fmt_count(&b, json_object_get(cause,
							"requests")));
		table_cell(&t, "%s", fmt_ns(&b, json_object_get(cause,
							"total_ns")));
		table_cell(&t, "%s", fmt_share(&b, total > 0 ?
					       sum / total : 0));
		table_cell(&t, "%s", fmt_ns(&b, json_object_get(cause,
							"mean_ns")));
		table_cell(&t, "%s", fmt_ns(&b, json_object_get(cause,
							"max_ns")));
	}
	doc_table(doc, &t);
}

static void error_row(struct table *t, const char *label, const json_t *dist)
{
	static const char *const keys[] = {
		"min_ns", "p50_ns", "p90_ns", "p99_ns", "p99_9_ns", "max_ns",
		"mean_ns",
	};
	struct fmt b;

	table_cell(t, "%s", label);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		table_cell(t, "%s", fmt_ns(&b, json_object_get(dist,
							       keys[i])));
}

void doc_issue_error(struct doc *doc, const json_t *report)
{
	static const char *const head[] = {
		"", "Min", "p50", "p90", "p99", "p99.9", "Max", "Mean",
	};
	const json_t *error = json_object_get(report, "issue_error");
	struct table t;
	struct fmt b;

	if (!json_is_object(error)) {
		doc_para(doc, json_uint(json_object_get(report, "requests"),
					"issued") ?
			 "Left out: there is no one schedule that an error could be measured against." :
			 "Nothing was issued.");
		return;
	}
	doc_para(doc, "When a request was issued, minus when it was due: its recorded time divided by the speed. Negative is early.");
	table_init(&t, "lrrrrrrr", head);
	error_row(&t, "With sign", json_object_get(error, "signed"));
	error_row(&t, "Absolute", json_object_get(error, "absolute"));
	doc_table(doc, &t);
	doc_para(doc, "Drift: %s, the median error of the last %llu requests.",
		 fmt_ns(&b, json_object_get(error, "drift_ns")),
		 json_uint(error, "drift_requests"));
}

static void count_row(struct table *t, const char *label, const json_t *obj,
		      const char *key)
{
	struct fmt b;

	table_cell(t, "%s", label);
	table_cell(t, "%s", fmt_count(&b, json_object_get(obj, key)));
}

static void size_row(struct table *t, const char *label, const json_t *obj,
		     const char *key)
{
	struct fmt b;

	table_cell(t, "%s", label);
	table_cell(t, "%s", fmt_bytes(&b, json_object_get(obj, key)));
}

static void request_counts(struct doc *doc, const json_t *req)
{
	const json_t *flagged = json_object_get(req, "flagged");
	struct table t;

	table_init(&t, "lr", NULL);
	count_row(&t, "In the trace", req, "in_trace");
	count_row(&t, "Issued", req, "issued");
	count_row(&t, "Completed with an error", req, "errors");
	count_row(&t, "Skipped: the target cannot do them", req, "skipped");
	count_row(&t, "Not issued: the replay ended before", req,
		  "not_issued");
	count_row(&t, "Without a completion record", req, "without_record");
	size_row(&t, "Read", req, "read_bytes");
	size_row(&t, "Written", req, "write_bytes");
	count_row(&t, "Waited for the limit of requests in flight", flagged,
		  "limited");
	count_row(&t, "Waited for a tag", flagged, "tag_wait");
	count_row(&t, "Waited for the feeder", flagged, "starved");
	count_row(&t, "Issued with the one before (bundled)", flagged,
		  "bundled");
	count_row(&t, "Failed verification", flagged, "verify_failed");
	count_row(&t, "Shorter than asked", flagged, "short");
	doc_table(doc, &t);
}

void doc_requests(struct doc *doc, const json_t *report)
{
	static const char *const head[] = { "Error", "", "Requests" };
	struct table t;
	json_t *error;
	size_t i;

	request_counts(doc, json_object_get(report, "requests"));
	table_init(&t, "llr", head);
	json_array_foreach(json_object_get(report, "errors"), i, error) {
		struct fmt b;

		table_cell(&t, "%s", json_str(error, "name"));
		table_cell(&t, "%s", json_str(error, "text"));
		table_cell(&t, "%s", fmt_count(&b, json_object_get(error,
							"requests")));
	}
	doc_table(doc, &t);
}

static void stall_row(struct table *t, const char *label, const json_t *stalls,
		      const char *count, const char *ns)
{
	struct fmt b;

	table_cell(t, "%s", label);
	table_cell(t, "%s", fmt_count(&b, json_object_get(stalls, count)));
	table_cell(t, "%s", fmt_ns(&b, json_object_get(stalls, ns)));
}

static void say_order(struct doc *doc, const json_t *order)
{
	unsigned long long n = json_uint(order, "reordered");
	struct fmt a, b, c;

	if (!n) {
		doc_para(doc, "Every request of a target was issued in the order of the trace.");
		return;
	}
	doc_para(doc, "%s of %s requests (%s) %s issued after one that follows in the trace (RFC 4737, Type-P-Reordered, within each target). Extent: %.1f places on average, %llu at most.",
		 fmt_count(&a, json_object_get(order, "reordered")),
		 fmt_count(&b, json_object_get(order, "requests")),
		 fmt_share(&c, json_number_value(json_object_get(order,
								 "ratio"))),
		 n == 1 ? "was" : "were",
		 json_number_value(json_object_get(order, "mean_extent")),
		 json_uint(order, "max_extent"));
}

void doc_order(struct doc *doc, const json_t *report)
{
	static const char *const head[] = { "The replay waited", "Times",
					    "In all" };
	const json_t *stalls = json_object_get(report, "stalls");
	struct table t;

	say_order(doc, json_object_get(report, "order"));
	table_init(&t, "lrr", head);
	stall_row(&t, "for the trace to be fed (underruns)", stalls,
		  "underruns", "underrun_ns");
	stall_row(&t, "for completion records to be read", stalls,
		  "results_stalls", "results_ns");
	stall_row(&t, "for a window full behind a request in flight", stalls,
		  "window_stalls", "window_ns");
	doc_table(doc, &t);
}
