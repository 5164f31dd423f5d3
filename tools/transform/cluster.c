// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "hashing.h"

#define STARTS		8
#define FEW		2000000ULL
#define ROUNDS_MOST	100

/**
 * struct attempt - one start
 * @label: cluster of each point; owned, as are the others
 * @center: means
 * @near: squared distance of each point to the nearest mean so far
 * @count: points of each cluster
 * @spread: sum of squared distances
 */
struct attempt {
	uint32_t *label;
	double *center;
	double *near;
	size_t *count;
	double spread;
};

static double uniform(uint64_t *state)
{
	return (double)(hash_next(state) >> 11) * 0x1p-53;
}

double cluster_distance(const double *a, const double *b, size_t dims)
{
	double sum = 0;
	size_t d;

	for (d = 0; d < dims; d++)
		sum += (a[d] - b[d]) * (a[d] - b[d]);
	return sum;
}

/* A point with the chance of its share in the sum of @near. */
static size_t draw(const struct cluster_input *in, const double *near,
		   uint64_t *state)
{
	double all = 0, want;
	size_t i;

	for (i = 0; i < in->n; i++)
		all += near[i];
	want = uniform(state) * all;
	for (i = 0; i + 1 < in->n; i++) {
		want -= near[i];
		if (want < 0)
			break;
	}
	return i;
}

static void start(const struct cluster_input *in, struct attempt *a,
		  uint64_t *state)
{
	size_t c, i;

	for (i = 0; i < in->n; i++)
		a->near[i] = 1;
	for (c = 0; c < in->k; c++) {
		double *center = a->center + c * in->dims;

		memcpy(center, in->points + draw(in, a->near, state) * in->dims,
		       in->dims * sizeof(*center));
		for (i = 0; i < in->n; i++) {
			double d = cluster_distance(in->points + i * in->dims,
						    center, in->dims);

			if (!c || d < a->near[i])
				a->near[i] = d;
		}
	}
}

static uint32_t nearest(const struct cluster_input *in,
			const struct attempt *a, const double *point,
			double *best)
{
	uint32_t found = 0;
	size_t c;

	*best = INFINITY;
	for (c = 0; c < in->k; c++) {
		double d = cluster_distance(point, a->center + c * in->dims,
					    in->dims);

		if (d < *best) {
			*best = d;
			found = (uint32_t)c;
		}
	}
	return found;
}

/* Gives each point its cluster; whether one has another than before. */
static bool assign(const struct cluster_input *in, struct attempt *a)
{
	bool changed = false;
	size_t i;

	a->spread = 0;
	for (i = 0; i < in->n; i++) {
		double d;
		uint32_t c = nearest(in, a, in->points + i * in->dims, &d);

		changed |= c != a->label[i];
		a->label[i] = c;
		a->spread += d;
	}
	return changed;
}

/* An empty cluster keeps its mean. */
static void move_centers(const struct cluster_input *in, struct attempt *a)
{
	size_t i, c, d;

	memset(a->count, 0, in->k * sizeof(*a->count));
	for (i = 0; i < in->n; i++)
		if (!a->count[a->label[i]]++)
			memset(a->center + a->label[i] * in->dims, 0,
			       in->dims * sizeof(*a->center));
	for (i = 0; i < in->n; i++)
		for (d = 0; d < in->dims; d++)
			a->center[a->label[i] * in->dims + d] +=
				in->points[i * in->dims + d];
	for (c = 0; c < in->k; c++)
		for (d = 0; a->count[c] && d < in->dims; d++)
			a->center[c * in->dims + d] /= (double)a->count[c];
}

static int attempt(const struct cluster_input *in, struct attempt *a,
		   uint64_t *state)
{
	int round;

	start(in, a, state);
	memset(a->label, 0xff, in->n * sizeof(*a->label));
	for (round = 0; round < ROUNDS_MOST && assign(in, a); round++) {
		move_centers(in, a);
		if (in->stop && in->stop())
			return -EINTR;
	}
	return 0;
}

static void attempt_free(struct attempt *a)
{
	free(a->label);
	free(a->center);
	free(a->near);
	free(a->count);
}

static int attempt_new(const struct cluster_input *in, struct attempt *a)
{
	a->label = calloc(in->n, sizeof(*a->label));
	a->center = calloc(in->k * in->dims, sizeof(*a->center));
	a->near = calloc(in->n, sizeof(*a->near));
	a->count = calloc(in->k, sizeof(*a->count));
	if (a->label && a->center && a->near && a->count)
		return 0;
	attempt_free(a);
	return -ENOMEM;
}

int cluster(const struct cluster_input *in, uint32_t *label, double *center,
	    double *spread)
{
	int starts = in->n * in->k > FEW ? 1 : STARTS, i, rc;
	uint64_t state = hash_mix(in->seed);
	struct attempt a = { 0 };

	*spread = INFINITY;
	rc = attempt_new(in, &a);
	if (rc)
		return rc;
	for (i = 0; !rc && i < starts; i++) {
		rc = attempt(in, &a, &state);
		if (rc || a.spread >= *spread)
			continue;
		*spread = a.spread;
		memcpy(label, a.label, in->n * sizeof(*label));
		memcpy(center, a.center, in->k * in->dims * sizeof(*center));
	}
	attempt_free(&a);
	return rc;
}

void cluster_normalise(double *points, size_t n, size_t dims)
{
	size_t i, d;

	for (d = 0; d < dims; d++) {
		double mean = 0, var = 0, dev;

		for (i = 0; i < n; i++)
			mean += points[i * dims + d] / (double)n;
		for (i = 0; i < n; i++)
			var += (points[i * dims + d] - mean) *
			       (points[i * dims + d] - mean) / (double)n;
		dev = sqrt(var);
		for (i = 0; i < n; i++)
			points[i * dims + d] = dev > 1e-12 ?
				(points[i * dims + d] - mean) / dev : 0;
	}
}
