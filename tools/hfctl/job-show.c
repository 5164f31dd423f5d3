// SPDX-License-Identifier: GPL-2.0-only
/* What a replay would do, in words and as JSON. */
#include <inttypes.h>
#include <stdio.h>

#include "deps-show.h"
#include "job.h"
#include "job-deps.h"
#include "units.h"

static bool streams(const struct job *job)
{
	return job->want.flags & HFREPLAY_SESSION_FLAGS_STREAM;
}

/* Completion records that the kernel keeps at once. */
static uint64_t result_slots(const struct job *job)
{
	uint64_t four = 4ULL * plan_slots(job->want.window);

	if (session_has(&job->want, RESULTS))
		return plan_slots(job->want.results);
	if (!streams(job))
		return plan_slots(job->want.window);
	return four > PLAN_DEF_WINDOW ? four : PLAN_DEF_WINDOW;
}

static uint64_t memory(const struct job *job)
{
	return plan_memory(plan_slots(job->want.window), result_slots(job));
}

static const char *level(const struct job *job)
{
	return job->src.file.hdr->flags & HFR_FF_LEVEL_QUEUE ? "queue"
							      : "driver";
}

static void print_engine(const struct job *job, FILE *out)
{
	fprintf(out, "engine    %s: %s\n", job->engine->name,
		job->engine->about);
}

static void print_window(const struct job *job, FILE *out)
{
	char size[32];

	if (job_in_user(job))
		return;

	fprintf(out, "window    %u requests, %s of kernel memory and the pages of the requests%s\n",
		plan_slots(job->want.window),
		hf_format_size(size, sizeof(size), memory(job)),
		streams(job) ? "; the trace is streamed" : "");
	if (streams(job) && job->plan.span > job->want.window)
		fprintf(out, "          the original had up to %u requests between the oldest in flight and the newest: --window %u avoids waiting\n",
			job->src.file.hdr->span, job->plan.span);
}

static void print_trace(const struct job *job)
{
	const struct hft_file *f = &job->src.file;
	char a[32];
	uint8_t op;

	printf("trace     %s%s%s%s\n", job->src.name,
	       job->src.converted ? " (read as " : "",
	       job->src.converted ? job->src.sum.format : "",
	       job->src.converted ? ")" : "");
	printf("requests  %" PRIu64 " over %s, recorded at the %s\n",
	       job->plan.count,
	       hf_format_duration(a, sizeof(a),
				  (int64_t)f->hdr->duration_ns), level(job));
	for (op = 0; op < HFR_OP_NR; op++)
		if (job->plan.requests[op])
			printf("          %" PRIu64 " %s, %s\n",
			       job->plan.requests[op], hfr_op_name(op),
			       hf_format_size(a, sizeof(a),
					      job->plan.bytes[op]));
	if (job->left_out)
		printf("left out  %" PRIu64 " of the %" PRIu64 " requests of the trace change the device; --allow-writes replays them too\n",
		       job->left_out, job->recorded);
}

static const char *content(const struct target *t)
{
	if (t->content[0])
		return t->content;
	return t->unread ? "cannot be read by this user: unknown content"
			 : "no known signature";
}

static void print_target(const struct job *job, unsigned int i)
{
	const struct target *t = &job->targets[i];
	const struct hfr_file_dev *d = &job->src.file.devs[i];
	char what[384], end[32];

	printf("target    %s for %s of the trace\n",
	       target_describe(t, what, sizeof(what)), (const char *)d->name);
	printf("          holds: %s\n", content(t));
	if (d->max_end != HFR_UNKNOWN)
		printf("          requests reach to %s: %s\n",
		       hf_format_size(end, sizeof(end), d->max_end),
		       d->max_end <= t->size ? "they fit" :
					       "beyond its end");
	if (t->busy[0])
		printf("          in use: %s\n", t->busy);
}

void job_print(const struct job *job)
{
	unsigned int i;

	print_trace(job);
	for (i = 0; i < job->ntargets; i++)
		print_target(job, i);
	if (!job->ntargets)
		printf("target    none is given\n");
	job_deps_print(job, stdout);
	print_engine(job, stdout);
	print_window(job, stdout);
	if (job_in_user(job))
		return;
	if (job->control)
		printf("module    version %s, windows of up to %u requests\n",
		       job->caps.version, job->caps.max_window);
	else
		printf("module    not loaded, or this user may not ask it\n");
}

static json_t *requests_json(const struct job *job)
{
	json_t *o = json_object();
	uint8_t op;

	for (op = 0; op < HFR_OP_NR; op++)
		if (job->plan.requests[op])
			json_object_set_new(o, hfr_op_name(op),
				json_pack("{s:I, s:I}", "requests",
					  (json_int_t)job->plan.requests[op],
					  "bytes",
					  (json_int_t)job->plan.bytes[op]));
	return o;
}

static json_t *targets_json(const struct job *job)
{
	json_t *array = json_array();
	unsigned int i;

	for (i = 0; i < job->ntargets; i++) {
		const struct target *t = &job->targets[i];
		const struct hfr_file_dev *d = &job->src.file.devs[i];

		json_array_append_new(array, json_pack(
			"{s:s, s:s, s:I, s:I, s:s, s:s, s:b, s:b}",
			"path", t->path, "source", (const char *)d->name,
			"size", (json_int_t)t->size,
			"logical_block", (json_int_t)t->logical_block,
			"content", t->content, "busy", t->busy,
			"read_only", t->read_only,
			"fits", d->max_end <= t->size));
	}
	return array;
}

json_t *job_json(const struct job *job)
{
	json_t *o = json_pack(
		"{s:s, s:s, s:I, s:I, s:I, s:s, s:o, s:o, s:o, s:s}",
		"trace", job->src.name,
		"source_format", job->src.converted ? job->src.sum.format
						    : "hft",
		"requests", (json_int_t)job->plan.count,
		"left_out", (json_int_t)job->left_out,
		"duration_ns", (json_int_t)job->src.file.hdr->duration_ns,
		"level", level(job), "operations", requests_json(job),
		"targets", targets_json(job),
		"dependencies", job_deps_json(job),
		"engine", job->engine->name);

	if (job_in_user(job))
		return o;
	json_object_set_new(o, "window",
			    json_integer(plan_slots(job->want.window)));
	json_object_set_new(o, "memory_bytes",
			    json_integer((json_int_t)memory(job)));
	json_object_set_new(o, "stream", json_boolean(streams(job)));
	json_object_set_new(o, "module", json_boolean(job->control != NULL));
	return o;
}

void job_announce(const struct job *job)
{
	char what[384];
	unsigned int i;

	if (job->left_out)
		fprintf(stderr, "reads only: %" PRIu64 " of the %" PRIu64 " requests change the device and are left out; --allow-writes replays them too\n",
			job->left_out, job->recorded);
	for (i = 0; job->plan.changes && i < job->ntargets; i++) {
		const struct target *t = &job->targets[i];

		fprintf(stderr, "writes: %s holds %s; %" PRIu64 " requests of the trace change %s\n",
			target_describe(t, what, sizeof(what)), content(t),
			job->plan.changes,
			job->ntargets > 1 ? "the targets" : "it");
	}
	job_deps_print(job, stderr);
	if (job->deps)
		deps_warn(job->deps);
	print_engine(job, stderr);
	print_window(job, stderr);
}
