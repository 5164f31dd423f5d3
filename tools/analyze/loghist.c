// SPDX-License-Identifier: GPL-2.0-only
#include "loghist.h"

#include <math.h>

uint64_t loghist_top(unsigned int bucket)
{
	unsigned int octave = bucket < 64 ? 0 : (bucket - 64) / 32 + 1;
	uint64_t part;

	if (!octave)
		return bucket;
	part = 32 + (bucket - 64) % 32;
	/* The last of all would be 2^64. */
	return ((part + 1) << octave) - 1;
}

void loghist_merge(struct loghist *to, const struct loghist *from)
{
	if (!from->count)
		return;
	if (!to->count || from->min < to->min)
		to->min = from->min;
	if (from->max > to->max)
		to->max = from->max;
	to->count += from->count;
	to->sum += from->sum;
	for (unsigned int i = 0; i < LOGHIST_BUCKETS; i++)
		to->bucket[i] += from->bucket[i];
}

double loghist_mean(const struct loghist *h)
{
	return h->count ? (double)h->sum / (double)h->count : NAN;
}

/* The rank, from 1, of the value: a share of the count, rounded up. */
static uint64_t rank_of(uint64_t count, unsigned int thousandths)
{
	uint64_t rank = count / 1000 * thousandths +
			(count % 1000 * thousandths + 999) / 1000;

	return rank ? rank : 1;
}

uint64_t loghist_quantile(const struct loghist *h, unsigned int thousandths)
{
	uint64_t left = rank_of(h->count, thousandths);

	for (unsigned int i = 0; i < LOGHIST_BUCKETS && h->count; i++) {
		if (left <= h->bucket[i])
			return loghist_top(i) < h->max ? loghist_top(i) :
							 h->max;
		left -= h->bucket[i];
	}
	return 0;
}
