// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "extent-map.h"
#include "handles.h"
#include "json-text.h"

/*
 * What the note may take of a header, which has 1 MiB: the names of the files
 * are left out first.
 */
#define PLACES_ROOM	(384U << 10)
#define NAMES_ROOM	(128U << 10)
/* "12345,1234,": most that is written of a place. */
#define PLACE_TEXT	12

/**
 * struct place - an extent that was given out
 * @stream: of its file
 * @index: which extent of the file
 */
struct place {
	uint32_t stream;
	uint64_t index;
};

/**
 * struct server - a device and what lies on it
 * @map: gives out extents; NULL until the first request; owned
 * @places: by their index on the device; owned
 * @n: how many
 * @room: how many @places has room for
 */
struct server {
	struct extent_map *map;
	struct place *places;
	size_t n, room;
};

/**
 * struct handles - files of all servers
 * @names: name of stream N at N - 1; owned
 * @count: of them
 * @streams: table with open addressing: numbers of streams, 0 is free; owned
 * @slots: its size, a power of two
 * @servers: by target; owned
 * @nservers: how many
 * @names_text: bytes of the note for names
 * @places_text: bytes of it for places
 */
struct handles {
	char **names;
	uint32_t count;
	uint32_t *streams;
	uint32_t slots;
	struct server *servers;
	int nservers;
	uint64_t names_text, places_text;
};

#define FIRST_SLOTS 1024U
/* Bytes of a name in the table of devices. */
#define DEVICE_NAME 64

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for the files of the trace");
}

int handles_new(struct handles **out, struct hf_error *err)
{
	struct handles *h = calloc(1, sizeof(*h));

	if (!h)
		return no_memory(err);
	h->slots = FIRST_SLOTS;
	h->streams = calloc(h->slots, sizeof(*h->streams));
	h->names = calloc(h->slots, sizeof(*h->names));
	*out = h;
	if (h->streams && h->names)
		return 0;
	handles_free(h);
	*out = NULL;
	return no_memory(err);
}

void handles_free(struct handles *h)
{
	uint32_t i;
	int k;

	if (!h)
		return;
	for (i = 0; i < h->count; i++)
		free(h->names[i]);
	for (k = 0; k < h->nservers; k++) {
		extent_map_free(h->servers[k].map);
		free(h->servers[k].places);
	}
	free(h->servers);
	free(h->streams);
	free(h->names);
	free(h);
}

/* The slot of a name, or the free one where it belongs. */
static uint32_t *find_slot(const struct handles *h, uint32_t *table,
			   uint32_t slots, const char *name)
{
	uint32_t i = (uint32_t)XXH3_64bits(name, strlen(name)) & (slots - 1);

	while (table[i] && strcmp(h->names[table[i] - 1], name))
		i = (i + 1) & (slots - 1);
	return &table[i];
}

static int grow(struct handles *h, struct hf_error *err)
{
	uint32_t slots = h->slots * 2, i;
	uint32_t *table = calloc(slots, sizeof(*table));
	char **names = realloc(h->names, slots * sizeof(*names));

	if (names)
		h->names = names;
	if (!table || !names) {
		free(table);
		return no_memory(err);
	}
	for (i = 0; i < h->count; i++)
		*find_slot(h, table, slots, h->names[i]) = i + 1;
	free(h->streams);
	h->streams = table;
	h->slots = slots;
	return 0;
}

static int find_stream(struct handles *h, const char *name, uint32_t *stream,
		       struct hf_error *err)
{
	uint32_t *slot = find_slot(h, h->streams, h->slots, name);

	if (!*slot) {
		if (h->count == h->slots / 2) {
			int rc = grow(h, err);

			if (rc)
				return rc;
			slot = find_slot(h, h->streams, h->slots, name);
		}
		h->names[h->count] = strdup(name);
		if (!h->names[h->count])
			return no_memory(err);
		h->names_text += strlen(name) + 3;
		*slot = ++h->count;
	}
	*stream = *slot;
	return 0;
}

static int find_server(struct handles *h, uint16_t target,
		       struct server **server, struct hf_error *err)
{
	if (target >= h->nservers) {
		size_t n = (size_t)target + 1;
		struct server *list = realloc(h->servers, n * sizeof(*list));

		if (!list)
			return no_memory(err);
		memset(list + h->nservers, 0,
		       (n - (size_t)h->nservers) * sizeof(*list));
		h->servers = list;
		h->nservers = (int)n;
	}
	*server = &h->servers[target];
	if ((*server)->map)
		return 0;
	return extent_map_new(&(*server)->map, EXTENT_MAP_SIZE, err);
}

static int add_place(struct handles *h, struct server *s,
		     const struct place *p, struct hf_error *err)
{
	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 64;
		struct place *list = realloc(s->places, room * sizeof(*list));

		if (!list)
			return no_memory(err);
		s->places = list;
		s->room = room;
	}
	s->places[s->n++] = *p;
	h->places_text += PLACE_TEXT;
	return 0;
}

/* Places are given out in order: one that is new is behind all others. */
static int give_places(struct handles *h, struct server *s, const char *name,
		       const struct hfr_trace_rec *rec, uint32_t stream,
		       struct hf_error *err)
{
	const uint64_t size = EXTENT_MAP_SIZE;
	uint64_t last = rec->offset + (rec->length ? rec->length - 1 : 0);
	uint64_t index, at, run;

	for (index = rec->offset / size; index <= last / size; index++) {
		struct place p = { .stream = stream, .index = index };
		int rc = extent_map_find(s->map, name, strlen(name),
					 index * size, &at, &run, err);

		if (!rc && at / size >= s->n)
			rc = add_place(h, s, &p, err);
		if (rc)
			return rc;
	}
	return 0;
}

int handles_request(struct handles *h, struct importer *imp, const char *name,
		    const struct hfr_trace_rec *rec, const struct input *in,
		    struct hf_error *err)
{
	struct hfr_trace_rec of = *rec;
	struct server *server = NULL;
	int rc;

	if (rec->offset > INT64_MAX / 2)
		return importer_junk(imp, in, err,
				     "the request begins beyond 2^62");
	rc = importer_wants(imp, rec, in, err);
	if (rc <= 0)
		return rc;
	rc = find_stream(h, name, &of.stream, err);
	if (!rc)
		rc = find_server(h, rec->target, &server, err);
	if (!rc)
		rc = give_places(h, server, name, &of, of.stream, err);
	if (rc)
		return rc;
	return extent_map_request(server->map, imp, name, strlen(name), &of,
				  in, err);
}

static json_t *note_places(const struct server *s)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct place *p = &s->places[i];

		json_array_append_new(list, json_integer(p->stream));
		json_array_append_new(list,
				      json_integer((json_int_t)p->index));
	}
	return list;
}

static json_t *note_names(const struct handles *h)
{
	json_t *list = json_array();
	uint32_t i;

	for (i = 0; i < h->count; i++)
		json_array_append_new(list, json_text(h->names[i]));
	return list;
}

static json_t *note_servers(const struct handles *h,
			    const struct importer *imp)
{
	json_t *servers = json_object();
	char name[DEVICE_NAME];
	int k;

	for (k = 0; k < h->nservers; k++) {
		if (!h->servers[k].n)
			continue;
		/* As it will stand in the table of devices. */
		snprintf(name, sizeof(name), "%s", importer_device_name(imp, k));
		json_object_set_new(servers, name,
				    note_places(&h->servers[k]));
	}
	return servers;
}

void handles_note(const struct handles *h, struct importer *imp)
{
	json_t *note = json_object();

	json_object_set_new(note, "count", json_integer(h->count));
	json_object_set_new(note, "extent",
			    json_integer((json_int_t)EXTENT_MAP_SIZE));
	if (h->names_text <= NAMES_ROOM)
		json_object_set_new(note, "handles", note_names(h));
	if (h->places_text <= PLACES_ROOM)
		json_object_set_new(note, "places", note_servers(h, imp));
	importer_note(imp, "files", note);
}
