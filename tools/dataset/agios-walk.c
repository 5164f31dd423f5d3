// SPDX-License-Identifier: GPL-2.0-only
/* Experiments of the data set: found by what the files in its folders are. */
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>

#include "agios-info.h"
#include "agios-set.h"
#include "input.h"
#include "lines.h"

#define MAX_NAME 256

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for the list of experiments");
}

/* The path without its last part; "." if it has one only. To be freed. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static struct agios_experiment *find(struct agios_set *set, const char *folder)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (!strcmp(set->list[i].folder, folder))
			return &set->list[i];
	return NULL;
}

static bool name_taken(const struct agios_set *set, const char *name)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (set->list[i].name && !strcmp(set->list[i].name, name))
			return true;
	return false;
}

/* Name of a folder; with those above it, as long as another has the same. */
static char *name_of(const struct agios_set *set, const char *folder)
{
	char name[MAX_NAME], *above = strdup(folder);
	size_t at;

	snprintf(name, sizeof(name), "%s", last_part(folder));
	while (above && name_taken(set, name)) {
		char *up = folder_of(above), longer[MAX_NAME];

		free(above);
		above = up;
		if (!above || !strcmp(above, ".") || !strcmp(above, "/"))
			break;
		snprintf(longer, sizeof(longer), "%.100s_%.150s",
			 last_part(above), name);
		memcpy(name, longer, sizeof(name));
	}
	free(above);
	for (at = 2; name_taken(set, name) && at < 10000; at++)
		snprintf(name, sizeof(name), "%.200s_%zu", last_part(folder),
			 at);
	return strdup(name);
}

static struct agios_experiment *add(struct agios_set *set, const char *folder,
				    bool nodes)
{
	struct agios_experiment *e;

	e = realloc(set->list, (set->n + 1) * sizeof(*e));
	if (!e)
		return NULL;
	set->list = e;
	e += set->n;
	*e = (struct agios_experiment){ .nodes = nodes };
	e->folder = strdup(folder);
	e->name = name_of(set, folder);
	set->n++;
	return e->folder && e->name ? e : NULL;
}

/* The letter of the first request of a trace of an I/O node. */
static int first_letter(const char *path, char *letter, struct hf_error *err)
{
	struct input *in;
	char *line, *col[5];
	int rc = input_open(&in, path, err);

	*letter = 0;
	if (rc)
		return rc;
	rc = input_line(in, &line, NULL, err);
	if (rc == 1 && lines_split(line, ' ', col, 5) == 5)
		*letter = col[2][0];
	input_close(in);
	return rc < 0 ? rc : 0;
}

/* What is called the same for reads and writes is one server. */
static char *server_of(const char *path, bool nodes, const char *node,
		       enum agios_portion *portion)
{
	char name[MAX_NAME];

	*portion = agios_file(last_part(path), name, sizeof(name));
	if (nodes && node)
		return strdup(last_part(node));
	return strdup(*name ? name : "server");
}

static int add_trace(struct agios_experiment *e, const char *path,
		     const char *node, struct hf_error *err)
{
	struct agios_trace *t;

	t = realloc(e->files, (e->n + 1) * sizeof(*t));
	if (!t)
		return no_memory(err);
	e->files = t;
	t += e->n;
	*t = (struct agios_trace){ .path = strdup(path) };
	t->server = server_of(path, e->nodes, node, &t->portion);
	e->n++;
	if (!t->path || !t->server)
		return no_memory(err);
	return e->nodes ? first_letter(path, &t->letter, err) : 0;
}

/* The folder of a node is in that of the experiment, if it is not @dir. */
static int take_trace(struct agios_set *set, const char *dir, const char *path,
		      bool nodes, struct hf_error *err)
{
	char *node = folder_of(path), *folder = NULL;
	struct agios_experiment *e = NULL;
	int rc;

	if (node)
		folder = nodes && strcmp(node, dir) ? folder_of(node) :
						      strdup(node);
	if (folder)
		e = find(set, folder) ?: add(set, folder, nodes);
	if (!e)
		rc = no_memory(err);
	else if (e->nodes != nodes)
		rc = hf_fail(err, EINVAL,
			     "%s has traces of I/O nodes and of data servers",
			     folder);
	else
		rc = add_trace(e, path, node, err);
	free(folder);
	free(node);
	return rc;
}

static int take_map(struct agios_set *set, const char *path,
		    struct hf_error *err)
{
	char **maps = realloc(set->maps, (set->nmaps + 1) * sizeof(*maps));

	if (!maps)
		return no_memory(err);
	set->maps = maps;
	maps[set->nmaps] = strdup(path);
	if (!maps[set->nmaps])
		return no_memory(err);
	set->nmaps++;
	return 0;
}

static bool has_end(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	return n > k && !strcmp(name + n - k, end);
}

static int take_file(struct agios_set *set, const char *dir, const char *path,
		     struct hf_error *err)
{
	const char *name = last_part(path), *format;
	int rc;

	if (!strcmp(name, "test_info.csv"))
		return agios_info_read(path, set->tests, err);
	if (has_end(name, ".map"))
		return take_map(set, path, err);
	rc = import_sniff(path, &format, err);
	if (rc || !format)
		return rc;
	if (!strcmp(format, "agios") || !strcmp(format, "pvfs"))
		return take_trace(set, dir, path, !strcmp(format, "agios"),
				  err);
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int take_entry(struct agios_set *set, const char *dir, const FTSENT *e,
		      struct hf_error *err)
{
	switch (e->fts_info) {
	case FTS_F:
		return take_file(set, dir, e->fts_path, err);
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		return hf_fail(err, e->fts_errno, "cannot read %s: %s",
			       e->fts_path, strerror(e->fts_errno));
	default:
		return 0;
	}
}

static int walk(struct agios_set *set, char *dir, struct hf_error *err)
{
	char *const roots[] = { dir, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	const FTSENT *e;
	int rc = 0;

	if (!fts)
		return hf_fail(err, errno, "cannot read %s: %s", dir,
			       strerror(errno));
	while (!rc && (e = fts_read(fts)))
		rc = take_entry(set, dir, e, err);
	fts_close(fts);
	if (!rc && !set->n)
		rc = hf_fail(err, ENOENT,
			     "%s has no trace of I/O nodes or data servers",
			     dir);
	return rc;
}

int agios_set_open(struct agios_set *set, const char *dir,
		   struct hf_error *err)
{
	char *root = realpath(dir, NULL);
	int rc;

	if (!root)
		return hf_fail(err, errno, "%s: %s", dir, strerror(errno));
	*set = (struct agios_set){ .tests = json_object() };
	rc = walk(set, root, err);
	free(root);
	if (rc)
		agios_set_free(set);
	return rc;
}

static void experiment_free(struct agios_experiment *e)
{
	size_t i;

	for (i = 0; i < e->n; i++) {
		free(e->files[i].path);
		free(e->files[i].server);
	}
	free(e->files);
	free(e->folder);
	free(e->name);
}

void agios_set_free(struct agios_set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		experiment_free(&set->list[i]);
	for (i = 0; i < set->nmaps; i++)
		free(set->maps[i]);
	free(set->list);
	free(set->maps);
	json_decref(set->tests);
	memset(set, 0, sizeof(*set));
}
