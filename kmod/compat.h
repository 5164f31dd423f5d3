/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that are supported: 6.1, 6.12, 7.2. All
 * version tests of the module are here; shims carry our own prefix, so that a
 * stable kernel that gains the original cannot collide with them.
 */
#ifndef HFR_COMPAT_H
#define HFR_COMPAT_H

#include <linux/bio.h>
#include <linux/blk-cgroup.h>
#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/timekeeping.h>
#include <linux/version.h>

/* 7.2 wants to know which of the clocks comes with the counter. */
static inline u64 hfr_clocksource_cycles(void)
{
	struct system_time_snapshot snap = {};

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
	ktime_get_snapshot_id(CLOCK_MONOTONIC, &snap);
#else
	ktime_get_snapshot(&snap);
#endif
	return snap.cycles;
}

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

/*
 * A bio that has ended is made ready for another request: bio_reset() without
 * what bio_endio() has done already. A worker is a kernel thread: its requests
 * belong to the root control group, which need not be looked for. 7.x moved
 * the table of vectors, which stays, to the part that is cleared.
 */
static __always_inline void hfr_bio_again(struct bio *bio,
					  struct block_device *bdev,
					  blk_opf_t opf)
{
#ifdef CONFIG_BLK_CGROUP
	if (likely(!bio->bi_blkg && !(bio->bi_opf & REQ_INTEGRITY))) {
		struct bio_vec *vecs = bio->bi_io_vec;

		memset(bio, 0, BIO_RESET_BYTES);
		if (offsetof(struct bio, bi_io_vec) < BIO_RESET_BYTES)
			bio->bi_io_vec = vecs;
		atomic_set(&bio->__bi_remaining, 1);
		bio->bi_bdev = bdev;
		bio->bi_opf = opf;
		bio_associate_blkg_from_css(bio, blkcg_root_css);
		return;
	}
#endif
	bio_reset(bio, bdev, opf);
}

/* Writes that are not torn came with 6.11. */
#ifdef REQ_ATOMIC
#define HFR_REQ_ATOMIC	REQ_ATOMIC

static inline u32 hfr_bdev_atomic_max(struct block_device *bdev)
{
	return bdev_can_atomic_write(bdev) ?
		queue_atomic_write_unit_max_bytes(bdev_get_queue(bdev)) : 0;
}

static inline u32 hfr_bdev_atomic_min(struct block_device *bdev)
{
	return bdev_can_atomic_write(bdev) ?
		queue_atomic_write_unit_min_bytes(bdev_get_queue(bdev)) : 0;
}
#else
#define HFR_REQ_ATOMIC	((blk_opf_t)0)

static inline u32 hfr_bdev_atomic_max(struct block_device *bdev)
{
	return 0;
}

static inline u32 hfr_bdev_atomic_min(struct block_device *bdev)
{
	return 0;
}
#endif

/* Until 6.10 not every zoned device could do it. */
static inline bool hfr_bdev_zone_reset_all(struct block_device *bdev)
{
#ifdef blk_queue_zone_resetall
	return blk_queue_zone_resetall(bdev_get_queue(bdev));
#else
	return true;
#endif
}

/* Whether completions can be polled for: a flag became a feature in 6.11. */
static inline bool hfr_queue_polls(struct request_queue *q)
{
#ifdef QUEUE_FLAG_POLL
	return test_bit(QUEUE_FLAG_POLL, &q->queue_flags);
#else
	return q->limits.features & BLK_FEAT_POLL;
#endif
}

/*
 * Puts the requests of a plug into the order in which they were submitted.
 *
 * Where the plug is a bare list the latest request stands first, and unless
 * requests of several queues or of a scheduler are among them they are issued
 * as they stand. Kernels that keep the order have a struct rq_list there; some
 * stable kernels gained it, so that not the version but the type decides.
 */
#define hfr_plug_order(plug)						\
	__builtin_choose_expr(						\
		__builtin_types_compatible_p(typeof((plug)->mq_list),	\
					     struct request *),		\
		hfr_plug_reverse((void *)&(plug)->mq_list, (plug)),	\
		(void)0)

static inline void hfr_plug_reverse(struct request **list,
				    const struct blk_plug *plug)
{
	struct request *rq = *list, *next, *done = NULL;

	if (plug->multiple_queues || plug->has_elevator)
		return;
	for (; rq; rq = next) {
		next = rq->rq_next;
		rq->rq_next = done;
		done = rq;
	}
	*list = done;
}

/* Attributes of a generic netlink dump; 6.6 gave it a struct genl_info. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define hfr_dump_attrs(cb)	(genl_info_dump(cb)->attrs)
#define hfr_dump_family(cb)	(genl_info_dump(cb)->family)
#else
#define hfr_dump_attrs(cb)	(genl_dumpit_info(cb)->attrs)
#define hfr_dump_family(cb)	(genl_dumpit_info(cb)->family)
#endif

#endif /* HFR_COMPAT_H */
