// SPDX-License-Identifier: GPL-2.0-only
/* Measuring a replay: one walk that counts, then the distributions. */
#include "fidelity-parts.h"

#include <math.h>
#include <stdlib.h>

#include "hft-rules.h"

uint64_t fidelity_due(const struct fidelity_input *in, uint64_t recorded_ns)
{
	if (in->speed == 1)
		return recorded_ns;
	return (uint64_t)llround((double)recorded_ns / in->speed);
}

/*
 * Lateness as the engine saw it. Where 32 bits did not hold it, the schedule
 * tells it.
 */
static uint64_t lateness(const struct fidelity_input *in, uint64_t i)
{
	const struct hfr_completion_rec *rec = &in->recs[i];
	int64_t ns = (int64_t)rec->lateness * HFR_COST_UNIT;

	if ((rec->flags & HFR_CF_SATURATED) && in->scheduled &&
	    issue_error(in, i) > ns)
		ns = issue_error(in, i);
	return ns > 0 ? (uint64_t)ns : 0;
}

static void count_cause(struct fidelity *f, const struct fidelity_input *in,
			uint64_t i)
{
	unsigned int cause = in->recs[i].cause;
	struct cause_sum *sum;
	uint64_t ns;

	if (cause == HFR_CAUSE_NONE)
		return;
	/* A cause that a newer engine knows is the engine's to us. */
	if (cause >= HFR_CAUSE_NR)
		cause = HFR_CAUSE_ENGINE;
	ns = lateness(in, i);
	sum = &f->causes[cause];
	sum->requests++;
	sum->total_ns += ns;
	if (ns > sum->max_ns)
		sum->max_ns = ns;
	f->late++;
	f->late_total_ns += ns;
	f->workers[in->recs[i].worker].late++;
}

static bool is_held_up(const struct hfr_completion_rec *rec)
{
	return (rec->flags & HFR_CF_LIMITED) ||
	       rec->cause == HFR_CAUSE_LIMIT || rec->cause == HFR_CAUSE_QUEUE;
}

static bool is_starved(const struct hfr_completion_rec *rec)
{
	return (rec->flags & HFR_CF_STARVED) ||
	       rec->cause == HFR_CAUSE_FEEDER ||
	       rec->cause == HFR_CAUSE_RESULTS ||
	       rec->cause == HFR_CAUSE_WINDOW;
}

static void count_flags(struct fidelity *f,
			const struct hfr_completion_rec *rec)
{
	for (unsigned int bit = 0; bit < 16; bit++)
		if (rec->flags & (1U << bit))
			f->flagged[bit]++;
	if (is_held_up(rec))
		f->held_up++;
	if (is_starved(rec))
		f->starved++;
}

static void count_bytes(struct fidelity *f, const struct hfr_trace_rec *t)
{
	if (!hft_op_moves_data(t->op))
		return;
	if (t->op == HFR_OP_READ)
		f->read_bytes += t->length;
	else
		f->write_bytes += t->length;
	f->replayed.bytes += t->length;
}

static void count_issued(struct fidelity *f, const struct fidelity_input *in,
			 uint64_t i)
{
	const struct hfr_completion_rec *rec = &in->recs[i];
	struct worker_sum *worker = &f->workers[rec->worker];

	f->issued++;
	f->replayed.requests++;
	worker->issued++;
	if (rec->in_flight > worker->max_in_flight)
		worker->max_in_flight = rec->in_flight;
	if (rec->in_flight > f->replayed.in_flight_max)
		f->replayed.in_flight_max = rec->in_flight;
	if (rec->error) {
		f->errors++;
		f->by_errno[rec->error]++;
	}
	if (rec->completed_ns > f->replayed.duration_ns)
		f->replayed.duration_ns = rec->completed_ns;
	count_bytes(f, request_of(in, i));
	count_flags(f, rec);
	count_cause(f, in, i);
}

static void count_group(struct group *g, const struct hfr_trace_rec *t,
			const struct hfr_completion_rec *rec)
{
	g->requests++;
	if (!rec || rec->state != HFR_REC_DONE)
		return;
	g->issued++;
	g->errors += rec->error != 0;
	if (hft_op_moves_data(t->op))
		g->bytes += t->length;
}

static void count_outcome(struct fidelity *f, const struct fidelity_input *in,
			  uint64_t i)
{
	switch (i < in->count ? in->recs[i].state : HFR_REC_EMPTY) {
	case HFR_REC_DONE:
		count_issued(f, in, i);
		break;
	case HFR_REC_SKIPPED:
		f->skipped++;
		break;
	case HFR_REC_NOT_ISSUED:
		f->not_issued++;
		break;
	default:
		f->missing++;
	}
}

/* What the original did, whether or not it was replayed. */
static void count_recorded(struct fidelity *f, const struct hfr_trace_rec *t,
			   uint64_t begin)
{
	struct run *run = &f->recorded;
	uint64_t end = begin + t->issue_ns;

	if (t->complete_ns != HFR_UNKNOWN) {
		f->completions++;
		end = begin + t->complete_ns;
	}
	run->requests++;
	if (end > run->duration_ns)
		run->duration_ns = end;
	if (t->in_flight > run->in_flight_max)
		run->in_flight_max = t->in_flight;
	if (hft_op_moves_data(t->op))
		run->bytes += t->length;
}

static void count_all(struct fidelity *f, const struct fidelity_input *in)
{
	for (uint64_t i = 0; i < in->trace_count * f->loops; i++) {
		const struct hfr_trace_rec *t = request_of(in, i);
		const struct hfr_completion_rec *rec =
			i < in->count ? &in->recs[i] : NULL;

		f->trace_requests++;
		count_recorded(f, t, loop_begin(in, i));
		count_outcome(f, in, i);
		if (t->op < HFR_OP_NR)
			count_group(&f->ops[t->op], t, rec);
		if (t->target < in->targets)
			count_group(&f->targets[t->target], t, rec);
	}
}

static void measure_spans(struct fidelity *f, const struct fidelity_input *in)
{
	uint64_t first = HFR_UNKNOWN, last = 0, from = HFR_UNKNOWN, to = 0;

	for (uint64_t i = 0; i < in->count; i++) {
		if (!was_issued(in, i))
			continue;
		if (first == HFR_UNKNOWN)
			first = loop_begin(in, i) + request_of(in, i)->issue_ns;
		last = loop_begin(in, i) + request_of(in, i)->issue_ns;
		if (in->recs[i].issued_ns < from)
			from = in->recs[i].issued_ns;
		if (in->recs[i].issued_ns > to)
			to = in->recs[i].issued_ns;
	}
	if (first == HFR_UNKNOWN)
		return;
	f->recorded.issue_span_ns = last - first;
	f->replayed.issue_span_ns = to - from;
}

static void measure_drift(struct fidelity *f, const struct fidelity_input *in)
{
	int64_t errors[FIDELITY_DRIFT_REQUESTS], scratch[FIDELITY_DRIFT_REQUESTS];
	unsigned int n = 0;

	for (uint64_t i = in->count; i && n < FIDELITY_DRIFT_REQUESTS; i--)
		if (was_issued(in, i - 1))
			errors[n++] = issue_error(in, i - 1);
	f->drift_requests = n;
	if (!n)
		return;
	dist_sort(errors, scratch, n);
	f->drift_ns = errors[(n - 1) / 2];
}

static int measure_order(struct fidelity *f, const struct fidelity_input *in)
{
	f->order.first = HFR_UNKNOWN;
	if (order_judge(f->target_order, in->targets, in->trace,
			in->trace_count, in->recs, in->count))
		return -1;
	for (unsigned int t = 0; t < in->targets; t++)
		order_add(&f->order, &f->target_order[t]);
	return 0;
}

/* The engine counts in 16 ns and rounds; a bundle has one due time. */
#define REPACED_NS	1000

uint64_t fidelity_repaced(const struct fidelity_input *in)
{
	uint64_t n = 0;

	for (uint64_t i = 0; in->trace_count && i < in->count; i++) {
		const struct hfr_completion_rec *rec = &in->recs[i];

		if (!was_issued(in, i) ||
		    rec->flags & (HFR_CF_SATURATED | HFR_CF_BUNDLED))
			continue;
		n += llabs(issue_error(in, i) -
			   (int64_t)rec->lateness * HFR_COST_UNIT) > REPACED_NS;
	}
	return n;
}

/* Of the loops that did not begin nothing is known, but that they are missing. */
static void count_loops(struct fidelity *f, const struct fidelity_input *in)
{
	uint64_t asked = in->loops ? in->loops : 1, n = in->trace_count;

	f->loops = n && in->count > n ? (in->count + n - 1) / n : 1;
	if (f->loops > asked)
		f->loops = asked;
	f->missing = (asked - f->loops) * n;
	f->trace_requests = f->missing;
}

struct fidelity *fidelity_measure(const struct fidelity_input *given)
{
	struct fidelity_input in = *given;
	struct fidelity *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	count_loops(f, &in);
	if (in.count > in.trace_count * f->loops)
		in.count = in.trace_count * f->loops;
	if (in.targets > HFR_MAX_DEVICES)
		in.targets = HFR_MAX_DEVICES;
	count_all(f, &in);
	measure_spans(f, &in);
	fidelity_lines(f, &in);
	if (in.scheduled)
		measure_drift(f, &in);
	if (fidelity_distributions(f, &in) || measure_order(f, &in)) {
		free(f);
		return NULL;
	}
	return f;
}
