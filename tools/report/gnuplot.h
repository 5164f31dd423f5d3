/* SPDX-License-Identifier: GPL-2.0-only */
/* gnuplot as a function: a script in, an SVG picture out. */
#ifndef HF_GNUPLOT_H
#define HF_GNUPLOT_H

#include <stddef.h>

#include "error.h"

/**
 * gnuplot_run - runs gnuplot without a shell
 * @script: the script, data included
 * @len: its length
 * @err: on failure, a sentence; one of its own if gnuplot is not installed
 *
 * Script and picture go through files without a name, so that neither end
 * can wait for the other.
 *
 * Return: what gnuplot wrote, NUL terminated, to be freed; NULL on failure.
 */
char *gnuplot_run(const char *script, size_t len, struct hf_error *err);

#endif /* HF_GNUPLOT_H */
