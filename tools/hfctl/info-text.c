// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "array.h"
#include "fmt.h"
#include "info.h"
#include "service.h"
#include "text.h"
#include "units.h"

/* Short forms of the shared formatters, for values that are not JSON. */
static const char *count(struct fmt *b, uint64_t value)
{
	json_t *v = json_integer((json_int_t)value);

	fmt_count(b, v);
	json_decref(v);
	return b->text;
}

static const char *size(struct fmt *b, uint64_t bytes)
{
	return hf_format_size(b->text, sizeof(b->text), bytes);
}

static const char *duration(struct fmt *b, int64_t ns)
{
	return hf_format_duration(b->text, sizeof(b->text), ns);
}

static void first_line(const struct traceinfo *info, FILE *out)
{
	double seconds = (double)info->duration_ns / 1e9;
	struct fmt a, b, c;

	fprintf(out, "%s requests in %s", count(&a, info->requests),
		duration(&b, (int64_t)info->duration_ns));
	if (seconds > 0)
		fprintf(out, ": %.1f/s, %s/s", (double)info->requests / seconds,
			size(&c, (uint64_t)((double)(info->read_bytes +
						     info->write_bytes) /
					    seconds)));
	fputc('\n', out);
}

static void start_line(const struct traceinfo *info, FILE *out)
{
	time_t when = (time_t)(info->wall_start_ns / 1000000000);
	char text[64];
	struct tm tm;

	if (!info->wall_start_ns || !gmtime_r(&when, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm))
		return;
	fprintf(out, "  started      %s\n", text);
}

static const char *completions(const struct traceinfo *info,
			       const struct hft_file *trace)
{
	if (!info->has_completions)
		return "not known: no limit and no latency from them";
	return service_is_inferred(trace) ?
	       "inferred from the times between issues, not recorded" : "known";
}

static void about_lines(const struct traceinfo *info,
			const struct hft_file *trace, FILE *out)
{
	start_line(info, out);
	fprintf(out, "  level        %s\n", info->queue_level ?
		"queue: bios as they were queued" :
		"driver: requests as the driver got them");
	fprintf(out, "  completions  %s\n", completions(info, trace));
	if (info->max_in_flight)
		fprintf(out, "  in flight    %u at most on one device\n",
			info->max_in_flight);
	if (info->requests)
		fprintf(out, "  sequential   %.1f %% of the requests start where the one before ended\n",
			100.0 * (double)info->sequential /
			(double)info->requests);
	if (info->fua || info->preflush)
		fprintf(out, "  flags        %" PRIu64 " writes with FUA, %"
			PRIu64 " with PREFLUSH\n", info->fua, info->preflush);
}

static void operations_table(const struct traceinfo *info, FILE *out)
{
	static const char *const head[] = { "Operation", "Requests", "Share",
					    "Data" };
	struct table t;
	struct fmt b;

	table_init(&t, "lrrr", head);
	for (uint8_t op = 0; op < HFR_OP_NR; op++) {
		if (!info->ops[op])
			continue;
		table_cell(&t, "%s", hfr_op_name(op));
		table_cell(&t, "%s", count(&b, info->ops[op]));
		table_cell(&t, "%.1f %%", 100.0 * (double)info->ops[op] /
					  (double)info->requests);
		table_cell(&t, "%s", size(&b, info->op_bytes[op]));
	}
	if (table_rows(&t)) {
		fputc('\n', out);
		text_table(out, &t);
	}
	table_free(&t);
}

static void dist_row(struct table *t, const char *label, const struct dist *d,
		     bool bytes)
{
	const int64_t values[] = { d->min, d->p50, d->p90, d->p99, d->max,
				   (int64_t)d->mean };
	struct fmt b;

	if (!d->count)
		return;
	table_cell(t, "%s", label);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		table_cell(t, "%s", bytes ? size(&b, (uint64_t)values[i]) :
					    duration(&b, values[i]));
}

static void dists_table(const struct traceinfo *info, FILE *out)
{
	static const char *const head[] = { "", "Min", "p50", "p90", "p99",
					    "Max", "Mean" };
	struct table t;

	table_init(&t, "lrrrrrr", head);
	dist_row(&t, "Size of reads and writes", &info->sizes, true);
	dist_row(&t, "Time between issues", &info->gaps, false);
	dist_row(&t, "Latency", &info->latency, false);
	if (table_rows(&t)) {
		fputc('\n', out);
		text_table(out, &t);
	}
	table_free(&t);
}

static void targets_table(const struct traceinfo *info, FILE *out)
{
	static const char *const head[] = {
		"Device", "Requests", "Size", "Logical block",
		"Highest byte touched",
	};
	struct table t;
	struct fmt b;

	table_init(&t, "lrrrr", head);
	for (unsigned int i = 0; i < info->ntargets; i++) {
		const struct traceinfo_target *dev = &info->targets[i];

		table_cell(&t, "%s", dev->name[0] ? dev->name : FMT_UNKNOWN);
		table_cell(&t, "%s", count(&b, dev->requests));
		table_cell(&t, "%s", dev->size ? size(&b, dev->size) :
						 FMT_UNKNOWN);
		if (dev->logical_block)
			table_cell(&t, "%u", dev->logical_block);
		else
			table_cell(&t, "%s", FMT_UNKNOWN);
		table_cell(&t, "%s", count(&b, dev->max_end));
	}
	if (table_rows(&t)) {
		fputc('\n', out);
		text_table(out, &t);
	}
	table_free(&t);
}

static const char *format_of(const struct source *src)
{
	return src->converted ? src->sum.format : "hft";
}

void info_brief(const struct traceinfo *info, const struct source *src,
		FILE *out)
{
	const uint64_t *ops = info->ops;
	uint64_t others = info->requests - ops[HFR_OP_READ] -
			  ops[HFR_OP_WRITE];
	struct fmt a, b, c, d;

	fprintf(out, "%s: %s, %s requests in %s", src->name, format_of(src),
		count(&a, info->requests),
		duration(&b, (int64_t)info->duration_ns));
	fprintf(out, ", %s reads (%s), %s writes (%s)",
		count(&a, ops[HFR_OP_READ]), size(&b, info->read_bytes),
		count(&c, ops[HFR_OP_WRITE]), size(&d, info->write_bytes));
	if (others)
		fprintf(out, ", %s others", count(&a, others));
	fprintf(out, ", %u device%s\n", info->ntargets,
		info->ntargets == 1 ? "" : "s");
}

void info_text(const struct traceinfo *info, const struct source *src,
	       FILE *out)
{
	fprintf(out, "%s: ", format_of(src));
	first_line(info, out);
	about_lines(info, &src->file, out);
	operations_table(info, out);
	dists_table(info, out);
	targets_table(info, out);
}
