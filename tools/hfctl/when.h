/* SPDX-License-Identifier: GPL-2.0-only */
/* --start-at: a time on a clock. */
#ifndef HFCTL_WHEN_H
#define HFCTL_WHEN_H

#include "command.h"
#include "start-at.h"

#define OPTIONS_WHEN							\
	{ "start-at", 0, "TIME",					\
	  "Start at this time, to the nanosecond: 2026-01-31T12:00:00Z (RFC 3339), seconds since the epoch on the clock, or +5s, from when the trace is loaded and the replay would start. Several hosts start together.", \
	  false },							\
	{ "start-clock", 0, "realtime|tai",				\
	  "The clock of --start-at; default realtime. tai has no leap seconds.", \
	  false }

/**
 * struct when_clock - a clock that times are read for
 * @now_ns: what it shows now
 * @ahead_ns: how far it is ahead of UTC
 */
struct when_clock {
	uint64_t now_ns;
	int64_t ahead_ns;
};

/**
 * when_parse - reads a time
 * @text: see OPTIONS_WHEN
 * @clock: for which
 * @at: its ns and relative are set; the clock's own ns, not UTC's
 *
 * Return: 0 or -EINVAL.
 */
int when_parse(const char *text, const struct when_clock *clock,
	       struct start_at *at);

/**
 * when_options - reads OPTIONS_WHEN
 * @args: the command line
 * @at: set, whether a time was given or not
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL, also if the time has passed.
 */
int when_options(const struct args *args, struct start_at *at,
		 struct hf_error *err);

#endif /* HFCTL_WHEN_H */
