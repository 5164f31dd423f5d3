/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef HF_SVG_H
#define HF_SVG_H

#include <stdio.h>

/**
 * svg_embed - writes an SVG file as an element of an HTML page
 * @out: the page
 * @svg: the file as gnuplot made it
 * @number: of the picture; its ids get it as a prefix, since a page holds
 *	each id once only
 *
 * Leaves out the XML head, titles and descriptions.
 */
void svg_embed(FILE *out, const char *svg, unsigned int number);

#endif /* HF_SVG_H */
