/* SPDX-License-Identifier: GPL-2.0-only */
/* How like two traces are: what their requests are, and how caches see them. */
#ifndef HF_LIKENESS_H
#define HF_LIKENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "hft.h"

/* Requests that are drawn from each trace, unless told otherwise. */
#define LIKENESS_SAMPLES	2000
#define LIKENESS_POLICIES	"lru,fifo,clock,lfu,arc,2q,s3fifo,sieve"
#define LIKENESS_SIZES		"5%..100%/20"

/**
 * struct likeness_opts - what is wanted
 * @policies: as policy_choices_parse() reads it
 * @sizes: of caches, as cache_sizes_parse() reads it
 * @block: bytes of a block
 * @threads: how many to use
 * @samples: requests that are drawn for the discrepancy
 * @seed: of all that is random
 * @stop: asked now and then whether to give up; NULL for never
 * @progress: told now and then how much is done of the caches of a trace; NULL
 *	for none
 */
struct likeness_opts {
	const char *policies, *sizes;
	uint64_t block;
	unsigned int threads;
	uint32_t samples;
	uint64_t seed;
	bool (*stop)(void);
	void (*progress)(uint64_t done, uint64_t all);
};

/**
 * struct likeness_side - a trace
 * @requests: all
 * @reads: of them
 * @writes: of them, appends included
 * @blocks: different ones that they touch
 */
struct likeness_side {
	uint64_t requests, reads, writes, blocks;
};

/**
 * struct likeness_curve - a policy
 * @name: as it was asked for
 * @mean: absolute difference of the hit ratios, the mean over all sizes
 * @most: the largest
 * @scaled_mean: the same where sizes in percent are of each trace's own
 *	footprint; NaN where these are not as many different ones
 * @scaled_most: the largest
 */
struct likeness_curve {
	char name[64];
	double mean, most, scaled_mean, scaled_most;
};

/**
 * struct likeness - how like they are; 0 is no difference
 * @side: the original, and the other
 * @read_share: difference of the shares of reads among reads and writes
 * @size_ks: of lengths of reads and writes; see ks.h
 * @gap_ks: of times from an issue to the next
 * @jump_ks: of distances from the end of a request to the start of the next
 *	on the target
 * @mmd: of address and length, see mmd.h; both are less the mean and divided
 *	by the standard deviation of the original
 * @mmd_same: the same of two halves of the original: what is noise
 * @mmd_random: the same of the original and points drawn from a normal
 *	distribution: what is not like it
 * @curves: owned
 * @count: curves there are
 */
struct likeness {
	struct likeness_side side[2];
	double read_share;
	double size_ks, gap_ks, jump_ks;
	double mmd, mmd_same, mmd_random;
	struct likeness_curve *curves;
	unsigned int count;
};

/**
 * likeness_find - compares two traces
 * @l: filled; free with likeness_free(), also after a failure
 * @a: the original
 * @b: the other
 * @opts: what is wanted
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; -EINTR when opts->stop said so.
 */
int likeness_find(struct likeness *l, const struct hft_file *a,
		  const struct hft_file *b, const struct likeness_opts *opts,
		  struct hf_error *err);
void likeness_free(struct likeness *l);

/*
 * The parts, each 0 or -errno: requests in likeness-requests.c, the
 * discrepancy in likeness-places.c, caches in likeness-caches.c.
 */
int likeness_requests(struct likeness *l, const struct hft_file *a,
		      const struct hft_file *b, struct hf_error *err);
int likeness_places(struct likeness *l, const struct hft_file *a,
		    const struct hft_file *b, const struct likeness_opts *opts,
		    struct hf_error *err);
int likeness_caches(struct likeness *l, const struct hft_file *a,
		    const struct hft_file *b, const struct likeness_opts *opts,
		    struct hf_error *err);

/** likeness_moves - whether a request is a read, write or append of data */
bool likeness_moves(const struct hfr_trace_rec *rec);

#endif /* HF_LIKENESS_H */
