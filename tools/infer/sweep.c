// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "sweep.h"

/* Scopes may be many and small. */
#define LEAST_ENDS 4

static struct sweep_end *end_at(const struct sweep *s, uint64_t rank)
{
	return &s->ends[rank & (s->size - 1)];
}

static struct sweep_slip *order_at(const struct sweep *s, uint64_t position)
{
	return &s->order[position & (s->size - 1)];
}

int sweep_grow(struct sweep *s)
{
	struct sweep old = *s;
	uint64_t rank;

	if (s->size > UINT32_MAX / 2)
		return -ENOMEM;
	s->size = s->size ? s->size * 2 : LEAST_ENDS;
	s->ends = calloc(s->size, sizeof(*s->ends));
	s->order = calloc(s->size, sizeof(*s->order));
	if (!s->ends || !s->order) {
		sweep_free(s);
		*s = old;
		return -ENOMEM;
	}
	for (rank = s->lo; rank < s->count; rank++)
		*end_at(s, rank) = *end_at(&old, rank);
	for (rank = s->first; rank < s->last; rank++)
		*order_at(s, rank) = *order_at(&old, rank);
	sweep_free(&old);
	return 0;
}

/* Without a branch: which one is larger nobody can foretell. */
static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The rank @hi joins the parents: whoever slips no more can no longer matter. */
static void order_add(struct sweep *s, int64_t slip_ns)
{
	uint64_t last = s->last;

	while (last > s->first && order_at(s, last - 1)->ns <= slip_ns)
		last--;
	*order_at(s, last) = (struct sweep_slip){ s->hi, slip_ns };
	s->last = last + 1;
}

static void take_parents(struct sweep *s, uint64_t before_ns)
{
	for (; s->hi < s->count; s->hi++) {
		const struct sweep_end *end = end_at(s, s->hi);

		if (end->complete_ns >= before_ns)
			break;
		order_add(s, end->slip_ns);
		s->latest_issue_ns = larger(s->latest_issue_ns, end->issue_ns);
		s->finish_ns = larger(s->finish_ns, end->finish_ns);
		s->depth = larger(s->depth, end->depth);
	}
}

void sweep_issue(struct sweep *s, uint64_t issue_ns, uint64_t threshold_ns)
{
	uint64_t lo = s->lo, first = s->first;

	if (issue_ns > threshold_ns)
		take_parents(s, issue_ns - threshold_ns);
	/* The one that was issued latest is itself never passed. */
	while (lo < s->hi && end_at(s, lo)->complete_ns + threshold_ns <
			     s->latest_issue_ns)
		lo++;
	while (first < s->last && order_at(s, first)->rank < lo)
		first++;
	s->lo = lo;
	s->first = first;
}

uint64_t sweep_done(const struct sweep *s)
{
	uint64_t done = 0, rank;

	for (rank = s->lo; rank < s->hi; rank++) {
		const struct sweep_end *end = end_at(s, rank);

		done = larger(done, end->complete_ns + (uint64_t)end->slip_ns);
	}
	return done;
}

void sweep_free(struct sweep *s)
{
	free(s->ends);
	free(s->order);
	s->ends = NULL;
	s->order = NULL;
}
