/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps of an issue that all modes have in common. Those that every request
 * goes through are inline: a call costs as much as what they do.
 */
#ifndef HFR_ISSUE_H
#define HFR_ISSUE_H

#include "late.h"
#include "trace.h"
#include "wait.h"

/* The due time of a request that no schedule binds. */
#define HFR_NOT_DUE	U64_MAX

/** hfr_issue_again - goes on to the next loop; false if there is none */
bool hfr_issue_again(struct hfr_worker *w);

/** hfr_issue_wait_room - waits until the completion record of request @index
 * has a place; false when stopped, or when it is time to end
 */
bool hfr_issue_wait_room(struct hfr_worker *w, u64 index, u64 due);

/** hfr_issue_wait_turn - waits for what hfr_issue_turn() says */
bool hfr_issue_wait_turn(struct hfr_worker *w, struct hfr_lane *lane,
			 const struct hfr_trace_rec *rec, u64 due, u32 tags,
			 bool has_slot);

/** hfr_issue_room - whether the completion record of request @index has a place */
static inline bool hfr_issue_room(struct hfr_worker *w, u64 index)
{
	const struct hfr_results *res = &w->session->results;

	if (likely(index < w->room))
		return true;
	/* pairs with hfr_results_take() */
	w->room = smp_load_acquire(&res->taken) + res->period;
	return index < w->room;
}

/** hfr_issue_rec - the completion record of record @at of the trace, or NULL */
static inline struct hfr_completion_rec *
hfr_issue_rec(const struct hfr_worker *w, u64 at)
{
	return likely(w->recs) ? &w->recs[(w->rec_base + at) & w->rec_mask] :
		NULL;
}

/** hfr_issue_skip - publishes record @at of the trace as skipped */
void hfr_issue_skip(struct hfr_worker *w, u64 at);

/** hfr_issue_possible - whether the target can do @rec */
static inline bool hfr_issue_possible(const struct hfr_lane *lane,
				      const struct hfr_trace_rec *rec)
{
	return lane->target->limits.ops & 1U << rec->op;
}

/** hfr_issue_limit - requests that may be in flight when @rec is */
static inline u32 hfr_issue_limit(const struct hfr_worker *w,
				  const struct hfr_lane *lane,
				  const struct hfr_trace_rec *rec)
{
	if (likely(!w->follows || !rec->in_flight))
		return lane->limit;
	if (w->session->config.mode == HFREPLAY_MODE_LOAD)
		return min(lane->limit, hfr_lane_share(lane, rec->in_flight));
	return hfr_lane_share(lane, roundup_pow_of_two(rec->in_flight));
}

/**
 * hfr_issue_turn - waits until the limit, the tags and the slots let it go
 * @w: the worker
 * @lane: where it goes
 * @rec: the request
 * @due: its due time or HFR_NOT_DUE
 * @tags: requests of the block layer that it makes
 * @has_slot: it has its slot
 *
 * Return: false when stopped.
 */
static inline bool hfr_issue_turn(struct hfr_worker *w, struct hfr_lane *lane,
				  const struct hfr_trace_rec *rec, u64 due,
				  u32 tags, bool has_slot)
{
	if (likely(hfr_lane_open(lane, hfr_issue_limit(w, lane, rec), tags) &&
		   (has_slot || w->slots.free)))
		return true;
	return hfr_issue_wait_turn(w, lane, rec, due, tags, has_slot);
}

/** hfr_issue_prepare - a slot with the bio of @rec, record @at of the trace;
 * NULL if none is free
 */
static inline struct hfr_slot *
hfr_issue_prepare(struct hfr_worker *w, struct hfr_lane *lane,
		  const struct hfr_trace_rec *rec, u64 at)
{
	struct hfr_session *s = w->session;
	struct hfr_slot *slot = hfr_slots_get(&w->slots);

	if (likely(slot))
		hfr_slot_prepare(slot, rec, lane, &s->payload, w->opf);
	if (unlikely(hfr_verify_on(&s->verify)) && slot)
		hfr_verify_prepare(&s->verify, slot, rec, w->first + at);
	return slot;
}

/**
 * hfr_issue_slot - accounts for an issue at the latest look
 * @w: the worker
 * @slot: the request, record @at of the trace
 * @at: see @slot
 * @tags: requests of the block layer that it makes
 * @due: when it was due
 */
static __always_inline void hfr_issue_slot(struct hfr_worker *w,
					   struct hfr_slot *slot, u64 at,
					   u32 tags, u64 due)
{
	struct hfr_completion_rec *rec = hfr_issue_rec(w, at);
	u64 lateness = w->looked - due;
	struct hfr_lane *lane = slot->lane;

	if (unlikely(!rec))
		rec = &slot->own;
	slot->rec = rec;
	slot->index = w->first + at;
	slot->tags = tags;
	lane->tags += tags;
	lane->in_flight++;
	w->in_flight++;

	rec->issued_ns = w->looked - w->start;
	rec->lateness = lateness / HFR_COST_UNIT;
	rec->in_flight = min_t(u32, w->in_flight, U16_MAX);
	rec->flags = w->late.flags;
	rec->error = 0;
	rec->worker = w->index;
	rec->cause = HFR_CAUSE_NONE;
	if (unlikely(lateness > w->session->config.tolerance))
		hfr_late_record(w, slot, lateness);
	w->late.flags = 0;
	w->issued_at = w->looked;
	slot->stats = lane->stats.op[slot->op];
	slot->stats->issued++;
	trace_issue(w, slot, due);
}

/**
 * hfr_issue_submit - submits without a look at the clock: the next one prices it
 * @w: the worker
 * @slot: the request
 * @most: requests that may go in one plug with it, itself included
 */
static __always_inline void hfr_issue_submit(struct hfr_worker *w,
					     struct hfr_slot *slot, u32 most)
{
	unsigned long slept = current->nvcsw;
	u32 length = slot->length;

	if (!w->plug.open && w->plug.max)
		hfr_plug_open(&w->plug, most);
	w->unpriced = slot;
	submit_bio(&slot->bio);
	if (w->plug.open)
		hfr_plug_added(&w->plug, length);
	if (unlikely(current->nvcsw != slept))
		slot->rec->flags |= HFR_CF_TAG_WAIT;
}

/** hfr_issue_give_way - lets other tasks run */
void hfr_issue_give_way(struct hfr_worker *w);

/**
 * hfr_issue_all - issues all requests of a worker
 * @w: the worker
 * @next: issues one, which is inlined; false at the end or when stopped
 */
static __always_inline void hfr_issue_all(struct hfr_worker *w,
					  bool (*next)(struct hfr_worker *w))
{
	while (next(w)) {
		if (likely(!need_resched()))
			continue;
		hfr_issue_give_way(w);
	}
}

#endif /* HFR_ISSUE_H */
