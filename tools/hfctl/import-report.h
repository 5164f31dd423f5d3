/* SPDX-License-Identifier: GPL-2.0-only */
/* What an import did, for people and for programs. */
#ifndef HFCTL_IMPORT_REPORT_H
#define HFCTL_IMPORT_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "import.h"

/**
 * import_report_text - prints format, level, requests and what was skipped
 * @sum: what was read
 * @out: where to
 */
void import_report_text(const struct import_summary *sum, FILE *out);

/**
 * import_report_warn - says what makes the trace less than it looks
 * @sum: what was read
 * @asked: the level that was asked for
 *
 * One line each on standard error: lost events, an input that was cut off,
 * many requests without completion, a level that was not asked for.
 */
void import_report_warn(const struct import_summary *sum,
			enum import_level asked);

/** import_report_json - the same as an object, NULL without memory */
json_t *import_report_json(const struct import_summary *sum);

#endif /* HFCTL_IMPORT_REPORT_H */
