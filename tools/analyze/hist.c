// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "hist.h"

int hist_append(struct hist *h, const struct hist_bucket *b)
{
	struct hist_bucket *buckets;

	/* At each power of two there is no room left. */
	if (!(h->n & (h->n - 1))) {
		buckets = realloc(h->buckets,
				  (h->n ? 2 * h->n : 1) * sizeof(*buckets));
		if (!buckets)
			return -ENOMEM;
		h->buckets = buckets;
	}
	h->buckets[h->n++] = *b;
	return 0;
}

void hist_free(struct hist *h)
{
	free(h->buckets);
	*h = (struct hist){ NULL, 0, 0, 0 };
}

int hist_copy(struct hist *to, const struct hist *from)
{
	size_t i;
	int ret;

	*to = (struct hist){ .sum = from->sum, .max = from->max };
	for (i = 0; i < from->n; i++) {
		ret = hist_append(to, &from->buckets[i]);
		if (ret)
			return ret;
	}
	return 0;
}

uint64_t hist_count(const struct hist *h)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < h->n; i++)
		count += h->buckets[i].count;
	return count;
}

double hist_mean(const struct hist *h)
{
	uint64_t count = hist_count(h);

	return count ? (double)h->sum / (double)count : 0;
}

/* The rank, from 1, of the value: a share of the count, rounded up. */
static uint64_t rank_of(uint64_t count, unsigned int thousandths)
{
	uint64_t rank = count / 1000 * thousandths +
		(count % 1000 * thousandths + 999) / 1000;

	return rank ? rank : 1;
}

uint64_t hist_quantile(const struct hist *h, unsigned int thousandths)
{
	uint64_t left = rank_of(hist_count(h), thousandths);
	size_t i;

	for (i = 0; i < h->n; i++) {
		if (left <= h->buckets[i].count)
			return h->buckets[i].to < h->max ?
				h->buckets[i].to : h->max;
		left -= h->buckets[i].count;
	}
	return 0;
}

void hist_subtract(struct hist *now, const struct hist *before)
{
	size_t i, j = 0;

	for (i = 0; i < now->n; i++) {
		while (j < before->n &&
		       before->buckets[j].from < now->buckets[i].from)
			j++;
		if (j < before->n &&
		    before->buckets[j].from == now->buckets[i].from)
			now->buckets[i].count -= before->buckets[j].count;
	}
	now->sum -= before->sum;
}
