/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that are supported: 6.1, 6.12, 7.2. All
 * version tests of the module are here; shims carry our own prefix, so that a
 * stable kernel that gains the original cannot collide with them.
 */
#ifndef HFR_COMPAT_H
#define HFR_COMPAT_H

#include <linux/blkdev.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/version.h>

/*
 * A block device that is held exclusively. 6.9 made it a file; 6.5 made a
 * holder imply exclusive access.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
struct hfr_bdev {
	struct file *file;
};

static inline struct block_device *hfr_bdev_open(struct hfr_bdev *b,
						 const char *path, bool write,
						 void *holder)
{
	b->file = bdev_file_open_by_path(path, BLK_OPEN_READ |
					 (write ? BLK_OPEN_WRITE : 0),
					 holder, NULL);
	return IS_ERR(b->file) ? ERR_CAST(b->file) : file_bdev(b->file);
}

static inline void hfr_bdev_close(struct hfr_bdev *b)
{
	bdev_fput(b->file);
	/* From a kernel thread it is closed later; the device is to be free
	 * when we say so.
	 */
	flush_delayed_fput();
}
#else
struct hfr_bdev {
	struct block_device *bdev;
	fmode_t mode;
};

static inline struct block_device *hfr_bdev_open(struct hfr_bdev *b,
						 const char *path, bool write,
						 void *holder)
{
	b->mode = FMODE_READ | FMODE_EXCL | (write ? FMODE_WRITE : 0);
	b->bdev = blkdev_get_by_path(path, b->mode, holder);
	return b->bdev;
}

static inline void hfr_bdev_close(struct hfr_bdev *b)
{
	blkdev_put(b->bdev, b->mode);
}
#endif

#endif /* HFR_COMPAT_H */
