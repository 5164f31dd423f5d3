/* SPDX-License-Identifier: GPL-2.0-only */
/* Hit-ratio curves: policies by sizes, over one trace. */
#ifndef HF_HRC_H
#define HF_HRC_H

#include "block-refs.h"
#include "cache-policy.h"
#include "cache-sizes.h"
#include "hit-count.h"
#include "loghist.h"

/**
 * struct hrc_opts - what is wanted
 * @refs: what to take from the trace
 * @policies: as policy_choices_parse() reads it
 * @sizes: as cache_sizes_parse() reads it
 * @threads: how many to use, from 1
 * @seed: of policies that draw random numbers
 * @stop: asked now and then whether to give up; NULL for never
 * @progress: told now and then how much of all work is done; NULL for none
 */
struct hrc_opts {
	struct refs_opts refs;
	const char *policies;
	const char *sizes;
	unsigned int threads;
	uint64_t seed;
	bool (*stop)(void);
	void (*progress)(uint64_t done, uint64_t all);
};

/**
 * struct hrc_curve - a policy at all sizes
 * @choice: the policy
 * @hits: of each size, HITS_UNKNOWN where the policy is not defined; owned
 */
struct hrc_curve {
	struct policy_choice choice;
	struct hit_count *hits;
};

/**
 * struct hrc - the curves of a trace
 * @refs: what was referred to
 * @sizes: of the caches, in blocks of the whole trace
 * @ird: inter-reference distances, see ird.h
 * @cold: first references to a block
 * @curves: owned
 * @count: curves there are
 */
struct hrc {
	struct block_refs refs;
	struct loghist ird;
	uint64_t cold;
	struct cache_sizes sizes;
	struct hrc_curve *curves;
	unsigned int count;
};

/**
 * hrc_make - finds the curves
 * @h: filled; free with hrc_free(), also after a failure
 * @trace: the trace
 * @opts: what is wanted
 * @err: on failure, a sentence
 *
 * In a sample a cache of the rate times the size stands for one of the size.
 *
 * Return: 0 or -errno; -EINVAL for options without sense, -EINTR when
 * opts->stop said so.
 */
int hrc_make(struct hrc *h, const struct hft_file *trace,
	     const struct hrc_opts *opts, struct hf_error *err);
void hrc_free(struct hrc *h);

/** hrc_sampled_size - blocks that a cache of @blocks has in the sample */
uint64_t hrc_sampled_size(const struct block_refs *refs, uint64_t blocks);

#endif /* HF_HRC_H */
