// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "hft-deps.h"
#include "origin.h"
#include "service.h"

/* Records between two questions whether to go on. */
#define ASK_RECS (64U * STAGE_BATCH)

/**
 * struct origin - records of a file
 * @file: which
 * @next: the first that was not given since the last rewind
 * @check: what checks them, while it is under way; owned
 */
struct origin {
	struct hft_file *file;
	uint64_t next;
	struct hft_check *check;
};

static int ask(const struct stage *s, const struct origin *o,
	       struct hf_error *err)
{
	const size_t size = sizeof(struct hfr_trace_rec);

	if (o->next % ASK_RECS)
		return 0;
	if (s->opts->progress)
		s->opts->progress(o->next * size, o->file->count * size);
	if (s->opts->stop && s->opts->stop())
		return hf_fail(err, EINTR, "interrupted: nothing is written");
	return 0;
}

static int read_origin(struct stage *s, const struct hfr_trace_rec **recs,
		       size_t *n, struct hf_error *err)
{
	struct origin *o = s->state;
	uint64_t left = o->file->count - o->next;
	size_t some = left < STAGE_BATCH ? left : STAGE_BATCH;
	int rc = ask(s, o, err);

	if (!rc && o->check)
		rc = hft_check_next(o->check, o->next + some, err);
	if (rc)
		return rc;
	*recs = o->file->recs + o->next;
	*n = some;
	o->next += *n;
	s->came += *n;
	return 0;
}

static int rewind_origin(struct stage *s, struct hf_error *err)
{
	struct origin *o = s->state;

	(void)err;
	o->next = 0;
	return 0;
}

static void close_origin(void *state)
{
	struct origin *o = state;

	hft_check_free(o->check);
}

static const struct transform origin_kind = {
	.name = "input",
	.state_size = sizeof(struct origin),
	.read = read_origin,
	.rewind = rewind_origin,
	.close = close_origin,
};

/* A pipe leaves to the reader what its writer did not know at its start. */
static bool header_open(const struct hft_file *file)
{
	uint32_t i;

	for (i = 0; i < file->hdr->device_count; i++)
		if (file->devs[i].max_end == HFR_UNKNOWN)
			return true;
	return false;
}

static int start_check(struct origin *o, struct hf_error *err)
{
	int rc;

	if (o->file->checked)
		return 0;
	rc = hft_check_new(&o->check, o->file, err);
	if (rc || !header_open(o->file))
		return rc;
	rc = hft_check_end(o->check, err);
	o->check = NULL;
	return rc;
}

int origin_stage(struct stage **out, struct hft_file *file,
		 const struct import_opts *opts, struct hf_error *err)
{
	struct stage *s = stage_new(&origin_kind, NULL, opts);
	struct origin *o;
	int rc;

	if (!s)
		return hf_fail(err, ENOMEM, "out of memory");
	o = s->state;
	o->file = file;
	rc = start_check(o, err);
	if (rc)
		stage_free(s);
	else
		*out = s;
	return rc;
}

int origin_finish(struct stage *s, struct hf_error *err)
{
	struct origin *o = s->state;
	int rc = o->check ? hft_check_end(o->check, err) : 0;

	o->check = NULL;
	return rc;
}

void origin_shape(const struct hft_file *file, struct shape *shape)
{
	const struct hfr_file_hdr *hdr = file->hdr;

	memset(shape, 0, sizeof(*shape));
	memcpy(shape->devs, file->devs,
	       hdr->device_count * sizeof(shape->devs[0]));
	shape->device_count = hdr->device_count;
	shape->wall_start_ns = hdr->wall_start_ns;
	shape->queue = hdr->flags & HFR_FF_LEVEL_QUEUE;
	shape->deps = hdr->flags & HFR_FF_DEPS;
	shape->inferred = service_is_inferred(file);
	if (shape->deps)
		shape->dep = hft_dep_info(hdr);
}
