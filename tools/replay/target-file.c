// SPDX-License-Identifier: GPL-2.0-only
/* A regular file as a target. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <libmount/libmount.h>

#include "sysfs.h"
#include "target.h"
#include "target-content.h"

/* Alignment of direct requests, which the file system knows best. */
static uint32_t find_block(const char *path, const struct stat *st)
{
	struct statx sx;

#ifdef STATX_DIOALIGN
	if (!statx(AT_FDCWD, path, 0, STATX_DIOALIGN, &sx) &&
	    sx.stx_mask & STATX_DIOALIGN && sx.stx_dio_offset_align)
		return sx.stx_dio_offset_align;
#else
	(void)path;
	(void)sx;
#endif
	return (uint32_t)sysfs_block_u64(major(st->st_dev), minor(st->st_dev),
					 "queue/logical_block_size", 512);
}

static bool is_backed_by(const char *loop, const struct stat *st)
{
	struct stat other;
	char path[4096];

	return sysfs_read(path, sizeof(path), "/sys/block/%s/loop/backing_file",
			  loop) &&
	       !stat(path, &other) && other.st_dev == st->st_dev &&
	       other.st_ino == st->st_ino;
}

static void find_loop(struct target *t, const struct stat *st)
{
	DIR *d = opendir("/sys/block");
	struct dirent *e;

	while (d && !t->busy[0] && (e = readdir(d)))
		if (!strncmp(e->d_name, "loop", 4) &&
		    is_backed_by(e->d_name, st))
			snprintf(t->busy, sizeof(t->busy),
				 "the loop device %s is made of it",
				 e->d_name);
	if (d)
		closedir(d);
}

static void find_swap(struct target *t, const struct stat *st)
{
	struct libmnt_table *tb = mnt_new_table();
	struct libmnt_iter *it = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	struct stat other;

	if (tb && it && !mnt_table_parse_swaps(tb, NULL))
		while (!mnt_table_next_fs(tb, it, &fs))
			if (mnt_fs_get_source(fs) &&
			    !stat(mnt_fs_get_source(fs), &other) &&
			    other.st_dev == st->st_dev &&
			    other.st_ino == st->st_ino)
				snprintf(t->busy, sizeof(t->busy),
					 "it is swap space in use");
	mnt_free_iter(it);
	mnt_unref_table(tb);
}

int target_probe_file(struct target *t, const char *path, struct hf_error *err)
{
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode) ||
	    strlen(path) >= sizeof(t->path))
		return target_probe(t, path, err);
	memset(t, 0, sizeof(*t));
	strcpy(t->path, path);
	t->file = true;
	t->size = (uint64_t)st.st_size;
	if (!t->size)
		return hf_fail(err, ENXIO,
			       "target %s has a size of 0 bytes; truncate -s SIZE %s makes it longer",
			       path, path);
	t->logical_block = find_block(path, &st);
	t->read_only = access(path, W_OK) != 0;
	t->discard = true;
	t->write_zeroes = true;
	find_loop(t, &st);
	find_swap(t, &st);
	target_find_content(t);
	return 0;
}
