// SPDX-License-Identifier: GPL-2.0-only
#include <linux/sched.h>
#include <linux/string.h>

#include "late.h"
#include "trace.h"

void hfr_late_forget(struct hfr_worker *w)
{
	memset(w->late.blame, 0, sizeof(w->late.blame));
	w->late.blamed = 0;
	w->late.worst = HFR_CAUSE_NONE;
}

void hfr_late_held(struct hfr_worker *w, u8 cause, u16 flags, u64 due,
		   u64 since)
{
	u64 from = max(due, since);

	w->late.flags |= flags;
	if (w->looked <= from)
		return;
	w->count.stalls[cause]++;
	w->count.stall_ns[cause] += w->looked - from;
	if (cause >= HFR_CAUSE_FEEDER && cause <= HFR_CAUSE_WINDOW)
		trace_underrun(w, cause, w->looked - from);
	hfr_late_blame(w, cause, w->looked - from);
}

void hfr_late_unseen(struct hfr_worker *w, u64 lateness)
{
	hfr_late_blame(w, current->nivcsw != w->late.preempted ?
		       HFR_CAUSE_STOLEN : HFR_CAUSE_ENGINE,
		       lateness - w->late.blamed);
}
