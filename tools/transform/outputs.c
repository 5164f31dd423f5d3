// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hft.h"
#include "hft-deps.h"
#include "json-text.h"
#include "outputs.h"

/**
 * struct output - a file
 * @key: the device or stream whose it is
 * @path: its name; owned
 * @w: takes its records; NULL when it is complete
 * @target: number of each device in it, or -1
 * @count: records
 */
struct output {
	uint32_t key;
	char *path;
	struct hft_writer *w;
	int target[HFR_MAX_DEVICES];
	uint64_t count;
};

/**
 * struct outputs - all files
 * @opts: what is written
 * @list: the files
 * @n: how many
 * @last: index of the one that took the last record
 * @count: records
 */
struct outputs {
	struct outputs_opts opts;
	struct output *list[OUTPUTS_MOST];
	unsigned int n, last;
	uint64_t count;
};

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for another output");
}

static int check_apart(const struct outputs *o, const char *path,
		       struct hf_error *err)
{
	struct stat a, b;
	unsigned int i;

	if (stat(path, &a))
		return 0;
	for (i = 0; i < o->opts.n_keep_out; i++)
		if (!stat(o->opts.keep_out[i], &b) && a.st_dev == b.st_dev &&
		    a.st_ino == b.st_ino)
			return hf_fail(err, EEXIST,
				       "%s is the input and would be overwritten; choose another place for the output",
				       o->opts.keep_out[i]);
	return 0;
}

static bool taken(const struct outputs *o, const char *path)
{
	unsigned int i;

	for (i = 0; i < o->n; i++)
		if (!strcmp(o->list[i]->path, path))
			return true;
	return false;
}

/* A device's name as a part of a file's. */
static void plain_name(char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("._-", *name))
			*name = '_';
}

/* dir/out.hft becomes dir/out-LABEL.hft. */
static char *labelled(const char *path, const char *label)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(path, '.');
	char *name;
	int stem = (int)strlen(path);

	if (dot && (!slash || dot > slash + 1) && dot != path)
		stem = (int)(dot - path);
	if (asprintf(&name, "%.*s-%s%s", stem, path, label, path + stem) < 0)
		return NULL;
	return name;
}

static char *output_name(const struct outputs *o, uint32_t key)
{
	const char *name = (const char *)o->opts.shape->devs[key %
						HFR_MAX_DEVICES].name;
	char label[100], *path;

	if (o->opts.by == SPLIT_NOT)
		return strdup(o->opts.path);
	if (o->opts.by == SPLIT_STREAM) {
		snprintf(label, sizeof(label), "%u", key);
		return labelled(o->opts.path, label);
	}
	snprintf(label, sizeof(label), "%.64s", name);
	plain_name(label);
	path = labelled(o->opts.path, label);
	if (!path || (*label && !taken(o, path)))
		return path;
	free(path);
	snprintf(label, sizeof(label), "%.64s#%u", name, key);
	plain_name(label);
	return labelled(o->opts.path, label);
}

/* The table of a file for one device has that one only. */
static int add_devices(const struct outputs *o, struct output *out,
		       struct hf_error *err)
{
	const struct shape *shape = o->opts.shape;
	uint32_t i;

	for (i = 0; i < shape->device_count; i++) {
		const struct hfr_file_dev *d = &shape->devs[i];

		out->target[i] = -1;
		if (o->opts.by == SPLIT_TARGET && i != out->key)
			continue;
		out->target[i] = hft_writer_device(out->w,
						   (const char *)d->name,
						   d->major, d->minor);
		if (out->target[i] < 0)
			return hf_fail(err, E2BIG, "%s: too many devices",
				       out->path);
		hft_writer_geometry(out->w, out->target[i], d->size,
				    d->logical_block);
	}
	return 0;
}

static int output_open(struct outputs *o, struct output *out, uint32_t key,
		       struct hf_error *err)
{
	const struct shape *shape = o->opts.shape;
	int rc;

	out->key = key;
	out->path = output_name(o, key);
	if (!out->path)
		return no_memory(err);
	rc = check_apart(o, out->path, err);
	if (!rc)
		rc = hft_writer_open(&out->w, out->path, err);
	if (!rc)
		rc = add_devices(o, out, err);
	if (!rc && shape->deps)
		rc = hft_writer_deps(out->w, &shape->dep, err);
	return rc;
}

static void output_free(struct output *out)
{
	if (!out)
		return;
	hft_writer_abort(out->w);
	free(out->path);
	free(out);
}

static int add_output(struct outputs *o, uint32_t key, struct hf_error *err)
{
	struct output *out;
	int rc;

	if (o->n == OUTPUTS_MOST)
		return hf_fail(err, E2BIG,
			       "there are more than %d files to write: let --filter choose what is wanted first",
			       OUTPUTS_MOST);
	out = calloc(1, sizeof(*out));
	if (!out)
		return no_memory(err);
	rc = output_open(o, out, key, err);
	if (rc) {
		output_free(out);
		return rc;
	}
	o->list[o->n] = out;
	o->last = o->n++;
	return 0;
}

int outputs_new(struct outputs **out, const struct outputs_opts *opts,
		struct hf_error *err)
{
	struct outputs *o = calloc(1, sizeof(*o));
	int rc;

	if (!o)
		return no_memory(err);
	o->opts = *opts;
	rc = opts->by == SPLIT_NOT ? add_output(o, 0, err) : 0;
	if (rc) {
		outputs_free(o);
		return rc;
	}
	*out = o;
	return 0;
}

void outputs_free(struct outputs *o)
{
	unsigned int i;

	for (i = 0; o && i < o->n; i++)
		output_free(o->list[i]);
	free(o);
}

static int find_output(struct outputs *o, const struct hfr_trace_rec *rec,
		       struct output **out, struct hf_error *err)
{
	uint32_t key = 0;
	unsigned int i;
	int rc = 0;

	if (o->opts.by == SPLIT_TARGET)
		key = rec->target;
	else if (o->opts.by == SPLIT_STREAM)
		key = rec->stream;
	if (!o->n || o->list[o->last]->key != key) {
		for (i = 0; i < o->n && o->list[i]->key != key; i++)
			;
		o->last = i;
		if (i == o->n)
			rc = add_output(o, key, err);
	}
	if (!rc)
		*out = o->list[o->last];
	return rc;
}

int outputs_add(struct outputs *o, struct hfr_trace_rec *recs, size_t n,
		struct hf_error *err)
{
	const bool deps = o->opts.shape->deps;
	struct output *out;
	size_t i;
	int rc = 0;

	for (i = 0; !rc && i < n; i++) {
		rc = find_output(o, &recs[i], &out, err);
		if (rc)
			break;
		recs[i].target = (uint16_t)out->target[recs[i].target];
		if (!deps)
			hft_dep_drop(&recs[i]);
		rc = hft_writer_add(out->w, &recs[i], err);
		out->count++;
	}
	o->count += i;
	return rc;
}

static char *meta_text(const struct outputs *o, const struct output *out,
		       json_t *meta)
{
	if (o->opts.by == SPLIT_STREAM)
		json_object_set_new(meta, "split",
				    json_pack("{s:I}", "stream",
					      (json_int_t)out->key));
	else if (o->opts.by == SPLIT_TARGET)
		json_object_set_new(meta, "split",
				    json_pack("{s:i}", "target",
					      (int)out->key));
	return json_dumps(meta, JSON_COMPACT);
}

static int output_finish(const struct outputs *o, struct output *out,
			 json_t *meta, struct hf_error *err)
{
	const struct shape *shape = o->opts.shape;
	char *text = meta_text(o, out, meta);
	uint32_t flags = 0;
	int rc;

	if (!text)
		return no_memory(err);
	if (shape->queue)
		flags |= HFR_FF_LEVEL_QUEUE;
	if (shape->deps)
		flags |= HFR_FF_DEPS;
	rc = hft_writer_finish(out->w, flags, shape->wall_start_ns, text, NULL,
			       err);
	out->w = NULL;
	free(text);
	return rc;
}

int outputs_finish(struct outputs *o, json_t *meta, struct hf_error *err)
{
	unsigned int i;
	int rc = 0;

	for (i = 0; !rc && i < o->n; i++)
		rc = output_finish(o, o->list[i], meta, err);
	if (rc && i > 1) {
		struct hf_error why = *err;

		hf_fail(err, -rc, "%.900s; the first %u files are complete, up to %.80s",
			why.text, i - 1, o->list[i - 2]->path);
	}
	return rc;
}

uint64_t outputs_requests(const struct outputs *o)
{
	return o->count;
}

const char *outputs_path(const struct outputs *o, unsigned int n)
{
	return n < o->n ? o->list[n]->path : NULL;
}

uint64_t outputs_count(const struct outputs *o, unsigned int n)
{
	return o->list[n]->count;
}
