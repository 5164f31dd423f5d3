// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blktrace.h"
#include "kst.h"

#define INSTANCE "/sys/kernel/tracing/instances/hfreplay"

static void start(const char *event)
{
	/* One that an earlier test left behind. */
	rmdir(INSTANCE);
	if (mkdir(INSTANCE, 0700))
		kst_skip("tracefs cannot be used");
	if (kst_sh("cd " INSTANCE " && echo 8192 >buffer_size_kb && echo mono >trace_clock && echo 1 >events/%s/enable",
		   event))
		kst_failed(__FILE__, __LINE__, true, "no tracepoint %s", event);
}

void blk_trace_start(const char *event)
{
	char path[64];

	snprintf(path, sizeof(path), "block/%s", event);
	start(path);
}

void blk_trace_also(const char *event)
{
	if (kst_sh("echo 1 >" INSTANCE "/events/block/%s/enable", event))
		kst_failed(__FILE__, __LINE__, true, "no tracepoint %s", event);
}

/* "... block_rq_issue: 252,0 R 4096 () 8 + 8 [task]"; block_bio_queue lacks
 * the bytes and the brackets.
 */
static int parse(const char *line, struct blk_event *e)
{
	const char *p = strstr(line, ": block_");
	unsigned long long sector;

	if (!p || sscanf(p, ": %23[^:]", e->name) != 1)
		return 0;
	if (sscanf(p, ": %*[^:]: %*d,%*d %11s %*u () %llu + %u", e->rwbs,
		   &sector, &e->sectors) != 3 &&
	    sscanf(p, ": %*[^:]: %*d,%*d %11s %llu + %u", e->rwbs, &sector,
		   &e->sectors) != 3)
		return 0;
	e->sector = sector;
	return 1;
}

size_t blk_trace_read(struct blk_event *events, size_t max)
{
	struct blk_event e;
	char line[512];
	size_t n = 0;
	FILE *f;

	kst_sh("echo 0 >" INSTANCE "/tracing_on");
	f = fopen(INSTANCE "/trace", "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (line[0] == '#' || !parse(line, &e))
			continue;
		if (n < max)
			events[n] = e;
		n++;
	}
	if (f)
		fclose(f);
	rmdir(INSTANCE);
	return n;
}

/* Both are where they have been since 5.18. */
#define PROBE "p:hfr/bio submit_bio_noacct opf=+16($arg1):u32 prio=+22($arg1):u16"

void blk_bio_start(void)
{
	rmdir(INSTANCE);
	if (kst_sh("cd /sys/kernel/tracing && { echo '-:hfr/bio' >>kprobe_events; echo '" PROBE "' >>kprobe_events; } 2>/dev/null"))
		kst_skip("the kernel has no kprobe events");
	start("hfr/bio");
}

size_t blk_bio_read(struct blk_bio *bios, size_t max)
{
	char line[512], *p;
	struct blk_bio b;
	size_t n = 0;
	FILE *f;

	kst_sh("echo 0 >" INSTANCE "/tracing_on; echo 0 >" INSTANCE "/events/hfr/bio/enable");
	f = fopen(INSTANCE "/trace", "r");
	while (f && fgets(line, sizeof(line), f)) {
		p = line[0] == '#' ? NULL : strstr(line, " opf=");
		if (!p || sscanf(p, " opf=%u prio=%hu", &b.opf, &b.prio) != 2)
			continue;
		if (n < max)
			bios[n] = b;
		n++;
	}
	if (f)
		fclose(f);
	rmdir(INSTANCE);
	kst_sh("echo '-:hfr/bio' >>/sys/kernel/tracing/kprobe_events");
	return n;
}
