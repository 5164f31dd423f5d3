// SPDX-License-Identifier: GPL-2.0-only
#include <linux/lockdep.h>
#include <linux/mm.h>

#include "memory.h"
#include "telemetry.h"

/* Whether the mode, which may change until the start, can make @w issue it. */
static bool may_issue(const struct hfr_session *s, const struct hfr_worker *w,
		      u32 target)
{
	if (w->home == target)
		return true;
	return s->roam && (s->feed.hdr.dep_scope == HFR_DEP_STREAM || !w->index);
}

static int make(struct hfr_session *s, struct hfr_stats *st, u8 op)
{
	struct hfr_op_stats *one;

	if (st->op[op])
		return 0;
	if (hfr_memory_charge(sizeof(*one)))
		return -ENOMEM;
	one = kvzalloc(sizeof(*one), GFP_KERNEL);
	if (!one) {
		hfr_memory_uncharge(sizeof(*one));
		return -ENOMEM;
	}
	WRITE_ONCE(s->stats_memory, s->stats_memory + sizeof(*one));
	/* pairs with hfr_telemetry_sum(): it is empty */
	smp_store_release(&st->op[op], one);
	return 0;
}

int hfr_telemetry_need(struct hfr_session *s, u32 target, u8 op)
{
	int err = 0;
	u32 i;

	lockdep_assert_held(&s->feed_lock);
	for (i = 0; !err && i < s->nworkers; i++)
		if (may_issue(s, &s->workers[i], target))
			err = make(s, &s->workers[i].lanes[target].stats, op);
	return err;
}

static void free_worker(const struct hfr_session *s, struct hfr_worker *w)
{
	u32 i, op;

	for (i = 0; w->lanes && i < s->ntargets; i++)
		for (op = 0; op < HFR_OP_NR; op++)
			kvfree(w->lanes[i].stats.op[op]);
}

void hfr_telemetry_free(struct hfr_session *s)
{
	u32 i;

	for (i = 0; i < s->nworkers; i++)
		free_worker(s, &s->workers[i]);
	hfr_memory_uncharge(s->stats_memory);
	s->stats_memory = 0;
}

void hfr_telemetry_reset(struct hfr_worker *w)
{
	u32 i, op;

	for (i = 0; i < w->session->ntargets; i++) {
		for (op = 0; op < HFR_OP_NR; op++) {
			struct hfr_op_stats *one;

			/* pairs with make(): a stream may just be fed */
			one = smp_load_acquire(&w->lanes[i].stats.op[op]);
			if (one)
				memset(one, 0, sizeof(*one));
		}
	}
}

bool hfr_telemetry_sum(const struct hfr_session *s, u32 target, u8 op,
		       struct hfr_op_stats *sum)
{
	const struct hfr_op_stats *one;
	bool any = false;
	u32 i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < s->nworkers; i++) {
		/* pairs with make() */
		one = smp_load_acquire(&s->workers[i].lanes[target].stats.op[op]);
		if (!one)
			continue;
		hfr_op_stats_merge(sum, one);
		any = true;
	}
	return any;
}

static void add_totals(struct hfr_telemetry_totals *total,
		       const struct hfr_stats *st)
{
	const struct hfr_op_stats *one;
	u32 op;

	for (op = 0; op < HFR_OP_NR; op++) {
		/* pairs with make() */
		one = smp_load_acquire(&st->op[op]);
		if (!one)
			continue;
		total->bytes[op] += READ_ONCE(one->bytes);
		total->completed += READ_ONCE(one->completed);
		total->issued += READ_ONCE(one->issued);
	}
}

void hfr_telemetry_total(const struct hfr_session *s,
			 struct hfr_telemetry_totals *total)
{
	u32 i, j;

	memset(total, 0, sizeof(*total));
	for (i = 0; i < s->nworkers; i++)
		for (j = 0; j < s->ntargets; j++)
			add_totals(total, &s->workers[i].lanes[j].stats);
}
