// SPDX-License-Identifier: GPL-2.0-only
/* Intervals of equal length; the time in flight is exact, not sampled. */
#include "timeline.h"

#include <string.h>

/* Fewer requests than this in an interval make a picture of noise. */
#define REQUESTS_PER_BIN	8
#define MIN_BINS		10

void timeline_init(struct timeline *tl, uint64_t span_ns, uint64_t requests)
{
	uint64_t bins = requests / REQUESTS_PER_BIN;

	if (bins < MIN_BINS)
		bins = MIN_BINS;
	if (bins > TIMELINE_MAX_BINS)
		bins = TIMELINE_MAX_BINS;
	memset(tl, 0, sizeof(*tl));
	tl->bins = (unsigned int)bins;
	tl->bin_ns = span_ns / bins + 1;
}

static unsigned int index_at(const struct timeline *tl, uint64_t ns)
{
	uint64_t i = ns / tl->bin_ns;

	return i < tl->bins ? (unsigned int)i : tl->bins - 1;
}

struct timeline_bin *timeline_bin_at(struct timeline *tl, uint64_t ns)
{
	return &tl->bin[index_at(tl, ns)];
}

void timeline_busy(struct timeline *tl, uint64_t start, uint64_t end)
{
	unsigned int first, last;

	if (end <= start)
		return;
	first = index_at(tl, start);
	last = index_at(tl, end);
	if (first == last) {
		tl->bin[first].busy_ns += (double)(end - start);
		return;
	}
	tl->bin[first].busy_ns += (double)((first + 1) * tl->bin_ns - start);
	tl->bin[last].busy_ns += (double)(end - last * tl->bin_ns);
	tl->whole[first + 1]++;
	tl->whole[last]--;
}

void timeline_finish(struct timeline *tl)
{
	int64_t whole = 0;

	for (unsigned int i = 0; i < tl->bins; i++) {
		whole += tl->whole[i];
		tl->bin[i].busy_ns += (double)whole * (double)tl->bin_ns;
	}
}
