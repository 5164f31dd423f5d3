/* SPDX-License-Identifier: GPL-2.0-only */
/* Output that is written forward, compressed where its name says so. */
#ifndef HF_OUTSTREAM_H
#define HF_OUTSTREAM_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

struct outstream;

/**
 * outstream_open - starts an output
 * @out: gets it
 * @path: final name, of a file that appears when it is complete; compressed if
 *	it ends in .gz, .zst, .xz or .bz2. "-" is standard output as it is
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int outstream_open(struct outstream **out, const char *path,
		   struct hf_error *err);

/** outstream_write - writes all of a buffer; returns 0 or -errno */
int outstream_write(struct outstream *os, const void *data, size_t len,
		    struct hf_error *err);

/** outstream_print - writes formatted text of less than 4 KiB */
int outstream_print(struct outstream *os, struct hf_error *err,
		    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/**
 * outstream_commit - completes the output and gives it its name
 * @os: freed, whatever happens
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno. No file is left on failure, unless it is the file system
 * that says only after the name was given that there was no room.
 */
int outstream_commit(struct outstream *os, struct hf_error *err);

/** outstream_abort - gives up; no file is left; NULL is fine */
void outstream_abort(struct outstream *os);

/**
 * outstream_plain_length - length of a name without the suffix of compression
 * @path: the name
 *
 * Return: characters before the suffix; all of them if it has none.
 */
size_t outstream_plain_length(const char *path);

#endif /* HF_OUTSTREAM_H */
