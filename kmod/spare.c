// SPDX-License-Identifier: GPL-2.0-only
#include "issue.h"
#include "reap.h"
#include "spare.h"

/* Slots that are built ahead, and slots not accounted for, at most. */
#define SPARE_SLOTS	64
/* What is accounted for in one go. */
#define SETTLE_SLOTS	8

/*
 * What a write is checked against is noted when its bio is built, and what was
 * read is compared when it is accounted for: with verification neither is done
 * at another time. Who polls looks at all bios that there are.
 */
void hfr_spare_begin(struct hfr_worker *w)
{
	const struct hfr_session *s = w->session;
	struct hfr_spare *sp = &w->spare;

	memset(sp, 0, sizeof(*sp));
	if (s->config.mode != HFREPLAY_MODE_HF)
		return;
	sp->most = hfr_verify_on(&s->verify) || w->opf & REQ_POLLED ? 1 :
		SPARE_SLOTS;
}

void hfr_spare_end(struct hfr_worker *w)
{
	struct hfr_slot *slot;

	while ((slot = hfr_spare_take(w)))
		hfr_slots_put(&w->slots, slot);
}

bool hfr_spare_build(struct hfr_worker *w)
{
	const struct hfr_window *win = &w->session->window;
	struct hfr_spare *sp = &w->spare;
	const struct hfr_trace_rec *rec;
	struct hfr_slot *slot;

	if (!sp->built)
		sp->next = w->cursor;
	if (sp->nbuilt >= sp->most ||
	    !hfr_window_next(win, w->index, &sp->next))
		return false;
	rec = hfr_window_rec(win, sp->next);
	if (!hfr_issue_possible(&w->lanes[rec->target], rec))
		return false;
	slot = hfr_issue_prepare(w, &w->lanes[rec->target], rec, sp->next);
	if (!slot)
		return false;
	slot->node.next = NULL;
	if (sp->built)
		sp->last->next = &slot->node;
	else
		sp->built = &slot->node;
	sp->last = &slot->node;
	sp->nbuilt++;
	sp->next++;
	return true;
}

bool hfr_spare_use(struct hfr_worker *w, u64 due)
{
	if (due - w->looked <= HFR_SPARE_NS)
		return false;
	if (hfr_ready_completion(w))
		hfr_reap_postpone(w);
	if (w->spare.done)
		hfr_reap_settle(w, SETTLE_SLOTS);
	else if (!hfr_spare_build(w))
		return false;
	hfr_wait_look(w);
	return true;
}
