/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The report as a document: one description, from which both text and HTML
 * are made, so that they cannot differ.
 */
#ifndef HF_DOC_H
#define HF_DOC_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>

#include "table.h"

/**
 * struct doc - an output form with its state
 * @ops: how it writes
 * @out: where it writes to
 * @ctx: its own
 */
struct doc {
	const struct doc_ops *ops;
	FILE *out;
	void *ctx;
};

/**
 * struct doc_ops - an output form
 * @title: heading of all; @about says in a line what was replayed
 * @verdict: one word of the verdict with its sentence; the worst comes first
 * @summary: the figures that matter most: pairs of label and value
 * @section: starts a section; @id is a short word that pictures go by
 * @para: a paragraph of the section
 * @table: a table of the section
 */
struct doc_ops {
	void (*title)(struct doc *doc, const char *title, const char *about);
	void (*verdict)(struct doc *doc, bool first, const char *word,
			const char *sentence);
	void (*summary)(struct doc *doc, const struct table *t);
	void (*section)(struct doc *doc, const char *id, const char *title);
	void (*para)(struct doc *doc, const char *text);
	void (*table)(struct doc *doc, const struct table *t);
};

/** doc_para - a paragraph, printf style */
void doc_para(struct doc *doc, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** doc_table - writes a table that has rows, then frees it */
void doc_table(struct doc *doc, struct table *t);

/** doc_report - writes the whole report, made by report_json() */
void doc_report(struct doc *doc, const json_t *report);

#endif /* HF_DOC_H */
