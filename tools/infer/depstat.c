// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>

#include "depstat.h"

/* Without a branch: which one is larger nobody can foretell. */
static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void depstat_add(struct depstat *st, const struct depstat_request *req)
{
	uint64_t n = req->parents;

	st->requests++;
	st->edges += n;
	st->parents[n < DEPSTAT_PARENTS ? n : DEPSTAT_PARENTS - 1]++;
	if (!n) {
		st->roots++;
		st->late_roots += req->issue_ns > DEPSTAT_LATE_NS;
	}
	st->latency_ns += req->complete_ns - req->issue_ns;
	st->most = larger(st->most, n);
	st->depth = larger(st->depth, req->depth);
	st->critical_ns = larger(st->critical_ns, req->finish_ns);
	st->fast_ns = larger(st->fast_ns, req->fast_ns);
	st->duration_ns = larger(st->duration_ns, req->complete_ns);
}

uint64_t depstat_percentile(const struct depstat *st, double share)
{
	uint64_t rank = (uint64_t)ceil(share * (double)st->requests), sum = 0;
	uint64_t n;

	if (!rank)
		rank = 1;
	for (n = 0; n < DEPSTAT_PARENTS - 1; n++) {
		sum += st->parents[n];
		if (sum >= rank)
			return n;
	}
	return st->most;
}

static double ratio(uint64_t a, uint64_t b)
{
	return b ? (double)a / (double)b : 0;
}

double depstat_mean(const struct depstat *st)
{
	return ratio(st->edges, st->requests);
}

double depstat_concurrency(const struct depstat *st)
{
	return ratio(st->latency_ns, st->duration_ns);
}

double depstat_parallelism(const struct depstat *st)
{
	return ratio(st->latency_ns, st->critical_ns);
}

double depstat_speedup(const struct depstat *st)
{
	if (!st->duration_ns)
		return 1;
	return (double)st->duration_ns / (double)st->fast_ns;
}
