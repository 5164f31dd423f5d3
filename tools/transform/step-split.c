// SPDX-License-Identifier: GPL-2.0-only
/* --split: several files. Requests pass; outputs.c looks at where they go. */
#include <errno.h>
#include <string.h>

#include "split.h"
#include "transform.h"

struct split {
	enum split_by by;
};

static int parse_split(void *state, const char *text, struct hf_error *err)
{
	struct split *sp = state;

	if (!strcmp(text, "target"))
		sp->by = SPLIT_TARGET;
	else if (!strcmp(text, "stream"))
		sp->by = SPLIT_STREAM;
	else
		return hf_fail(err, EINVAL, "\"%s\" is not target or stream",
			       text);
	return 0;
}

static int open_split(struct stage *s, struct shape *shape,
		      struct hf_error *err)
{
	(void)err;
	shape_undo_deps(shape, s->kind->name);
	return 0;
}

static int read_split(struct stage *s, const struct hfr_trace_rec **recs,
		      size_t *n, struct hf_error *err)
{
	int rc = stage_read(s->up, recs, n, err);

	s->came += *n;
	return rc;
}

enum split_by split_by(const struct stage *s)
{
	if (!s || s->kind != &transform_split)
		return SPLIT_NOT;
	return ((const struct split *)s->state)->by;
}

const struct transform transform_split = {
	.name = "split",
	.state_size = sizeof(struct split),
	.parse = parse_split,
	.open = open_split,
	.read = read_split,
};
