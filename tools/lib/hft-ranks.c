// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "hft-ranks.h"

void hft_ranks_free(struct hft_ranks *r)
{
	free(r->all);
	free(r->scoped);
	free(r->begin);
	*r = (struct hft_ranks){ NULL };
}

static void fill(struct hft_ranks *r, const struct hft_file *trace)
{
	uint32_t scopes = trace->hdr->scopes, s;
	uint64_t i;

	for (i = 0; i < trace->count; i++)
		r->begin[trace->recs[i].scope + 1]++;
	for (s = 0; s < scopes; s++)
		r->begin[s + 1] += r->begin[s];
	for (i = 0; i < trace->count; i++) {
		const struct hfr_trace_rec *rec = &trace->recs[i];

		r->all[rec->global_rank] = (uint32_t)i;
		r->scoped[r->begin[rec->scope] + rec->rank] = (uint32_t)i;
	}
}

int hft_ranks_make(struct hft_ranks *r, const struct hft_file *trace,
		   struct hf_error *err)
{
	if (trace->count >= UINT32_MAX)
		return hf_fail(err, E2BIG,
			       "%s has too many requests to list its edges; take a part of it",
			       trace->path);
	r->all = calloc(trace->count + 1, sizeof(*r->all));
	r->scoped = calloc(trace->count + 1, sizeof(*r->scoped));
	r->begin = calloc(trace->hdr->scopes + 1UL, sizeof(*r->begin));
	if (!r->all || !r->scoped || !r->begin) {
		hft_ranks_free(r);
		return hf_fail(err, ENOMEM, "no memory for the edges of %s",
			       trace->path);
	}
	fill(r, trace);
	return 0;
}

const uint32_t *hft_ranks_parents(const struct hft_ranks *r,
				  const struct hfr_trace_rec *rec)
{
	const uint32_t *from = r->all;

	if (!(rec->flags & HFR_RF_DEP_GLOBAL))
		from = r->scoped + r->begin[rec->scope];
	return from + rec->dep_lo;
}
