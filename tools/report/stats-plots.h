/* SPDX-License-Identifier: GPL-2.0-only */
/* Pictures of the statistics of a trace; what they show is CSV as well. */
#ifndef HF_STATS_PLOTS_H
#define HF_STATS_PLOTS_H

#include "plots.h"

/* Their scripts take struct stats_report. */
extern const struct plot stats_plots[];
extern const unsigned int stats_plots_count;

/*
 * The data of each picture, from struct stats_report; return 0, or 1 if there
 * is nothing to show.
 */
int stats_csv_heat(FILE *out, const void *src);
int stats_csv_requests(FILE *out, const void *src);
int stats_csv_bytes(FILE *out, const void *src);
int stats_csv_size(FILE *out, const void *src);
int stats_csv_gap(FILE *out, const void *src);
int stats_csv_latency(FILE *out, const void *src);
int stats_csv_reuse(FILE *out, const void *src);

#endif /* HF_STATS_PLOTS_H */
