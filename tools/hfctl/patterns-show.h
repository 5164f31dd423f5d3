/* SPDX-License-Identifier: GPL-2.0-only */
/* What hfctl patterns prints. */
#ifndef HFCTL_PATTERNS_SHOW_H
#define HFCTL_PATTERNS_SHOW_H

#include <jansson.h>
#include <stdio.h>

#include "study.h"

/**
 * struct pattern_row - lengths of the patterns of a trace
 * @trace: its name; owned
 * @label: of it, NULL for none; owned
 * @server: whose; NULL for all servers together; owned
 * @lengths: the figures
 */
struct pattern_row {
	char *trace;
	char *label;
	char *server;
	struct lengths lengths;
};

/**
 * struct pattern_report - what all traces gave
 * @rows: lengths; owned
 * @n: how many
 * @scores: of all traces
 * @known: patterns of the base before
 * @patterns: after
 */
struct pattern_report {
	struct pattern_row *rows;
	size_t n;
	struct scores scores;
	size_t known, patterns;
};

/**
 * pattern_report_add - takes the lengths of a trace
 * @r: the report
 * @s: the trace
 * @file: its file
 * @trace: its name
 * @servers: a row for each server, not one for all
 * @err: on failure, a sentence
 *
 * Return: 0 or -ENOMEM.
 */
int pattern_report_add(struct pattern_report *r, const struct study *s,
		       const struct hft_file *file, const char *trace,
		       bool servers, struct hf_error *err);

void pattern_report_free(struct pattern_report *r);
void pattern_report_text(const struct pattern_report *r, FILE *out);
/** pattern_report_csv - lengths only, with a header */
void pattern_report_csv(const struct pattern_report *r, FILE *out);
json_t *pattern_report_json(const struct pattern_report *r);

/** pattern_dump_header - the header of pattern_dump() */
void pattern_dump_header(FILE *out);

/**
 * pattern_dump - a line of CSV about a window
 * @f: the window
 * @file: its trace
 * @trace: name of that
 * @out: where to
 */
void pattern_dump(const struct finding *f, const struct hft_file *file,
		  const char *trace, FILE *out);

#endif /* HFCTL_PATTERNS_SHOW_H */
