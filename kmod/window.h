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

/* In the window: a record that its target cannot do. No target can do this. */
#define HFR_OP_IMPOSSIBLE	31

/**
 * struct hfr_window - the ring of trace records
 * @recs: the records, record i at i & @mask
 * @owner: worker that issues each of them; NULL with one worker
 * @mask: smallest power of two that is not less than @slots, minus 1
 * @slots: how many there are; fewer than @mask + 1 only where nothing is
 *	overwritten
 * @loaded: records loaded, free running; written by the feeder
 * @complete: the trailer was seen: @loaded is final
 */
struct hfr_window {
	struct hfr_trace_rec *recs;
	u8 *owner;
	u64 mask;
	u32 slots;
	u64 loaded ____cacheline_aligned;
	bool complete;
};

/**
 * hfr_window_init - makes the ring
 * @win: filled
 * @slots: how many
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

/** hfr_window_mine - whether record @i, which is loaded, is @worker's */
static inline bool hfr_window_mine(const struct hfr_window *win, u8 worker,
				   u64 i)
{
	return !win->owner || win->owner[i & win->mask] == worker;
}

/**
 * hfr_window_next - next record of a worker
 * @win: the ring
 * @worker: which
 * @cursor: where to look from; moved to the record, or to the end of what is
 *	loaded
 *
 * Return: whether there is one.
 */
static inline bool hfr_window_next(const struct hfr_window *win, u8 worker,
				   u64 *cursor)
{
	/* pairs with publish() */
	u64 loaded = smp_load_acquire(&win->loaded), i = *cursor;

	while (i < loaded && !hfr_window_mine(win, worker, i))
		i++;
	*cursor = i;
	return i < loaded;
}

/** hfr_window_end - whether record @i is one behind the last of the trace */
static inline bool hfr_window_end(const struct hfr_window *win, u64 i)
{
	/* In this order: loaded is final if complete was set before. Pairs with
	 * feed_end().
	 */
	return smp_load_acquire(&win->complete) && i == READ_ONCE(win->loaded);
}

#endif /* HFR_WINDOW_H */
