// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

/**
 * struct extent - what lies in an extent of a device
 * @file: number of the file; 0 for none
 * @index: which extent of it
 */
struct extent {
	uint64_t file;
	uint64_t index;
};

/**
 * struct server - a device
 * @extents: by their place on it; owned
 * @n: how many
 */
struct server {
	struct extent *extents;
	size_t n;
};

/**
 * struct files - of all servers of a trace
 * @servers: by target; owned, NULL if files are not known
 * @n: how many
 * @size: bytes of an extent
 */
struct files {
	struct server *servers;
	uint32_t n;
	uint64_t size;
};

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for the files of the trace");
}

static int bad_note(const struct hft_file *file, struct hf_error *err)
{
	return hf_fail(err, EINVAL,
		       "%s: what its provenance says of files makes no sense",
		       file->path);
}

/* Pairs of file and index. */
static int read_places(struct server *s, const json_t *list,
		       const struct hft_file *file, struct hf_error *err)
{
	size_t i, n = json_array_size(list) / 2;

	if (!n || json_array_size(list) % 2)
		return bad_note(file, err);
	s->extents = calloc(n, sizeof(*s->extents));
	if (!s->extents)
		return no_memory(err);
	s->n = n;
	for (i = 0; i < n; i++) {
		const json_t *of = json_array_get(list, i * 2);
		const json_t *index = json_array_get(list, i * 2 + 1);

		if (!json_is_integer(of) || json_integer_value(of) < 1 ||
		    !json_is_integer(index) || json_integer_value(index) < 0)
			return bad_note(file, err);
		s->extents[i] = (struct extent){
			(uint64_t)json_integer_value(of),
			(uint64_t)json_integer_value(index),
		};
	}
	return 0;
}

static int read_servers(struct files *f, const json_t *places,
			const struct hft_file *file, struct hf_error *err)
{
	uint32_t i;

	f->n = file->hdr->device_count;
	f->servers = calloc(f->n, sizeof(*f->servers));
	if (!f->servers)
		return no_memory(err);
	for (i = 0; i < f->n; i++) {
		const char *name = (const char *)file->devs[i].name;
		const json_t *list = json_object_get(places, name);
		int rc = read_places(&f->servers[i], list, file, err);

		if (rc)
			return rc;
	}
	return 0;
}

static int read_note(struct files *f, const json_t *note,
		     const struct hft_file *file, struct hf_error *err)
{
	const json_t *size = json_object_get(note, "extent");
	const json_t *places = json_object_get(note, "places");

	if (!note)
		return 0;
	if (!places)
		return hf_fail(err, E2BIG,
			       "%s has more files than can be noted in it: which request is to which is not known; split the trace",
			       file->path);
	if (!json_is_integer(size) || json_integer_value(size) < 1 ||
	    !json_is_object(places))
		return bad_note(file, err);
	f->size = (uint64_t)json_integer_value(size);
	return read_servers(f, places, file, err);
}

int files_read(struct files **out, const struct hft_file *file,
	       struct hf_error *err)
{
	struct files *f = calloc(1, sizeof(*f));
	json_t *all;
	int rc;

	if (!f)
		return no_memory(err);
	all = json_loadb(file->provenance, file->hdr->provenance_size, 0, NULL);
	if (!all && file->hdr->provenance_size)
		rc = bad_note(file, err);
	else
		rc = read_note(f, json_object_get(all, "files"), file, err);
	json_decref(all);
	if (rc)
		files_free(f);
	else
		*out = f;
	return rc;
}

void files_free(struct files *files)
{
	uint32_t i;

	if (!files)
		return;
	for (i = 0; files->servers && i < files->n; i++)
		free(files->servers[i].extents);
	free(files->servers);
	free(files);
}

void files_place(const struct files *files, const struct hfr_trace_rec *rec,
		 struct file_place *at)
{
	const struct server *s;
	const struct extent *e;
	uint64_t place;

	*at = (struct file_place){ .offset = rec->offset };
	if (!files->servers)
		return;
	s = &files->servers[rec->target];
	place = rec->offset / files->size;
	if (place >= s->n)
		return;
	e = &s->extents[place];
	at->file = e->file;
	at->offset = e->index * files->size + rec->offset % files->size;
}
