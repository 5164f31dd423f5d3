/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sorts records by issue time, stably, in bounded memory.
 *
 * Records are sorted in memory, many at a time. While the input is about in
 * order the first half of what is in memory goes on at once to a sink, and no
 * temporary file is made. Once a record comes that belongs before what the sink
 * has, the sink gives back what it got: from then on sorted runs go to a
 * temporary file, and are merged at the end.
 */
#ifndef HF_SORTER_H
#define HF_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"

/* Records that are sorted in memory at a time: 32 MiB. */
#ifndef SORTER_CHUNK
#define SORTER_CHUNK (512U << 10)
#endif

struct sorter;

/* What a sink's @give returns instead of taking anything. */
#define SORTER_BACK	1

/**
 * struct sorter_sink - takes sorted records early
 * @give: takes records that follow in order on what it got before. Returns 0,
 *	-errno, or SORTER_BACK if it cannot go on: it takes none of them, and
 *	is asked for all it has
 * @back: gives back records from the @first on, @n of them, as they were
 * @done: all were given back, or the sorter is freed before its end
 * @ctx: for all of them
 */
struct sorter_sink {
	int (*give)(void *ctx, const struct hfr_trace_rec *const *recs,
		    size_t n, struct hf_error *err);
	int (*back)(void *ctx, uint64_t first, struct hfr_trace_rec *recs,
		    size_t n, struct hf_error *err);
	void (*done)(void *ctx);
	void *ctx;
};

/**
 * sorter_new - starts sorting
 * @out: the sorter
 * @sink: takes records early; NULL for none
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int sorter_new(struct sorter **out, const struct sorter_sink *sink,
	       struct hf_error *err);
void sorter_free(struct sorter *s);

/** sorter_add - takes a record; returns 0 or -errno with a sentence */
int sorter_add(struct sorter *s, const struct hfr_trace_rec *rec,
	       struct hf_error *err);

/**
 * sorter_sunk - all records were added: gives the sink the rest
 * @s: the sorter
 * @all: gets whether the sink has all records. If not, it has none; the sink
 *	is not begun when everything fits into memory
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int sorter_sunk(struct sorter *s, bool *all, struct hf_error *err);

/** sorter_back - takes back from the sink all that it has; 0 or -errno */
int sorter_back(struct sorter *s, struct hf_error *err);

/** sorter_end - all records were added and none is in a sink; 0 or -errno */
int sorter_end(struct sorter *s, struct hf_error *err);

/**
 * sorter_next - gives the records in order, after sorter_end()
 * @s: the sorter
 * @rec: gets the next record, valid until the next call
 * @err: on failure, a sentence
 *
 * Return: 1, 0 at the end, or -errno.
 */
int sorter_next(struct sorter *s, const struct hfr_trace_rec **rec,
		struct hf_error *err);

/**
 * sorter_ties - how many of the records that follow have the same issue time
 * @s: the sorter, after sorter_end(); only once sorter_next() has given all
 *	records of the call before
 * @n: gets the number, 0 at the end
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int sorter_ties(struct sorter *s, uint64_t *n, struct hf_error *err);

#endif /* HF_SORTER_H */
