// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json-text.h"
#include "merge.h"
#include "origin.h"
#include "pipeline.h"
#include "relay.h"
#include "version.h"

#define STEPS_MOST 64

/**
 * struct pipeline - steps in a row
 * @steps: they; the first reads from @origin
 * @n: how many
 * @file: the trace
 * @origin: its records
 * @shape: of what leaves the last step
 * @inputs: files that are read, and so not written; owned
 * @outs: where it goes
 */
struct pipeline {
	struct stage *steps[STEPS_MOST];
	unsigned int n;
	struct hft_file file;
	struct stage *origin;
	struct shape shape;
	const char **inputs;
	struct outputs *outs;
};

struct pipeline *pipeline_new(void)
{
	return calloc(1, sizeof(struct pipeline));
}

void pipeline_free(struct pipeline *p)
{
	unsigned int i;

	if (!p)
		return;
	outputs_free(p->outs);
	for (i = p->n; i; i--)
		stage_free(p->steps[i - 1]);
	stage_free(p->origin);
	hft_close(&p->file);
	free(p->inputs);
	free(p);
}

static struct stage *last_step(const struct pipeline *p)
{
	return p->n ? p->steps[p->n - 1] : NULL;
}

static int parse_step(struct stage *s, const char *name, const char *text,
		      struct hf_error *err)
{
	struct hf_error why = { "" };
	int rc = s->kind->parse(s->state, text, &why);

	if (!rc)
		return 0;
	return hf_fail(err, -rc, "--%s %.200s: %.700s", name, text, why.text);
}

static int check_order(const struct pipeline *p, const struct transform *next,
		       struct hf_error *err)
{
	unsigned int i;

	if (split_by(last_step(p)) != SPLIT_NOT)
		return hf_fail(err, EINVAL,
			       "--split is the last step, --%s comes behind it",
			       next->name);
	for (i = 0; next == &transform_merge && i < p->n; i++)
		if (p->steps[i]->kind == &transform_anonymise)
			return hf_fail(err, EINVAL,
				       "--merge behind --anonymise would leave the merged trace as it is, in a file that looks anonymous: merge first");
	return 0;
}

int pipeline_add(struct pipeline *p, const char *name, const char *text,
		 struct hf_error *err)
{
	const struct transform *kind = transform_find(name);
	struct stage *s;
	int rc;

	if (!kind)
		return hf_fail(err, EINVAL, "there is no step %s", name);
	if (check_order(p, kind, err))
		return -EINVAL;
	if (p->n == STEPS_MOST)
		return hf_fail(err, E2BIG, "there are more than %d steps",
			       STEPS_MOST);
	s = stage_new(kind, last_step(p), NULL);
	if (!s)
		return hf_fail(err, ENOMEM, "out of memory");
	s->text = text;
	rc = parse_step(s, name, text, err);
	if (rc)
		stage_free(s);
	else
		p->steps[p->n++] = s;
	return rc;
}

static int open_steps(struct pipeline *p, const struct pipeline_job *job,
		      struct hf_error *err)
{
	unsigned int i;
	int rc = origin_stage(&p->origin, &p->file, job->opts, err);

	if (rc)
		return rc;
	origin_shape(&p->file, &p->shape);
	p->steps[0]->up = p->origin;
	for (i = 0; !rc && i < p->n; i++) {
		struct stage *s = p->steps[i];

		s->opts = job->opts;
		if (s->kind->open)
			rc = s->kind->open(s, &p->shape, err);
	}
	return rc;
}

/* The trace, and those that are merged with it. */
static const char **inputs(const struct pipeline *p,
			   const struct pipeline_job *job, unsigned int *n)
{
	const char **list = calloc((size_t)job->nins + p->n + 1,
				   sizeof(*list));
	unsigned int i;

	for (*n = 0; list && *n < (unsigned int)job->nins; ++*n)
		list[*n] = job->ins[*n];
	for (i = 0; list && i < p->n; i++)
		if (merge_path(p->steps[i]))
			list[(*n)++] = merge_path(p->steps[i]);
	return list;
}

static int open_outputs(struct pipeline *p, const struct pipeline_job *job,
			struct hf_error *err)
{
	struct outputs_opts opts = {
		.path = job->out, .by = split_by(last_step(p)),
		.shape = &p->shape,
	};

	p->inputs = inputs(p, job, &opts.n_keep_out);
	if (!p->inputs)
		return hf_fail(err, ENOMEM, "out of memory");
	opts.keep_out = p->inputs;
	return outputs_new(&p->outs, &opts, err);
}

static int take(void *ctx, struct hfr_trace_rec *recs, size_t n,
		struct hf_error *err)
{
	return outputs_add(ctx, recs, n, err);
}

/* Steps run on this thread, checks, checksum and writing on another. */
static int move_all(struct pipeline *p, struct hf_error *err)
{
	const struct hfr_trace_rec *recs;
	struct hf_error why = { "" };
	struct relay *relay;
	size_t n = 1;
	int rc = relay_new(&relay, take, p->outs, err), taken;

	if (rc)
		return rc;
	while (!rc && n) {
		rc = stage_read(last_step(p), &recs, &n, err);
		if (!rc && n && relay_add(relay, recs, n))
			break;
	}
	taken = relay_end(relay, &why);
	if (!rc && taken)
		*err = why;
	return rc ? rc : taken;
}

/* Which step let nothing through? */
static int nothing_left(const struct pipeline *p, struct hf_error *err)
{
	unsigned int i;

	for (i = 0; i < p->n; i++) {
		const struct stage *s = p->steps[i];

		if (!s->gave)
			return hf_fail(err, ENODATA,
				       "nothing is left to write: --%s %.200s lets none of %" PRIu64
				       " requests through", s->kind->name,
				       s->text, s->up->gave);
	}
	return hf_fail(err, ENODATA, "nothing is left to write");
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

json_t *pipeline_steps(const struct pipeline *p)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; list && i < p->n; i++) {
		const struct stage *s = p->steps[i];
		json_t *o = json_object();

		json_object_set_new(o, "step", json_string(s->kind->name));
		/* Arguments name files, devices and streams. */
		if (!p->shape.anonymous)
			json_object_set_new(o, "argument",
					    json_text(s->text));
		json_object_set_new(o, "in", json_integer(
				    (json_int_t)s->up->gave));
		json_object_set_new(o, "out",
				    json_integer((json_int_t)s->gave));
		if (s->cut)
			json_object_set_new(o, "parts",
					    json_integer((json_int_t)s->cut));
		if (s->kind->say)
			s->kind->say(s, o);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *origin_text(const struct hft_file *file)
{
	return json_loadb(file->provenance, file->hdr->provenance_size, 0,
			  NULL);
}

static json_t *provenance(const struct pipeline *p,
			  const struct pipeline_job *job)
{
	json_t *o = json_object(), *names = json_array();
	json_t *source = origin_text(&p->file);
	int i;

	json_object_set_new(o, "tool", json_string("hfctl " HFCTL_VERSION));
	json_object_set_new(o, "transform", pipeline_steps(p));
	if (p->shape.undone)
		json_object_set_new(o, "dependencies_ended_by",
				    json_string(p->shape.undone));
	/* No source may be there to say so, or not of all that was merged. */
	if (p->shape.inferred)
		json_object_set_new(o, "service",
				    json_pack("{s:b}", "inferred", 1));
	for (i = 0; i < job->nins && i < 64; i++)
		json_array_append_new(names, json_text(base_name(job->ins[i])));
	if (!p->shape.anonymous) {
		json_object_set(o, "inputs", names);
		if (job->command)
			json_object_set_new(o, "command",
					    json_text(job->command));
		if (source)
			json_object_set(o, "source", source);
	}
	json_decref(names);
	json_decref(source);
	return o;
}

static int finish(struct pipeline *p, const struct pipeline_job *job,
		  struct hf_error *err)
{
	json_t *meta;
	int rc;

	if (!outputs_requests(p->outs))
		return nothing_left(p, err);
	meta = provenance(p, job);
	if (!meta)
		return hf_fail(err, ENOMEM, "out of memory");
	rc = outputs_finish(p->outs, meta, err);
	json_decref(meta);
	return rc;
}

int pipeline_run(struct pipeline *p, const struct pipeline_job *job,
		 struct pipeline_result *result, struct hf_error *err)
{
	struct import_opts opts = *job->opts;
	int rc;

	memset(result, 0, sizeof(*result));
	/* Records are checked as they pass: they are read once less. */
	opts.unchecked = true;
	rc = import_open(job->ins, job->nins, &opts, &p->file,
			 &result->import, err);
	if (!rc)
		rc = open_steps(p, job, err);
	if (!rc)
		rc = open_outputs(p, job, err);
	if (!rc)
		rc = move_all(p, err);
	if (!rc)
		rc = origin_finish(p->origin, err);
	if (!rc)
		rc = finish(p, job, err);
	if (!rc)
		result->requests_out = outputs_requests(p->outs);
	result->requests_in = p->file.count;
	result->undone = p->shape.undone;
	return rc;
}

const struct stage *pipeline_step(const struct pipeline *p, unsigned int n)
{
	return n < p->n ? p->steps[n] : NULL;
}

const struct outputs *pipeline_outputs(const struct pipeline *p)
{
	return p->outs;
}
