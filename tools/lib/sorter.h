/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sorts records by issue time, stably, in bounded memory: sorted runs go to a
 * file without a name and are merged.
 */
#ifndef HF_SORTER_H
#define HF_SORTER_H

#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"

/* Records that are sorted in memory at a time. */
#define SORTER_CHUNK (128U << 10)

struct sorter;

/** sorter_new - starts sorting; returns 0 or -errno with a sentence */
int sorter_new(struct sorter **out, struct hf_error *err);
void sorter_free(struct sorter *s);

/** sorter_add - takes a record; returns 0 or -errno with a sentence */
int sorter_add(struct sorter *s, const struct hfr_trace_rec *rec,
	       struct hf_error *err);

/** sorter_end - all records were added; returns 0 or -errno with a sentence */
int sorter_end(struct sorter *s, struct hf_error *err);

/**
 * sorter_next - gives the records in order, after sorter_end()
 * @s: the sorter
 *
 * Return: the next record, valid until sorter_free(), or NULL at the end.
 */
const struct hfr_trace_rec *sorter_next(struct sorter *s);

#endif /* HF_SORTER_H */
