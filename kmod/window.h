/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The window: trace records that are loaded and not yet issued, in a ring.
 *
 * The feeder writes behind @loaded, which it publishes; each worker reads at
 * its cursor, which it publishes once it has copied what it needs. A slot is
 * free when every worker is past it, so that a slow request does not hold the
 * feed. In a session that holds its whole trace nothing is overwritten.
 */
#ifndef HFR_WINDOW_H
#define HFR_WINDOW_H

#include <linux/cache.h>
#include <linux/types.h>
#include <linux/hfreplay.h>

#define HFR_MIN_WINDOW	64U
#define HFR_MAX_WINDOW	67108864U

/**
 * struct hfr_window - the ring of trace records
 * @recs: the records, record i at i & @mask
 * @owner: worker that issues each of them; NULL with one worker
 * @mask: slots minus 1
 * @loaded: records loaded, free running; written by the feeder
 * @complete: the trailer was seen: @loaded is final
 */
struct hfr_window {
	struct hfr_trace_rec *recs;
	u8 *owner;
	u64 mask;
	u64 loaded ____cacheline_aligned;
	bool complete;
};

/**
 * hfr_window_init - makes the ring
 * @win: filled
 * @slots: power of two
 * @workers: how many share it
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_window_init(struct hfr_window *win, u32 slots, u32 workers);
void hfr_window_free(struct hfr_window *win);

/** hfr_window_bytes - memory of a ring */
u64 hfr_window_bytes(u32 slots, u32 workers);

static inline struct hfr_trace_rec *hfr_window_rec(const struct hfr_window *win,
						   u64 i)
{
	return &win->recs[i & win->mask];
}

/**
 * hfr_window_next - next record of a worker
 * @win: the ring
 * @worker: which
 * @cursor: where to look from; moved to the record, or to the end of what is
 *	loaded
 * @complete: whether nothing will follow what is loaded
 *
 * Return: whether there is one.
 */
bool hfr_window_next(const struct hfr_window *win, u8 worker, u64 *cursor,
		     bool *complete);

#endif /* HFR_WINDOW_H */
