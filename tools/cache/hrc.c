// SPDX-License-Identifier: GPL-2.0-only
#include "hrc.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hrc-jobs.h"

uint64_t hrc_sampled_size(const struct block_refs *refs, uint64_t blocks)
{
	uint64_t size;

	if (refs->rate >= 1)
		return blocks;
	size = (uint64_t)llround((double)blocks * refs->rate);
	return size ? size : 1;
}

void hrc_free(struct hrc *h)
{
	for (unsigned int i = 0; i < h->count; i++)
		free(h->curves[i].hits);
	free(h->curves);
	cache_sizes_free(&h->sizes);
	block_refs_free(&h->refs);
	memset(h, 0, sizeof(*h));
}

static int no_memory(const struct hft_file *trace, struct hf_error *err)
{
	return hf_fail(err, ENOMEM,
		       "no memory for the hit ratios of %s: use less threads or a sample of its blocks",
		       trace->path);
}

static int make_hits(struct hrc_curve *curve, unsigned int n)
{
	curve->hits = malloc(n * sizeof(*curve->hits));
	if (!curve->hits)
		return -ENOMEM;
	/* All HITS_UNKNOWN. */
	memset(curve->hits, 0xff, n * sizeof(*curve->hits));
	return 0;
}

static int make_curves(struct hrc *h, const struct policy_choice *choices,
		       unsigned int n)
{
	h->curves = calloc(n, sizeof(*h->curves));
	if (!h->curves)
		return -ENOMEM;
	for (h->count = 0; h->count < n; h->count++) {
		h->curves[h->count].choice = choices[h->count];
		if (make_hits(&h->curves[h->count], h->sizes.count))
			return -ENOMEM;
	}
	return 0;
}

static int run(struct hrc *h, const struct hft_file *trace,
	       const struct hrc_opts *opts, struct hf_error *err)
{
	int ret = hrc_jobs_run(h, opts);

	if (ret == -EINTR)
		return hf_fail(err, EINTR, "interrupted");
	if (ret == -EFBIG)
		return hf_fail(err, EFBIG,
			       "%s has more references than policy min can look ahead: take a sample of its blocks",
			       trace->path);
	return ret ? no_memory(trace, err) : 0;
}

int hrc_make(struct hrc *h, const struct hft_file *trace,
	     const struct hrc_opts *opts, struct hf_error *err)
{
	struct policy_choice *choices;
	unsigned int n;
	int ret;

	memset(h, 0, sizeof(*h));
	ret = policy_choices_parse(opts->policies, &choices, &n, err);
	if (ret)
		return ret;
	ret = block_refs_make(&h->refs, trace, &opts->refs, err);
	if (!ret)
		ret = cache_sizes_parse(&h->sizes, opts->sizes, opts->refs.block,
					block_refs_footprint(&h->refs), err);
	if (!ret && make_curves(h, choices, n))
		ret = no_memory(trace, err);
	if (!ret)
		ret = run(h, trace, opts, err);
	free(choices);
	return ret;
}
