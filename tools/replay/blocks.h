/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading a device, or an image of one, past the page cache. */
#ifndef HF_BLOCKS_H
#define HF_BLOCKS_H

#include <stdint.h>

#include "error.h"

/* Most that is read at once, bytes. */
#define BLOCKS_PIECE	(1U << 20)

/**
 * struct blocks - a device that is read
 * @path: as given
 * @fd: it, open for reading only
 * @size: bytes
 * @block: logical block, bytes; 512 for a file
 * @buf: BLOCKS_PIECE bytes
 */
struct blocks {
	const char *path;
	int fd;
	uint64_t size;
	uint32_t block;
	void *buf;
};

/**
 * blocks_open - opens a device or a regular file
 * @b: filled; close with blocks_close()
 * @path: a block device that nobody has mounted, or a file
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; -EBUSY if it is mounted or otherwise in use.
 */
int blocks_open(struct blocks *b, const char *path, struct hf_error *err);
void blocks_close(struct blocks *b);

/**
 * blocks_read - reads a part into @buf
 * @b: the device
 * @offset: bytes, a multiple of its block
 * @length: bytes, a multiple of its block, at most BLOCKS_PIECE
 *
 * Return: 0 or -errno; -ENODATA behind the end.
 */
int blocks_read(struct blocks *b, uint64_t offset, uint32_t length);

#endif /* HF_BLOCKS_H */
