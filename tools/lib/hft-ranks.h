/* SPDX-License-Identifier: GPL-2.0-only */
/* Which requests a request depends on, from its window of ranks. */
#ifndef HF_HFT_RANKS_H
#define HF_HFT_RANKS_H

#include <stdint.h>

#include "error.h"
#include "hft.h"

/**
 * struct hft_ranks - which request has a rank
 * @all: by rank among all; owned
 * @scoped: by rank in a scope, the scopes one after the other; owned
 * @begin: where each scope begins in @scoped; owned
 *
 * 8 bytes a request.
 */
struct hft_ranks {
	uint32_t *all;
	uint32_t *scoped;
	uint32_t *begin;
};

/**
 * hft_ranks_make - finds the request of each rank
 * @r: filled; free with hft_ranks_free() if this succeeds
 * @trace: has dependencies
 * @err: on failure, a sentence
 *
 * Return: 0, -E2BIG for a trace of 2^32 requests or more, or -ENOMEM.
 */
int hft_ranks_make(struct hft_ranks *r, const struct hft_file *trace,
		   struct hf_error *err);
void hft_ranks_free(struct hft_ranks *r);

/** hft_ranks_parents - the request of rank rec->dep_lo, with the others of its
 * window behind it: rec->dep_hi - rec->dep_lo of them
 */
const uint32_t *hft_ranks_parents(const struct hft_ranks *r,
				  const struct hfr_trace_rec *rec);

#endif /* HF_HFT_RANKS_H */
