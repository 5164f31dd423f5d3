/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mode dep: which request of a worker may go next, and when it is due.
 *
 * The scopes of dependencies are shared out: each belongs to one worker, which
 * issues all its requests and takes all its completions back. So nothing here
 * is locked; what crosses workers is in roots.h. Pure: the kernel and programs
 * compile it alike.
 *
 * Records of a scope are read in trace order and open in that order: one opens
 * when all ranks below its dep_hi have completed. It is then due at
 *
 *	k * issue_ns + max(actual completion - k * original completion)
 *
 * over its parents, the ranks from dep_lo to dep_hi; k = think / speed. One
 * without parents is due at the anchor: k * issue_ns, where the pace puts it,
 * or as much behind it as the first record of its scope, if that had parents in
 * other scopes (roots.h).
 * Of a scope at most one record that is not open is wanted, its head: those
 * behind open no sooner. Open records are issued by due time, then index; a
 * later one may well be due before an earlier.
 *
 * Both bounds of the windows never decrease, so the maximum is that of a
 * sliding window, kept in a monotonic queue. The watermark of a scope is where
 * that window ends: it moves to the dep_hi of the head and no further. What
 * has completed and lies ahead of it is remembered in a hash table.
 *
 * Ranks go round at 2^32. Clocks and values are in ns.
 *
 * What every request goes through is in dep-step.h.
 */
#ifndef HFR_DEP_H
#define HFR_DEP_H

#include "pure.h"
#include <linux/hfreplay.h>
#include "roots.h"

/* Instead of the number of a slot, scope or root: there is none. */
#define HFR_DEP_NONE	U32_MAX
/* Link of a record that is not needed any more. */
#define HFR_DEP_RELEASED	(U32_MAX - 1)
/* Instead of an original completion: the value moves with the anchor. */
#define HFR_DEP_ANCHORED U64_MAX
/* Open records that are kept in order, at most; a power of two. */
#define HFR_DEP_RUN	256U

/**
 * struct hfr_dep_pace - how times of the trace become clocks
 * @clock: ns
 * @pos: ns of the trace that fall on @clock
 * @think: thousandths
 * @speed: thousandths, not 0
 * @times: hfr_dep_times() of it; hfr_dep_begin() and hfr_dep_repace() fill it
 *	themselves
 */
struct hfr_dep_pace {
	u64 clock;
	u64 pos;
	u32 think;
	u32 speed;
	u64 times;
};

/**
 * struct hfr_dep_next - what goes next
 * @index: of the record, as given to hfr_dep_read()
 * @due: clock; may be before 0
 * @opened: clock when it was found open; mostly not behind @due
 */
struct hfr_dep_next {
	u64 index;
	s64 due;
	u64 opened;
};

/**
 * struct hfr_dep_done - a completion
 * @scope: local scope of the request
 * @rank: its rank there
 * @global_rank: and among all records
 * @orig: original completion, ns of the trace
 * @actual: clock
 */
struct hfr_dep_done {
	u32 scope;
	u32 rank;
	u32 global_rank;
	u64 orig;
	u64 actual;
};

/**
 * struct hfr_dep_node - a completion that is remembered
 * @next: in the queue or hash chain, or free
 * @prev: in the queue
 * @scope: of the request; in the hash chain
 * @value: @actual - k * @orig
 * @orig: original completion
 * @rank: its rank in the scope
 */
struct hfr_dep_node {
	struct hfr_dep_node *next;
	struct hfr_dep_node *prev;
	const struct hfr_scope *scope;
	s64 value;
	u64 orig;
	u32 rank;
};

/**
 * struct hfr_dep_entry - an open record
 * @due: clock; may be before 0
 * @index: of the record
 * @opened: clock when it was found open
 * @orig: original completion of the parent that @due comes from, or
 *	HFR_DEP_ANCHORED
 */
struct hfr_dep_entry {
	s64 due;
	u64 index;
	u64 opened;
	u64 orig;
};

/**
 * struct hfr_scope - a scope
 * @head: slot of the oldest record that is read and not open, then by links
 * @tail: slot of the latest
 * @lo: dep_lo of the head, or of the latest that was open
 * @hi: dep_hi of the head
 * @watermark: ranks below it have completed and were in the queue
 * @salt: what keeps scopes apart in the hash table
 * @front: node of the queue with the largest value, or NULL
 * @back: that of the last rank
 * @root: root that the head is and that is not resolved
 * @waiting: next scope whose head waits for its root
 * @left: records not read; more than there can be if that is not known
 * @anchor: value of records without parents: what the first record of the scope
 *	got from its parents in other scopes, or else where the pace puts time 0
 * @begun: a record was read
 */
struct hfr_scope {
	u32 head;
	u32 tail;
	u32 lo;
	u32 hi;
	u32 watermark;
	u32 salt;
	struct hfr_dep_node *front;
	struct hfr_dep_node *back;
	u32 root;
	u32 waiting;
	u64 left;
	s64 anchor;
	bool begun;
};

/**
 * struct hfr_dep - the dependencies of a worker
 * @pace: how times become clocks
 * @base: clock of time 0 of the trace
 * @open: records that are open
 * @heaped: those of them in the heap
 * @run_first: the first of the others, free running
 * @run_end: behind the last of them
 * @run_last: the last of them, or what was
 * @heap: see dep-heap.h
 * @hungry: scopes that have begun, have records left, and no head
 * @unseen: scopes that have records left and have not begun
 * @blocked: scopes whose head waits for a completion
 * @waiting: first scope whose head waits for its root, in the order of roots
 * @waiting_last: last of them
 * @next_root: first root of the worker that is not read
 * @last: index of the latest record that was not open when it was read
 * @slip: largest value of any completion
 * @slip_orig: its original completion
 * @kick_from: first root that was resolved and whose owner was not told
 * @kick_to: behind the last
 * @scopes: by local number
 * @nscopes: number of scopes
 * @nodes: pool of what is remembered
 * @nnodes: size of pool and heap
 * @used: nodes that were ever used in this loop
 * @free: list of those that are free again
 * @buckets: chains of the hash table
 * @bucket_mask: number of chains minus 1
 * @recs: ring of records
 * @mask: its slots minus 1
 * @links: by slot: next of its scope, or HFR_DEP_RELEASED
 * @roots: of the session, or NULL
 * @worker: number of the worker
 * @run: see dep-heap.h
 */
struct hfr_dep {
	struct hfr_dep_pace pace;
	s64 base;
	struct hfr_dep_entry *heap;
	u32 open;
	u32 heaped;
	u32 run_first;
	u32 run_end;
	const struct hfr_dep_entry *run_last;
	u32 hungry;
	u32 unseen;
	u32 blocked;
	u32 waiting;
	u32 waiting_last;
	u32 next_root;
	u64 last;
	s64 slip;
	u64 slip_orig;
	u32 kick_from;
	u32 kick_to;
	struct hfr_scope *scopes;
	u32 nscopes;
	u32 nnodes;
	struct hfr_dep_node *nodes;
	u32 used;
	struct hfr_dep_node *free;
	struct hfr_dep_node **buckets;
	u32 bucket_mask;
	const struct hfr_trace_rec *recs;
	u64 mask;
	u32 *links;
	struct hfr_roots *roots;
	u32 worker;
	struct hfr_dep_entry run[HFR_DEP_RUN];
};

/** hfr_dep_bytes - memory of the dependencies of a worker */
u64 hfr_dep_bytes(u32 scopes, u32 nodes);

/**
 * hfr_dep_init - makes the dependencies of a worker
 * @d: filled
 * @scopes: number of local scopes
 * @nodes: most to remember: the sum of the spans of its scopes, as dep_nodes
 *	of the file header counts them
 * @worker: number of the worker
 * @recs: ring of records
 * @mask: its slots minus 1
 * @links: one per slot, shared by workers: each uses those of its records
 * @roots: of the session; NULL if there are none
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_dep_init(struct hfr_dep *d, u32 scopes, u32 nodes, u32 worker,
		 const struct hfr_trace_rec *recs, u64 mask, u32 *links,
		 struct hfr_roots *roots);
void hfr_dep_free(struct hfr_dep *d);

/**
 * hfr_dep_begin - a loop begins: nothing is in flight, nothing read
 * @d: dependencies; the roots have begun the loop
 * @pace: of the loop
 * @left: gives the number of records of a local scope, U32_MAX where that is
 *	not known
 * @ctx: its argument
 */
void hfr_dep_begin(struct hfr_dep *d, const struct hfr_dep_pace *pace,
		   u32 (*left)(const void *ctx, u32 scope), const void *ctx);

/**
 * hfr_dep_repace - the pace changes while it runs
 * @d: dependencies
 * @pace: new; its anchor lies on the line of the one before
 *
 * Due times and maxima are computed anew from what is remembered: a parent
 * whose value was below that of a later one is not.
 */
void hfr_dep_repace(struct hfr_dep *d, const struct hfr_dep_pace *pace);

/**
 * hfr_dep_stuck - whether a head waits for a rank that nothing has
 * @d: dependencies
 * @index: filled with the index of the record
 *
 * Looks at all scopes: for a worker that has nothing in flight and nothing
 * open. A head that waits for its root is not stuck by itself.
 */
bool hfr_dep_stuck(const struct hfr_dep *d, u64 *index);

/* Opens heads whose roots have been resolved; for hfr_dep_update(). */
void hfr_dep_resolve(struct hfr_dep *d, u64 now);

u64 hfr_dep_scale_by(const struct hfr_dep_pace *pace, u64 ns);

/** hfr_dep_times - k where that is 0 or 1, else more */
static inline u64 hfr_dep_times(const struct hfr_dep_pace *pace)
{
	if (likely(pace->think == pace->speed))
		return 1;
	return pace->think ? 2 : 0;
}

/** hfr_dep_scale - @ns of the trace, times k */
static inline u64 hfr_dep_scale(const struct hfr_dep_pace *pace, u64 ns)
{
	if (likely(pace->times <= 1))
		return ns * pace->times;
	return hfr_dep_scale_by(pace, ns);
}

/* Clock of a record without parents. */
static inline u64 hfr_dep_root_time(const struct hfr_dep *d, u64 start)
{
	s64 clock = d->base + (s64)hfr_dep_scale(&d->pace, start);

	return max_t(s64, clock, 0);
}

static inline bool hfr_dep_root_unread(const struct hfr_dep *d)
{
	return d->roots && d->next_root < hfr_roots_resolved(d->roots);
}

/**
 * hfr_dep_wants - whether the next record of the worker is to be read now
 * @d: dependencies
 * @start: its issue time
 * @now: clock
 *
 * It is while a scope that has begun and has records left has no head; while
 * one that has not begun might be due, as nothing behind @start is due before
 * it; and when a root of the worker is resolved and not read.
 */
static inline bool hfr_dep_wants(const struct hfr_dep *d, u64 start, u64 now)
{
	if (likely(d->hungry))
		return true;
	if (!d->unseen)
		return false;
	return hfr_dep_root_time(d, start) <= now || hfr_dep_root_unread(d);
}

/**
 * hfr_dep_wants_at - when hfr_dep_wants() becomes true
 * @d: dependencies
 * @start: issue time of the next record of the worker
 *
 * Return: clock, U64_MAX if only a completion makes it true.
 */
static inline u64 hfr_dep_wants_at(const struct hfr_dep *d, u64 start)
{
	if (d->hungry)
		return 0;
	if (!d->unseen)
		return U64_MAX;
	return hfr_dep_root_unread(d) ? 0 : hfr_dep_root_time(d, start);
}

/** hfr_dep_release - a record that was taken is not needed any more */
static inline void hfr_dep_release(struct hfr_dep *d, u64 index)
{
	d->links[index & d->mask] = HFR_DEP_RELEASED;
}

/** hfr_dep_released - whether a record that was read is not needed any more */
static inline bool hfr_dep_released(const struct hfr_dep *d, u64 index)
{
	return d->links[index & d->mask] == HFR_DEP_RELEASED;
}

/** hfr_dep_empty - whether all that was read has been issued */
static inline bool hfr_dep_empty(const struct hfr_dep *d)
{
	return !d->open && !d->blocked && d->waiting == HFR_DEP_NONE;
}

/**
 * hfr_dep_waiting - whether a head waits for its root
 *
 * When that is so of all workers which have anything read, and nothing is in
 * flight, the global ranks of the trace contradict themselves.
 */
static inline bool hfr_dep_waiting(const struct hfr_dep *d)
{
	return d->waiting != HFR_DEP_NONE;
}

/**
 * hfr_dep_slip - max(actual - k * orig) over the completions of the loop
 *
 * Return: clock at which the trace began in effect: the next loop is anchored
 * at that plus k * duration. S64_MIN if there was no completion.
 */
static inline s64 hfr_dep_slip(const struct hfr_dep *d)
{
	return d->slip;
}

/**
 * hfr_dep_kick - which roots were resolved since it was asked last
 * @d: dependencies
 * @from: filled with the first
 * @to: filled with the one behind the last
 *
 * Return: whether there are any: their owners are to be woken.
 */
static inline bool hfr_dep_kick(struct hfr_dep *d, u32 *from, u32 *to)
{
	if (likely(d->kick_from == d->kick_to))
		return false;
	*from = d->kick_from;
	*to = d->kick_to;
	d->kick_from = d->kick_to;
	return true;
}

#endif /* HFR_DEP_H */
