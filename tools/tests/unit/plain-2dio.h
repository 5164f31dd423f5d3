/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gen-from-2D from its description, as plainly as can be: a heap of times of
 * waking in floating point, and sums of probabilities searched from the start.
 */
#ifndef PLAIN_2DIO_H
#define PLAIN_2DIO_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "unit-files.h"

/**
 * struct plain - a profile
 * @p_irm: share of independent uses
 * @p_inf: share of items used once among the others
 * @zipf: weight of class i is i^-zipf
 * @classes: of items
 * @bins: steps of the density of distances
 * @p: their masses, with sum 1
 */
struct plain {
	double p_irm, p_inf, zipf;
	int classes, bins;
	double p[128];
};

static uint64_t plain_seed = 0x2545f4914f6cdd1dULL;

static inline double plain_uniform(void)
{
	return (double)(unit_random(&plain_seed) >> 11) / 9007199254740992.0;
}

enum plain_fgen { PLAIN_PAPER, PLAIN_PYTHON, PLAIN_CLI };

/* Equation 3 of the paper, and what its two programs make of it. */
static inline void plain_set_fgen(struct plain *f, enum plain_fgen kind, int k,
				  const int *spikes, int n, double epsilon)
{
	double sum = 0;
	int i, s;

	f->bins = k;
	for (i = 0; i < k; i++) {
		bool spike = false;

		for (s = 0; s < n; s++)
			spike |= spikes[s] == i;
		if (spike)
			f->p[i] = kind == PLAIN_CLI ? 1 - epsilon :
						      (1 - epsilon) / n;
		else
			f->p[i] = kind == PLAIN_PAPER ? epsilon / (k - n) :
							epsilon;
		sum += f->p[i];
	}
	for (i = 0; i < k; i++)
		f->p[i] /= sum;
}

/* T_max / M: the mean distance is the number of items. */
static inline double plain_longest(const struct plain *f)
{
	double mean = 0;
	int i;

	for (i = 0; i < f->bins; i++)
		mean += (i + 0.5) * f->p[i];
	return f->bins / mean;
}

static inline double plain_sleep(const struct plain *f, double longest)
{
	double u = plain_uniform();
	int i = 0;

	while (i < f->bins - 1 && u >= f->p[i])
		u -= f->p[i++];
	return (i + plain_uniform()) * longest / f->bins;
}

static inline uint64_t plain_zipf(const struct plain *f, uint64_t items)
{
	uint64_t width = items / (uint64_t)f->classes;
	double sum = 0, u;
	int i;

	for (i = 1; i <= f->classes; i++)
		sum += pow(i, -f->zipf);
	u = plain_uniform() * sum;
	for (i = 1; i < f->classes && u >= pow(i, -f->zipf); i++)
		u -= pow(i, -f->zipf);
	return (uint64_t)(i - 1) * width +
	       (uint64_t)(plain_uniform() * (double)width);
}

struct plain_entry {
	double at;
	uint64_t item;
};

/* Puts an entry at the top and lets it sink to its place. */
static inline void plain_sink(struct plain_entry *heap, size_t n, size_t at)
{
	for (;;) {
		size_t least = at, child = 2 * at + 1;
		struct plain_entry swap = heap[at];

		if (child < n && heap[child].at < heap[least].at)
			least = child;
		if (child + 1 < n && heap[child + 1].at < heap[least].at)
			least = child + 1;
		if (least == at)
			return;
		heap[at] = heap[least];
		heap[least] = swap;
		at = least;
	}
}

static inline void plain_generate(const struct plain *f, uint64_t items,
				  uint64_t *refs, size_t n)
{
	double longest = plain_longest(f) * (double)items;
	struct plain_entry *heap = calloc(items, sizeof(*heap));
	uint64_t once = items, i;

	assert_non_null(heap);
	for (i = 0; i < items; i++)
		heap[i] = (struct plain_entry){ plain_sleep(f, longest), i };
	for (i = items; i-- > 0; )
		plain_sink(heap, items, i);
	for (i = 0; i < n; i++) {
		if (plain_uniform() < f->p_irm) {
			refs[i] = plain_zipf(f, items);
		} else if (plain_uniform() < f->p_inf) {
			refs[i] = once++;
		} else {
			refs[i] = heap[0].item;
			heap[0].at += plain_sleep(f, longest);
			plain_sink(heap, items, 0);
		}
	}
	free(heap);
}

#endif /* PLAIN_2DIO_H */
