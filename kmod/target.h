/* SPDX-License-Identifier: GPL-2.0-only */
/* A block device that a session holds. */
#ifndef HFR_TARGET_H
#define HFR_TARGET_H

#include <linux/types.h>

#include "check.h"
#include "compat.h"

#define HFR_MAX_PATH	256

/**
 * struct hfr_target - a block device, held exclusively
 * @path: as user space gave it
 * @handle: the claim
 * @bdev: the device, valid while the claim lasts
 * @dev: its number
 * @limits: size, block and operations, as they were when it was claimed
 * @max_transfer: bytes of a read or write that reach the driver in one piece
 * @piece: the same for each operation
 * @chunk: no request crosses a multiple of so many bytes of the disk; 0: they
 *	may; it makes one piece more
 * @tags: tags of the driver, 0 for a device without requests
 * @depth: tags that a submitter can take, 0 for a device without requests
 * @own_sink: reads need pages of their own: the device or one below it
 *	computes in the pages it is given (dm-crypt, integrity profiles), or
 *	what is read is verified
 * @write_cache: the device has a volatile write cache
 * @polls: the device has queues whose completions are polled for
 *
 * All members but @depth, which changes while no worker runs, are immutable
 * from claim to release.
 */
struct hfr_target {
	char path[HFR_MAX_PATH];
	struct hfr_bdev handle;
	struct block_device *bdev;
	dev_t dev;
	struct hfr_limits limits;
	u32 max_transfer;
	u32 piece[HFR_OP_NR];
	u64 chunk;
	u32 tags;
	u32 depth;
	bool own_sink;
	bool write_cache;
	bool polls;
};

/**
 * hfr_target_claim - opens and claims a block device
 * @t: path is set; the rest is filled
 * @holder: who claims it
 * @write: whether it will be changed
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Return: 0 or -errno: -ENOTBLK not a block device, -EBUSY mounted or held,
 * -EACCES or -EROFS read-only, -ENXIO gone, as the kernel's open says.
 */
int hfr_target_claim(struct hfr_target *t, void *holder, bool write,
		     char *why);
void hfr_target_release(struct hfr_target *t);

/** hfr_target_learn_depth - looks at the depth of the queue again */
void hfr_target_learn_depth(struct hfr_target *t);

/** hfr_target_pieces_of - hfr_target_pieces() of a record that is split */
u32 hfr_target_pieces_of(const struct hfr_target *t, u8 op, u32 length);

/** hfr_target_pieces - requests that the block layer makes of a record */
static inline u32 hfr_target_pieces(const struct hfr_target *t, u8 op,
				    u32 length)
{
	if (likely(length <= t->piece[op] && !t->chunk))
		return 1;
	return hfr_target_pieces_of(t, op, length);
}

/** hfr_target_one_piece - whether a read or write is certainly not split */
bool hfr_target_one_piece(const struct hfr_target *t,
			  const struct hfr_trace_rec *rec);

/**
 * hfr_target_limit_append - an append must not be split
 * @t: the target
 * @limits: its limits for a session
 * @contiguous: bytes of the chunks that the data lie in
 */
void hfr_target_limit_append(const struct hfr_target *t,
			     struct hfr_limits *limits, u32 contiguous);

/** hfr_target_gone - whether the device was removed while it was held */
bool hfr_target_gone(const struct hfr_target *t);

#endif /* HFR_TARGET_H */
