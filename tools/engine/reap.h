/* SPDX-License-Identifier: GPL-2.0-only */
/* Accounting for the requests that have come back. */
#ifndef HF_REAP_H
#define HF_REAP_H

#include "worker.h"

/** reap_settle - accounts for @most of them; their slots are free then */
void reap_settle(struct worker *w, uint32_t most);

/** reap_all - takes back what has completed and accounts for it */
static inline void reap_all(struct worker *w)
{
	w->backend->reap(w);
	if (w->back)
		reap_settle(w, UINT32_MAX);
}

#endif /* HF_REAP_H */
