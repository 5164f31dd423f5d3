// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>

#include "projection.h"

_Static_assert(HFR_RF_ALL == (1U << PROJECTION_FLAGS) - 1, "flags counted");

static bool has_range(const struct hfr_trace_rec *rec)
{
	return rec->op != HFR_OP_FLUSH && rec->op != HFR_OP_ZONE_RESET_ALL;
}

static enum left_out range_left_out(const struct projection *p,
				    const struct hfr_trace_rec *rec)
{
	if (!has_range(rec))
		return LEFT_NOT;
	if (rec->length % p->unit ||
	    (p->only_length && rec->length != p->only_length) ||
	    (p->max_length && rec->length > p->max_length))
		return LEFT_LENGTH;
	if (rec->offset % (p->offset_unit ? p->offset_unit : p->unit) ||
	    (p->max_offset && rec->offset > p->max_offset))
		return LEFT_OFFSET;
	return LEFT_NOT;
}

static enum left_out why_left_out(const struct projection *p,
				  const struct hfr_trace_rec *rec)
{
	if (!(p->ops & HOLDS_OP(rec->op)))
		return LEFT_OP;
	if (p->max_time_ns && rec->issue_ns > p->max_time_ns)
		return LEFT_TIME;
	if (p->holds & NEEDS_COMPLETION && rec->complete_ns == HFR_UNKNOWN)
		return LEFT_COMPLETION;
	return range_left_out(p, rec);
}

static uint64_t round_to(uint64_t value, uint64_t unit)
{
	return (value + unit / 2) / unit * unit;
}

/* The completion that goes with the issue time as it is held. */
static uint64_t held_completion(const struct projection *p,
				const struct hfr_trace_rec *rec,
				uint64_t issue_ns)
{
	uint64_t latency;

	if (!p->latency_ns || rec->complete_ns == HFR_UNKNOWN)
		return HFR_UNKNOWN;
	latency = round_to(rec->complete_ns - rec->issue_ns, p->latency_ns);
	if (!latency && p->holds & ZERO_UNKNOWN)
		return HFR_UNKNOWN;
	return issue_ns + latency;
}

static uint32_t held_flags(const struct projection *p,
			   const struct hfr_trace_rec *rec)
{
	uint32_t flags = rec->flags & p->flags;

	if (p->holds & WRITES_ASYNC) {
		flags &= ~HFR_RF_ASYNC;
		if (rec->op == HFR_OP_WRITE && !(flags & HFR_RF_SYNC))
			flags |= HFR_RF_ASYNC;
	}
	if (p->holds & OP_UNTOLD)
		flags &= ~(HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_ATOMIC);
	return flags;
}

void projection_forget_deps(struct hfr_trace_rec *rec)
{
	rec->in_flight = 0;
	rec->rank = 0;
	rec->dep_lo = 0;
	rec->dep_hi = 0;
	rec->scope = 0;
	rec->global_rank = 0;
	rec->flags &= ~HFR_RF_DEP_GLOBAL;
}

enum left_out projection_apply(const struct projection *p,
			       struct hfr_trace_rec *rec)
{
	enum left_out why = why_left_out(p, rec);
	uint64_t issue_ns;

	if (why)
		return why;
	issue_ns = rec->issue_ns - rec->issue_ns % p->time_ns;
	rec->complete_ns = held_completion(p, rec, issue_ns);
	rec->issue_ns = issue_ns;
	rec->flags = held_flags(p, rec);
	if (!(p->holds & HOLDS_STREAM))
		rec->stream = 0;
	if (!(p->holds & HOLDS_PRIO))
		rec->prio = 0;
	if (p->holds & OP_UNTOLD)
		rec->op = HFR_OP_READ;
	if (!(p->holds & HOLDS_DEPS))
		projection_forget_deps(rec);
	return LEFT_NOT;
}

static void count_flags(uint32_t before, uint32_t after, struct projected *sum)
{
	unsigned int bit;

	for (bit = 0; bit < PROJECTION_FLAGS; bit++)
		sum->flags[bit] += before & ~after & 1U << bit ? 1 : 0;
	sum->async += after & ~before & HFR_RF_ASYNC ? 1 : 0;
}

static void count_lost(const struct hfr_trace_rec *was,
		       const struct hfr_trace_rec *is, struct projected *sum)
{
	sum->written++;
	sum->cut += was->issue_ns != is->issue_ns;
	sum->streams += was->stream != is->stream;
	sum->prios += was->prio != is->prio;
	sum->untold += was->op != is->op;
	count_flags(was->flags & ~HFR_RF_DEP_GLOBAL, is->flags, sum);
	if (was->complete_ns == HFR_UNKNOWN)
		return;
	if (is->complete_ns == HFR_UNKNOWN)
		sum->completions++;
	else
		sum->rounded += is->complete_ns - is->issue_ns !=
				was->complete_ns - was->issue_ns;
}

void projection_count(const struct projection *p,
		      const struct hfr_trace_rec *rec, struct projected *sum)
{
	struct hfr_trace_rec held = *rec;
	enum left_out why = projection_apply(p, &held);

	if (!why) {
		count_lost(rec, &held, sum);
		return;
	}
	sum->left[why]++;
	if (why == LEFT_OP)
		sum->ops[rec->op]++;
}

uint64_t projection_left(const struct projected *sum)
{
	uint64_t left = 0;
	unsigned int why;

	for (why = LEFT_NOT + 1; why < LEFT_NR; why++)
		left += sum->left[why];
	return left;
}
