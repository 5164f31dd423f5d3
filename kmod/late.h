/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Being late, and why.
 *
 * A worker is behind from the request that it reaches, or issues, after its
 * due time until one that it reaches before. What held it in the meantime is
 * summed up by cause, and the cause with the largest sum is that of every
 * request that is issued late then. Lateness beyond all sums is the engine's, or
 * stolen where the worker was preempted.
 */
#ifndef HFR_LATE_H
#define HFR_LATE_H

#include "trace.h"
#include "worker.h"

/** hfr_late_blame - @cause held the worker for @ns since it is behind */
static inline void hfr_late_blame(struct hfr_worker *w, u8 cause, u64 ns)
{
	w->late.blame[cause] += ns;
	w->late.blamed += ns;
	if (w->late.blame[cause] > w->late.blame[w->late.worst])
		w->late.worst = cause;
}

/** hfr_late_blame_parents - the parents held the worker for @parents ns, then its
 * submits for @submits: two hfr_late_blame() in one
 */
static inline void hfr_late_blame_parents(struct hfr_worker *w, u64 parents,
					  u64 submits)
{
	u64 *blame = w->late.blame, worst = blame[w->late.worst];

	blame[HFR_CAUSE_PARENT] += parents;
	blame[HFR_CAUSE_SUBMIT] += submits;
	w->late.blamed += parents + submits;
	if (blame[HFR_CAUSE_PARENT] > worst) {
		worst = blame[HFR_CAUSE_PARENT];
		w->late.worst = HFR_CAUSE_PARENT;
	}
	if (blame[HFR_CAUSE_SUBMIT] > worst)
		w->late.worst = HFR_CAUSE_SUBMIT;
}

/** hfr_late_forget - the worker is not behind */
void hfr_late_forget(struct hfr_worker *w);

/**
 * hfr_late_arrive - the worker comes to a request, from the submit before
 * @w: the worker
 * @due: when the request is due, clock
 */
static inline void hfr_late_arrive(struct hfr_worker *w, u64 due)
{
	if (unlikely(w->returned > due))
		hfr_late_blame(w, w->late.submit_cause,
			       w->returned - max(due, w->issued_at));
	else if (unlikely(w->late.blamed))
		hfr_late_forget(w);
}

/**
 * hfr_late_held - something kept the next request until the latest look
 * @w: the worker
 * @cause: what it was
 * @flags: HFR_CF_* that the completion record gets, late or not
 * @due: when the request is due
 * @since: from when on it was kept
 */
void hfr_late_held(struct hfr_worker *w, u8 cause, u16 flags, u64 due,
		   u64 since);

/** hfr_late_unseen - a request is @lateness ns late, more than what was seen to
 * hold the worker: the rest is work between the submits, or a preemption of it
 */
void hfr_late_unseen(struct hfr_worker *w, u64 lateness);

/** hfr_late_record - request @slot is issued @lateness ns after its due time, which
 * is more than the tolerance: says why
 */
static __always_inline void hfr_late_record(struct hfr_worker *w,
					    const struct hfr_slot *slot,
					    u64 lateness)
{
	struct hfr_completion_rec *rec = slot->rec;

	if (unlikely(lateness / HFR_COST_UNIT > S32_MAX)) {
		rec->lateness = S32_MAX;
		rec->flags |= HFR_CF_SATURATED;
	}
	if (unlikely(lateness > w->late.blamed))
		hfr_late_unseen(w, lateness);
	rec->cause = w->late.worst;
	w->count.late++;
	trace_late(w, slot, lateness);
}

#endif /* HFR_LATE_H */
