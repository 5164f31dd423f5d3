/* SPDX-License-Identifier: GPL-2.0-only */
/* A report in the forms that are asked for. */
#ifndef HFCTL_REPORTING_H
#define HFCTL_REPORTING_H

#include <stdbool.h>

#include "error.h"
#include "hft.h"
#include "results.h"

/**
 * reporting_make - makes a report and prints it
 * @trace: the trace
 * @res: its replay
 * @dir: folder for report.json, report.txt and report.html, or NULL
 * @json: print JSON rather than text
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int reporting_make(const struct hft_file *trace, const struct results *res,
		   const char *dir, bool json, struct hf_error *err);

/** reporting_folder - makes the folder if it is missing; 0 or -errno */
int reporting_folder(const char *dir, struct hf_error *err);

#endif /* HFCTL_REPORTING_H */
