// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "array.h"
#include "import-report.h"
#include "json-text.h"

/* The counters of a summary. Those that are 0 are not printed as text. */
static const struct counter {
	const char *key;
	const char *text;
	size_t offset;
} counters[] = {
#define COUNTER(name, text) \
	{ #name, text, offsetof(struct import_summary, name) }
	COUNTER(records, NULL),
	COUNTER(events, NULL),
	COUNTER(junk, "skipped, made no sense"),
	COUNTER(filtered, "skipped, of other devices"),
	COUNTER(unsupported, "skipped, cannot be replayed"),
	COUNTER(unmatched, "completions without a request"),
	COUNTER(incomplete, "without completion"),
	COUNTER(unsorted, "not in order, sorted"),
	COUNTER(stacked, "seen again at a device below"),
	COUNTER(lost, "events lost by the tracer"),
	COUNTER(widened, "widened to whole sectors"),
	COUNTER(cut, "more, cut where files are not contiguous"),
	COUNTER(shared, "with the stamp of the one before"),
};

#define NCOUNTERS (ARRAY_SIZE(counters))

static uint64_t value(const struct import_summary *sum, size_t n)
{
	return *(const uint64_t *)((const char *)sum + counters[n].offset);
}

void import_report_text(const struct import_summary *sum, FILE *out)
{
	size_t i;

	fprintf(out, "format      %s, %s level\n", sum->format, sum->level);
	fprintf(out, "requests    %" PRIu64 " from %" PRIu64 " events\n",
		sum->records, sum->events);
	for (i = 0; i < NCOUNTERS; i++)
		if (counters[i].text && value(sum, i))
			fprintf(out, "%11" PRIu64 " %s\n", value(sum, i),
				counters[i].text);
	if (sum->junk)
		fprintf(out, "first skipped: %s\n", sum->first_junk);
}

/* Whether the format has levels to choose from. */
static bool has_levels(const char *format)
{
	return !strcmp(format, "blktrace") || !strcmp(format, "blkparse") ||
	       !strcmp(format, "ftrace");
}

static void warn_stacked(const struct import_summary *sum)
{
	if (sum->stacked && !sum->dedup)
		fprintf(stderr,
			"hfctl: warning: %" PRIu64 " of %" PRIu64 " requests are there twice, at a device and at one below it; --dedup leaves out the upper ones\n",
			sum->stacked, sum->records);
}

static void warn_coarse(const struct import_summary *sum)
{
	if (sum->shared && !sum->spread)
		fprintf(stderr,
			"hfctl: warning: stamps are multiples of %g s, and %" PRIu64 " of %" PRIu64 " requests have that of the one before; hfctl convert --spread spreads them\n",
			(double)sum->resolution / 1e9, sum->shared,
			sum->records);
}

void import_report_warn(const struct import_summary *sum,
			enum import_level asked)
{
	if (sum->lost)
		fprintf(stderr,
			"hfctl: warning: the tracer lost %" PRIu64 " events: requests are missing from this trace\n",
			sum->lost);
	if (sum->cut_off)
		fprintf(stderr,
			"hfctl: warning: %s: the input ends in the middle of a record: it was cut off\n",
			sum->cut_at);
	if (sum->incomplete * 100 >= sum->records && sum->incomplete)
		fprintf(stderr,
			"hfctl: warning: %" PRIu64 " of %" PRIu64 " requests have no completion in the trace\n",
			sum->incomplete, sum->records);
	warn_coarse(sum);
	warn_stacked(sum);
	if (asked == IMPORT_LEVEL_ANY && has_levels(sum->format) &&
	    !strcmp(sum->level, "queue"))
		fprintf(stderr,
			"hfctl: note: the trace has no issue events: its requests are bios as queued\n");
}

json_t *import_report_json(const struct import_summary *sum)
{
	json_t *obj = json_pack("{s:s, s:s, s:b}", "format", sum->format,
				"level", sum->level, "cut_off", sum->cut_off);
	size_t i;

	for (i = 0; obj && i < NCOUNTERS; i++)
		json_object_set_new(obj, counters[i].key,
				    json_integer(value(sum, i)));
	if (obj && sum->resolution)
		json_object_set_new(obj, "resolution_ns",
				    json_integer((json_int_t)sum->resolution));
	if (obj)
		json_object_set_new(obj, "spread", json_boolean(sum->spread));
	if (obj)
		json_object_set_new(obj, "dedup", json_boolean(sum->dedup));
	if (obj && sum->cut_off)
		json_object_set_new(obj, "cut_at", json_text(sum->cut_at));
	if (obj && sum->junk)
		json_object_set_new(obj, "first_junk",
				    json_text(sum->first_junk));
	return obj;
}
