/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a session stands: one table, one function that changes it. */
#ifndef HFR_STATE_H
#define HFR_STATE_H

#include <linux/lockdep.h>

#include "session.h"

/**
 * hfr_state_move - changes the state
 * @s: the session; the caller holds state_lock
 * @to: the new state
 *
 * The caller announces the change with hfr_state_announce() when it has
 * dropped the lock.
 *
 * Return: whether the table allows the change; if not nothing has changed.
 */
bool hfr_state_move(struct hfr_session *s, u32 to);

/** hfr_state_announce - sends the event and wakes all who wait for it */
void hfr_state_announce(struct hfr_session *s);

/**
 * hfr_state_set - moves a session on and announces it
 * @s: the session
 * @from: the state that it must be in still
 * @to: the new state
 *
 * Return: whether it was.
 */
bool hfr_state_set(struct hfr_session *s, u32 from, u32 to);

/** hfr_state_ended - DONE, STOPPED or FAILED */
static inline bool hfr_state_ended(const struct hfr_session *s)
{
	/* pairs with hfr_state_move() */
	return smp_load_acquire(&s->state) >= HFREPLAY_SESSION_STATE_DONE;
}

/** hfr_state_name - the word for a state */
const char *hfr_state_name(u32 state);

/**
 * hfr_state_fail - ends a session with an error
 * @s: the session
 * @index: request at fault, or HFR_UNKNOWN
 * @fmt: the sentence
 *
 * The first error stays. A session that runs is stopped and becomes FAILED
 * when nothing is in flight.
 */
__printf(3, 4)
void hfr_state_fail(struct hfr_session *s, u64 index, const char *fmt, ...);

#endif /* HFR_STATE_H */
