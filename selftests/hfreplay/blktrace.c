// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blktrace.h"
#include "kst.h"

#define INSTANCE "/sys/kernel/tracing/instances/hfreplay"

void blk_trace_start(const char *event)
{
	/* One that an earlier test left behind. */
	rmdir(INSTANCE);
	if (mkdir(INSTANCE, 0700))
		kst_skip("tracefs cannot be used");
	if (kst_sh("cd " INSTANCE " && echo 8192 >buffer_size_kb && echo mono >trace_clock && echo 1 >events/block/%s/enable",
		   event))
		kst_failed(__FILE__, __LINE__, true, "no tracepoint %s", event);
}

/* "... block_rq_issue: 252,0 R 4096 () 8 + 8 [task]"; block_bio_queue lacks
 * the bytes and the brackets.
 */
static int parse(const char *line, struct blk_event *e)
{
	const char *p = strstr(line, ": block_");
	unsigned long long sector;

	if (!p)
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
