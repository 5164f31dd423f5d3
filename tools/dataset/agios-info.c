// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agios-info.h"
#include "agios-name.h"
#include "input.h"
#include "json-text.h"
#include "lines.h"

#define MAX_COLUMNS	32
#define MAX_LINES	4096

/* What stands between the columns of a line. */
static char separator(const char *line)
{
	if (strchr(line, ';'))
		return ';';
	return strchr(line, ',') ? ',' : '\t';
}

static bool is_header(const char *first)
{
	static const char *const words[] = {
		"label", "labels", "test", "name", "id", "experiment",
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(first, words[i]))
			return true;
	return false;
}

/* Names of columns; those of a file without a header have numbers. */
static void take_header(json_t *names, char *const *col, int n)
{
	int i;

	json_array_clear(names);
	for (i = 0; i < n; i++)
		json_array_append_new(names, json_text(col[i]));
}

static void take_test(json_t *tests, const json_t *names, char *const *col,
		      int n)
{
	json_t *test = json_object();
	char key[24];
	int i;

	for (i = 1; i < n; i++) {
		const char *name = json_string_value(
				json_array_get(names, (size_t)i));

		snprintf(key, sizeof(key), "column %d", i + 1);
		json_object_set_new(test, name && *name ? name : key,
				    json_text(col[i]));
	}
	json_object_set_new(tests, col[0], test);
}

static int each_line(const char *path,
		     void (*take)(void *ctx, char *line, int number),
		     void *ctx, struct hf_error *err)
{
	struct input *in;
	int rc, number = 0;
	char *line;

	rc = input_open(&in, path, err);
	if (rc)
		return rc;
	while ((rc = input_line(in, &line, NULL, err)) == 1)
		if (*line)
			take(ctx, line, number++);
	input_close(in);
	return rc;
}

struct info {
	json_t *tests, *names;
};

static void info_line(void *ctx, char *line, int number)
{
	char *col[MAX_COLUMNS];
	struct info *info = ctx;
	int n = lines_split(line, separator(line), col, MAX_COLUMNS);

	if (n > MAX_COLUMNS)
		n = MAX_COLUMNS;
	if (!number && is_header(col[0]))
		take_header(info->names, col, n);
	else if (*col[0])
		take_test(info->tests, info->names, col, n);
}

int agios_info_read(const char *path, json_t *tests, struct hf_error *err)
{
	struct info info = { tests, json_array() };
	int rc = each_line(path, info_line, &info, err);

	json_decref(info.names);
	return rc;
}

static void map_line(void *ctx, char *line, int number)
{
	json_t *words = json_array();
	char *word, *save;

	if (number < MAX_LINES)
		for (word = strtok_r(line, " \t,;:=>", &save); word;
		     word = strtok_r(NULL, " \t,;:=>", &save))
			json_array_append_new(words, json_text(word));
	if (json_array_size(words))
		json_array_append(ctx, words);
	json_decref(words);
}

int agios_map_read(const char *path, json_t **map, struct hf_error *err)
{
	int rc;

	*map = json_array();
	rc = each_line(path, map_line, *map, err);
	if (!rc)
		return 0;
	json_decref(*map);
	*map = NULL;
	return rc;
}

const char *agios_info_find(const json_t *tests, const char *name)
{
	const char *label, *best = NULL;
	json_t *unused;

	json_object_foreach((json_t *)tests, label, unused)
		if (agios_has_word(name, label) &&
		    (!best || strlen(label) > strlen(best)))
			best = label;
	return best;
}

void agios_info_pattern(const json_t *test, char *buf, size_t len)
{
	const char *key;
	json_t *value;

	*buf = '\0';
	json_object_foreach((json_t *)test, key, value) {
		if (*buf)
			strncat(buf, "/", len - strlen(buf) - 1);
		strncat(buf, json_string_value(value),
			len - strlen(buf) - 1);
	}
}
