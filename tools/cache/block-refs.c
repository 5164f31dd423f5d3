// SPDX-License-Identifier: GPL-2.0-only
/*
 * From requests to references. They are hashed and their cells fetched BATCH
 * at a time before their ids are looked up.
 */
#include "block-refs.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "block-ids.h"
#include "refs-sample.h"

#define BATCH	128
#define FIRST_ROOM (1U << 16)

/**
 * struct pending - a reference whose id is not known yet
 * @block: its number, through all targets
 * @hash: of it
 * @bytes: of it that the request covers
 * @last: of its request
 */
struct pending {
	uint64_t block;
	uint64_t hash;
	uint32_t bytes;
	bool last;
};

/**
 * struct maker - what becomes struct block_refs
 * @refs: see there
 * @opts: what is wanted
 * @ids: ids of the blocks
 * @sample: which blocks are taken
 * @first: number of the first block of each target; owned
 * @room: references that fit into the arrays
 * @several: a request had more than one block
 * @batch: @n references to be looked up
 * @n: how many
 */
struct maker {
	struct block_refs *refs;
	const struct refs_opts *opts;
	struct block_ids ids;
	struct refs_sample sample;
	uint64_t *first;
	uint64_t room;
	bool several;
	struct pending batch[BATCH];
	unsigned int n;
};

void block_refs_free(struct block_refs *refs)
{
	free(refs->ids);
	free(refs->bytes);
	free(refs->ends);
	memset(refs, 0, sizeof(*refs));
}

uint64_t block_refs_footprint(const struct block_refs *refs)
{
	return (uint64_t)llround((double)refs->distinct / refs->rate);
}

/* Words of the bits of so many references. */
static uint64_t words(uint64_t n)
{
	return (n + 63) / 64;
}

static int resize(void *array, uint64_t n, size_t size)
{
	void *new;

	new = realloc(*(void **)array, n * size);
	if (!new)
		return -ENOMEM;
	*(void **)array = new;
	return 0;
}

static int grow(struct maker *m)
{
	struct block_refs *refs = m->refs;
	uint64_t room = m->room ? m->room * 2 : FIRST_ROOM;

	if (resize(&refs->ids, room + REFS_AHEAD, sizeof(*refs->ids)) ||
	    (refs->bytes && resize(&refs->bytes, room, sizeof(*refs->bytes))) ||
	    (refs->ends && resize(&refs->ends, words(room),
				  sizeof(*refs->ends))))
		return -ENOMEM;
	m->room = room;
	return 0;
}

/* All so far were whole blocks. */
static int begin_bytes(struct maker *m)
{
	struct block_refs *refs = m->refs;

	refs->bytes = malloc(m->room * sizeof(*refs->bytes));
	for (uint64_t i = 0; refs->bytes && i < refs->count; i++)
		refs->bytes[i] = (uint32_t)refs->block;
	return refs->bytes ? 0 : -ENOMEM;
}

/* All so far were requests of one block. */
static int begin_ends(struct maker *m)
{
	struct block_refs *refs = m->refs;

	refs->ends = malloc(words(m->room) * sizeof(*refs->ends));
	if (!refs->ends)
		return -ENOMEM;
	memset(refs->ends, 0xff, words(refs->count) * sizeof(*refs->ends));
	return 0;
}

static void set_end(uint64_t *ends, uint64_t i, bool last)
{
	ends[i / 64] &= ~(1ULL << i % 64);
	ends[i / 64] |= (uint64_t)last << i % 64;
}

static int take(struct maker *m, const struct pending *p, uint32_t id)
{
	struct block_refs *refs = m->refs;

	if (refs->count == m->room && grow(m))
		return -ENOMEM;
	if (p->bytes != refs->block && !refs->bytes && begin_bytes(m))
		return -ENOMEM;
	if (!p->last && !refs->ends && !m->sample.on && begin_ends(m))
		return -ENOMEM;
	refs->ids[refs->count] = id;
	if (refs->bytes)
		refs->bytes[refs->count] = p->bytes;
	if (refs->ends)
		set_end(refs->ends, refs->count, p->last);
	refs->total_bytes += p->bytes;
	refs->count++;
	return 0;
}

/* Looks up what waits; those that a smaller sample has dropped are left out. */
static int flush(struct maker *m)
{
	uint32_t id;
	int ret = 0;

	for (unsigned int i = 0; !ret && i < m->n; i++) {
		const struct pending *p = &m->batch[i];

		if (!refs_sample_has(&m->sample, p->hash))
			continue;
		ret = block_ids_get(&m->ids, p->block, p->hash, &id);
		if (!ret)
			ret = take(m, p, id);
		if (!ret && m->opts->most &&
		    m->ids.count >= 2 * (uint64_t)m->opts->most)
			ret = refs_sample_cut(&m->sample, m->refs, &m->ids,
					      m->opts->most);
	}
	m->n = 0;
	return ret;
}

static int add(struct maker *m, uint64_t block, uint64_t bytes, bool last)
{
	struct pending *p = &m->batch[m->n];

	m->refs->all++;
	p->hash = block_hash(block);
	if (!refs_sample_has(&m->sample, p->hash))
		return 0;
	block_ids_prefetch(&m->ids, p->hash);
	p->block = block;
	p->bytes = (uint32_t)bytes;
	p->last = last;
	return ++m->n == BATCH ? flush(m) : 0;
}

static int add_request(struct maker *m, const struct hfr_trace_rec *rec)
{
	const uint64_t size = m->opts->block, end = rec->offset + rec->length;
	const uint64_t last = (end - 1) / size;
	int ret = 0;

	for (uint64_t b = rec->offset / size; !ret && b <= last; b++) {
		uint64_t from = b * size, to = from + size;

		from = rec->offset > from ? rec->offset : from;
		to = end < to ? end : to;
		ret = add(m, m->first[rec->target] + b, to - from, b == last);
	}
	m->several |= last != rec->offset / size;
	m->refs->requests++;
	return ret;
}

static bool is_wanted(const struct hfr_trace_rec *rec, enum refs_ops ops)
{
	if (!rec->length)
		return false;
	if (rec->op == HFR_OP_READ)
		return ops & REFS_READS;
	return (rec->op == HFR_OP_WRITE || rec->op == HFR_OP_ZONE_APPEND) &&
	       ops & REFS_WRITES;
}

/* Blocks are numbered through all targets. */
static int number_targets(struct maker *m, const struct hft_file *trace)
{
	uint32_t n = trace->hdr->device_count;

	m->first = calloc(n ? n : 1, sizeof(*m->first));
	if (!m->first)
		return -ENOMEM;
	for (uint32_t i = 1; i < n; i++)
		m->first[i] = m->first[i - 1] +
			      trace->devs[i - 1].max_end / m->opts->block + 1;
	return 0;
}

static int walk(struct maker *m, const struct hft_file *trace)
{
	int ret = number_targets(m, trace);

	for (uint64_t i = 0; !ret && i < trace->count; i++)
		if (is_wanted(&trace->recs[i], m->opts->ops))
			ret = add_request(m, &trace->recs[i]);
	if (!ret)
		ret = flush(m);
	if (!ret && m->opts->most && m->ids.count > m->opts->most)
		ret = refs_sample_cut(&m->sample, m->refs, &m->ids,
				      m->opts->most);
	return ret;
}

/* What is only known at the end. */
static int complete(struct maker *m)
{
	struct block_refs *refs = m->refs;

	if (!m->room && grow(m))
		return -ENOMEM;
	memset(refs->ids + refs->count, 0, REFS_AHEAD * sizeof(*refs->ids));
	refs->distinct = m->ids.count;
	refs->rate = refs_sample_rate(&m->sample);
	if (m->sample.on)
		refs->requests = m->several ? 0 : refs->count;
	return 0;
}

static int check(const struct block_refs *refs, const struct maker *m,
		 const struct hft_file *trace, struct hf_error *err)
{
	static const char *const what[] = {
		[REFS_READS] = "reads", [REFS_WRITES] = "writes",
		[REFS_BOTH] = "reads or writes",
	};

	if (!refs->all)
		return hf_fail(err, ENODATA, "%s has no %s: there is nothing to cache",
			       trace->path, what[m->opts->ops]);
	if (refs->rate < 1 && refs->distinct < REFS_LEAST_SAMPLE)
		return hf_fail(err, ERANGE,
			       "the sample of %s has %" PRIu32 " blocks, less than the %d without which a curve is noise: take a larger sample or all",
			       trace->path, refs->distinct, REFS_LEAST_SAMPLE);
	return 0;
}

static int failed(int ret, const struct hft_file *trace, struct hf_error *err)
{
	if (ret == -EFBIG)
		return hf_fail(err, EFBIG,
			       "%s has more than %" PRIu32 " blocks: take larger blocks or a sample",
			       trace->path, BLOCK_IDS_MOST);
	return hf_fail(err, -ret,
		       "no memory for the references of %s: take a sample of its blocks",
		       trace->path);
}

int block_refs_make(struct block_refs *refs, const struct hft_file *trace,
		    const struct refs_opts *opts, struct hf_error *err)
{
	struct maker *m = calloc(1, sizeof(*m));
	int ret = -ENOMEM;

	memset(refs, 0, sizeof(*refs));
	if (!m)
		return failed(ret, trace, err);
	m->refs = refs;
	m->opts = opts;
	refs->block = opts->block;
	refs_sample_init(&m->sample, opts->rate, opts->most);
	ret = block_ids_init(&m->ids);
	if (!ret)
		ret = walk(m, trace);
	if (!ret)
		ret = complete(m);
	ret = ret ? failed(ret, trace, err) : check(refs, m, trace, err);
	block_ids_free(&m->ids);
	free(m->first);
	free(m);
	return ret;
}
