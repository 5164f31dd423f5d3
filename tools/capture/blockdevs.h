/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices of a capture. */
#ifndef HF_BLOCKDEVS_H
#define HF_BLOCKDEVS_H

#include <linux/hfreplay.h>
#include <stdbool.h>

#include "blockdev.h"
#include "devstack.h"

/**
 * struct blockdevs - the devices, in the order in which they were named
 * @list: the devices; @n of them
 * @n: how many
 */
struct blockdevs {
	struct blockdev list[HFR_MAX_DEVICES];
	int n;
};

/**
 * blockdevs_find - looks at all devices
 * @devs: filled
 * @paths: their nodes
 * @n: how many
 * @err: on failure, a sentence
 *
 * Of the partitions of a disk, the one that was named first gets its flushes.
 *
 * Return: 0; -EINVAL if there are too many, one is there twice, or a partition
 * and its disk are; or -errno.
 */
int blockdevs_find(struct blockdevs *devs, const char *const *paths, int n,
		   struct hf_error *err);

/**
 * blockdevs_below - what is below a device, if another device of the capture is
 * @devs: the devices
 * @dev: one of them
 * @stack: filled, with the device itself
 *
 * Return: whether there is another.
 */
bool blockdevs_below(const struct blockdevs *devs, const struct blockdev *dev,
		     struct devstack *stack);

#endif /* HF_BLOCKDEVS_H */
