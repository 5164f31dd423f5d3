// SPDX-License-Identifier: GPL-2.0-only
/*
 * The order "complete before the other is issued" is an interval order: with
 * the records ranked by completion, the parents of one are the ranks from
 * those that were complete when the youngest complete one was issued, to those
 * complete now.
 */
#include <stdlib.h>

#include "windows.h"

struct end {
	uint64_t time;
	size_t index;
};

static int by_time(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

static struct end *ranked_ends(struct hfr_trace_rec *recs, size_t count)
{
	struct end *ends = calloc(count, sizeof(*ends));
	size_t i;

	for (i = 0; i < count; i++) {
		ends[i].time = recs[i].complete_ns;
		ends[i].index = i;
	}
	qsort(ends, count, sizeof(*ends), by_time);
	for (i = 0; i < count; i++) {
		recs[ends[i].index].rank = i;
		recs[ends[i].index].global_rank = i;
	}
	return ends;
}

double windows_find(struct hfr_trace_rec *recs, size_t count,
		    struct hft_dep_info *info)
{
	struct end *ends = ranked_ends(recs, count);
	size_t i, hi = 0, lo = 0, parents = 0;
	uint64_t youngest = 0;

	*info = (struct hft_dep_info){ .kind = HFR_DEP_GLOBAL, .scopes = 1 };
	for (i = 0; i < count; i++) {
		for (; ends[hi].time < recs[i].issue_ns; hi++)
			if (recs[ends[hi].index].issue_ns > youngest)
				youngest = recs[ends[hi].index].issue_ns;
		while (ends[lo].time < youngest)
			lo++;
		recs[i].dep_lo = lo;
		recs[i].dep_hi = hi;
		parents += hi - lo;
		if (i + 1 - lo > info->nodes)
			info->nodes = i + 1 - lo;
	}
	free(ends);
	return (double)parents / count;
}
