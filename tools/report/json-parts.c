// SPDX-License-Identifier: GPL-2.0-only
/* Parts of the report that are lists: operations, targets, workers, series. */
#include "json-parts.h"

#include <string.h>

static json_t *json_group(const struct group *g)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:o}",
			 "requests", (json_int_t)g->requests,
			 "issued", (json_int_t)g->issued,
			 "errors", (json_int_t)g->errors,
			 "bytes", (json_int_t)g->bytes,
			 "recorded_latency", json_dist(&g->recorded_latency),
			 "replayed_latency", json_dist(&g->replayed_latency),
			 "issue_error", json_dist(&g->issue_error));
}

json_t *json_operations(const struct report_source *src)
{
	json_t *list = json_array();

	for (uint8_t op = 0; list && op < HFR_OP_NR; op++) {
		json_t *obj;

		if (!src->f->ops[op].requests)
			continue;
		obj = json_pack("{s:s}", "operation", hfr_op_name(op));
		if (obj)
			json_object_update_new(obj,
					       json_group(&src->f->ops[op]));
		json_array_append_new(list, obj);
	}
	return list;
}

static json_t *json_target_order(const struct order *o)
{
	return json_pack("{s:I, s:I}", "reordered", (json_int_t)o->reordered,
			 "max_extent", (json_int_t)o->max_extent);
}

/* A copy that ends: names in files need not. */
static json_t *json_device_name(const struct hfr_file_dev *dev)
{
	char name[sizeof(dev->name) + 1] = "";

	memcpy(name, dev->name, sizeof(dev->name));
	return json_text(name);
}

json_t *json_targets(const struct report_source *src)
{
	json_t *used = json_object_get(src->res->meta, "targets");
	unsigned int n = src->trace->hdr->device_count;
	json_t *list = json_array();

	for (unsigned int t = 0; list && t < n && t < HFR_MAX_DEVICES; t++) {
		json_t *onto = json_array_get(used, t);
		json_t *path = json_object_get(onto, "path");
		json_t *cpu = json_object_get(onto, "cpu");
		json_t *obj = json_pack("{s:i, s:o, s:O, s:O}", "index", (int)t,
			"recorded_device",
			json_device_name(&src->trace->devs[t]),
			"path", path ? path : json_null(),
			"cpu", cpu ? cpu : json_null());

		if (obj) {
			json_object_update_new(obj,
				json_group(&src->f->targets[t]));
			json_object_update_new(obj, json_target_order(
				&src->f->target_order[t]));
		}
		json_array_append_new(list, obj);
	}
	return list;
}

json_t *json_workers(const struct report_source *src)
{
	json_t *list = json_array();

	for (int w = 0; list && w < FIDELITY_U8_VALUES; w++) {
		const struct worker_sum *sum = &src->f->workers[w];

		if (sum->issued)
			json_array_append_new(list, json_pack(
				"{s:i, s:I, s:I, s:I, s:o}", "worker", w,
				"issued", (json_int_t)sum->issued,
				"late", (json_int_t)sum->late,
				"max_in_flight",
				(json_int_t)sum->max_in_flight,
				"submit_cost", json_dist(&sum->submit_cost)));
	}
	return list;
}

static json_t *json_shares(void)
{
	json_t *list = json_array();

	for (unsigned int i = 0; list && i < DIST_CURVE_POINTS; i++)
		json_array_append_new(list, json_real(dist_curve_share(i)));
	return list;
}

static json_t *json_curve(const struct dist_curve *c)
{
	json_t *list;

	if (!c->count)
		return json_null();
	list = json_array();
	for (unsigned int i = 0; list && i < DIST_CURVE_POINTS; i++)
		json_array_append_new(list, json_integer(c->values[i]));
	return list;
}

/* Four lists, one value for each interval. */
static json_t *json_line(const struct timeline *tl, bool in_flight)
{
	json_t *requests = json_array(), *bytes = json_array();
	json_t *flight = in_flight ? json_array() : json_null();

	for (unsigned int i = 0; i < tl->bins; i++) {
		const struct timeline_bin *bin = &tl->bin[i];

		json_array_append_new(requests, json_count(bin->requests));
		json_array_append_new(bytes, json_count(bin->bytes));
		if (in_flight)
			json_array_append_new(flight, json_real(
				bin->busy_ns / (double)tl->bin_ns));
	}
	return json_pack("{s:I, s:o, s:o, s:o}",
			 "interval_ns", (json_int_t)tl->bin_ns,
			 "requests", requests, "bytes", bytes,
			 "in_flight", flight);
}

/* Intervals without requests have no error: null. */
static json_t *json_error_line(const struct timeline *tl)
{
	json_t *mean = json_array(), *max = json_array();

	for (unsigned int i = 0; i < tl->bins; i++) {
		const struct timeline_bin *bin = &tl->bin[i];
		double n = (double)bin->requests;

		json_array_append_new(mean, bin->requests ?
				      json_real(bin->error_sum_ns / n) :
				      json_null());
		json_array_append_new(max, bin->requests ?
				      json_count(bin->error_max_ns) :
				      json_null());
	}
	return json_pack("{s:I, s:o, s:o}",
			 "interval_ns", (json_int_t)tl->bin_ns,
			 "mean_ns", mean, "max_absolute_ns", max);
}

json_t *json_series(const struct report_source *src)
{
	const struct fidelity *f = src->f;
	bool known = f->recorded.in_flight_mean >= 0;

	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "same_time_axis", src->facts.scheduled,
			 "recorded", json_line(&f->recorded_line, known),
			 "replayed", json_line(&f->replayed_line, true),
			 "issue_error", src->facts.scheduled ?
			 json_error_line(&f->replayed_line) : json_null(),
			 "shares", json_shares(),
			 "issue_error_absolute_ns",
			 json_curve(&f->error_curve),
			 "recorded_latency_ns", json_curve(&f->recorded_curve),
			 "replayed_latency_ns", json_curve(&f->replayed_curve));
}

/* The text in the trace's header, as the object it is if it is one. */
static json_t *json_origin(const struct hft_file *trace)
{
	size_t len = trace->hdr->provenance_size;
	json_t *obj;

	if (!trace->provenance || !len)
		return json_null();
	obj = json_loadb(trace->provenance, len, 0, NULL);
	return obj ? obj : json_null();
}

json_t *json_provenance(const struct report_source *src)
{
	json_t *replay = src->res->meta;
	char sum[17];

	snprintf(sum, sizeof(sum), "%016llx",
		 (unsigned long long)src->trace->checksum);
	return json_pack("{s:{s:o, s:s, s:I, s:o}, s:O}", "trace",
			 "path", json_text(src->trace->path),
			 "checksum", sum,
			 "requests", (json_int_t)src->trace->count,
			 "origin", json_origin(src->trace),
			 "replay", replay ? replay : json_null());
}
