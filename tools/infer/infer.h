/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which request of a trace waited for which: rank and window of parents for
 * each, exactly, in one pass over the records. Memory grows with the span of
 * the requests in flight and the number of scopes, not with the trace.
 */
#ifndef HF_INFER_H
#define HF_INFER_H

#include <stdbool.h>

#include "depstat.h"
#include "error.h"
#include "hft-deps.h"
#include "hft.h"

/* Think times that are not taken for a dependency, unless told otherwise. */
#define INFER_THRESHOLD_NS	10000ULL

/**
 * struct infer_opts - how to infer
 * @kind: enum hfr_dep_scope: requests depend on those of their scope only
 * @threshold_ns: a request depends on those that completed more than this
 *	before its issue; at most HFR_MAX_TIME
 * @apart: the first request of a scope is a root; else it depends on those of
 *	all scopes. A trace that is to be streamed needs it
 */
struct infer_opts {
	uint32_t kind;
	uint64_t threshold_ns;
	bool apart;
};

struct infer;

/**
 * infer_new - starts
 * @out: gets the inference
 * @trace: the trace, which must stay; dependencies it has are not looked at
 * @opts: how
 * @err: on failure, a sentence
 *
 * Return: 0, -ENODATA if the trace has no completion times, or -errno.
 */
int infer_new(struct infer **out, const struct hft_file *trace,
	      const struct infer_opts *opts, struct hf_error *err);
void infer_free(struct infer *inf);

/**
 * infer_next - gives the next request, with its dependencies
 * @inf: the inference
 * @rec: filled, in the order of the trace; NULL if only the figures are wanted
 * @err: on failure, a sentence
 *
 * Return: 1, 0 at the end, or -errno.
 */
int infer_next(struct infer *inf, struct hfr_trace_rec *rec,
	       struct hf_error *err);

/**
 * infer_info - what the header says of the dependencies
 * @inf: infer_next() has returned 0
 * @info: filled
 * @err: on failure, a sentence
 *
 * Return: 0, or -E2BIG if the replay would have to remember more than the
 *	header can state.
 */
int infer_info(const struct infer *inf, struct hft_dep_info *info,
	       struct hf_error *err);

/**
 * infer_all - the whole trace at once, for the figures
 * @trace: the trace
 * @opts: how
 * @info: filled
 * @stats: filled; to be freed with free()
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int infer_all(const struct hft_file *trace, const struct infer_opts *opts,
	      struct hft_dep_info *info, struct depstat **stats,
	      struct hf_error *err);

#endif /* HF_INFER_H */
