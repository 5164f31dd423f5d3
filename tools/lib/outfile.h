/* SPDX-License-Identifier: GPL-2.0-only */
/* A file that appears under its name only when it is complete. */
#ifndef HF_OUTFILE_H
#define HF_OUTFILE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

/**
 * struct outfile - a file that is being written
 * @fd: open for reading and writing; -1 when closed
 * @path: final name; NULL for a file without a name; owned
 * @temp: name until it is complete; owned
 */
struct outfile {
	int fd;
	char *path;
	char *temp;
};

/**
 * outfile_open - starts a file
 * @of: filled
 * @path: final name (the data go to a temporary name beside it), or NULL for
 *	a file without a name in $TMPDIR
 * @err: on failure, a sentence
 *
 * Return: 0, or -errno with nothing to close.
 */
int outfile_open(struct outfile *of, const char *path, struct hf_error *err);

/**
 * outfile_commit - makes the file safe on disk and gives it its name
 * @of: closed but for @fd
 * @err: on failure, a sentence; no file is left
 *
 * Return: the descriptor, which is the caller's now, or -errno.
 */
int outfile_commit(struct outfile *of, struct hf_error *err);

/** outfile_abort - gives up, no file is left; may be called twice */
void outfile_abort(struct outfile *of);

/** outfile_name - name for messages */
const char *outfile_name(const struct outfile *of);

/**
 * outfile_write - writes all of a buffer
 * @of: the file
 * @buf: what
 * @len: bytes
 * @offset: where in the file
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int outfile_write(struct outfile *of, const void *buf, size_t len,
		  uint64_t offset, struct hf_error *err);

/**
 * outfile_put - writes a file from a buffer
 * @path: its name
 * @buf: all that is in it
 * @len: bytes
 * @err: on failure, a sentence; what was there before stays
 *
 * Return: 0 or -errno.
 */
int outfile_put(const char *path, const void *buf, size_t len,
		struct hf_error *err);

/**
 * outfile_read - reads back what was written
 * @of: the file
 * @buf: where to
 * @len: bytes; all of them must be there
 * @offset: where in the file
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int outfile_read(struct outfile *of, void *buf, size_t len, uint64_t offset,
		 struct hf_error *err);

#endif /* HF_OUTFILE_H */
