// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "writer.h"

/* In the order in which they are listed. */
const struct writer *const writers[] = {
	&writer_hft,
	&writer_blktrace,
	&writer_blkparse,
	&writer_fio,
	&writer_fio2,
	&writer_hfplayer,
	&writer_hfplayer_annot,
	&writer_blkreplay,
	&writer_spc,
	&writer_msr,
	&writer_disksim,
	&writer_vscsi,
	&writer_vscsi2,
	&writer_oracle,
	&writer_csv,
	NULL
};

static void add_name(char *buf, size_t len, const char *name)
{
	size_t at = strlen(buf);

	snprintf(buf + at, len - at, "%s%s", at ? ", " : "", name);
}

const struct writer *writer_by_name(const char *name, struct hf_error *err)
{
	char known[400] = "";
	int i;

	for (i = 0; writers[i]; i++) {
		if (!strcmp(writers[i]->name, name))
			return writers[i];
		add_name(known, sizeof(known), writers[i]->name);
	}
	hf_fail(err, EINVAL, "traces are not written as %s; formats are: %s",
		name, known);
	return NULL;
}

/* Whether the first @len characters of @path end in one of the suffixes. */
static bool has_suffix(const char *path, size_t len, const char *suffixes)
{
	const char *s = suffixes;
	size_t n;

	for (; s && *s; s += n + strspn(s + n, " ")) {
		n = strcspn(s, " ");
		if (len > n && !strncmp(path + len - n, s, n))
			return true;
	}
	return false;
}

const struct writer *writer_by_path(const char *path, struct hf_error *err)
{
	size_t len = outstream_plain_length(path);
	const struct writer *found = NULL;
	char names[200] = "";
	int i, n = 0;

	for (i = 0; writers[i]; i++) {
		if (!has_suffix(path, len, writers[i]->suffixes))
			continue;
		found = writers[i];
		add_name(names, sizeof(names), found->name);
		n++;
	}
	if (n < 2)
		return found ? found : &writer_hft;
	hf_fail(err, EINVAL,
		"%s: several formats have such names: say with --to which it is to be (%s)",
		path, names);
	return NULL;
}
