/* SPDX-License-Identifier: GPL-2.0-only */
/* Dependencies of a trace as CSV. */
#ifndef HFCTL_DEPS_DUMP_H
#define HFCTL_DEPS_DUMP_H

#include <stdio.h>

#include "error.h"
#include "hft.h"

/**
 * deps_dump_windows - a line for each request: its rank and its window
 * @trace: has dependencies
 * @out: where to
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int deps_dump_windows(const struct hft_file *trace, FILE *out,
		      struct hf_error *err);

/**
 * deps_dump_edges - a line for each pair of parent and child
 * @trace: has dependencies as infer.h finds them, of fewer than 2^32 requests
 * @out: where to
 * @err: on failure, a sentence
 *
 * Takes 8 bytes of memory for each request.
 *
 * Return: 0 or -errno.
 */
int deps_dump_edges(const struct hft_file *trace, FILE *out,
		    struct hf_error *err);

/**
 * deps_dump_parents - a line for each request: window, parents, think time
 * @trace: as for deps_dump_edges()
 * @out: where to
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int deps_dump_parents(const struct hft_file *trace, FILE *out,
		      struct hf_error *err);

#endif /* HFCTL_DEPS_DUMP_H */
