/* SPDX-License-Identifier: GPL-2.0-only */
/* Hit-ratio curves for people and programs. */
#ifndef HF_HRC_REPORT_H
#define HF_HRC_REPORT_H

#include <stdio.h>
#include <jansson.h>

#include "doc.h"
#include "error.h"
#include "hrc.h"
#include "plots.h"

/**
 * struct hrc_report - what is reported
 * @hrc: the curves
 * @name: of the trace, for the title
 */
struct hrc_report {
	const struct hrc *hrc;
	const char *name;
};

/**
 * struct hrc_weight - a way to count hits
 * @key: in JSON and CSV
 * @title: as people read it
 * @hits: those of a count
 * @all: all that could hit; HITS_UNKNOWN if it is not known
 */
struct hrc_weight {
	const char *key;
	const char *title;
	uint64_t (*hits)(const struct hit_count *count);
	uint64_t (*all)(const struct block_refs *refs);
};

#define HRC_WEIGHTS	3
extern const struct hrc_weight hrc_weights[HRC_WEIGHTS];

/** hrc_ratio - hit ratio of a curve at a size, NaN if it is not known */
double hrc_ratio(const struct hrc *h, const struct hrc_weight *weight,
		 const struct hrc_curve *curve, unsigned int size);

/**
 * hrc_weight_differs - whether a weight has figures that references, the
 * first, have not
 */
bool hrc_weight_differs(const struct hrc *h, unsigned int weight);

/**
 * hrc_json - all of it
 * @report: what
 * @buckets: with the buckets of the distances that are not empty
 *
 * Return: a new reference, or NULL without memory.
 */
json_t *hrc_json(const struct hrc_report *report, bool buckets);

/** hrc_csv - a line for each policy and size; takes struct hrc_report */
int hrc_csv(FILE *out, const void *src);

/** hrc_csv_ird - the distances, bucket by bucket; 1 if there are none */
int hrc_csv_ird(FILE *out, const void *src);

/** hrc_print - the curves as text */
void hrc_print(const struct hrc_report *report, FILE *out);

/** hrc_doc - the curves as a document */
void hrc_doc(struct doc *doc, const struct hrc_report *report);

/** hrc_list - prints the policies: name, parameters, definition */
void hrc_list(FILE *out);

/* Their scripts take struct hrc_report. */
extern const struct plot hrc_plots[];
extern const unsigned int hrc_plots_count;

/**
 * hrc_write - writes hrc.html, hrc.json, hrc.txt, curves.csv and ird.csv
 * @report: what
 * @dir: folder, made if it is missing
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int hrc_write(const struct hrc_report *report, const char *dir,
	      struct hf_error *err);

#endif /* HF_HRC_REPORT_H */
