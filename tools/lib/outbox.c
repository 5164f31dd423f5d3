// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "array.h"
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
	link_init(&box->spare);
}

struct request *outbox_new(struct outbox *box)
{
	struct request *req;

	if (link_empty(&box->spare))
		return calloc(1, sizeof(*req));
	req = to_request(box->spare.prev);
	link_del(&req->link);
	memset(req, 0, sizeof(*req));
	return req;
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
	link_add_tail(&box->spare, &req->link);
}

static int give(struct outbox *box, struct request *req, struct hf_error *err)
{
	int ret = 0;

	if (!box->leave_out(box->pair, req)) {
		ret = box->emit(box->ctx, &req->rec, err);
		box->given++;
	}
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

uint64_t outbox_open(const struct outbox *box)
{
	const struct link *lists[] = { &box->held, &box->strays };
	const struct link *l;
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		for (l = lists[i]->next; l != lists[i]; l = l->next)
			n += !((const struct request *)l)->done;
	return n;
}

void outbox_free(struct outbox *box)
{
	while (!link_empty(&box->strays))
		outbox_drop(box, to_request(box->strays.next));
	while (!link_empty(&box->held))
		outbox_drop(box, to_request(box->held.next));
	while (!link_empty(&box->spare)) {
		struct link *l = box->spare.next;

		link_del(l);
		free(to_request(l));
	}
}
