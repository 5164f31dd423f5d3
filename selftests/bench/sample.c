// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kst.h"
#include "sample.h"

static const struct quantile {
	const char *name;
	double part;
} quantiles[] = {
	{ "min", 0 },
	{ "p50", 0.5 },
	{ "p90", 0.9 },
	{ "p99", 0.99 },
	{ "p99.9", 0.999 },
	{ "max", 1 },
};

void sample_new(struct sample *s, size_t room)
{
	s->v = calloc(room, sizeof(*s->v));
	s->sorted = calloc(room, sizeof(*s->sorted));
	s->count = 0;
}

void sample_add(struct sample *s, int64_t v)
{
	s->v[s->count++] = v;
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

void sample_sort(struct sample *s)
{
	memcpy(s->sorted, s->v, s->count * sizeof(*s->v));
	qsort(s->sorted, s->count, sizeof(*s->sorted), compare);
}

int64_t sample_at(const struct sample *s, double part)
{
	size_t rank = ceil(part * s->count);

	return s->sorted[rank ? rank - 1 : 0];
}

int64_t sample_end_median(const struct sample *s, size_t n)
{
	struct sample end;
	int64_t median;
	size_t i;

	ASSERT_LE(n, s->count);
	sample_new(&end, n);
	for (i = s->count - n; i < s->count; i++)
		sample_add(&end, s->v[i]);
	sample_sort(&end);
	median = sample_at(&end, 0.5);
	free(end.v);
	free(end.sorted);
	return median;
}

void sample_print(const struct sample *s, const char *name)
{
	size_t i;

	for (i = 0; i < KST_COUNT(quantiles); i++)
		printf("%s-%s %" PRId64 "\n", name, quantiles[i].name,
		       sample_at(s, quantiles[i].part));
}
