/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests in flight: a bio and what is known of its issue, made in advance. */
#ifndef HFR_SLOT_H
#define HFR_SLOT_H

#include <linux/bio.h>
#include <linux/cache.h>
#include <linux/llist.h>
#include <linux/types.h>

#include "dep.h"
#include "lane.h"
#include "payload.h"

struct hfr_worker;

/**
 * struct hfr_slot - one request in flight
 * @node: on the list of free slots (worker) or of completed ones (completion)
 * @worker: owner
 * @lane: where it was issued
 * @rec: its completion record; @own if none is kept
 * @stats: where it is counted
 * @index: number of the request that is in flight
 * @length: bytes of the record
 * @tags: requests that the block layer makes of it
 * @op: enum hfr_op
 * @zone: of an append: first byte of the zone
 * @status: outcome; written by the completion
 * @sink: pages of its own for reads, if the target needs that
 * @vecs: bio_vec table
 * @done: what its completion means for those that depend on it, mode dep
 * @own: completion record of a session that keeps none
 * @bio: the bio
 *
 * A slot belongs to its worker from the start, to the completion from
 * submit_bio to llist_add, then to the worker again; and so does its record,
 * until it is published. The completion writes its time of completion, as a
 * clock, and nothing else; the worker alone writes the cost and adds to the
 * flags after submit_bio. The slot is not used again before the worker has
 * taken it back.
 */
struct hfr_slot {
	struct llist_node node;
	struct hfr_worker *worker;
	struct hfr_lane *lane;
	struct hfr_completion_rec *rec;
	struct hfr_op_stats *stats;
	u64 index;
	u32 length;
	u32 tags;
	u8 op;
	blk_status_t status;
	u64 zone;
	struct hfr_pages sink;
	struct bio_vec *vecs;
	struct hfr_dep_done done;
	struct hfr_completion_rec own;
	struct bio bio;
} ____cacheline_aligned;

/**
 * struct hfr_verify_note - what verification keeps of a request in flight
 * @offset: first byte of the record
 * @target: its target
 * @seq: of a read: changes of the target before it
 */
struct hfr_verify_note {
	u64 offset;
	u32 target;
	u32 seq;
};

/**
 * struct hfr_slots - the slots of a worker
 * @slot: all of them
 * @notes: one for each of them, with payload verify
 * @count: number of them
 * @vecs: bio_vec tables of all slots
 * @free: those not in flight; worker only
 * @bytes: memory charged
 */
struct hfr_slots {
	struct hfr_slot *slot;
	struct hfr_verify_note *notes;
	u32 count;
	struct bio_vec *vecs;
	struct llist_node *free;
	u64 bytes;
};

/**
 * hfr_slots_init - makes the slots of a worker
 * @s: filled
 * @w: the worker
 * @count: how many
 * @own_sink: reads need pages of their own
 * @p: payload of the session
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_slots_init(struct hfr_slots *s, struct hfr_worker *w, u32 count,
		   bool own_sink, const struct hfr_payload *p);

/** hfr_slots_free - frees slots of which none is in flight */
void hfr_slots_free(struct hfr_slots *s);

/** hfr_slots_wanted - slots that requests of one target can use */
u32 hfr_slots_wanted(const struct hfr_target *t);

/** hfr_slots_most - slots that a worker gets at most */
u32 hfr_slots_most(bool own_sink, u32 max_length);

static inline struct hfr_slot *hfr_slots_get(struct hfr_slots *s)
{
	struct llist_node *node = s->free;

	if (!node)
		return NULL;
	s->free = node->next;
	return llist_entry(node, struct hfr_slot, node);
}

static inline void hfr_slots_put(struct hfr_slots *s, struct hfr_slot *slot)
{
	slot->node.next = s->free;
	s->free = &slot->node;
}

/**
 * hfr_slot_prepare - builds the bio of a record
 * @slot: free
 * @rec: the record
 * @lane: where it will be issued
 * @p: payload of the session
 * @opf: REQ_NOMERGE, REQ_POLLED: what all requests of the session carry
 */
void hfr_slot_prepare(struct hfr_slot *slot, const struct hfr_trace_rec *rec,
		      struct hfr_lane *lane, const struct hfr_payload *p,
		      blk_opf_t opf);

#endif /* HFR_SLOT_H */
