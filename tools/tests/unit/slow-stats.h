/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The statistics of a trace by their definitions, from lists of all values:
 * slow, and with nothing in common with the code that is tested.
 */
#ifndef SLOW_STATS_H
#define SLOW_STATS_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "tracestat.h"

/* A list of values. */
struct values {
	uint64_t *v;
	size_t n;
};

/* Which requests are meant: of a target, of a stream, or all. */
struct slow {
	const struct hft_file *trace;
	const struct tracestat *st;
	const struct stat_group *group;
	bool by_target, by_stream;
};

static void values_add(struct values *l, uint64_t v)
{
	if (!(l->n & (l->n - 1)))
		l->v = realloc(l->v, (l->n ? 2 * l->n : 1) * sizeof(*l->v));
	assert_non_null(l->v);
	l->v[l->n++] = v;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void values_sort(struct values *l)
{
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_value);
}

static double values_sum(const struct values *l)
{
	long double sum = 0;

	for (size_t i = 0; i < l->n; i++)
		sum += l->v[i];
	return (double)sum;
}

static bool slow_has(const struct slow *s, const struct hfr_trace_rec *rec)
{
	if ((s->by_target || s->by_stream) && rec->target != s->group->target)
		return false;
	return !s->by_stream || rec->stream == s->group->stream;
}

static bool slow_data(const struct hfr_trace_rec *rec)
{
	return rec->op == HFR_OP_READ || rec->op == HFR_OP_WRITE ||
	       rec->op == HFR_OP_ZONE_APPEND;
}

static bool slow_writes(const struct hfr_trace_rec *rec)
{
	return rec->op == HFR_OP_WRITE || rec->op == HFR_OP_ZONE_APPEND;
}

#define for_requests(s, rec)						\
	for ((rec) = (s)->trace->recs;					\
	     (rec) < (s)->trace->recs + (s)->trace->count; (rec)++)	\
		if (slow_has((s), (rec)))

/* ---- what the code says ---- */

static const struct statistic *figure(const struct slow *s, const char *family,
				      const char *name, const void **state)
{
	const struct stat_family *f;
	const struct statistic *fig;

	for (f = tracestat_families; f->name; f++) {
		if (strcmp(f->name, family))
			continue;
		*state = f->state(s->group);
		for (fig = f->list; fig->name; fig++)
			if (!strcmp(fig->name, name))
				return fig;
	}
	fail_msg("no figure %s.%s", family, name);
	return NULL;
}

static void check_number(const struct slow *s, const char *family,
			 const char *name, double want)
{
	const void *state;
	const struct statistic *fig = figure(s, family, name, &state);
	double got = stat_value(fig, state, &s->st->scope);

	if (isnan(want) && isnan(got))
		return;
	if (!(fabs(got - want) <= 1e-9 * fmax(1, fabs(want))))
		fail_msg("%s.%s is %.17g, not %.17g", family, name, got, want);
}

/* The last value of the bucket, by the rule in words. */
static uint64_t bucket_end(uint64_t v)
{
	uint64_t width = 1;

	while (v / width >= 64)
		width *= 2;
	return v / width * width + (width - 1);
}

static void check_values(const struct slow *s, const char *family,
			 const char *name, struct values *want)
{
	static const unsigned int shares[] = { 0, 500, 900, 990, 999, 1000 };
	const void *state;
	const struct statistic *fig = figure(s, family, name, &state);
	const struct loghist *h = stat_hist(fig, state);

	if (h->count != want->n)
		fail_msg("%s.%s has %llu values, not %zu", family, name,
			 (unsigned long long)h->count, want->n);
	values_sort(want);
	for (size_t i = 0; want->n && i < ARRAY_SIZE(shares); i++) {
		size_t rank = (want->n * shares[i] + 999) / 1000;
		uint64_t v = bucket_end(want->v[rank ? rank - 1 : 0]);

		if (v > want->v[want->n - 1])
			v = want->v[want->n - 1];
		assert_int_equal(loghist_quantile(h, shares[i]), v);
	}
	if (want->n) {
		double mean = values_sum(want) / (double)want->n;

		assert_int_equal(h->min, want->v[0]);
		assert_int_equal(h->max, want->v[want->n - 1]);
		assert_true(fabs(loghist_mean(h) - mean) <= 1e-9 * mean);
	}
	free(want->v);
	*want = (struct values){ NULL, 0 };
}

static double quotient(double a, double b)
{
	return b == 0 ? NAN : a / b;
}

/* ---- the families ---- */

static void slow_mix(const struct slow *s)
{
	double n = 0, reads = 0, writes = 0, fua = 0, ops[HFR_OP_NR] = { 0 };
	double r = 0, w = 0, discarded = 0;
	struct values read = { NULL, 0 }, write = { NULL, 0 };
	const struct hfr_trace_rec *rec;

	for_requests(s, rec) {
		n++;
		ops[rec->op]++;
		fua += rec->flags & HFR_RF_FUA ? 1 : 0;
		if (rec->op == HFR_OP_READ) {
			values_add(&read, rec->length);
			reads++;
			r += rec->length;
		} else if (slow_writes(rec)) {
			values_add(&write, rec->length);
			writes++;
			w += rec->length;
		} else if (rec->op == HFR_OP_DISCARD) {
			discarded += rec->length;
		}
	}
	check_number(s, "mix", "requests", n);
	check_number(s, "mix", "read", ops[HFR_OP_READ]);
	check_number(s, "mix", "write", ops[HFR_OP_WRITE]);
	check_number(s, "mix", "flush", ops[HFR_OP_FLUSH]);
	check_number(s, "mix", "discard", ops[HFR_OP_DISCARD]);
	check_number(s, "mix", "discard_bytes", discarded);
	check_number(s, "mix", "fua", fua);
	check_number(s, "mix", "read_bytes", r);
	check_number(s, "mix", "read_share", quotient(reads, reads + writes));
	check_number(s, "mix", "read_bytes_share", quotient(r, r + w));
	check_number(s, "mix", "request_rate", quotient(n * 1e9,
		     (double)s->st->scope.duration_ns));
	check_number(s, "mix", "data_rate", quotient((r + w) * 1e9,
		     (double)s->st->scope.duration_ns));
	check_values(s, "mix", "read_size", &read);
	check_values(s, "mix", "write_size", &write);
}

/* Requests in each interval that has some; the others are 0. */
static struct values counts_by(const struct slow *s, uint64_t length)
{
	struct values counts = { NULL, 0 };
	const struct hfr_trace_rec *rec;
	uint64_t last = 0;

	for_requests(s, rec) {
		if (!counts.n || rec->issue_ns / length != last)
			values_add(&counts, 0);
		last = rec->issue_ns / length;
		counts.v[counts.n - 1]++;
	}
	return counts;
}

static double slow_dispersion(const struct slow *s, uint64_t length,
			      uint64_t intervals)
{
	struct values counts = counts_by(s, length);
	double n = (double)intervals, mean = values_sum(&counts) / n, sum = 0;

	for (size_t i = 0; i < counts.n; i++)
		sum += ((double)counts.v[i] - mean) *
		       ((double)counts.v[i] - mean);
	sum += (n - (double)counts.n) * mean * mean;
	free(counts.v);
	return quotient(sum / n, mean);
}

static double slow_hurst(const struct slow *s)
{
	double x[64], y[64], mx = 0, my = 0, xy = 0, xx = 0;
	int n = 0;

	for (uint64_t ms = 1; n < 24; ms *= 2, n++) {
		uint64_t intervals = s->st->scope.duration_ns /
				     (ms * 1000000) + 1;
		double d = slow_dispersion(s, ms * 1000000, intervals);

		if (intervals < 32 || !(d > 1e-12))
			break;
		x[n] = n;
		/* Of the variance, but for a constant. */
		y[n] = log2(d) + n;
	}
	if (n < 4)
		return NAN;
	for (int i = 0; i < n; i++) {
		mx += x[i] / n;
		my += y[i] / n;
	}
	for (int i = 0; i < n; i++) {
		xy += (x[i] - mx) * (y[i] - my);
		xx += (x[i] - mx) * (x[i] - mx);
	}
	return xy / xx / 2;
}

static double slow_peak(const struct slow *s, uint64_t length)
{
	struct values counts = counts_by(s, length);
	double most, duration = (double)s->st->scope.duration_ns;

	values_sort(&counts);
	most = counts.n ? (double)counts.v[counts.n - 1] : 0;
	free(counts.v);
	return quotient(most * 1e9, fmin((double)length, duration));
}

static void slow_arrival(const struct slow *s)
{
	uint64_t duration = s->st->scope.duration_ns, last = 0;
	struct values gaps = { NULL, 0 }, ten;
	const struct hfr_trace_rec *rec;
	double n = 0, mean, var = 0;

	for_requests(s, rec) {
		if (n++)
			values_add(&gaps, rec->issue_ns - last);
		last = rec->issue_ns;
	}
	mean = quotient(values_sum(&gaps), (double)gaps.n);
	for (size_t i = 0; i < gaps.n; i++)
		var += ((double)gaps.v[i] - mean) * ((double)gaps.v[i] - mean);
	if (!gaps.n || mean > 0)
		check_number(s, "arrival", "gap_variation",
			     sqrt(quotient(var, (double)gaps.n)) / mean);
	check_values(s, "arrival", "gap", &gaps);
	check_number(s, "arrival", "peak_second", slow_peak(s, 1000000000));
	check_number(s, "arrival", "peak_minute", slow_peak(s, 60000000000));
	check_number(s, "arrival", "burst_minute",
		     quotient(slow_peak(s, 60000000000),
			      n * 1e9 / (double)duration));
	check_number(s, "arrival", "dispersion",
		     slow_dispersion(s, 1024000000,
				     duration / 1024000000 + 1));
	check_number(s, "arrival", "hurst", slow_hurst(s));
	ten = counts_by(s, 600000000000);
	check_number(s, "arrival", "active", (double)ten.n /
		     (double)(duration / 600000000000 + 1));
	free(ten.v);
}

/* Starts (even) and ends (odd) in the order of time, starts first. */
static void slow_busy(const struct slow *s, const struct values *events,
		      struct values *idle)
{
	uint64_t busy = 0, since = 0, depth = 0;

	for (size_t i = 0; i < events->n; i++) {
		uint64_t ns = events->v[i] >> 1;

		if (events->v[i] & 1) {
			if (!--depth) {
				busy += ns - since;
				since = ns;
			}
		} else if (!depth++) {
			if (i && ns > since)
				values_add(idle, ns - since);
			since = ns;
		}
	}
	check_number(s, "service", "busy", quotient((double)busy,
		     (double)s->st->scope.duration_ns));
}

static void slow_service(const struct slow *s)
{
	struct values latency[3] = { { NULL, 0 } }, in_flight = { NULL, 0 };
	struct values events = { NULL, 0 }, idle = { NULL, 0 };
	const struct hfr_trace_rec *rec;
	bool known = true;
	double sum = 0;

	for_requests(s, rec) {
		uint64_t ns = rec->complete_ns - rec->issue_ns;

		if (rec->in_flight)
			values_add(&in_flight, rec->in_flight);
		if (rec->complete_ns == HFR_UNKNOWN) {
			known = false;
			continue;
		}
		values_add(&latency[rec->op == HFR_OP_READ ? 0 :
				    slow_writes(rec) ? 1 : 2], ns);
		sum += (double)ns;
		values_add(&events, rec->issue_ns << 1);
		values_add(&events, rec->complete_ns << 1 | 1);
	}
	check_values(s, "service", "read_latency", &latency[0]);
	check_values(s, "service", "write_latency", &latency[1]);
	check_values(s, "service", "other_latency", &latency[2]);
	check_values(s, "service", "in_flight", &in_flight);
	values_sort(&events);
	if (known && events.n) {
		slow_busy(s, &events, &idle);
		check_number(s, "service", "in_flight_mean", quotient(sum,
			     (double)s->st->scope.duration_ns));
	} else {
		check_number(s, "service", "busy", NAN);
		check_number(s, "service", "in_flight_mean", NAN);
	}
	/* Without all completions there are no periods that are known. */
	check_values(s, "service", "idle", &idle);
	free(events.v);
	free(idle.v);
}

#include "slow-places.h"

/* ---- all of a trace ---- */

static void slow_check_group(const struct slow *s)
{
	slow_mix(s);
	slow_arrival(s);
	slow_service(s);
	slow_place(s);
	if (!s->by_stream)
		slow_blocks(s);
}

static void slow_check(const struct tracestat *st)
{
	struct slow s = { .trace = st->trace, .st = st, .group = st->all };

	slow_check_group(&s);
	s.by_target = true;
	for (unsigned int t = 0; t < st->ntargets; t++) {
		s.group = &st->targets[t];
		slow_check_group(&s);
	}
	s.by_stream = true;
	for (unsigned int i = 0; i < st->nstreams; i++) {
		s.group = &st->streams[i];
		slow_check_group(&s);
	}
}

#endif /* SLOW_STATS_H */
