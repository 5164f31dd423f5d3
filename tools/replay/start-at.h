/* SPDX-License-Identifier: GPL-2.0-only */
/* When a replay starts: at a time of a clock, or so long after its command. */
#ifndef HF_START_AT_H
#define HF_START_AT_H

#include <stdbool.h>
#include <stdint.h>

#include "session.h"

/**
 * struct start_at - a time to start at
 * @given: there is one; otherwise a replay starts at once
 * @relative: @ns is counted from session-start, not from the epoch
 * @clock: enum hfreplay_clock
 * @ns: see @relative
 *
 * A relative time cannot be a time of the clock before the trace is loaded:
 * how long that takes is not known.
 */
struct start_at {
	bool given;
	bool relative;
	uint32_t clock;
	uint64_t ns;
};

/** start_at_now - what a clock (enum hfreplay_clock) shows, ns */
uint64_t start_at_now(uint32_t clock);

/**
 * start_at_apply - makes a time of the clock of it, now
 * @at: the time
 * @s: choices for session-start; start_at and start_clock are set if there is
 *	a time
 *
 * Called immediately before session-start.
 */
void start_at_apply(const struct start_at *at, struct session *s);

#endif /* HF_START_AT_H */
