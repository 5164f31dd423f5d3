// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>

#include "window.h"

u64 hfr_window_bytes(u32 slots, u32 workers)
{
	return (u64)slots * (sizeof(struct hfr_trace_rec) + (workers > 1));
}

int hfr_window_init(struct hfr_window *win, u32 slots, u32 workers)
{
	win->mask = roundup_pow_of_two(slots) - 1;
	win->slots = slots;
	win->recs = __vmalloc(array_size(slots, sizeof(*win->recs)),
			      GFP_KERNEL | __GFP_NOWARN);
	if (workers > 1)
		win->owner = __vmalloc(slots, GFP_KERNEL | __GFP_NOWARN);
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
