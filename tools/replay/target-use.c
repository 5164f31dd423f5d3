// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <libmount/libmount.h>

#include "sysfs.h"
#include "target-use.h"

/* A part of the target: itself, or one of its partitions. */
struct part {
	char name[64];
	unsigned int major;
	unsigned int minor;
};

static void say(struct target *t, const struct part *p, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct target *t, const struct part *p, const char *fmt, ...)
{
	bool whole = !strcmp(p->name, t->name);
	size_t at;
	va_list ap;

	snprintf(t->busy, sizeof(t->busy), "%s%s ",
		 whole ? "it" : "its partition ", whole ? "" : p->name);
	at = strlen(t->busy);
	va_start(ap, fmt);
	vsnprintf(t->busy + at, sizeof(t->busy) - at, fmt, ap);
	va_end(ap);
}

static void check_mounts(struct target *t, const struct part *p)
{
	struct libmnt_table *tb = mnt_new_table();
	struct libmnt_fs *fs = NULL;

	if (tb && !mnt_table_parse_mtab(tb, NULL))
		fs = mnt_table_find_devno(tb, makedev(p->major, p->minor),
					  MNT_ITER_FORWARD);
	if (fs)
		say(t, p, "is mounted on %s", mnt_fs_get_target(fs));
	mnt_unref_table(tb);
}

static void check_swap(struct target *t, const struct part *p)
{
	struct libmnt_table *tb = mnt_new_table();
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	struct stat st;

	if (tb && it && !mnt_table_parse_swaps(tb, NULL)) {
		while (!mnt_table_next_fs(tb, it, &fs)) {
			if (!mnt_fs_get_source(fs) ||
			    stat(mnt_fs_get_source(fs), &st) ||
			    !S_ISBLK(st.st_mode) ||
			    st.st_rdev != makedev(p->major, p->minor))
				continue;
			say(t, p, "is swap space in use");
			break;
		}
	}
	mnt_free_iter(it);
	mnt_unref_table(tb);
}

/* Device mapper, md and bcache show themselves as holders. */
static void check_holders(struct target *t, const struct part *p)
{
	char dir[96], name[256];
	struct dirent *e;
	DIR *d;

	snprintf(dir, sizeof(dir), "/sys/dev/block/%u:%u/holders", p->major,
		 p->minor);
	d = opendir(dir);
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		if (!sysfs_read(name, sizeof(name), "/sys/block/%s/dm/name",
				e->d_name))
			snprintf(name, sizeof(name), "%s", e->d_name);
		say(t, p, "is part of %s", name);
		break;
	}
	if (d)
		closedir(d);
}

static void check_part(struct target *t, const struct part *p)
{
	if (!t->busy[0])
		check_mounts(t, p);
	if (!t->busy[0])
		check_swap(t, p);
	if (!t->busy[0])
		check_holders(t, p);
}

static void check_partitions(struct target *t)
{
	char dir[64], text[32];
	struct dirent *e;
	struct part p;
	DIR *d;

	snprintf(dir, sizeof(dir), "/sys/dev/block/%u:%u", t->major,
		 t->minor);
	d = opendir(dir);
	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, t->name, strlen(t->name)) ||
		    !sysfs_read(text, sizeof(text), "%s/%s/partition", dir,
				e->d_name) ||
		    !sysfs_read(text, sizeof(text), "%s/%s/dev", dir,
				e->d_name) ||
		    sscanf(text, "%u:%u", &p.major, &p.minor) != 2)
			continue;
		snprintf(p.name, sizeof(p.name), "%.63s", e->d_name);
		check_part(t, &p);
	}
	if (d)
		closedir(d);
}

void target_find_use(struct target *t)
{
	struct part self = { .major = t->major, .minor = t->minor };

	memcpy(self.name, t->name, sizeof(self.name));
	check_part(t, &self);
	check_partitions(t);
}
