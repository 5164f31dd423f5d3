/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time that a worker of mode hf has before the next due time.
 *
 * It then does what can be done early, the bios of the next requests, and what
 * can be done late, the account of those that have completed. When requests
 * are due faster than they can be issued neither stands between two of them.
 */
#ifndef HFR_SPARE_H
#define HFR_SPARE_H

#include "worker.h"

/* Nothing is begun while a due time is this near, ns. */
#define HFR_SPARE_NS	2000

/** hfr_spare_begin - a run begins */
void hfr_spare_begin(struct hfr_worker *w);

/** hfr_spare_end - nothing more is issued: frees what was built */
void hfr_spare_end(struct hfr_worker *w);

/**
 * hfr_spare_use - does a part of it, which takes about a microsecond
 * @w: the worker
 * @due: the time to be ready
 *
 * Return: false if there is nothing to do or no time for it.
 */
bool hfr_spare_use(struct hfr_worker *w, u64 due);

/** hfr_spare_build - builds the bio of the next record that has none; false if
 * it is not loaded, is not possible, there are enough or no slot is free
 */
bool hfr_spare_build(struct hfr_worker *w);

/** hfr_spare_take - takes out the slot that was built for the record at the
 * cursor, or returns NULL
 */
static inline struct hfr_slot *hfr_spare_take(struct hfr_worker *w)
{
	struct llist_node *node = w->spare.built;

	if (unlikely(!node))
		return NULL;
	w->spare.built = node->next;
	w->spare.nbuilt--;
	return llist_entry(node, struct hfr_slot, node);
}

#endif /* HFR_SPARE_H */
