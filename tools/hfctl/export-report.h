/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of a trace that was written, for people and for programs. */
#ifndef HFCTL_EXPORT_REPORT_H
#define HFCTL_EXPORT_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "writer.h"

/** export_report_text - prints format, requests, and what was lost */
void export_report_text(const struct export_summary *sum, FILE *out);

/**
 * export_report_json - the same as an object
 * @sum: what was written
 *
 * Members: format, requests, time_unit_ns, latency_unit_ns (0 without
 * latencies), left_out (by operation and by reason), lost (by what it is) and
 * notes; those of left_out and lost that are 0 are absent.
 *
 * Return: the object, NULL without memory.
 */
json_t *export_report_json(const struct export_summary *sum);

#endif /* HFCTL_EXPORT_REPORT_H */
