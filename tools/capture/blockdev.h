/* SPDX-License-Identifier: GPL-2.0-only */
/* A block device that is captured. */
#ifndef HF_BLOCKDEV_H
#define HF_BLOCKDEV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

/**
 * struct blockdev - a disk or a partition
 * @name: the kernel's name, "sda1"
 * @number: its number
 * @disk: number of the disk it is on; the same for a whole disk
 * @start: first sector on the disk, 512 bytes; 0 for a whole disk
 * @sectors: length
 * @size: bytes
 * @logical_block: bytes
 * @requests: the driver gets requests; else (dm, md, ...) it gets bios and
 *	there is no issue event
 * @flushes: flushes of the disk count as its own: nothing tells which
 *	partition they are for
 */
struct blockdev {
	char name[64];
	dev_t number;
	dev_t disk;
	uint64_t start;
	uint64_t sectors;
	uint64_t size;
	uint32_t logical_block;
	bool requests;
	bool flushes;
};

/**
 * blockdev_find - looks at a device
 * @dev: filled
 * @path: its node
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int blockdev_find(struct blockdev *dev, const char *path,
		  struct hf_error *err);

/** blockdev_is_partition - whether it is a part of a disk */
bool blockdev_is_partition(const struct blockdev *dev);

/**
 * blockdev_takes - whether sectors of the disk are the device's own
 * @dev: the device
 * @sector: the first, on the disk
 * @sectors: how many; 0 for a flush or the end of a flush sequence
 */
bool blockdev_takes(const struct blockdev *dev, uint64_t sector,
		    uint64_t sectors);

#endif /* HF_BLOCKDEV_H */
