/* SPDX-License-Identifier: GPL-2.0-only */
/* What a replay showed, for people (text, HTML) and programs (JSON). */
#ifndef HF_REPORT_H
#define HF_REPORT_H

#include <stdio.h>
#include <jansson.h>

#include "error.h"
#include "hft.h"
#include "results.h"

/**
 * report_json - everything the report says, as one JSON object
 * @trace: the trace
 * @res: its replay; may hold fewer records than the trace
 * @err: on failure, a sentence
 *
 * Text and HTML are made from this object and hold no other figures.
 *
 * Return: a new reference, or NULL.
 */
json_t *report_json(const struct hft_file *trace, const struct results *res,
		    struct hf_error *err);

/**
 * report_print - the report as text
 * @report: from report_json()
 * @out: where to
 */
void report_print(const json_t *report, FILE *out);

/**
 * report_write - writes report.json, report.txt and report.html
 * @trace: the trace
 * @res: its replay
 * @report: from report_json()
 * @dir: folder, made if it is missing
 * @err: on failure, a sentence
 *
 * The HTML file is self-contained; its pictures are SVG made by gnuplot. A
 * machine without gnuplot gets a report that says that pictures are missing.
 *
 * Return: 0 or -errno.
 */
int report_write(const struct hft_file *trace, const struct results *res,
		 const json_t *report, const char *dir, struct hf_error *err);

#endif /* HF_REPORT_H */
