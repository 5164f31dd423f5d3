// SPDX-License-Identifier: GPL-2.0-only
#include "late.h"

void late_blame(struct late *l, uint8_t cause, uint64_t ns)
{
	l->blame[cause] += ns;
	l->blamed += ns;
	if (l->blame[cause] > l->blame[l->worst])
		l->worst = cause;
	l->behind = true;
}

void late_forget(struct late *l)
{
	*l = (struct late){ .flags = l->flags };
}

void late_held(struct late *l, uint8_t cause, uint16_t flags, uint64_t from,
	       uint64_t until)
{
	l->flags |= flags;
	if (until > from)
		late_blame(l, cause, until - from);
}

uint8_t late_cause(struct late *l, uint64_t lateness)
{
	if (lateness > l->blamed)
		late_blame(l, HFR_CAUSE_ENGINE, lateness - l->blamed);
	return l->worst;
}
