// SPDX-License-Identifier: GPL-2.0-only
/* The hit ratios of two traces, with the same caches and with scaled ones. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hrc.h"
#include "likeness.h"

static int find(struct hrc *h, const struct hft_file *trace, const char *sizes,
		const struct likeness_opts *opts, struct hf_error *err)
{
	const struct hrc_opts hrc = {
		.refs = { opts->block, REFS_BOTH, 1, 0 },
		.policies = opts->policies, .sizes = sizes,
		.threads = opts->threads, .seed = opts->seed,
		.stop = opts->stop, .progress = opts->progress,
	};

	return hrc_make(h, trace, &hrc, err);
}

/* Sizes as a list of blocks, to be freed; NULL without memory. */
static char *list_sizes(const struct cache_sizes *sizes)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	for (unsigned int i = 0; i < sizes->count; i++)
		fprintf(out, "%s%" PRIu64, i ? "," : "", sizes->blocks[i]);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Where a policy is not defined for a size it does not count. */
static void differ(const struct hrc *a, const struct hrc *b, unsigned int curve,
		   double *mean, double *most)
{
	double sum = 0;
	unsigned int n = 0;

	*mean = *most = NAN;
	for (unsigned int i = 0; i < a->sizes.count; i++) {
		double x = hit_ratio(a->curves[curve].hits[i].refs,
				     a->refs.count);
		double y = hit_ratio(b->curves[curve].hits[i].refs,
				     b->refs.count);
		double d = fabs(x - y);

		if (!isfinite(d))
			continue;
		sum += d;
		n++;
		*most = n == 1 || d > *most ? d : *most;
	}
	if (n)
		*mean = sum / n;
}

static int compare(struct likeness *l, const struct hrc *a, const struct hrc *b,
		   const struct hrc *scaled)
{
	l->side[0].blocks = a->refs.distinct;
	l->side[1].blocks = b->refs.distinct;
	l->curves = calloc(a->count, sizeof(*l->curves));
	if (!l->curves)
		return -ENOMEM;
	for (l->count = 0; l->count < a->count; l->count++) {
		struct likeness_curve *c = &l->curves[l->count];

		memcpy(c->name, a->curves[l->count].choice.name,
		       sizeof(c->name));
		differ(a, b, l->count, &c->mean, &c->most);
		c->scaled_mean = c->scaled_most = NAN;
		if (scaled->sizes.count == a->sizes.count)
			differ(a, scaled, l->count, &c->scaled_mean,
			       &c->scaled_most);
	}
	return 0;
}

int likeness_caches(struct likeness *l, const struct hft_file *a,
		    const struct hft_file *b, const struct likeness_opts *opts,
		    struct hf_error *err)
{
	struct hrc x, y, scaled;
	char *sizes = NULL;
	int ret;

	memset(&y, 0, sizeof(y));
	memset(&scaled, 0, sizeof(scaled));
	ret = find(&x, a, opts->sizes, opts, err);
	if (!ret) {
		sizes = list_sizes(&x.sizes);
		ret = sizes ? find(&y, b, sizes, opts, err) :
			      hf_fail(err, ENOMEM, "no memory for cache sizes");
	}
	if (!ret)
		ret = find(&scaled, b, opts->sizes, opts, err);
	if (!ret && compare(l, &x, &y, &scaled))
		ret = hf_fail(err, ENOMEM, "no memory for hit ratios");
	free(sizes);
	hrc_free(&x);
	hrc_free(&y);
	hrc_free(&scaled);
	return ret;
}
