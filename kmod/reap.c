// SPDX-License-Identifier: GPL-2.0-only
#include "depend.h"
#include "reap.h"
#include "state.h"
#include "trace.h"

static noinline void slot_failed(struct hfr_worker *w,
				 const struct hfr_slot *slot)
{
	const struct hfr_target *t = slot->lane->target;
	struct hfr_session *s = w->session;

	slot->rec->error = -blk_status_to_errno(slot->status);
	w->count.errors++;
	slot->stats->errors++;
	if (slot->status == BLK_STS_AGAIN)
		w->count.again++;
	if (hfr_target_gone(t))
		hfr_state_fail(s, slot->index, "target %u (%.80s) was removed",
			       slot->lane->index, t->path);
	else if (s->config.on_error == HFREPLAY_ON_ERROR_STOP &&
		 atomic_inc_return(&s->failures) >= s->config.error_max)
		hfr_state_fail(s, slot->index,
			       "request %llu failed with error %d, and so many end the replay",
			       slot->index, slot->rec->error);
}

/* Where an append landed the bio says; in another zone it is lost. */
static noinline bool append_landed(const struct hfr_slot *slot)
{
	u64 at = (u64)slot->bio.bi_iter.bi_sector << SECTOR_SHIFT;
	u64 end = slot->zone + slot->lane->target->limits.zone;

	return at >= slot->zone && at + slot->length <= end;
}

static __always_inline void slot_succeeded(struct hfr_worker *w,
					   struct hfr_slot *slot)
{
	if (unlikely(slot->op == HFR_OP_ZONE_APPEND && !append_landed(slot))) {
		slot->status = BLK_STS_IOERR;
		slot_failed(w, slot);
		return;
	}
	slot->stats->bytes += slot->length;
}

/* Looks at what was read; that takes time which nobody has stolen. */
static noinline void slot_verify(struct hfr_worker *w, struct hfr_slot *slot)
{
	struct hfr_session *s = w->session;

	if (hfr_verify_done(&s->verify, slot, &w->count.verified)) {
		slot->rec->flags |= HFR_CF_VERIFY;
		w->count.verify_errors++;
		if (s->config.on_error == HFREPLAY_ON_ERROR_STOP &&
		    atomic_inc_return(&s->failures) >= s->config.error_max)
			hfr_state_fail(s, slot->index,
				       "request %llu read what was not written there, and so many failures end the replay",
				       slot->index);
	}
	w->looked = max(hfr_clock_read(&w->clock), w->looked);
}

/* It is not in flight any more. */
static __always_inline void came_back(struct hfr_worker *w,
				      struct hfr_slot *slot, bool dep)
{
	struct hfr_completion_rec *rec = slot->rec;
	struct hfr_lane *lane = slot->lane;
	/* The line that it is taken from may have moved since the issue. */
	u64 clock = max(hfr_clock_time(&w->clock, rec->completed_ns),
			w->start + rec->issued_ns);

	/* What waited for it is not issued before. */
	w->looked = max(w->looked, clock);
	if (dep) {
		slot->done.actual = clock;
		hfr_depend_completed(w, &slot->done, slot->index);
	}
	rec->completed_ns = clock - w->start;
	lane->tags -= slot->tags;
	lane->in_flight--;
	w->in_flight--;
}

/* Its record and its numbers can be read, its slot is free. */
static __always_inline void account(struct hfr_worker *w, struct hfr_slot *slot)
{
	struct hfr_completion_rec *rec = slot->rec;

	if (likely(!slot->status))
		slot_succeeded(w, slot);
	else
		slot_failed(w, slot);
	trace_complete(w, slot);
	if (unlikely(hfr_verify_on(&w->session->verify)))
		slot_verify(w, slot);
	hfr_stats_add(slot->stats, rec->completed_ns - rec->issued_ns,
		      rec->lateness);
	hfr_results_publish(rec, HFR_REC_DONE);
	hfr_slots_put(&w->slots, slot);
}

/* Of the latest request the cost may not be known before the next look. */
static __always_inline void reap_list(struct hfr_worker *w, bool dep)
{
	struct llist_node *list = llist_del_all(&w->completed);
	struct hfr_slot *slot, *next;
	u32 n = 0;

	if (w->held && w->held != w->unpriced) {
		w->held->node.next = list;
		list = &w->held->node;
		w->held = NULL;
	}
	llist_for_each_entry_safe(slot, next, list, node) {
		n++;
		if (unlikely(slot == w->unpriced)) {
			w->held = slot;
			continue;
		}
		came_back(w, slot, dep);
		account(w, slot);
	}
	if (dep)
		hfr_depend_kick(w);
	hfr_wait_noticed(w, n);
	/* So much work takes time that nobody has stolen. */
	if (unlikely(n > 16))
		hfr_wait_look(w);
}

void hfr_reap_list(struct hfr_worker *w)
{
	if (w->dep)
		reap_list(w, true);
	else
		reap_list(w, false);
}

/* ---- what can wait ---- */

/* A failure may end the run: it is told at once. */
void hfr_reap_postpone(struct hfr_worker *w)
{
	struct llist_node *list = llist_del_all(&w->completed);
	struct hfr_spare *sp = &w->spare;
	struct hfr_slot *slot, *next;

	llist_for_each_entry_safe(slot, next, list, node) {
		came_back(w, slot, false);
		if (unlikely(slot->status)) {
			account(w, slot);
			hfr_wait_noticed(w, 1);
			continue;
		}
		slot->node.next = sp->done;
		sp->done = &slot->node;
		sp->ndone++;
	}
	if (unlikely(sp->ndone >= sp->most))
		hfr_reap_settle(w, U32_MAX);
}

void hfr_reap_settle(struct hfr_worker *w, u32 most)
{
	struct hfr_spare *sp = &w->spare;
	struct hfr_slot *slot;
	u32 n;

	for (n = 0; sp->done && n < most; n++) {
		slot = llist_entry(sp->done, struct hfr_slot, node);
		sp->done = slot->node.next;
		account(w, slot);
	}
	sp->ndone -= n;
	hfr_wait_noticed(w, n);
}
