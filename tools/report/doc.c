// SPDX-License-Identifier: GPL-2.0-only
/* The report from its title to its last section. */
#include "doc.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "doc-parts.h"
#include "fmt.h"

void doc_para(struct doc *doc, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	doc->ops->para(doc, text);
	free(text);
}

void doc_table(struct doc *doc, struct table *t)
{
	if (table_rows(t))
		doc->ops->table(doc, t);
	table_free(t);
}

static void write_title(struct doc *doc, const json_t *report)
{
	const json_t *from = json_object_get(report, "provenance");
	const json_t *replay = json_object_get(from, "replay");
	const json_t *target = json_array_get(
		json_object_get(replay, "targets"), 0);
	const char *mode = json_str(replay, "mode");
	const char *onto = json_str(target, "path");
	char *about = NULL;

	if (asprintf(&about, "%s%s%s, mode %s, %s engine",
		     json_str(json_object_get(from, "trace"), "path"),
		     *onto ? " onto " : "", onto, *mode ? mode : "hf",
		     *json_str(replay, "engine") ?
		     json_str(replay, "engine") : "unknown") < 0)
		return;
	doc->ops->title(doc, "Replay report", about);
	free(about);
}

static void write_verdict(struct doc *doc, const json_t *report)
{
	const json_t *verdict = json_object_get(report, "verdict");
	const json_t *said;
	size_t i;

	json_array_foreach(json_object_get(verdict, "sentences"), i, said)
		doc->ops->verdict(doc, i == 0, json_str(said, "word"),
				  json_str(said, "sentence"));
}

static void summary_row(struct table *t, const char *label, const char *value)
{
	table_cell(t, "%s", label);
	table_cell(t, "%s", value);
}

/* The figures to look at when there is time for one look only. */
static void write_summary(struct doc *doc, const json_t *report)
{
	const json_t *req = json_object_get(report, "requests");
	const json_t *late = json_object_get(report, "lateness");
	const json_t *order = json_object_get(report, "order");
	const json_t *error = json_object_get(
		json_object_get(report, "issue_error"), "absolute");
	const json_t *lat = json_object_get(report, "latency");
	struct table t;
	struct fmt b;

	table_init(&t, "lr", NULL);
	summary_row(&t, "Requests issued",
		    fmt_count(&b, json_object_get(req, "issued")));
	summary_row(&t, "Issue-time error p99",
		    fmt_ns(&b, json_object_get(error, "p99_ns")));
	summary_row(&t, "Issued late",
		    fmt_count(&b, json_object_get(late, "late_requests")));
	summary_row(&t, "Out of order",
		    fmt_count(&b, json_object_get(order, "reordered")));
	summary_row(&t, "Errors",
		    fmt_count(&b, json_object_get(req, "errors")));
	summary_row(&t, "Mean latency against original", fmt_change(&b,
		json_object_get(json_object_get(lat, "recorded"), "mean_ns"),
		json_object_get(json_object_get(lat, "replayed"), "mean_ns")));
	if (table_rows(&t))
		doc->ops->summary(doc, &t);
	table_free(&t);
}

static const struct {
	const char *id;
	const char *title;
	void (*write)(struct doc *doc, const json_t *report);
} sections[] = {
	{ "lateness",	"Why requests were late",	doc_lateness },
	{ "issue",	"Issue-time error",		doc_issue_error },
	{ "requests",	"Requests",			doc_requests },
	{ "order",	"Order and stalls",		doc_order },
	{ "latency",	"Latency",			doc_latency },
	{ "load",	"Load over time",		doc_load },
	{ "places",	"Addresses over time",		doc_places },
	{ "operations",	"By operation",			doc_operations },
	{ "targets",	"By target",			doc_targets },
	{ "workers",	"By worker",			doc_workers },
	{ "notes",	"Notes",			doc_notes },
	{ "origin",	"Provenance",			doc_origin },
};

void doc_report(struct doc *doc, const json_t *report)
{
	write_title(doc, report);
	write_verdict(doc, report);
	write_summary(doc, report);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		doc->ops->section(doc, sections[i].id, sections[i].title);
		sections[i].write(doc, report);
	}
}
