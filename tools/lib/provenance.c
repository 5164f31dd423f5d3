// SPDX-License-Identifier: GPL-2.0-only
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json-text.h"
#include "provenance.h"
#include "version.h"

/* Input files that are named; of more, the number is given. */
#define MAX_NAMED 64

struct counter {
	const char *key;
	size_t offset;
};

#define COUNTER(name) { #name, offsetof(struct import_summary, name) }

static const struct counter counters[] = {
	COUNTER(records),
	COUNTER(events),
	COUNTER(junk),
	COUNTER(unsorted),
	COUNTER(incomplete),
	COUNTER(unmatched),
	COUNTER(filtered),
	COUNTER(unsupported),
	COUNTER(stacked),
	COUNTER(lost),
	COUNTER(widened),
	COUNTER(cut),
	COUNTER(shared),
};

static json_t *input_names(struct input *const *ins, int nins)
{
	json_t *names = json_array();
	int i;

	for (i = 0; i < nins && i < MAX_NAMED; i++) {
		const char *path = input_path(ins[i]);
		const char *slash = strrchr(path, '/');

		json_array_append_new(names, json_text(slash ? slash + 1 : path));
	}
	return names;
}

static json_t *counter_values(const struct import_summary *sum)
{
	json_t *obj = json_object();
	size_t i;

	for (i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		const char *at = (const char *)sum + counters[i].offset;
		uint64_t v;

		memcpy(&v, at, sizeof(v));
		json_object_set_new(obj, counters[i].key,
				    json_integer((json_int_t)v));
	}
	if (sum->resolution)
		json_object_set_new(obj, "resolution_ns",
				    json_integer((json_int_t)sum->resolution));
	json_object_set_new(obj, "spread", json_boolean(sum->spread));
	json_object_set_new(obj, "cut_off", json_boolean(sum->cut_off));
	if (sum->cut_off)
		json_object_set_new(obj, "cut_at", json_text(sum->cut_at));
	if (sum->junk)
		json_object_set_new(obj, "first_junk",
				    json_text(sum->first_junk));
	return obj;
}

char *provenance_text(const struct import_opts *opts,
		      const struct import_summary *sum,
		      struct input *const *ins, int nins, json_t *source,
		      json_t *notes)
{
	json_t *obj = json_object();
	char *text;

	if (!obj)
		return NULL;
	json_object_set_new(obj, "tool", json_string("hfctl " HFCTL_VERSION));
	json_object_set_new(obj, "format", json_string(sum->format));
	json_object_set_new(obj, "level", json_string(sum->level));
	json_object_set_new(obj, "inputs", input_names(ins, nins));
	if (nins > MAX_NAMED)
		json_object_set_new(obj, "input_count", json_integer(nins));
	if (opts->device)
		json_object_set_new(obj, "device", json_text(opts->device));
	if (opts->dedup)
		json_object_set_new(obj, "dedup", json_true());
	if (opts->keys)
		json_object_set_new(obj, "keys", json_true());
	if (opts->invert_rw)
		json_object_set_new(obj, "invert_rw", json_true());
	if (opts->command)
		json_object_set_new(obj, "command", json_text(opts->command));
	json_object_set_new(obj, "read", counter_values(sum));
	if (opts->experiment)
		json_object_set(obj, "experiment", opts->experiment);
	if (opts->block)
		json_object_set_new(obj, "block",
				    json_integer((json_int_t)opts->block));
	if (notes)
		json_object_update(obj, notes);
	if (source)
		json_object_set(obj, "source", source);
	text = json_dumps(obj, JSON_COMPACT);
	json_decref(obj);
	return text;
}
