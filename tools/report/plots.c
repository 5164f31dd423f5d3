// SPDX-License-Identifier: GPL-2.0-only
/* The table of pictures, their units and their common style. */
#include "plots.h"

#include <math.h>

#include "array.h"
#include "html.h"
#include "plot-parts.h"

/* The table knows no source. */
#define SCRIPT(name)						\
static bool name##_script(FILE *gp, const void *src)		\
{								\
	return name(gp, src);					\
}

SCRIPT(plot_causes)
SCRIPT(plot_error_curve)
SCRIPT(plot_error_line)
SCRIPT(plot_latency_curve)
SCRIPT(plot_iops)
SCRIPT(plot_bandwidth)
SCRIPT(plot_in_flight)
SCRIPT(plot_recorded_places)
SCRIPT(plot_replayed_places)

const struct plot plots[] = {
	{ "lateness", "Lateness by cause", plot_causes_script },
	{ "issue", "Issue-time error, cumulative", plot_error_curve_script },
	{ "issue", "Issue-time error over time", plot_error_line_script },
	{ "latency", "Latency, cumulative", plot_latency_curve_script },
	{ "load", "I/O operations per second", plot_iops_script },
	{ "load", "Bandwidth", plot_bandwidth_script },
	{ "load", "Requests in flight", plot_in_flight_script },
	{ "places", "Recorded", plot_recorded_places_script },
	{ "places", "Replayed", plot_replayed_places_script },
};

const unsigned int plots_count = ARRAY_SIZE(plots);

_Static_assert(ARRAY_SIZE(plots) <= HTML_MAX_PLOTS,
	       "a page has room for all");

/* Tables of units end with the largest. */
static const struct plot_unit time_units[] = {
	{ 0,		1,	"ns" },
	{ 2e3,		1e3,	"us" },
	{ 2e6,		1e6,	"ms" },
	{ 2e9,		1e9,	"s" },
	{ 600e9,	60e9,	"min" },
	{ 4 * 3600e9,	3600e9,	"h" },
};

static const struct plot_unit rate_units[] = {
	{ 0,		1,		"B/s" },
	{ 2048,		1024,		"KiB/s" },
	{ 2097152.,	1048576.,	"MiB/s" },
	{ 4294967296.,	1073741824.,	"GiB/s" },
};

static const struct plot_unit size_units[] = {
	{ 0,			1,		"bytes" },
	{ 2048,			1024,		"KiB" },
	{ 2097152.,		1048576.,	"MiB" },
	{ 2147483648.,		1073741824.,	"GiB" },
	{ 2199023255552.,	1099511627776.,	"TiB" },
};

static const struct plot_unit *suits(const struct plot_unit *units,
				     size_t count, double max)
{
	size_t i = count - 1;

	while (i && max < units[i].from)
		i--;
	return &units[i];
}

#define SUITS(units, max) suits(units, ARRAY_SIZE(units), max)

const struct plot_unit *plot_time_unit(double max_ns)
{
	return SUITS(time_units, max_ns);
}

const struct plot_unit *plot_rate_unit(double max)
{
	return SUITS(rate_units, max);
}

const struct plot_unit *plot_size_unit(double max)
{
	return SUITS(size_units, max);
}

void plot_start(FILE *gp)
{
	fputs("set encoding utf8\n"
	      "set terminal svg size 620,310 dynamic noenhanced font 'sans-serif,13' linewidth 1.2\n"
	      "set border 3 linewidth 0.8\n"
	      "set tics nomirror out scale 0.6\n"
	      "set grid linewidth 0.6\n"
	      "set key above horizontal samplen 2\n"
	      "set lmargin 11\n"
	      "set rmargin 3\n", gp);
}

/* One tic for each power of ten, with the unit that people say. */
void plot_log_time(FILE *gp, double min, double max)
{
	static const char *const names[] = {
		"1 ns", "10 ns", "100 ns", "1 us", "10 us", "100 us", "1 ms",
		"10 ms", "100 ms", "1 s", "10 s", "100 s", "1000 s",
		"1e4 s", "1e5 s", "1e6 s",
	};
	int lo = min > 1 ? (int)floor(log10(min)) : 0;
	int hi = max > 1 ? (int)ceil(log10(max)) : 0;

	if (hi <= lo)
		hi = lo + 1;
	/* A tic right on the edge would be lost to rounding. */
	fprintf(gp, "set logscale x\nset xrange [0.99e%d:1.01e%d]\nset xtics (",
		lo, hi);
	for (int e = lo; e <= hi && e < (int)ARRAY_SIZE(names); e++)
		fprintf(gp, "%s'%s' 1e%d", e > lo ? ", " : "", names[e], e);
	fputs(")\n", gp);
}

double plot_max(const json_t *list)
{
	double max = 0;
	json_t *value;
	size_t i;

	json_array_foreach(list, i, value)
		if (json_number_value(value) > max)
			max = json_number_value(value);
	return max;
}

const json_t *plot_series(const struct plot_source *src, const char *key)
{
	return json_object_get(json_object_get(src->report, "series"), key);
}
