/* SPDX-License-Identifier: GPL-2.0-only */
/* The files that a pipeline writes. */
#ifndef HF_OUTPUTS_H
#define HF_OUTPUTS_H

#include <jansson.h>

#include "split.h"

/* Files that a split can have: each takes a quarter MiB while it is open. */
#define OUTPUTS_MOST 256

struct outputs;

/**
 * struct outputs_opts - what is written
 * @path: name of the file, or what the names of a split are made from
 * @by: what has a file of its own
 * @shape: of the requests; stays the caller's
 * @keep_out: files that must not be replaced, @n_keep_out of them
 * @n_keep_out: how many
 */
struct outputs_opts {
	const char *path;
	enum split_by by;
	const struct shape *shape;
	const char *const *keep_out;
	unsigned int n_keep_out;
};

/**
 * outputs_new - starts; the file of one output is made at once
 * @out: the outputs
 * @opts: what is written
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int outputs_new(struct outputs **out, const struct outputs_opts *opts,
		struct hf_error *err);

/** outputs_add - writes records, and spoils them; 0 or -errno with a sentence */
int outputs_add(struct outputs *o, struct hfr_trace_rec *recs, size_t n,
		struct hf_error *err);

/**
 * outputs_finish - completes the files one by one, each gets its name then
 * @o: has at least one record; to be freed with outputs_free()
 * @meta: the provenance; a member "split" is added where there are several
 * @err: on failure, a sentence; no file is left but those it names
 *
 * Return: 0 or -errno.
 */
int outputs_finish(struct outputs *o, json_t *meta, struct hf_error *err);

/** outputs_requests - records written */
uint64_t outputs_requests(const struct outputs *o);
/** outputs_path - name of the Nth file, NULL after the last */
const char *outputs_path(const struct outputs *o, unsigned int n);
/** outputs_count - records of the Nth file */
uint64_t outputs_count(const struct outputs *o, unsigned int n);

/** outputs_free - files that were not finished are gone; NULL is fine */
void outputs_free(struct outputs *o);

#endif /* HF_OUTPUTS_H */
