// SPDX-License-Identifier: GPL-2.0-only
/* Pictures of the statistics: what the CSV files hold, drawn by gnuplot. */
#include "stats-plots.h"

#include <math.h>

#include "array.h"
#include "html.h"
#include "plot-parts.h"
#include "stats-report.h"

static const struct tracestat *of(const void *src)
{
	return ((const struct stats_report *)src)->st;
}

/* The data go into the script; false if there are none. */
static bool csv_data(FILE *gp, int (*csv)(FILE *out, const void *src),
		     const void *src)
{
	fputs("set datafile separator ','\n$d << EOD\n", gp);
	if (csv(gp, src))
		return false;
	fputs("EOD\n", gp);
	return true;
}

static const struct plot_unit *time_axis(FILE *gp, const struct tracestat *st)
{
	const struct stat_pictures *p = st->pictures;
	double end = (double)p->time_ns * p->times;
	const struct plot_unit *unit = plot_time_unit(end);

	fprintf(gp, "set xlabel 'time (%s)'\nset xrange [0:%.9g]\n",
		unit->name, end / unit->scale);
	return unit;
}

static bool plot_heat(FILE *gp, const void *src)
{
	const struct tracestat *st = of(src);
	const struct stat_pictures *p = st->pictures;
	double row = (double)p->row_sectors * 512, top = row * TRACESTAT_ROWS;
	const struct plot_unit *size = plot_size_unit(top), *time;

	plot_start(gp);
	time = time_axis(gp, st);
	fprintf(gp, "set ylabel '%s (%s)'\nset yrange [0:%.9g]\n",
		st->ntargets > 1 ? "address, targets stacked" : "address",
		size->name, top / size->scale);
	fputs("unset grid\nset key off\nset rmargin 12\nset logscale cb\n"
	      "set cblabel 'requests'\nset style fill solid noborder\n"
	      "set palette defined (0 '#cfe2f3', 1 '#2f7fc1', 2 '#7a3b9b', 3 '#e06c1f')\n",
	      gp);
	if (!csv_data(gp, stats_csv_heat, src))
		return false;
	fprintf(gp, "plot $d skip 1 using (($1+%.9g)/%.9g):(($2+%.9g)/%.9g):(%.9g):(%.9g):3 with boxxyerror lc palette\n",
		(double)p->time_ns / 2, time->scale, row / 2, size->scale,
		(double)p->time_ns / 2 / time->scale, row / 2 / size->scale);
	return true;
}

/* A line for each class, of a quantity per second divided by @scale. */
static bool plot_times(FILE *gp, const void *src, double scale, int classes,
		       int (*csv)(FILE *out, const void *src))
{
	static const char *const lines[CLASSES] = {
		PLOT_READ "' title 'reads", PLOT_WRITE "' title 'writes",
		PLOT_OTHER "' title 'others",
	};
	const struct tracestat *st = of(src);
	const struct plot_unit *time = time_axis(gp, st);

	fputs("set yrange [0:*]\n", gp);
	if (!csv_data(gp, csv, src))
		return false;
	for (int c = 0; c < classes; c++)
		fprintf(gp, "%s$d skip 1 using (($1+$2/2)/%.9g):($%d*1e9/$2/%.9g) with lines lw 1.4 lc rgb '%s'",
			c ? ", " : "plot ", time->scale, 3 + c, scale,
			lines[c]);
	fputc('\n', gp);
	return true;
}

static double top_rate(const struct stat_pictures *p, int classes,
		       const uint64_t counts[CLASSES][TRACESTAT_TIMES])
{
	uint64_t top = 0;

	for (int c = 0; c < classes; c++)
		for (unsigned int t = 0; t < p->times; t++)
			if (counts[c][t] > top)
				top = counts[c][t];
	return (double)top * 1e9 / (double)p->time_ns;
}

static bool plot_requests(FILE *gp, const void *src)
{
	const struct stat_pictures *p = of(src)->pictures;
	bool many = top_rate(p, CLASSES, p->requests) >= 10000;

	plot_start(gp);
	fprintf(gp, "set ylabel '%s'\n", many ? "thousand requests/s" :
						"requests/s");
	return plot_times(gp, src, many ? 1000 : 1, CLASSES,
			  stats_csv_requests);
}

static bool plot_bytes(FILE *gp, const void *src)
{
	const struct stat_pictures *p = of(src)->pictures;
	const struct plot_unit *unit =
		plot_rate_unit(top_rate(p, CLASS_OTHER, p->bytes));

	plot_start(gp);
	fprintf(gp, "set ylabel 'data (%s)'\n", unit->name);
	/* What others discard is not moved. */
	return plot_times(gp, src, unit->scale, CLASS_OTHER, stats_csv_bytes);
}

/**
 * struct curve - a distribution of a picture
 * @name: first column of its lines
 * @colour: of its line
 * @h: the distribution
 */
struct curve {
	const char *name;
	const char *colour;
	const struct loghist *h;
};

static void curve_range(const struct curve *curves, size_t n, double *min,
			double *max)
{
	*min = INFINITY;
	*max = 0;
	for (size_t i = 0; i < n; i++) {
		if (!curves[i].h->count)
			continue;
		*min = fmin(*min, (double)curves[i].h->min);
		*max = fmax(*max, (double)curves[i].h->max);
	}
}

/* Cumulative: a bucket counts where it ends. */
static bool plot_curves(FILE *gp, const void *src, const struct curve *curves,
			size_t n, int (*csv)(FILE *out, const void *src))
{
	const char *between = "plot ";

	fputs("set ylabel 'share (%)'\nset yrange [0:100]\n", gp);
	if (!csv_data(gp, csv, src))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!curves[i].h->count)
			continue;
		fprintf(gp, "%s$d skip 1 using (strcol(1) eq '%s' ? ($2 > 0 ? $2 : 0.99) : NaN):($4*100) with steps lw 1.6 lc rgb '%s' title '%s'",
			between, curves[i].name, curves[i].colour,
			curves[i].name);
		between = ", ";
	}
	fputc('\n', gp);
	return true;
}

static bool plot_size(FILE *gp, const void *src)
{
	const struct stat_mix *m = &of(src)->all->mix;
	const struct curve curves[] = {
		{ "reads", PLOT_READ, &m->read_size },
		{ "writes", PLOT_WRITE, &m->write_size },
	};

	plot_start(gp);
	fputs("set datafile missing NaN\nset xlabel 'size of a request, at most'\nset logscale x 2\n"
	      "set xtics ('1K' 1024, '4K' 4096, '16K' 16384, '64K' 65536, '256K' 262144, '1M' 1048576, '4M' 4194304, '16M' 16777216, '64M' 67108864)\n",
	      gp);
	return plot_curves(gp, src, curves, ARRAY_SIZE(curves),
			   stats_csv_size);
}

static bool plot_time_curves(FILE *gp, const void *src,
			     const struct curve *curves, size_t n,
			     const char *label,
			     int (*csv)(FILE *out, const void *src))
{
	double min, max;

	curve_range(curves, n, &min, &max);
	plot_start(gp);
	plot_log_time(gp, min, max);
	fprintf(gp, "set datafile missing NaN\nset xlabel '%s, at most'\n", label);
	return plot_curves(gp, src, curves, n, csv);
}

static bool plot_gap(FILE *gp, const void *src)
{
	const struct curve curves[] = {
		{ "requests", PLOT_READ, &of(src)->all->arrival.gap },
	};

	return plot_time_curves(gp, src, curves, ARRAY_SIZE(curves),
				"time between issues", stats_csv_gap);
}

static bool plot_latency(FILE *gp, const void *src)
{
	const struct stat_service *s = &of(src)->all->service;
	const struct curve curves[] = {
		{ "reads", PLOT_READ, &s->read_latency },
		{ "writes", PLOT_WRITE, &s->write_latency },
		{ "others", PLOT_OTHER, &s->other_latency },
	};

	return plot_time_curves(gp, src, curves, ARRAY_SIZE(curves), "latency",
				stats_csv_latency);
}

static bool plot_reuse(FILE *gp, const void *src)
{
	const struct stat_reuse *r = of(src)->all->reuse;
	const struct curve curves[] = {
		{ "RAR", PLOT_READ, &r->rar }, { "RAW", PLOT_OTHER, &r->raw },
		{ "WAR", PLOT_RECORDED, &r->war },
		{ "WAW", PLOT_WRITE, &r->waw },
	};

	return plot_time_curves(gp, src, curves, ARRAY_SIZE(curves),
				"time between accesses of a block",
				stats_csv_reuse);
}

const struct plot stats_plots[] = {
	{ "mix", "Sizes, cumulative", plot_size },
	{ "arrival", "Requests per second", plot_requests },
	{ "arrival", "Bandwidth", plot_bytes },
	{ "arrival", "Time between issues, cumulative", plot_gap },
	{ "service", "Latency, cumulative", plot_latency },
	{ "place", "Reads and writes by address and time", plot_heat },
	{ "reuse", "Time between accesses of a block, cumulative", plot_reuse },
};

const unsigned int stats_plots_count = ARRAY_SIZE(stats_plots);

_Static_assert(ARRAY_SIZE(stats_plots) <= HTML_MAX_PLOTS,
	       "a page has room for all");
