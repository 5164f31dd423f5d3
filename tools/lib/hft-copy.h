/* SPDX-License-Identifier: GPL-2.0-only */
/* An .hft file that is made from another. */
#ifndef HF_HFT_COPY_H
#define HF_HFT_COPY_H

#include <jansson.h>

#include "hft.h"

/**
 * struct hft_copy - the new file
 * @in: the file it is made from
 * @w: takes its records; the device table is that of @in
 * @path: its name, NULL for a file without one
 */
struct hft_copy {
	const struct hft_file *in;
	struct hft_writer *w;
	const char *path;
};

/**
 * hft_copy_open - starts
 * @copy: filled
 * @in: the file it is made from
 * @path: of the new one, NULL for a file without a name
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int hft_copy_open(struct hft_copy *copy, const struct hft_file *in,
		  const char *path, struct hf_error *err);

/**
 * hft_copy_finish - completes it and opens it
 * @copy: is at its end, whatever is returned
 * @flags: of the header, as for hft_writer_finish()
 * @later_ns: how much later than that of the original time 0 is
 * @key: what is said in the provenance of the original under this name
 * @said: the value; taken
 * @file: filled; close with hft_close()
 * @err: on failure, a sentence; no file is left
 *
 * Return: 0 or -errno.
 */
int hft_copy_finish(struct hft_copy *copy, uint32_t flags, uint64_t later_ns,
		    const char *key, json_t *said, struct hft_file *file,
		    struct hf_error *err);

/** hft_copy_abort - gives up; no file is left */
void hft_copy_abort(struct hft_copy *copy);

#endif /* HF_HFT_COPY_H */
