/* SPDX-License-Identifier: GPL-2.0-only */
/* Items that sleep, in the order in which they wake: a timing wheel. */
#ifndef HF_WHEEL_H
#define HF_WHEEL_H

#include <stdint.h>
#include <stdlib.h>

#include "error.h"

#define WHEEL_NONE	UINT32_MAX
/* What is this many ticks ahead is fetched into the cache. */
#define WHEEL_AHEAD	24U

/**
 * struct wheel - items by the tick in which they wake
 * @head: for each tick the first item; owned; WHEEL_AHEAD more stay empty
 * @next: for each item the next in its tick; owned
 * @ticks: length of the ring; no item sleeps as long
 * @now: the present tick
 *
 * Varghese, Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987,
 * scheme 4. 4 bytes a tick and 4 an item.
 */
struct wheel {
	uint32_t *head;
	uint32_t *next;
	uint32_t ticks;
	uint32_t now;
};

/** wheel_make - an empty wheel; 0 or -errno with a sentence */
int wheel_make(struct wheel *w, uint32_t ticks, uint32_t items,
	       struct hf_error *err);
void wheel_free(struct wheel *w);

/** wheel_put - lets an item sleep; @ticks is below the length of the ring */
static inline void wheel_put(struct wheel *w, uint32_t item, uint32_t ticks)
{
	uint64_t at = (uint64_t)w->now + ticks;

	if (at >= w->ticks)
		at -= w->ticks;
	w->next[item] = w->head[at];
	w->head[at] = item;
}

/* Where nobody wakes the place that is fetched is of no item: no fault. */
static inline void wheel_fetch(const struct wheel *w, uint32_t item)
{
	__builtin_prefetch((const void *)((uintptr_t)w->next +
					  (uintptr_t)item * sizeof(*w->next)));
}

/** wheel_wake - the next item that wakes; there must be one */
static inline uint32_t wheel_wake(struct wheel *w)
{
	uint32_t item;

	while (w->head[w->now] == WHEEL_NONE) {
		if (++w->now == w->ticks)
			w->now = 0;
		wheel_fetch(w, w->head[w->now + WHEEL_AHEAD]);
	}
	item = w->head[w->now];
	w->head[w->now] = w->next[item];
	return item;
}

#endif /* HF_WHEEL_H */
