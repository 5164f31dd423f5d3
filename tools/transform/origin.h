/* SPDX-License-Identifier: GPL-2.0-only */
/* The first stage of a pipeline: the records of a trace. */
#ifndef HF_ORIGIN_H
#define HF_ORIGIN_H

#include "hft.h"
#include "stage.h"

/**
 * origin_stage - gives the records of a file
 * @out: the stage
 * @file: the trace; stays the caller's, and must stay. If it is not checked,
 *	records are when they are read for the first time
 * @opts: whom to tell of progress, and to ask whether to go on
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int origin_stage(struct stage **out, struct hft_file *file,
		 const struct import_opts *opts, struct hf_error *err);

/**
 * origin_finish - checks what nobody read of a file that is not checked
 * @s: the stage
 * @err: on failure, a sentence
 *
 * Return: 0, or -errno: what came of it is worth nothing.
 */
int origin_finish(struct stage *s, struct hf_error *err);

/** origin_shape - what is known of the records of a file */
void origin_shape(const struct hft_file *file, struct shape *shape);

#endif /* HF_ORIGIN_H */
