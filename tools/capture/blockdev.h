/* SPDX-License-Identifier: GPL-2.0-only */
/* The block device that is captured. */
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

/**
 * blockdev_holds - whether what is written to a file ends up on a disk
 * @disk: number of a whole disk
 * @file: device number of the file's file system (st_dev)
 *
 * Looks through partitions and stacked devices. File systems without a device
 * of their own (network, overlay, btrfs) cannot be told.
 */
bool blockdev_holds(dev_t disk, dev_t file);

#endif /* HF_BLOCKDEV_H */
