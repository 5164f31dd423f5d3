// SPDX-License-Identifier: GPL-2.0-only
/* What the dependency windows of a trace must be. */
#ifdef __KERNEL__
#include <linux/kernel.h>
#else
#include <stdio.h>
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif

#include "check.h"

#define REFUSE(...) \
	(snprintf(why, HFR_WHY_LEN, __VA_ARGS__), -EINVAL)

/* Counts and ranks go round at 2^32: @a is not behind @b. */
static bool reaches(__u32 a, __u32 b)
{
	return (__s32)(a - b) >= 0;
}

static bool first_of_scope(const struct hfr_trace_rec *rec)
{
	return rec->flags & HFR_RF_DEP_GLOBAL;
}

/* A window among the records of @seen, of a record with rank @rank there. */
static int check_window(const struct hfr_scope_seen *seen, __u32 rank,
			const struct hfr_trace_rec *rec, char *why)
{
	if (unlikely(!reaches(seen->count, rec->dep_hi)))
		return REFUSE("dep_hi %u is above the %u records before in its scope",
			      rec->dep_hi, seen->count);
	if (unlikely(!reaches(rec->dep_hi, rec->dep_lo)))
		return REFUSE("dep_lo %u is above dep_hi %u",
			      rec->dep_lo, rec->dep_hi);
	if (unlikely(!reaches(rec->dep_lo, seen->last_lo) ||
		     !reaches(rec->dep_hi, seen->last_hi)))
		return REFUSE("dep_lo or dep_hi is below that of the record before in its scope");
	/* Else nothing could follow a request that never counts as complete. */
	if (unlikely(!reaches(rank, rec->dep_hi)))
		return REFUSE("rank %u is below dep_hi %u", rank, rec->dep_hi);
	return 0;
}

static int check_first(const struct hfr_check_deps *d,
		       const struct hfr_scope_seen *scope,
		       const struct hfr_trace_rec *rec, char *why)
{
	if (d->kind == HFR_DEP_GLOBAL || scope->count)
		return REFUSE("it is not the first of its scope and has a window among all records");
	if (!d->whole)
		return REFUSE("its scope begins with a window among all records: such a trace is loaded whole, not as a stream");
	return check_window(&d->all, rec->global_rank, rec, why);
}

static __u32 span_of(const struct hfr_scope_seen *scope,
		     const struct hfr_trace_rec *rec)
{
	return scope->count + 1 - (first_of_scope(rec) ? 0 : rec->dep_lo);
}

static __u64 nodes_with(const struct hfr_check_deps *d,
			const struct hfr_scope_seen *scope,
			const struct hfr_trace_rec *rec)
{
	__u32 span = span_of(scope, rec);

	return d->nodes + (span > scope->span ? span - scope->span : 0);
}

int hfr_check_dep(const struct hfr_check_deps *d,
		  const struct hfr_trace_rec *rec, char *why)
{
	const struct hfr_scope_seen *scope;
	int err;

	if (unlikely(rec->complete_ns == HFR_UNKNOWN))
		return REFUSE("it has no completion time, dependencies need them");
	if (unlikely(rec->scope >= d->count ||
		     (d->kind == HFR_DEP_TARGET && rec->scope != rec->target)))
		return REFUSE("scope %u of %u is wrong", rec->scope, d->count);
	if (unlikely(d->kind == HFR_DEP_GLOBAL && rec->rank != rec->global_rank))
		return REFUSE("rank %u and global rank %u differ, the scope is global",
			      rec->rank, rec->global_rank);
	scope = &d->scopes[rec->scope];
	if (unlikely(first_of_scope(rec)))
		err = check_first(d, scope, rec, why);
	else
		err = check_window(scope, rec->rank, rec, why);
	if (unlikely(err))
		return err;
	if (unlikely(nodes_with(d, scope, rec) > d->max_nodes))
		return REFUSE("the windows need more than the %llu nodes that the header states",
			      d->max_nodes);
	return 0;
}

void hfr_check_dep_seen(struct hfr_check_deps *d,
			const struct hfr_trace_rec *rec)
{
	struct hfr_scope_seen *scope = &d->scopes[rec->scope];
	__u32 span = span_of(scope, rec);

	d->nodes = nodes_with(d, scope, rec);
	if (span > scope->span)
		scope->span = span;
	if (first_of_scope(rec)) {
		d->all.last_lo = rec->dep_lo;
		d->all.last_hi = rec->dep_hi;
	} else {
		scope->last_lo = rec->dep_lo;
		scope->last_hi = rec->dep_hi;
	}
	scope->count++;
	d->all.count++;
}
