/* SPDX-License-Identifier: GPL-2.0-only */
/* The pictures of the report, a table. */
#ifndef HF_PLOTS_H
#define HF_PLOTS_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>

#include "hft.h"
#include "results.h"

/* Most requests that a picture of addresses shows. */
#define PLOT_MAX_POINTS	2500

/**
 * struct plot_source - what pictures are made from
 * @report: from report_json(); all but addresses come from it
 * @trace: the trace
 * @res: its replay
 */
struct plot_source {
	const json_t *report;
	const struct hft_file *trace;
	const struct results *res;
};

/**
 * struct plot - a picture
 * @section: id of the section of the document that it belongs to
 * @title: what it shows
 * @script: writes the gnuplot script from what the document is made from;
 *	returns false if there is nothing to show
 */
struct plot {
	const char *section;
	const char *title;
	bool (*script)(FILE *gp, const void *src);
};

/* Those of the report; their scripts take struct plot_source. */
extern const struct plot plots[];
extern const unsigned int plots_count;

#endif /* HF_PLOTS_H */
