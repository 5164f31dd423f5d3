// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses over time. A trace has too many requests to show each: one is
 * taken from each of PLOT_MAX_POINTS stretches of equal length, at a place
 * that looks random (a fixed stride would fall in step with the workload) but
 * is always the same. Both pictures show the same requests.
 */
#include <math.h>

#include "fmt.h"
#include "plot-parts.h"

/* Which of the requests a point shows; the finalizer of a 64-bit hash. */
static uint64_t sample(uint64_t point, uint64_t points, uint64_t count)
{
	uint64_t from = (uint64_t)((double)point * (double)count /
				   (double)points);
	uint64_t to = (uint64_t)((double)(point + 1) * (double)count /
				 (double)points);
	uint64_t h = point * 0x9e3779b97f4a7c15ULL;

	h ^= h >> 32;
	h *= 0xd6e8feb86659fd93ULL;
	h ^= h >> 32;
	return to > from + 1 ? from + h % (to - from) : from;
}

/* Targets lie one above the other. */
static void stack_targets(const struct hft_file *trace,
			  double base[HFR_MAX_DEVICES + 1])
{
	unsigned int n = trace->hdr->device_count;

	base[0] = 0;
	for (unsigned int t = 0; t < HFR_MAX_DEVICES; t++) {
		const struct hfr_file_dev *dev = &trace->devs[t];
		bool known = t < n && dev->max_end != HFR_UNKNOWN;

		base[t + 1] = base[t] + (known ? (double)dev->max_end : 0);
	}
}

/**
 * struct places - a picture of addresses
 * @src: what it is made from
 * @replayed: it shows the replay, not the original
 * @same: both runs lie over the same time; else each over its own whole
 * @loops: how often the trace was replayed
 * @speed: what recorded times are divided by
 * @span: time from the left to the right edge, ns
 * @time: unit of the x axis
 * @size: unit of the y axis
 * @base: where each target starts, bytes
 */
struct places {
	const struct plot_source *src;
	bool replayed;
	bool same;
	uint64_t loops;
	double speed;
	double span;
	const struct plot_unit *time;
	const struct plot_unit *size;
	double base[HFR_MAX_DEVICES + 1];
};

static void places_init(struct places *p, const struct plot_source *src,
			bool replayed)
{
	const json_t *duration = json_object_get(src->report, "duration");
	const json_t *speed = json_object_get(src->res->meta, "speed");
	double recorded = (double)json_uint(duration, "recorded_ns");
	double took = (double)json_uint(duration, "replayed_ns");

	p->src = src;
	p->loops = json_uint(duration, "loops");
	p->replayed = replayed;
	p->same = json_is_true(plot_series(src, "same_time_axis"));
	p->speed = 1;
	if (p->same && json_number_value(speed) > 0)
		p->speed = json_number_value(speed);
	p->span = p->same ? fmax(recorded / p->speed, took) :
			    (replayed ? took : recorded);
	p->time = plot_time_unit(p->span);
	stack_targets(src->trace, p->base);
	p->size = plot_size_unit(p->base[HFR_MAX_DEVICES]);
}

static bool point_time(const struct places *p, uint64_t i, double *x)
{
	const struct results *res = p->src->res;
	const struct hft_file *trace = p->src->trace;
	double ns = (double)(i / trace->count * trace->hdr->duration_ns +
			     trace->recs[i % trace->count].issue_ns) / p->speed;

	if (p->replayed) {
		if (i >= res->count || res->recs[i].state != HFR_REC_DONE)
			return false;
		ns = (double)res->recs[i].issued_ns;
	}
	*x = p->same ? ns / p->time->scale : 100 * ns / fmax(p->span, 1);
	return true;
}

/* Class of an operation: read, write or another that has an address. */
static int class_of(uint8_t op)
{
	if (op == HFR_OP_READ)
		return 0;
	if (op == HFR_OP_FLUSH || op == HFR_OP_ZONE_RESET_ALL)
		return -1;
	return op == HFR_OP_WRITE || op == HFR_OP_ZONE_APPEND ? 1 : 2;
}

static const struct {
	const char *name;
	const char *colour;
} classes[] = {
	{ "read", PLOT_READ },
	{ "write", PLOT_WRITE },
	{ "other", PLOT_OTHER },
};

/* Returns the number of points. */
static unsigned int class_data(FILE *gp, const struct places *p, int class)
{
	uint64_t count = p->src->trace->count * p->loops;
	uint64_t points = PLOT_MAX_POINTS;
	unsigned int shown = 0;

	if (points > count)
		points = count;
	fprintf(gp, "$%s << EOD\n", classes[class].name);
	for (uint64_t k = 0; k < points; k++) {
		uint64_t i = sample(k, points, count);
		const struct hfr_trace_rec *t =
			&p->src->trace->recs[i % p->src->trace->count];
		double x;

		if (class_of(t->op) != class || t->target >= HFR_MAX_DEVICES ||
		    !point_time(p, i, &x))
			continue;
		fprintf(gp, "%.6g %.6g\n", x,
			(p->base[t->target] + (double)t->offset) /
			p->size->scale);
		shown++;
	}
	fputs("EOD\n", gp);
	return shown;
}

static void places_axes(FILE *gp, const struct places *p)
{
	double top = p->base[HFR_MAX_DEVICES] / p->size->scale;

	if (p->same)
		fprintf(gp, "set xlabel 'time (%s)'\nset xrange [0:%.9g]\n",
			p->time->name, fmax(p->span / p->time->scale, 1e-3));
	else
		fputs("set xlabel 'part of the run (%)'\nset xrange [0:100]\n",
		      gp);
	fprintf(gp, "set ylabel '%s (%s)'\nset yrange [0:%.9g]\n",
		p->src->trace->hdr->device_count > 1 ?
		"address, targets stacked" : "address", p->size->name,
		top > 0 ? top : 1);
	for (unsigned int t = 1; t < p->src->trace->hdr->device_count; t++)
		fprintf(gp, "set arrow from graph 0, first %.9g to graph 1, first %.9g nohead dt 2 lw 0.8\n",
			p->base[t] / p->size->scale,
			p->base[t] / p->size->scale);
}

static bool plot_places(FILE *gp, const struct plot_source *src, bool replayed)
{
	const char *between = "plot ";
	unsigned int shown[3];
	struct places p;
	bool few;

	places_init(&p, src, replayed);
	plot_start(gp);
	places_axes(gp, &p);
	for (int c = 0; c < 3; c++)
		shown[c] = class_data(gp, &p, c);
	if (!shown[0] && !shown[1] && !shown[2])
		return false;
	/* Few points may be larger. */
	few = shown[0] + shown[1] + shown[2] < PLOT_MAX_POINTS / 2;
	for (int c = 0; c < 3; c++) {
		if (!shown[c])
			continue;
		fprintf(gp, "%s$%s with points pt 7 ps %s lc rgb '%s' notitle, NaN with points pt 7 ps 0.8 lc rgb '%s' title '%s'",
			between, classes[c].name, few ? "0.4" : "0.22",
			classes[c].colour,
			classes[c].colour, classes[c].name);
		between = ", ";
	}
	fputs("\n", gp);
	return true;
}

bool plot_recorded_places(FILE *gp, const struct plot_source *src)
{
	return plot_places(gp, src, false);
}

bool plot_replayed_places(FILE *gp, const struct plot_source *src)
{
	return plot_places(gp, src, true);
}
