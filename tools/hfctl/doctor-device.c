// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "sysfs.h"
#include "target.h"

static void check_use(struct findings *f, const struct target *t)
{
	struct hf_error err;
	char what[384];

	if (target_check_use(t, false, &err))
		finding(f, FINDING_PROBLEM, t->path,
			"unmount it, or take it out of what uses it", "%s",
			t->busy);
	else
		finding(f, FINDING_OK, t->path, NULL, "%s is free",
			target_describe(t, what, sizeof(what)));
	if (t->read_only)
		finding(f, FINDING_WARN, t->path, "blockdev --setrw",
			"read-only: only reads can be replayed");
	if (t->content[0])
		finding(f, FINDING_WARN, t->path,
			"writes destroy it: use another device if it is needed",
			"it holds %s", t->content);
}

static void check_scheduler(struct findings *f, const struct target *t)
{
	char name[64];

	if (!sysfs_block_read(name, sizeof(name), t->major, t->minor,
			      "queue/scheduler"))
		return;
	sysfs_chosen(name);
	if (!strcmp(name, "none"))
		finding(f, FINDING_OK, t->path, NULL, "no I/O scheduler");
	else
		finding(f, FINDING_WARN, t->path,
			"echo none > queue/scheduler of the device, for a trace recorded at the driver",
			"scheduler %s may reorder and merge requests", name);
}

static void check_wbt(struct findings *f, const struct target *t)
{
	int64_t us = sysfs_block_u64(t->major, t->minor, "queue/wbt_lat_usec",
				     0);

	if (us > 0)
		finding(f, FINDING_WARN, t->path,
			"echo 0 > queue/wbt_lat_usec of the device",
			"write-back throttling is on (%" PRId64
			" us): asynchronous writes may wait", us);
}

/* 0: all neighbours, 1: only those that are cheap to find, 2: none. */
static void check_merges(struct findings *f, const struct target *t)
{
	int64_t nomerges = sysfs_block_u64(t->major, t->minor,
					   "queue/nomerges", 2);

	if (nomerges < 2)
		finding(f, FINDING_WARN, t->path,
			"echo 2 > queue/nomerges of the device, for a trace recorded at the driver",
			"neighbouring requests may be merged (nomerges %" PRId64
			")", nomerges);
	else
		finding(f, FINDING_OK, t->path, NULL,
			"requests are not merged");
}

static void show_queue(struct findings *f, const struct target *t)
{
	char cache[64] = "unknown";

	sysfs_block_read(cache, sizeof(cache), t->major, t->minor,
			 "queue/write_cache");
	finding(f, FINDING_OK, t->path, NULL,
		"%s, write cache: %s, rq_affinity %" PRId64,
		sysfs_block_u64(t->major, t->minor, "queue/rotational", 0) ?
		"rotational" : "not rotational", cache,
		sysfs_block_u64(t->major, t->minor, "queue/rq_affinity", 0));
	if (!t->discard)
		finding(f, FINDING_OK, t->path, NULL,
			"it cannot discard: such requests need --unsupported skip");
}

void doctor_device(struct findings *f, const char *path)
{
	struct hf_error err;
	struct target t;

	if (target_probe(&t, path, &err)) {
		finding(f, FINDING_PROBLEM, path, NULL, "%s", err.text);
		return;
	}
	check_use(f, &t);
	check_scheduler(f, &t);
	check_wbt(f, &t);
	check_merges(f, &t);
	show_queue(f, &t);
	doctor_queues(f, &t);
}
