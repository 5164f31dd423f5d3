// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "extents.h"
#include "workload.h"

/* Items of a stream begin at a multiple of it. */
#define ALIGN		(1ULL << 20)

/**
 * struct stream - a stream under way
 * @opts: what it is like
 * @target: index of its device
 * @at: first byte of its items
 * @room: bytes that its items can take in any phase
 * @phase: the present phase; NULL after the last
 * @number: which one that is
 * @start_ns: when it began
 * @last_ns: when its last request came
 * @rec: the next request, with its time
 * @more: there is one
 * @sums: what phases were like
 */
struct stream {
	const struct stream_opts *opts;
	uint16_t target;
	uint64_t at, room;
	struct phase *phase;
	unsigned int number;
	uint64_t start_ns, last_ns;
	struct hfr_trace_rec rec;
	bool more;
	struct phase_sum sums[WORKLOAD_PHASES];
};

/**
 * struct target - a device
 * @name: its name
 * @end: behind all items that have a place
 * @once: where the next item goes that is used once
 */
struct target {
	const char *name;
	uint64_t end;
	uint64_t once;
};

/**
 * struct workload - all streams
 * @streams: they
 * @n: how many
 * @targets: their devices
 * @ntargets: how many
 * @start_ns: time of the first request
 * @begun: it came
 */
struct workload {
	struct stream streams[WORKLOAD_STREAMS];
	unsigned int n;
	struct target targets[WORKLOAD_STREAMS];
	unsigned int ntargets;
	uint64_t start_ns;
	bool begun;
};

static const struct phase_opts *phase_opts(const struct stream *s)
{
	return &s->opts->phases[s->number];
}

/* Says which phase of which stream a sentence is about. */
static int blame(const struct stream *s, int rc, struct hf_error *err)
{
	struct hf_error why = *err;

	if (s->opts->nphases > 1)
		return hf_fail(err, -rc, "stream %.60s, phase %u: %.800s",
			       s->opts->name, s->number + 1, why.text);
	return hf_fail(err, -rc, "stream %.60s: %.800s", s->opts->name,
		       why.text);
}

static int open_phase(struct stream *s, struct hf_error *err)
{
	int rc = phase_new(&s->phase, phase_opts(s), err);

	return rc ? blame(s, rc, err) : 0;
}

/* The first phase stays, of the others it is seen that they can be made. */
static int try_phases(struct stream *s, struct hf_error *err)
{
	unsigned int i;
	int rc = 0;

	for (i = s->opts->nphases; !rc && i > 0; i--) {
		const struct phase_sum *sum;

		phase_free(s->phase);
		s->phase = NULL;
		s->number = i - 1;
		rc = open_phase(s, err);
		if (rc)
			return rc;
		sum = phase_sum(s->phase);
		if (sum->footprint > s->room)
			s->room = sum->footprint;
	}
	return 0;
}

static uint16_t find_target(struct workload *w, const char *name)
{
	unsigned int i;

	for (i = 0; i < w->ntargets; i++)
		if (!strcmp(w->targets[i].name, name))
			return (uint16_t)i;
	w->targets[w->ntargets++].name = name;
	return (uint16_t)i;
}

static void place_stream(struct workload *w, struct stream *s)
{
	struct target *t;

	s->target = find_target(w, s->opts->target);
	t = &w->targets[s->target];
	s->at = s->opts->at != UINT64_MAX ?
			s->opts->at : (t->end + ALIGN - 1) / ALIGN * ALIGN;
	if (s->at + s->room > t->end)
		t->end = s->at + s->room;
	t->once = t->end;
}

/* Items that are used once lie behind all others of their target. */
static bool next_of_phase(struct workload *w, struct stream *s)
{
	uint64_t *once = &w->targets[s->target].once, from_first = *once - s->at;
	bool more = phase_next(s->phase, &s->rec, &from_first);

	*once = s->at + from_first;
	return more;
}

/* A phase of a set length ends then, others with their last request. */
static int next_phase(struct stream *s, struct hf_error *err)
{
	uint64_t lasts = phase_opts(s)->duration_ns;

	s->sums[s->number] = *phase_sum(s->phase);
	s->start_ns = lasts && s->sums[s->number].requests <
					 phase_opts(s)->requests ?
			      s->start_ns + lasts : s->last_ns;
	phase_free(s->phase);
	s->phase = NULL;
	if (++s->number == s->opts->nphases)
		return 0;
	return open_phase(s, err);
}

static int advance(struct workload *w, struct stream *s, struct hf_error *err)
{
	int rc = 0;

	s->rec = (struct hfr_trace_rec){ 0 };
	while (!rc && s->phase && !next_of_phase(w, s))
		rc = next_phase(s, err);
	s->more = s->phase;
	if (rc || !s->more)
		return rc;
	if (s->rec.issue_ns > HFR_MAX_TIME ||
	    s->rec.issue_ns + s->start_ns > HFR_MAX_TIME) {
		hf_fail(err, ERANGE,
			"a request would be later than 104 days: the rate is too low for so many");
		return blame(s, -ERANGE, err);
	}
	s->rec.issue_ns += s->start_ns;
	s->last_ns = s->rec.issue_ns;
	s->rec.offset += s->at;
	return 0;
}

static int prepare(struct workload *w, struct hf_error *err)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; !rc && i < w->n; i++)
		rc = try_phases(&w->streams[i], err);
	for (i = 0; !rc && i < w->n; i++)
		place_stream(w, &w->streams[i]);
	for (i = 0; !rc && i < w->n; i++)
		rc = advance(w, &w->streams[i], err);
	return rc;
}

int workload_new(struct workload **out, const struct stream_opts *streams,
		 unsigned int n, struct hf_error *err)
{
	struct workload *w = calloc(1, sizeof(*w));
	unsigned int i;
	int rc;

	if (!w)
		return hf_fail(err, ENOMEM, "out of memory");
	w->n = n;
	for (i = 0; i < n; i++)
		w->streams[i].opts = &streams[i];
	rc = prepare(w, err);
	if (rc) {
		workload_free(w);
		return rc;
	}
	*out = w;
	return 0;
}

void workload_free(struct workload *w)
{
	unsigned int i;

	for (i = 0; w && i < w->n; i++)
		phase_free(w->streams[i].phase);
	free(w);
}

const char *workload_target(const struct workload *w, unsigned int n)
{
	return n < w->ntargets ? w->targets[n].name : NULL;
}

/* Of requests at the same time that of the first stream is first. */
static struct stream *earliest(struct workload *w)
{
	struct stream *first = NULL;
	unsigned int i;

	for (i = 0; i < w->n; i++) {
		struct stream *s = &w->streams[i];

		if (s->more &&
		    (!first || s->rec.issue_ns < first->rec.issue_ns))
			first = s;
	}
	return first;
}

int workload_next(struct workload *w, struct hfr_trace_rec *rec,
		  struct hf_error *err)
{
	struct stream *s = earliest(w);
	int rc;

	if (!s)
		return 0;
	*rec = s->rec;
	if (!w->begun)
		w->start_ns = rec->issue_ns;
	w->begun = true;
	rec->issue_ns -= w->start_ns;
	rec->complete_ns = HFR_UNKNOWN;
	rec->target = s->target;
	rec->stream = (uint32_t)(s - w->streams) + 1;
	rc = advance(w, s, err);
	return rc ? rc : 1;
}

uint64_t workload_expected(const struct workload *w)
{
	uint64_t all = 0;
	unsigned int i, k;

	for (i = 0; i < w->n; i++)
		for (k = 0; k < w->streams[i].opts->nphases; k++) {
			const struct phase_opts *o =
				&w->streams[i].opts->phases[k];

			if (o->duration_ns || o->requests == UINT64_MAX)
				return 0;
			all += o->requests;
		}
	return all;
}

const struct phase_sum *workload_sum(const struct workload *w,
				     unsigned int stream, unsigned int phase)
{
	const struct stream *s = &w->streams[stream];

	if (phase < s->number)
		return &s->sums[phase];
	return s->phase && phase == s->number ? phase_sum(s->phase) : NULL;
}

uint64_t workload_at(const struct workload *w, unsigned int stream)
{
	return w->streams[stream].at;
}
