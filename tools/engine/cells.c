// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "cells.h"

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool writes(const struct hfr_trace_rec *rec, uint32_t target)
{
	return rec->target == target && rec->op == HFR_OP_WRITE && rec->length;
}

static uint64_t first_group(const struct cells *c,
			    const struct hfr_trace_rec *rec)
{
	return rec->offset >> c->shift >> CELLS_SHIFT;
}

static uint64_t last_group(const struct cells *c,
			   const struct hfr_trace_rec *rec)
{
	return (rec->offset + rec->length - 1) >> c->shift >> CELLS_SHIFT;
}

static uint64_t count_groups(const struct cells *c,
			     const struct hft_file *trace, uint32_t target)
{
	uint64_t i, n = 0;

	for (i = 0; i < trace->count; i++)
		if (writes(&trace->recs[i], target))
			n += last_group(c, &trace->recs[i]) -
			     first_group(c, &trace->recs[i]) + 1;
	return n;
}

static void list_groups(struct cells *c, const struct hft_file *trace,
			uint32_t target)
{
	uint64_t i, group;

	for (i = 0; i < trace->count; i++) {
		const struct hfr_trace_rec *rec = &trace->recs[i];

		if (!writes(rec, target))
			continue;
		for (group = first_group(c, rec);
		     group <= last_group(c, rec); group++)
			c->groups[c->count++] = group;
	}
}

static void keep_each_once(struct cells *c)
{
	uint64_t i, n = 0;

	qsort(c->groups, c->count, sizeof(*c->groups), compare);
	for (i = 0; i < c->count; i++)
		if (!n || c->groups[n - 1] != c->groups[i])
			c->groups[n++] = c->groups[i];
	c->count = n;
}

int cells_make(struct cells *c, const struct hft_file *trace, uint32_t target,
	       uint32_t block)
{
	uint64_t most;

	*c = (struct cells){ .shift = (uint32_t)__builtin_ctz(block) };
	most = count_groups(c, trace, target);
	c->groups = calloc(most + 1, sizeof(*c->groups));
	if (!c->groups)
		return -ENOMEM;
	list_groups(c, trace, target);
	keep_each_once(c);
	c->all = calloc((c->count + 1) * CELLS_GROUP, sizeof(*c->all));
	if (c->all)
		return 0;
	cells_free(c);
	return -ENOMEM;
}

void cells_free(struct cells *c)
{
	free(c->groups);
	free(c->all);
	*c = (struct cells){ .groups = NULL };
}

uint32_t cells_find(const struct cells *c, uint64_t block, uint64_t end,
		    struct hfr_cell **cells)
{
	uint64_t group = block >> CELLS_SHIFT;
	uint32_t first = block & (CELLS_GROUP - 1);
	uint32_t n = CELLS_GROUP - first;
	const uint64_t *at = bsearch(&group, c->groups, c->count,
				     sizeof(*c->groups), compare);

	*cells = at ? &c->all[((uint64_t)(at - c->groups) << CELLS_SHIFT) +
			      first] : NULL;
	return end - block < n ? (uint32_t)(end - block) : n;
}
