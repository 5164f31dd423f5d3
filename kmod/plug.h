/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests that are handed to the driver together. */
#ifndef HFR_PLUG_H
#define HFR_PLUG_H

#include <linux/blkdev.h>
#include <linux/types.h>

#include "compat.h"

/* The block layer flushes a plug of 32 requests, or one that holds a request
 * of 128 KiB, by itself and in its own order: we are there first.
 */
#define HFR_PLUG_MAX	31U
#define HFR_PLUG_BYTES	(128U << 10)

/**
 * struct hfr_plug - a plug of a worker
 * @blk: that of the block layer
 * @open: the thread has it
 * @count: requests in it
 * @max: requests that are gathered, HFR_PLUG_MAX at most
 * @ahead: requests to allocate in one go
 */
struct hfr_plug {
	struct blk_plug blk;
	bool open;
	u32 count;
	u32 max;
	u32 ahead;
};

static inline void hfr_plug_close(struct hfr_plug *p)
{
	if (!p->open)
		return;
	hfr_plug_order(&p->blk);
	blk_finish_plug(&p->blk);
	p->open = false;
	p->count = 0;
}

/** hfr_plug_open - before a submit_bio, of @most at most; does nothing if it is
 * open
 */
static inline void hfr_plug_open(struct hfr_plug *p, u32 most)
{
	if (p->open)
		return;
	blk_start_plug(&p->blk);
	/* What is allocated and not used costs as much as what is. */
	p->blk.nr_ios = min(p->ahead, most);
	p->open = true;
}

/** hfr_plug_added - after a submit_bio of @length bytes into an open plug */
static inline void hfr_plug_added(struct hfr_plug *p, u32 length)
{
	if (++p->count >= p->max || length >= HFR_PLUG_BYTES)
		hfr_plug_close(p);
}

#endif /* HFR_PLUG_H */
