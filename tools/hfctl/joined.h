/* SPDX-License-Identifier: GPL-2.0-only */
/* Each request of a trace with what became of it, for other programs. */
#ifndef HFCTL_JOINED_H
#define HFCTL_JOINED_H

#include <stdio.h>

#include "hft.h"
#include "results.h"

/**
 * joined_check - whether a trace and results belong together
 * @trace: the trace
 * @res: its replay
 * @err: if not, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int joined_check(const struct hft_file *trace, const struct results *res,
		 struct hf_error *err);

/** joined_csv - a line for each completion record, with a line of names */
void joined_csv(const struct hft_file *trace, const struct results *res,
		FILE *out);

/**
 * joined_npy - the same as an array of records, as numpy.load() reads it
 * @trace: the trace
 * @res: its replay
 * @out: where to
 *
 * Each is a struct hfr_trace_rec and a struct hfr_completion_rec, byte for byte.
 */
void joined_npy(const struct hft_file *trace, const struct results *res,
		FILE *out);

/* Words of the members of a completion record; @buf is for what has no word. */
const char *joined_flags(uint16_t flags, char *buf, size_t len);
const char *joined_state(uint8_t state);
const char *joined_cause(uint8_t cause);

#endif /* HFCTL_JOINED_H */
