// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void volume_name(const char *path, const char *kind, char *buf, size_t len)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	char *at;
	size_t i;

	strncpy(buf, *base && strcmp(base, "-") ? base : "stdin", len - 1);
	buf[len - 1] = '\0';
	for (i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (cut_end(buf, packed[i]))
			break;
	at = kind ? strstr(buf + 1, kind) : NULL;
	if (at)
		*at = '\0';
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
	const char *path = input_path(in), *slash = strrchr(path, '/');
	char name[VOLUME_NAME], *origin;
	int folder = slash ? (int)(slash + 1 - path) : 0, ret;

	volume_name(path, kind, name, sizeof(name));
	if (asprintf(&origin, "%.*s%s", folder, path, name) < 0)
		return hf_fail(err, ENOMEM, "no memory for the devices");
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
