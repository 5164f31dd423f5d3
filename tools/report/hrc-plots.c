// SPDX-License-Identifier: GPL-2.0-only
/* Pictures of hit-ratio curves: what curves.csv holds, drawn by gnuplot. */
#include "array.h"
#include "hrc-report.h"
#include "plot-parts.h"

/* First column of curves.csv that is a ratio. */
#define RATIO_COLUMN	4

/* Told apart by people with any colour vision, then by dashes as well. */
static const char *const colours[] = {
	"#2f7fc1", "#e06c1f", "#2b9e6f", "#b0508e", "#7a6a3a", "#5b5bd0",
	"#8fa3bd", "#c03b3b",
};

static const struct hrc *of(const void *src)
{
	return ((const struct hrc_report *)src)->hrc;
}

static void curve(FILE *gp, const struct hrc *h, unsigned int c,
		  unsigned int weight, double scale)
{
	fprintf(gp, "%s$d skip 1 using (strcol(1) eq '%s' ? $3/%.9g : NaN):%u with linespoints pt 7 ps 0.25 lw 1.4 dt %zu lc rgb '%s' title '%s'",
		c ? ", " : "plot ", h->curves[c].choice.name, scale,
		RATIO_COLUMN + weight, 1 + c / ARRAY_SIZE(colours),
		colours[c % ARRAY_SIZE(colours)], h->curves[c].choice.name);
}

static bool plot_ratio(FILE *gp, const void *src, unsigned int weight, bool log)
{
	const struct hrc *h = of(src);
	double most = (double)h->sizes.blocks[h->sizes.count - 1] *
		      (double)h->refs.block;
	const struct plot_unit *unit = plot_size_unit(most);

	if (!hrc_weight_differs(h, weight))
		return false;
	plot_start(gp);
	fprintf(gp, "set xlabel 'cache (%s)'\nset ylabel '%s'\nset yrange [0:1]\nset datafile missing NaN\n",
		unit->name, hrc_weights[weight].title);
	if (log)
		fputs("set logscale x\n", gp);
	fputs("set datafile separator ','\n$d << EOD\n", gp);
	hrc_csv(gp, src);
	fputs("EOD\n", gp);
	for (unsigned int c = 0; c < h->count; c++)
		curve(gp, h, c, weight, unit->scale);
	fputc('\n', gp);
	return true;
}

static bool plot_refs(FILE *gp, const void *src)
{
	return plot_ratio(gp, src, 0, false);
}

static bool plot_refs_log(FILE *gp, const void *src)
{
	return plot_ratio(gp, src, 0, true);
}

static bool plot_bytes(FILE *gp, const void *src)
{
	return plot_ratio(gp, src, 1, false);
}

static bool plot_requests(FILE *gp, const void *src)
{
	return plot_ratio(gp, src, 2, false);
}

static bool plot_ird(FILE *gp, const void *src)
{
	plot_start(gp);
	fputs("set xlabel 'references from one to a block to the next, at most'\nset ylabel 'share of all references'\nset yrange [0:1]\nset logscale x\nset key off\nset datafile separator ','\n$d << EOD\n",
	      gp);
	if (hrc_csv_ird(gp, src))
		return false;
	fputs("EOD\nplot $d skip 1 using 1:3 with steps lw 1.6 lc rgb '"
	      PLOT_READ "'\n", gp);
	return true;
}

const struct plot hrc_plots[] = {
	{ "hit_ratio", "Hit ratio by cache size", plot_refs },
	{ "hit_ratio", "The same, sizes on a logarithmic axis",
	  plot_refs_log },
	{ "byte_hit_ratio", "Byte hit ratio by cache size", plot_bytes },
	{ "request_hit_ratio", "Request hit ratio by cache size",
	  plot_requests },
	{ "ird", "Inter-reference distance, cumulative", plot_ird },
};

const unsigned int hrc_plots_count = ARRAY_SIZE(hrc_plots);

_Static_assert(ARRAY_SIZE(hrc_plots) <= 16, "HTML_MAX_PLOTS");
