// SPDX-License-Identifier: GPL-2.0-only
#include "ird.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "big-array.h"

/* References between two looks at what else there is to do. */
#define CHUNK	(1U << 16)
/* References ahead whose last is fetched. */
#define AHEAD	32

static inline void add(struct ird *ird, uint64_t *last, uint64_t i, uint32_t id)
{
	uint64_t distance = i + 1 - last[id];

	if (!last[id]) {
		ird->cold++;
	} else {
		loghist_add(&ird->hist, distance, 1);
		if (ird->exact)
			ird->exact[distance]++;
	}
	last[id] = i + 1;
}

static int walk(struct ird *ird, uint64_t *last, bool (*stop)(void))
{
	const struct block_refs *of = ird->of;

	for (uint64_t i = 0; i < of->count; i++) {
		if (i % CHUNK == 0 && stop && stop())
			return -EINTR;
		__builtin_prefetch(&last[of->ids[i + AHEAD]], 1);
		add(ird, last, i, of->ids[i]);
	}
	return 0;
}

int ird_make(struct ird *ird, const struct block_refs *of, bool exact,
	     bool (*stop)(void))
{
	/* Index of the last reference to each block + 1, 0 for none. */
	uint64_t *last = big_array(of->distinct, sizeof(*last));
	int ret = -ENOMEM;

	memset(ird, 0, sizeof(*ird));
	ird->of = of;
	if (exact)
		ird->exact = big_array(of->count + 1, sizeof(*ird->exact));
	if (last && (ird->exact || !exact))
		ret = walk(ird, last, stop);
	big_array_free(last);
	return ret;
}

void ird_free(struct ird *ird)
{
	big_array_free(ird->exact);
	ird->exact = NULL;
}

/**
 * struct eviction - the average eviction time
 * @t: a time
 * @blocks: size of the cache that blocks leave after it
 * @later: references whose distance is more than it
 */
struct eviction {
	uint64_t t;
	double blocks;
	uint64_t later;
};

/* Goes on to the last time at which a cache has no more than @size blocks. */
static void advance(struct eviction *e, const struct ird *ird, double size)
{
	double all = (double)ird->of->count;

	while (e->t < ird->of->count) {
		double more = e->blocks + (double)e->later / all;

		if (more > size)
			return;
		e->blocks = more;
		e->t++;
		e->later -= ird->exact[e->t];
	}
}

void ird_aet(const struct ird *ird, const uint64_t *sizes, unsigned int n,
	     uint64_t *hits)
{
	const uint64_t all = ird->of->count;
	struct eviction e = { 0, 0, all };

	for (unsigned int i = 0; i < n; i++) {
		double part = 0;

		advance(&e, ird, (double)sizes[i]);
		hits[i] = all - e.later;
		if (e.t == all)
			continue;
		part = ((double)sizes[i] - e.blocks) * (double)all /
		       (double)e.later;
		hits[i] += (uint64_t)llround(part * ird->exact[e.t + 1]);
	}
}
