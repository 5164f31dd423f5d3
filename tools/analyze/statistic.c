// SPDX-License-Identifier: GPL-2.0-only
#include "statistic.h"

#include <math.h>

static void merge_one(const struct statistic *s, void *to, const void *from)
{
	void *a = (char *)to + s->at;
	const void *b = (const char *)from + s->at;

	switch (s->kind) {
	case STAT_SUM:
		*(uint64_t *)a += *(const uint64_t *)b;
		break;
	case STAT_MAX:
		if (*(const uint64_t *)b > *(uint64_t *)a)
			*(uint64_t *)a = *(const uint64_t *)b;
		break;
	case STAT_REAL:
		*(double *)a += *(const double *)b;
		break;
	case STAT_HIST:
		loghist_merge(a, b);
		break;
	default:
		/* Made from what is merged; numbers of blocks are not. */
		break;
	}
}

void stat_merge(const struct stat_family *family, void *to, const void *from)
{
	for (const struct statistic *s = family->list; s->name; s++)
		merge_one(s, to, from);
}

double stat_value(const struct statistic *s, const void *state,
		  const struct stat_scope *scope)
{
	const void *at = (const char *)state + s->at;
	const void *over = (const char *)state + s->over;

	switch (s->kind) {
	case STAT_SUM:
	case STAT_MAX:
		return (double)*(const uint64_t *)at;
	case STAT_BLOCKS:
		return (double)*(const uint64_t *)at * (double)scope->block;
	case STAT_QUOTIENT:
		return stat_ratio((double)*(const uint64_t *)at,
				  (double)*(const uint64_t *)over);
	case STAT_REAL:
		return *(const double *)at;
	case STAT_DERIVED:
		return s->derive(state, scope);
	default:
		return NAN;
	}
}

const struct loghist *stat_hist(const struct statistic *s, const void *state)
{
	return (const void *)((const char *)state + s->at);
}

double stat_ratio(double a, double b)
{
	return b > 0 || b < 0 ? a / b : NAN;
}
