/* SPDX-License-Identifier: GPL-2.0-only */
/* Traces with dependencies, and when their requests have to be issued. */
#ifndef DEPS_H
#define DEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image.h"

/**
 * struct deps - a trace with dependencies as a list of edges
 * @im: the trace, complete
 * @first: edges of request i are @first[i] up to @first[i + 1]
 * @parent: request that the edge comes from
 */
struct deps {
	struct image *im;
	size_t *first;
	uint32_t *parent;
};

/** deps_windows - finds rank, window and scope of each request of a trace that
 * has issue and completion times, targets and streams, by brute force
 * @im: the trace; completed by image_end()
 * @kind: enum hfr_dep_scope
 * @threshold: ns
 * @roots: the first of a scope depends on requests of all scopes
 */
struct deps *deps_windows(struct image *im, uint32_t kind, uint64_t threshold,
			  bool roots);
void deps_free(struct deps *d);

/** deps_random - a random trace of @count reads on @targets targets, each from
 * one of @streams streams, @step ns apart on average
 */
struct image *deps_random(size_t count, unsigned int targets,
			  unsigned int streams, uint64_t step);

/**
 * deps_due - when the requests of a run were due, from what has completed
 * @d: the trace
 * @recs: completion records of @loops loops
 * @loops: see @recs
 * @think: thousandths
 * @speed: thousandths
 * @due: one for each record, filled; ns from the start of the run
 */
void deps_due(const struct deps *d, const struct hfr_completion_rec *recs,
	      unsigned int loops, uint32_t think, uint32_t speed, int64_t *due);

#endif /* DEPS_H */
