/* SPDX-License-Identifier: GPL-2.0-only */
/* Issues and completions of a trace in the order of their times. */
#ifndef HF_EVENT_ORDER_H
#define HF_EVENT_ORDER_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"

/* Takes an event: returns 0, or -errno with a sentence. */
typedef int (*event_order_fn)(void *ctx, const struct hfr_trace_rec *rec,
			      bool completion, struct hf_error *err);

struct event_order;

/**
 * event_order_new - starts
 * @emit: gets the issue of every request and its completion, if it is known.
 *	What completes at the time another is issued comes before that one
 * @ctx: for @emit
 *
 * Memory grows with the number of requests in flight.
 *
 * Return: the order, or NULL without memory.
 */
struct event_order *event_order_new(event_order_fn emit, void *ctx);
void event_order_free(struct event_order *eo);

/** event_order_add - takes the next request of the trace; 0 or -errno */
int event_order_add(struct event_order *eo, const struct hfr_trace_rec *rec,
		    struct hf_error *err);

/** event_order_end - gives out the completions that are left; 0 or -errno */
int event_order_end(struct event_order *eo, struct hf_error *err);

/**
 * event_order_mixed - requests whose completion looks like that of another
 *
 * Two requests with the same operation, target, offset and length are in
 * flight at once, and the later one completes first or the earlier one never:
 * who pairs the events will exchange their completions.
 */
uint64_t event_order_mixed(const struct event_order *eo);

#endif /* HF_EVENT_ORDER_H */
