/* SPDX-License-Identifier: GPL-2.0-only */
/* How often a real trace uses its blocks. */
#ifndef HF_POPULARITY_H
#define HF_POPULARITY_H

#include "parse.h"

/**
 * popularity_of_trace - counts the uses of each block
 * @path: a trace of any format
 * @block: bytes of a block; a request uses all blocks that it touches
 * @counts: gets the number of uses of each block that is used, in the order of
 *	devices and addresses; free with numbers_free()
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int popularity_of_trace(const char *path, uint64_t block,
			struct numbers *counts, struct hf_error *err);

#endif /* HF_POPULARITY_H */
