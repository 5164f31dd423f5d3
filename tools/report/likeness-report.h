/* SPDX-License-Identifier: GPL-2.0-only */
/* How like two traces are, for people and programs. */
#ifndef HF_LIKENESS_REPORT_H
#define HF_LIKENESS_REPORT_H

#include <stdio.h>
#include <jansson.h>

#include "likeness.h"

/** likeness_json - all figures; a new reference, or NULL without memory */
json_t *likeness_json(const struct likeness *l, const char *const names[2]);

/** likeness_print - the figures as text */
void likeness_print(const struct likeness *l, const char *const names[2],
		    FILE *out);

#endif /* HF_LIKENESS_REPORT_H */
