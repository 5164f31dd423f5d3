// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <linux/hfreplay_stamp.h>

#include "cells.h"
#include "checks.h"
#include "lane.h"

/**
 * struct check_target - what is known of a target
 * @cells: of its blocks; @lock
 * @lock: cells and @seq
 * @seq: counts the beginnings and ends of changes
 */
struct check_target {
	struct cells cells;
	pthread_mutex_t lock;
	uint32_t seq;
};

/**
 * struct checks - the verification of a replay
 * @seed: of its payload
 * @run: wall clock at its start
 * @count: targets
 * @target: one for each
 */
struct checks {
	uint64_t seed;
	uint64_t run;
	uint32_t count;
	struct check_target target[];
};

int checks_make(struct checks **out, const struct play_job *job)
{
	uint32_t i, n = job->trace->hdr->device_count;
	struct checks *c = calloc(1, sizeof(*c) + n * sizeof(c->target[0]));

	if (!c)
		return -ENOMEM;
	c->seed = job->choices.seed;
	for (i = 0; i < n; i++) {
		if (cells_make(&c->target[i].cells, job->trace, i,
			       job->targets[i].block)) {
			checks_free(c);
			return -ENOMEM;
		}
		pthread_mutex_init(&c->target[i].lock, NULL);
		c->count++;
	}
	*out = c;
	return 0;
}

void checks_free(struct checks *c)
{
	uint32_t i;

	for (i = 0; c && i < c->count; i++) {
		cells_free(&c->target[i].cells);
		pthread_mutex_destroy(&c->target[i].lock);
	}
	free(c);
}

void checks_begin(struct checks *c, uint64_t wall_start)
{
	c->run = wall_start;
}

static bool changes(uint8_t op)
{
	return op == HFR_OP_WRITE || op == HFR_OP_WRITE_ZEROES ||
	       op == HFR_OP_DISCARD;
}

/* ---- writing ---- */

/* A change begins, or it ends: then @ok says how. */
static void note_change(struct check_target *t, const struct slot *slot,
			bool begins, bool ok)
{
	uint64_t block = slot->req->offset >> t->cells.shift;
	uint64_t end = (slot->req->offset + slot->req->length) >>
		       t->cells.shift;
	struct hfr_cell *cells;
	uint32_t i, n;

	pthread_mutex_lock(&t->lock);
	t->seq++;
	for (; block < end; block += n) {
		n = cells_find(&t->cells, block, end, &cells);
		for (i = 0; cells && i < n; i++)
			if (begins)
				hfr_cell_begin(&cells[i], (__u32)slot->index,
					       t->seq,
					       slot->req->op == HFR_OP_WRITE);
			else
				hfr_cell_end(&cells[i], t->seq, ok);
	}
	pthread_mutex_unlock(&t->lock);
}

static void stamp_data(const struct checks *c, const struct slot *slot)
{
	struct hfr_stamp s = {
		.seed = c->seed, .run = c->run, .index = slot->index,
		.sector = slot->req->offset >> HFR_STAMP_SHIFT,
		.target = slot->req->target,
	};
	uint32_t at;

	for (at = 0; at < slot->req->length; at += HFR_STAMP_SECTOR) {
		hfr_stamp_write((char *)slot->data + at, &s);
		s.sector++;
	}
}

void checks_prepare(struct checks *c, struct slot *slot)
{
	struct check_target *t = &c->target[slot->req->target];

	if (slot->req->op == HFR_OP_READ) {
		pthread_mutex_lock(&t->lock);
		slot->changes = t->seq;
		pthread_mutex_unlock(&t->lock);
		return;
	}
	if (changes(slot->req->op))
		note_change(t, slot, true, false);
	if (slot->req->op == HFR_OP_WRITE)
		stamp_data(c, slot);
}

/* ---- reading ---- */

static bool ours(const struct checks *c, const struct hfr_stamp *s)
{
	return s->seed == c->seed && s->run == c->run;
}

/* Whether a sector is what a request of the cell's period wrote to it. */
static bool right(const struct checks *c, const struct slot *slot,
		  const struct hfr_cell *cell, uint64_t sector,
		  const struct hfr_stamp *s)
{
	return hfr_stamp_read(s) == HFR_STAMP_GOOD && ours(c, s) &&
	       s->sector == sector && s->target == slot->req->target &&
	       hfr_cell_holds(cell, (__u32)s->index);
}

/*
 * A block of which it is not known what it holds: what was written to another
 * place is wrong here too.
 */
static bool misplaced(const struct checks *c, const struct slot *slot,
		      uint64_t sector, const struct hfr_stamp *s)
{
	return s->magic == HFR_STAMP_MAGIC && s->hash == hfr_stamp_hash(s) &&
	       ours(c, s) && (s->sector != sector ||
			      s->target != slot->req->target);
}

static bool block_wrong(const struct checks *c, const struct slot *slot,
			const struct hfr_cell *cell, uint64_t block,
			uint32_t shift)
{
	const char *at = (const char *)slot->data +
			 ((block << shift) - slot->req->offset);
	uint64_t sector = block << (shift - HFR_STAMP_SHIFT);
	uint32_t i, n = 1U << (shift - HFR_STAMP_SHIFT);
	const struct hfr_stamp *first = (const void *)at;

	if (!cell)
		return misplaced(c, slot, sector, first);
	for (i = 0; i < n; i++) {
		const struct hfr_stamp *s =
			(const void *)(at + (i << HFR_STAMP_SHIFT));

		if (!right(c, slot, cell, sector + i, s) ||
		    s->index != first->index)
			return true;
	}
	return false;
}

static uint32_t copy_cells(struct check_target *t, uint64_t block,
			   uint64_t end, struct hfr_cell *copy, bool *there)
{
	struct hfr_cell *cells;
	uint32_t n = cells_find(&t->cells, block, end, &cells);

	*there = cells;
	if (!cells)
		return n;
	pthread_mutex_lock(&t->lock);
	memcpy(copy, cells, n * sizeof(*copy));
	pthread_mutex_unlock(&t->lock);
	return n;
}

static bool check_read(struct checks *c, const struct slot *slot,
		       uint64_t *blocks)
{
	struct check_target *t = &c->target[slot->req->target];
	uint32_t shift = t->cells.shift, i, n;
	uint64_t block = slot->req->offset >> shift;
	uint64_t end = (slot->req->offset + slot->req->length) >> shift;
	struct hfr_cell cells[CELLS_GROUP];
	bool wrong = false, there, known;

	for (; block < end; block += n) {
		n = copy_cells(t, block, end, cells, &there);
		for (i = 0; i < n; i++) {
			known = there && hfr_cell_settled(&cells[i],
							  slot->changes);
			wrong |= block_wrong(c, slot, known ? &cells[i] : NULL,
					     block + i, shift);
			*blocks += known;
		}
	}
	return wrong;
}

bool checks_done(struct checks *c, struct slot *slot, uint64_t *blocks)
{
	if (slot->req->op == HFR_OP_READ)
		return slot->result >= 0 && check_read(c, slot, blocks);
	if (changes(slot->req->op))
		note_change(&c->target[slot->req->target], slot, false,
			    slot->result >= 0);
	return false;
}
