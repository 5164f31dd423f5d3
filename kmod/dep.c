// SPDX-License-Identifier: GPL-2.0-only
#include "dep-step.h"

/* No scaled time is above this: 146 years, and it can be added to a clock. */
#define LATEST	(1ULL << 62)

/* ---- memory ---- */

static u64 bucket_count(u32 nodes)
{
	return roundup_pow_of_two((u64)nodes);
}

u64 hfr_dep_bytes(u32 scopes, u32 nodes)
{
	nodes = max(nodes, 1U);
	return max(scopes, 1U) * (u64)sizeof(struct hfr_scope) +
		nodes * (u64)(sizeof(struct hfr_dep_node) +
			      sizeof(struct hfr_dep_entry)) +
		bucket_count(nodes) * sizeof(struct hfr_dep_node *);
}

int hfr_dep_init(struct hfr_dep *d, u32 scopes, u32 nodes, u32 worker,
		 const struct hfr_trace_rec *recs, u64 mask, u32 *links,
		 struct hfr_roots *roots)
{
	nodes = max(nodes, 1U);
	*d = (struct hfr_dep) {
		.nscopes = scopes, .nnodes = nodes, .worker = worker,
		.recs = recs, .mask = mask, .links = links, .roots = roots,
		.bucket_mask = bucket_count(nodes) - 1,
		.waiting = HFR_DEP_NONE,
	};
	d->scopes = kvcalloc(max(scopes, 1U), sizeof(*d->scopes), GFP_KERNEL | __GFP_NOWARN);
	d->nodes = kvcalloc(nodes, sizeof(*d->nodes), GFP_KERNEL | __GFP_NOWARN);
	d->heap = kvcalloc(nodes, sizeof(*d->heap), GFP_KERNEL | __GFP_NOWARN);
	d->buckets = kvcalloc(bucket_count(nodes), sizeof(*d->buckets),
			      GFP_KERNEL | __GFP_NOWARN);
	if (d->scopes && d->nodes && d->heap && d->buckets)
		return 0;
	hfr_dep_free(d);
	return -ENOMEM;
}

void hfr_dep_free(struct hfr_dep *d)
{
	kvfree(d->scopes);
	kvfree(d->nodes);
	kvfree(d->heap);
	kvfree(d->buckets);
	memset(d, 0, sizeof(*d));
}

/* ---- pace ---- */

u64 hfr_dep_scale_by(const struct hfr_dep_pace *pace, u64 ns)
{
	/* Below this factor no time up to HFR_MAX_TIME gets there. */
	if (unlikely(pace->think >> 9 >= pace->speed) &&
	    ns > div_u64(LATEST, pace->think) * pace->speed)
		return LATEST;
	return mul_u64_u32_div(ns, pace->think, pace->speed);
}

static void dep_set_pace(struct hfr_dep *d, const struct hfr_dep_pace *pace)
{
	d->pace = *pace;
	d->pace.times = hfr_dep_times(pace);
	d->base = (s64)pace->clock - (s64)hfr_dep_scale(&d->pace, pace->pos);
}

void hfr_dep_begin(struct hfr_dep *d, const struct hfr_dep_pace *pace,
		   u32 (*left)(const void *ctx, u32 scope), const void *ctx)
{
	u32 i;

	dep_set_pace(d, pace);
	d->open = 0;
	d->heaped = 0;
	d->run_first = 0;
	d->run_end = 0;
	d->run_last = &d->run[HFR_DEP_RUN - 1];
	d->hungry = 0;
	d->unseen = 0;
	d->blocked = 0;
	d->waiting = HFR_DEP_NONE;
	d->next_root = d->roots ? hfr_roots_next(d->roots, 0, d->worker) : 0;
	d->slip = S64_MIN;
	d->slip_orig = 0;
	d->kick_from = 0;
	d->kick_to = 0;
	d->used = 0;
	d->free = NULL;
	memset(d->buckets, 0, (d->bucket_mask + 1UL) * sizeof(*d->buckets));
	for (i = 0; i < d->nscopes; i++) {
		u32 records = left(ctx, i);

		d->scopes[i] = (struct hfr_scope) {
			.head = HFR_DEP_NONE, .tail = HFR_DEP_NONE,
			.salt = bucket_salt(i),
			.root = HFR_DEP_NONE, .waiting = HFR_DEP_NONE,
			.left = records == U32_MAX ? U64_MAX : records,
			.anchor = d->base,
		};
		d->unseen += !!d->scopes[i].left;
	}
}

/* What is to be added to the value of a completion when the pace changes. */
static s64 value_shift(const struct hfr_dep_pace *from,
		       const struct hfr_dep_pace *to, u64 orig)
{
	return (s64)hfr_dep_scale(from, orig) - (s64)hfr_dep_scale(to, orig);
}

static void entry_repace(const struct hfr_dep *d, struct hfr_dep_entry *entry,
			 const struct hfr_dep_pace *was, s64 shift)
{
	u64 start = d->recs[entry->index & d->mask].issue_ns;

	entry->due -= value_shift(was, &d->pace, start);
	entry->due += entry->orig == HFR_DEP_ANCHORED ? shift :
		value_shift(was, &d->pace, entry->orig);
}

void hfr_dep_repace(struct hfr_dep *d, const struct hfr_dep_pace *pace)
{
	struct hfr_dep_pace was = d->pace;
	s64 shift = d->base;
	u32 i;

	dep_set_pace(d, pace);
	shift = d->base - shift;
	if (d->slip != S64_MIN)
		d->slip += value_shift(&was, &d->pace, d->slip_orig);
	if (d->roots)
		hfr_roots_shift(d->roots, d->worker, shift);
	/* The free ones among them do no harm. */
	for (i = 0; i < d->used; i++)
		d->nodes[i].value += value_shift(&was, &d->pace, d->nodes[i].orig);
	for (i = 0; i < d->nscopes; i++) {
		d->scopes[i].anchor += shift;
		queue_remake(d, &d->scopes[i]);
	}
	open_gather(d);
	for (i = 0; i < d->open; i++)
		entry_repace(d, &d->heap[i], &was, shift);
	heap_make(d->heap, d->open);
}

/* ---- steps that few requests take ---- */

void hfr_dep_advance(struct hfr_dep *d, struct hfr_scope *s, u64 now)
{
	scope_advance(d, s, now);
}

/* ---- roots ---- */

/* The head of a scope is a root that is resolved. */
static void root_resolved(struct hfr_dep *d, struct hfr_scope *s, u32 root)
{
	s64 value = hfr_roots_value(d->roots, root);

	s->root = HFR_DEP_NONE;
	if (value != S64_MIN)
		s->anchor = value;
}

/* The head is a root; false if it waits for what it depends on. */
static bool root_ready(struct hfr_dep *d, u32 scope, u64 index)
{
	struct hfr_scope *s = &d->scopes[scope];
	u32 root = hfr_roots_find(d->roots, index);

	d->next_root = hfr_roots_next(d->roots, root + 1, d->worker);
	if (root < hfr_roots_resolved(d->roots)) {
		root_resolved(d, s, root);
		return true;
	}
	s->root = root;
	if (d->waiting == HFR_DEP_NONE)
		d->waiting = scope;
	else
		d->scopes[d->waiting_last].waiting = scope;
	d->waiting_last = scope;
	d->blocked--;
	return false;
}

void hfr_dep_resolve(struct hfr_dep *d, u64 now)
{
	u32 resolved = hfr_roots_resolved(d->roots);

	while (d->waiting != HFR_DEP_NONE) {
		u32 scope = d->waiting;
		struct hfr_scope *s = &d->scopes[scope];

		if (s->root >= resolved)
			return;
		root_resolved(d, s, s->root);
		d->waiting = s->waiting;
		d->blocked++;
		scope_advance(d, s, now);
	}
}

void hfr_dep_complete_global(struct hfr_dep *d, u32 rank, s64 value)
{
	u32 from, to;

	if (!hfr_roots_complete(d->roots, d->worker, rank, value, &from, &to))
		return;
	if (d->kick_from == d->kick_to)
		d->kick_from = from;
	d->kick_to = to;
}

/* ---- records ---- */

void hfr_dep_read_first(struct hfr_dep *d, u64 index, u32 scope, u64 now)
{
	struct hfr_scope *s = &d->scopes[scope];
	const struct hfr_trace_rec *rec = &d->recs[index & d->mask];

	d->unseen--;
	d->blocked++;
	s->begun = true;
	scope_append(d, s, index);
	scope_new_head(d, s, rec);
	if (!(rec->flags & HFR_RF_DEP_GLOBAL) || !d->roots ||
	    root_ready(d, scope, index))
		scope_advance(d, s, now);
}

/* ---- the end ---- */

bool hfr_dep_stuck(const struct hfr_dep *d, u64 *index)
{
	const struct hfr_scope *s = d->scopes;
	u32 i;

	if (!d->blocked)
		return false;
	for (i = 0; i < d->nscopes; i++, s++) {
		if (s->head == HFR_DEP_NONE || s->root != HFR_DEP_NONE)
			continue;
		*index = index_of(d, s->head);
		return true;
	}
	return false;
}
