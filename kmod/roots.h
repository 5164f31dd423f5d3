/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Roots: the first records of scopes, with windows among the records of all
 * scopes (HFR_RF_DEP_GLOBAL). One list per session, shared by its workers.
 *
 * The feeder adds the roots in trace order, so neither bound ever decreases.
 * When the trace is whole, the bounds of all windows cut the global ranks into
 * intervals. Each worker has, for each interval, a count of its completions
 * and the largest of their values, and it alone writes them. @full is the
 * number of intervals from the first on that are complete; whoever completes
 * one moves it. So roots are resolved in trace order: one when all parents of
 * it and of the roots before it have completed.
 *
 * Whole traces only: ranks do not go round.
 */
#ifndef HFR_ROOTS_H
#define HFR_ROOTS_H

#include "pure.h"

/**
 * struct hfr_root - a root
 * @index: its record
 * @lo: first global rank of its parents; an interval once sealed
 * @hi: behind the last; likewise
 * @owner: worker of its scope
 */
struct hfr_root {
	u64 index;
	u32 lo;
	u32 hi;
	u32 owner;
};

/**
 * struct hfr_root_part - what a worker has completed in an interval
 * @value: largest actual - k * original completion time
 * @count: number of completions
 */
struct hfr_root_part {
	s64 value;
	u32 count;
};

/**
 * struct hfr_roots - the roots of a session
 * @roots: in trace order
 * @bounds: first rank of each interval, and the end of the last
 * @resolves: roots that are resolved when so many intervals are full
 * @parts: by worker, then interval
 * @stride: parts of a worker
 * @count: number of roots
 * @size: most that @roots has room for
 * @workers: number of workers
 * @intervals: number of intervals
 * @full: leading intervals that are complete
 */
struct hfr_roots {
	struct hfr_root *roots;
	u32 *bounds;
	u32 *resolves;
	struct hfr_root_part *parts;
	u32 stride;
	u32 count;
	u32 size;
	u32 workers;
	u32 intervals;
	u32 full;
};

/**
 * hfr_roots_init - makes an empty list
 * @r: filled
 * @count: number of roots there may be
 * @workers: how many share it
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_roots_init(struct hfr_roots *r, u32 count, u32 workers);
void hfr_roots_free(struct hfr_roots *r);

/** hfr_roots_bytes - memory of a list */
u64 hfr_roots_bytes(u32 count, u32 workers);

/**
 * hfr_roots_add - adds a root, in trace order
 * @r: not sealed, with room
 * @index: its record
 * @lo: first global rank of its parents
 * @hi: behind the last
 * @owner: worker of its scope
 */
void hfr_roots_add(struct hfr_roots *r, u64 index, u32 lo, u32 hi, u32 owner);

/** hfr_roots_seal - all are added; once */
void hfr_roots_seal(struct hfr_roots *r);

/** hfr_roots_begin - a loop begins: nothing is complete; nobody else uses it */
void hfr_roots_begin(struct hfr_roots *r);

/**
 * hfr_roots_complete - a request has completed
 * @r: the list
 * @worker: which calls
 * @rank: its global rank
 * @value: actual - k * original completion time
 * @from: first root that this has resolved
 * @to: behind the last
 *
 * The caller wakes the owners of the roots from @from to @to, after a full
 * barrier; some may have been resolved by others at the same time.
 *
 * Return: whether there are any.
 */
bool hfr_roots_complete(struct hfr_roots *r, u32 worker, u32 rank, s64 value,
			u32 *from, u32 *to);

/**
 * hfr_roots_shift - the pace has changed
 * @r: the list
 * @worker: which calls
 * @by: what is added to the values of its completions that may yet count
 */
void hfr_roots_shift(struct hfr_roots *r, u32 worker, s64 by);

/** hfr_roots_find - the first root at record @index or behind it */
u32 hfr_roots_find(const struct hfr_roots *r, u64 index);

/** hfr_roots_next - the first of @worker's own from number @root on, or count */
u32 hfr_roots_next(const struct hfr_roots *r, u32 root, u32 worker);

/**
 * hfr_roots_value - the largest value in the window of a root
 * @r: the list
 * @root: number of a root that is resolved
 *
 * Return: the largest over all workers, S64_MIN if it has no parents.
 */
s64 hfr_roots_value(const struct hfr_roots *r, u32 root);

/** hfr_roots_resolved - how many roots are resolved */
static inline u32 hfr_roots_resolved(const struct hfr_roots *r)
{
	/* pairs with roots_advance(): values of others are seen as well */
	return r->resolves[smp_load_acquire(&r->full)];
}

static inline u32 hfr_roots_owner(const struct hfr_roots *r, u32 root)
{
	return r->roots[root].owner;
}

#endif /* HFR_ROOTS_H */
