// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>

#include "observe-show.h"
#include "units.h"

static const char *verdict_word(const json_t *report)
{
	const json_t *v = json_object_get(report, "verdict");
	const char *word = json_string_value(json_object_get(v, "word"));

	return word ? word : "?";
}

static const char *verdict_sentence(const json_t *report)
{
	const json_t *all = json_object_get(json_object_get(report, "verdict"),
					    "sentences");
	const char *text = json_string_value(json_object_get(
			json_array_get(all, 0), "sentence"));

	return text ? text : "";
}

static void print_requests(const struct pairing *p, uint64_t lost_events,
			   FILE *out)
{
	fprintf(out, "requests    %" PRIu64 " in the trace, %" PRIu64 " seen: %" PRIu64 " as they are, %" PRIu64 " changed, %" PRIu64 " lost, %" PRIu64 " added\n",
		p->wanted, p->seen, p->paired, p->changed, p->lost, p->added);
	if (lost_events)
		fprintf(out, "events      %" PRIu64 " were lost: requests that seem lost need not be; take a larger --buffer\n",
			lost_events);
}

static void print_arrival(const struct fidelity *f, FILE *out)
{
	const struct dist *d = &f->error_absolute;
	char a[32], b[32], c[32], e[32];

	if (!d->count)
		return;
	fprintf(out, "arrival     error p50 %s, p90 %s, p99 %s, max %s",
		hf_format_duration(a, sizeof(a), d->p50),
		hf_format_duration(b, sizeof(b), d->p90),
		hf_format_duration(c, sizeof(c), d->p99),
		hf_format_duration(e, sizeof(e), d->max));
	fprintf(out, "; drift %s\n",
		hf_format_duration(a, sizeof(a), f->drift_ns));
}

static void print_distance(const struct observe_figures *f, FILE *out)
{
	const struct distance *d = &f->distance;
	char w1[32];

	if (f->has & DISTANCE_SPAN)
		fprintf(out, "execution   first to last issue %+.4f %%\n",
			100 * d->span);
	if (f->has & DISTANCE_GAPS)
		fprintf(out, "gaps        KS %.4f\n", d->gaps_ks);
	if (f->has & DISTANCE_FLIGHT)
		fprintf(out, "in flight   L1 %.4f\n", d->flight_l1);
	if (f->has & DISTANCE_LATENCY)
		fprintf(out, "latency     mean %+.2f %%, p99 %+.2f %%, KS %.4f, Wasserstein %s\n",
			100 * d->latency_mean, 100 * d->latency_p99,
			d->latency_ks,
			hf_format_duration(w1, sizeof(w1),
					   (int64_t)d->latency_w1));
}

void observe_print(const struct observe_figures *f, FILE *out)
{
	const struct order *o = &f->fidelity->order;

	fprintf(out, "observed    %s (exit status %d) on %s\n", f->command,
		f->status, f->device);
	fprintf(out, "verdict     %s: %s\n", verdict_word(f->report),
		verdict_sentence(f->report));
	print_requests(f->pairing, f->lost_events, out);
	print_distance(f, out);
	print_arrival(f->fidelity, out);
	fprintf(out, "order       %" PRIu64 " of %" PRIu64 " reordered, by %" PRIu64 " places at most\n",
		o->reordered, o->requests, o->max_extent);
}

static json_t *pairing_json(const struct pairing *p)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
			 "in_trace", (json_int_t)p->wanted,
			 "seen", (json_int_t)p->seen,
			 "paired", (json_int_t)p->paired,
			 "changed", (json_int_t)p->changed,
			 "lost", (json_int_t)p->lost,
			 "added", (json_int_t)p->added);
}

static json_t *arrival_json(const struct fidelity *f)
{
	const struct dist *d = &f->error_absolute;

	if (!d->count)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I, s:I}",
			 "p50_ns", (json_int_t)d->p50,
			 "p90_ns", (json_int_t)d->p90,
			 "p99_ns", (json_int_t)d->p99,
			 "max_ns", (json_int_t)d->max,
			 "drift_ns", (json_int_t)f->drift_ns);
}

/* What there is no data for is null. */
static json_t *real_or_null(const struct observe_figures *f, unsigned int bit,
			    double value)
{
	return f->has & bit ? json_real(value) : json_null();
}

static json_t *distance_json(const struct observe_figures *f)
{
	const struct distance *d = &f->distance;

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"execution_error", real_or_null(f, DISTANCE_SPAN, d->span),
		"gaps_ks", real_or_null(f, DISTANCE_GAPS, d->gaps_ks),
		"in_flight_l1", real_or_null(f, DISTANCE_FLIGHT, d->flight_l1),
		"latency_mean_error",
		real_or_null(f, DISTANCE_LATENCY, d->latency_mean),
		"latency_p99_error",
		real_or_null(f, DISTANCE_LATENCY, d->latency_p99),
		"latency_ks", real_or_null(f, DISTANCE_LATENCY, d->latency_ks),
		"latency_wasserstein_ns",
		real_or_null(f, DISTANCE_LATENCY, d->latency_w1));
}

json_t *observe_json(const struct observe_figures *f)
{
	const struct order *o = &f->fidelity->order;

	return json_pack(
		"{s:s, s:s, s:i, s:s, s:s, s:o, s:I, s:o, s:o, s:{s:I, s:I, s:I}}",
		"command", f->command, "device", f->device,
		"status", f->status,
		"verdict", verdict_word(f->report),
		"sentence", verdict_sentence(f->report),
		"requests", pairing_json(f->pairing),
		"lost_events", (json_int_t)f->lost_events,
		"arrival_error", arrival_json(f->fidelity),
		"distance", distance_json(f),
		"order", "requests", (json_int_t)o->requests,
		"reordered", (json_int_t)o->reordered,
		"max_extent", (json_int_t)o->max_extent);
}
