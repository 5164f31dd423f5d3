/* SPDX-License-Identifier: GPL-2.0-only */
/* Taking back the requests that have completed. */
#ifndef HFR_REAP_H
#define HFR_REAP_H

#include "wait.h"

/** hfr_reap_list - takes back what has completed and has its price */
void hfr_reap_list(struct hfr_worker *w);

/**
 * hfr_reap_postpone - takes back what has completed, and no more
 * @w: the worker; its latest request has its price
 *
 * What is neither in flight nor accounted for is in @w->spare.done, so that its
 * record is not yet there and its slot not free. That lasts until the worker has
 * time, wants the slots, waits, or there is enough of it.
 */
void hfr_reap_postpone(struct hfr_worker *w);

/** hfr_reap_settle - accounts for @most of them */
void hfr_reap_settle(struct hfr_worker *w, u32 most);

static inline void hfr_reap(struct hfr_worker *w)
{
	if (w->held || hfr_ready_completion(w))
		hfr_reap_list(w);
}

/** hfr_reap_all - ... and prices the latest, so that nothing is held back */
static inline void hfr_reap_all(struct hfr_worker *w)
{
	hfr_wait_look(w);
	hfr_reap_settle(w, U32_MAX);
	hfr_reap(w);
}

#endif /* HFR_REAP_H */
