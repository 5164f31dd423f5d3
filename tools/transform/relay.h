/* SPDX-License-Identifier: GPL-2.0-only */
/* Records on their way from one thread to the one that writes them. */
#ifndef HF_RELAY_H
#define HF_RELAY_H

#include <stddef.h>
#include <linux/hfreplay.h>

#include "error.h"

/* What takes the records, on a thread of its own; they are its to change. */
typedef int (*relay_take_fn)(void *ctx, struct hfr_trace_rec *recs, size_t n,
			     struct hf_error *err);

struct relay;

/**
 * relay_new - starts the thread
 * @out: the relay
 * @take: called there with records, in their order; after a failure no more
 * @ctx: for @take, which alone uses it until relay_end()
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int relay_new(struct relay **out, relay_take_fn take, void *ctx,
	      struct hf_error *err);

/**
 * relay_add - hands on copies of records, and waits while there are too many
 * @r: the relay
 * @recs: the records
 * @n: how many
 *
 * Return: 0, or -1 when @take has failed: relay_end() says why.
 */
int relay_add(struct relay *r, const struct hfr_trace_rec *recs, size_t n);

/**
 * relay_end - waits until all is taken, ends the thread, frees the relay
 * @r: the relay
 * @err: gets the sentence of @take
 *
 * Return: what @take returned.
 */
int relay_end(struct relay *r, struct hf_error *err);

#endif /* HF_RELAY_H */
