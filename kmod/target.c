// SPDX-License-Identifier: GPL-2.0-only
#include <linux/blk-integrity.h>
#include <linux/blk-mq.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/sizes.h>

#include "target.h"

static u32 possible_ops(struct block_device *bdev)
{
	u32 ops = 1U << HFR_OP_READ | 1U << HFR_OP_WRITE | 1U << HFR_OP_FLUSH;

	if (bdev_max_discard_sectors(bdev))
		ops |= 1U << HFR_OP_DISCARD;
	if (bdev_write_zeroes_sectors(bdev))
		ops |= 1U << HFR_OP_WRITE_ZEROES;
	if (bdev_max_secure_erase_sectors(bdev))
		ops |= 1U << HFR_OP_SECURE_ERASE;
	if (!bdev_is_zoned(bdev))
		return ops;
	ops |= 1U << HFR_OP_ZONE_RESET | 1U << HFR_OP_ZONE_OPEN |
		1U << HFR_OP_ZONE_CLOSE | 1U << HFR_OP_ZONE_FINISH;
	if (hfr_bdev_zone_reset_all(bdev))
		ops |= 1U << HFR_OP_ZONE_RESET_ALL;
	if (bdev_max_zone_append_sectors(bdev))
		ops |= 1U << HFR_OP_ZONE_APPEND;
	return ops;
}

/*
 * Tags that a submitter can take before it sleeps for one. The tag set is the
 * driver's and goes with the device, even while we hold it: it is looked at
 * when the device is claimed and never again.
 */
void hfr_target_learn_depth(struct hfr_target *t)
{
	struct request_queue *q = bdev_get_queue(t->bdev);
	u32 nr_requests = READ_ONCE(q->nr_requests);

	if (t->tags)
		t->depth = q->elevator ? nr_requests :
			min(nr_requests, t->tags);
}

/* Bytes of so many sectors, or as many as a record can have. */
static u32 sectors_to_bytes(u64 sectors)
{
	return min_t(u64, sectors << SECTOR_SHIFT, round_down(U32_MAX, 4096));
}

static void learn_pieces(struct hfr_target *t, struct request_queue *q)
{
	struct block_device *bdev = t->bdev;
	/* Longer segments than ours the payload does not make. */
	u64 segments = (u64)queue_max_segments(q) *
		min_t(u32, queue_max_segment_size(q), SZ_256K);
	u32 i;

	t->max_transfer = min_t(u64, segments,
				sectors_to_bytes(queue_max_sectors(q)));
	t->chunk = (u64)q->limits.chunk_sectors << SECTOR_SHIFT;
	/* Neither an append nor what is done to a zone is ever split. */
	for (i = 0; i < HFR_OP_ZONE_APPEND; i++)
		t->piece[i] = max_t(u32, t->max_transfer, SECTOR_SIZE);
	t->piece[HFR_OP_DISCARD] =
		sectors_to_bytes(bdev_max_discard_sectors(bdev));
	t->piece[HFR_OP_WRITE_ZEROES] =
		sectors_to_bytes(bdev_write_zeroes_sectors(bdev));
	t->piece[HFR_OP_SECURE_ERASE] =
		sectors_to_bytes(bdev_max_secure_erase_sectors(bdev));
}

u32 hfr_target_pieces_of(const struct hfr_target *t, u8 op, u32 length)
{
	u32 piece = t->piece[op];

	/* One more where splits are aligned to something. */
	return piece ? DIV_ROUND_UP(length, piece) + 1 : 1;
}

bool hfr_target_one_piece(const struct hfr_target *t,
			  const struct hfr_trace_rec *rec)
{
	u64 at = 0;

	if (rec->length > t->piece[rec->op])
		return false;
	if (!t->chunk)
		return true;
	div64_u64_rem(rec->offset + (t->bdev->bd_start_sect << SECTOR_SHIFT),
		      t->chunk, &at);
	return at + rec->length <= t->chunk;
}

void hfr_target_limit_append(const struct hfr_target *t,
			     struct hfr_limits *limits, u32 contiguous)
{
	struct request_queue *q = bdev_get_queue(t->bdev);
	u64 segments = (u64)queue_max_segments(q) *
		min(queue_max_segment_size(q), contiguous);

	limits->append_max = min_t(u64, t->limits.append_max, segments);
}

static void learn_limits(struct hfr_target *t)
{
	struct request_queue *q = bdev_get_queue(t->bdev);
	bool mq = queue_is_mq(q);

	t->dev = t->bdev->bd_dev;
	t->limits.size = bdev_nr_bytes(t->bdev);
	t->limits.block_mask = bdev_logical_block_size(t->bdev) - 1;
	t->limits.ops = possible_ops(t->bdev);
	t->limits.lacks = bdev_nowait(t->bdev) ? 0 : HFR_RF_NOWAIT;
	t->limits.atomic_min = hfr_bdev_atomic_min(t->bdev);
	t->limits.atomic_max = hfr_bdev_atomic_max(t->bdev);
	t->limits.append_max =
		sectors_to_bytes(bdev_max_zone_append_sectors(t->bdev));
	t->limits.zone = (u64)bdev_zone_sectors(t->bdev) << SECTOR_SHIFT;
	learn_pieces(t, q);
	if (mq)
		t->tags = q->tag_set->queue_depth - q->tag_set->reserved_tags;
	hfr_target_learn_depth(t);
	t->own_sink = !mq || bdev_get_integrity(t->bdev);
	t->write_cache = bdev_write_cache(t->bdev);
	t->polls = mq && hfr_queue_polls(q);
}

static const char *open_error(int err)
{
	switch (err) {
	case -ENOENT:
		return "there is no such device";
	case -ENOTBLK:
		return "it is not a block device";
	case -EBUSY:
		return "it is mounted or held by something else";
	case -EACCES:
	case -EROFS:
		return "it is read-only";
	case -ENXIO:
	case -ENODEV:
	case -ENOMEDIUM:
		return "the device is not there";
	default:
		return "it cannot be opened";
	}
}

int hfr_target_claim(struct hfr_target *t, void *holder, bool write, char *why)
{
	int err;

	t->bdev = hfr_bdev_open(&t->handle, t->path, write, holder);
	if (IS_ERR(t->bdev)) {
		err = PTR_ERR(t->bdev);
		snprintf(why, HFR_WHY_LEN, "%.80s: %s (%d)", t->path,
			 open_error(err), err);
		return err;
	}
	if (write && bdev_read_only(t->bdev)) {
		snprintf(why, HFR_WHY_LEN, "%.80s: it is read-only", t->path);
		hfr_bdev_close(&t->handle);
		return -EROFS;
	}
	learn_limits(t);
	return 0;
}

void hfr_target_release(struct hfr_target *t)
{
	hfr_bdev_close(&t->handle);
}

bool hfr_target_gone(const struct hfr_target *t)
{
	return test_bit(GD_DEAD, &t->bdev->bd_disk->state);
}
