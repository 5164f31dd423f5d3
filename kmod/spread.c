// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/hash.h>
#include <linux/sched.h>

#include "spread.h"

/* CPUs from the last one down: interrupts and tools gather at the first. */
static u32 choose_cpu(void)
{
	static atomic_t next;
	u32 n = atomic_inc_return(&next) - 1;
	u32 cpu, left = n % num_online_cpus();

	cpu = cpumask_last(cpu_online_mask);
	while (left--) {
		do {
			cpu = cpu ? cpu - 1 : nr_cpu_ids - 1;
		} while (!cpu_online(cpu));
	}
	return cpu;
}

int hfr_spread_cpu(int wanted, u32 *cpu)
{
	*cpu = wanted < 0 ? choose_cpu() : wanted;
	return *cpu < nr_cpu_ids && cpu_online(*cpu) ? 0 : -EINVAL;
}

static u32 owner_of_scope(const struct hfr_session *s,
			  const struct hfr_trace_rec *rec)
{
	switch (s->feed.hdr.dep_scope) {
	case HFR_DEP_GLOBAL:
		return 0;
	case HFR_DEP_TARGET:
		return rec->target * s->config.workers;
	default:
		return rec->scope % s->nworkers;
	}
}

u32 hfr_spread_owner(const struct hfr_session *s,
		     const struct hfr_trace_rec *rec, u64 i)
{
	u32 each = s->config.workers, share = 0;

	if (s->config.mode == HFREPLAY_MODE_DEP)
		return owner_of_scope(s, rec);
	if (each > 1)
		share = (s->config.spread == HFREPLAY_SPREAD_REQUEST ?
			 (u32)i : hash_32(rec->stream, 16)) % each;
	return rec->target * each + share;
}

void hfr_spread_all(struct hfr_session *s)
{
	struct hfr_window *win = &s->window;
	u64 i;

	for (i = 0; win->owner && i < win->loaded; i++) {
		win->owner[i] = hfr_spread_owner(s, hfr_window_rec(win, i), i);
		if (!(i % 4096))
			cond_resched();
	}
}

u32 hfr_spread_sharers(const struct hfr_config *c, u32 ntargets, u32 dep_scope)
{
	if (c->mode != HFREPLAY_MODE_DEP)
		return c->workers;
	return dep_scope == HFR_DEP_STREAM ? c->workers * ntargets : 1;
}

int hfr_spread_limit(const struct hfr_config *c, u32 sharers, char *why)
{
	if (c->limit != HFREPLAY_LIMIT_FIXED || c->limit_value >= sharers)
		return 0;
	snprintf(why, HFR_WHY_LEN,
		 "%u workers issue to each target and cannot share a limit of %u: give each at least one, or use fewer workers",
		 sharers, c->limit_value);
	return -EINVAL;
}

void hfr_spread_lanes(struct hfr_session *s)
{
	u32 sharers = hfr_spread_sharers(&s->config, s->ntargets,
					 s->feed.hdr.dep_scope);
	u32 i, j;

	for (i = 0; i < s->nworkers; i++) {
		struct hfr_worker *w = &s->workers[i];
		u32 share = sharers == s->config.workers ? w->share :
			sharers == 1 ? 0 : i;

		for (j = 0; j < s->ntargets; j++)
			hfr_lane_begin(&w->lanes[j], sharers, share);
	}
}
