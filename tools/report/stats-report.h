/* SPDX-License-Identifier: GPL-2.0-only */
/* The statistics of a trace for people and programs. */
#ifndef HF_STATS_REPORT_H
#define HF_STATS_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>

#include "doc.h"
#include "error.h"
#include "tracestat.h"

/** enum stats_each - of which groups all figures are shown, not only some */
enum stats_each { STATS_EACH_NONE, STATS_EACH_TARGET, STATS_EACH_STREAM };

/**
 * struct stats_report - what is reported
 * @st: the statistics
 * @name: of the trace, for the title
 * @each: groups that get sections of their own
 */
struct stats_report {
	const struct tracestat *st;
	const char *name;
	enum stats_each each;
};

/**
 * stats_all_json - all figures of all groups
 * @report: what
 * @buckets: with the buckets of the histograms that are not empty
 *
 * Return: a new reference, or NULL without memory.
 */
json_t *stats_all_json(const struct stats_report *report, bool buckets);

/** stats_print - the figures as text */
void stats_print(const struct stats_report *report, FILE *out);

/** stats_doc - the figures as a document */
void stats_doc(struct doc *doc, const struct stats_report *report);

/** stats_list - prints all figures there are: key, unit, definition */
void stats_list(FILE *out);

/**
 * stats_write - writes stats.html, stats.json, stats.txt and a CSV file for
 * each picture
 * @report: what
 * @dir: folder, made if it is missing
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int stats_write(const struct stats_report *report, const char *dir,
		struct hf_error *err);

/** stats_key - key of a figure in JSON: its name, with the unit of times */
const char *stats_key(const struct statistic *s, char buf[64]);

/** stats_target_name - name of a target as the trace calls it, or its number */
const char *stats_target_name(const struct tracestat *st, uint32_t target,
			      char buf[80]);

#endif /* HF_STATS_REPORT_H */
