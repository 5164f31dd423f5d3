// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hft-rules.h"
#include "stage.h"
#include "units.h"

struct stage *stage_new(const struct transform *kind, struct stage *up,
			const struct import_opts *opts)
{
	struct stage *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->kind = kind;
	s->up = up;
	s->opts = opts;
	s->state = calloc(1, kind->state_size ? kind->state_size : 1);
	if (s->state && !recs_reserve(&s->out, STAGE_BATCH))
		return s;
	stage_free(s);
	return NULL;
}

void stage_free(struct stage *s)
{
	if (!s)
		return;
	if (s->state && s->kind->close)
		s->kind->close(s->state);
	free(s->state);
	recs_free(&s->out);
	free(s);
}

static int no_memory(const struct stage *s, struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for the records of --%s",
		       s->kind->name);
}

static int read_map(struct stage *s, const struct hfr_trace_rec **recs,
		    size_t *n, struct hf_error *err)
{
	const struct hfr_trace_rec *in;
	ssize_t kept = 0;
	size_t came;
	int rc;

	while (!kept && !s->ended) {
		rc = stage_read(s->up, &in, &came, err);
		if (rc)
			return rc;
		if (!came)
			break;
		if (recs_reserve(&s->out, came))
			return no_memory(s, err);
		kept = s->kind->map(s, in, came, s->out.list, err);
		if (kept < 0)
			return (int)kept;
		s->came += came;
	}
	*recs = s->out.list;
	*n = (size_t)kept;
	return 0;
}

static int read_each(struct stage *s, const struct hfr_trace_rec **recs,
		     size_t *n, struct hf_error *err)
{
	const struct hfr_trace_rec *in;
	size_t came, i;
	int rc;

	s->out.n = 0;
	while (!s->out.n && !s->ended) {
		rc = stage_read(s->up, &in, &came, err);
		if (rc)
			return rc;
		if (!came)
			break;
		for (i = 0; i < came; i++, s->came++) {
			rc = s->kind->each(s, &in[i], err);
			if (rc)
				return rc;
		}
	}
	*recs = s->out.list;
	*n = s->out.n;
	return 0;
}

int stage_read(struct stage *s, const struct hfr_trace_rec **recs, size_t *n,
	       struct hf_error *err)
{
	int rc;

	*n = 0;
	if (s->kind->read)
		rc = s->kind->read(s, recs, n, err);
	else if (s->kind->map)
		rc = read_map(s, recs, n, err);
	else
		rc = read_each(s, recs, n, err);
	if (!rc)
		s->gave += *n;
	return rc;
}

int stage_rewind(struct stage *s, struct hf_error *err)
{
	int rc = 0;

	for (; s && !rc; s = s->up) {
		s->came = 0;
		s->gave = 0;
		s->cut = 0;
		s->ended = false;
		if (s->kind->rewind)
			rc = s->kind->rewind(s, err);
	}
	return rc;
}

int stage_push(struct stage *s, const struct hfr_trace_rec *rec,
	       struct hf_error *err)
{
	struct recs *r = &s->out;

	if (r->n == r->size && recs_reserve(r, r->size * 2))
		return no_memory(s, err);
	r->list[r->n++] = *rec;
	return 0;
}

bool stage_has_place(const struct hfr_trace_rec *rec)
{
	return rec->op != HFR_OP_FLUSH && rec->op != HFR_OP_ZONE_RESET_ALL;
}

static bool of_a_zone(uint8_t op)
{
	return op >= HFR_OP_ZONE_APPEND && op <= HFR_OP_ZONE_FINISH;
}

int stage_piece(struct stage *s, const struct hfr_trace_rec *whole,
		uint64_t from, uint32_t length, uint64_t offset,
		struct hf_error *err)
{
	struct hfr_trace_rec rec = *whole;

	if (length != whole->length) {
		if (of_a_zone(rec.op))
			return stage_fail(s, err, EINVAL,
					  "is a %s that would be cut in two: choose bounds that are bounds of zones",
					  hfr_op_name(rec.op));
		rec.flags &= ~HFR_RF_ATOMIC;
		if (from)
			rec.flags &= ~HFR_RF_PREFLUSH;
		s->cut++;
	}
	if (offset > (uint64_t)INT64_MAX - length)
		return stage_fail(s, err, ERANGE,
				  "would be moved beyond 2^63 bytes");
	rec.offset = offset;
	rec.length = length;
	return stage_push(s, &rec, err);
}

int stage_fail(const struct stage *s, struct hf_error *err, int code,
	       const char *fmt, ...)
{
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return hf_fail(err, code, "--%s %.200s: request %" PRIu64 " %s",
		       s->kind->name, s->text ? s->text : "", s->came, what);
}

void shape_undo_deps(struct shape *shape, const char *name)
{
	if (!shape->deps)
		return;
	shape->deps = false;
	shape->undone = name;
	memset(&shape->dep, 0, sizeof(shape->dep));
}

static int by_number(const struct shape *shape, const char *word)
{
	uint64_t major, minor, n;
	char first[24];
	const char *colon = strchr(word, ':');
	uint32_t i;

	if (!hf_parse_u64(word, &n))
		return n < shape->device_count ? (int)n : -1;
	if (!colon || (size_t)(colon - word) >= sizeof(first))
		return -1;
	snprintf(first, sizeof(first), "%.*s", (int)(colon - word), word);
	if (hf_parse_u64(first, &major) || hf_parse_u64(colon + 1, &minor))
		return -1;
	for (i = 0; i < shape->device_count; i++)
		if (shape->devs[i].major == major &&
		    shape->devs[i].minor == minor)
			return (int)i;
	return -1;
}

int shape_target(const struct shape *shape, const char *word,
		 struct hf_error *err)
{
	char list[300] = "";
	size_t at = 0;
	uint32_t i;

	for (i = 0; i < shape->device_count; i++)
		if (!strcmp((const char *)shape->devs[i].name, word))
			return (int)i;
	if (by_number(shape, word) >= 0)
		return by_number(shape, word);
	for (i = 0; i < shape->device_count && at < sizeof(list); i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at,
				       "%s%u (%s)", i ? ", " : "", i,
				       shape->devs[i].name);
	return hf_fail(err, ENOENT,
		       "the trace has no device %s; there are: %s", word,
		       list);
}
