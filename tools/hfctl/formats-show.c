// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "array.h"
#include "formats-show.h"
#include "show.h"
#include "units.h"
#include "writer.h"

/* What a projection says besides operations, flags and numbers. */
static const struct held {
	uint32_t bit;
	const char *key;
	const char *text;
} helds[] = {
	{ HOLDS_STREAM, "stream", "process or stream" },
	{ HOLDS_PRIO, "prio", "priority" },
	{ HOLDS_LEVEL, "level", "level" },
	{ HOLDS_WALL, "wall", "time of day" },
	{ HOLDS_NUMBER, "number", "device numbers" },
	{ HOLDS_NAME, "name", "device names" },
	{ HOLDS_DEPS, "deps", "dependencies" },
}, conditions[] = {
	{ NEEDS_COMPLETION, "needs_completion",
	  "every request needs a completion time" },
	{ NEEDS_DEPS, "needs_deps",
	  "dependencies are found where the trace has none" },
	{ OP_UNTOLD, "op_untold", "writes are not told from reads" },
	{ WRITES_ASYNC, "writes_async",
	  "a write that is not sync reads back as async" },
	{ ZERO_UNKNOWN, "zero_unknown",
	  "a latency of 0 reads back as not known" },
	{ PAIRED, "paired",
	  "of equal requests in flight at once the first to be issued reads back as the first to complete" },
};

static void print_list(json_t *list, const char *label)
{
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		if (!i)
			printf("  %-11s ", label);
		printf("%s%s", i ? ", " : "",
		       json_string_value(json_array_get(list, i)));
	}
	if (i)
		putchar('\n');
}

static json_t *op_names(uint32_t ops)
{
	json_t *list = json_array();

	for (uint8_t op = 0; op < HFR_OP_NR; op++)
		if (ops & HOLDS_OP(op))
			json_array_append_new(list,
					      json_string(hfr_op_name(op)));
	return list;
}

static json_t *flag_names(uint32_t flags)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < PROJECTION_FLAGS; i++)
		if (flags & 1U << i)
			json_array_append_new(list,
					      json_string(hfr_flag_name(i)));
	return list;
}

static json_t *names(const struct held *h, size_t n, uint32_t bits, bool key)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		if (bits & h[i].bit)
			json_array_append_new(list, json_string(key ? h[i].key :
								 h[i].text));
	return list;
}

static json_t *fields(const struct projection *p, bool key)
{
	return names(helds, ARRAY_SIZE(helds), p->holds, key);
}

static void print_and_free(json_t *list, const char *label)
{
	print_list(list, label);
	json_decref(list);
}

static void print_times(const struct projection *p)
{
	char issue[32], latency[32];

	printf("  %-11s issue to %s, ", "times",
	       hf_format_duration(issue, sizeof(issue), (int64_t)p->time_ns));
	if (p->latency_ns)
		printf("latency to %s\n",
		       hf_format_duration(latency, sizeof(latency),
					  (int64_t)p->latency_ns));
	else
		puts("no completions");
}

static void print_conditions(const struct writer *w)
{
	json_t *list = names(conditions, ARRAY_SIZE(conditions),
			     w->holds.holds, false);
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		printf("  %-11s %s\n", "note",
		       json_string_value(json_array_get(list, i)));
	json_decref(list);
	if (w->remark)
		printf("  %-11s %s\n", "note", w->remark);
}

static void print_writer(const struct writer *w)
{
	const struct projection *p = &w->holds;

	printf("%s: %s\n", w->name, w->about);
	if (w->suffixes)
		printf("  %-11s %s\n", "file names", w->suffixes);
	print_and_free(op_names(p->ops), "operations");
	print_and_free(flag_names(p->flags), "flags");
	print_times(p);
	printf("  %-11s %s\n", "devices", p->devices > 1 ? "any" : "one");
	print_and_free(fields(p, false), "also");
	print_conditions(w);
}

static json_t *writer_json(const struct writer *w)
{
	const struct projection *p = &w->holds;

	return json_pack("{s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I}",
			 "name", w->name, "about", w->about, "text", w->text,
			 "operations", op_names(p->ops),
			 "flags", flag_names(p->flags), "fields",
			 fields(p, true), "conditions",
			 names(conditions, ARRAY_SIZE(conditions), p->holds, true),
			 "time_unit_ns", (json_int_t)p->time_ns,
			 "latency_unit_ns", (json_int_t)p->latency_ns,
			 "address_unit", (json_int_t)p->unit,
			 "devices", (json_int_t)p->devices);
}

int formats_show(bool json, struct hf_error *err)
{
	json_t *list = json_array();
	int i;

	if (!list)
		return hf_fail(err, ENOMEM, "no memory for the list");
	for (i = 0; writers[i]; i++) {
		if (json)
			json_array_append_new(list, writer_json(writers[i]));
		else
			print_writer(writers[i]);
	}
	if (json)
		show_json(json_pack("{s:O}", "writers", list));
	json_decref(list);
	return 0;
}
