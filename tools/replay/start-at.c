// SPDX-License-Identifier: GPL-2.0-only
#include <time.h>

#include "start-at.h"

uint64_t start_at_now(uint32_t clock)
{
	struct timespec ts;

	clock_gettime(clock == HFREPLAY_CLOCK_TAI ? CLOCK_TAI : CLOCK_REALTIME,
		      &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

void start_at_apply(const struct start_at *at, struct session *s)
{
	uint64_t from = at->relative ? start_at_now(at->clock) : 0;

	if (!at->given)
		return;
	session_set(s, start_at, START_AT, from + at->ns);
	session_set(s, start_clock, START_CLOCK, at->clock);
}
