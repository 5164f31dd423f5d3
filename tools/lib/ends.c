// SPDX-License-Identifier: GPL-2.0-only
#include "ends.h"

void ends_until(struct ends *e, uint64_t ns)
{
	if (ns > e->end)
		e->end = ns;
}

void ends_add(struct ends *e, const struct hfr_trace_rec *rec)
{
	ends_until(e, rec->issue_ns);
	if (rec->complete_ns == HFR_UNKNOWN) {
		e->issues[e->open++ % ENDS_KEPT] = rec->issue_ns;
		return;
	}
	e->known++;
	ends_until(e, rec->complete_ns);
	if (rec->complete_ns - rec->issue_ns > e->longest)
		e->longest = rec->complete_ns - rec->issue_ns;
}

static bool in_flight(const struct ends *e, uint64_t issue_ns)
{
	return e->end - issue_ns <= e->longest;
}

bool ends_estimate(const struct ends *e)
{
	uint64_t kept = e->open < ENDS_KEPT ? e->open : ENDS_KEPT;
	uint64_t lost = e->open, i;

	for (i = 0; i < kept; i++)
		lost -= in_flight(e, e->issues[i]);
	return lost * 100 < e->known + e->open;
}

void ends_settle(const struct ends *e, bool estimate,
		 struct hfr_trace_rec *rec)
{
	if (rec->complete_ns != HFR_UNKNOWN || !e->known)
		return;
	if (in_flight(e, rec->issue_ns))
		rec->complete_ns = e->end;
	else if (estimate)
		rec->complete_ns = rec->issue_ns + e->longest;
}
