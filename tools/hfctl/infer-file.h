/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace with its dependencies. */
#ifndef HFCTL_INFER_FILE_H
#define HFCTL_INFER_FILE_H

#include "args.h"
#include "infer.h"

/**
 * infer_options - reads how to infer
 * @args: the command line
 * @threshold: name of the option of the threshold
 * @scope: name of the option of the scope
 * @opts: filled, with defaults where nothing is given
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int infer_options(const struct args *args, const char *threshold,
		  const char *scope, struct infer_opts *opts,
		  struct hf_error *err);

/**
 * infer_file - makes a trace with dependencies
 * @in: the trace; those it has are replaced
 * @out: path of the new one, NULL for a file without a name
 * @opts: how to infer
 * @file: filled; close with hft_close()
 * @stats: figures, to be freed with free()
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int infer_file(const struct hft_file *in, const char *out,
	       const struct infer_opts *opts, struct hft_file *file,
	       struct depstat **stats, struct hf_error *err);

/** infer_scope_name - word for enum hfr_dep_scope, "?" if it is none */
const char *infer_scope_name(uint32_t kind);

#endif /* HFCTL_INFER_FILE_H */
