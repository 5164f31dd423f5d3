// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "volume.h"

static const char *const packed[] = { ".gz", ".zst", ".xz", ".bz2" };

static bool cut_end(char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);

	if (n <= k || strcmp(name + n - k, end))
		return false;
	name[n - k] = '\0';
	return true;
}

/* From the last @kind on: what stands before may hold it too. */
static void cut_kind(char *name, const char *kind)
{
	char *at, *last = NULL;

	for (at = strstr(name + 1, kind); at; at = strstr(at + 1, kind))
		last = at;
	if (last)
		*last = '\0';
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The path without what says kind and compression; to be freed. */
static char *plain_path(const char *path, const char *kind)
{
	char *plain = strdup(path), *base;
	size_t i;

	if (!plain)
		return NULL;
	base = plain + (base_of(plain) - plain);
	for (i = 0; *base && i < ARRAY_SIZE(packed); i++)
		if (cut_end(base, packed[i]))
			break;
	if (*base && kind)
		cut_kind(base, kind);
	return plain;
}

void volume_name(const char *path, const char *kind, char *buf, size_t len)
{
	char *plain = plain_path(path, kind);
	const char *base = base_of(plain ? plain : path);

	snprintf(buf, len, "%s", *base && strcmp(base, "-") ? base : "stdin");
	free(plain);
}

static int device(struct importer *imp, int which, const char *name,
		  const char *origin, struct hf_error *err)
{
	const char *const *names = importer_opts(imp)->names;

	if (names)
		return importer_device(imp, names[which], 0, 0, err);
	return importer_file_device(imp, name, origin, err);
}

int volume_device(struct importer *imp, const struct input *in, int which,
		  const char *kind, struct hf_error *err)
{
	char name[VOLUME_NAME];

	volume_name(input_path(in), kind, name, sizeof(name));
	return device(imp, which, name, input_path(in), err);
}

int volume_part_device(struct importer *imp, const struct input *in, int which,
		       const char *kind, struct hf_error *err)
{
	char *origin = plain_path(input_path(in), kind);
	char name[VOLUME_NAME];
	int ret;

	if (!origin)
		return hf_fail(err, ENOMEM, "no memory for the devices");
	volume_name(input_path(in), kind, name, sizeof(name));
	ret = device(imp, which, name, origin, err);
	free(origin);
	return ret;
}

/* The last folder of a path. Returns whether it names one. */
static bool folder_name(const char *path, char *buf, size_t len)
{
	const char *end = strrchr(path, '/'), *at;

	if (!end || end == path)
		return false;
	for (at = end; at > path && at[-1] != '/'; at--)
		;
	snprintf(buf, len, "%.*s", (int)(end - at), at);
	return *buf && strcmp(buf, ".") && strcmp(buf, "..");
}

int volume_folder_device(struct importer *imp, const struct input *in,
			 int which, struct hf_error *err)
{
	const char *path = input_path(in);
	char name[VOLUME_NAME], *origin;
	int ret;

	if (!folder_name(path, name, sizeof(name)))
		volume_name(path, NULL, name, sizeof(name));
	/* The files of a folder are of one device. */
	origin = strdup(path);
	if (!origin)
		return hf_fail(err, ENOMEM, "no memory for the devices");
	if (strrchr(origin, '/'))
		*strrchr(origin, '/') = '\0';
	ret = device(imp, which, name, origin, err);
	free(origin);
	return ret;
}
