// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agios-info.h"
#include "agios-set.h"
#include "json-text.h"
#include "volume.h"

#define MAX_LABEL 256

int agios_inverted(const struct agios_experiment *e, enum agios_invert how,
		   bool *yes, struct hf_error *err)
{
	size_t i, straight = 0, inverted = 0;

	*yes = e->nodes && how != AGIOS_INVERT_NO;
	if (!e->nodes || how != AGIOS_INVERT_AUTO)
		return 0;
	for (i = 0; i < e->n; i++) {
		const struct agios_trace *t = &e->files[i];
		char plain = t->portion == AGIOS_READS ? 'R' : 'W';

		if (t->portion == AGIOS_UNSAID || !t->letter)
			continue;
		straight += t->letter == plain;
		inverted += t->letter != plain;
	}
	if (straight && inverted)
		return hf_fail(err, EINVAL,
			       "%s: of its files for reads or writes %zu begin with the letter of their name and %zu with the other one; say --invert-rw yes or no",
			       e->folder, straight, inverted);
	*yes = !straight;
	return 0;
}

static json_t *describe_file(const struct agios_trace *t)
{
	const char *slash = strrchr(t->path, '/');

	return json_pack("{s:o, s:o, s:s}", "server", json_text(t->server),
			 "file", json_text(slash ? slash + 1 : t->path),
			 "portion", agios_portion_name(t->portion));
}

static json_t *describe_files(const struct agios_experiment *e)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < e->n; i++)
		json_array_append_new(list, describe_file(&e->files[i]));
	return list;
}

/* What the folder of server traces is called. */
static void describe_name(const struct agios_experiment *e, json_t *about)
{
	json_t *apps = agios_applications(e->name);
	char label[MAX_LABEL];

	agios_label(e->name, label, sizeof(label));
	json_object_set_new(about, "label", json_text(label));
	if (agios_repetition(e->name) >= 0)
		json_object_set_new(about, "repetition",
				    json_integer(agios_repetition(e->name)));
	if (json_array_size(apps))
		json_object_set(about, "applications", apps);
	json_decref(apps);
}

/* What test_info.csv says of the label in the name: the label is the pattern. */
static void describe_test(const struct agios_set *set,
			  const struct agios_experiment *e, json_t *about)
{
	const char *test = agios_info_find(set->tests, e->name);
	char label[MAX_LABEL];
	json_t *pattern;

	if (!test)
		return;
	pattern = json_object_get(set->tests, test);
	json_object_set_new(about, "test", json_text(test));
	json_object_set(about, "pattern", pattern);
	agios_info_pattern(pattern, label, sizeof(label));
	if (*label)
		json_object_set_new(about, "label", json_text(label));
}

/* The map that is named like the experiment, or like its test. */
static const char *find_map(const struct agios_set *set,
			    const struct agios_experiment *e)
{
	const char *test = agios_info_find(set->tests, e->name);
	const char *best = NULL;
	size_t i;

	for (i = 0; i < set->nmaps; i++) {
		char name[MAX_LABEL];

		volume_name(set->maps[i], ".map", name, sizeof(name));
		if (!strcmp(name, e->name))
			return set->maps[i];
		if (!best && ((test && agios_has_word(name, test)) ||
			      agios_has_word(e->name, name)))
			best = set->maps[i];
	}
	return best;
}

int agios_describe(const struct agios_set *set,
		   const struct agios_experiment *e, json_t **about,
		   struct hf_error *err)
{
	const char *path = find_map(set, e);
	json_t *o = json_object(), *map;
	int rc = 0;

	json_object_set_new(o, "name", json_text(e->name));
	json_object_set_new(o, "of", json_string(e->nodes ? "I/O nodes" :
							    "data servers"));
	describe_name(e, o);
	if (e->nodes)
		describe_test(set, e, o);
	json_object_set_new(o, "files", describe_files(e));
	if (path && e->nodes)
		rc = agios_map_read(path, &map, err);
	if (rc) {
		json_decref(o);
		return rc;
	}
	if (path && e->nodes)
		json_object_set_new(o, "map", map);
	*about = o;
	return 0;
}

int agios_import(const struct agios_experiment *e, json_t *about,
		 const char *out, const struct import_opts *opts,
		 struct import_summary *sum, struct hf_error *err)
{
	const char **paths = calloc(e->n, sizeof(*paths));
	const char **names = calloc(e->n, sizeof(*names));
	struct import_opts how = *opts;
	size_t i;
	int rc;

	how.from = e->nodes ? "agios" : "pvfs";
	how.names = names;
	how.experiment = about;
	for (i = 0; paths && names && i < e->n; i++) {
		paths[i] = e->files[i].path;
		names[i] = e->files[i].server;
	}
	if (paths && names)
		rc = import_trace(paths, (int)e->n, out, &how, NULL, sum, err);
	else
		rc = hf_fail(err, ENOMEM, "no memory for the files of %s",
			     e->folder);
	free(paths);
	free(names);
	return rc;
}
