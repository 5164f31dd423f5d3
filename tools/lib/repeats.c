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

/* Euclid's; when the stamps are fine it is 1 soon, and stays so. */
static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

bool repeats_add(struct repeats *r, const struct hfr_trace_rec *rec)
{
	unsigned int i;

	r->tick_ns = common_divisor(rec->issue_ns, r->tick_ns);
	for (i = 0; rec->length && i < REPEATS_KEPT; i++)
		if (repeats(&r->recs[i], rec))
			return true;
	r->recs[r->next] = *rec;
	r->next = (r->next + 1) % REPEATS_KEPT;
	return false;
}

bool repeats_coarse(const struct repeats *r)
{
	return !r->tick_ns || r->tick_ns >= REPEATS_NS;
}
