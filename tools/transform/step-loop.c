// SPDX-License-Identifier: GPL-2.0-only
/* --loop: everything so far, several times. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "transform.h"
#include "words.h"

enum loop_gap {
	GAP_MEAN,
	GAP_DRAIN,
	GAP_TIME,
};

/**
 * struct loop - several times
 * @times: how often
 * @gap: what lies between the last issue and the first of the next turn
 * @gap_ns: with GAP_TIME
 * @turn: turns that are over
 * @period_ns: from one turn to the next
 */
struct loop {
	uint64_t times;
	enum loop_gap gap;
	uint64_t gap_ns;
	uint64_t turn;
	uint64_t period_ns;
};

static int parse_gap(struct loop *l, const char *text, struct hf_error *err)
{
	if (!text || !strcmp(text, "mean"))
		return 0;
	l->gap = !strcmp(text, "drain") ? GAP_DRAIN : GAP_TIME;
	return l->gap == GAP_DRAIN ? 0 : word_time(text, &l->gap_ns, err);
}

static int parse_loop(void *state, const char *text, struct hf_error *err)
{
	static const char *const keys[] = { "", "gap", NULL };
	struct loop *l = state;
	struct words w;
	int rc = words_split(&w, text, err);

	if (!rc)
		rc = words_plain(&w, keys, err);
	if (!rc && !words_get(&w, ""))
		rc = hf_fail(err, EINVAL, "it is not said how often");
	if (!rc)
		rc = word_count(words_get(&w, ""), &l->times, err);
	if (!rc && !l->times)
		rc = hf_fail(err, EINVAL, "0 times is nothing");
	if (!rc)
		rc = parse_gap(l, words_get(&w, "gap"), err);
	words_free(&w);
	return rc;
}

/**
 * struct extent - of a turn in time
 * @n: requests
 * @first_ns: first issue
 * @last_ns: last issue
 * @end_ns: last completion, or issue
 */
struct extent {
	uint64_t n, first_ns, last_ns, end_ns;
};

static void add_end(struct extent *e, const struct hfr_trace_rec *rec)
{
	if (rec->complete_ns != HFR_UNKNOWN && rec->complete_ns > e->end_ns)
		e->end_ns = rec->complete_ns;
}

static int find_extent(struct stage *s, struct extent *e, struct hf_error *err)
{
	const struct hfr_trace_rec *recs;
	size_t n, i;
	int rc;

	while (!(rc = stage_read(s->up, &recs, &n, err)) && n) {
		if (!e->n)
			e->first_ns = recs[0].issue_ns;
		for (i = 0; i < n; i++)
			add_end(e, &recs[i]);
		e->n += n;
		e->last_ns = recs[n - 1].issue_ns;
	}
	if (e->end_ns < e->last_ns)
		e->end_ns = e->last_ns;
	return rc ? rc : stage_rewind(s->up, err);
}

static uint64_t period(const struct loop *l, const struct extent *e)
{
	uint64_t span = e->last_ns - e->first_ns;

	if (l->gap == GAP_DRAIN)
		return e->end_ns - e->first_ns;
	if (l->gap == GAP_TIME)
		return span + l->gap_ns;
	return e->n > 1 ? span + span / (e->n - 1) : span;
}

static int open_loop(struct stage *s, struct shape *shape,
		     struct hf_error *err)
{
	struct loop *l = s->state;
	struct extent e = { 0 };
	int rc = find_extent(s, &e, err);
	uint64_t all;

	if (rc)
		return rc;
	shape_undo_deps(shape, s->kind->name);
	l->period_ns = period(l, &e);
	/* A gap of 0 that was asked for is no mistake. */
	if (e.n && !l->period_ns && l->times > 1 && l->gap != GAP_TIME)
		return hf_fail(err, ERANGE,
			       "--loop %s: all requests are at one time, nothing says when the next turn begins: give a gap (--loop %" PRIu64
			       ",gap=1ms)", s->text, l->times);
	if (__builtin_mul_overflow(l->period_ns, l->times - 1, &all) ||
	    all > HFR_MAX_TIME || e.end_ns > HFR_MAX_TIME - all)
		return hf_fail(err, ERANGE,
			       "--loop %s: %" PRIu64
			       " turns of %" PRIu64
			       " ns each are longer than 104 days, the most that a trace holds",
			       s->text, l->times, l->period_ns);
	return 0;
}

static int next_turn(struct stage *s, struct loop *l,
		     const struct hfr_trace_rec **in, size_t *n,
		     struct hf_error *err)
{
	int rc = 0;

	*n = 0;
	/* Nothing above gives nothing in every turn. */
	while (!rc && !*n && ++l->turn < l->times) {
		rc = stage_rewind(s->up, err);
		if (!rc)
			rc = stage_read(s->up, in, n, err);
		if (!*n)
			break;
	}
	return rc;
}

static int read_loop(struct stage *s, const struct hfr_trace_rec **recs,
		     size_t *n, struct hf_error *err)
{
	struct loop *l = s->state;
	const struct hfr_trace_rec *in;
	uint64_t later;
	size_t i;
	int rc = stage_read(s->up, &in, n, err);

	if (!rc && !*n && l->turn < l->times)
		rc = next_turn(s, l, &in, n, err);
	if (rc || !*n)
		return rc;
	if (recs_reserve(&s->out, *n))
		return hf_fail(err, ENOMEM, "out of memory");
	memcpy(s->out.list, in, *n * sizeof(*in));
	later = l->turn * l->period_ns;
	for (i = 0; i < *n; i++) {
		s->out.list[i].issue_ns += later;
		if (s->out.list[i].complete_ns != HFR_UNKNOWN)
			s->out.list[i].complete_ns += later;
	}
	s->came += *n;
	*recs = s->out.list;
	return 0;
}

static int rewind_loop(struct stage *s, struct hf_error *err)
{
	struct loop *l = s->state;

	(void)err;
	l->turn = 0;
	return 0;
}

static void say_loop(const struct stage *s, json_t *obj)
{
	const struct loop *l = s->state;

	json_object_set_new(obj, "period_ns",
			    json_integer((json_int_t)l->period_ns));
}

const struct transform transform_loop = {
	.name = "loop",
	.state_size = sizeof(struct loop),
	.parse = parse_loop,
	.open = open_loop,
	.rewind = rewind_loop,
	.read = read_loop,
	.say = say_loop,
};
