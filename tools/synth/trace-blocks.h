/* SPDX-License-Identifier: GPL-2.0-only */
/* The blocks that a trace uses, one after the other. */
#ifndef HF_TRACE_BLOCKS_H
#define HF_TRACE_BLOCKS_H

#include "parse.h"

/**
 * blocks_of_trace - lists the blocks of all reads and writes
 * @path: a trace of any format
 * @block: bytes of a block; a request uses all blocks that it touches
 * @blocks: gets a number for each use: the device in the upper bits, the place
 *	on it in the lower; free with numbers_free()
 * @err: on failure, a sentence
 *
 * Return: 0, -ENODATA if there is none, or -errno.
 */
int blocks_of_trace(const char *path, uint64_t block, struct numbers *blocks,
		    struct hf_error *err);

#endif /* HF_TRACE_BLOCKS_H */
