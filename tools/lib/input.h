/* SPDX-License-Identifier: GPL-2.0-only */
/* One input file, decompressed on the way, read forward once. */
#ifndef HF_INPUT_H
#define HF_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct input;

/**
 * input_open - opens a file, plain or compressed (gzip, zstd, xz, bzip2)
 * @in: the input
 * @path: the file, "-" is stdin
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int input_open(struct input **in, const char *path, struct hf_error *err);
void input_close(struct input *in);

/**
 * input_peek - the next bytes without taking them
 * @in: the input
 * @want: how many, at most 64 KiB
 * @got: how many there are; fewer than @want only before the end
 * @err: on failure, a sentence
 *
 * Return: the bytes, valid until the next call, or NULL on failure.
 */
const uint8_t *input_peek(struct input *in, size_t want, size_t *got,
			  struct hf_error *err);

/**
 * input_read - takes bytes
 * @in: the input
 * @buf: where to
 * @len: how many
 * @err: on failure, a sentence
 *
 * Return: bytes taken, fewer than @len only at the end; -errno on failure.
 */
ssize_t input_read(struct input *in, void *buf, size_t len,
		   struct hf_error *err);

/**
 * input_take - takes bytes where they are
 * @in: the input
 * @len: how many, at most 64 KiB
 * @got: how many there are; fewer than @len only at the end
 * @err: on failure, a sentence
 *
 * Return: the bytes, valid until the next call, or NULL on failure.
 */
const uint8_t *input_take(struct input *in, size_t len, size_t *got,
			  struct hf_error *err);

/**
 * input_line - takes a line
 * @in: the input
 * @line: gets the line, NUL terminated, without its newline ("\n" or "\r\n");
 *	valid until the next call, may be written to
 * @len: gets its length; a line may hold NUL bytes. NULL if not wanted
 * @err: on failure, a sentence (a line longer than 1 MiB is one)
 *
 * Return: 1, 0 at the end, or -errno.
 */
int input_line(struct input *in, char **line, size_t *len,
	       struct hf_error *err);

const char *input_path(const struct input *in);
/** input_offset - decompressed bytes taken so far */
uint64_t input_offset(const struct input *in);
/** input_line_number - number of the line taken last, from 1 */
uint64_t input_line_number(const struct input *in);
/** input_raw_done - bytes of the file itself read so far, for progress */
uint64_t input_raw_done(const struct input *in);
/** input_raw_size - size of the file itself, 0 if it is not known */
uint64_t input_raw_size(const struct input *in);

#endif /* HF_INPUT_H */
