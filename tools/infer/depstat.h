/* SPDX-License-Identifier: GPL-2.0-only */
/* What the dependencies of a trace look like, in figures. */
#ifndef HF_DEPSTAT_H
#define HF_DEPSTAT_H

#include <stdint.h>

/* Parents are counted one by one up to here. */
#define DEPSTAT_PARENTS	65536U
/* A root later than this is worth a warning. */
#define DEPSTAT_LATE_NS	1000000000ULL

/**
 * struct depstat - figures of a graph
 * @requests: number of requests
 * @edges: parents of all of them
 * @most: most parents of one
 * @roots: requests without a parent: they go at their recorded time
 * @late_roots: those issued later than DEPSTAT_LATE_NS
 * @joined: first requests of a scope that depend on those of other scopes
 * @depth: requests in the longest chain
 * @critical_ns: sum of the latencies along the longest path: the shortest time
 *	in which a replay without think time can be done on the original device
 * @width: most requests of which none waits for another; with several scopes
 *	the sum of theirs, which requests that wait for other scopes may make
 *	too large
 * @fast_ns: latest issue in mode dep on a device that takes no time: what think
 *	times alone take
 * @latency_ns: sum of all latencies
 * @duration_ns: from the start of the trace to its last completion
 * @parents: number of requests with as many parents; the last counts all with
 *	that many or more
 */
struct depstat {
	uint64_t requests;
	uint64_t edges;
	uint64_t most;
	uint64_t roots, late_roots;
	uint64_t joined;
	uint64_t depth;
	uint64_t critical_ns;
	uint64_t width;
	uint64_t fast_ns;
	uint64_t latency_ns;
	uint64_t duration_ns;
	uint64_t parents[DEPSTAT_PARENTS];
};

/**
 * struct depstat_request - a request as depstat_add() takes it
 * @issue_ns: its issue
 * @complete_ns: its completion
 * @parents: number of its parents
 * @depth: requests in the longest chain that ends with it
 * @finish_ns: sum of the latencies along the longest path that ends with it
 * @fast_ns: its issue in mode dep on a device that takes no time
 */
struct depstat_request {
	uint64_t issue_ns, complete_ns;
	uint64_t parents;
	uint64_t depth;
	uint64_t finish_ns;
	uint64_t fast_ns;
};

/** depstat_add - counts a request */
void depstat_add(struct depstat *st, const struct depstat_request *req);

/**
 * depstat_percentile - number of parents, by nearest rank
 * @st: the figures
 * @share: 0 to 1
 *
 * Return: what at least @share of the requests have or fall below.
 */
uint64_t depstat_percentile(const struct depstat *st, double share);

/** depstat_mean - parents per request */
double depstat_mean(const struct depstat *st);

/** depstat_concurrency - requests in flight on average, in the original */
double depstat_concurrency(const struct depstat *st);

/** depstat_parallelism - the same on the longest path: what the dependencies
 * permit without think time
 */
double depstat_parallelism(const struct depstat *st);

/** depstat_speedup - how much faster the trace is on a device that takes no
 * time; infinite if nothing is left of it
 */
double depstat_speedup(const struct depstat *st);

#endif /* HF_DEPSTAT_H */
