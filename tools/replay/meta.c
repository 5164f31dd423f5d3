// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>

#include "meta.h"
#include "sysfs.h"
#include "version.h"

/* Moves the keys of @names from @from to a new object. */
static json_t *take_keys(json_t *from, const char *const *names)
{
	json_t *o = json_object(), *value;

	for (; *names; names++) {
		value = json_object_get(from, *names);
		if (!value)
			continue;
		json_object_set(o, *names, value);
		json_object_del(from, *names);
	}
	return o;
}

static json_t *targets_json(json_t *meta, const struct session *s)
{
	json_t *targets = json_object_get(meta, "targets"), *t;
	char name[64];
	size_t i;

	json_array_foreach(targets, i, t) {
		const struct session_target *st = &s->targets[i];

		if (sysfs_read(name, sizeof(name),
			       "/sys/dev/block/%u:%u/dm/name", st->major,
			       st->minor))
			json_object_set_new(t, "name", json_string(name));
		sysfs_target_json(t, st->major, st->minor);
	}
	return targets;
}

static json_t *trace_json(const struct meta_source *src)
{
	const struct hft_file *t = src->trace;
	json_t *o = json_object();

	if (src->trace_path)
		json_object_set_new(o, "path", json_string(src->trace_path));
	if (t) {
		json_object_set_new(o, "checksum",
				    json_sprintf("%016" PRIx64, t->checksum));
		json_object_set_new(o, "requests",
				    json_integer((json_int_t)t->count));
		json_object_set_new(o, "duration_ns", json_integer(
				    (json_int_t)t->hdr->duration_ns));
		return o;
	}
	if (session_has(src->session, CHECKSUM))
		json_object_set_new(o, "checksum", json_sprintf("%016" PRIx64,
				    src->session->checksum));
	if (session_has(src->session, COUNT))
		json_object_set_new(o, "requests", json_integer(
				    (json_int_t)src->session->count));
	if (session_has(src->session, DURATION))
		json_object_set_new(o, "duration_ns", json_integer(
				    (json_int_t)src->session->duration));
	return o;
}

static void add_module(json_t *meta, const struct caps *caps)
{
	if (caps)
		json_object_set_new(meta, "module",
				    json_pack("{s:s, s:s}", "version",
					      caps->version, "srcversion",
					      caps->srcversion));
	json_object_set_new(meta, "tool",
			    json_pack("{s:s}", "version", HFCTL_VERSION));
}

json_t *meta_build(const struct meta_source *src)
{
	static const char *const counters[] = {
		"loaded", "issued", "completed", "skipped", "errors", "late",
		"read_bytes", "write_bytes", "verified", "verify_errors",
		"underruns", "underrun_ns",
		"results_stalls", "results_ns", "window_stalls", "window_ns",
		"again", "verified", "verify_errors", NULL
	};
	static const char *const ids[] = { "id", "name", NULL };
	static const char *const others[] = {
		"count", "duration_ns", "node", "checksum", "loop", NULL
	};
	json_t *meta = session_json(src->session);

	json_object_set_new(meta, "engine", json_string(src->engine));
	json_object_set_new(meta, "counters", take_keys(meta, counters));
	json_object_set_new(meta, "session", take_keys(meta, ids));
	json_decref(take_keys(meta, others));
	targets_json(meta, src->session);
	json_object_set_new(meta, "trace", trace_json(src));
	if (src->trace)
		json_object_set_new(meta, "level", json_string(
			src->trace->hdr->flags & HFR_FF_LEVEL_QUEUE ?
			"queue" : "driver"));
	json_object_set_new(meta, "host", sysfs_host_json());
	add_module(meta, src->caps);
	if (src->command)
		json_object_set_new(meta, "command",
				    json_string(src->command));
	return meta;
}
