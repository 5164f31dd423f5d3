/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps of a request in mode dep: its record is read, it becomes open, is
 * issued, and completes. All inline: a call costs as much as what they do.
 */
#ifndef HFR_DEP_STEP_H
#define HFR_DEP_STEP_H

#include "dep.h"
#include "dep-heap.h"
#include "dep-nodes.h"

/* ---- heads ---- */

/* Index of a slot with a record that waits: not a ring behind the last. */
static inline u64 index_of(const struct hfr_dep *d, u32 slot)
{
	return d->last - ((d->last - slot) & d->mask);
}

/* A record has become the head: what no later window reaches is forgotten. */
static __always_inline void scope_new_head(struct hfr_dep *d,
					   struct hfr_scope *s,
					   const struct hfr_trace_rec *rec)
{
	/* The window of a root is none of this scope. */
	if (unlikely(rec->flags & HFR_RF_DEP_GLOBAL))
		return;
	s->lo = rec->dep_lo;
	s->hi = rec->dep_hi;
	queue_prune(d, s);
}

/* Record @index, to whose dep_hi the watermark has come, becomes open. */
static __always_inline void scope_open(struct hfr_dep *d, struct hfr_scope *s,
				       const struct hfr_trace_rec *rec,
				       u64 index, u64 now)
{
	s64 due = hfr_dep_scale(&d->pace, rec->issue_ns);
	const struct hfr_dep_node *latest = s->front;
	u64 orig = HFR_DEP_ANCHORED;
	struct hfr_dep_entry *entry;

	if (likely(latest && s->lo != s->hi)) {
		due += latest->value;
		orig = latest->orig;
	} else {
		due += s->anchor;
	}
	entry = open_room(d, due, index);
	entry->due = due;
	entry->index = index;
	entry->opened = now;
	entry->orig = orig;
}

/* The head becomes open and the next one moves up. */
static __always_inline void scope_open_head(struct hfr_dep *d,
					    struct hfr_scope *s, u64 now)
{
	u32 slot = s->head;

	scope_open(d, s, &d->recs[slot], index_of(d, slot), now);
	if (likely(slot == s->tail)) {
		s->head = HFR_DEP_NONE;
		d->blocked--;
		d->hungry += s->left != 0;
		return;
	}
	s->head = d->links[slot];
	scope_new_head(d, s, &d->recs[s->head]);
}

/* Moves the watermark on, up to what the head wants; false if that is not all. */
static __always_inline bool scope_reaches_head(struct hfr_dep *d,
					       struct hfr_scope *s)
{
	u32 rank = s->watermark;

	for (; rank_before(rank, s->hi); rank++) {
		struct hfr_dep_node *n = stored_take(d, s, rank);

		if (!n) {
			s->watermark = rank;
			return false;
		}
		if (likely(!rank_before(rank, s->lo)))
			queue_append(d, s, n);
		else
			node_put(d, n);
	}
	s->watermark = rank;
	return likely(d->open < d->nnodes);
}

static __always_inline void scope_advance(struct hfr_dep *d,
					  struct hfr_scope *s, u64 now)
{
	while (s->head != HFR_DEP_NONE && scope_reaches_head(d, s))
		scope_open_head(d, s, now);
}

/* Opens the heads to which the watermark comes. */
void hfr_dep_advance(struct hfr_dep *d, struct hfr_scope *s, u64 now);

/* ---- records ---- */

/* A record waits behind those of its scope that do. */
static inline void scope_append(struct hfr_dep *d, struct hfr_scope *s,
				u64 index)
{
	u32 slot = index & d->mask;

	d->last = index;
	if (s->head == HFR_DEP_NONE)
		s->head = slot;
	else
		d->links[s->tail] = slot;
	s->tail = slot;
}

/* The first record of its scope. */
void hfr_dep_read_first(struct hfr_dep *d, u64 index, u32 scope, u64 now);

/** hfr_dep_read_slot - hfr_dep_read() of a record whose slot is known */
static __always_inline void hfr_dep_read_slot(struct hfr_dep *d,
					      const struct hfr_trace_rec *rec,
					      u64 slot, u64 index, u32 scope,
					      u64 now)
{
	struct hfr_scope *s = &d->scopes[scope];

	s->left--;
	d->links[slot] = HFR_DEP_NONE;
	if (unlikely(!s->begun)) {
		hfr_dep_read_first(d, index, scope, now);
		return;
	}
	if (likely(s->head == HFR_DEP_NONE)) {
		scope_new_head(d, s, rec);
		if (likely(scope_reaches_head(d, s))) {
			scope_open(d, s, rec, index, now);
			d->hungry -= s->left == 0;
			return;
		}
		d->hungry--;
		d->blocked++;
	}
	scope_append(d, s, index);
}

/**
 * hfr_dep_read - reads a record: appends it to its scope
 * @d: dependencies
 * @rec: the record
 * @index: its index; more than that of the one before
 * @scope: its local scope
 * @now: clock
 *
 * The slot of the ring stays as it is until the record is released.
 */
static __always_inline void hfr_dep_read(struct hfr_dep *d,
					 const struct hfr_trace_rec *rec,
					 u64 index, u32 scope, u64 now)
{
	hfr_dep_read_slot(d, rec, index & d->mask, index, scope, now);
}

/* ---- what goes next ---- */

static __always_inline void next_fill(struct hfr_dep_next *next,
				      const struct hfr_dep_entry *entry)
{
	next->index = entry->index;
	next->due = entry->due;
	next->opened = entry->opened;
}

/**
 * hfr_dep_update - opens heads whose roots have been resolved meanwhile
 * @d: dependencies
 * @now: clock
 *
 * Before hfr_dep_wants() and what goes next are asked.
 */
static __always_inline void hfr_dep_update(struct hfr_dep *d, u64 now)
{
	if (unlikely(d->waiting != HFR_DEP_NONE))
		hfr_dep_resolve(d, now);
}

/**
 * hfr_dep_peek - the open record that is due first
 * @d: dependencies
 * @next: filled
 *
 * Return: whether there is one.
 */
static inline bool hfr_dep_peek(struct hfr_dep *d, struct hfr_dep_next *next)
{
	if (!d->open)
		return false;
	next_fill(next, open_first(d));
	return true;
}

/**
 * hfr_dep_take - takes out the open record that is due first, if it is due
 * @d: dependencies
 * @now: clock
 * @next: filled
 *
 * It is going to be issued, whatever becomes open meanwhile.
 *
 * Return: whether one is due.
 */
static __always_inline bool hfr_dep_take(struct hfr_dep *d, u64 now,
					 struct hfr_dep_next *next)
{
	const struct hfr_dep_entry *first;

	if (unlikely(!d->open))
		return false;
	first = open_first(d);
	if (unlikely(first->due > (s64)now))
		return false;
	next_fill(next, first);
	open_pop(d, first);
	return true;
}

/* ---- completions ---- */

/* A completion counts for the roots. */
void hfr_dep_complete_global(struct hfr_dep *d, u32 rank, s64 value);

/* The head waits for the ranks up to its dep_hi, so for the watermark. */
static __always_inline bool head_waits_for(const struct hfr_scope *s, u32 rank)
{
	return rank == s->watermark && s->head != HFR_DEP_NONE &&
		rank != s->hi;
}

/**
 * hfr_dep_complete - a request has completed
 * @d: dependencies
 * @done: which, and when
 * @now: clock
 *
 * hfr_dep_kick() tells whether roots were resolved by it.
 *
 * Return: 0, or -EINVAL if a rank is there twice or there is more to remember
 * than @nodes of hfr_dep_init(): the ranks of the trace contradict themselves.
 */
static __always_inline int hfr_dep_complete(struct hfr_dep *d,
					    const struct hfr_dep_done *done,
					    u64 now)
{
	s64 value = (s64)done->actual -
		(s64)hfr_dep_scale(&d->pace, done->orig);
	struct hfr_scope *s = &d->scopes[done->scope];
	u32 rank = done->rank;

	if (value > d->slip) {
		d->slip = value;
		d->slip_orig = done->orig;
	}
	if (unlikely(d->roots))
		hfr_dep_complete_global(d, done->global_rank, value);
	if (!head_waits_for(s, rank))
		/* It is remembered until the watermark comes there. */
		return !rank_before(rank, s->watermark) &&
			stored_add(d, s, rank, value, done->orig) ? 0 : -EINVAL;
	/* The head waits for just this rank: it need not be looked up later. */
	if (!rank_before(rank, s->lo) &&
	    unlikely(!queue_enter(d, s, rank, value, done->orig)))
		return -EINVAL;
	s->watermark = rank + 1;
	hfr_dep_advance(d, s, now);
	return 0;
}

#endif /* HFR_DEP_STEP_H */
