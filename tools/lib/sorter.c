// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runs.h"
#include "sorter.h"

#define OUT_RECS	4096U
/* Of what is merged, read ahead; sorter_ties() takes as much again. */
#define MERGE_MEMORY	(48U << 20)
#define RADIX		2048U
#define RADIX_BITS	11U

struct key {
	uint64_t issue_ns;
	uint32_t pos;
};

/**
 * struct place - a place in the order of all records
 * @merge: of the runs; NULL when all fitted into memory, or not asked for yet
 * @taken: records before it, when all fitted
 * @given: merge_peek() was given out
 */
struct place {
	struct merge *merge;
	uint32_t taken;
	bool given;
};

/**
 * struct sorter - the state of a sort
 * @chunk: records that are held in memory; owned
 * @count: how many
 * @sorted: they came in order
 * @keys: their order, once they were sorted, unless they came in it; owned
 * @spare: room for sorting @keys; owned
 * @sink: where records go early
 * @sinking: it has what came before @chunk; @sunk records
 * @last_ns: issue time of the last of them
 * @runs: what is in a temporary file
 * @here: the record that is given out next
 * @ahead: a place further on in the order, for sorter_ties()
 */
struct sorter {
	struct hfr_trace_rec *chunk;
	uint32_t count;
	bool sorted;
	struct key *keys, *spare;
	struct sorter_sink sink;
	bool sinking;
	uint64_t sunk, last_ns;
	struct runs runs;
	struct place here, ahead;
};

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory to sort a trace");
}

int sorter_new(struct sorter **out, const struct sorter_sink *sink,
	       struct hf_error *err)
{
	struct sorter *s = calloc(1, sizeof(*s));

	if (!s)
		return no_memory(err);
	runs_init(&s->runs);
	s->sorted = true;
	s->sinking = sink;
	if (sink)
		s->sink = *sink;
	s->chunk = malloc(SORTER_CHUNK * sizeof(*s->chunk));
	s->keys = malloc(SORTER_CHUNK * sizeof(*s->keys));
	s->spare = malloc(SORTER_CHUNK * sizeof(*s->spare));
	if (!s->chunk || !s->keys || !s->spare) {
		sorter_free(s);
		return no_memory(err);
	}
	*out = s;
	return 0;
}

static void free_memory(struct sorter *s)
{
	free(s->chunk);
	free(s->keys);
	free(s->spare);
	s->chunk = NULL;
	s->keys = NULL;
	s->spare = NULL;
	s->count = 0;
}

void sorter_free(struct sorter *s)
{
	if (!s)
		return;
	if (s->sinking)
		s->sink.done(s->sink.ctx);
	merge_free(s->here.merge);
	merge_free(s->ahead.merge);
	runs_free(&s->runs);
	free_memory(s);
	free(s);
}

/* A pass of a radix sort: by the bits of issue_ns from @shift on. */
static void sort_by(struct sorter *s, uint64_t base, unsigned int shift)
{
	uint32_t places[RADIX] = { 0 }, sum = 0, i;
	struct key *tmp;

	for (i = 0; i < s->count; i++)
		places[(s->keys[i].issue_ns - base) >> shift & (RADIX - 1)]++;
	for (i = 0; i < RADIX; i++) {
		uint32_t n = places[i];

		places[i] = sum;
		sum += n;
	}
	for (i = 0; i < s->count; i++) {
		uint64_t v = (s->keys[i].issue_ns - base) >> shift;

		s->spare[places[v & (RADIX - 1)]++] = s->keys[i];
	}
	tmp = s->keys;
	s->keys = s->spare;
	s->spare = tmp;
}

/* Stable, so that records of the same time stay as they came. */
static void sort(struct sorter *s)
{
	uint64_t least = UINT64_MAX, most = 0;
	unsigned int shift;
	uint32_t i;

	if (s->sorted)
		return;
	for (i = 0; i < s->count; i++) {
		uint64_t t = s->chunk[i].issue_ns;

		s->keys[i] = (struct key){ t, i };
		least = t < least ? t : least;
		most = t > most ? t : most;
	}
	for (shift = 0; shift < 64 && (most - least) >> shift;
	     shift += RADIX_BITS)
		sort_by(s, least, shift);
}

/* The Nth in order of what is in memory. */
static struct hfr_trace_rec *nth(const struct sorter *s, uint32_t n)
{
	return &s->chunk[s->sorted ? n : s->keys[n].pos];
}

/* What the sink has is a run of its own. */
int sorter_back(struct sorter *s, struct hf_error *err)
{
	struct hfr_trace_rec *recs = malloc(OUT_RECS * sizeof(*recs));
	uint64_t at, n;
	int rc = recs ? 0 : no_memory(err);

	for (at = 0; !rc && at < s->sunk; at += n) {
		n = s->sunk - at < OUT_RECS ? s->sunk - at : OUT_RECS;
		rc = s->sink.back(s->sink.ctx, at, recs, n, err);
		if (!rc)
			rc = runs_begin(&s->runs, recs[0].issue_ns, err);
		if (!rc)
			rc = runs_add(&s->runs, recs, n, err);
	}
	free(recs);
	s->sink.done(s->sink.ctx);
	s->sinking = false;
	return rc;
}

/* Gives the sink the first @n; SORTER_BACK if it cannot have them. */
static int sink(struct sorter *s, uint32_t n, struct hf_error *err)
{
	const struct hfr_trace_rec *recs[OUT_RECS];
	uint32_t i = 0, k;
	int rc = 0;

	if (s->sunk && nth(s, 0)->issue_ns < s->last_ns)
		return SORTER_BACK;
	while (i < n && !rc) {
		for (k = 0; k < OUT_RECS && i + k < n; k++)
			recs[k] = nth(s, i + k);
		rc = s->sink.give(s->sink.ctx, recs, k, err);
		if (rc)
			break;
		i += k;
		s->sunk += k;
		s->last_ns = recs[k - 1]->issue_ns;
	}
	return rc;
}

static int write_run(struct sorter *s, uint32_t from, struct hf_error *err)
{
	struct hfr_trace_rec *out = malloc(OUT_RECS * sizeof(*out));
	uint32_t i = from, n;
	int rc = out ? 0 : no_memory(err);

	if (!rc && i < s->count)
		rc = runs_begin(&s->runs, nth(s, i)->issue_ns, err);
	while (!rc && i < s->count) {
		for (n = 0; n < OUT_RECS && i < s->count; n++, i++)
			out[n] = *nth(s, i);
		rc = runs_add(&s->runs, out, n, err);
	}
	free(out);
	return rc;
}

/*
 * What stays is moved to the front. It may be anywhere: to sort it once more
 * is cheaper than a second buffer.
 */
static void keep_from(struct sorter *s, uint32_t n)
{
	uint32_t i, kept = 0;

	for (i = 0; i < n; i++)
		nth(s, i)->op = HFR_OP_END;
	s->sorted = true;
	for (i = 0; i < s->count; i++) {
		const struct hfr_trace_rec *rec = &s->chunk[i];

		if (rec->op == HFR_OP_END)
			continue;
		if (kept && rec->issue_ns < s->chunk[kept - 1].issue_ns)
			s->sorted = false;
		s->chunk[kept++] = *rec;
	}
	s->count = kept;
}

/* Makes room in memory. */
static int spill(struct sorter *s, struct hf_error *err)
{
	uint32_t half = s->count / 2;
	uint64_t before = s->sunk;
	int rc;

	sort(s);
	if (s->sinking) {
		rc = sink(s, half, err);
		if (!rc)
			keep_from(s, half);
		if (rc != SORTER_BACK)
			return rc;
		half = (uint32_t)(s->sunk - before);
		rc = sorter_back(s, err);
		if (rc)
			return rc;
	} else {
		half = 0;
	}
	rc = write_run(s, half, err);
	s->count = 0;
	s->sorted = true;
	return rc;
}

int sorter_add(struct sorter *s, const struct hfr_trace_rec *rec,
	       struct hf_error *err)
{
	if (s->count == SORTER_CHUNK) {
		int rc = spill(s, err);

		if (rc)
			return rc;
	}
	if (s->count && rec->issue_ns < s->chunk[s->count - 1].issue_ns)
		s->sorted = false;
	s->chunk[s->count++] = *rec;
	return 0;
}

int sorter_sunk(struct sorter *s, bool *all, struct hf_error *err)
{
	uint64_t before = s->sunk;
	int rc;

	*all = false;
	if (!s->sinking || !s->sunk)
		return 0;
	sort(s);
	rc = sink(s, s->count, err);
	if (!rc) {
		*all = true;
		s->count = 0;
	}
	if (rc != SORTER_BACK)
		return rc;
	before = s->sunk - before;
	rc = sorter_back(s, err);
	if (!rc)
		rc = write_run(s, (uint32_t)before, err);
	s->count = 0;
	return rc;
}

int sorter_end(struct sorter *s, struct hf_error *err)
{
	int rc = 0;

	if (!s->runs.records) {
		sort(s);
		return 0;
	}
	if (s->count)
		rc = spill(s, err);
	if (rc)
		return rc;
	free_memory(s);
	return merge_new(&s->here.merge, &s->runs, MERGE_MEMORY, err);
}

static const struct hfr_trace_rec *peek(const struct sorter *s,
					const struct place *p)
{
	if (p->merge)
		return merge_peek(p->merge);
	return p->taken < s->count ? nth(s, p->taken) : NULL;
}

static int move_on(struct place *p, struct hf_error *err)
{
	if (p->merge)
		return merge_next(p->merge, err);
	p->taken++;
	return 0;
}

int sorter_next(struct sorter *s, const struct hfr_trace_rec **rec,
		struct hf_error *err)
{
	int rc = 0;

	/* A record that was given out is used until it is asked for more. */
	if (s->here.given)
		rc = move_on(&s->here, err);
	if (rc)
		return rc;
	*rec = peek(s, &s->here);
	s->here.given = *rec;
	return s->here.given;
}

int sorter_ties(struct sorter *s, uint64_t *n, struct hf_error *err)
{
	const struct hfr_trace_rec *rec;
	uint64_t time = 0;
	int rc = 0;

	if (s->here.merge && !s->ahead.merge)
		rc = merge_new(&s->ahead.merge, &s->runs, MERGE_MEMORY, err);
	for (*n = 0; !rc && (rec = peek(s, &s->ahead)); ++*n) {
		if (*n && rec->issue_ns != time)
			break;
		time = rec->issue_ns;
		rc = move_on(&s->ahead, err);
	}
	return rc;
}
