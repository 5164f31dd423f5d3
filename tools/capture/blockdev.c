// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
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

/* Deeper stacks of devices than this are taken for loops. */
#define MAX_DEPTH	16

static void sys_path(char *path, size_t size, dev_t number, const char *file)
{
	snprintf(path, size, "/sys/dev/block/%u:%u/%s", major(number),
		 minor(number), file);
}

static bool sys_exists(dev_t number, const char *file)
{
	char path[300];

	sys_path(path, sizeof(path), number, file);
	return !access(path, F_OK);
}

/* Reads a file of one line; false if there is none. */
static bool sys_line(dev_t number, const char *file, char *line, int size)
{
	char path[300];
	FILE *f;
	bool ok;

	sys_path(path, sizeof(path), number, file);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fgets(line, size, f);
	fclose(f);
	return ok;
}

static bool sys_number(dev_t number, const char *file, dev_t *value)
{
	unsigned int major, minor;
	char line[32];

	if (!sys_line(number, file, line, sizeof(line)) ||
	    sscanf(line, "%u:%u", &major, &minor) != 2)
		return false;
	*value = makedev(major, minor);
	return true;
}

static dev_t disk_of(dev_t number)
{
	dev_t disk;

	if (sys_exists(number, "partition") &&
	    sys_number(number, "../dev", &disk))
		return disk;
	return number;
}

static int find_name(struct blockdev *dev, const char *path,
		     struct hf_error *err)
{
	char sys[300], target[300];
	const char *name;
	ssize_t n;

	snprintf(sys, sizeof(sys), "/sys/dev/block/%u:%u", major(dev->number),
		 minor(dev->number));
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
	dev->disk = disk_of(dev->number);
	ret = find_name(dev, path, err);
	if (!ret)
		ret = find_size(dev, path, err);
	if (ret)
		return ret;
	if (sys_line(dev->number, "start", line, sizeof(line)))
		dev->start = strtoull(line, NULL, 10);
	dev->requests = sys_exists(dev->disk, "mq");
	return 0;
}

static bool holds(dev_t disk, dev_t number, unsigned int depth)
{
	char path[300];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	number = disk_of(number);
	if (number == disk)
		return true;
	sys_path(path, sizeof(path), number, "slaves");
	dir = depth < MAX_DEPTH ? opendir(path) : NULL;
	while (dir && !found && (entry = readdir(dir))) {
		char file[300];
		dev_t slave;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "slaves/%s/dev", entry->d_name);
		found = sys_number(number, file, &slave) &&
			holds(disk, slave, depth + 1);
	}
	if (dir)
		closedir(dir);
	return found;
}

bool blockdev_holds(dev_t disk, dev_t file)
{
	return major(file) && holds(disk, file, 0);
}
