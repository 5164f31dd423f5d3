// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "trace-blocks.h"
#include "popularity.h"

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int popularity_of_trace(const char *path, uint64_t block,
			struct numbers *counts, struct hf_error *err)
{
	struct numbers blocks;
	size_t i, first = 0;
	int rc = blocks_of_trace(path, block, &blocks, err);

	*counts = (struct numbers){ 0 };
	if (rc)
		return rc;
	qsort(blocks.list, blocks.n, sizeof(*blocks.list), compare);
	for (i = 1; !rc && i <= blocks.n; i++) {
		if (i < blocks.n && blocks.list[i] == blocks.list[first])
			continue;
		rc = numbers_add(counts, i - first, err);
		first = i;
	}
	numbers_free(&blocks);
	if (rc)
		numbers_free(counts);
	return rc;
}
