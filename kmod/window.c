// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "window.h"

u64 hfr_window_bytes(u32 slots, u32 workers)
{
	return (u64)slots * (sizeof(struct hfr_trace_rec) + (workers > 1));
}

int hfr_window_init(struct hfr_window *win, u32 slots, u32 workers)
{
	win->mask = slots - 1;
	win->recs = vmalloc(array_size(slots, sizeof(*win->recs)));
	if (workers > 1)
		win->owner = vmalloc(slots);
	if (win->recs && (win->owner || workers == 1))
		return 0;
	hfr_window_free(win);
	return -ENOMEM;
}

void hfr_window_free(struct hfr_window *win)
{
	vfree(win->recs);
	vfree(win->owner);
	win->recs = NULL;
	win->owner = NULL;
}

bool hfr_window_next(const struct hfr_window *win, u8 worker, u64 *cursor,
		     bool *complete)
{
	u64 loaded, i = *cursor;

	/* In this order: loaded is final if complete was set before. Pairs with
	 * feed_end().
	 */
	*complete = smp_load_acquire(&win->complete);
	/* pairs with publish() */
	loaded = smp_load_acquire(&win->loaded);
	if (win->owner)
		while (i < loaded && win->owner[i & win->mask] != worker)
			i++;
	*cursor = i;
	return i < loaded;
}
