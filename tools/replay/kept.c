// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <jansson.h>

#include "kept.h"
#include "outfile.h"

#define KEPT_DIR	"/run/hfreplay"

static int make_path(char *path, size_t len, const char *session,
		     struct hf_error *err)
{
	/* The kernel allows no slash in a name; do not rely on it here. */
	if (!*session || strchr(session, '/') || session[0] == '.')
		return hf_fail(err, EINVAL, "%s is no name of a session",
			       session);
	snprintf(path, len, KEPT_DIR "/%s.json", session);
	return 0;
}

int kept_write(const char *session, const struct kept *k, struct hf_error *err)
{
	char path[256], sum[20];
	json_t *o;
	char *text;
	int ret = make_path(path, sizeof(path), session, err);

	if (ret)
		return ret;
	if (mkdir(KEPT_DIR, 0700) && errno != EEXIST)
		return hf_fail(err, errno, "cannot make the folder %s: %s",
			       KEPT_DIR, strerror(errno));
	snprintf(sum, sizeof(sum), "%016" PRIx64, k->checksum);
	o = json_pack("{s:i, s:s, s:s, s:s, s:b}", "format", 1, "trace",
		      k->trace, "checksum", sum, "command", k->command,
		      "temporary", k->temporary);
	text = o ? json_dumps(o, JSON_INDENT(2)) : NULL;
	json_decref(o);
	if (!text)
		return hf_fail(err, ENOMEM,
			       "out of memory, or the path of the trace is not UTF-8: %s",
			       k->trace);
	ret = outfile_put(path, text, strlen(text), err);
	free(text);
	return ret;
}

static int unpack(json_t *o, struct kept *k)
{
	const char *trace, *command, *sum;
	int temporary;

	if (json_unpack(o, "{s:s, s:s, s:s, s:b}", "trace", &trace,
			"checksum", &sum, "command", &command, "temporary",
			&temporary))
		return -EBADMSG;
	k->trace = strdup(trace);
	k->command = strdup(command);
	k->checksum = strtoull(sum, NULL, 16);
	k->temporary = temporary;
	return k->trace && k->command ? 0 : -ENOMEM;
}

int kept_read(const char *session, struct kept *k, struct hf_error *err)
{
	char path[256];
	json_error_t why;
	json_t *o;
	int ret = make_path(path, sizeof(path), session, err);

	memset(k, 0, sizeof(*k));
	if (ret)
		return ret;
	if (access(path, R_OK))
		return hf_fail(err, errno,
			       "it is not known which trace session %s plays: %s: %s; give it with --trace",
			       session, path, strerror(errno));
	o = json_load_file(path, 0, &why);
	ret = o ? unpack(o, k) : -EBADMSG;
	json_decref(o);
	if (!ret)
		return 0;
	kept_free(k);
	return hf_fail(err, -ret, "%s is damaged; give the trace with --trace",
		       path);
}

void kept_free(struct kept *k)
{
	free(k->trace);
	free(k->command);
	memset(k, 0, sizeof(*k));
}

void kept_forget(const char *session)
{
	struct hf_error unused;
	char path[256];
	struct kept k;

	if (make_path(path, sizeof(path), session, &unused))
		return;
	if (!kept_read(session, &k, &unused)) {
		if (k.temporary)
			unlink(k.trace);
		kept_free(&k);
	}
	unlink(path);
}

char *kept_temporary(const char *kind, struct hf_error *err)
{
	const char *dir = getenv("TMPDIR");
	uint64_t random;
	char *path;

	if (!dir || dir[0] != '/')
		dir = "/var/tmp";
	if (getrandom(&random, sizeof(random), 0) != sizeof(random) ||
	    asprintf(&path, "%s/hfreplay-%016" PRIx64 ".%s", dir,
		     random, kind) < 0) {
		hf_fail(err, ENOMEM, "cannot make up a name for a file");
		return NULL;
	}
	return path;
}
