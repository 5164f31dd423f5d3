// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "dtw.h"

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM, "no memory for the base of patterns");
}

void base_init(struct base *b, uint64_t period_ns, bool split)
{
	*b = (struct base){
		.period_ns = period_ns, .split = split, .largest = 1,
	};
}

static void pattern_free(struct pattern *p)
{
	size_t i;

	for (i = 0; i < p->nlabels; i++)
		free(p->labels[i].label);
	free(p->labels);
	free(p->next);
	free(p->x);
}

void base_free(struct base *b)
{
	size_t i;

	for (i = 0; i < b->n; i++)
		pattern_free(&b->list[i]);
	free(b->list);
	memset(b, 0, sizeof(*b));
}

static uint64_t weight_of(const int64_t *x, size_t n)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < n; i++)
		sum = dtw_add(sum, dtw_cost(x[i], 0));
	return sum;
}

/* Whether two numbers are within some % of the larger. */
static bool close_by(uint64_t a, uint64_t b, double percent)
{
	double most = (double)(a > b ? a : b);
	double apart = (double)(a > b ? a - b : b - a);

	return 100 * apart <= percent * most;
}

static bool comparable(const struct pattern *p, const struct window *w,
		       const struct match_opts *opts)
{
	return p->ops == w->ops && close_by(p->n, w->n, opts->difference) &&
	       close_by(p->files, w->files, opts->difference);
}

static double relative(uint64_t distance, double weight)
{
	double s;

	if (!distance)
		return 100;
	if (distance == DTW_NONE)
		return 0;
	s = 100 * (1 - (double)distance / weight);
	return s > 0 ? s : 0;
}

/* Similarity by the largest distance so far, which this one may become. */
static double by_largest(struct base *b, uint64_t distance)
{
	if (distance > b->largest) {
		b->largest = distance;
		return 0;
	}
	return 100 * (double)(b->largest - distance) / (double)b->largest;
}

/* Distances above this have a similarity below @least, rounding aside. */
static uint64_t limit_of(double weight, double least)
{
	double limit = weight * (1 - least / 100) * (1 + 1e-9) + 1;

	return limit < 1e19 ? (uint64_t)limit : DTW_NONE - 1;
}

static int distance_of(const struct pattern *p, const struct window *w,
		       const struct match_opts *opts, uint64_t limit,
		       uint64_t *distance, struct hf_error *err)
{
	const struct dtw_series a = { p->x, p->n }, b = { w->x, w->n };
	size_t longer = p->n > w->n ? p->n : w->n;

	if (opts->distance == BASE_FAST)
		return dtw_fast(&a, &b, distance, err);
	return dtw_banded(&a, &b, (size_t)(opts->band * (double)longer),
			  limit, distance, err);
}

/* @least: what is less similar than this need not be known exactly. */
static int compare(struct base *b, const struct pattern *p,
		   const struct window *w, uint64_t weight,
		   const struct match_opts *opts, double least,
		   double *similarity, struct hf_error *err)
{
	const double both = (double)p->weight + (double)weight;
	uint64_t limit = DTW_NONE - 1, distance;
	int rc;

	if (opts->scale == BASE_RELATIVE)
		limit = limit_of(both, least);
	rc = distance_of(p, w, opts, limit, &distance, err);
	if (rc)
		return rc;
	*similarity = opts->scale == BASE_RELATIVE ?
		      relative(distance, both) : by_largest(b, distance);
	return 0;
}

int base_match(struct base *b, const struct window *w,
	       const struct match_opts *opts, struct match *m,
	       struct hf_error *err)
{
	const uint64_t weight = weight_of(w->x, w->n);
	double least = opts->threshold, s;
	size_t i;

	*m = (struct match){ .index = BASE_NONE };
	for (i = 0; i < b->n; i++) {
		int rc;

		if (!comparable(&b->list[i], w, opts))
			continue;
		rc = compare(b, &b->list[i], w, weight, opts, least, &s, err);
		if (rc)
			return rc;
		if (s < least || (m->index != BASE_NONE && s == least))
			continue;
		*m = (struct match){ .index = i, .similarity = s };
		least = s;
	}
	return 0;
}

static int make_room(struct base *b, struct hf_error *err)
{
	size_t room = b->room ? b->room * 2 : 16;
	struct pattern *list;

	if (b->n < b->room)
		return 0;
	list = realloc(b->list, room * sizeof(*list));
	if (!list)
		return no_memory(err);
	b->list = list;
	b->room = room;
	return 0;
}

int base_add(struct base *b, const struct window *w, size_t *index,
	     struct hf_error *err)
{
	struct pattern *p;
	int rc = make_room(b, err);

	if (rc)
		return rc;
	p = &b->list[b->n];
	*p = (struct pattern){
		.ops = w->ops,
		.reads = w->reads,
		.writes = w->writes,
		.bytes = w->bytes,
		.files = w->files,
		.n = w->n,
		.weight = weight_of(w->x, w->n),
	};
	p->x = malloc(w->n * sizeof(*p->x));
	if (!p->x)
		return no_memory(err);
	memcpy(p->x, w->x, w->n * sizeof(*p->x));
	*index = b->n++;
	return 0;
}

static int count_label(struct pattern *p, const char *label,
		       struct hf_error *err)
{
	struct label_count *list;
	size_t i;

	for (i = 0; i < p->nlabels; i++) {
		if (!strcmp(p->labels[i].label, label)) {
			p->labels[i].count++;
			return 0;
		}
	}
	list = realloc(p->labels, (p->nlabels + 1) * sizeof(*list));
	if (!list)
		return no_memory(err);
	p->labels = list;
	list[p->nlabels].label = strdup(label);
	list[p->nlabels].count = 1;
	if (!list[p->nlabels].label)
		return no_memory(err);
	p->nlabels++;
	return 0;
}

int base_seen(struct base *b, size_t index, const char *label,
	      struct hf_error *err)
{
	b->list[index].seen++;
	return label ? count_label(&b->list[index], label, err) : 0;
}

int base_follow(struct base *b, size_t from, size_t to, struct hf_error *err)
{
	struct pattern *p = &b->list[from];
	struct follower *list;
	size_t i;

	for (i = 0; i < p->nnext; i++) {
		if (p->next[i].to == to) {
			p->next[i].count++;
			return 0;
		}
	}
	list = realloc(p->next, (p->nnext + 1) * sizeof(*list));
	if (!list)
		return no_memory(err);
	p->next = list;
	list[p->nnext++] = (struct follower){ to, 1 };
	return 0;
}

size_t base_next(const struct base *b, size_t from, double *share)
{
	const struct pattern *p = &b->list[from];
	size_t best = BASE_NONE, i;
	uint64_t most = 0, all = 0;

	for (i = 0; i < p->nnext; i++) {
		const struct follower *f = &p->next[i];

		all += f->count;
		if (f->count > most || (f->count == most && f->to < best)) {
			most = f->count;
			best = f->to;
		}
	}
	if (share)
		*share = all ? (double)most / (double)all : 0;
	return best;
}

const char *base_label(const struct base *b, size_t index)
{
	const struct pattern *p = &b->list[index];
	const struct label_count *best = NULL;
	size_t i;

	for (i = 0; i < p->nlabels; i++)
		if (!best || p->labels[i].count > best->count)
			best = &p->labels[i];
	return best ? best->label : NULL;
}
