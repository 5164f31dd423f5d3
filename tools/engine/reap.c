// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "checks.h"
#include "reap.h"

/* A disk that was pulled out has no number any more. */
static bool is_gone(const struct play_target *t)
{
	char path[64];

	if (t->file)
		return false;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", t->major,
		 t->minor);
	return access(path, F_OK) != 0;
}

/* Whether so many failures end the replay. */
static bool too_many(struct worker *w)
{
	const struct play_choices *c = worker_choices(w);

	return c->on_error == HFREPLAY_ON_ERROR_STOP &&
	       __atomic_add_fetch(&w->run->failures, 1, __ATOMIC_RELAXED) >=
	       c->error_max;
}

static void failed(struct worker *w, const struct slot *slot, int error)
{
	const struct play_target *t = slot->lane->target;

	slot->rec->error = (uint8_t)error;
	w->count.errors++;
	if (error == EAGAIN)
		w->count.again++;
	if (is_gone(t))
		run_fail(w->run, slot->index, "target %u (%.80s) was removed",
			 slot->lane->index, t->path);
	else if (too_many(w))
		run_fail(w->run, slot->index,
			 "request %" PRIu64 " failed with error %d, and so many end the replay",
			 slot->index, error);
}

static void verify(struct worker *w, struct slot *slot)
{
	if (!checks_done(w->run->checks, slot, &w->count.verified))
		return;
	slot->rec->flags |= HFR_CF_VERIFY;
	w->count.verify_errors++;
	if (too_many(w))
		run_fail(w->run, slot->index,
			 "request %" PRIu64 " read what was not written there, and so many failures end the replay",
			 slot->index);
}

static bool transfers(const struct hfr_trace_rec *req)
{
	return req->op == HFR_OP_READ || req->op == HFR_OP_WRITE;
}

static void account(struct worker *w, struct slot *slot)
{
	const struct hfr_trace_rec *req = slot->req;
	struct hfr_completion_rec *rec = slot->rec;

	rec->completed_ns = slot->completed - w->run->start;
	if (slot->result < 0) {
		failed(w, slot, -slot->result);
	} else if (transfers(req) && (uint32_t)slot->result < req->length) {
		rec->flags |= HFR_CF_SHORT;
		slot->result = -EIO;
		failed(w, slot, EIO);
	} else if (req->op == HFR_OP_READ) {
		w->count.read_bytes += req->length;
	} else if (req->op == HFR_OP_WRITE) {
		w->count.write_bytes += req->length;
	}
	if (w->run->checks)
		verify(w, slot);
	rec->state = HFR_REC_DONE;
	w->count.completed++;
	slots_put(&w->slots, slot);
}

void reap_settle(struct worker *w, uint32_t most)
{
	struct slot *slot;

	while (w->back && most--) {
		slot = w->back;
		w->back = slot->next;
		if (!w->back)
			w->back_end = &w->back;
		account(w, slot);
	}
}
