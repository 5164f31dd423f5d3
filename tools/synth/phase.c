// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "arrival.h"
#include "extents.h"
#include "phase.h"
#include "readmix.h"

#define BATCH 1024U

/* Purposes of seeds: a change of one thing leaves the others as they are. */
enum purpose {
	FOR_ITEMS,
	FOR_SIZES,
	FOR_READS,
	FOR_ARRIVAL,
};

/**
 * struct phase - requests under way
 * @opts: what they are like
 * @sizes: lengths of items
 * @lengths: draws these
 * @extents: where items are
 * @refs: which are used
 * @reads: which uses are reads
 * @arrival: when they come
 * @batch: uses to come
 * @at: the next of them
 * @sum: what was until now
 */
struct phase {
	const struct phase_opts *opts;
	struct sizes sizes;
	struct draw lengths;
	struct extents extents;
	struct refs *refs;
	struct readmix reads;
	struct arrival *arrival;
	uint64_t batch[BATCH];
	unsigned int at;
	struct phase_sum sum;
};

static uint64_t seed_for(const struct phase_opts *opts, enum purpose purpose)
{
	return hash_mix(opts->seed) + purpose;
}

static int make_items(struct phase *p, struct hf_error *err)
{
	const struct phase_opts *o = p->opts;
	int rc = sizes_parse(&p->sizes, o->sizes, err);

	if (rc)
		return rc;
	draw_seed(&p->lengths, seed_for(o, FOR_SIZES), 0);
	return extents_make(&p->extents, &p->sizes, o->items, o->footprint,
			    &p->lengths, err);
}

static int make_refs(struct phase *p, struct hf_error *err)
{
	const struct phase_opts *o = p->opts;
	const struct refs_opts opts = {
		.p_irm = o->p_irm, .p_inf = o->p_inf, .irm = o->irm,
		.ird = o->ird, .items = p->extents.items, .start = o->start,
		.seed = seed_for(o, FOR_ITEMS),
	};

	return refs_new(&p->refs, &opts, err);
}

static uint64_t known_requests(const struct phase_opts *o)
{
	return o->requests == UINT64_MAX ? 0 : o->requests;
}

int phase_new(struct phase **out, const struct phase_opts *opts,
	      struct hf_error *err)
{
	struct phase *p = calloc(1, sizeof(*p));
	int rc;

	if (!p)
		return hf_fail(err, ENOMEM, "out of memory");
	p->opts = opts;
	p->at = BATCH;
	rc = make_items(p, err);
	if (!rc)
		rc = make_refs(p, err);
	if (!rc)
		rc = readmix_make(&p->reads, opts->reads,
				  seed_for(opts, FOR_READS), err);
	if (!rc)
		rc = arrival_new(&p->arrival, opts->arrival,
				 known_requests(opts),
				 seed_for(opts, FOR_ARRIVAL), err);
	if (rc) {
		phase_free(p);
		return rc;
	}
	p->sum.items = p->extents.items;
	p->sum.footprint = p->extents.bytes;
	p->sum.longest = refs_longest(p->refs);
	*out = p;
	return 0;
}

void phase_free(struct phase *p)
{
	if (!p)
		return;
	sizes_free(&p->sizes);
	extents_free(&p->extents);
	refs_free(p->refs);
	arrival_free(p->arrival);
	free(p);
}

static uint64_t next_item(struct phase *p)
{
	if (p->at == BATCH) {
		refs_fill(p->refs, p->batch, BATCH);
		p->at = 0;
	}
	return p->batch[p->at++];
}

static void place(struct phase *p, uint64_t item, struct hfr_trace_rec *rec,
		  uint64_t *once)
{
	uint64_t offset;

	if (item < p->extents.items) {
		rec->length = extents_place(&p->extents, item, &offset);
		rec->offset = offset;
		return;
	}
	rec->length = sizes_draw(&p->sizes, &p->lengths);
	rec->offset = *once;
	*once += rec->length;
	p->sum.once++;
}

bool phase_next(struct phase *p, struct hfr_trace_rec *rec, uint64_t *once)
{
	const struct phase_opts *o = p->opts;
	uint64_t item, ns;

	if (p->sum.requests == o->requests)
		return false;
	ns = arrival_next(p->arrival);
	if (o->duration_ns && ns >= o->duration_ns)
		return false;
	item = next_item(p);
	rec->issue_ns = ns;
	place(p, item, rec, once);
	rec->op = readmix_next(&p->reads, item) ? HFR_OP_READ : HFR_OP_WRITE;
	p->sum.requests++;
	p->sum.reads += rec->op == HFR_OP_READ;
	p->sum.bytes += rec->length;
	return true;
}

const struct phase_sum *phase_sum(const struct phase *p)
{
	return &p->sum;
}
