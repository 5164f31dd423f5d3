/* SPDX-License-Identifier: GPL-2.0-only */
/* Random traces in memory, and caches that are plain lists of blocks. */
#ifndef HRC_TRACES_H
#define HRC_TRACES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "array.h"
#include "block-refs.h"
#include "hft.h"

#define HRC_TARGETS	3

/**
 * struct hrc_trace - a trace
 * @file: as if it had been opened
 * @hdr: its header
 * @devs: its devices
 * @recs: its records; owned
 */
struct hrc_trace {
	struct hft_file file;
	struct hfr_file_hdr hdr;
	struct hfr_file_dev devs[HRC_TARGETS];
	struct hfr_trace_rec *recs;
};

/**
 * struct hrc_shape - what a random trace is like
 * @count: requests
 * @blocks: of 4 KiB that each target has
 * @hot: half of the requests go to that many of them
 * @most: largest request, in sectors
 * @aligned: requests begin at blocks
 */
struct hrc_shape {
	uint64_t count, blocks, hot;
	uint32_t most;
	bool aligned;
};

static inline uint64_t hrc_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x2545f4914f6cdd1dULL >> 11;
}

static inline void hrc_random_rec(struct hfr_trace_rec *rec,
				  const struct hrc_shape *shape, uint64_t *seed)
{
	static const uint8_t ops[] = {
		HFR_OP_READ, HFR_OP_READ, HFR_OP_WRITE, HFR_OP_READ,
		HFR_OP_ZONE_APPEND, HFR_OP_WRITE, HFR_OP_FLUSH, HFR_OP_READ,
		HFR_OP_DISCARD, HFR_OP_READ,
	};
	uint64_t among = hrc_random(seed) % 2 ? shape->hot : shape->blocks;

	rec->op = ops[hrc_random(seed) % ARRAY_SIZE(ops)];
	if (rec->op == HFR_OP_FLUSH)
		return;
	rec->target = (uint16_t)(hrc_random(seed) % HRC_TARGETS);
	rec->length = 512 * (uint32_t)(1 + hrc_random(seed) % shape->most);
	rec->offset = 4096 * (hrc_random(seed) % among);
	if (shape->aligned)
		rec->length = 4096;
	else
		rec->offset += 512 * (hrc_random(seed) % 8);
}

static inline void hrc_trace_make(struct hrc_trace *t,
				  const struct hrc_shape *shape, uint64_t *seed)
{
	memset(t, 0, sizeof(*t));
	t->recs = calloc(shape->count + 1, sizeof(*t->recs));
	assert_non_null(t->recs);
	for (uint64_t i = 0; i < shape->count; i++) {
		struct hfr_trace_rec *rec = &t->recs[i];
		struct hfr_file_dev *dev;

		hrc_random_rec(rec, shape, seed);
		dev = &t->devs[rec->target];
		if (rec->offset + rec->length > dev->max_end)
			dev->max_end = rec->offset + rec->length;
	}
	t->hdr.device_count = HRC_TARGETS;
	t->file = (struct hft_file){
		.path = (char *)"random.hft", .hdr = &t->hdr, .devs = t->devs,
		.recs = t->recs, .count = shape->count,
	};
}

static inline void hrc_trace_free(struct hrc_trace *t)
{
	free(t->recs);
}

static inline void hrc_refs_make(struct block_refs *refs,
				 const struct hrc_trace *t)
{
	const struct refs_opts opts = { REFS_BLOCK, REFS_BOTH, 1, 0 };
	struct hf_error err = { "" };

	if (block_refs_make(refs, &t->file, &opts, &err))
		fail_msg("%s", err.text);
}

/**
 * struct slow_list - blocks in an order, the first at 0
 * @ids: room for all blocks there are
 * @count: how many
 */
struct slow_list {
	uint32_t *ids;
	uint32_t count;
};

static inline void slow_init(struct slow_list *l, uint32_t distinct)
{
	l->ids = calloc(distinct + 1, sizeof(*l->ids));
	assert_non_null(l->ids);
	l->count = 0;
}

static inline void slow_free(struct slow_list *l)
{
	free(l->ids);
}

/* Where a block is, -1 if it is not there. */
static inline int slow_find(const struct slow_list *l, uint32_t id)
{
	for (uint32_t i = 0; i < l->count; i++)
		if (l->ids[i] == id)
			return (int)i;
	return -1;
}

static inline uint32_t slow_take(struct slow_list *l, int at)
{
	uint32_t id = l->ids[at];

	l->count--;
	memmove(&l->ids[at], &l->ids[at + 1],
		(l->count - (uint32_t)at) * sizeof(*l->ids));
	return id;
}

static inline void slow_insert(struct slow_list *l, int at, uint32_t id)
{
	memmove(&l->ids[at + 1], &l->ids[at],
		(l->count - (uint32_t)at) * sizeof(*l->ids));
	l->ids[at] = id;
	l->count++;
}

static inline void slow_push(struct slow_list *l, uint32_t id)
{
	slow_insert(l, 0, id);
}

/* The last one. */
static inline uint32_t slow_pop(struct slow_list *l)
{
	return slow_take(l, (int)l->count - 1);
}

static inline bool slow_remove(struct slow_list *l, uint32_t id)
{
	int at = slow_find(l, id);

	if (at >= 0)
		slow_take(l, at);
	return at >= 0;
}

#endif /* HRC_TRACES_H */
