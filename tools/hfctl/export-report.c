// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stddef.h>

#include "array.h"
#include "export-report.h"
#include "units.h"

/* What was lost of requests that were written. */
static const struct lost {
	const char *key;
	const char *text;
	size_t offset;
} lost[] = {
#define LOST(name, text) \
	{ #name, text, offsetof(struct projected, name) }
	LOST(cut, "issue times cut to"),
	LOST(rounded, "latencies rounded to"),
	LOST(completions, "completion times not held"),
	LOST(streams, "processes or streams not held"),
	LOST(prios, "priorities not held"),
	LOST(untold, "writes that are not told from reads"),
	LOST(async, "writes that read back as async"),
};

static const struct {
	enum left_out why;
	const char *key;
	const char *text;
} reasons[] = {
	{ LEFT_LENGTH, "too_long", "left out, of a length it has not" },
	{ LEFT_OFFSET, "beyond", "left out, at an address it has not" },
	{ LEFT_TIME, "too_late", "left out, later than the last time" },
	{ LEFT_COMPLETION, "without_completion",
	  "left out, without completion time" },
};

static uint64_t value(const struct projected *sum, const struct lost *l)
{
	return *(const uint64_t *)((const char *)sum + l->offset);
}

/* The unit to which times were brought. */
static void print_unit(const struct export_summary *sum, const struct lost *l,
		       FILE *out)
{
	const struct projection *p = &sum->holds;
	char buf[32];
	uint64_t ns;

	if (l->offset == offsetof(struct projected, cut))
		ns = p->time_ns;
	else if (l->offset == offsetof(struct projected, rounded))
		ns = p->latency_ns;
	else
		return;
	fprintf(out, " %s", hf_format_duration(buf, sizeof(buf), (int64_t)ns));
}

static void left_text(const struct projected *sum, FILE *out)
{
	size_t i;

	for (uint8_t op = 0; op < HFR_OP_NR; op++)
		if (sum->ops[op])
			fprintf(out, "%11" PRIu64 " %s left out\n",
				sum->ops[op], hfr_op_name(op));
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (sum->left[reasons[i].why])
			fprintf(out, "%11" PRIu64 " %s\n",
				sum->left[reasons[i].why], reasons[i].text);
}

void export_report_text(const struct export_summary *sum, FILE *out)
{
	unsigned int i;

	fprintf(out, "written     %s, %" PRIu64 " requests\n",
		sum->writer->name, sum->sum.written);
	left_text(&sum->sum, out);
	for (i = 0; i < ARRAY_SIZE(lost); i++) {
		if (!value(&sum->sum, &lost[i]))
			continue;
		fprintf(out, "%11" PRIu64 " %s", value(&sum->sum, &lost[i]),
			lost[i].text);
		print_unit(sum, &lost[i], out);
		fputc('\n', out);
	}
	for (i = 0; i < PROJECTION_FLAGS; i++)
		if (sum->sum.flags[i])
			fprintf(out, "%11" PRIu64 " flags %s not held\n",
				sum->sum.flags[i], hfr_flag_name(i));
	for (i = 0; i < sum->nnotes; i++)
		fprintf(out, "note: %s\n", sum->notes[i]);
}

static void set(json_t *obj, const char *key, uint64_t n)
{
	if (n)
		json_object_set_new(obj, key, json_integer((json_int_t)n));
}

static json_t *left_json(const struct projected *sum)
{
	json_t *obj = json_object();
	size_t i;

	for (uint8_t op = 0; op < HFR_OP_NR; op++)
		set(obj, hfr_op_name(op), sum->ops[op]);
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		set(obj, reasons[i].key, sum->left[reasons[i].why]);
	return obj;
}

static json_t *lost_json(const struct projected *sum)
{
	json_t *obj = json_object();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lost); i++)
		set(obj, lost[i].key, value(sum, &lost[i]));
	for (i = 0; i < PROJECTION_FLAGS; i++)
		set(obj, hfr_flag_name(i), sum->flags[i]);
	return obj;
}

json_t *export_report_json(const struct export_summary *sum)
{
	json_t *notes = json_array();
	unsigned int i;

	for (i = 0; i < sum->nnotes; i++)
		json_array_append_new(notes, json_string(sum->notes[i]));
	return json_pack("{s:s, s:I, s:I, s:I, s:o, s:o, s:o}", "format",
			 sum->writer->name, "requests",
			 (json_int_t)sum->sum.written, "time_unit_ns",
			 (json_int_t)sum->holds.time_ns, "latency_unit_ns",
			 (json_int_t)sum->holds.latency_ns, "left_out",
			 left_json(&sum->sum), "lost", lost_json(&sum->sum),
			 "notes", notes);
}
