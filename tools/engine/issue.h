/* SPDX-License-Identifier: GPL-2.0-only */
/* The steps of an issue: gate, due, wait, submit, account. */
#ifndef HF_ISSUE_H
#define HF_ISSUE_H

#include "worker.h"

/** issue_scheduled_all - mode hf: issues each request at its time */
void issue_scheduled_all(struct worker *w);

/** issue_free_all - modes afap and load: issues each as soon as it may */
void issue_free_all(struct worker *w);

/** issue_possible - whether the target can do @req */
static inline bool issue_possible(const struct worker *w,
				  const struct hfr_trace_rec *req)
{
	return w->lanes[req->target].target->ops & 1U << req->op;
}

/** issue_skip - record @at of the trace is left out */
void issue_skip(struct worker *w, uint64_t at);

/**
 * issue_turn - waits until the limit, the tags and the slots let a request go
 * @w: the worker
 * @req: the request
 * @due: its due time or NOT_DUE
 * @has_slot: it has its slot
 *
 * Return: false when stopped, or at the end of the run.
 */
bool issue_turn(struct worker *w, const struct hfr_trace_rec *req,
		uint64_t due, bool has_slot);

/** issue_prepare - a slot for record @at of the trace; NULL if none is free */
struct slot *issue_prepare(struct worker *w, uint64_t at);

/** issue_unprepare - a prepared slot is not issued after all */
void issue_unprepare(struct worker *w, struct slot *slot);

/** issue_queue - a prepared request goes with the next batch */
void issue_queue(struct worker *w, struct slot *slot, uint64_t due);

/** issue_batch - hands over what is queued: these requests are issued now */
void issue_batch(struct worker *w);

#endif /* HF_ISSUE_H */
