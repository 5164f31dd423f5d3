// SPDX-License-Identifier: GPL-2.0-only
#include <linux/blkdev.h>
#include <linux/hash.h>
#include <linux/ioprio.h>
#include <linux/mm.h>

#include "memory.h"
#include "slot.h"
#include "worker.h"

/* Slots of a device without tags (device mapper, md, loop over files). */
#define UNTAGGED_SLOTS	1024
#define MAX_SLOTS	4096
/* Most memory for the sinks of one worker when every slot needs its own. */
#define SINK_BYTES	(64U << 20)

#define ORDINARY_PRIO	IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)

static const blk_opf_t op_of[HFR_OP_NR] = {
	[HFR_OP_READ]		= REQ_OP_READ,
	[HFR_OP_WRITE]		= REQ_OP_WRITE,
	/* The block layer refuses REQ_OP_FLUSH from above. */
	[HFR_OP_FLUSH]		= REQ_OP_WRITE | REQ_PREFLUSH,
	[HFR_OP_DISCARD]	= REQ_OP_DISCARD,
	[HFR_OP_WRITE_ZEROES]	= REQ_OP_WRITE_ZEROES,
	[HFR_OP_SECURE_ERASE]	= REQ_OP_SECURE_ERASE,
};

static const struct {
	u32 ours;
	blk_opf_t theirs;
} flag_map[] = {
	{ HFR_RF_FUA,		REQ_FUA },
	{ HFR_RF_PREFLUSH,	REQ_PREFLUSH },
	{ HFR_RF_META,		REQ_META },
	{ HFR_RF_RAHEAD,	REQ_RAHEAD },
	{ HFR_RF_NOWAIT,	REQ_NOWAIT },
	{ HFR_RF_NOMERGE,	REQ_NOMERGE },
};

u32 hfr_slots_count(const struct hfr_target *t, u32 max_length)
{
	u32 count = t->depth ? t->depth : UNTAGGED_SLOTS;

	if (t->own_sink)
		count = min_t(u64, count,
			      SINK_BYTES / hfr_payload_sink_bytes(max_length));
	return clamp_t(u32, count, 1, MAX_SLOTS);
}

static void slot_end_io(struct bio *bio)
{
	struct hfr_slot *slot = container_of(bio, struct hfr_slot, bio);
	struct hfr_worker *w = slot->worker;

	slot->completed = ktime_get_ns();
	slot->status = bio->bi_status;
	/*
	 * Once the slot is on the list the worker may take it, end, and be
	 * freed: hfr_session_teardown() waits for a grace period before that.
	 */
	rcu_read_lock();
	llist_add(&slot->node, &w->completed);
	if (READ_ONCE(w->sleep) == HFR_SLEEP_COMPLETION)
		wake_up_process(w->task);
	rcu_read_unlock();
}

void hfr_slots_free(struct hfr_slots *s)
{
	u32 i;

	for (i = 0; s->slot && i < s->count; i++) {
		bio_uninit(&s->slot[i].bio);
		hfr_pages_free(&s->slot[i].sink);
	}
	kvfree(s->vecs);
	kvfree(s->slot);
	hfr_memory_uncharge(s->bytes);
	memset(s, 0, sizeof(*s));
}

static int slots_alloc(struct hfr_slots *s, const struct hfr_target *t,
		       const struct hfr_payload *p)
{
	u64 sink = t->own_sink ? hfr_payload_sink_bytes(p->max_length) : 0;
	u32 vecs = hfr_payload_vecs(p);
	u64 bytes;

	s->count = hfr_slots_count(t, p->max_length);
	bytes = s->count * (sizeof(*s->slot) + vecs * sizeof(*s->vecs) + sink);
	if (hfr_memory_charge(bytes))
		return -ENOMEM;
	s->bytes = bytes;
	s->slot = kvcalloc(s->count, sizeof(*s->slot), GFP_KERNEL);
	s->vecs = kvcalloc(s->count, vecs * sizeof(*s->vecs), GFP_KERNEL);
	return s->slot && s->vecs ? 0 : -ENOMEM;
}

int hfr_slots_init(struct hfr_slots *s, struct hfr_worker *w,
		   const struct hfr_target *t, const struct hfr_payload *p)
{
	u32 vecs = hfr_payload_vecs(p);
	int err = slots_alloc(s, t, p);
	u32 i;

	for (i = 0; !err && i < s->count; i++) {
		struct hfr_slot *slot = &s->slot[i];

		slot->worker = w;
		slot->vecs = s->vecs + i * vecs;
		bio_init(&slot->bio, NULL, slot->vecs, vecs, 0);
		if (t->own_sink)
			err = hfr_pages_alloc_sink(&slot->sink, p);
		hfr_slots_put(s, slot);
	}
	if (err)
		hfr_slots_free(s);
	return err;
}

static blk_opf_t opf_of(const struct hfr_trace_rec *rec, bool nomerge)
{
	blk_opf_t opf = op_of[rec->op];
	u32 i;

	/*
	 * Write-back throttling puts a writer to sleep unless it carries both
	 * of these; a trace that says so keeps its asynchronous writes.
	 */
	if (op_is_write(opf) ? !(rec->flags & HFR_RF_ASYNC) :
	    rec->flags & HFR_RF_SYNC)
		opf |= REQ_SYNC | (op_is_write(opf) ? REQ_IDLE : 0);
	if (nomerge)
		opf |= REQ_NOMERGE;
	if (unlikely(rec->flags & ~(HFR_RF_SYNC | HFR_RF_ASYNC)))
		for (i = 0; i < ARRAY_SIZE(flag_map); i++)
			if (rec->flags & flag_map[i].ours)
				opf |= flag_map[i].theirs;
	return opf;
}

void hfr_slot_prepare(struct hfr_slot *slot, const struct hfr_trace_rec *rec,
		      const struct hfr_target *t, const struct hfr_payload *p,
		      bool nomerge)
{
	struct bio *bio = &slot->bio;

	bio_reset(bio, t->bdev, opf_of(rec, nomerge));
	bio->bi_iter.bi_sector = rec->offset >> SECTOR_SHIFT;
	/* Else the block layer takes the thread's, which is a high one. */
	bio->bi_ioprio = rec->prio ? rec->prio : ORDINARY_PRIO;
	bio->bi_end_io = slot_end_io;
	slot->length = rec->length;
	slot->op = rec->op;
	if (rec->op == HFR_OP_READ)
		hfr_payload_add(bio, t->own_sink ? &slot->sink : &p->sink,
				rec->length, 0);
	else if (rec->op == HFR_OP_WRITE)
		hfr_payload_add(bio, &p->pool, rec->length,
				hash_64(rec->offset ^ rec->issue_ns, 32));
	else
		bio->bi_iter.bi_size = rec->length;
}
