// SPDX-License-Identifier: GPL-2.0-only
/* --merge: with another trace, by time. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "merge.h"
#include "origin.h"
#include "service.h"
#include "transform.h"
#include "words.h"

/* Streams of a trace that is kept apart begin at a multiple of this: process
 * numbers of Linux are below 2^22.
 */
#define STREAMS_APART	(1U << 24)

/**
 * struct side - one of the two traces
 * @from: where its records come from
 * @recs: records that were read
 * @n: how many
 * @next: the first that was not taken
 */
struct side {
	struct stage *from;
	const struct hfr_trace_rec *recs;
	size_t n, next;
};

/**
 * struct merge - two traces
 * @path: the other; owned
 * @apart: it keeps its devices and streams to itself
 * @by_ns: is added to its times
 * @file: it
 * @origin: its records; owned
 * @target: number of each of its devices in the result
 * @streams: is added to its streams; 0 if they are not kept apart
 * @sides: what came so far, and the other
 * @taken: records of the other that were taken
 */
struct merge {
	char *path;
	bool apart;
	int64_t by_ns;
	struct hft_file file;
	struct stage *origin;
	uint16_t target[HFR_MAX_DEVICES];
	uint32_t streams;
	struct side sides[2];
	uint64_t taken;
};

static int parse_merge(void *state, const char *text, struct hf_error *err)
{
	struct merge *m = state;
	struct words w;
	unsigned int i;
	int rc = words_split(&w, text, err);

	if (rc)
		return rc;
	/* The name of a file may hold an "=". */
	m->path = strndup(text, strcspn(text, ","));
	if (!m->path)
		rc = hf_fail(err, ENOMEM, "out of memory");
	for (i = 1; !rc && i < w.n; i++) {
		const struct word *word = &w.list[i];

		if (word->op == WORD_EQ && !strcmp(word->key, "phase"))
			rc = word_signed(word->value, word_time, &m->by_ns,
					 err);
		else if (word->op == WORD_BARE && !strcmp(word->value, "apart"))
			m->apart = true;
		else
			rc = hf_fail(err, EINVAL,
				     "behind the file come phase=TIME and apart, not \"%s\"",
				     *word->key ? word->key : word->value);
	}
	words_free(&w);
	return rc;
}

static uint32_t same_device(const struct shape *shape,
			    const struct hfr_file_dev *dev)
{
	uint32_t i;

	for (i = 0; i < shape->device_count; i++)
		if (!strcmp((const char *)shape->devs[i].name,
			    (const char *)dev->name) &&
		    shape->devs[i].major == dev->major &&
		    shape->devs[i].minor == dev->minor)
			break;
	return i;
}

/* A name that no device has yet: sda, sda#2, ... */
static void name_apart(const struct shape *shape, struct hfr_file_dev *dev)
{
	char name[sizeof(dev->name)];
	unsigned int n;

	memcpy(name, dev->name, sizeof(name));
	for (n = 2; same_device(shape, dev) < shape->device_count; n++)
		snprintf((char *)dev->name, sizeof(dev->name), "%.50s#%u",
			 name, n);
}

static int join_device(struct hfr_file_dev *known,
		       const struct hfr_file_dev *dev, struct hf_error *err)
{
	if (known->logical_block && dev->logical_block &&
	    known->logical_block != dev->logical_block)
		return hf_fail(err, EINVAL,
			       "the device %s has logical blocks of %u bytes in one trace and of %u in the other: keep them apart",
			       dev->name, known->logical_block,
			       dev->logical_block);
	if (!known->logical_block)
		known->logical_block = dev->logical_block;
	if (known->size < dev->size)
		known->size = dev->size;
	if (known->max_end < dev->max_end)
		known->max_end = dev->max_end;
	return 0;
}

static int add_device(struct merge *m, struct shape *shape, uint32_t i,
		      struct hf_error *err)
{
	struct hfr_file_dev dev = m->file.devs[i];
	uint32_t at;

	if (m->apart)
		name_apart(shape, &dev);
	at = same_device(shape, &dev);
	m->target[i] = (uint16_t)at;
	if (at < shape->device_count)
		return join_device(&shape->devs[at], &dev, err);
	if (at == HFR_MAX_DEVICES)
		return hf_fail(err, E2BIG,
			       "with the devices of %s there are more than %d",
			       m->path, HFR_MAX_DEVICES);
	shape->devs[shape->device_count++] = dev;
	return 0;
}

static int check_levels(const struct merge *m, const struct shape *shape,
			struct hf_error *err)
{
	bool queue = m->file.hdr->flags & HFR_FF_LEVEL_QUEUE;

	if (queue == shape->queue)
		return 0;
	return hf_fail(err, EINVAL,
		       "%s is of the level of the %s, what it is merged with is not: their latencies are of different kinds",
		       m->path, queue ? "queue" : "driver");
}

static int highest_stream(struct stage *up, uint32_t *most,
			  struct hf_error *err)
{
	const struct hfr_trace_rec *recs;
	size_t n, i;
	int rc;

	while (!(rc = stage_read(up, &recs, &n, err)) && n)
		for (i = 0; i < n; i++)
			if (recs[i].stream > *most)
				*most = recs[i].stream;
	return rc ? rc : stage_rewind(up, err);
}

/* What came so far may have been merged, or anonymised, before. */
static int find_streams(struct stage *s, struct merge *m, struct hf_error *err)
{
	uint32_t most = 0;
	int rc = m->apart ? highest_stream(s->up, &most, err) : 0;

	if (rc || !m->apart)
		return rc;
	if (most > UINT32_MAX - STREAMS_APART)
		return hf_fail(err, E2BIG,
			       "--merge %s: what it is merged with has stream %u, no numbers are left above it: give the trace with the lower streams first",
			       s->text, most);
	m->streams = (most / STREAMS_APART + 1) * STREAMS_APART;
	return 0;
}

/* It is read as the trace is; an .hft file says itself what it is. */
static struct import_opts opts_of_other(const struct merge *m,
					const struct import_opts *trace)
{
	struct import_opts opts = *trace;

	opts.command = NULL;
	opts.progress = NULL;
	opts.unchecked = false;
	if (import_is_hft(m->path)) {
		opts.from = NULL;
		opts.columns = NULL;
	}
	return opts;
}

static int open_merge(struct stage *s, struct shape *shape,
		      struct hf_error *err)
{
	struct merge *m = s->state;
	const char *const paths[] = { m->path };
	const struct import_opts opts = opts_of_other(m, s->opts);
	uint32_t i;
	int rc = import_open(paths, 1, &opts, &m->file, NULL, err);

	if (!rc)
		rc = check_levels(m, shape, err);
	if (!rc)
		rc = find_streams(s, m, err);
	for (i = 0; !rc && i < m->file.hdr->device_count; i++)
		rc = add_device(m, shape, i, err);
	if (rc)
		return rc;
	shape_undo_deps(shape, s->kind->name);
	shape->inferred |= service_is_inferred(&m->file);
	rc = origin_stage(&m->origin, &m->file, s->opts, err);
	if (rc)
		return rc;
	m->sides[0].from = s->up;
	m->sides[1].from = m->origin;
	return 0;
}

static int side_fill(struct side *side, struct hf_error *err)
{
	if (side->next < side->n)
		return 0;
	side->next = 0;
	return stage_read(side->from, &side->recs, &side->n, err);
}

static bool moved(const struct merge *m, uint64_t *ns)
{
	if (m->by_ns < 0 && *ns < -(uint64_t)m->by_ns)
		return false;
	*ns += (uint64_t)m->by_ns;
	return *ns <= HFR_MAX_TIME;
}

/* A record of the other trace as it is in the result. */
static int of_other(struct stage *s, struct hfr_trace_rec *rec,
		    struct hf_error *err)
{
	struct merge *m = s->state;
	uint64_t issue = rec->issue_ns, ends = rec->complete_ns;

	if (!moved(m, &issue) || (ends != HFR_UNKNOWN && !moved(m, &ends)))
		return hf_fail(err, ERANGE,
			       "--merge %s: request %" PRIu64
			       " of it would be before time 0, or later than 104 days",
			       s->text, m->taken);
	if (rec->stream > UINT32_MAX - m->streams)
		return hf_fail(err, ERANGE,
			       "--merge %s: request %" PRIu64
			       " of it has stream %u; with %u added it is no number of a stream: give this trace first, and merge the other",
			       s->text, m->taken, rec->stream, m->streams);
	rec->issue_ns = issue;
	rec->complete_ns = ends;
	rec->target = m->target[rec->target];
	rec->stream += m->streams;
	return 0;
}

/* Of equal times, that of what came so far is first. */
static int take(struct stage *s, struct hf_error *err)
{
	struct merge *m = s->state;
	struct side *a = &m->sides[0], *b = &m->sides[1];
	struct hfr_trace_rec rec;
	int rc;

	if (b->next < b->n) {
		rec = b->recs[b->next];
		rc = of_other(s, &rec, err);
		if (rc)
			return rc;
		if (a->next == a->n || rec.issue_ns < a->recs[a->next].issue_ns) {
			b->next++;
			m->taken++;
			return stage_push(s, &rec, err);
		}
	}
	s->came++;
	return stage_push(s, &a->recs[a->next++], err);
}

static int read_merge(struct stage *s, const struct hfr_trace_rec **recs,
		      size_t *n, struct hf_error *err)
{
	struct merge *m = s->state;
	struct side *a = &m->sides[0], *b = &m->sides[1];
	int rc = 0;

	s->out.n = 0;
	while (!rc && s->out.n < STAGE_BATCH) {
		rc = side_fill(a, err);
		if (!rc)
			rc = side_fill(b, err);
		if (rc || (a->next == a->n && b->next == b->n))
			break;
		rc = take(s, err);
	}
	*recs = s->out.list;
	*n = s->out.n;
	return rc;
}

static int rewind_merge(struct stage *s, struct hf_error *err)
{
	struct merge *m = s->state;
	int i;

	for (i = 0; i < 2; i++) {
		m->sides[i].n = 0;
		m->sides[i].next = 0;
	}
	m->taken = 0;
	return stage_rewind(m->origin, err);
}

static void say_merge(const struct stage *s, json_t *obj)
{
	const struct merge *m = s->state;

	json_object_set_new(obj, "merged",
			    json_integer((json_int_t)m->taken));
}

static void close_merge(void *state)
{
	struct merge *m = state;

	stage_free(m->origin);
	hft_close(&m->file);
	free(m->path);
}

const char *merge_path(const struct stage *s)
{
	if (s->kind != &transform_merge)
		return NULL;
	return ((const struct merge *)s->state)->path;
}

const struct transform transform_merge = {
	.name = "merge",
	.state_size = sizeof(struct merge),
	.parse = parse_merge,
	.open = open_merge,
	.rewind = rewind_merge,
	.close = close_merge,
	.read = read_merge,
	.say = say_merge,
};
