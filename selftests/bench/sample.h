/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers that were measured, and what is said of them. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct sample - measured numbers
 * @v: in the order in which they were taken
 * @sorted: in rising order
 * @count: how many
 */
struct sample {
	int64_t *v;
	int64_t *sorted;
	size_t count;
};

void sample_new(struct sample *s, size_t room);
void sample_add(struct sample *s, int64_t v);

/** sample_sort - makes @sorted of @v; before anything is asked */
void sample_sort(struct sample *s);

/** sample_at - the number below which @part of them are, by nearest rank */
int64_t sample_at(const struct sample *s, double part);

/** sample_end_median - median of the last @n as they were taken */
int64_t sample_end_median(const struct sample *s, size_t n);

/** sample_print - quantiles and maximum, one a line, as NAME-pN and NAME-max */
void sample_print(const struct sample *s, const char *name);

#endif /* SAMPLE_H */
