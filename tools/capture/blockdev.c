// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "blockdev.h"
#include "sysdev.h"

static int find_name(struct blockdev *dev, const char *path,
		     struct hf_error *err)
{
	char sys[300], target[300];
	const char *name;
	ssize_t n;

	sysdev_path(sys, sizeof(sys), dev->number, "");
	n = readlink(sys, target, sizeof(target) - 1);
	if (n < 0)
		return hf_fail(err, errno, "%s: cannot read %s: %s", path, sys,
			       strerror(errno));
	target[n] = '\0';
	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	snprintf(dev->name, sizeof(dev->name), "%.63s", name);
	return 0;
}

static int find_size(struct blockdev *dev, const char *path,
		     struct hf_error *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int block = 0, ret = 0;

	if (fd < 0)
		return hf_fail(err, errno, "cannot open %s: %s%s", path,
			       strerror(errno),
			       errno == EACCES ? "; capturing needs root" : "");
	if (ioctl(fd, BLKGETSIZE64, &dev->size) || ioctl(fd, BLKSSZGET, &block))
		ret = hf_fail(err, errno, "%s: cannot get its size: %s", path,
			      strerror(errno));
	close(fd);
	dev->logical_block = block;
	dev->sectors = dev->size >> 9;
	return ret;
}

int blockdev_find(struct blockdev *dev, const char *path, struct hf_error *err)
{
	struct stat st;
	char line[32];
	int ret;

	memset(dev, 0, sizeof(*dev));
	if (stat(path, &st))
		return hf_fail(err, errno, "%s: %s", path, strerror(errno));
	if (!S_ISBLK(st.st_mode))
		return hf_fail(err, ENOTBLK, "%s is not a block device", path);
	dev->number = st.st_rdev;
	dev->disk = sysdev_disk(dev->number);
	ret = find_name(dev, path, err);
	if (!ret)
		ret = find_size(dev, path, err);
	if (ret)
		return ret;
	if (sysdev_line(dev->number, "start", line, sizeof(line)))
		dev->start = strtoull(line, NULL, 10);
	dev->requests = sysdev_has(dev->disk, "mq");
	dev->flushes = true;
	return 0;
}

bool blockdev_is_partition(const struct blockdev *dev)
{
	return dev->number != dev->disk;
}

bool blockdev_takes(const struct blockdev *dev, uint64_t sector,
		    uint64_t sectors)
{
	/* A flush sequence may end where its last sector did. */
	uint64_t end = dev->start + dev->sectors + !sectors;

	if (!blockdev_is_partition(dev) ||
	    (sector >= dev->start && sector < end))
		return true;
	return !sectors && dev->flushes;
}
