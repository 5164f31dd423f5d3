// SPDX-License-Identifier: GPL-2.0-only
/* Reading what ran, and whether trace and results belong together. */
#include "array.h"
#include "facts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A mode that is not listed has no schedule to be measured against. */
static const struct {
	const char *name;
	bool scheduled;
	bool ordered;
} modes[] = {
	{ "hf",		true,	true },
	{ "afap",	false,	true },
	{ "load",	false,	true },
	{ "dep",	false,	false },
};

static void read_mode(struct verdict_facts *facts)
{
	facts->scheduled = false;
	facts->ordered = true;
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].name, facts->mode))
			continue;
		facts->scheduled = modes[i].scheduled;
		facts->ordered = modes[i].ordered;
	}
}

static uint64_t counter(const json_t *counters, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(counters, key));

	return value > 0 ? (uint64_t)value : 0;
}

static void read_stalls(struct verdict_facts *facts, const json_t *counters)
{
	facts->underruns.count = counter(counters, "underruns");
	facts->underruns.ns = counter(counters, "underrun_ns");
	facts->results.count = counter(counters, "results_stalls");
	facts->results.ns = counter(counters, "results_ns");
	facts->window.count = counter(counters, "window_stalls");
	facts->window.ns = counter(counters, "window_ns");
}

void facts_read(struct verdict_facts *facts, const json_t *meta)
{
	const json_t *speed = json_object_get(meta, "speed");

	memset(facts, 0, sizeof(*facts));
	facts->mode = json_string_value(json_object_get(meta, "mode"));
	if (!facts->mode)
		facts->mode = "hf";
	facts->speed = 1;
	if (json_number_value(speed) > 0)
		facts->speed = json_number_value(speed);
	facts->state = json_string_value(json_object_get(meta, "state"));
	facts->error = json_string_value(json_object_get(meta, "error"));
	if (facts->error && !facts->error[0])
		facts->error = NULL;
	read_mode(facts);
	read_stalls(facts, json_object_get(meta, "counters"));
}

uint64_t facts_loops(const json_t *meta)
{
	json_int_t loops = json_integer_value(json_object_get(meta, "loops"));

	return loops > 1 ? (uint64_t)loops : 1;
}

/* The speed that the results name is the last one. */
static void look_for_changes(struct fidelity_input *in,
			     struct verdict_facts *facts)
{
	if (facts->scheduled)
		facts->repaced = fidelity_repaced(in);
	if (facts->repaced)
		facts->scheduled = false;
	in->scheduled = facts->scheduled;
}

int facts_input(struct fidelity_input *in, struct verdict_facts *facts,
		const struct hft_file *trace, const struct results *res,
		struct hf_error *err)
{
	const json_t *of = json_object_get(res->meta, "trace");
	const char *sum = json_string_value(json_object_get(of, "checksum"));
	char own[17];

	snprintf(own, sizeof(own), "%016" PRIx64, trace->checksum);
	if (sum && strcmp(sum, own))
		return hf_fail(err, EINVAL, "%s is not the trace that was replayed: its checksum is %s, the replay was of one with %s; give the trace that was loaded",
			       trace->path ? trace->path : "the trace", own,
			       sum);
	/* Division: the number of loops comes from a file. */
	if (res->count && (res->count - 1) / facts_loops(res->meta) >=
			  trace->count)
		return hf_fail(err, EINVAL, "the results hold %" PRIu64 " completion records, but %s has only %" PRIu64 " requests; give the trace that was loaded",
			       res->count,
			       trace->path ? trace->path : "the trace",
			       trace->count);
	*in = (struct fidelity_input){
		.trace = trace->recs,
		.trace_count = trace->count,
		.trace_ns = trace->hdr->duration_ns,
		.loops = facts_loops(res->meta),
		.recs = res->recs,
		.count = res->count,
		.targets = trace->hdr->device_count,
		.speed = facts->speed,
	};
	look_for_changes(in, facts);
	return 0;
}
