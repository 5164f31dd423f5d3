// SPDX-License-Identifier: GPL-2.0-only
#include "refs-sample.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "block-ids.h"
#include "block-refs.h"

void refs_sample_init(struct refs_sample *s, double rate, uint32_t most)
{
	s->on = rate < 1 || most;
	s->below = rate < 1 ? (uint64_t)ldexp(rate, 64) : UINT64_MAX;
}

double refs_sample_rate(const struct refs_sample *s)
{
	return s->on ? ldexp((double)s->below, -64) : 1;
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The hash that just @most blocks are below. */
static int find_threshold(const struct block_ids *ids, uint32_t most,
			  uint64_t *below)
{
	uint64_t *hashes = malloc(ids->count * sizeof(*hashes));
	uint64_t n = 0;

	if (!hashes)
		return -ENOMEM;
	for (uint64_t i = 0; i < 1ULL << ids->bits; i++)
		if (ids->cells[i].key)
			hashes[n++] = block_hash(ids->cells[i].key - 1);
	qsort(hashes, n, sizeof(*hashes), by_value);
	*below = hashes[most];
	free(hashes);
	return 0;
}

static void drop(struct block_refs *refs, const uint32_t *renumber)
{
	uint64_t n = 0;

	refs->total_bytes = 0;
	for (uint64_t i = 0; i < refs->count; i++) {
		uint32_t id = renumber[refs->ids[i]];

		if (id == UINT32_MAX)
			continue;
		refs->ids[n] = id;
		if (refs->bytes)
			refs->bytes[n] = refs->bytes[i];
		refs->total_bytes += refs->bytes ? refs->bytes[n] : refs->block;
		n++;
	}
	refs->count = n;
}

int refs_sample_cut(struct refs_sample *s, struct block_refs *refs,
		    struct block_ids *ids, uint32_t most)
{
	uint32_t *renumber = malloc(ids->count * sizeof(*renumber));
	uint64_t below;
	int ret = -ENOMEM;

	if (renumber && !find_threshold(ids, most, &below))
		ret = block_ids_keep(ids, below, renumber);
	if (!ret) {
		drop(refs, renumber);
		s->below = below;
	}
	free(renumber);
	return ret;
}
