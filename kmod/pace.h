/* SPDX-License-Identifier: GPL-2.0-only */
/* Which clock a time of the trace falls on. */
#ifndef HFR_PACE_H
#define HFR_PACE_H

#include <linux/math64.h>
#include <linux/types.h>

/**
 * struct hfr_pace - a line from times of the trace to the clock
 * @clock: ns
 * @pos: time of the trace that falls on @clock, ns
 * @num: thousandths of a ns of the clock ...
 * @den: ... that @num / @den ns of the trace take; never 0
 *
 * In mode hf @num is 1000 and @den the speed, in mode dep they are think-scale
 * and speed.
 */
struct hfr_pace {
	u64 clock;
	u64 pos;
	u32 num;
	u32 den;
};

/* At most 146 years: it can be added to a clock. */
static inline u64 hfr_pace_stretch(const struct hfr_pace *p, u64 ns)
{
	if (unlikely(p->num >> 9 >= p->den) &&
	    ns > div_u64(1ULL << 62, p->num) * p->den)
		return 1ULL << 62;
	return p->num == p->den ? ns : mul_u64_u32_div(ns, p->num, p->den);
}

/** hfr_pace_clock - the clock that @pos falls on */
static inline u64 hfr_pace_clock(const struct hfr_pace *p, u64 pos)
{
	if (likely(pos >= p->pos))
		return p->clock + hfr_pace_stretch(p, pos - p->pos);
	return p->clock - hfr_pace_stretch(p, p->pos - pos);
}

/**
 * hfr_pace_change - another pace from @now on
 * @p: changed so that @now stays at the same time of the trace
 * @now: clock, ns
 * @num: as in struct hfr_pace
 * @den: as in struct hfr_pace
 */
static inline void hfr_pace_change(struct hfr_pace *p, u64 now, u32 num,
				   u32 den)
{
	/* Without a pace all times have come: what follows does too. */
	if (p->num && now > p->clock)
		p->pos += mul_u64_u32_div(now - p->clock, p->den, p->num);
	if (now > p->clock)
		p->clock = now;
	p->num = num;
	p->den = den;
}

#endif /* HFR_PACE_H */
