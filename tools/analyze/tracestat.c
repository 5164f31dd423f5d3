// SPDX-License-Identifier: GPL-2.0-only
/* One walk over the requests of a trace; each is counted in its groups. */
#include "tracestat.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hft-rules.h"
#include "stat-touch.h"

static void *mix_of(const struct stat_group *group)
{
	return (void *)&group->mix;
}

static void *arrival_of(const struct stat_group *group)
{
	return (void *)&group->arrival;
}

static void *service_of(const struct stat_group *group)
{
	return (void *)&group->service;
}

static void *place_of(const struct stat_group *group)
{
	return (void *)&group->place;
}

static void *reuse_of(const struct stat_group *group)
{
	return group->reuse;
}

static void *blocks_of(const struct stat_group *group)
{
	return group->blocks;
}

const struct stat_family tracestat_families[] = {
	{ "mix", "Operations and sizes", stat_mix_figures,
	  sizeof(struct stat_mix), mix_of, stat_mix_add, true },
	{ "arrival", "Arrival", stat_arrival_figures,
	  sizeof(struct stat_arrival), arrival_of, stat_arrival_add, false },
	{ "service", "Latency and requests in flight", stat_service_figures,
	  sizeof(struct stat_service), service_of, stat_service_add, false },
	{ "place", "Sequence and randomness", stat_place_figures,
	  sizeof(struct stat_place), place_of, stat_place_add, true },
	{ "reuse", "Reuse of blocks", stat_reuse_figures,
	  sizeof(struct stat_reuse), reuse_of, NULL, true },
	{ "blocks", "Working sets and popularity", stat_blocks_figures,
	  sizeof(struct stat_blocks), blocks_of, NULL, false },
	{ .name = NULL },
};

static int no_memory(const struct tracestat *st, struct hf_error *err)
{
	return hf_fail(err, ENOMEM,
		       "no memory for the statistics of %s; give --max-memory for a sample of its blocks",
		       st->trace->path);
}

static int with_blocks(struct stat_group *group)
{
	group->reuse = calloc(1, sizeof(*group->reuse));
	group->blocks = calloc(1, sizeof(*group->blocks));
	return group->reuse && group->blocks ? 0 : -ENOMEM;
}

static void group_free(struct stat_group *group)
{
	free(group->reuse);
	free(group->blocks);
}

static int make_groups(struct tracestat *st)
{
	int ret;

	st->ntargets = st->trace->hdr->device_count;
	st->pictures = calloc(1, sizeof(*st->pictures));
	st->all = calloc(1, sizeof(*st->all));
	st->targets = calloc(st->ntargets, sizeof(*st->targets));
	if (!st->pictures || !st->all || !st->targets)
		return -ENOMEM;
	ret = with_blocks(st->all);
	for (uint32_t i = 0; !ret && i < st->ntargets; i++) {
		st->targets[i].target = i;
		ret = with_blocks(&st->targets[i]);
	}
	return ret;
}

static int make_streams(struct tracestat *st, struct stat_streams *s)
{
	int ret = stat_streams_find(s, st->trace->recs, st->trace->count);

	if (ret)
		return ret;
	st->streams_found = s->count;
	st->streams_uncounted = s->uncounted;
	st->nstreams = s->count < STREAMS_SHOWN ? (unsigned int)s->count :
						  STREAMS_SHOWN;
	/* Streams use but a part of their histograms: the rest stays untouched. */
	st->streams = calloc(st->nstreams ? st->nstreams : 1,
			     sizeof(*st->streams));
	return st->streams ? 0 : -ENOMEM;
}

void tracestat_free(struct tracestat *st)
{
	if (st->all)
		group_free(st->all);
	for (uint32_t i = 0; st->targets && i < st->ntargets; i++)
		group_free(&st->targets[i]);
	free(st->all);
	free(st->targets);
	free(st->streams);
	free(st->pictures);
	memset(st, 0, sizeof(*st));
}

/* ---- pictures ---- */

/* Bytes of many targets might not fit 64 bits. */
static uint64_t sectors_of(const struct hfr_file_dev *dev)
{
	return (dev->max_end >> 9) + 1;
}

static void scale_pictures(struct tracestat *st)
{
	struct stat_pictures *p = st->pictures;
	uint64_t sectors = 0;

	for (uint32_t i = 0; i < st->ntargets; i++)
		sectors += sectors_of(&st->trace->devs[i]);
	p->time_ns = st->scope.duration_ns / TRACESTAT_TIMES + 1;
	p->times = (unsigned int)(st->scope.duration_ns / p->time_ns) + 1;
	p->row_sectors = sectors / TRACESTAT_ROWS + 1;
}

static void add_to_pictures(const struct tracestat *st,
			    const struct hfr_trace_rec *rec)
{
	struct stat_pictures *p = st->pictures;
	uint64_t when = rec->issue_ns / p->time_ns, where = rec->offset >> 9;
	enum stat_class class = CLASS_OTHER;

	if (hft_op_moves_data(rec->op))
		class = rec->op == HFR_OP_READ ? CLASS_READ : CLASS_WRITE;
	p->requests[class][when]++;
	p->bytes[class][when] += rec->length;
	if (class == CLASS_OTHER)
		return;
	for (uint32_t i = 0; i < rec->target; i++)
		where += sectors_of(&st->trace->devs[i]);
	p->heat[where / p->row_sectors][when]++;
}

/* ---- the walk ---- */

static void add_to_group(struct stat_group *group,
			 const struct hfr_trace_rec *rec, bool whole)
{
	const struct stat_family *f;

	for (f = tracestat_families; f->name; f++)
		if (f->add && !(whole && f->merged))
			f->add(f->state(group), rec);
}

static void add_request(struct tracestat *st, const struct stat_streams *s,
			const struct hfr_trace_rec *rec)
{
	int64_t stream = stat_streams_index(s, rec);

	add_to_group(st->all, rec, true);
	add_to_group(&st->targets[rec->target], rec, false);
	if (stream >= 0) {
		st->streams[stream].stream = rec->stream;
		st->streams[stream].target = rec->target;
		add_to_group(&st->streams[stream], rec, false);
	}
	add_to_pictures(st, rec);
}

static int walk(struct tracestat *st, const struct stat_streams *s,
		struct toucher *t)
{
	const struct hfr_trace_rec *recs = st->trace->recs;
	int ret = 0;

	for (uint64_t i = 0; !ret && i < st->trace->count; i++) {
		add_request(st, s, &recs[i]);
		if (hft_op_moves_data(recs[i].op))
			ret = toucher_add(t, &recs[i]);
	}
	return ret ? ret : toucher_end(t);
}

static void merge_targets(struct tracestat *st)
{
	const struct stat_family *f;

	for (f = tracestat_families; f->name; f++)
		for (uint32_t i = 0; f->merged && i < st->ntargets; i++)
			stat_merge(f, f->state(st->all),
				   f->state(&st->targets[i]));
}

static int collect(struct tracestat *st, struct toucher *t,
		   struct hf_error *err)
{
	struct stat_streams s;
	int ret = toucher_init(t, st, err);

	if (ret)
		return ret;
	if (make_streams(st, &s) || walk(st, &s, t))
		ret = no_memory(st, err);
	else
		merge_targets(st);
	stat_streams_free(&s);
	return ret;
}

int tracestat_collect(struct tracestat *st, const struct hft_file *trace,
		      const struct tracestat_opts *opts, struct hf_error *err)
{
	struct toucher *t = calloc(1, sizeof(*t));
	int ret;

	*st = (struct tracestat){ .trace = trace, .opts = *opts };
	st->scope.duration_ns = trace->hdr->duration_ns;
	st->scope.block = opts->block;
	if (!t || make_groups(st)) {
		free(t);
		return no_memory(st, err);
	}
	scale_pictures(st);
	ret = collect(st, t, err);
	toucher_free(t);
	free(t);
	return ret;
}
