/* SPDX-License-Identifier: GPL-2.0-only */
/* A document with pictures as one self-contained HTML page. */
#ifndef HF_HTML_H
#define HF_HTML_H

#include "doc.h"
#include "plots.h"

/* Most pictures of a page. */
#define HTML_MAX_PLOTS	16

/**
 * struct html_source - what a page is made from
 * @write: writes the document
 * @plots: its pictures
 * @count: how many, at most HTML_MAX_PLOTS
 * @src: for the document and the pictures
 * @figures: where all figures are, for the foot of the page
 */
struct html_source {
	void (*write)(struct doc *doc, const void *src);
	const struct plot *plots;
	unsigned int count;
	const void *src;
	const char *figures;
};

/**
 * html_write - writes the page
 * @out: where to; the caller looks at ferror()
 * @source: what it is made from
 */
void html_write(FILE *out, const struct html_source *source);

/** html_style - the page's style sheet */
extern const char html_style[];

#endif /* HF_HTML_H */
