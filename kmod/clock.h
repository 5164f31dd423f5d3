/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CLOCK_MONOTONIC as a worker reads it.
 *
 * Where the kernel takes the time from the cycle counter of the CPU, so do we,
 * by a line that is laid through the kernel's clock every few milliseconds: a
 * read then costs a fifth of ktime_get_ns(), and a completion stores the bare
 * counter, which its worker turns into a time when it takes the request back.
 * The line is off by what two readings next to each other differ by, some tens
 * of nanoseconds; it is tested against the kernel's trace clock. Elsewhere the
 * kernel's clock is read.
 */
#ifndef HFR_CLOCK_H
#define HFR_CLOCK_H

#include <linux/ktime.h>
#include <linux/timekeeping.h>
#include <linux/math64.h>
#include <linux/timex.h>
#include <linux/types.h>

/**
 * struct hfr_clock - the clock of a worker; its thread alone uses it, but for
 * @raw
 * @cycles: counter at @ns
 * @ns: clock at @cycles
 * @rate: ns of a cycle, times 2^32
 * @stretch: cycles from @cycles on for which the line is good; 0: there is none
 * @width: cycles that the shortest reading of both clocks took
 * @raw: completions are stamped with the counter; never changes in a run
 */
struct hfr_clock {
	u64 cycles;
	u64 ns;
	u64 rate;
	u64 stretch;
	u64 width;
	bool raw;
};

/** hfr_clock_begin - a run begins: finds out what the clock can do */
void hfr_clock_begin(struct hfr_clock *c);

/** hfr_clock_settle - the first request is about to be issued */
static inline void hfr_clock_settle(struct hfr_clock *c)
{
	/* A completion could not be told from the start without a line. */
	if (!c->rate)
		c->raw = false;
}

/** hfr_clock_sync - reads the kernel's clock, and lays the line through it */
u64 hfr_clock_sync(struct hfr_clock *c);

/** hfr_clock_read - CLOCK_MONOTONIC, ns; may step back by some tens of ns */
static __always_inline u64 hfr_clock_read(struct hfr_clock *c)
{
	u64 passed = (u64)get_cycles() - c->cycles;

	if (unlikely(passed >= c->stretch))
		return hfr_clock_sync(c);
	return c->ns + mul_u64_u64_shr(passed, c->rate, 32);
}

/** hfr_clock_stamp - what a completion stores, on any CPU */
static __always_inline u64 hfr_clock_stamp(const struct hfr_clock *c)
{
	return likely(c->raw) ? (u64)get_cycles() : ktime_get_ns();
}

/** hfr_clock_time - the time of a stamp; may lie before or behind the line */
static __always_inline u64 hfr_clock_time(const struct hfr_clock *c, u64 stamp)
{
	if (unlikely(!c->raw))
		return stamp;
	if (likely(stamp >= c->cycles))
		return c->ns + mul_u64_u64_shr(stamp - c->cycles, c->rate, 32);
	return c->ns - mul_u64_u64_shr(c->cycles - stamp, c->rate, 32);
}

#endif /* HFR_CLOCK_H */
