/* SPDX-License-Identifier: GPL-2.0-only */
/* Mode dep: the dependencies of a run, and the loop of its workers. */
#ifndef HFR_DEPEND_H
#define HFR_DEPEND_H

#include "dep-step.h"
#include "session.h"

/**
 * hfr_depend_make - makes what a run in mode dep needs
 * @s: the session; the header is known, no worker runs
 * @why: at least HFR_WHY_LEN bytes; on failure, a sentence
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_depend_make(struct hfr_session *s, char *why);

/** hfr_depend_free - ... and frees it; no worker runs */
void hfr_depend_free(struct hfr_session *s);

/** hfr_depend_begin - a run begins; no worker runs */
void hfr_depend_begin(struct hfr_session *s);

/** hfr_depend_run - issues all requests of a worker that has scopes */
void hfr_depend_run(struct hfr_worker *w);

/** hfr_depend_fail - the ranks of the trace contradict themselves at @index */
void hfr_depend_fail(struct hfr_worker *w, u64 index);
void hfr_depend_kick_owners(struct hfr_worker *w);

/** hfr_depend_kick - wakes the owners of the roots that were resolved */
static inline void hfr_depend_kick(struct hfr_worker *w)
{
	if (unlikely(w->dep->roots))
		hfr_depend_kick_owners(w);
}

/** hfr_depend_completed - request @index was taken back, or skipped: what waits
 * for it may go. Before long hfr_depend_kick() is to follow.
 */
static __always_inline void
hfr_depend_completed(struct hfr_worker *w, const struct hfr_dep_done *done,
		     u64 index)
{
	if (unlikely(hfr_dep_complete(w->dep, done, w->looked)))
		hfr_depend_fail(w, index);
}

#endif /* HFR_DEPEND_H */
