// SPDX-License-Identifier: GPL-2.0-only
#include "repeats.h"

static bool repeats(const struct hfr_trace_rec *a,
		    const struct hfr_trace_rec *b)
{
	return a->offset == b->offset && a->length == b->length &&
	       a->target == b->target && a->op == b->op &&
	       b->issue_ns >= a->issue_ns &&
	       b->issue_ns - a->issue_ns <= REPEATS_NS;
}

bool repeats_add(struct repeats *r, const struct hfr_trace_rec *rec)
{
	unsigned int i;

	for (i = 0; rec->length && i < REPEATS_KEPT; i++)
		if (repeats(&r->recs[i], rec))
			return true;
	r->recs[r->next] = *rec;
	r->next = (r->next + 1) % REPEATS_KEPT;
	return false;
}
