// SPDX-License-Identifier: GPL-2.0-only
/* What went on over time. */
#include <math.h>

#include "fmt.h"
#include "plot-parts.h"

/**
 * struct axis - the x axis of a picture
 * @same: both runs lie over the same time; else each over its own whole
 * @unit: of time
 */
struct axis {
	bool same;
	const struct plot_unit *unit;
};

static struct axis axis_of(const struct plot_source *src)
{
	const json_t *line = plot_series(src, "replayed");
	double span = (double)json_uint(line, "interval_ns") *
		      (double)json_array_size(json_object_get(line,
							      "requests"));

	return (struct axis){
		.same = json_is_true(plot_series(src, "same_time_axis")),
		.unit = plot_time_unit(span),
	};
}

static void axis_label(FILE *gp, const struct axis *axis)
{
	if (axis->same)
		fprintf(gp, "set xlabel 'time (%s)'\n", axis->unit->name);
	else
		fputs("set xlabel 'part of the run (%)'\nset xrange [0:100]\n",
		      gp);
}

/* Intervals without a value break the line. */
static void line_data(FILE *gp, const char *name, const struct axis *axis,
		      const json_t *list, double interval_ns, double scale)
{
	size_t n = json_array_size(list), i;
	json_t *value;

	fprintf(gp, "$%s << EOD\n", name);
	json_array_foreach(list, i, value) {
		double x = axis->same ?
			   ((double)i + 0.5) * interval_ns / axis->unit->scale :
			   ((double)i + 0.5) * 100 / (double)n;

		if (json_is_number(value))
			fprintf(gp, "%.9g %.9g\n", x,
				json_number_value(value) / scale);
		else
			fputs("\n", gp);
	}
	fputs("EOD\n", gp);
}

/* What is counted in an interval becomes a rate. */
static double per_second(const json_t *line)
{
	return (double)json_uint(line, "interval_ns") / 1e9;
}

/* A member of the timelines; @scale 0 keeps values as they are. */
static bool both_lines(FILE *gp, const struct plot_source *src,
		       const char *key, bool rate, double scale)
{
	static const char *const runs[] = { "recorded", "replayed" };
	const struct axis axis = axis_of(src);
	bool known = false;

	axis_label(gp, &axis);
	fputs("set yrange [0:*]\n", gp);
	for (int i = 0; i < 2; i++) {
		const json_t *line = plot_series(src, runs[i]);
		const json_t *list = json_object_get(line, key);

		if (!json_array_size(list))
			continue;
		known |= i == 0;
		line_data(gp, runs[i], &axis, list,
			  (double)json_uint(line, "interval_ns"),
			  rate ? scale * per_second(line) : scale);
	}
	fputs("plot ", gp);
	if (known)
		fputs("$recorded with lines lw 3 lc rgb '" PLOT_RECORDED
		      "' title 'recorded', ", gp);
	fputs("$replayed with lines lw 1.2 lc rgb '" PLOT_REPLAYED
	      "' title 'replayed'\n", gp);
	return true;
}

/* The highest rate of either run. */
static double top_rate(const struct plot_source *src, const char *key)
{
	const json_t *recorded = plot_series(src, "recorded");
	const json_t *replayed = plot_series(src, "replayed");

	return fmax(plot_max(json_object_get(recorded, key)) /
		    per_second(recorded),
		    plot_max(json_object_get(replayed, key)) /
		    per_second(replayed));
}

static bool nothing_issued(const struct plot_source *src)
{
	return !json_uint(json_object_get(src->report, "requests"), "issued");
}

bool plot_iops(FILE *gp, const struct plot_source *src)
{
	bool many = top_rate(src, "requests") >= 10000;

	if (nothing_issued(src))
		return false;
	plot_start(gp);
	fprintf(gp, "set ylabel '%s'\n", many ? "thousand requests/s" :
						"requests/s");
	return both_lines(gp, src, "requests", true, many ? 1000 : 1);
}

bool plot_bandwidth(FILE *gp, const struct plot_source *src)
{
	const struct plot_unit *unit = plot_rate_unit(top_rate(src, "bytes"));

	if (nothing_issued(src))
		return false;
	plot_start(gp);
	fprintf(gp, "set ylabel 'data (%s)'\n", unit->name);
	return both_lines(gp, src, "bytes", true, unit->scale);
}

bool plot_in_flight(FILE *gp, const struct plot_source *src)
{
	if (nothing_issued(src))
		return false;
	plot_start(gp);
	fputs("set ylabel 'requests in flight, mean'\n", gp);
	return both_lines(gp, src, "in_flight", false, 1);
}

bool plot_error_line(FILE *gp, const struct plot_source *src)
{
	const json_t *line = plot_series(src, "issue_error");
	const json_t *max = json_object_get(line, "max_absolute_ns");
	const json_t *mean = json_object_get(line, "mean_ns");
	double interval = (double)json_uint(line, "interval_ns");
	const struct plot_unit *unit = plot_time_unit(plot_max(max));
	const struct axis axis = axis_of(src);

	if (!json_array_size(max) || nothing_issued(src))
		return false;
	plot_start(gp);
	axis_label(gp, &axis);
	fprintf(gp, "set ylabel 'error (%s)'\nset yrange [*<0:0<*]\n", unit->name);
	line_data(gp, "max", &axis, max, interval, unit->scale);
	line_data(gp, "mean", &axis, mean, interval, unit->scale);
	fputs("plot $max with lines lw 1.2 lc rgb '" PLOT_RECORDED
	      "' title 'largest, absolute', $mean with lines lw 1.6 lc rgb '"
	      PLOT_REPLAYED "' title 'mean'\n", gp);
	return true;
}
