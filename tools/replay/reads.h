/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace without the requests that would change a device. */
#ifndef HF_READS_H
#define HF_READS_H

#include <stdint.h>

#include "error.h"
#include "hft.h"

/**
 * reads_only - makes a trace of the requests that change nothing
 * @in: the trace
 * @out: path of the new one, NULL for a file without a name
 * @file: filled; close with hft_close()
 * @left_out: gets the number of requests that are not in it
 * @err: on failure, a sentence
 *
 * Times stay; what depends on the company of a request (in flight, span) is
 * computed anew. The provenance says what was left out.
 *
 * Return: 0, -ENODATA if nothing is left, or -errno.
 */
int reads_only(const struct hft_file *in, const char *out,
	       struct hft_file *file, uint64_t *left_out,
	       struct hf_error *err);

#endif /* HF_READS_H */
