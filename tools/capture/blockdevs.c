// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "blockdevs.h"

/* Two devices that would record the same requests. */
static int check_pair(const struct blockdev *a, const struct blockdev *b,
		      struct hf_error *err)
{
	const struct blockdev *part = blockdev_is_partition(a) ? a : b;
	const struct blockdev *disk = part == a ? b : a;

	if (a->number == b->number)
		return hf_fail(err, EINVAL,
			       "%s is named twice: name each device once",
			       a->name);
	if (part->disk == disk->number)
		return hf_fail(err, EINVAL,
			       "%s is a partition of %s, whose capture has its requests too: name one of the two",
			       part->name, disk->name);
	return 0;
}

static int add(struct blockdevs *devs, const char *path, struct hf_error *err)
{
	struct blockdev *dev = &devs->list[devs->n];
	int i, ret = blockdev_find(dev, path, err);

	for (i = 0; !ret && i < devs->n; i++) {
		ret = check_pair(&devs->list[i], dev, err);
		if (devs->list[i].disk == dev->disk)
			dev->flushes = false;
	}
	devs->n++;
	return ret;
}

int blockdevs_find(struct blockdevs *devs, const char *const *paths, int n,
		   struct hf_error *err)
{
	int i, ret = 0;

	memset(devs, 0, sizeof(*devs));
	if (n > HFR_MAX_DEVICES)
		return hf_fail(err, EINVAL,
			       "%d devices are named: a trace has %d at most",
			       n, HFR_MAX_DEVICES);
	for (i = 0; !ret && i < n; i++)
		ret = add(devs, paths[i], err);
	return ret;
}

bool blockdevs_below(const struct blockdevs *devs, const struct blockdev *dev,
		     struct devstack *stack)
{
	int i;

	memset(stack, 0, sizeof(*stack));
	devstack_add(stack, dev->number);
	for (i = 0; i < devs->n; i++)
		if (&devs->list[i] != dev &&
		    devstack_has(stack, devs->list[i].number))
			return true;
	return false;
}
