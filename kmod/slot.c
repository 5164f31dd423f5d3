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

#define SYNC		(REQ_SYNC | REQ_IDLE)

static const blk_opf_t op_of[HFR_OP_NR] = {
	[HFR_OP_READ]		= REQ_OP_READ,
	[HFR_OP_WRITE]		= REQ_OP_WRITE | SYNC,
	/* The block layer refuses REQ_OP_FLUSH from above. */
	[HFR_OP_FLUSH]		= REQ_OP_WRITE | REQ_PREFLUSH | SYNC,
	[HFR_OP_DISCARD]	= REQ_OP_DISCARD | SYNC,
	[HFR_OP_WRITE_ZEROES]	= REQ_OP_WRITE_ZEROES | SYNC,
	[HFR_OP_SECURE_ERASE]	= REQ_OP_SECURE_ERASE | SYNC,
	[HFR_OP_ZONE_APPEND]	= REQ_OP_ZONE_APPEND | SYNC,
	[HFR_OP_ZONE_RESET]	= REQ_OP_ZONE_RESET | SYNC,
	[HFR_OP_ZONE_RESET_ALL]	= REQ_OP_ZONE_RESET_ALL | SYNC,
	[HFR_OP_ZONE_OPEN]	= REQ_OP_ZONE_OPEN | SYNC,
	[HFR_OP_ZONE_CLOSE]	= REQ_OP_ZONE_CLOSE | SYNC,
	[HFR_OP_ZONE_FINISH]	= REQ_OP_ZONE_FINISH | SYNC,
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
	{ HFR_RF_ATOMIC,	HFR_REQ_ATOMIC },
};

u32 hfr_slots_wanted(const struct hfr_target *t)
{
	return t->depth ? t->depth : UNTAGGED_SLOTS;
}

u32 hfr_slots_most(bool own_sink, u32 max_length)
{
	u64 most = MAX_SLOTS;

	if (own_sink)
		most = min_t(u64, most,
			     SINK_BYTES / hfr_payload_sink_bytes(max_length));
	return max_t(u32, most, 1);
}

static void slot_end_io(struct bio *bio)
{
	struct hfr_slot *slot = container_of(bio, struct hfr_slot, bio);
	struct hfr_worker *w = slot->worker;

	slot->rec->completed_ns = hfr_clock_stamp(&w->clock);
	slot->status = bio->bi_status;
	/*
	 * Once the slot is on the list the worker may take it, end, and be
	 * freed: session_teardown() waits for a grace period before that.
	 */
	rcu_read_lock_sched();
	llist_add(&slot->node, &w->completed);
	if (READ_ONCE(w->sleep) == HFR_SLEEP_COMPLETION)
		wake_up_process(w->task);
	rcu_read_unlock_sched();
}

void hfr_slots_free(struct hfr_slots *s)
{
	u32 i;

	for (i = 0; s->slot && i < s->count; i++) {
		bio_uninit(&s->slot[i].bio);
		hfr_pages_free(&s->slot[i].sink);
	}
	kvfree(s->notes);
	kvfree(s->vecs);
	kvfree(s->slot);
	hfr_memory_uncharge(s->bytes);
	memset(s, 0, sizeof(*s));
}

static int slots_alloc(struct hfr_slots *s, u32 count, u64 sink, u32 vecs,
		       bool notes)
{
	u64 bytes = count * (sizeof(*s->slot) + vecs * sizeof(*s->vecs) + sink +
			     notes * sizeof(*s->notes));

	if (hfr_memory_charge(bytes))
		return -ENOMEM;
	s->count = count;
	s->bytes = bytes;
	s->slot = kvcalloc(count, sizeof(*s->slot), GFP_KERNEL | __GFP_NOWARN);
	s->vecs = kvcalloc(count, vecs * sizeof(*s->vecs), GFP_KERNEL | __GFP_NOWARN);
	if (notes)
		s->notes = kvcalloc(count, sizeof(*s->notes), GFP_KERNEL | __GFP_NOWARN);
	return s->slot && s->vecs && (s->notes || !notes) ? 0 : -ENOMEM;
}

int hfr_slots_init(struct hfr_slots *s, struct hfr_worker *w, u32 count,
		   bool own_sink, const struct hfr_payload *p)
{
	u32 vecs = hfr_payload_vecs(p);
	u64 sink = own_sink ? hfr_payload_sink_bytes(p->max_length) : 0;
	int err = slots_alloc(s, count, sink, vecs, p->own_pages);
	u32 i;

	for (i = 0; !err && i < s->count; i++) {
		struct hfr_slot *slot = &s->slot[i];

		slot->worker = w;
		slot->vecs = s->vecs + i * vecs;
		bio_init(&slot->bio, NULL, slot->vecs, vecs, 0);
		if (own_sink)
			err = hfr_pages_alloc_sink(&slot->sink, p);
		hfr_slots_put(s, slot);
	}
	if (err)
		hfr_slots_free(s);
	return err;
}

/*
 * Write-back throttling puts a writer to sleep unless it carries both of SYNC
 * and IDLE; a trace that says so keeps its asynchronous writes.
 */
static blk_opf_t opf_with_flags(blk_opf_t opf, u32 flags)
{
	u32 i;

	if (flags & HFR_RF_ASYNC)
		opf &= ~(REQ_SYNC | REQ_IDLE);
	if (flags & HFR_RF_SYNC)
		opf |= REQ_SYNC;
	for (i = 0; i < ARRAY_SIZE(flag_map); i++)
		if (flags & flag_map[i].ours)
			opf |= flag_map[i].theirs;
	return opf;
}

/*
 * A poller looks where the bio says that it is: nowhere before it was started,
 * which behind a flush may take long, and it does not say where its pieces are.
 * Neither may the submit wait, for a tag or as long as an asynchronous write
 * does, for requests that nobody polls for meanwhile.
 */
static bool can_poll(const struct hfr_target *t,
		     const struct hfr_trace_rec *rec)
{
	const u32 late = HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_ASYNC;

	if (rec->op != HFR_OP_READ &&
	    (rec->op != HFR_OP_WRITE || t->limits.zone || rec->flags & late))
		return false;
	return hfr_target_one_piece(t, rec);
}

static noinline void slot_poll(struct bio *bio, const struct hfr_target *t,
			       const struct hfr_trace_rec *rec)
{
	bio->bi_cookie = BLK_QC_T_NONE;
	if (can_poll(t, rec))
		bio->bi_opf |= REQ_NOWAIT;
	else
		bio->bi_opf &= ~REQ_POLLED;
}

/* All but reads and writes: what is done to a whole zone has no length. */
static void slot_other(struct hfr_slot *slot, const struct hfr_trace_rec *rec,
		       const struct hfr_payload *p)
{
	if (rec->op == HFR_OP_ZONE_APPEND) {
		slot->zone = rec->offset;
		hfr_payload_add(&slot->bio, &p->pool, rec->length,
				hash_64(rec->offset ^ rec->issue_ns, 32));
	} else if (rec->op < HFR_OP_ZONE_APPEND) {
		slot->bio.bi_iter.bi_size = rec->length;
	}
}

void hfr_slot_prepare(struct hfr_slot *slot, const struct hfr_trace_rec *rec,
		      struct hfr_lane *lane, const struct hfr_payload *p,
		      blk_opf_t opf)
{
	const struct hfr_target *t = lane->target;
	struct bio *bio = &slot->bio;

	opf |= op_of[rec->op];
	if (unlikely(rec->flags))
		opf = opf_with_flags(opf, rec->flags);
	hfr_bio_again(bio, t->bdev, opf);
	bio->bi_iter.bi_sector = rec->offset >> SECTOR_SHIFT;
	/* Else the block layer takes the thread's, which is a high one. */
	bio->bi_ioprio = rec->prio ? rec->prio : ORDINARY_PRIO;
	bio->bi_end_io = slot_end_io;
	slot->lane = lane;
	slot->length = rec->length;
	slot->op = rec->op;
	if (likely(rec->op == HFR_OP_READ))
		hfr_payload_add_sink(bio, t->own_sink ? &slot->sink : &p->sink,
				     rec->length);
	else if (rec->op == HFR_OP_WRITE && unlikely(p->own_pages))
		hfr_payload_add(bio, &slot->sink, rec->length, 0);
	else if (rec->op == HFR_OP_WRITE)
		hfr_payload_add(bio, &p->pool, rec->length,
				hash_64(rec->offset ^ rec->issue_ns, 32));
	else
		slot_other(slot, rec, p);
	if (unlikely(opf & REQ_POLLED))
		slot_poll(bio, t, rec);
}
