// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the dependencies of a request cost: replays a trace with 32 requests in
 * flight, one scope, as a worker does, over arrays as large as real ones. For
 * cachegrind, see dep-cost.sh beside it.
 *
 *	dep-cost [REQUESTS [THINK]]
 *
 * makes a trace of a million requests, replays the first REQUESTS (all) and
 * prints how many parents a request has on average. THINK is in thousandths.
 */
#include <stdio.h>

#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../../kmod/roots.c"
#include "../../../kmod/dep.c"

#define COUNT	(1U << 20)
#define DEPTH	32

static struct hfr_trace_rec recs[COUNT];
static struct hfr_completion_rec results[COUNT];
static u32 links[COUNT];

static u32 dice_state = 1;

static u32 dice(u32 sides)
{
	dice_state = dice_state * 1664525 + 1013904223;
	return (dice_state >> 8) % sides;
}

/* Most take 50 to 150 us, some ten times as long. */
static u64 service(void)
{
	u64 ns = 50000 + dice(100000);

	return dice(100) ? ns : 10 * ns;
}

struct flight {
	u64 end[DEPTH];
	u32 index[DEPTH];
	u32 count;
};

static void flight_add(struct flight *f, u64 end, u32 index)
{
	f->end[f->count] = end;
	f->index[f->count++] = index;
}

static u32 flight_first(const struct flight *f)
{
	u32 i, first = 0;

	for (i = 1; i < f->count; i++)
		if (f->end[i] < f->end[first])
			first = i;
	return first;
}

static void flight_remove(struct flight *f, u32 i)
{
	f->count--;
	f->end[i] = f->end[f->count];
	f->index[i] = f->index[f->count];
}

/*
 * Requests follow completions after 1 to 5 us. Those that ended before @start
 * are a prefix of the ranks; the latest start among them says which of them
 * are the parents' parents.
 */
struct made {
	struct flight flight;
	u64 *ends;	/* by rank */
	u64 now;
	u64 latest;
	u32 hi;
	u32 lo;
	u64 parents;
};

static void made_complete(struct made *m)
{
	u32 i = flight_first(&m->flight), index = m->flight.index[i];

	recs[index].rank = m->hi;
	m->ends[m->hi++] = m->flight.end[i];
	m->latest = max(m->latest, recs[index].issue_ns);
	m->now = max(m->now, m->flight.end[i]) + 1;
	flight_remove(&m->flight, i);
}

static void made_issue(struct made *m, u32 index)
{
	struct hfr_trace_rec *rec = &recs[index];
	u64 end;

	m->now += dice(4000);
	while (m->flight.count &&
	       m->flight.end[flight_first(&m->flight)] < m->now)
		made_complete(m);
	while (m->lo < m->hi && m->ends[m->lo] < m->latest)
		m->lo++;
	end = m->now + service();
	rec->issue_ns = m->now;
	rec->complete_ns = end;
	rec->offset = (u64)index << 12;
	rec->length = 4096;
	rec->dep_lo = m->lo;
	rec->dep_hi = m->hi;
	m->parents += m->hi - m->lo;
	flight_add(&m->flight, end, index);
}

static double make_trace(void)
{
	struct made m = { .ends = calloc(COUNT, sizeof(*m.ends)) };
	u32 i;

	if (!m.ends)
		abort();
	for (i = 0; i < COUNT; i++) {
		if (m.flight.count == DEPTH)
			made_complete(&m);
		made_issue(&m, i);
	}
	while (m.flight.count)
		made_complete(&m);
	free(m.ends);
	return (double)m.parents / COUNT;
}

/* ---- the replay ---- */

struct worker {
	struct hfr_dep dep;
	struct flight flight;
	u64 now;
	u32 next;
	u32 count;
};

static u32 all_left(const void *ctx, u32 scope)
{
	return ((const struct worker *)ctx)->count;
}

static void worker_read(struct worker *w)
{
	while (w->next < w->count &&
	       hfr_dep_wants(&w->dep, recs[w->next].issue_ns, w->now)) {
		hfr_dep_read(&w->dep, &recs[w->next], w->next, 0, w->now);
		w->next++;
	}
}

static void worker_issue(struct worker *w, u64 index)
{
	const struct hfr_trace_rec *rec = &recs[index];
	struct hfr_completion_rec *result = &results[index];

	result->issued_ns = w->now;
	result->submit_cost = rec->length;
	flight_add(&w->flight, w->now + service(), index);
}

static void worker_complete(struct worker *w)
{
	u32 i = flight_first(&w->flight), index = w->flight.index[i];
	const struct hfr_trace_rec *rec = &recs[index];
	struct hfr_dep_done done = {
		.rank = rec->rank, .global_rank = rec->global_rank,
		.orig = rec->complete_ns, .actual = w->flight.end[i],
	};

	w->now = max(w->now, w->flight.end[i]);
	if (hfr_dep_complete(&w->dep, &done, w->now))
		abort();
	results[index].completed_ns = w->now;
	results[index].state = HFR_REC_DONE;
	flight_remove(&w->flight, i);
}

/* Goes to whatever is next: a due time, or the end of a request. */
static bool worker_step(struct worker *w)
{
	u64 end = w->flight.count ?
		w->flight.end[flight_first(&w->flight)] : U64_MAX;
	struct hfr_dep_next next;

	worker_read(w);
	if (w->flight.count < DEPTH && hfr_dep_peek(&w->dep, &next) &&
	    (u64)max(next.due, 0) <= end) {
		w->now = max_t(u64, w->now, max(next.due, 0));
		hfr_dep_take(&w->dep, w->now, &next);
		worker_issue(w, next.index);
		return true;
	}
	if (!w->flight.count)
		return false;
	worker_complete(w);
	return true;
}

int main(int argc, char **argv)
{
	struct hfr_dep_pace pace = { .clock = 1000000, .speed = 1000 };
	static struct worker w;
	double parents = make_trace();

	w.count = argc > 1 ? strtoul(argv[1], NULL, 10) : COUNT;
	pace.think = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000;
	if (w.count > COUNT || hfr_dep_init(&w.dep, 1, 4096, 0, recs, COUNT - 1,
					    links, NULL))
		return 1;
	/* Both runs of dep-cost.sh have touched what only one replays. */
	memset(results, 1, sizeof(results));
	memset(links, 1, sizeof(links));
	hfr_dep_begin(&w.dep, &pace, all_left, &w);
	w.now = hfr_dep_wants_at(&w.dep, recs[0].issue_ns);
	while (worker_step(&w))
		;
	if (!hfr_dep_empty(&w.dep) || w.next != w.count)
		return 1;
	printf("%.1f\n", parents);
	hfr_dep_free(&w.dep);
	return 0;
}
