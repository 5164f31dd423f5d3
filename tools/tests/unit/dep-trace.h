/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random traces with dependencies, and when their requests must be issued:
 * from a plain list of edges, by brute force.
 */
#ifndef DEP_TRACE_H
#define DEP_TRACE_H

#define MAX_RECORDS	400
#define MAX_LOOPS	3
#define MAX_STREAMS	50

struct dep_trace {
	u32 count;
	u32 kind;
	u32 scopes;
	u32 threshold;
	bool rooted;	/* scopes begin with windows among all records */
	u64 duration;
	struct hfr_trace_rec rec[MAX_RECORDS];
	u32 first[MAX_RECORDS];	/* first record of the same scope */
	u32 span[MAX_RECORDS];	/* by scope */
	u32 records[MAX_RECORDS];	/* by scope */
	u8 edge[MAX_RECORDS][MAX_RECORDS];	/* parent, child */
	u64 service[MAX_LOOPS][MAX_RECORDS];
};

static u64 dice_state;

static u64 dice(u64 sides)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return sides ? (dice_state >> 11) % sides : 0;
}

static void make_scopes(struct dep_trace *t)
{
	u32 seen[MAX_STREAMS + 1], i, j;

	t->scopes = t->kind == HFR_DEP_TARGET ? 4 : 0;
	if (t->kind == HFR_DEP_GLOBAL)
		t->scopes = 1;
	for (i = 0; i < t->count; i++) {
		struct hfr_trace_rec *rec = &t->rec[i];

		if (t->kind == HFR_DEP_TARGET)
			rec->scope = rec->target;
		if (t->kind != HFR_DEP_STREAM)
			continue;
		for (j = 0; j < t->scopes && seen[j] != rec->stream; j++)
			;
		if (j == t->scopes)
			seen[t->scopes++] = rec->stream;
		rec->scope = j;
	}
}

/* Bursts, ties, requests of no length, now and then a very long one. */
static void make_records(struct dep_trace *t)
{
	u64 gap = 1 + dice(60), length = 1 + dice(200), now = dice(3) * 100;
	u32 streams = 1 + dice(MAX_STREAMS), targets = 1 + dice(4), i, loop;

	for (i = 0; i < t->count; i++) {
		struct hfr_trace_rec *rec = &t->rec[i];

		if (dice(3))
			now += dice(gap);
		if (!dice(30))
			now += dice(20 * gap);
		*rec = (struct hfr_trace_rec) {
			.issue_ns = now, .complete_ns = now,
			.stream = dice(1 + i * streams / t->count),
			.target = dice(targets),
		};
		if (dice(8))
			rec->complete_ns += dice(length);
		if (!dice(40))
			rec->complete_ns += dice(30 * length);
		t->duration = max(t->duration, rec->complete_ns);
		for (loop = 0; loop < MAX_LOOPS; loop++)
			t->service[loop][i] = !dice(10) ? 0 :
				dice(!dice(20) ? 40 * length : length);
	}
}

/* @a was over so long before @b began that @b may have waited for it. */
static bool trace_before(const struct dep_trace *t, u32 a, u32 b)
{
	return t->rec[a].complete_ns + t->threshold < t->rec[b].issue_ns;
}

static bool ends_before(const struct dep_trace *t, u32 a, u32 b)
{
	u64 end_a = t->rec[a].complete_ns, end_b = t->rec[b].complete_ns;

	return end_a < end_b || (end_a == end_b && a < b);
}

static bool among(const struct dep_trace *t, u32 a, u32 b, bool all)
{
	return all || t->rec[a].scope == t->rec[b].scope;
}

/* Rank and window of @b among the records of all scopes, or of its own. */
static u32 trace_rank(const struct dep_trace *t, u32 b, bool all)
{
	u32 i, n = 0;

	for (i = 0; i < t->count; i++)
		n += i != b && among(t, i, b, all) && ends_before(t, i, b);
	return n;
}

static void trace_window(struct dep_trace *t, u32 b, bool all)
{
	struct hfr_trace_rec *rec = &t->rec[b];
	u64 latest = 0;
	u32 i;

	rec->dep_lo = 0;
	rec->dep_hi = 0;
	for (i = 0; i < b; i++) {
		if (!among(t, i, b, all) || !trace_before(t, i, b))
			continue;
		rec->dep_hi++;
		latest = max(latest, t->rec[i].issue_ns);
	}
	for (i = 0; i < b; i++)
		rec->dep_lo += among(t, i, b, all) && trace_before(t, i, b) &&
			t->rec[i].complete_ns + t->threshold < latest;
}

/* The edges that no path of two others stands for. */
static void trace_edges(struct dep_trace *t, u32 b, bool all)
{
	u32 a, c;

	for (a = 0; a < b; a++) {
		t->edge[a][b] = among(t, a, b, all) && trace_before(t, a, b);
		for (c = a + 1; c < b && t->edge[a][b]; c++)
			if (among(t, c, b, all) && trace_before(t, a, c) &&
			    trace_before(t, c, b))
				t->edge[a][b] = 0;
	}
}

static void trace_infer(struct dep_trace *t)
{
	u32 i, *n = t->records;

	for (i = 0; i < t->count; i++) {
		struct hfr_trace_rec *rec = &t->rec[i];
		bool first = !n[rec->scope], all = first && t->rooted;
		u32 span;

		rec->flags = all ? HFR_RF_DEP_GLOBAL : 0;
		rec->rank = trace_rank(t, i, false);
		rec->global_rank = trace_rank(t, i, true);
		trace_window(t, i, all);
		trace_edges(t, i, all);
		for (t->first[i] = 0; t->rec[t->first[i]].scope != rec->scope;)
			t->first[i]++;
		span = ++n[rec->scope] - (all ? 0 : rec->dep_lo);
		t->span[rec->scope] = max(t->span[rec->scope], span);
	}
}

static void make_trace(struct dep_trace *t, u32 count, u32 kind)
{
	memset(t, 0, sizeof(*t));
	t->count = count;
	t->kind = kind;
	t->threshold = dice(2) ? 0 : dice(!dice(9) ? 5000 : 40);
	t->rooted = kind != HFR_DEP_GLOBAL && dice(2);
	make_records(t);
	make_scopes(t);
	trace_infer(t);
}

/* ---- the oracle ---- */

struct dep_times {
	u64 issued[MAX_LOOPS][MAX_RECORDS];
	u64 began[MAX_LOOPS + 1];
};

static u64 times_k(const struct hfr_dep_pace *pace, u64 ns)
{
	return (__uint128_t)ns * pace->think / pace->speed;
}

/*
 * A request is issued when it is due and all its parents have completed. Those
 * of a scope that begins with a root do not go before that may, and are as far
 * behind as it if they have no parents; roots may in trace order.
 */
static void expect_loop(const struct dep_trace *t, u32 loop,
			const struct hfr_dep_pace *pace, struct dep_times *x)
{
	u64 actual[MAX_RECORDS], ready[MAX_RECORDS], roots_ready = 0;
	s64 slip = S64_MIN, anchor[MAX_RECORDS];
	u32 a, b;

	for (b = 0; b < t->count; b++) {
		s64 due = S64_MIN;

		ready[b] = x->began[loop];
		for (a = 0; a < b; a++) {
			if (!t->edge[a][b])
				continue;
			ready[b] = max(ready[b], actual[a]);
			due = max(due, (s64)(actual[a] -
				  times_k(pace, t->rec[a].complete_ns)));
		}
		if (due == S64_MIN)
			due = t->rooted && t->first[b] != b ?
				anchor[t->first[b]] : (s64)x->began[loop];
		anchor[b] = due;
		due += times_k(pace, t->rec[b].issue_ns);
		if (t->rec[b].flags & HFR_RF_DEP_GLOBAL) {
			roots_ready = max(roots_ready, ready[b]);
			ready[b] = roots_ready;
		} else if (t->rooted) {
			ready[b] = max(ready[b], ready[t->first[b]]);
		}
		x->issued[loop][b] = max(due, (s64)ready[b]);
		actual[b] = x->issued[loop][b] + t->service[loop][b];
		slip = max(slip, (s64)(actual[b] -
			   times_k(pace, t->rec[b].complete_ns)));
	}
	x->began[loop + 1] = slip + times_k(pace, t->duration);
}

static void expect_times(const struct dep_trace *t, u64 start,
			 const struct hfr_dep_pace *pace, struct dep_times *x)
{
	u32 loop;

	x->began[0] = start;
	for (loop = 0; loop < MAX_LOOPS; loop++)
		expect_loop(t, loop, pace, x);
}

#endif /* DEP_TRACE_H */
