// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <libmount/libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "devstack.h"
#include "sysdev.h"

bool devstack_has(const struct devstack *stack, dev_t number)
{
	int i;

	for (i = 0; i < stack->n; i++)
		if (stack->numbers[i] == number)
			return true;
	return false;
}

static void add_slaves(struct devstack *stack, dev_t number)
{
	char path[300];
	struct dirent *entry;
	DIR *dir;

	sysdev_path(path, sizeof(path), number, "slaves");
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		char file[300];
		dev_t slave;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "slaves/%s/dev", entry->d_name);
		if (sysdev_number(number, file, &slave))
			devstack_add(stack, slave);
	}
	if (dir)
		closedir(dir);
}

void devstack_add(struct devstack *stack, dev_t number)
{
	dev_t disk = sysdev_disk(number);

	if (stack->n == DEVSTACK_MAX || devstack_has(stack, number))
		return;
	stack->numbers[stack->n++] = number;
	if (disk != number)
		devstack_add(stack, disk);
	else
		add_slaves(stack, number);
}

/* "/dev/sda", or "/dev/sda:/dev/sdb" of a file system on several. */
static void add_source(struct devstack *stack, const char *source)
{
	char *copy = strdup(source), *next = copy, *path;
	struct stat st;

	while (copy && (path = strsep(&next, ":")))
		if (!stat(path, &st) && S_ISBLK(st.st_mode))
			devstack_add(stack, st.st_rdev);
	free(copy);
}

/* The writes of an overlay go to its upper folder. */
static void add_upper(struct devstack *stack, struct libmnt_fs *fs)
{
	char path[PATH_MAX], *value;
	size_t len;

	if (mnt_fs_get_option(fs, "upperdir", &value, &len) ||
	    len >= sizeof(path))
		return;
	memcpy(path, value, len);
	path[len] = '\0';
	devstack_add_folder(stack, path);
}

static void add_mount(struct devstack *stack, const char *path)
{
	struct libmnt_table *tb = mnt_new_table();
	char *real = realpath(path, NULL);
	struct libmnt_fs *fs = NULL;

	if (tb && real && !mnt_table_parse_file(tb, "/proc/self/mountinfo"))
		fs = mnt_table_find_mountpoint(tb, real, MNT_ITER_BACKWARD);
	if (fs && mnt_fs_get_source(fs))
		add_source(stack, mnt_fs_get_source(fs));
	if (fs && mnt_fs_match_fstype(fs, "overlay"))
		add_upper(stack, fs);
	free(real);
	mnt_unref_table(tb);
}

/* The folder of the file that a loop device has its content in. */
static void add_backing(struct devstack *stack, dev_t number)
{
	char path[PATH_MAX], *slash;

	if (!sysdev_line(number, "loop/backing_file", path, sizeof(path)))
		return;
	slash = strrchr(path, '/');
	if (!slash)
		return;
	slash[slash == path] = '\0';
	devstack_add_folder(stack, path);
}

void devstack_add_folder(struct devstack *stack, const char *path)
{
	struct stat st;
	int i = stack->n;

	if (stat(path, &st))
		return;
	if (major(st.st_dev))
		devstack_add(stack, st.st_dev);
	else
		add_mount(stack, path);
	for (; i < stack->n; i++)
		add_backing(stack, stack->numbers[i]);
}
