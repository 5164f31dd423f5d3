// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hfreplay_stamp.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/xarray.h>

#include "memory.h"
#include "verify.h"
#include "verify-cell.h"
#include "worker.h"

/* Cells of a group: 1 KiB. */
#define LEAF_SHIFT	6
#define LEAF_CELLS	(1U << LEAF_SHIFT)
#define LEAF_BYTES	(LEAF_CELLS * sizeof(struct hfr_cell))
/* Cells that are looked at under one hold of the lock, and copied. */
#define PIECE_CELLS	16U
/* What the tree takes for a group, about. */
#define LEAF_CHARGE	(LEAF_BYTES + 64)

/**
 * struct hfr_verify_target - what is known of the blocks of a target
 * @leaves: cells of the blocks that the trace writes, in groups; the groups
 *	are made by the feeder and stay
 * @lock: cells and @seq
 * @seq: counts the beginnings and ends of changes
 * @shift: bytes of a block, as a power of two
 */
struct hfr_verify_target {
	struct xarray leaves;
	spinlock_t lock; /* cells and seq */
	u32 seq;
	u32 shift;
};

static bool changes(u8 op)
{
	return op == HFR_OP_WRITE || op == HFR_OP_WRITE_ZEROES ||
		op == HFR_OP_DISCARD || op == HFR_OP_SECURE_ERASE;
}

static struct hfr_verify_note *note_of(const struct hfr_slot *slot)
{
	const struct hfr_slots *s = &slot->worker->slots;

	return &s->notes[slot - s->slot];
}

/* ---- cells ---- */

int hfr_verify_init(struct hfr_verify *v, struct hfr_target *targets, u32 count,
		    u64 seed)
{
	u32 i;

	v->targets = kcalloc(count, sizeof(*v->targets), GFP_KERNEL);
	if (!v->targets)
		return -ENOMEM;
	v->count = count;
	v->seed = seed;
	for (i = 0; i < count; i++) {
		struct hfr_verify_target *t = &v->targets[i];

		xa_init(&t->leaves);
		spin_lock_init(&t->lock);
		t->shift = ilog2(targets[i].limits.block_mask + 1);
		targets[i].own_sink = true;
	}
	return 0;
}

void hfr_verify_forget(struct hfr_verify *v)
{
	unsigned long at;
	void *leaf;
	u32 i;

	for (i = 0; i < v->count; i++) {
		xa_for_each(&v->targets[i].leaves, at, leaf)
			kfree(leaf);
		xa_destroy(&v->targets[i].leaves);
	}
	hfr_memory_uncharge(v->bytes);
	v->bytes = 0;
}

void hfr_verify_free(struct hfr_verify *v)
{
	hfr_verify_forget(v);
	kfree(v->targets);
	memset(v, 0, sizeof(*v));
}

void hfr_verify_begin(struct hfr_verify *v, u64 run)
{
	unsigned long at;
	void *leaf;
	u32 i;

	v->run = run;
	for (i = 0; i < v->count; i++)
		xa_for_each(&v->targets[i].leaves, at, leaf)
			memset(leaf, 0, LEAF_BYTES);
}

static int add_leaf(struct hfr_verify *v, struct hfr_verify_target *t, u64 at)
{
	void *leaf;

	if (hfr_memory_charge(LEAF_CHARGE))
		return -ENOMEM;
	leaf = kzalloc(LEAF_BYTES, GFP_KERNEL);
	if (!leaf || xa_err(xa_store(&t->leaves, at, leaf, GFP_KERNEL))) {
		kfree(leaf);
		hfr_memory_uncharge(LEAF_CHARGE);
		return -ENOMEM;
	}
	v->bytes += LEAF_CHARGE;
	return 0;
}

int hfr_verify_cover(struct hfr_verify *v, const struct hfr_trace_rec *rec,
		     bool stream)
{
	struct hfr_verify_target *t;
	u64 at, last;
	int err = 0;

	if (!rec->length || !changes(rec->op) ||
	    (rec->op != HFR_OP_WRITE && !stream))
		return 0;
	t = &v->targets[rec->target];
	last = (rec->offset + rec->length - 1) >> t->shift >> LEAF_SHIFT;
	for (at = rec->offset >> t->shift >> LEAF_SHIFT; at <= last && !err; at++)
		if (!xa_load(&t->leaves, at))
			err = add_leaf(v, t, at);
	return err;
}

/**
 * struct piece - blocks of a request that share a group of cells
 * @t: the target
 * @block: first block
 * @end: block behind the last of the request
 * @cells: cell of @block, NULL where the trace never writes
 * @count: blocks of the piece
 */
struct piece {
	struct hfr_verify_target *t;
	u64 block;
	u64 end;
	struct hfr_cell *cells;
	u32 count;
};

static void find_cells(struct piece *p)
{
	struct hfr_cell *leaf = xa_load(&p->t->leaves, p->block >> LEAF_SHIFT);
	u32 first = p->block & (LEAF_CELLS - 1);

	p->cells = leaf ? leaf + first : NULL;
	p->count = min(LEAF_CELLS - first, PIECE_CELLS);
	p->count = min_t(u64, p->count, p->end - p->block);
}

static void first_piece(struct piece *p, struct hfr_verify_target *t,
			u64 offset, u64 length)
{
	p->t = t;
	p->block = offset >> t->shift;
	p->end = (offset + length) >> t->shift;
	find_cells(p);
}

static bool next_piece(struct piece *p)
{
	/* A large discard, or the longest request, takes a while. */
	cond_resched();
	p->block += p->count;
	if (p->block >= p->end)
		return false;
	find_cells(p);
	return true;
}

/* ---- writing ---- */

static void begin_change(struct hfr_verify_target *t, u64 offset, u64 length,
			 u32 index, bool write)
{
	struct piece p;
	u32 i, seq;

	first_piece(&p, t, offset, length);
	do {
		spin_lock(&t->lock);
		seq = ++t->seq;
		for (i = 0; p.cells && i < p.count; i++)
			hfr_cell_begin(&p.cells[i], index, seq, write);
		spin_unlock(&t->lock);
	} while (next_piece(&p));
}

static void end_change(struct hfr_verify_target *t, u64 offset, u64 length,
		       bool ok)
{
	struct piece p;
	u32 i, seq;

	first_piece(&p, t, offset, length);
	do {
		spin_lock(&t->lock);
		seq = ++t->seq;
		for (i = 0; p.cells && i < p.count; i++)
			hfr_cell_end(&p.cells[i], seq, ok);
		spin_unlock(&t->lock);
	} while (next_piece(&p));
}

static void stamp_pages(const struct hfr_verify *v, struct hfr_slot *slot,
			const struct hfr_trace_rec *rec, u64 index)
{
	struct hfr_stamp s = {
		.seed = v->seed, .run = v->run, .index = index,
		.sector = rec->offset >> HFR_STAMP_SHIFT,
		.target = rec->target,
	};
	u32 at;

	for (at = 0; at < rec->length; at += HFR_STAMP_SECTOR) {
		hfr_stamp_write(hfr_pages_at(&slot->sink, at), &s);
		s.sector++;
		if (!(at & (SZ_1M - 1)))
			cond_resched();
	}
}

void hfr_verify_prepare(struct hfr_verify *v, struct hfr_slot *slot,
			const struct hfr_trace_rec *rec, u64 index)
{
	struct hfr_verify_target *t = &v->targets[rec->target];
	struct hfr_verify_note *note = note_of(slot);

	note->target = rec->target;
	note->offset = rec->offset;
	if (rec->op == HFR_OP_READ) {
		spin_lock(&t->lock);
		note->seq = t->seq;
		spin_unlock(&t->lock);
		return;
	}
	if (!changes(rec->op) || !rec->length)
		return;
	begin_change(t, rec->offset, rec->length, index,
		     rec->op == HFR_OP_WRITE);
	if (rec->op == HFR_OP_WRITE)
		stamp_pages(v, slot, rec, index);
}

/* ---- reading ---- */

static bool ours(const struct hfr_verify *v, const struct hfr_stamp *s)
{
	return s->seed == v->seed && s->run == v->run;
}

/*
 * A block of which it is not known what it holds: what was written to another
 * place is wrong here too. Its stamp is whole, so it is none of two that were
 * read half each.
 */
static bool misplaced(const struct hfr_verify *v, u32 target, u64 sector,
		      const void *data)
{
	const struct hfr_stamp *s = data;

	if (s->magic != HFR_STAMP_MAGIC || s->hash != hfr_stamp_hash(s) ||
	    !ours(v, s))
		return false;
	return s->sector != sector || s->target != target;
}

/* Whether a sector is what a request of the cell's period wrote to it. */
static bool right(const struct hfr_verify *v, u32 target,
		  const struct hfr_cell *cell, u64 sector, const void *data)
{
	const struct hfr_stamp *s = data;

	return hfr_stamp_read(data) == HFR_STAMP_GOOD && ours(v, s) &&
		s->sector == sector && s->target == target &&
		hfr_cell_holds(cell, s->index);
}

static bool block_wrong(const struct hfr_verify *v, struct hfr_slot *slot,
			const struct hfr_cell *cell, u64 block, u32 shift)
{
	const struct hfr_verify_note *note = note_of(slot);
	u32 offset = (block << shift) - note->offset;
	u64 sector = block << (shift - HFR_STAMP_SHIFT);
	u32 i, n = 1U << (shift - HFR_STAMP_SHIFT);
	const struct hfr_stamp *first = hfr_pages_at(&slot->sink, offset);

	if (!cell)
		return misplaced(v, note->target, sector, first);
	for (i = 0; i < n; i++) {
		const struct hfr_stamp *s =
			hfr_pages_at(&slot->sink,
				     offset + (i << HFR_STAMP_SHIFT));

		if (!right(v, note->target, cell, sector + i, s) ||
		    s->index != first->index)
			return true;
	}
	return false;
}

static bool check_read(struct hfr_verify *v, struct hfr_slot *slot, u64 *blocks)
{
	const struct hfr_verify_note *note = note_of(slot);
	struct hfr_verify_target *t = &v->targets[note->target];
	struct hfr_cell cells[PIECE_CELLS];
	bool wrong = false;
	struct piece p;
	u32 i;

	first_piece(&p, t, note->offset, slot->length);
	do {
		spin_lock(&t->lock);
		if (p.cells)
			memcpy(cells, p.cells, p.count * sizeof(*cells));
		spin_unlock(&t->lock);
		for (i = 0; i < p.count; i++) {
			bool known = p.cells &&
				hfr_cell_settled(&cells[i], note->seq);

			wrong |= block_wrong(v, slot, known ? &cells[i] : NULL,
					     p.block + i, t->shift);
			*blocks += known;
		}
	} while (next_piece(&p));
	return wrong;
}

bool hfr_verify_done(struct hfr_verify *v, struct hfr_slot *slot, u64 *blocks)
{
	const struct hfr_verify_note *note = note_of(slot);

	if (!slot->length)
		return false;
	if (slot->op == HFR_OP_READ)
		return !slot->status && check_read(v, slot, blocks);
	if (changes(slot->op))
		end_change(&v->targets[note->target], note->offset,
			   slot->length, !slot->status);
	return false;
}
