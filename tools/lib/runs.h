/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of sorted records in a file without a name, and their merge. */
#ifndef HF_RUNS_H
#define HF_RUNS_H

#include <stddef.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"
#include "outfile.h"

/**
 * struct run - records in order
 * @first: index of its first record in the file
 * @end: index behind its last
 */
struct run {
	uint64_t first, end;
};

/**
 * struct runs - what was written so far
 * @file: open once there is a run
 * @list: the runs, in the order in which they were written; owned
 * @n: how many
 * @records: in the file
 * @last_ns: issue time of the last of them
 */
struct runs {
	struct outfile file;
	struct run *list;
	size_t n;
	uint64_t records;
	uint64_t last_ns;
};

void runs_init(struct runs *runs);
void runs_free(struct runs *runs);

/**
 * runs_begin - starts a run
 * @runs: the runs
 * @issue_ns: of its first record. What goes on where the run before ended
 *	becomes part of that one
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int runs_begin(struct runs *runs, uint64_t issue_ns, struct hf_error *err);

/**
 * runs_add - adds records to the run that was begun last
 * @runs: the runs
 * @recs: not before what the run has
 * @n: at least 1
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int runs_add(struct runs *runs, const struct hfr_trace_rec *recs, size_t n,
	     struct hf_error *err);

struct merge;

/**
 * merge_new - starts at the earliest record of all runs
 * @out: the merge
 * @runs: to which nothing is added any more
 * @memory: bytes to read ahead with, of all runs together; a run gets at least
 *	one record
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int merge_new(struct merge **out, struct runs *runs, size_t memory,
	      struct hf_error *err);
void merge_free(struct merge *m);

/** merge_peek - the next record, NULL at the end; valid until merge_next() */
const struct hfr_trace_rec *merge_peek(const struct merge *m);

/**
 * merge_next - goes on to the next record; of those with the same issue time,
 *	the one that was written first
 * @m: the merge, not at its end
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int merge_next(struct merge *m, struct hf_error *err);

#endif /* HF_RUNS_H */
