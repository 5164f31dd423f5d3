// SPDX-License-Identifier: GPL-2.0-only
/*
 * Issues nothing: a request has completed at the next look. What is left is the
 * cost and the timing of the workers themselves, the floor for any other.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/eventfd.h>

#include "worker.h"

/**
 * struct nothing - what a worker has instead of a ring
 * @kick: eventfd that ends a sleep
 * @first: requests that were handed over, oldest first
 * @end: where the next one is linked in
 */
struct nothing {
	int kick;
	struct slot *first;
	struct slot **end;
};

static uint32_t null_ops(const struct play_target *t)
{
	(void)t;
	return (1U << HFR_OP_NR) - 1;
}

static int null_open(struct worker *w, struct hf_error *err)
{
	struct nothing *n = calloc(1, sizeof(*n));

	if (!n)
		return hf_fail(err, ENOMEM, "out of memory");
	n->end = &n->first;
	n->kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (n->kick < 0) {
		free(n);
		return hf_fail(err, errno, "cannot make an eventfd: %s",
			       strerror(errno));
	}
	w->ring = n;
	return 0;
}

static void null_close(struct worker *w)
{
	struct nothing *n = w->ring;

	close(n->kick);
	free(n);
}

static int null_submit(struct worker *w)
{
	struct nothing *n = w->ring;
	uint32_t i;

	for (i = 0; i < w->batch.count; i++) {
		w->batch.slot[i]->next = NULL;
		*n->end = w->batch.slot[i];
		n->end = &w->batch.slot[i]->next;
	}
	return 0;
}

static void null_reap(struct worker *w)
{
	struct nothing *n = w->ring;
	struct slot *slot, *next;

	slot = n->first;
	n->first = NULL;
	n->end = &n->first;
	for (; slot; slot = next) {
		next = slot->next;
		worker_came_back(w, slot, (int32_t)slot->req->length);
	}
}

static void null_sleep(struct worker *w, uint64_t until)
{
	struct nothing *n = w->ring;
	struct pollfd pfd = { .fd = n->kick, .events = POLLIN };
	uint64_t now = moment_now(), kicks;
	struct timespec ts;

	if (n->first || until <= now)
		return;
	ts = moment_spec(until - now);
	if (ppoll(&pfd, 1, &ts, NULL) > 0 &&
	    read(n->kick, &kicks, sizeof(kicks)) < 0)
		return;
}

static void null_kick(struct worker *w)
{
	struct nothing *n = w->ring;
	uint64_t one = 1;

	/* It fails when so many kicks wait that one more makes no difference. */
	if (n && write(n->kick, &one, sizeof(one)) < 0)
		return;
}

const struct backend backend_null = {
	.name = "null",
	.ops = null_ops,
	.open = null_open,
	.close = null_close,
	.submit = null_submit,
	.reap = null_reap,
	.sleep = null_sleep,
	.kick = null_kick,
};
