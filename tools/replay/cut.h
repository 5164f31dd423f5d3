/* SPDX-License-Identifier: GPL-2.0-only */
/* A part of a trace: a range of time, or the requests that change nothing. */
#ifndef HF_CUT_H
#define HF_CUT_H

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
 * computed anew, and dependencies are gone. The provenance says what was left
 * out.
 *
 * Return: 0, -ENODATA if nothing is left, or -errno.
 */
int reads_only(const struct hft_file *in, const char *out,
	       struct hft_file *file, uint64_t *left_out,
	       struct hf_error *err);

/**
 * cut_range - makes a trace of the requests issued in a range of time
 * @in: the trace
 * @out: path of the new one, NULL for a file without a name
 * @from_ns: where it begins; becomes time 0
 * @to_ns: where it ends; what is issued then is not in it
 * @file: filled; close with hft_close()
 * @err: on failure, a sentence
 *
 * Only records of the range are read. The rest is as with reads_only().
 *
 * Return: 0, -ENODATA if nothing is left, or -errno.
 */
int cut_range(const struct hft_file *in, const char *out, uint64_t from_ns,
	      uint64_t to_ns, struct hft_file *file, struct hf_error *err);

#endif /* HF_CUT_H */
