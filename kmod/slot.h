/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests in flight: a bio and what is known of its issue, made in advance. */
#ifndef HFR_SLOT_H
#define HFR_SLOT_H

#include <linux/bio.h>
#include <linux/cache.h>
#include <linux/llist.h>
#include <linux/types.h>

#include "payload.h"
#include "target.h"

struct hfr_worker;

/**
 * struct hfr_slot - one request in flight
 * @node: on the list of free slots (worker) or of completed ones (completion)
 * @worker: owner
 * @index: record that is in flight
 * @issued: clock before submit_bio, ns
 * @completed: clock at the end of the bio, ns; written by the completion
 * @lateness: issued minus due, ns
 * @cost: time in submit_bio, ns
 * @length: bytes of the record
 * @tags: requests that the block layer makes of it
 * @in_flight: requests of the worker in flight at issue, itself included
 * @flags: HFR_CF_*
 * @op: enum hfr_op
 * @cause: enum hfr_cause
 * @status: outcome; written by the completion
 * @sink: pages of its own for reads, if the target needs that
 * @vecs: bio_vec table
 * @bio: the bio
 *
 * A slot belongs to its worker from the start, to the completion from
 * submit_bio to llist_add, then to the worker again. The worker alone writes
 * @cost and adds to @flags after submit_bio: the completion looks at neither,
 * and the slot is not used again before the worker has taken it back.
 */
struct hfr_slot {
	struct llist_node node;
	struct hfr_worker *worker;
	u64 index;
	u64 issued;
	u64 completed;
	s64 lateness;
	u32 cost;
	u32 length;
	u32 tags;
	u16 in_flight;
	u16 flags;
	u8 op;
	u8 cause;
	blk_status_t status;
	struct hfr_pages sink;
	struct bio_vec *vecs;
	struct bio bio;
} ____cacheline_aligned;

/**
 * struct hfr_slots - the slots of a worker
 * @slot: all of them
 * @count: number of them
 * @vecs: bio_vec tables of all slots
 * @free: those not in flight; worker only
 * @bytes: memory charged
 */
struct hfr_slots {
	struct hfr_slot *slot;
	u32 count;
	struct bio_vec *vecs;
	struct llist_node *free;
	u64 bytes;
};

/**
 * hfr_slots_init - makes the slots of a worker
 * @s: filled
 * @w: the worker
 * @t: its target
 * @p: payload of the session
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_slots_init(struct hfr_slots *s, struct hfr_worker *w,
		   const struct hfr_target *t, const struct hfr_payload *p);

/** hfr_slots_free - frees slots of which none is in flight */
void hfr_slots_free(struct hfr_slots *s);

/** hfr_slots_count - slots that a target gets */
u32 hfr_slots_count(const struct hfr_target *t, u32 max_length);

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
 * @t: its target
 * @p: payload of the session
 * @nomerge: the block layer must not merge it
 */
void hfr_slot_prepare(struct hfr_slot *slot, const struct hfr_trace_rec *rec,
		      const struct hfr_target *t, const struct hfr_payload *p,
		      bool nomerge);

#endif /* HFR_SLOT_H */
