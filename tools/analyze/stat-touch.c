// SPDX-License-Identifier: GPL-2.0-only
#include "stat-touch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hft-rules.h"

static unsigned int bits_of(uint64_t value)
{
	return value ? 64 - (unsigned int)__builtin_clzll(value) : 0;
}

/* The blocks of the targets are numbered one after the other. */
static int number_blocks(struct toucher *t, struct hf_error *err)
{
	const struct hft_file *trace = t->st->trace;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < trace->hdr->device_count; i++) {
		t->base[i] = sum;
		sum += (trace->devs[i].max_end >> t->shift) + 1;
		if (sum >> BLOCKMAP_BITS)
			return hf_fail(err, E2BIG,
				       "the targets of %s up to %u have more than 2^%u blocks of %" PRIu64 " bytes; choose a larger --block",
				       trace->path, i, BLOCKMAP_BITS,
				       t->st->opts.block);
	}
	t->base[trace->hdr->device_count] = sum;
	return 0;
}

/* No more blocks than the targets have, and than requests can touch. */
static uint64_t most_blocks(const struct toucher *t)
{
	const struct hft_file *trace = t->st->trace;
	uint64_t blocks = t->base[trace->hdr->device_count], touched = 0;

	for (uint64_t i = 0; i < trace->count && touched < blocks; i++)
		if (hft_op_moves_data(trace->recs[i].op))
			touched += (trace->recs[i].length >> t->shift) + 2;
	return touched < blocks ? touched : blocks;
}

int toucher_init(struct toucher *t, struct tracestat *st, struct hf_error *err)
{
	unsigned int bits = bits_of(st->scope.duration_ns + 1);
	int ret;

	memset(t, 0, sizeof(*t));
	t->st = st;
	t->shift = bits_of(st->opts.block) - 1;
	/* A tick and a tick plus 1 must both fit. */
	st->tick_shift = bits > BLOCKMAP_TICK_BITS ?
			 bits - BLOCKMAP_TICK_BITS : 0;
	ret = number_blocks(t, err);
	if (!ret && blockmap_init(&t->map, most_blocks(t),
				  st->opts.max_memory))
		ret = hf_fail(err, ENOMEM, "no memory for the blocks of %s",
			      st->trace->path);
	return ret;
}

void toucher_free(struct toucher *t)
{
	blockmap_free(&t->map);
}

static int count_touch(struct toucher *t, const struct touch *touch)
{
	struct stat_reuse *r = t->st->targets[touch->target].reuse;
	struct block_cell *cell;

	/* The sample may have been halved since. */
	if (!blockmap_sampled(&t->map, touch->hash))
		return 0;
	cell = blockmap_get(&t->map, touch->hash);
	if (!cell)
		return blockmap_sampled(&t->map, touch->hash) ? -ENOMEM : 0;
	stat_reuse_access(r, cell, touch->tick, t->st->tick_shift,
			  touch->write, 1ULL << t->map.halvings);
	return blockmap_count(&t->map, cell, (int)touch->write);
}

static int flush(struct toucher *t)
{
	int ret = 0;

	for (unsigned int i = 0; !ret && i < t->n; i++)
		ret = count_touch(t, &t->batch[i]);
	t->n = 0;
	return ret;
}

static int touch(struct toucher *t, uint64_t block,
		 const struct hfr_trace_rec *rec)
{
	uint64_t hash = blockmap_hash(block);

	if (!blockmap_sampled(&t->map, hash))
		return 0;
	blockmap_prefetch(&t->map, hash);
	t->batch[t->n++] = (struct touch){
		.hash = hash, .tick = rec->issue_ns >> t->st->tick_shift,
		.target = rec->target, .write = rec->op != HFR_OP_READ,
	};
	return t->n == TOUCH_BATCH ? flush(t) : 0;
}

int toucher_add(struct toucher *t, const struct hfr_trace_rec *rec)
{
	uint64_t first = rec->offset >> t->shift;
	uint64_t last = (rec->offset + rec->length - 1) >> t->shift;
	struct stat_reuse *r = t->st->targets[rec->target].reuse;
	int ret = 0;

	*(rec->op == HFR_OP_READ ? &r->reads : &r->writes) += last - first + 1;
	for (uint64_t b = first; !ret && b <= last; b++)
		ret = touch(t, t->base[rec->target] + b, rec);
	return ret;
}

static uint32_t target_of(const struct toucher *t, uint64_t hash)
{
	uint64_t block = blockmap_block(hash);
	uint32_t lo = 0, hi = t->st->ntargets;

	while (hi - lo > 1) {
		uint32_t mid = (lo + hi) / 2;

		if (t->base[mid] <= block)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* Numbers of accesses up to here are counted in an array. */
#define LARGEST	65535

/**
 * struct counters - who counts the blocks
 * @all: of the whole
 * @target: of each target
 */
struct counters {
	struct stat_counter all;
	struct stat_counter target[HFR_MAX_DEVICES];
};

/* The array of a target need not be longer than its largest number. */
static void find_largest(const struct toucher *t, uint64_t largest[])
{
	memset(largest, 0, HFR_MAX_DEVICES * sizeof(*largest));
	for (uint64_t i = 0; i < t->map.room; i++) {
		const struct block_cell *c = &t->map.cells[i];
		uint64_t n = (c->w[4] >> 16) + (c->w[4] & 0xffff), *most;

		if (!n)
			continue;
		most = &largest[target_of(t, cell_hash(c))];
		if (n > *most)
			*most = n < LARGEST ? n : LARGEST;
	}
}

static int counters_init(struct counters *c, const struct toucher *t)
{
	uint64_t largest[HFR_MAX_DEVICES];
	int ret = stat_counter_init(&c->all, t->st->all->blocks, LARGEST);

	find_largest(t, largest);
	for (uint32_t i = 0; !ret && i < t->st->ntargets; i++)
		ret = stat_counter_init(&c->target[i],
					t->st->targets[i].blocks, largest[i]);
	return ret;
}

static int count_block(struct toucher *t, struct counters *c,
		       const struct block_cell *cell)
{
	uint32_t target = target_of(t, cell_hash(cell));
	uint64_t reads, writes;
	int ret;

	blockmap_totals(&t->map, cell, &reads, &writes);
	stat_reuse_end(t->st->targets[target].reuse, cell,
		       t->st->scope.duration_ns, t->st->tick_shift,
		       1ULL << t->map.halvings);
	ret = stat_counter_add(&c->all, reads, writes);
	return ret ? ret : stat_counter_add(&c->target[target], reads, writes);
}

static int count_blocks(struct toucher *t, struct counters *c)
{
	int ret = counters_init(c, t);

	for (uint64_t i = 0; !ret && i < t->map.room; i++)
		if (t->map.cells[i].w[4])
			ret = count_block(t, c, &t->map.cells[i]);
	if (ret)
		return ret;
	stat_counter_end(&c->all, t->map.halvings);
	for (uint32_t i = 0; i < t->st->ntargets; i++)
		stat_counter_end(&c->target[i], t->map.halvings);
	return 0;
}

int toucher_end(struct toucher *t)
{
	struct counters *c = calloc(1, sizeof(*c));
	int ret = c ? flush(t) : -ENOMEM;

	if (!ret)
		ret = count_blocks(t, c);
	if (c) {
		stat_counter_free(&c->all);
		for (uint32_t i = 0; i < t->st->ntargets; i++)
			stat_counter_free(&c->target[i]);
	}
	free(c);
	t->st->halvings = t->map.halvings;
	t->st->sampled = t->map.count;
	t->st->map_bytes = blockmap_bytes(&t->map);
	return ret;
}
