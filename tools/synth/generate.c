// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "extents.h"
#include "generate.h"
#include "hft-pipe.h"
#include "json-text.h"
#include "version.h"

/* Requests after which it is looked whether to stop. */
#define STOP_RECS 8192U

static json_t *ratio_json(const struct ratio *r)
{
	return json_real((double)r->num / (double)r->den);
}

static void set_count(json_t *o, const char *key, uint64_t value)
{
	json_object_set_new(o, key, json_integer((json_int_t)value));
}

static void set_text(json_t *o, const char *key, const char *text)
{
	if (text)
		json_object_set_new(o, key, json_text(text));
}

static void set_sum(json_t *o, const struct phase_sum *sum)
{
	set_count(o, "items", sum->items);
	set_count(o, "footprint_bytes", sum->footprint);
	if (sum->longest > 0)
		json_object_set_new(o, "longest_distance_items",
				    json_real(sum->longest));
	set_count(o, "requests", sum->requests);
	set_count(o, "reads", sum->reads);
	set_count(o, "bytes", sum->bytes);
	set_count(o, "items_used_once", sum->once);
}

static json_t *phase_json(const struct phase_opts *opts,
			  const struct phase_sum *sum)
{
	json_t *o = json_object();

	json_object_set_new(o, "p_irm", ratio_json(&opts->p_irm));
	set_text(o, "irm", opts->irm);
	set_text(o, "ird", opts->ird);
	json_object_set_new(o, "p_inf", ratio_json(&opts->p_inf));
	set_text(o, "start", opts->start == REFS_PAPER ? "paper" :
							 "equilibrium");
	set_text(o, "sizes", opts->sizes);
	set_text(o, "reads_asked", opts->reads);
	set_text(o, "arrival", opts->arrival);
	if (opts->duration_ns)
		set_count(o, "duration_ns", opts->duration_ns);
	json_object_set_new(o, "seed", json_sprintf("%016llx",
			    (unsigned long long)opts->seed));
	if (sum)
		set_sum(o, sum);
	return o;
}

json_t *generate_json(const struct workload *w,
		      const struct stream_opts *streams, unsigned int n)
{
	json_t *list = json_array();
	unsigned int i, k;

	for (i = 0; i < n; i++) {
		json_t *o = json_object(), *phases = json_array();

		set_text(o, "name", streams[i].name);
		set_text(o, "target", streams[i].target);
		set_count(o, "at", workload_at(w, i));
		for (k = 0; k < streams[i].nphases; k++)
			json_array_append_new(phases, phase_json(
					      &streams[i].phases[k],
					      workload_sum(w, i, k)));
		json_object_set_new(o, "phases", phases);
		json_array_append_new(list, o);
	}
	return list;
}

static char *provenance(const struct workload *w,
			const struct stream_opts *streams, unsigned int n,
			const char *command)
{
	json_t *o = json_object();
	char *text;

	json_object_set_new(o, "tool", json_string("hfctl " HFCTL_VERSION));
	json_object_set_new(o, "generated", generate_json(w, streams, n));
	set_text(o, "command", command);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

/* Gives all requests to @add. */
static int each(struct workload *w, const struct generate_opts *opts,
		int (*add)(void *to, const struct hfr_trace_rec *rec,
			   struct hf_error *err), void *to,
		struct hf_error *err)
{
	uint64_t all = workload_expected(w), done = 0;
	struct hfr_trace_rec rec;
	int rc;

	while ((rc = workload_next(w, &rec, err)) > 0) {
		if (done % STOP_RECS == 0) {
			if (opts->progress)
				opts->progress(done, all);
			if (opts->stop && opts->stop())
				return hf_fail(err, EINTR, "interrupted");
		}
		rc = add(to, &rec, err);
		if (rc)
			return rc;
		done++;
	}
	if (!rc && !done)
		return hf_fail(err, ENODATA, "there is no request in that time");
	return rc;
}

static int add_to_file(void *to, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	return hft_writer_add(to, rec, err);
}

static int add_to_pipe(void *to, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	return hft_pipe_add(to, rec, err);
}

static int finish(struct hft_writer *w, const struct generate_opts *opts,
		  const char *text, struct hft_file *file, struct hf_error *err)
{
	int fd, rc = hft_writer_finish(w, 0, 0, text, &fd, err);

	if (rc)
		return rc;
	if (file)
		rc = hft_open_fd(file, fd, opts->path ? opts->path :
						"the generated trace", err);
	close(fd);
	return rc;
}

int generate_file(struct workload *w, const struct stream_opts *streams,
		  unsigned int n, const struct generate_opts *opts,
		  struct hft_file *file, struct hf_error *err)
{
	struct hft_writer *out;
	unsigned int i;
	char *text;
	int rc = hft_writer_open(&out, opts->path, err);

	if (rc)
		return rc;
	for (i = 0; workload_target(w, i); i++)
		hft_writer_device(out, workload_target(w, i), 0, 0);
	rc = each(w, opts, add_to_file, out, err);
	if (rc) {
		hft_writer_abort(out);
		return rc;
	}
	text = provenance(w, streams, n, opts->command);
	if (!text) {
		hft_writer_abort(out);
		return hf_fail(err, ENOMEM, "out of memory");
	}
	rc = finish(out, opts, text, file, err);
	free(text);
	return rc;
}

/* The longest request is that of the longest size. */
static int longest(const struct stream_opts *streams, unsigned int n,
		   uint32_t *bytes, struct hf_error *err)
{
	struct sizes sizes;
	unsigned int i, k;
	int rc;

	*bytes = 0;
	for (i = 0; i < n; i++)
		for (k = 0; k < streams[i].nphases; k++) {
			rc = sizes_parse(&sizes, streams[i].phases[k].sizes,
					 err);
			if (rc)
				return rc;
			if (sizes.longest > *bytes)
				*bytes = sizes.longest;
			sizes_free(&sizes);
		}
	return 0;
}

int generate_pipe(struct workload *w, const struct stream_opts *streams,
		  unsigned int n, const struct generate_opts *opts,
		  struct hf_error *err)
{
	const char *names[WORKLOAD_STREAMS];
	struct hft_pipe_opts how = { .devices = names };
	struct hft_pipe *out = NULL;
	char *text;
	int rc = longest(streams, n, &how.max_length, err);

	if (rc)
		return rc;
	while (workload_target(w, how.ndevices)) {
		names[how.ndevices] = workload_target(w, how.ndevices);
		how.ndevices++;
	}
	text = provenance(w, streams, n, opts->command);
	if (!text)
		return hf_fail(err, ENOMEM, "out of memory");
	how.provenance = text;
	rc = hft_pipe_open(&out, &how, err);
	free(text);
	if (!rc)
		rc = each(w, opts, add_to_pipe, out, err);
	if (!rc)
		return hft_pipe_finish(out, err);
	hft_pipe_abort(out);
	return rc;
}
