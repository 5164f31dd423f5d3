// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>

#include "netlink.h"
#include "state.h"
#include "trace.h"

#define S(name) HFREPLAY_SESSION_STATE_##name

/* Who owns the trace then: */
static const u16 allowed[] = {
	/* nobody */
	[S(EMPTY)]	= BIT(S(LOADING)) | BIT(S(RUNNING)) | BIT(S(FAILED)),
	/* the writer */
	[S(LOADING)]	= BIT(S(READY)) | BIT(S(RUNNING)) | BIT(S(FAILED)) |
			  BIT(S(EMPTY)),
	/* nobody: it is whole */
	[S(READY)]	= BIT(S(RUNNING)),
	/* the workers; of a stream the writer too */
	[S(RUNNING)]	= BIT(S(DRAINING)),
	/* the workers, until nothing is in flight */
	[S(DRAINING)]	= BIT(S(DONE)) | BIT(S(STOPPED)) | BIT(S(FAILED)),
	/* nobody; readers take the completion records */
	[S(DONE)]	= BIT(S(READY)) | BIT(S(EMPTY)),
	[S(STOPPED)]	= BIT(S(READY)) | BIT(S(EMPTY)),
	[S(FAILED)]	= BIT(S(READY)) | BIT(S(EMPTY)),
};

static const char *const names[] = {
	[S(EMPTY)]	= "empty",
	[S(LOADING)]	= "loading",
	[S(READY)]	= "ready",
	[S(RUNNING)]	= "running",
	[S(DRAINING)]	= "draining",
	[S(DONE)]	= "done",
	[S(STOPPED)]	= "stopped",
	[S(FAILED)]	= "failed",
};

const char *hfr_state_name(u32 state)
{
	return names[state];
}

bool hfr_state_move(struct hfr_session *s, u32 to)
{
	lockdep_assert_held(&s->state_lock);
	if (!(allowed[s->state] & BIT(to)))
		return false;
	trace_state(s, s->state, to);
	/* pairs with hfr_state_ended(): all records are published */
	smp_store_release(&s->state, to);
	return true;
}

void hfr_state_announce(struct hfr_session *s)
{
	wake_up_all(&s->feed_wait);
	wake_up_all(&s->read_wait);
	hfr_netlink_notify(s);
}

bool hfr_state_set(struct hfr_session *s, u32 from, u32 to)
{
	bool moved;

	spin_lock(&s->state_lock);
	moved = s->state == from && hfr_state_move(s, to);
	spin_unlock(&s->state_lock);
	if (moved)
		hfr_state_announce(s);
	return moved;
}

void hfr_state_fail(struct hfr_session *s, u64 index, const char *fmt, ...)
{
	bool first, moved = false;
	va_list args;

	spin_lock(&s->state_lock);
	first = !s->failed && !hfr_state_ended(s);
	if (first) {
		va_start(args, fmt);
		vsnprintf(s->error, sizeof(s->error), fmt, args);
		va_end(args);
		s->error_index = index;
		WRITE_ONCE(s->failed, true);
	}
	/* While requests are in flight the last worker moves it. */
	if (first && s->state < S(RUNNING))
		moved = hfr_state_move(s, S(FAILED));
	else if (first)
		hfr_session_stop_workers(s);
	spin_unlock(&s->state_lock);
	if (moved)
		hfr_state_announce(s);
}
