/* SPDX-License-Identifier: GPL-2.0-only */
/* Workers that replay a trace with dependencies in simulated time. */
#ifndef DEP_REPLAY_H
#define DEP_REPLAY_H

#define MAX_WORKERS	4

struct replay_worker {
	struct hfr_dep dep;
	u64 next;	/* record to read next */
	bool kicked;
};

/**
 * struct replay - a replay
 * @slots: of the ring; all records fit if there are enough
 * @lazy: completions of the same time are taken back before records are read
 * @repace: it changes to the same pace now and then
 * @streams: nobody knows how many records a scope has
 * @rank_base: rank at which the trace begins, in a trace without roots
 * @held: the ring kept a record from being read that was wanted
 * @result: what hfr_dep_complete() said first
 */
struct replay {
	const struct dep_trace *trace;
	struct hfr_dep_pace pace;
	u32 nworkers;
	u32 slots;
	bool lazy;
	bool repace;
	bool streams;
	u32 rank_base;
	bool held;
	int result;
	u32 loop;
	u64 now;
	u64 loaded;
	struct hfr_roots roots;
	bool has_roots;
	struct hfr_trace_rec ring[512];
	u32 links[512];
	struct replay_worker worker[MAX_WORKERS];
	u64 issued[MAX_LOOPS][MAX_RECORDS];
	u64 ends[MAX_RECORDS];	/* in flight: when; U64_MAX: not */
	u32 done;
	u64 began[MAX_LOOPS + 1];
};

static u32 owner_of(const struct replay *r, u32 scope)
{
	return scope % r->nworkers;
}

static u32 worker_left(const void *ctx, u32 local)
{
	const struct replay_worker *w = ctx;
	const struct replay *r = (const void *)(w - w->dep.worker) -
		offsetof(struct replay, worker);

	if (r->streams)
		return U32_MAX;
	return r->trace->records[local * r->nworkers + w->dep.worker];
}

static void replay_init(struct replay *r)
{
	const struct dep_trace *t = r->trace;
	u32 i, scope, count = 0;

	for (i = 0; i < t->count; i++)
		count += !!(t->rec[i].flags & HFR_RF_DEP_GLOBAL);
	r->has_roots = count;
	if (count)
		assert_int_equal(hfr_roots_init(&r->roots, count, r->nworkers), 0);
	for (i = 0; i < t->count && count; i++)
		if (t->rec[i].flags & HFR_RF_DEP_GLOBAL)
			hfr_roots_add(&r->roots, i, t->rec[i].dep_lo,
				      t->rec[i].dep_hi,
				      owner_of(r, t->rec[i].scope));
	if (count)
		hfr_roots_seal(&r->roots);
	for (i = 0; i < r->nworkers; i++) {
		u32 scopes = 0, nodes = 0;

		for (scope = i; scope < t->scopes; scope += r->nworkers) {
			scopes++;
			nodes += t->span[scope];
		}
		assert_int_equal(hfr_dep_init(&r->worker[i].dep, scopes, nodes,
					      i, r->ring, r->slots - 1, r->links,
					      count ? &r->roots : NULL), 0);
	}
}

static void replay_free(struct replay *r)
{
	u32 i;

	for (i = 0; i < r->nworkers; i++)
		hfr_dep_free(&r->worker[i].dep);
	if (r->has_roots)
		hfr_roots_free(&r->roots);
}

static void replay_begin(struct replay *r, u64 clock)
{
	u32 i, scope;

	r->pace.clock = clock;
	r->pace.pos = 0;
	r->began[r->loop] = clock;
	r->now = max(r->now, clock);
	r->loaded = 0;
	r->done = 0;
	if (r->has_roots)
		hfr_roots_begin(&r->roots);
	for (i = 0; i < r->nworkers; i++) {
		r->worker[i].next = 0;
		r->worker[i].kicked = true;
		hfr_dep_begin(&r->worker[i].dep, &r->pace, worker_left,
			      &r->worker[i]);
		for (scope = 0; scope < r->worker[i].dep.nscopes; scope++) {
			r->worker[i].dep.scopes[scope].watermark = r->rank_base;
			r->worker[i].dep.scopes[scope].lo = r->rank_base;
			r->worker[i].dep.scopes[scope].hi = r->rank_base;
		}
	}
	for (i = 0; i < r->trace->count; i++) {
		r->ends[i] = U64_MAX;
		r->issued[r->loop][i] = U64_MAX;
	}
}

/* The feeder writes what is free: behind the oldest that is not issued. */
static void replay_feed(struct replay *r)
{
	const struct dep_trace *t = r->trace;
	u64 oldest = 0;

	while (oldest < t->count && r->issued[r->loop][oldest] != U64_MAX)
		oldest++;
	while (r->loaded < t->count && r->loaded < oldest + r->slots) {
		r->ring[r->loaded & (r->slots - 1)] = t->rec[r->loaded];
		r->loaded++;
	}
}

static bool worker_own(const struct replay *r, const struct replay_worker *w,
		       u64 index)
{
	return owner_of(r, r->trace->rec[index].scope) == w->dep.worker;
}

static void worker_read(struct replay *r, struct replay_worker *w)
{
	const struct dep_trace *t = r->trace;

	for (;;) {
		while (w->next < t->count && !worker_own(r, w, w->next))
			w->next++;
		if (w->next == t->count ||
		    !hfr_dep_wants(&w->dep, t->rec[w->next].issue_ns,
				   r->now))
			return;
		if (w->next >= r->loaded)
			replay_feed(r);
		if (w->next >= r->loaded) {
			r->held = true;
			return;
		}
		hfr_dep_read(&w->dep, &r->ring[w->next & (r->slots - 1)], w->next,
			     t->rec[w->next].scope / r->nworkers, r->now);
		w->next++;
	}
}

/* Issues what is due; says whether that was anything. */
static bool worker_issue(struct replay *r, struct replay_worker *w)
{
	struct hfr_dep_next next, first;

	if (!hfr_dep_peek(&w->dep, &first) || first.due > (s64)r->now) {
		assert_false(hfr_dep_take(&w->dep, r->now, &next));
		return false;
	}
	assert_false(hfr_dep_released(&w->dep, first.index));
	assert_true(hfr_dep_take(&w->dep, r->now, &next));
	assert_memory_equal(&next, &first, sizeof(next));
	assert_true(next.opened <= r->now);
	assert_true(r->issued[r->loop][next.index] == U64_MAX);
	hfr_dep_release(&w->dep, next.index);
	assert_true(hfr_dep_released(&w->dep, next.index));
	r->issued[r->loop][next.index] = r->now;
	r->ends[next.index] = r->now + r->trace->service[r->loop][next.index];
	return true;
}

/* Only who was kicked may find that a root was resolved. */
static void worker_awake(struct replay_worker *w)
{
	const struct hfr_dep *d = &w->dep;

	if (hfr_dep_waiting(d) &&
	    d->scopes[d->waiting].root < hfr_roots_resolved(d->roots))
		assert_true(w->kicked);
	if (hfr_dep_root_unread(d) && !d->hungry)
		assert_true(w->kicked);
}

static void replay_kick(struct replay *r, struct replay_worker *w)
{
	u32 from, to;

	if (!hfr_dep_kick(&w->dep, &from, &to))
		return;
	for (; from < to; from++)
		r->worker[hfr_roots_owner(&r->roots, from)].kicked = true;
}

static void replay_complete(struct replay *r, u32 i)
{
	const struct hfr_trace_rec *rec = &r->trace->rec[i];
	struct replay_worker *w = &r->worker[owner_of(r, rec->scope)];
	struct hfr_dep_done done = {
		.scope = rec->scope / r->nworkers, .rank = rec->rank,
		.global_rank = rec->global_rank, .orig = rec->complete_ns,
		.actual = r->ends[i],
	};
	int result = hfr_dep_complete(&w->dep, &done, r->now);

	if (!r->result)
		r->result = result;
	w->kicked = true;
	replay_kick(r, w);
	r->ends[i] = U64_MAX;
	r->done++;
	if (!r->lazy)
		worker_read(r, w);
}

/* Completions of now, from a random one on. */
static void replay_reap(struct replay *r)
{
	u32 n = r->trace->count, start = dice(n), i;

	for (i = 0; i < n; i++)
		if (r->ends[(start + i) % n] <= r->now)
			replay_complete(r, (start + i) % n);
}

/* The same line by another point, and the same factor by other numbers. */
static void replay_repace(struct replay *r, struct replay_worker *w)
{
	struct hfr_dep_pace pace = w->dep.pace;
	u64 step = pace.speed * dice(5);

	pace.clock += step * pace.think / pace.speed;
	pace.pos += step;
	pace.think *= 2;
	pace.speed *= 2;
	if (pace.speed < 1000000)
		hfr_dep_repace(&w->dep, &pace);
}

/* When anything happens by itself; U64_MAX: never. */
static u64 replay_next(struct replay *r)
{
	struct hfr_dep_next next;
	u64 when = U64_MAX;
	u32 i;

	for (i = 0; i < r->trace->count; i++)
		when = min(when, r->ends[i]);
	for (i = 0; i < r->nworkers; i++) {
		struct replay_worker *w = &r->worker[i];

		if (hfr_dep_peek(&w->dep, &next))
			when = min(when, (u64)max(next.due, 0));
		if (w->next < r->trace->count && w->next < r->loaded)
			when = min(when, hfr_dep_wants_at(&w->dep,
					r->trace->rec[w->next].issue_ns));
	}
	return when;
}

static void replay_now(struct replay *r)
{
	bool again;
	u32 i;

	do {
		again = false;
		replay_feed(r);
		replay_reap(r);
		for (i = 0; i < r->nworkers; i++) {
			struct replay_worker *w = &r->worker[i];

			worker_awake(w);
			/* Behind these there is more to read. */
			hfr_dep_update(&w->dep, r->now);
			if (r->repace && !dice(10))
				replay_repace(r, w);
			worker_read(r, w);
			while (worker_issue(r, w)) {
				worker_read(r, w);
				again = true;
			}
			w->kicked = false;
		}
	} while (again);
}

/* Runs a loop; false if it comes to a halt before its end. */
static bool replay_loop(struct replay *r)
{
	s64 slip = S64_MIN;
	u64 when;
	u32 i;

	while (!r->result) {
		replay_now(r);
		if (r->done == r->trace->count)
			break;
		when = replay_next(r);
		if (when == U64_MAX || r->result)
			return false;
		assert_true(when > r->now);
		r->now = when;
	}
	for (i = 0; i < r->nworkers; i++) {
		assert_true(hfr_dep_empty(&r->worker[i].dep) || r->result);
		slip = max(slip, hfr_dep_slip(&r->worker[i].dep));
	}
	r->began[r->loop + 1] = slip + times_k(&r->pace, r->trace->duration);
	return !r->result;
}

#endif /* DEP_REPLAY_H */
