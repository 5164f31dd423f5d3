// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of --columns: items with commas between them. An item is a column
 * in the order of the columns ("time:s", "op:read=0:write=1", "-"), a value
 * for all requests ("op=read", "length=4k"), or says how lines are written
 * ("sep=space", "skip=1", "..." at the end).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "columns.h"
#include "hft.h"
#include "units.h"

#define MAX_TEXT	1024

static const struct time_unit {
	const char *name;
	uint8_t digits;
	bool filetime;
} time_units[] = {
	{ "s", 9 }, { "ms", 6 }, { "us", 3 }, { "ns", 0 },
	{ "filetime", 0, true },
};

static const struct separator {
	const char *name;
	char c;
} separators[] = {
	{ "comma", ',' }, { "semicolon", ';' }, { "colon", ':' },
	{ "tab", '\t' }, { "space", ' ' }, { "pipe", '|' },
};

static int wrong(struct hf_error *err, const char *item, const char *why)
{
	return hf_fail(err, EINVAL, "--columns: \"%.60s\": %s", item, why);
}

static bool parse_time_unit(const char *text, struct column *c, bool *unix_time)
{
	unsigned int i;

	*unix_time = !strncmp(text, "unix-", 5);
	text += *unix_time ? 5 : 0;
	for (i = 0; i < ARRAY_SIZE(time_units); i++) {
		const struct time_unit *u = &time_units[i];

		if (strcmp(u->name, text) || (u->filetime && *unix_time))
			continue;
		c->digits = u->digits;
		c->filetime = u->filetime;
		return true;
	}
	return false;
}

static int time_column(const char *item, char *arg, struct column *c,
		       struct column_map *map, struct hf_error *err)
{
	bool unix_time;

	if (!arg || !parse_time_unit(arg, c, &unix_time))
		return wrong(err, item,
			     "a time needs its unit: time:s, ms, us or ns, with unix- in front of it if it counts from 1970, or filetime");
	if (c->field == COLUMN_LATENCY) {
		if (unix_time)
			return wrong(err, item,
				     "a latency does not count from 1970");
		return 0;
	}
	if (c->field == COLUMN_TIME && unix_time)
		map->epoch = EPOCH_UNIX;
	else if (c->field == COLUMN_TIME && c->filetime)
		map->epoch = EPOCH_FILETIME;
	return 0;
}

static int size_column(const char *item, char *arg, struct column *c,
		       struct hf_error *err)
{
	if (arg && !strcmp(arg, "bytes"))
		c->scale = 1;
	else if (arg && !strcmp(arg, "sectors"))
		c->scale = 512;
	else if (!arg || hf_parse_size(arg, &c->scale) || !c->scale)
		return wrong(err, item,
			     "needs its unit: bytes, sectors (of 512 bytes) or a size, as offset:4k");
	return 0;
}

static int add_words(const char *item, char *words, uint8_t op,
		     struct column_map *map, struct hf_error *err)
{
	char *word;

	while ((word = strsep(&words, "|"))) {
		struct column_word *w = &map->words[map->nwords];

		if (map->nwords == COLUMN_WORDS ||
		    strlen(word) >= sizeof(w->text))
			return wrong(err, item,
				     "too many or too long words for operations");
		strcpy(w->text, word);
		w->op = op;
		map->nwords++;
	}
	return 0;
}

/* "rwbs", or "read=0|R:write=1:skip=x"; @args is written to. */
static int op_column(const char *item, char *args, struct column_map *map,
		     struct hf_error *err)
{
	char *arg;
	int rc = 0;

	map->rwbs = args && !strcmp(args, "rwbs");
	if (map->rwbs)
		return 0;
	while (!rc && (arg = strsep(&args, ":"))) {
		char *words = strchr(arg, '=');
		uint8_t op;

		if (!words)
			return wrong(err, item,
				     "words for operations are op:read=0:write=1");
		*words++ = '\0';
		if (!strcmp(arg, "skip"))
			op = COLUMN_OP_SKIP;
		else if (!column_op_by_name(arg, &op))
			return wrong(err, item,
				     "the operations are read, write, flush, discard, write-zeroes and so on, and skip for those not wanted");
		rc = add_words(item, words, op, map, err);
	}
	return rc;
}

static int find_field(const char *name, enum column_field *field)
{
	for (*field = 0; *field < COLUMN_FIELDS; (*field)++)
		if (!strcmp(column_field_name(*field), name))
			return 0;
	return -EINVAL;
}

static int claim(const char *item, enum column_field field, uint32_t *set,
		 struct column_map *map, struct hf_error *err)
{
	if ((map->present | map->fixed) & 1U << field)
		return wrong(err, item, "is given twice");
	*set |= 1U << field;
	return 0;
}

static int add_column(const char *item, char *text, struct column_map *map,
		      struct hf_error *err)
{
	struct column *c = &map->col[map->n];
	char *name = strsep(&text, ":");
	enum column_field field;

	if (map->n == COLUMNS_MAX)
		return wrong(err, item, "there are too many columns");
	if (find_field(name, &field))
		return wrong(err, item,
			     "the columns are time, complete, latency, op, offset, length, target, stream, flags and - for what is not wanted");
	map->n++;
	c->field = field;
	if (field == COLUMN_NONE)
		return text ? wrong(err, item, "takes no unit") : 0;
	if (claim(item, field, &map->present, map, err))
		return -EINVAL;
	if (field == COLUMN_TIME || field == COLUMN_COMPLETE ||
	    field == COLUMN_LATENCY)
		return time_column(item, text, c, map, err);
	if (field == COLUMN_OFFSET || field == COLUMN_LENGTH)
		return size_column(item, text, c, err);
	if (field == COLUMN_OP)
		return op_column(item, text, map, err);
	return text ? wrong(err, item, "takes no unit") : 0;
}

static int set_separator(const char *item, const char *value,
			 struct column_map *map, struct hf_error *err)
{
	unsigned int i;

	map->separator = strlen(value) == 1 ? *value : '\0';
	for (i = 0; i < ARRAY_SIZE(separators); i++)
		if (!strcmp(separators[i].name, value))
			map->separator = separators[i].c;
	if (map->separator && map->separator != '"')
		return 0;
	return wrong(err, item,
		     "the separators are comma, semicolon, colon, tab, space, pipe, or one character");
}

static int set_fixed(const char *item, const char *name, const char *value,
		     struct column_map *map, struct hf_error *err)
{
	enum column_field field = COLUMN_NONE;

	if (!find_field(name, &field) && field == COLUMN_OP) {
		if (!column_op_by_name(value, &map->op))
			return wrong(err, item, "is no operation");
	} else if (field == COLUMN_LENGTH) {
		if (hf_parse_size(value, &map->length) ||
		    map->length > UINT32_MAX)
			return wrong(err, item, "is no length");
	} else if (field != COLUMN_TIME || strcmp(value, "0")) {
		return wrong(err, item,
			     "what can be given for all requests is op=, length= and time=0");
	}
	return claim(item, field, &map->fixed, map, err);
}

/* "NAME=VALUE"; @text is written to. */
static int add_setting(const char *item, char *text, struct column_map *map,
		       struct hf_error *err)
{
	char *name = strsep(&text, "=");

	if (!strcmp(name, "sep"))
		return set_separator(item, text, map, err);
	if (!strcmp(name, "skip"))
		return hf_parse_u64(text, &map->skip_lines) ?
			       wrong(err, item, "is no number of lines") : 0;
	return set_fixed(item, name, text, map, err);
}

static int add_item(char *text, struct column_map *map, struct hf_error *err)
{
	char item[COLUMN_WHY];
	size_t word = strcspn(text, ":=");

	snprintf(item, sizeof(item), "%s", text);
	if (map->more)
		return wrong(err, item, "stands behind \"...\"");
	if (!strcmp(text, "...")) {
		map->more = true;
		return 0;
	}
	return text[word] == '=' ? add_setting(item, text, map, err) :
				   add_column(item, text, map, err);
}

/* Whether times that are compared count from the same moment. */
static int check_clock(const struct column_map *map, struct hf_error *err)
{
	const struct column *time = NULL, *complete = NULL;
	int i;

	for (i = 0; i < map->n; i++) {
		if (map->col[i].field == COLUMN_TIME)
			time = &map->col[i];
		if (map->col[i].field == COLUMN_COMPLETE)
			complete = &map->col[i];
	}
	if (!complete || (time && time->filetime == complete->filetime))
		return 0;
	return hf_fail(err, EINVAL,
		       "--columns: complete and time are of one clock: both filetime or neither");
}

/* Whether what makes a request is there. */
static int check_whole(const struct column_map *map, struct hf_error *err)
{
	static const enum column_field needed[] = {
		COLUMN_TIME, COLUMN_OP, COLUMN_OFFSET, COLUMN_LENGTH,
	};
	const uint32_t ends = 1U << COLUMN_COMPLETE | 1U << COLUMN_LATENCY;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(needed); i++)
		if (!((map->present | map->fixed) & 1U << needed[i]))
			return hf_fail(err, EINVAL,
				       "--columns: no column is named %s%s",
				       column_field_name(needed[i]),
				       needed[i] == COLUMN_OFFSET ? "" :
				       needed[i] == COLUMN_TIME ?
				       "; time=0 if the trace has no times" :
				       needed[i] == COLUMN_OP ?
				       "; op=read if all requests are reads" :
				       "; length=4k if all are that long");
	if ((map->present & ends) == ends)
		return hf_fail(err, EINVAL,
			       "--columns: either complete or latency says when a request ends, not both");
	return check_clock(map, err);
}

int column_map_parse(const char *text, struct column_map *map,
		     struct hf_error *err)
{
	char copy[MAX_TEXT], *rest = copy, *item;
	int rc;

	if (strlen(text) >= sizeof(copy))
		return hf_fail(err, EINVAL,
			       "--columns: longer than %d characters",
			       MAX_TEXT - 1);
	strcpy(copy, text);
	*map = (struct column_map){ .separator = ',', .quotes = true };
	while ((item = strsep(&rest, ","))) {
		rc = add_item(item, map, err);
		if (rc)
			return rc;
	}
	return check_whole(map, err);
}
