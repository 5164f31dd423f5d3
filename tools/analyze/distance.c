// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "distance.h"
#include "fidelity-parts.h"

/**
 * struct pairs - values of the original and of the replay
 * @a: of the original; owned
 * @b: of the replay, as many; owned
 * @n: number
 */
struct pairs {
	int64_t *a;
	int64_t *b;
	size_t n;
};

static int pairs_make(struct pairs *p, uint64_t most)
{
	*p = (struct pairs){
		.a = malloc((most + 1) * sizeof(*p->a)),
		.b = malloc((most + 1) * sizeof(*p->b)),
	};
	return p->a && p->b ? 0 : -ENOMEM;
}

static void pairs_free(struct pairs *p)
{
	free(p->a);
	free(p->b);
}

static int pairs_sort(struct pairs *p)
{
	int64_t *scratch = malloc((p->n + 1) * sizeof(*scratch));

	if (!scratch)
		return -ENOMEM;
	dist_sort(p->a, scratch, p->n);
	dist_sort(p->b, scratch, p->n);
	free(scratch);
	return 0;
}

/* Largest difference of the two distributions; both lists are sorted. */
static double ks(const struct pairs *p)
{
	size_t i = 0, k = 0;
	double most = 0;

	while (i < p->n && k < p->n) {
		int64_t at = p->a[i] < p->b[k] ? p->a[i] : p->b[k];

		while (i < p->n && p->a[i] <= at)
			i++;
		while (k < p->n && p->b[k] <= at)
			k++;
		most = fmax(most, fabs((double)i - (double)k) / (double)p->n);
	}
	return most;
}

/* Equally many values: the mean difference of those of the same rank. */
static double w1(const struct pairs *p)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < p->n; i++)
		sum += fabs((double)p->a[i] - (double)p->b[i]);
	return sum / (double)p->n;
}

static double mean(const int64_t *values, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum += (double)values[i];
	return sum / (double)n;
}

/* By nearest rank. */
static double p99(const int64_t *values, size_t n)
{
	return (double)values[(n * 99 + 99) / 100 - 1];
}

/* ---- issue times ---- */

static bool counts(const struct fidelity_input *in, uint64_t i)
{
	return was_issued(in, i) && !in->recs[i].error;
}

static void issue_times(struct pairs *p, const struct fidelity_input *in)
{
	uint64_t i;

	for (i = 0; i < in->count; i++) {
		if (!counts(in, i))
			continue;
		p->a[p->n] = (int64_t)due_of(in, i);
		p->b[p->n++] = (int64_t)in->recs[i].issued_ns;
	}
}

/* Of @p->n sorted times what lies between them. */
static void times_to_gaps(struct pairs *p)
{
	size_t i;

	for (i = 0; i + 1 < p->n; i++) {
		p->a[i] = p->a[i + 1] - p->a[i];
		p->b[i] = p->b[i + 1] - p->b[i];
	}
	p->n--;
}

static int measure_issue(struct distance *d, unsigned int *has,
			 const struct fidelity_input *in)
{
	struct pairs p;
	int ret = pairs_make(&p, in->count);
	double span;

	if (!ret) {
		issue_times(&p, in);
		ret = pairs_sort(&p);
	}
	if (!ret && p.n > 1) {
		span = (double)(p.a[p.n - 1] - p.a[0]);
		if (span > 0) {
			d->span = (double)(p.b[p.n - 1] - p.b[0]) / span - 1;
			*has |= DISTANCE_SPAN;
		}
		times_to_gaps(&p);
		ret = pairs_sort(&p);
		d->gaps_ks = ks(&p);
		*has |= DISTANCE_GAPS;
	}
	pairs_free(&p);
	return ret;
}

/* ---- latency ---- */

static bool has_latency(const struct fidelity_input *in, uint64_t i)
{
	return counts(in, i) && request_of(in, i)->complete_ns != HFR_UNKNOWN;
}

static int measure_latency(struct distance *d, unsigned int *has,
			   const struct fidelity_input *in)
{
	struct pairs p;
	uint64_t i;
	int ret = pairs_make(&p, in->count);

	for (i = 0; !ret && i < in->count; i++) {
		if (!has_latency(in, i))
			continue;
		p.a[p.n] = (int64_t)(request_of(in, i)->complete_ns -
				     request_of(in, i)->issue_ns);
		p.b[p.n++] = (int64_t)(in->recs[i].completed_ns -
				       in->recs[i].issued_ns);
	}
	if (!ret)
		ret = pairs_sort(&p);
	if (!ret && p.n && mean(p.a, p.n) > 0) {
		d->latency_mean = mean(p.b, p.n) / mean(p.a, p.n) - 1;
		if (p99(p.a, p.n) > 0)
			d->latency_p99 = p99(p.b, p.n) / p99(p.a, p.n) - 1;
		d->latency_ks = ks(&p);
		d->latency_w1 = w1(&p);
		*has |= DISTANCE_LATENCY;
	}
	pairs_free(&p);
	return ret;
}

/* ---- requests in flight ---- */

/**
 * struct step - one more or one less in flight
 * @at: when, ns
 * @original: by so much in the original
 * @replay: in the replay
 */
struct step {
	int64_t at;
	int8_t original;
	int8_t replay;
};

static int compare_steps(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static void area_between(struct distance *d, unsigned int *has,
			 struct step *steps, size_t n)
{
	double between = 0, below = 0, length;
	int64_t original = 0, replay = 0;
	size_t i;

	qsort(steps, n, sizeof(*steps), compare_steps);
	for (i = 0; i + 1 < n; i++) {
		original += steps[i].original;
		replay += steps[i].replay;
		length = (double)(steps[i + 1].at - steps[i].at);
		below += (double)original * length;
		between += fabs((double)(original - replay)) * length;
	}
	if (below <= 0)
		return;
	d->flight_l1 = between / below;
	*has |= DISTANCE_FLIGHT;
}

static int measure_flight(struct distance *d, unsigned int *has,
			  const struct fidelity_input *in)
{
	struct step *steps = malloc((4 * in->count + 1) * sizeof(*steps));
	uint64_t i, end;
	size_t n = 0;

	if (!steps)
		return -ENOMEM;
	for (i = 0; i < in->count; i++) {
		const struct hfr_completion_rec *rec = &in->recs[i];

		if (!has_latency(in, i))
			continue;
		end = fidelity_due(in, loop_begin(in, i) +
				   request_of(in, i)->complete_ns);
		steps[n++] = (struct step){ (int64_t)due_of(in, i), 1, 0 };
		steps[n++] = (struct step){ (int64_t)end, -1, 0 };
		steps[n++] = (struct step){ (int64_t)rec->issued_ns, 0, 1 };
		steps[n++] = (struct step){ (int64_t)rec->completed_ns, 0, -1 };
	}
	area_between(d, has, steps, n);
	free(steps);
	return 0;
}

int distance_measure(struct distance *d, unsigned int *has,
		     const struct fidelity_input *in)
{
	int ret;

	*d = (struct distance){ .span = 0 };
	*has = 0;
	ret = measure_issue(d, has, in);
	if (!ret)
		ret = measure_latency(d, has, in);
	return ret ? ret : measure_flight(d, has, in);
}
