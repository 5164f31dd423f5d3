// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base-file.h"
#include "dtw.h"
#include "json-text.h"
#include "outfile.h"

#define FORMAT	"hfctl patterns"
#define VERSION	1
#define MAX_N	(1U << 24)

static int bad(const char *path, const char *what, struct hf_error *err)
{
	return hf_fail(err, EINVAL, "%s is not a base of patterns: %s", path,
		       what);
}

/* A number that is not negative, or false. */
static bool get_u64(const json_t *obj, const char *key, uint64_t *value)
{
	const json_t *v = json_object_get(obj, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return false;
	*value = (uint64_t)json_integer_value(v);
	return true;
}

static bool get_ops(const json_t *obj, enum window_ops *ops)
{
	const char *name = json_string_value(json_object_get(obj, "ops"));

	for (*ops = WINDOW_ALL; name && *ops <= WINDOW_WRITES; (*ops)++)
		if (!strcmp(name, window_ops_name(*ops)))
			return true;
	return false;
}

/* The numbers of a series; to be freed, NULL if they are none. */
static int64_t *get_series(const json_t *list, size_t *n)
{
	int64_t *x;
	size_t i;

	*n = json_array_size(list);
	if (!*n || *n > MAX_N)
		return NULL;
	x = malloc(*n * sizeof(*x));
	for (i = 0; x && i < *n; i++) {
		const json_t *v = json_array_get(list, i);

		if (!json_is_integer(v)) {
			free(x);
			return NULL;
		}
		x[i] = json_integer_value(v);
	}
	return x;
}

static int get_labels(struct base *b, size_t index, json_t *labels,
		      struct hf_error *err)
{
	struct pattern *p = &b->list[index];
	const char *label;
	json_t *count;

	json_object_foreach(labels, label, count) {
		int rc = base_seen(b, index, label, err);

		if (rc)
			return rc;
		p->labels[p->nlabels - 1].count =
			(uint64_t)json_integer_value(count);
	}
	return 0;
}

static bool get_numbers(const json_t *obj, struct window *w, uint64_t *seen)
{
	uint64_t files;

	if (!get_ops(obj, &w->ops) || !get_u64(obj, "reads", &w->reads) ||
	    !get_u64(obj, "writes", &w->writes) ||
	    !get_u64(obj, "bytes", &w->bytes) ||
	    !get_u64(obj, "files", &files) || files > UINT32_MAX ||
	    !get_u64(obj, "seen", seen))
		return false;
	w->files = (uint32_t)files;
	return w->reads <= MAX_N && w->writes <= MAX_N;
}

static int get_pattern(struct base *b, const json_t *obj, const char *path,
		       struct hf_error *err)
{
	struct window w = { 0 };
	uint64_t seen;
	int64_t *x;
	size_t index;
	int rc;

	if (!get_numbers(obj, &w, &seen))
		return bad(path, "a pattern lacks a number", err);
	x = get_series(json_object_get(obj, "series"), &w.n);
	w.x = x;
	if (!x || w.n != w.reads + w.writes) {
		free(x);
		return bad(path, "a pattern lacks its series", err);
	}
	rc = base_add(b, &w, &index, err);
	free(x);
	if (!rc)
		rc = get_labels(b, index, json_object_get(obj, "labels"), err);
	if (!rc)
		b->list[index].seen = seen;
	return rc;
}

/* [from, to, count] */
static int get_follower(struct base *b, const json_t *row, const char *path,
			struct hf_error *err)
{
	uint64_t v[3];
	size_t i;

	for (i = 0; i < 3; i++) {
		const json_t *n = json_array_get(row, i);

		if (!json_is_integer(n) || json_integer_value(n) < 0)
			return bad(path, "a row of \"next\" is not three numbers",
				   err);
		v[i] = (uint64_t)json_integer_value(n);
	}
	if (v[0] >= b->n || v[1] >= b->n)
		return bad(path, "\"next\" names a pattern that is not there",
			   err);
	for (i = 0; i < b->list[v[0]].nnext; i++)
		if (b->list[v[0]].next[i].to == v[1])
			return bad(path, "\"next\" has a row twice", err);
	if (base_follow(b, v[0], v[1], err))
		return -ENOMEM;
	b->list[v[0]].next[i].count = v[2];
	return 0;
}

static int get_base(struct base *b, const json_t *all, const char *path,
		    struct hf_error *err)
{
	const char *format = json_string_value(json_object_get(all, "format"));
	const json_t *row;
	uint64_t version;
	size_t i;
	int rc = 0;

	if (!format || strcmp(format, FORMAT))
		return bad(path, "it does not say that it is one", err);
	if (!get_u64(all, "version", &version) || version != VERSION)
		return bad(path, "it has another version than 1", err);
	if (!get_u64(all, "window_ns", &b->period_ns) || !b->period_ns ||
	    !get_u64(all, "largest_distance", &b->largest) || !b->largest)
		return bad(path, "it lacks window_ns or largest_distance",
			   err);
	b->split = json_is_true(json_object_get(all, "split"));
	json_array_foreach(json_object_get(all, "patterns"), i, row) {
		rc = get_pattern(b, row, path, err);
		if (rc)
			return rc;
	}
	json_array_foreach(json_object_get(all, "next"), i, row) {
		rc = get_follower(b, row, path, err);
		if (rc)
			return rc;
	}
	return 0;
}

int base_load(struct base *b, const char *path, struct hf_error *err)
{
	json_error_t where;
	json_t *all;
	int rc;

	if (access(path, F_OK) && errno == ENOENT)
		return -ENOENT;
	all = json_load_file(path, 0, &where);
	if (!all)
		return hf_fail(err, EINVAL, "%s line %d: %s", path,
			       where.line, where.text);
	base_init(b, 0, false);
	rc = get_base(b, all, path, err);
	json_decref(all);
	if (rc)
		base_free(b);
	return rc;
}

static json_t *put_series(const struct pattern *p)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < p->n; i++)
		json_array_append_new(list, json_integer(p->x[i]));
	return list;
}

static json_t *put_labels(const struct pattern *p)
{
	json_t *obj = json_object();
	size_t i;

	for (i = 0; i < p->nlabels; i++)
		json_object_set_new(obj, p->labels[i].label,
				    json_integer((json_int_t)
						 p->labels[i].count));
	return obj;
}

static json_t *put_pattern(const struct pattern *p)
{
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o}",
			 "ops", window_ops_name(p->ops),
			 "reads", (json_int_t)p->reads,
			 "writes", (json_int_t)p->writes,
			 "bytes", (json_int_t)p->bytes,
			 "files", (json_int_t)p->files,
			 "seen", (json_int_t)p->seen,
			 "labels", put_labels(p), "series", put_series(p));
}

static void put_followers(json_t *next, const struct pattern *p, size_t from)
{
	size_t i;

	for (i = 0; i < p->nnext; i++)
		json_array_append_new(next, json_pack("[I, I, I]",
				      (json_int_t)from,
				      (json_int_t)p->next[i].to,
				      (json_int_t)p->next[i].count));
}

static json_t *put_base(const struct base *b)
{
	json_t *patterns = json_array(), *next = json_array();
	size_t i;

	for (i = 0; i < b->n; i++) {
		json_array_append_new(patterns, put_pattern(&b->list[i]));
		put_followers(next, &b->list[i], i);
	}
	return json_pack("{s:s, s:i, s:I, s:b, s:I, s:o, s:o}",
			 "format", FORMAT, "version", VERSION,
			 "window_ns", (json_int_t)b->period_ns,
			 "split", b->split,
			 "largest_distance", (json_int_t)
			 (b->largest < INT64_MAX ? b->largest : INT64_MAX),
			 "patterns", patterns, "next", next);
}

int base_save(const struct base *b, const char *path, struct hf_error *err)
{
	json_t *all = put_base(b);
	char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
	int rc;

	json_decref(all);
	if (!text)
		return hf_fail(err, ENOMEM,
			       "no memory to write the base of patterns");
	rc = outfile_put(path, text, strlen(text), err);
	free(text);
	return rc;
}
