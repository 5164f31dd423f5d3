// SPDX-License-Identifier: GPL-2.0-only
#include <linux/preempt.h>
#include <linux/kernel.h>

#include "clock.h"
#include "compat.h"

/* The line is laid anew after so long, ns. */
#define STRETCH_NS	(4 * NSEC_PER_MSEC)
/* Two points of it are so far apart at least, ns: 50 ns are 50 ppm. */
#define BASE_NS		NSEC_PER_MSEC
/* Readings of both clocks, of which the one that took least is taken. */
#define TRIES		5

/*
 * Both clocks at one moment, as near as can be: what interrupts a reading makes
 * it long. One that is hardly longer than the shortest so far is good enough.
 */
static void read_both(struct hfr_clock *c, u64 *cycles, u64 *ns)
{
	u64 before, now, took, least = U64_MAX;
	u32 tries;

	for (tries = 0; tries < TRIES; tries++) {
		preempt_disable();
		before = (u64)get_cycles();
		now = ktime_get_ns();
		took = (u64)get_cycles() - before;
		preempt_enable();
		if (took >= least)
			continue;
		least = took;
		*cycles = before + took / 2;
		*ns = now;
		if (took <= 2 * c->width)
			break;
	}
	c->width = c->width ? min(c->width, least) : least;
}

/* The kernel's clock is the counter that we can read. */
static bool same_counter(void)
{
	u64 before, cycles, after;

	preempt_disable();
	before = get_cycles();
	cycles = hfr_clocksource_cycles();
	after = get_cycles();
	preempt_enable();
	return after > before && cycles - before <= after - before;
}

void hfr_clock_begin(struct hfr_clock *c)
{
	*c = (struct hfr_clock) { .raw = same_counter() };
	if (!c->raw)
		return;
	read_both(c, &c->cycles, &c->ns);
}

/*
 * A new line through the latest point and this one. Of points that are far
 * apart only this one counts: the shift does not reach back; nor does the
 * counter, if it was set back while the machine was suspended.
 */
static void lay(struct hfr_clock *c, u64 cycles, u64 ns)
{
	if (cycles > c->cycles && ns - c->ns < 1ULL << 31) {
		c->rate = div64_u64((ns - c->ns) << 32, cycles - c->cycles);
		c->stretch = div64_u64((u64)STRETCH_NS << 32, c->rate);
	}
	c->cycles = cycles;
	c->ns = ns;
}

u64 hfr_clock_sync(struct hfr_clock *c)
{
	u64 cycles, ns;

	if (!c->raw)
		return ktime_get_ns();
	read_both(c, &cycles, &ns);
	if (ns - c->ns < BASE_NS)
		return ns;
	lay(c, cycles, ns);
	return c->rate ? hfr_clock_time(c, get_cycles()) : ns;
}
