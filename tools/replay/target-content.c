// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <blkid/blkid.h>

#include "target-content.h"

static const char *article(const char *word)
{
	return word && strchr("aeiouAEIOUxX", word[0]) ? "an" : "a";
}

static const char *value(blkid_probe pr, const char *name)
{
	const char *data = NULL;

	return blkid_probe_lookup_value(pr, name, &data, NULL) ? NULL : data;
}

static void describe_type(struct target *t, blkid_probe pr)
{
	const char *type = value(pr, "TYPE"), *usage = value(pr, "USAGE");
	const char *label = value(pr, "LABEL");
	const char *kind = "signature";

	if (usage && !strcmp(usage, "filesystem"))
		kind = "file system";
	else if (usage && !strcmp(usage, "raid"))
		kind = "volume or array member";
	else if (usage && !strcmp(usage, "crypto"))
		kind = "encrypted volume";
	else if (!strcmp(type, "swap"))
		kind = "area";
	snprintf(t->content, sizeof(t->content), "%s %s %s%s%.100s%s",
		 article(type), type, kind, label ? " labelled \"" : "",
		 label ? label : "", label ? "\"" : "");
}

static void describe(struct target *t, blkid_probe pr)
{
	const char *table = value(pr, "PTTYPE");

	if (value(pr, "TYPE"))
		describe_type(t, pr);
	else if (table)
		snprintf(t->content, sizeof(t->content),
			 "a partition table (%s)", table);
}

static void probe(struct target *t, int fd)
{
	blkid_probe pr = blkid_new_probe();
	int ret;

	if (!pr || blkid_probe_set_device(pr, fd, 0, 0)) {
		t->unread = true;
		blkid_free_probe(pr);
		return;
	}
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_TYPE |
					  BLKID_SUBLKS_LABEL |
					  BLKID_SUBLKS_USAGE);
	blkid_probe_enable_partitions(pr, 1);
	ret = blkid_do_safeprobe(pr);
	if (ret == 0)
		describe(t, pr);
	else if (ret == -2)
		strcpy(t->content, "signatures of several file systems");
	else if (ret < 0)
		t->unread = true;
	blkid_free_probe(pr);
}

void target_find_content(struct target *t)
{
	int fd = open(t->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		t->unread = true;
		return;
	}
	probe(t, fd);
	close(fd);
}
