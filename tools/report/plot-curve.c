// SPDX-License-Identifier: GPL-2.0-only
/* Cumulative distributions, and the bars of the causes of lateness. */
#include <math.h>

#include "fmt.h"
#include "plot-parts.h"

/* The data of one curve; values below 1 ns have no logarithm. */
static void curve_data(FILE *gp, const char *name, const json_t *values,
		       const json_t *shares)
{
	json_t *value;
	size_t i;

	fprintf(gp, "$%s << EOD\n", name);
	json_array_foreach(values, i, value)
		fprintf(gp, "%.9g %.9g\n", fmax(1, json_number_value(value)),
			100 * json_number_value(json_array_get(shares, i)));
	fputs("EOD\n", gp);
}

static double smallest(const json_t *values)
{
	return json_number_value(json_array_get(values, 0));
}

static void curve_axes(FILE *gp, const char *label)
{
	fprintf(gp, "set xlabel '%s'\nset ylabel 'requests (%%)'\n"
		"set yrange [0:100]\n", label);
}

bool plot_error_curve(FILE *gp, const struct plot_source *src)
{
	const json_t *values = plot_series(src, "issue_error_absolute_ns");

	if (!json_array_size(values))
		return false;
	plot_start(gp);
	plot_log_time(gp, smallest(values), plot_max(values));
	curve_data(gp, "d", values, plot_series(src, "shares"));
	curve_axes(gp, "absolute issue-time error, at most");
	fputs("set key off\nplot $d with lines lw 2 lc rgb '" PLOT_REPLAYED
	      "'\n", gp);
	return true;
}

bool plot_latency_curve(FILE *gp, const struct plot_source *src)
{
	const json_t *recorded = plot_series(src, "recorded_latency_ns");
	const json_t *replayed = plot_series(src, "replayed_latency_ns");
	const json_t *shares = plot_series(src, "shares");
	double min = smallest(replayed);

	if (!json_array_size(replayed))
		return false;
	plot_start(gp);
	if (json_array_size(recorded))
		min = fmin(min, smallest(recorded));
	plot_log_time(gp, min, fmax(plot_max(recorded), plot_max(replayed)));
	curve_data(gp, "replayed", replayed, shares);
	curve_axes(gp, "latency, at most");
	if (json_array_size(recorded)) {
		curve_data(gp, "recorded", recorded, shares);
		fputs("plot $recorded with lines lw 4 lc rgb '" PLOT_RECORDED
		      "' title 'recorded', ", gp);
	} else {
		fputs("plot ", gp);
	}
	fputs("$replayed with lines lw 2 lc rgb '" PLOT_REPLAYED
	      "' title 'replayed'\n", gp);
	return true;
}

bool plot_causes(FILE *gp, const struct plot_source *src)
{
	const json_t *causes = json_object_get(
		json_object_get(src->report, "lateness"), "causes");
	const struct plot_unit *unit;
	size_t n = json_array_size(causes), i;
	double worst;
	json_t *cause;

	if (!n)
		return false;
	/* The list starts with the cause that cost most. */
	worst = (double)json_uint(json_array_get(causes, 0), "total_ns");
	unit = plot_time_unit(worst);
	plot_start(gp);
	fprintf(gp, "set terminal svg size 620,%zu dynamic noenhanced font 'sans-serif,13'\n",
		90 + 32 * n);
	fputs("set lmargin 24\nset key off\nset grid noytics\n$d << EOD\n",
	      gp);
	json_array_foreach(causes, i, cause)
		fprintf(gp, "%.9g %zu \"%s\"\n",
			(double)json_uint(cause, "total_ns") / unit->scale,
			n - i, json_str(cause, "cause"));
	fprintf(gp, "EOD\nset xlabel 'lateness of all requests together (%s)'\n"
		"set xrange [0:%.9g]\nset yrange [0.4:%zu.6]\n"
		"plot $d using 1:2:(0):1:($2-0.3):($2+0.3):ytic(3) with boxxyerror fs solid noborder lc rgb '"
		PLOT_REPLAYED "'\n", unit->name,
		worst > 0 ? worst * 1.05 / unit->scale : 1, n);
	return true;
}
