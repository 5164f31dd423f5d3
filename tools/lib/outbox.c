// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "outbox.h"

/* Requests held back for one that is still open. */
#define MAX_HELD	262144

static struct request *to_request(struct link *l)
{
	return (struct request *)l;
}

void outbox_init(struct outbox *box, pair_emit_fn emit, void *ctx)
{
	box->emit = emit;
	box->ctx = ctx;
	link_init(&box->held);
	link_init(&box->strays);
}

void outbox_add(struct outbox *box, struct request *req)
{
	link_add_tail(&box->held, &req->link);
	box->nheld++;
}

void outbox_drop(struct outbox *box, struct request *req)
{
	link_del(&req->link);
	if (!req->stray)
		box->nheld--;
	free(req);
}

static int give(struct outbox *box, struct request *req, struct hf_error *err)
{
	int ret = box->emit(box->ctx, &req->rec, err);

	box->given++;
	outbox_drop(box, req);
	return ret;
}

/* Gives out what is complete, in order. */
static int drain(struct outbox *box, struct hf_error *err)
{
	while (!link_empty(&box->held)) {
		struct request *req = to_request(box->held.next);
		int ret;

		if (!req->done && box->nheld <= MAX_HELD)
			return 0;
		if (!req->done) {
			link_del(&req->link);
			link_add_tail(&box->strays, &req->link);
			req->stray = true;
			box->nheld--;
			continue;
		}
		ret = give(box, req, err);
		if (ret)
			return ret;
	}
	return 0;
}

int outbox_done(struct outbox *box, struct request *req, uint64_t time,
		struct hf_error *err)
{
	struct hfr_trace_rec *rec = &req->rec;

	rec->complete_ns = time > rec->issue_ns ? time : rec->issue_ns;
	if (rec->complete_ns - rec->issue_ns > box->longest)
		box->longest = rec->complete_ns - rec->issue_ns;
	req->done = true;
	return req->stray ? give(box, req, err) : drain(box, err);
}

static int empty(struct outbox *box, struct link *head, struct hf_error *err)
{
	int ret = 0;

	while (!ret && !link_empty(head))
		ret = give(box, to_request(head->next), err);
	return ret;
}

int outbox_empty(struct outbox *box, struct hf_error *err)
{
	int ret = empty(box, &box->strays, err);

	return ret ? ret : empty(box, &box->held, err);
}

/* May have been in flight when the trace ended. */
static bool in_flight(const struct outbox *box, const struct request *req,
		      uint64_t end)
{
	return end - req->rec.issue_ns <= box->longest;
}

/* Adds up the requests of a list, and those whose completion was lost. */
static void count(const struct outbox *box, const struct link *head,
		  uint64_t end, uint64_t *all, uint64_t *lost)
{
	const struct link *l;

	for (l = head->next; l != head; l = l->next) {
		const struct request *req = (const struct request *)l;

		(*all)++;
		*lost += !req->done && !in_flight(box, req, end);
	}
}

/* Gives an end to the open requests of a list and returns their number. */
static uint64_t complete(struct outbox *box, struct link *head, uint64_t end,
			 bool estimate)
{
	uint64_t n = 0;
	struct link *l;

	for (l = head->next; l != head; l = l->next) {
		struct request *req = to_request(l);

		if (req->done)
			continue;
		n++;
		if (in_flight(box, req, end))
			req->rec.complete_ns = end;
		else if (estimate)
			req->rec.complete_ns = req->rec.issue_ns + box->longest;
	}
	return n;
}

int outbox_finish(struct outbox *box, uint64_t end, uint64_t *incomplete,
		  struct hf_error *err)
{
	uint64_t all = box->given, lost = 0;

	count(box, &box->strays, end, &all, &lost);
	count(box, &box->held, end, &all, &lost);
	*incomplete += complete(box, &box->strays, end, lost * 100 < all);
	*incomplete += complete(box, &box->held, end, lost * 100 < all);
	return outbox_empty(box, err);
}

void outbox_free(struct outbox *box)
{
	while (!link_empty(&box->strays))
		outbox_drop(box, to_request(box->strays.next));
	while (!link_empty(&box->held))
		outbox_drop(box, to_request(box->held.next));
}
