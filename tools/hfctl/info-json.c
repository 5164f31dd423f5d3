// SPDX-License-Identifier: GPL-2.0-only
#include "info.h"
#include "service.h"
#include "array.h"
#include "json-parts.h"

static json_t *target_json(const struct traceinfo_target *t)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o, s:o}",
			 "name", json_text(t->name),
			 "size", json_count(t->size),
			 "logical_block", (int)t->logical_block,
			 "requests", json_count(t->requests),
			 "max_end", json_count(t->max_end),
			 "sequential", json_count(t->sequential));
}

static json_t *targets_json(const struct traceinfo *info)
{
	json_t *list = json_array();

	for (unsigned int t = 0; list && t < info->ntargets; t++)
		json_array_append_new(list, target_json(&info->targets[t]));
	return list;
}

static json_t *operations_json(const struct traceinfo *info)
{
	json_t *obj = json_object();

	for (uint8_t op = 0; obj && op < HFR_OP_NR; op++)
		if (info->ops[op])
			json_object_set_new(obj, hfr_op_name(op), json_pack(
				"{s:o, s:o}",
				"requests", json_count(info->ops[op]),
				"bytes", json_count(info->op_bytes[op])));
	return obj;
}

/* As json_dist(), for values that are bytes. */
static json_t *sizes_json(const struct dist *d)
{
	if (!d->count)
		return json_null();
	return json_pack("{s:I, s:I, s:f, s:I, s:I, s:I, s:I}",
			 "requests", (json_int_t)d->count,
			 "min_bytes", (json_int_t)d->min,
			 "mean_bytes", d->mean,
			 "p50_bytes", (json_int_t)d->p50,
			 "p90_bytes", (json_int_t)d->p90,
			 "p99_bytes", (json_int_t)d->p99,
			 "max_bytes", (json_int_t)d->max);
}

static json_t *origin_json(const struct hft_file *file)
{
	json_t *obj = NULL;

	if (file->provenance && file->hdr->provenance_size)
		obj = json_loadb(file->provenance, file->hdr->provenance_size,
				 0, NULL);
	return obj ? obj : json_null();
}

static const struct {
	const char *key;
	uint8_t op;
} op_keys[] = {
	{ "reads", HFR_OP_READ },
	{ "writes", HFR_OP_WRITE },
	{ "flushes", HFR_OP_FLUSH },
	{ "discards", HFR_OP_DISCARD },
	{ "write_zeroes", HFR_OP_WRITE_ZEROES },
};

static json_t *counts_json(const struct traceinfo *info)
{
	json_t *obj = json_pack("{s:o}", "requests",
				json_count(info->requests));

	for (size_t i = 0; obj && i < ARRAY_SIZE(op_keys); i++)
		json_object_set_new(obj, op_keys[i].key,
				    json_count(info->ops[op_keys[i].op]));
	return obj;
}

json_t *info_json(const struct traceinfo *info, const struct source *src)
{
	json_t *obj = counts_json(info);
	json_t *rest = json_pack(
		"{s:o, s:o, s:o, s:o, s:I, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"read_bytes", json_count(info->read_bytes),
		"write_bytes", json_count(info->write_bytes),
		"discard_bytes", json_count(info->discard_bytes),
		"duration_ns", json_count(info->duration_ns),
		"max_in_flight", (json_int_t)info->max_in_flight,
		"has_completions", info->has_completions,
		"level", info->queue_level ? "queue" : "driver",
		"wall_start_ns", json_count(info->wall_start_ns),
		"fua", json_count(info->fua),
		"preflush", json_count(info->preflush),
		"sequential", json_count(info->sequential),
		"operations", operations_json(info),
		"targets", targets_json(info),
		"request_size", sizes_json(&info->sizes),
		"inter_arrival", json_dist(&info->gaps),
		"latency", json_dist(&info->latency),
		"origin", origin_json(&src->file));

	if (rest)
		json_object_set_new(rest, "completions_inferred", json_boolean(
				    service_is_inferred(&src->file)));
	if (!obj || !rest || json_object_update(obj, rest)) {
		json_decref(obj);
		obj = NULL;
	}
	json_decref(rest);
	return obj;
}
