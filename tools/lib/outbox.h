/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests from their first event until they are given out, in order. */
#ifndef HF_OUTBOX_H
#define HF_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "pair.h"
#include "parts.h"

/**
 * struct request - a request that may be in flight
 * @link: in one of the lists of the outbox; the first member
 * @rec: what is known of it
 * @parts: parts of it that are not complete
 * @done: completed
 * @remapped: its sectors went to another device
 * @below: index of that device
 * @stray: in outbox.strays
 */
struct request {
	struct link link;
	struct hfr_trace_rec rec;
	uint32_t parts;
	uint16_t below;
	bool done;
	bool stray;
	bool remapped;
};

/**
 * struct outbox - requests that wait for their completion, or their turn
 * @emit: gets them
 * @leave_out: asked for each whether @emit does not get it
 * @ctx: for @emit
 * @pair: for @leave_out
 * @held: in the order of their issue
 * @strays: open for so long that the others went ahead
 * @spare: requests that were dropped, to be used again
 * @nheld: length of @held
 * @given: requests given out
 */
struct outbox {
	pair_emit_fn emit;
	void *ctx;
	bool (*leave_out)(void *pair, const struct request *req);
	void *pair;
	struct link held, strays, spare;
	uint32_t nheld;
	uint64_t given;
};

void outbox_init(struct outbox *box, pair_emit_fn emit, void *ctx);

/** outbox_new - a request for outbox_add(), all zero; NULL without memory */
struct request *outbox_new(struct outbox *box);

/** outbox_add - adds the newest request, from outbox_new() */
void outbox_add(struct outbox *box, struct request *req);

/** outbox_drop - frees a request that is not to be given out */
void outbox_drop(struct outbox *box, struct request *req);

/**
 * outbox_done - a request is complete
 * @box: the outbox
 * @req: the request, which may be gone when this returns
 * @time: when; a time before its issue counts as that
 * @err: on failure, a sentence
 *
 * Return: 0, or what the caller's function returned.
 */
int outbox_done(struct outbox *box, struct request *req, uint64_t time,
		struct hf_error *err);

/** outbox_empty - gives out all requests as they are */
int outbox_empty(struct outbox *box, struct hf_error *err);

/** outbox_open - number of requests that are not complete */
uint64_t outbox_open(const struct outbox *box);

/** outbox_free - frees all requests */
void outbox_free(struct outbox *box);

#endif /* HF_OUTBOX_H */
