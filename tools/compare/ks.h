/* SPDX-License-Identifier: GPL-2.0-only */
/* The distance of two samples: Kolmogorov and Smirnov. */
#ifndef HF_KS_H
#define HF_KS_H

#include <stdint.h>

/**
 * struct sample - values in ascending order
 * @values: owned
 * @count: how many
 */
struct sample {
	int64_t *values;
	uint64_t count;
};

/** sample_sort - brings values in order; 0 or -ENOMEM */
int sample_sort(struct sample *s);
void sample_free(struct sample *s);

/**
 * ks_distance - the largest difference of the two cumulative distributions
 * @a: sorted
 * @b: sorted
 *
 * Return: 0 to 1; NaN when either is empty.
 */
double ks_distance(const struct sample *a, const struct sample *b);

#endif /* HF_KS_H */
