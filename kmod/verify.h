/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The payload "verify": writes are stamped, and reads are held against what
 * the writes before them must have left.
 *
 * All of it is done by workers, before a request is due and after it has been
 * taken back, never by a completion. Here alone workers of one target share a
 * lock: what they write and read of each other is what is verified.
 */
#ifndef HFR_VERIFY_H
#define HFR_VERIFY_H

#include <linux/types.h>
#include <linux/hfreplay.h>

#include "slot.h"
#include "target.h"

struct hfr_verify_target;

/**
 * struct hfr_verify - the verification of a session
 * @targets: one for each target; NULL with another payload
 * @count: number of them
 * @seed: seed of the session
 * @run: wall clock at the start of the run; written while no worker runs
 * @bytes: memory charged for cells; feed_lock
 */
struct hfr_verify {
	struct hfr_verify_target *targets;
	u32 count;
	u64 seed;
	u64 run;
	u64 bytes;
};

static inline bool hfr_verify_on(const struct hfr_verify *v)
{
	return v->targets;
}

/**
 * hfr_verify_init - prepares the verification of a session
 * @v: zeroed; filled
 * @targets: its targets; their reads get pages of their own
 * @count: number of them
 * @seed: its seed
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_verify_init(struct hfr_verify *v, struct hfr_target *targets, u32 count,
		    u64 seed);
void hfr_verify_free(struct hfr_verify *v);

/** hfr_verify_forget - the trace is gone; its cells are freed */
void hfr_verify_forget(struct hfr_verify *v);

/** hfr_verify_begin - a run begins; no worker runs */
void hfr_verify_begin(struct hfr_verify *v, u64 run);

/**
 * hfr_verify_cover - makes the cells of the blocks that a record changes
 * @v: the verification; the caller holds feed_lock
 * @rec: a checked record
 * @stream: requests are issued while others are loaded: what is discarded may
 *	be written by one that is not known yet
 *
 * Return: 0 or -ENOMEM.
 */
int hfr_verify_cover(struct hfr_verify *v, const struct hfr_trace_rec *rec,
		     bool stream);

/**
 * hfr_verify_prepare - stamps a write, or notes when a read begins
 * @v: the verification
 * @slot: prepared, not yet issued; its pages are its own
 * @rec: its record
 * @index: number of the request
 */
void hfr_verify_prepare(struct hfr_verify *v, struct hfr_slot *slot,
			const struct hfr_trace_rec *rec, u64 index);

/**
 * hfr_verify_done - checks what was read, or notes that a change has ended
 * @v: the verification
 * @slot: taken back from its completion
 * @blocks: the blocks that were checked are added
 *
 * Return: whether a block is not as it must be.
 */
bool hfr_verify_done(struct hfr_verify *v, struct hfr_slot *slot, u64 *blocks);

#endif /* HFR_VERIFY_H */
