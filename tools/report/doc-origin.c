// SPDX-License-Identifier: GPL-2.0-only
/* Notes, and what ran where: the replay's description, key by key. */
#include "doc-parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"

void doc_notes(struct doc *doc, const json_t *report)
{
	json_t *note;
	size_t i;

	json_array_foreach(json_object_get(report, "notes"), i, note)
		doc->ops->para(doc, json_string_value(note));
}

static bool ends_in(const char *key, const char *end)
{
	size_t k = strlen(key), e = strlen(end);

	return k >= e && !strcmp(key + k - e, end);
}

static void leaf(struct table *t, const char *name, const json_t *value)
{
	json_int_t v = json_integer_value(value);
	bool time = json_is_integer(value) && ends_in(name, "_ns") &&
		    !ends_in(name, "wall_start_ns");
	struct fmt b;

	/* The value says the unit. */
	table_cell(t, "%.*s", (int)(strlen(name) - (time ? 3 : 0)), name);
	if (json_is_string(value))
		table_cell(t, "%s", json_string_length(value) ?
			   json_string_value(value) : FMT_UNKNOWN);
	else if (json_is_boolean(value))
		table_cell(t, "%s", json_is_true(value) ? "yes" : "no");
	else if (json_is_real(value))
		table_cell(t, "%g", json_real_value(value));
	else if (!json_is_integer(value))
		table_cell(t, "%s", FMT_UNKNOWN);
	else if (time)
		table_cell(t, "%s", fmt_ns(&b, value));
	else if (ends_in(name, "_bytes") || ends_in(name, "size"))
		table_cell(t, "%s", fmt_bytes(&b, value));
	else
		table_cell(t, "%" JSON_INTEGER_FORMAT, v);
}

/* Nested objects become names with a dot, arrays names with an index. */
static void flatten(struct table *t, const char *name, const json_t *value,
		    unsigned int depth);

static void flatten_member(struct table *t, const char *name, const char *key,
			   const json_t *value, unsigned int depth)
{
	char *full = NULL;

	if (asprintf(&full, "%s%s%s", name, *name ? "." : "", key) < 0)
		return;
	flatten(t, full, value, depth + 1);
	free(full);
}

static void flatten(struct table *t, const char *name, const json_t *value,
		    unsigned int depth)
{
	const char *key;
	char number[24];
	json_t *member;
	size_t i;

	if (depth > 8)
		return;
	if (json_is_object(value)) {
		json_object_foreach((json_t *)value, key, member)
			flatten_member(t, name, key, member, depth);
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, member) {
			snprintf(number, sizeof(number), "%zu", i);
			flatten_member(t, name, number, member, depth);
		}
	} else {
		leaf(t, name, value);
	}
}

void doc_origin(struct doc *doc, const json_t *report)
{
	static const char *const head[] = { "Trace", "" };
	static const char *const replay_head[] = { "Replay", "" };
	const json_t *from = json_object_get(report, "provenance");
	struct table t;

	table_init(&t, "ll", head);
	flatten(&t, "", json_object_get(from, "trace"), 0);
	doc_table(doc, &t);
	table_init(&t, "ll", replay_head);
	flatten(&t, "", json_object_get(from, "replay"), 0);
	doc_table(doc, &t);
}
