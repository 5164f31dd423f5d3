// SPDX-License-Identifier: GPL-2.0-only
/* --window, --head, --tail: which part of the trace's time. */
#include <errno.h>
#include <string.h>

#include "transform.h"
#include "units.h"
#include "words.h"

/* [from_ns, to_ns) */
struct window {
	uint64_t from_ns, to_ns;
};

static int parse_window(void *state, const char *text, struct hf_error *err)
{
	struct window *w = state;

	return word_range(text, word_time, &w->from_ns, &w->to_ns, err);
}

static int open_window(struct stage *s, struct shape *shape,
		       struct hf_error *err)
{
	const struct window *w = s->state;

	(void)err;
	shape_undo_deps(shape, s->kind->name);
	if (shape->wall_start_ns)
		shape->wall_start_ns += w->from_ns;
	return 0;
}

static void move_earlier(struct hfr_trace_rec *rec, uint64_t by_ns)
{
	rec->issue_ns -= by_ns;
	if (rec->complete_ns != HFR_UNKNOWN)
		rec->complete_ns -= by_ns;
}

static ssize_t map_window(struct stage *s, const struct hfr_trace_rec *in,
			  size_t n, struct hfr_trace_rec *out,
			  struct hf_error *err)
{
	const struct window *w = s->state;
	size_t i, kept = 0;

	(void)err;
	for (i = 0; i < n; i++) {
		if (in[i].issue_ns < w->from_ns)
			continue;
		if (in[i].issue_ns >= w->to_ns)
			break;
		out[kept] = in[i];
		move_earlier(&out[kept++], w->from_ns);
	}
	s->ended = i < n;
	return (ssize_t)kept;
}

const struct transform transform_window = {
	.name = "window",
	.state_size = sizeof(struct window),
	.parse = parse_window,
	.open = open_window,
	.map = map_window,
};

/**
 * struct part - a part at the start or the end
 * @by_count: it is this many requests:
 * @count: how many
 * @time_ns: else it is this long
 * @skip: --tail: requests in front of it
 */
struct part {
	bool by_count;
	uint64_t count, time_ns;
	uint64_t skip;
};

/* Digits alone are a number of requests, with a unit it is a time. */
static int parse_part(void *state, const char *text, struct hf_error *err)
{
	struct part *p = state;

	p->by_count = !hf_parse_u64(text, &p->count);
	if (!p->by_count && hf_parse_duration(text, &p->time_ns))
		return hf_fail(err, EINVAL,
			       "\"%s\" is neither a number of requests nor a time with its unit (1000, 10s, 5m)",
			       text);
	if (p->by_count ? !p->count : !p->time_ns)
		return hf_fail(err, EINVAL, "a part of nothing is empty");
	return 0;
}

static int open_head(struct stage *s, struct shape *shape,
		     struct hf_error *err)
{
	(void)err;
	shape_undo_deps(shape, s->kind->name);
	return 0;
}

static ssize_t map_head(struct stage *s, const struct hfr_trace_rec *in,
			size_t n, struct hfr_trace_rec *out,
			struct hf_error *err)
{
	const struct part *p = s->state;
	size_t i;

	(void)err;
	for (i = 0; i < n; i++)
		if (p->by_count ? s->came + i >= p->count :
				  in[i].issue_ns >= p->time_ns)
			break;
	memcpy(out, in, i * sizeof(*in));
	s->ended = i < n;
	return (ssize_t)i;
}

const struct transform transform_head = {
	.name = "head",
	.state_size = sizeof(struct part),
	.parse = parse_part,
	.open = open_head,
	.map = map_head,
};

/* Where a tail begins, is known when the end was seen. */
static int find_tail(struct stage *s, struct part *p, struct hf_error *err)
{
	const struct hfr_trace_rec *recs;
	uint64_t last_ns = 0, seen = 0;
	size_t n;
	int rc;

	while (!(rc = stage_read(s->up, &recs, &n, err)) && n) {
		last_ns = recs[n - 1].issue_ns;
		seen += n;
	}
	if (p->by_count)
		p->skip = seen > p->count ? seen - p->count : 0;
	else
		p->time_ns = last_ns > p->time_ns ? last_ns - p->time_ns : 0;
	return rc ? rc : stage_rewind(s->up, err);
}

static int open_tail(struct stage *s, struct shape *shape,
		     struct hf_error *err)
{
	shape_undo_deps(shape, s->kind->name);
	return find_tail(s, s->state, err);
}

static ssize_t map_tail(struct stage *s, const struct hfr_trace_rec *in,
			size_t n, struct hfr_trace_rec *out,
			struct hf_error *err)
{
	const struct part *p = s->state;
	size_t i;

	(void)err;
	for (i = 0; i < n; i++)
		if (p->by_count ? s->came + i >= p->skip :
				  in[i].issue_ns >= p->time_ns)
			break;
	memcpy(out, in + i, (n - i) * sizeof(*in));
	return (ssize_t)(n - i);
}

const struct transform transform_tail = {
	.name = "tail",
	.state_size = sizeof(struct part),
	.parse = parse_part,
	.open = open_tail,
	.map = map_tail,
};
