// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sysdev.h"

#define MAX_PATH	300

void sysdev_path(char *path, size_t size, dev_t number, const char *file)
{
	snprintf(path, size, "/sys/dev/block/%u:%u%s%s", major(number),
		 minor(number), *file ? "/" : "", file);
}

bool sysdev_has(dev_t number, const char *file)
{
	char path[MAX_PATH];

	sysdev_path(path, sizeof(path), number, file);
	return !access(path, F_OK);
}

bool sysdev_line(dev_t number, const char *file, char *line, int size)
{
	char path[MAX_PATH];
	FILE *f;
	bool ok;

	sysdev_path(path, sizeof(path), number, file);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fgets(line, size, f);
	fclose(f);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

bool sysdev_number(dev_t number, const char *file, dev_t *value)
{
	unsigned int major, minor;
	char line[32];

	if (!sysdev_line(number, file, line, sizeof(line)) ||
	    sscanf(line, "%u:%u", &major, &minor) != 2)
		return false;
	*value = makedev(major, minor);
	return true;
}

dev_t sysdev_disk(dev_t number)
{
	dev_t disk;

	if (sysdev_has(number, "partition") &&
	    sysdev_number(number, "../dev", &disk))
		return disk;
	return number;
}
