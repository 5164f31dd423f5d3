/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices that requests go through on their way down. */
#ifndef HF_DEVSTACK_H
#define HF_DEVSTACK_H

#include <stdbool.h>
#include <sys/types.h>

#define DEVSTACK_MAX	128

/**
 * struct devstack - devices one below the other
 * @numbers: their numbers, the uppermost first
 * @n: how many
 */
struct devstack {
	dev_t numbers[DEVSTACK_MAX];
	int n;
};

/**
 * devstack_add - adds a device and all that is below it
 * @stack: zeroed before the first; gets those that it has not yet, beyond
 *	DEVSTACK_MAX none
 * @number: the device
 *
 * Below a partition is its disk, below a stacked device (dm, md, ...) what it
 * is made of.
 */
void devstack_add(struct devstack *stack, dev_t number);

/**
 * devstack_add_folder - adds the devices that the files of a folder are on
 * @stack: as for devstack_add()
 * @path: the folder
 *
 * Looks through file systems that have no device number of their own (btrfs,
 * overlay) and through the files of loop devices. Of zfs and of file systems
 * that come over a network nothing is known.
 */
void devstack_add_folder(struct devstack *stack, const char *path);

/** devstack_has - whether a device is among them */
bool devstack_has(const struct devstack *stack, dev_t number);

#endif /* HF_DEVSTACK_H */
