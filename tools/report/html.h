/* SPDX-License-Identifier: GPL-2.0-only */
/* The report as one self-contained HTML page. */
#ifndef HF_HTML_H
#define HF_HTML_H

#include "plots.h"

/**
 * html_write - writes the page
 * @out: where to; the caller looks at ferror()
 * @src: the report and what its pictures are made from
 */
void html_write(FILE *out, const struct plot_source *src);

/** html_style - the page's style sheet */
extern const char html_style[];

#endif /* HF_HTML_H */
