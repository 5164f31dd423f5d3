/* SPDX-License-Identifier: GPL-2.0-only */
/* What the scripts of the pictures share. */
#ifndef HF_PLOT_PARTS_H
#define HF_PLOT_PARTS_H

#include "plots.h"

/* Colours that people with any colour vision can tell apart. */
#define PLOT_RECORDED	"#8fa3bd"
#define PLOT_REPLAYED	"#e06c1f"
#define PLOT_READ	"#2f7fc1"
#define PLOT_WRITE	"#e06c1f"
#define PLOT_OTHER	"#2b9e6f"

/**
 * struct plot_unit - a unit for an axis
 * @from: the smallest maximum that it suits
 * @scale: what values are divided by
 * @name: as the axis says it
 */
struct plot_unit {
	double from;
	double scale;
	const char *name;
};

/** plot_time_unit - the unit that suits durations up to @max_ns */
const struct plot_unit *plot_time_unit(double max_ns);
/** plot_rate_unit - the unit that suits a bandwidth up to @max bytes/s */
const struct plot_unit *plot_rate_unit(double max);
/** plot_size_unit - the unit that suits sizes up to @max bytes */
const struct plot_unit *plot_size_unit(double max);

/** plot_start - terminal and style; every script starts with it */
void plot_start(FILE *gp);
/** plot_log_time - a logarithmic x axis of durations from @min to @max ns */
void plot_log_time(FILE *gp, double min, double max);
/** plot_max - the largest number of an array of numbers, 0 if there is none */
double plot_max(const json_t *list);
/** plot_series - a member of the report's series */
const json_t *plot_series(const struct plot_source *src, const char *key);

/* plot-curve.c */
bool plot_error_curve(FILE *gp, const struct plot_source *src);
bool plot_latency_curve(FILE *gp, const struct plot_source *src);
bool plot_causes(FILE *gp, const struct plot_source *src);
/* plot-line.c */
bool plot_error_line(FILE *gp, const struct plot_source *src);
bool plot_iops(FILE *gp, const struct plot_source *src);
bool plot_bandwidth(FILE *gp, const struct plot_source *src);
bool plot_in_flight(FILE *gp, const struct plot_source *src);
/* plot-places.c */
bool plot_recorded_places(FILE *gp, const struct plot_source *src);
bool plot_replayed_places(FILE *gp, const struct plot_source *src);

#endif /* HF_PLOT_PARTS_H */
