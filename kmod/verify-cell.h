/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a block must hold when it is read. Pure: the unit tests build it too.
 *
 * Changes of a block that overlap in time make a period. When it is over the
 * block holds what one of them wrote; the next period starts from nothing,
 * since a change is one of the whole block.
 */
#ifndef HFR_VERIFY_CELL_H
#define HFR_VERIFY_CELL_H

#include <linux/types.h>

/**
 * struct hfr_cell - a logical block
 * @lo: first request of the latest period, modulo 2^32
 * @hi: last one
 * @seq: when the latest change began or ended, in steps of the target's count
 * @busy: changes in flight
 * @known: all of the period were writes, and none has failed
 */
struct hfr_cell {
	__u32 lo;
	__u32 hi;
	__u32 seq;
	__u32 busy : 31;
	__u32 known : 1;
};

/** hfr_cell_begin - a change is about to be issued; @write: it is a write */
static inline void hfr_cell_begin(struct hfr_cell *c, __u32 index, __u32 seq,
				  bool write)
{
	if (!c->busy) {
		c->lo = index;
		c->hi = index;
		c->known = 1;
	} else if ((__s32)(index - c->lo) < 0) {
		c->lo = index;
	} else if ((__s32)(index - c->hi) > 0) {
		c->hi = index;
	}
	if (!write)
		c->known = 0;
	c->seq = seq;
	c->busy++;
}

/** hfr_cell_end - a change has completed; @ok: without error */
static inline void hfr_cell_end(struct hfr_cell *c, __u32 seq, bool ok)
{
	if (!ok)
		c->known = 0;
	c->seq = seq;
	c->busy--;
}

/**
 * hfr_cell_settled - whether it is known what a read must have found
 * @c: the block, as it is when the read has completed
 * @seq: the target's count before the read was issued
 */
static inline bool hfr_cell_settled(const struct hfr_cell *c, __u32 seq)
{
	return c->known && !c->busy && (__s32)(seq - c->seq) >= 0;
}

/** hfr_cell_holds - whether a settled block may hold what @index wrote */
static inline bool hfr_cell_holds(const struct hfr_cell *c, __u32 index)
{
	return index - c->lo <= c->hi - c->lo;
}

#endif /* HFR_VERIFY_CELL_H */
