// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "relay.h"

/* 256 KiB a slot: it costs little to change hands, and a cache holds some. */
#define SLOT_RECS	4096U
#define SLOTS		4U

/**
 * struct slot - records that change hands together
 * @n: how many
 * @recs: they
 */
struct slot {
	size_t n;
	struct hfr_trace_rec recs[SLOT_RECS];
};

/**
 * struct relay - a ring of slots
 * @take: what takes the records
 * @ctx: for @take
 * @thread: where
 * @lock: protects what follows but the slots
 * @changed: one of them has
 * @filled: slots that were filled; slot @filled % SLOTS is the giver's
 * @taken: slots that were taken; slot @taken % SLOTS is the taker's if it is
 *	filled
 * @ended: no more will be filled
 * @rc: what @take returned
 * @err: its sentence; only looked at when the thread has ended
 * @slots: the records
 */
struct relay {
	relay_take_fn take;
	void *ctx;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned long filled, taken;
	bool ended;
	int rc;
	struct hf_error err;
	struct slot slots[SLOTS];
};

/* The next slot to take, or NULL at the end. */
static struct slot *await_filled(struct relay *r)
{
	struct slot *slot = NULL;

	pthread_mutex_lock(&r->lock);
	while (r->taken == r->filled && !r->ended)
		pthread_cond_wait(&r->changed, &r->lock);
	if (r->taken != r->filled)
		slot = &r->slots[r->taken % SLOTS];
	pthread_mutex_unlock(&r->lock);
	return slot;
}

static void *take_all(void *arg)
{
	struct relay *r = arg;
	struct slot *slot;
	int rc = 0;

	while (!rc && (slot = await_filled(r))) {
		rc = r->take(r->ctx, slot->recs, slot->n, &r->err);
		pthread_mutex_lock(&r->lock);
		r->taken++;
		r->rc = rc;
		pthread_cond_signal(&r->changed);
		pthread_mutex_unlock(&r->lock);
	}
	return NULL;
}

/* Signals are for the thread that was there before. */
static int start(struct relay *r)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	rc = pthread_create(&r->thread, NULL, take_all, r);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

int relay_new(struct relay **out, relay_take_fn take, void *ctx,
	      struct hf_error *err)
{
	struct relay *r = malloc(sizeof(*r));
	int rc;

	if (!r)
		return hf_fail(err, ENOMEM, "out of memory");
	/* The slots' records need no zeros, and no memory before they come. */
	memset(r, 0, offsetof(struct relay, slots));
	r->slots[0].n = 0;
	r->take = take;
	r->ctx = ctx;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	rc = start(r);
	if (rc) {
		free(r);
		return hf_fail(err, rc, "cannot start a thread: %s",
			       strerror(rc));
	}
	*out = r;
	return 0;
}

/* The slot being filled is full: the next one, once it is free. */
static int next_slot(struct relay *r)
{
	int rc;

	pthread_mutex_lock(&r->lock);
	r->filled++;
	pthread_cond_signal(&r->changed);
	while (r->filled - r->taken == SLOTS && !r->rc)
		pthread_cond_wait(&r->changed, &r->lock);
	rc = r->rc;
	pthread_mutex_unlock(&r->lock);
	r->slots[r->filled % SLOTS].n = 0;
	return rc ? -1 : 0;
}

int relay_add(struct relay *r, const struct hfr_trace_rec *recs, size_t n)
{
	int rc = 0;

	while (!rc && n) {
		struct slot *slot = &r->slots[r->filled % SLOTS];
		size_t fit = SLOT_RECS - slot->n;

		if (fit > n)
			fit = n;
		memcpy(slot->recs + slot->n, recs, fit * sizeof(*recs));
		slot->n += fit;
		recs += fit;
		n -= fit;
		if (slot->n == SLOT_RECS)
			rc = next_slot(r);
	}
	return rc;
}

int relay_end(struct relay *r, struct hf_error *err)
{
	int rc;

	pthread_mutex_lock(&r->lock);
	if (!r->rc && r->slots[r->filled % SLOTS].n)
		r->filled++;
	r->ended = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	rc = r->rc;
	if (rc)
		*err = r->err;
	pthread_mutex_destroy(&r->lock);
	pthread_cond_destroy(&r->changed);
	free(r);
	return rc;
}
