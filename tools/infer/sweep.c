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

static uint64_t *order_at(const struct sweep *s, uint64_t position)
{
	return &s->order[position & (s->size - 1)];
}

static int grow(struct sweep *s)
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

int sweep_complete(struct sweep *s, const struct sweep_end *end)
{
	if (s->count - s->lo == s->size && grow(s))
		return -ENOMEM;
	*end_at(s, s->count++) = *end;
	return 0;
}

static void larger(uint64_t *most, uint64_t value)
{
	if (value > *most)
		*most = value;
}

/* The rank @hi joins the parents: whoever slips no more can no longer matter. */
static void order_add(struct sweep *s)
{
	int64_t slip = end_at(s, s->hi)->slip_ns;

	while (s->last > s->first &&
	       end_at(s, *order_at(s, s->last - 1))->slip_ns <= slip)
		s->last--;
	*order_at(s, s->last++) = s->hi;
}

void sweep_issue(struct sweep *s, uint64_t issue_ns, uint64_t threshold_ns)
{
	const struct sweep_end *end;

	for (; s->hi < s->count; s->hi++) {
		end = end_at(s, s->hi);
		if (end->complete_ns + threshold_ns >= issue_ns)
			break;
		order_add(s);
		larger(&s->latest_issue_ns, end->issue_ns);
		larger(&s->finish_ns, end->finish_ns);
		larger(&s->depth, end->depth);
	}
	/* The one that was issued latest is itself never passed. */
	while (s->lo < s->hi && end_at(s, s->lo)->complete_ns + threshold_ns <
				s->latest_issue_ns)
		s->lo++;
	while (s->first < s->last && *order_at(s, s->first) < s->lo)
		s->first++;
}

bool sweep_slip(const struct sweep *s, int64_t *slip_ns)
{
	if (s->lo == s->hi)
		return false;
	*slip_ns = end_at(s, *order_at(s, s->first))->slip_ns;
	return true;
}

uint64_t sweep_done(const struct sweep *s)
{
	uint64_t done = 0, rank;

	for (rank = s->lo; rank < s->hi; rank++) {
		const struct sweep_end *end = end_at(s, rank);

		larger(&done, end->complete_ns + (uint64_t)end->slip_ns);
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
