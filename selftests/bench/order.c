// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench-order: replays a trace whose offsets are all different and counts the
 * requests that the driver got (block_rq_issue) behind one that the trace has
 * after them. Prints "NAME NUMBER" a line.
 */
#include <stdio.h>
#include <stdlib.h>

#include "kst.h"
#include "seen.h"
#include "session.h"

struct place {
	uint64_t sector;
	size_t index;
};

static int by_sector(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->sector > y->sector) - (x->sector < y->sector);
}

static struct place *places_of(const struct hft_file *trace)
{
	struct place *p = calloc(trace->count, sizeof(*p));
	size_t i;

	for (i = 0; i < trace->count; i++) {
		p[i].sector = trace->recs[i].offset / 512;
		p[i].index = i;
	}
	qsort(p, trace->count, sizeof(*p), by_sector);
	for (i = 1; i < trace->count; i++)
		ASSERT_NE(p[i].sector, p[i - 1].sector);
	return p;
}

static size_t out_of_order(const struct seen *s, const struct hft_file *trace)
{
	struct place *places = places_of(trace), *found, key;
	size_t i, next = 0, wrong = 0;

	for (i = 0; i < s->count; i++) {
		key.sector = s->sector[i];
		found = bsearch(&key, places, trace->count, sizeof(*places),
				by_sector);
		ASSERT_TRUE(found);
		if (found->index < next)
			wrong++;
		else
			next = found->index + 1;
	}
	free(places);
	return wrong;
}

static size_t bundled(const struct run *run)
{
	size_t i, n = 0;

	for (i = 0; i < run->trace.count; i++)
		n += !!(run->recs[i].flags & HFR_CF_BUNDLED);
	return n;
}

int main(int argc, char **argv)
{
	struct seen seen;
	struct run run;

	if (argc < 3) {
		fputs("usage: bench-order TARGET TRACE [OPTION=N]...\noptions:",
		      stderr);
		run_options();
		return 2;
	}
	run_new(&run, argv[1], argv[2], argv + 3);
	run_load(&run);
	seen_start(&seen, "block_rq_issue", run.trace.count);
	run_play(&run);
	seen_finish(&seen);
	run_delete(&run);
	ASSERT_EQ(seen.count, run.trace.count);
	printf("requests %zu\n", seen.count);
	printf("out-of-order %zu\n", out_of_order(&seen, &run.trace));
	printf("bundled %zu\n", bundled(&run));
	return 0;
}
