// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "deal.h"

static const struct hfr_file_hdr *header(const struct run *run)
{
	return run->job->trace->hdr;
}

/* ---- scopes ---- */

uint32_t deal_local_scope(const struct run *run,
			  const struct hfr_trace_rec *rec)
{
	return header(run)->dep_scope == HFR_DEP_STREAM ?
	       rec->scope / run->nworkers : 0;
}

uint32_t deal_global_scope(const struct worker *w, uint32_t local)
{
	switch (header(w->run)->dep_scope) {
	case HFR_DEP_GLOBAL:
		return 0;
	case HFR_DEP_TARGET:
		return w->home;
	default:
		return local * w->run->nworkers + w->index;
	}
}

uint32_t deal_local_scopes(const struct worker *w)
{
	uint32_t scopes = header(w->run)->scopes, n = w->run->nworkers;

	switch (header(w->run)->dep_scope) {
	case HFR_DEP_GLOBAL:
		return !w->index;
	case HFR_DEP_TARGET:
		return !w->share && w->home < scopes;
	default:
		return w->index < scopes ? (scopes - w->index - 1) / n + 1 : 0;
	}
}

/* ---- records ---- */

/* Workers that issue to one target. */
static uint32_t sharers(const struct play_job *job)
{
	const struct play_choices *c = &job->choices;

	if (c->mode != HFREPLAY_MODE_DEP)
		return c->workers;
	return job->trace->hdr->dep_scope == HFR_DEP_STREAM ?
	       c->workers * job->trace->hdr->device_count : 1;
}

int deal_check(const struct play_job *job, struct hf_error *err)
{
	const struct play_choices *c = &job->choices;

	if (c->limit != HFREPLAY_LIMIT_FIXED || c->limit_value >= sharers(job))
		return 0;
	return hf_fail(err, EINVAL,
		       "%u workers issue to each target and cannot share a limit of %u: give each at least one, or use fewer workers",
		       sharers(job), c->limit_value);
}

static uint32_t owner_by_scope(const struct run *run,
			       const struct hfr_trace_rec *rec)
{
	switch (header(run)->dep_scope) {
	case HFR_DEP_GLOBAL:
		return 0;
	case HFR_DEP_TARGET:
		return rec->target * run->job->choices.workers;
	default:
		return rec->scope % run->nworkers;
	}
}

/* Streams are numbers of processes: their low bits alone may be all alike. */
static uint32_t stream_hash(uint32_t stream)
{
	return (stream * 0x61c88647U) >> 16;
}

static uint32_t owner_of(const struct run *run, uint64_t i)
{
	const struct hfr_trace_rec *rec = &run->job->trace->recs[i];
	const struct play_choices *c = &run->job->choices;
	uint32_t share;

	if (c->mode == HFREPLAY_MODE_DEP)
		return owner_by_scope(run, rec);
	share = c->spread == HFREPLAY_SPREAD_REQUEST ?
		(uint32_t)(i % c->workers) : stream_hash(rec->stream);
	return rec->target * c->workers + share % c->workers;
}

int deal_owners(struct run *run)
{
	uint64_t i;

	if (run->nworkers == 1)
		return 0;
	run->owner = malloc(run->count * sizeof(*run->owner) + 1);
	if (!run->owner)
		return -ENOMEM;
	for (i = 0; i < run->count; i++)
		run->owner[i] = (uint16_t)owner_of(run, i);
	return 0;
}

static void share_lanes(struct worker *w, uint32_t n)
{
	uint32_t share = n == w->run->job->choices.workers ? w->share :
			 n == 1 ? 0 : w->index;
	uint32_t i;

	for (i = 0; i < header(w->run)->device_count; i++) {
		w->lanes[i].sharers = n;
		w->lanes[i].share = share;
	}
}

void deal_records(struct run *run)
{
	uint64_t i;

	for (i = 0; i < run->nworkers; i++)
		share_lanes(&run->workers[i], sharers(run->job));
	if (!run->owner)
		run->workers[0].records = run->count;
	for (i = 0; run->owner && i < run->count; i++)
		run->workers[run->owner[i]].records++;
}
