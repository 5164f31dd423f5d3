/* SPDX-License-Identifier: GPL-2.0-only */
/* Events of the module, as they come. */
#ifndef HF_WATCH_H
#define HF_WATCH_H

#include "control.h"
#include "error.h"
#include "session.h"

struct watch;

/**
 * enum watch_event - what came
 * @WATCH_NOTHING: nothing until the timeout, or a signal
 * @WATCH_CHANGED: a session changed its state or made progress
 * @WATCH_DELETED: a session is gone; only id and name are known
 * @WATCH_LOST: events were lost: read the sessions anew
 */
enum watch_event {
	WATCH_NOTHING,
	WATCH_CHANGED,
	WATCH_DELETED,
	WATCH_LOST,
};

/**
 * watch_open - subscribes to the events
 * @out: the subscription
 * @c: a connection, for the numbers of family and group
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int watch_open(struct watch **out, const struct control *c,
	       struct hf_error *err);
void watch_close(struct watch *w);

/**
 * watch_next - waits for an event
 * @w: the subscription
 * @timeout_ms: how long at most
 * @s: the session, for CHANGED and DELETED; free with session_free()
 * @err: on failure, a sentence
 *
 * Return: an enum watch_event, or -errno.
 */
int watch_next(struct watch *w, int timeout_ms, struct session *s,
	       struct hf_error *err);

#endif /* HF_WATCH_H */
