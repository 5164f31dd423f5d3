// SPDX-License-Identifier: GPL-2.0-only
/* --filter, --drop: requests by what they are. */
#include "predicate.h"
#include "transform.h"

struct filter {
	struct predicate *predicate;
};

static int parse_filter(void *state, const char *text, struct hf_error *err)
{
	struct filter *f = state;

	return predicate_parse(&f->predicate, text, err);
}

static int open_filter(struct stage *s, struct shape *shape, struct hf_error *err)
{
	struct filter *f = s->state;

	shape_undo_deps(shape, s->kind->name);
	return predicate_bind(f->predicate, shape, err);
}

static void close_filter(void *state)
{
	struct filter *f = state;

	predicate_free(f->predicate);
}

static ssize_t keep(struct stage *s, const struct hfr_trace_rec *in, size_t n,
		    struct hfr_trace_rec *out, bool wanted)
{
	const struct filter *f = s->state;
	size_t i, kept = 0;

	for (i = 0; i < n; i++) {
		out[kept] = in[i];
		kept += predicate_pass(f->predicate, &in[i]) == wanted;
	}
	return (ssize_t)kept;
}

static ssize_t map_filter(struct stage *s, const struct hfr_trace_rec *in,
			  size_t n, struct hfr_trace_rec *out,
			  struct hf_error *err)
{
	(void)err;
	return keep(s, in, n, out, true);
}

static ssize_t map_drop(struct stage *s, const struct hfr_trace_rec *in,
			size_t n, struct hfr_trace_rec *out,
			struct hf_error *err)
{
	(void)err;
	return keep(s, in, n, out, false);
}

const struct transform transform_filter = {
	.name = "filter",
	.state_size = sizeof(struct filter),
	.parse = parse_filter,
	.open = open_filter,
	.close = close_filter,
	.map = map_filter,
};

const struct transform transform_drop = {
	.name = "drop",
	.state_size = sizeof(struct filter),
	.parse = parse_filter,
	.open = open_filter,
	.close = close_filter,
	.map = map_drop,
};
