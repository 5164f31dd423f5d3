// SPDX-License-Identifier: GPL-2.0-only
#include "ks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dist.h"

int sample_sort(struct sample *s)
{
	int64_t *scratch = malloc((s->count + 1) * sizeof(*scratch));

	if (!scratch)
		return -ENOMEM;
	dist_sort(s->values, scratch, s->count);
	free(scratch);
	return 0;
}

void sample_free(struct sample *s)
{
	free(s->values);
	memset(s, 0, sizeof(*s));
}

/* Goes on behind all values up to @value. */
static uint64_t behind(const struct sample *s, uint64_t i, int64_t value)
{
	while (i < s->count && s->values[i] <= value)
		i++;
	return i;
}

double ks_distance(const struct sample *a, const struct sample *b)
{
	uint64_t i = 0, k = 0;
	double most = 0;

	if (!a->count || !b->count)
		return NAN;
	while (i < a->count && k < b->count) {
		int64_t value = a->values[i] < b->values[k] ? a->values[i] :
							      b->values[k];

		i = behind(a, i, value);
		k = behind(b, k, value);
		most = fmax(most, fabs((double)i / (double)a->count -
				       (double)k / (double)b->count));
	}
	return most;
}
