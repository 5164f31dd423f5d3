/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Open records by due time, then index. Most become open in the order in which
 * they are due: these form a run, a ring. The others, and those that find it
 * full, are in a heap with four branches. For dep-step.h.
 */
#ifndef HFR_DEP_HEAP_H
#define HFR_DEP_HEAP_H

#include "dep.h"

#define HEAP_BRANCHES	4U

static inline bool entry_before(const struct hfr_dep_entry *a,
				const struct hfr_dep_entry *b)
{
	return a->due < b->due || (a->due == b->due && a->index < b->index);
}

/* Where one due at @due goes in a heap of @count; makes room for it there. */
static inline struct hfr_dep_entry *heap_room(struct hfr_dep_entry *heap,
					      u32 count, s64 due, u64 index)
{
	u32 place = count;

	while (place) {
		u32 above = (place - 1) / HEAP_BRANCHES;

		if (due > heap[above].due ||
		    (due == heap[above].due && index > heap[above].index))
			break;
		heap[place] = heap[above];
		place = above;
	}
	return &heap[place];
}

/* Puts @entry at @place or below, in a heap of @count. */
static inline void heap_sink(struct hfr_dep_entry *heap, u32 count, u32 place,
			     const struct hfr_dep_entry *entry)
{
	for (;;) {
		u32 child = place * HEAP_BRANCHES + 1;
		u32 end = min(child + HEAP_BRANCHES, count);
		u32 first = child;

		if (child >= count)
			break;
		while (++child < end)
			if (entry_before(&heap[child], &heap[first]))
				first = child;
		if (!entry_before(&heap[first], entry))
			break;
		heap[place] = heap[first];
		place = first;
	}
	heap[place] = *entry;
}

/* Takes the first out of a heap of @count. */
static inline void heap_pop(struct hfr_dep_entry *heap, u32 count)
{
	if (count > 1)
		heap_sink(heap, count - 1, 0, &heap[count - 1]);
}

/* Makes a heap of @count entries in any order. */
static inline void heap_make(struct hfr_dep_entry *heap, u32 count)
{
	u32 place = count / HEAP_BRANCHES + 1;

	while (place--) {
		struct hfr_dep_entry entry;

		if (place >= count)
			continue;
		entry = heap[place];
		heap_sink(heap, count, place, &entry);
	}
}

/* ---- run and heap ---- */

static inline struct hfr_dep_entry *run_entry(struct hfr_dep *d, u32 number)
{
	return &d->run[number & (HFR_DEP_RUN - 1)];
}

/* The place for another one, due at @due; there is room for it. */
static __always_inline struct hfr_dep_entry *open_room(struct hfr_dep *d,
						       s64 due, u64 index)
{
	const struct hfr_dep_entry *last = d->run_last;
	u32 count = d->run_end - d->run_first;
	struct hfr_dep_entry *room;

	d->open++;
	if (unlikely(count >= HFR_DEP_RUN || due < last->due ||
		     (due == last->due && index < last->index)) && count)
		return heap_room(d->heap, d->heaped++, due, index);
	room = run_entry(d, d->run_end++);
	d->run_last = room;
	return room;
}

/* The first of those that are open; there is one. */
static __always_inline const struct hfr_dep_entry *
open_first(struct hfr_dep *d)
{
	const struct hfr_dep_entry *first = run_entry(d, d->run_first);

	if (likely(!d->heaped))
		return first;
	if (d->run_first == d->run_end || entry_before(d->heap, first))
		return d->heap;
	return first;
}

/* Takes out what open_first() gave. */
static __always_inline void open_pop(struct hfr_dep *d,
				     const struct hfr_dep_entry *first)
{
	d->open--;
	if (unlikely(first == d->heap))
		heap_pop(d->heap, d->heaped--);
	else
		d->run_first++;
}

/* Times are about to change: all go to the heap, which has room for them. */
static inline void open_gather(struct hfr_dep *d)
{
	while (d->run_first != d->run_end)
		d->heap[d->heaped++] = *run_entry(d, d->run_first++);
}

#endif /* HFR_DEP_HEAP_H */
