// SPDX-License-Identifier: GPL-2.0-only
/* Address and length together: the discrepancy of samples of two traces. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "likeness.h"
#include "mmd.h"
#include "policy-parts.h"

/**
 * struct cloud - requests as points
 * @all: those that move data; owned
 * @count: how many
 * @drawn: of them; owned
 * @n: how many
 */
struct cloud {
	struct point *all, *drawn;
	uint64_t count, n;
};

static void cloud_free(struct cloud *c)
{
	free(c->all);
	free(c->drawn);
}

/* The targets follow each other. */
static int cloud_fill(struct cloud *c, const struct hft_file *trace)
{
	uint32_t targets = trace->hdr->device_count;
	double *first = calloc(targets + 1, sizeof(*first));

	c->all = malloc((trace->count + 1) * sizeof(*c->all));
	if (!first || !c->all) {
		free(first);
		return -ENOMEM;
	}
	for (uint32_t i = 1; i < targets; i++)
		first[i] = first[i - 1] + (double)trace->devs[i - 1].max_end;
	for (uint64_t i = 0; i < trace->count; i++) {
		const struct hfr_trace_rec *rec = &trace->recs[i];

		if (likeness_moves(rec))
			c->all[c->count++] = (struct point){
				first[rec->target] + (double)rec->offset,
				rec->length };
	}
	free(first);
	return 0;
}

/*
 * Of every @step-th request from @from on, as many as are wanted: one from each
 * of as many stretches of the trace.
 */
static int cloud_draw(struct cloud *c, uint64_t from, uint64_t step,
		      uint32_t most, uint64_t *seed)
{
	uint64_t there = (c->count + step - 1 - from) / step;

	c->n = there < most ? there : most;
	free(c->drawn);
	c->drawn = malloc((c->n + 1) * sizeof(*c->drawn));
	if (!c->drawn)
		return -ENOMEM;
	for (uint64_t i = 0; i < c->n; i++) {
		double u = (double)(policy_random(seed) >> 11) * 0x1p-53;
		uint64_t at = (uint64_t)(((double)i + u) * (double)there /
					 (double)c->n);

		at = at < there ? at : there - 1;
		c->drawn[i] = c->all[from + at * step];
	}
	return 0;
}

/**
 * struct norm - what coordinates are measured by
 * @mean: of the original
 * @deviation: of it, 1 where there is none
 */
struct norm {
	struct point mean, deviation;
};

static void find_norm(struct norm *norm, const struct cloud *c)
{
	double n = (double)c->count;
	struct point sum = { 0, 0 }, squares = { 0, 0 };

	for (uint64_t i = 0; i < c->count; i++) {
		sum.x += c->all[i].x;
		sum.y += c->all[i].y;
	}
	norm->mean = (struct point){ sum.x / n, sum.y / n };
	for (uint64_t i = 0; i < c->count; i++) {
		squares.x += pow(c->all[i].x - norm->mean.x, 2);
		squares.y += pow(c->all[i].y - norm->mean.y, 2);
	}
	norm->deviation.x = squares.x > 0 ? sqrt(squares.x / n) : 1;
	norm->deviation.y = squares.y > 0 ? sqrt(squares.y / n) : 1;
}

static void apply_norm(const struct norm *norm, struct cloud *c)
{
	for (uint64_t i = 0; i < c->count; i++) {
		c->all[i].x = (c->all[i].x - norm->mean.x) / norm->deviation.x;
		c->all[i].y = (c->all[i].y - norm->mean.y) / norm->deviation.y;
	}
}

/* Box and Muller. */
static void draw_normal(struct point *points, uint64_t n, uint64_t *seed)
{
	for (uint64_t i = 0; i < n; i++) {
		double u = (double)((policy_random(seed) >> 11) + 1) * 0x1p-53;
		double v = (double)(policy_random(seed) >> 11) * 0x1p-53;
		double r = sqrt(-2 * log(u));

		points[i] = (struct point){ r * cos(2 * M_PI * v),
					    r * sin(2 * M_PI * v) };
	}
}

/* The halves are the requests of even and of odd number. */
static int compare_halves(struct likeness *l, struct cloud *a, double sigma,
			  uint32_t most, uint64_t *seed)
{
	struct cloud other = *a;
	int ret;

	other.drawn = NULL;
	l->mmd_same = NAN;
	if (a->count < 4)
		return 0;
	ret = cloud_draw(a, 0, 2, most, seed);
	if (!ret)
		ret = cloud_draw(&other, 1, 2, most, seed);
	if (!ret)
		l->mmd_same = mmd_squared(a->drawn, a->n, other.drawn, other.n,
					  sigma);
	free(other.drawn);
	return ret;
}

static int compare(struct likeness *l, struct cloud *a, struct cloud *b,
		   const struct likeness_opts *opts)
{
	uint64_t seed = opts->seed;
	struct norm norm;
	double sigma;
	int ret;

	find_norm(&norm, a);
	apply_norm(&norm, a);
	apply_norm(&norm, b);
	ret = cloud_draw(a, 0, 1, opts->samples, &seed);
	if (!ret)
		ret = cloud_draw(b, 0, 1, opts->samples, &seed);
	if (ret)
		return ret;
	sigma = mmd_sigma(a->drawn, a->n);
	l->mmd = mmd_squared(a->drawn, a->n, b->drawn, b->n, sigma);
	draw_normal(b->drawn, b->n, &seed);
	l->mmd_random = mmd_squared(a->drawn, a->n, b->drawn, b->n, sigma);
	return compare_halves(l, a, sigma, opts->samples, &seed);
}

int likeness_places(struct likeness *l, const struct hft_file *a,
		    const struct hft_file *b, const struct likeness_opts *opts,
		    struct hf_error *err)
{
	struct cloud x = { .n = 0 }, y = { .n = 0 };
	int ret = cloud_fill(&x, a);

	if (!ret)
		ret = cloud_fill(&y, b);
	if (!ret)
		ret = compare(l, &x, &y, opts);
	cloud_free(&x);
	cloud_free(&y);
	return ret ? hf_fail(err, ENOMEM,
			     "no memory for the addresses of %s and %s: compare parts of them",
			     a->path, b->path) : 0;
}
