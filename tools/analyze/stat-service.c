// SPDX-License-Identifier: GPL-2.0-only
/* Requests in flight, their latencies, and when there are none. */
#include <math.h>
#include <string.h>

#include "hft-rules.h"
#include "stat-families.h"

static struct loghist *latency_of(struct stat_service *s, uint8_t op)
{
	if (op == HFR_OP_READ)
		return &s->read_latency;
	return hft_op_moves_data(op) ? &s->write_latency : &s->other_latency;
}

/* What is in flight is known where all completions are. */
static bool all_known(const struct stat_service *s)
{
	return s->requests && s->completed == s->requests;
}

/* Issues come in order, so the latest completion says what is in flight. */
static void count_busy(struct stat_service *s, uint64_t start, uint64_t end)
{
	if (all_known(s) && start > s->end_ns)
		loghist_add(&s->idle, start - s->end_ns, 1);
	if (start < s->end_ns)
		start = s->end_ns;
	if (end < start)
		return;
	s->busy_ns += end - start;
	s->end_ns = end;
}

void stat_service_add(void *state, const struct hfr_trace_rec *rec)
{
	struct stat_service *s = state;

	if (rec->in_flight)
		loghist_add(&s->in_flight, rec->in_flight, 1);
	if (rec->complete_ns != HFR_UNKNOWN) {
		loghist_add(latency_of(s, rec->op),
			    rec->complete_ns - rec->issue_ns, 1);
		count_busy(s, rec->issue_ns, rec->complete_ns);
		s->completed++;
	} else if (s->idle.count) {
		/* Nobody knows whether it was in flight later on. */
		memset(&s->idle, 0, sizeof(s->idle));
	}
	s->requests++;
}

static double in_flight_mean(const void *state, const struct stat_scope *scope)
{
	const struct stat_service *s = state;
	double sum = (double)(s->read_latency.sum + s->write_latency.sum +
			      s->other_latency.sum);

	if (!all_known(s))
		return NAN;
	return stat_ratio(sum, (double)scope->duration_ns);
}

static double busy_share(const void *state, const struct stat_scope *scope)
{
	const struct stat_service *s = state;

	if (!all_known(s))
		return NAN;
	return stat_ratio((double)s->busy_ns, (double)scope->duration_ns);
}

#define AT(member) .at = offsetof(struct stat_service, member)
#define LATENCY "from issue to completion: D2C of btt for a trace of the driver, Q2C for one of the queue"

const struct statistic stat_service_figures[] = {
	{ "read_latency", "Latency of reads", STAT_HIST, STAT_NS,
	  AT(read_latency), .source = LATENCY },
	{ "write_latency", "Latency of writes", STAT_HIST, STAT_NS,
	  AT(write_latency), .source = LATENCY },
	{ "other_latency", "Latency of other operations", STAT_HIST, STAT_NS,
	  AT(other_latency), .source = LATENCY },
	{ "in_flight", "In flight at an issue", STAT_HIST, STAT_COUNT,
	  AT(in_flight),
	  .source = "requests of the same target issued and not completed, this one included, where completions are known" },
	{ "in_flight_mean", "In flight, mean over time", STAT_DERIVED,
	  STAT_NUMBER, .derive = in_flight_mean,
	  .source = "sum of the latencies / duration of the trace: Little's law" },
	{ "busy", "Share of time with a request in flight", STAT_DERIVED,
	  STAT_SHARE, .derive = busy_share,
	  .source = "length of the union of all [issue, completion) / duration of the trace: %util of iostat" },
	{ "idle", "Idle periods", STAT_HIST, STAT_NS, AT(idle),
	  .source = "from the latest completion to the next issue where nothing is in flight between; not known unless all completions are" },
	{ .name = NULL },
};
