/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace of any format written in another than .hft. */
#ifndef HFCTL_EXPORT_FILE_H
#define HFCTL_EXPORT_FILE_H

#include "writer.h"

/**
 * export_file - writes a trace
 * @file: the trace; replaced by one with dependencies if the format needs them
 * @opts: how
 * @sum: filled
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; on failure there is no file.
 */
int export_file(struct hft_file *file, const struct export_opts *opts,
		struct export_summary *sum, struct hf_error *err);

#endif /* HFCTL_EXPORT_FILE_H */
