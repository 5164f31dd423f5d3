/* SPDX-License-Identifier: GPL-2.0-only */
/* A workload as a trace: an .hft file, or one into a pipe. */
#ifndef HF_GENERATE_H
#define HF_GENERATE_H

#include <jansson.h>

#include "hft.h"
#include "workload.h"

/**
 * struct generate_opts - how to make a trace
 * @path: of the .hft file; NULL for one without a name
 * @command: command line for the provenance
 * @stop: asked now and then; once it is true all ends with -EINTR. NULL: never
 * @progress: called now and then with requests done and all, 0 unknown; NULL
 *	for none
 */
struct generate_opts {
	const char *path;
	const char *command;
	bool (*stop)(void);
	void (*progress)(uint64_t done, uint64_t all);
};

/**
 * generate_file - writes a trace
 * @w: the workload, at its start
 * @streams: what it was made of
 * @n: how many
 * @opts: how
 * @file: if not NULL, filled with the finished file; close with hft_close()
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; on failure there is no file.
 */
int generate_file(struct workload *w, const struct stream_opts *streams,
		  unsigned int n, const struct generate_opts *opts,
		  struct hft_file *file, struct hf_error *err);

/** generate_pipe - the same to standard output, while it is made */
int generate_pipe(struct workload *w, const struct stream_opts *streams,
		  unsigned int n, const struct generate_opts *opts,
		  struct hf_error *err);

/** generate_json - streams and phases as they are asked for and, as far as they
 * have begun, as they were
 */
json_t *generate_json(const struct workload *w,
		      const struct stream_opts *streams, unsigned int n);

#endif /* HF_GENERATE_H */
