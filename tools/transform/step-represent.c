// SPDX-License-Identifier: GPL-2.0-only
/*
 * --represent: a few intervals that stand for all. The idea of choosing them
 * by clustering is that of SimPoint (Sherwood et al., ASPLOS 2002), for block
 * traces that of DiskAccel.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "interval.h"
#include "transform.h"
#include "words.h"

#define INTERVALS_MOST	100000U
#define CHOSEN_MOST	10000U

/* What can be added up over intervals, and so be compared. */
struct sums {
	uint64_t requests, reads, bytes;
};

/**
 * struct interval - an interval of the trace
 * @sums: of its requests
 * @share: how much of it lies within the trace; below 1 for the last
 * @turn: place among those that are kept, or -1
 */
struct interval {
	struct sums sums;
	double share;
	int64_t turn;
};

/**
 * struct chosen - an interval that stands for a cluster
 * @index: which
 * @weight: intervals that it stands for
 */
struct chosen {
	size_t index;
	double weight;
};

/**
 * struct represent - the choice
 * @length_ns: of an interval
 * @count: how many are wanted
 * @seed: of the random numbers
 * @list: all intervals; owned
 * @n: how many
 * @points: their features; owned until the choice is made
 * @room: entries of @list and @points
 * @now: counters of the last one
 * @last_ns: latest issue
 * @chosen: those that are kept, by time; owned
 * @kept: how many
 * @spread: mean squared distance of an interval to its cluster's center, in
 *	standard deviations of the features
 */
struct represent {
	uint64_t length_ns, count, seed;
	struct interval *list;
	size_t n, room;
	double *points;
	struct features now;
	uint64_t last_ns;
	struct chosen *chosen;
	size_t kept;
	double spread;
};

static int parse_numbers(struct represent *r, const struct words *w,
			 struct hf_error *err)
{
	const char *seed = words_get(w, "seed");
	int rc;

	if (!words_get(w, "interval") || !words_get(w, "count"))
		return hf_fail(err, EINVAL, "interval=TIME and count=N are needed");
	rc = word_time(words_get(w, "interval"), &r->length_ns, err);
	if (!rc)
		rc = word_count(words_get(w, "count"), &r->count, err);
	if (!rc && seed)
		rc = word_count(seed, &r->seed, err);
	if (!rc && !r->length_ns)
		rc = hf_fail(err, EINVAL, "an interval of 0 is none");
	if (!rc && (!r->count || r->count > CHOSEN_MOST))
		rc = hf_fail(err, EINVAL, "count=%s is not from 1 to %u",
			     words_get(w, "count"), CHOSEN_MOST);
	return rc;
}

static int parse_represent(void *state, const char *text, struct hf_error *err)
{
	static const char *const keys[] = { "interval", "count", "seed", NULL };
	struct words w;
	int rc = words_split(&w, text, err);

	if (!rc)
		rc = words_plain(&w, keys, err);
	if (!rc)
		rc = parse_numbers(state, &w, err);
	words_free(&w);
	return rc;
}

static int make_room(struct represent *r, struct hf_error *err)
{
	size_t room = r->room ? r->room * 2 : 256;
	struct interval *list;
	double *points;

	if (r->n < r->room)
		return 0;
	list = reallocarray(r->list, room, sizeof(*list));
	if (list)
		r->list = list;
	points = reallocarray(r->points, room, FEATURES * sizeof(*points));
	if (points)
		r->points = points;
	if (!list || !points)
		return hf_fail(err, ENOMEM, "no memory for the intervals");
	r->room = room;
	return 0;
}

/* The interval of index r->n - 1 is over, the next one begins. */
static int end_interval(struct represent *r, struct hf_error *err)
{
	int rc = make_room(r, err);

	if (rc)
		return rc;
	if (r->n) {
		double share = r->list[r->n - 1].share;

		features_end(&r->now,
			     (uint64_t)((double)r->length_ns * share),
			     r->points + (r->n - 1) * FEATURES);
	}
	r->list[r->n++] = (struct interval){ .share = 1, .turn = -1 };
	return 0;
}

static int too_many(const struct represent *r, struct hf_error *err)
{
	return hf_fail(err, E2BIG,
		       "there are more than %u intervals of %" PRIu64
		       " ns: choose longer ones", INTERVALS_MOST,
		       r->length_ns);
}

static int count(struct represent *r, const struct hfr_trace_rec *rec,
		 struct hf_error *err)
{
	uint64_t index = rec->issue_ns / r->length_ns;
	struct sums *sums;
	int rc = 0;

	if (index >= INTERVALS_MOST)
		return too_many(r, err);
	while (!rc && r->n <= index)
		rc = end_interval(r, err);
	if (rc)
		return rc;
	features_add(&r->now, rec);
	sums = &r->list[index].sums;
	sums->requests++;
	sums->reads += rec->op == HFR_OP_READ;
	sums->bytes += rec->length;
	r->last_ns = rec->issue_ns;
	return 0;
}

static int count_all(struct stage *s, struct represent *r,
		     struct hf_error *err)
{
	const struct hfr_trace_rec *recs;
	size_t n = 1, i;
	int rc = 0;

	while (!rc && n) {
		rc = stage_read(s->up, &recs, &n, err);
		for (i = 0; !rc && i < n; i++)
			rc = count(r, &recs[i], err);
	}
	if (rc)
		return rc;
	if (r->n) {
		struct interval *last = &r->list[r->n - 1];
		uint64_t in_it = r->last_ns % r->length_ns + 1;

		last->share = (double)in_it / (double)r->length_ns;
		features_end(&r->now, in_it,
			     r->points + (r->n - 1) * FEATURES);
	}
	return stage_rewind(s->up, err);
}

/**
 * struct pick - the best so far of a cluster
 * @index: the interval
 * @distance: to the center
 * @whole: it lies within the trace
 * @weight: sum of the shares of the cluster
 * @any: there is one
 */
struct pick {
	size_t index;
	double distance;
	bool whole;
	double weight;
	bool any;
};

/* The last interval, cut off by the end, stands for others only if there is
 * no whole one.
 */
static bool better(const struct pick *p, bool whole, double d)
{
	if (!p->any || whole != p->whole)
		return !p->any || whole;
	return d < p->distance;
}

static void pick_all(const struct represent *r, const uint32_t *label,
		     const double *center, struct pick *picks)
{
	size_t i;

	for (i = 0; i < r->n; i++) {
		struct pick *p = &picks[label[i]];
		double d = cluster_distance(r->points + i * FEATURES,
					    center + label[i] * FEATURES,
					    FEATURES);
		bool whole = r->list[i].share == 1;

		p->weight += r->list[i].share;
		if (!better(p, whole, d))
			continue;
		p->index = i;
		p->distance = d;
		p->whole = whole;
		p->any = true;
	}
}

static int by_index(const void *a, const void *b)
{
	const struct chosen *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

static void keep_picks(struct represent *r, const struct pick *picks, size_t k)
{
	size_t i;

	for (i = 0; i < k; i++) {
		const struct pick *p = &picks[i];

		if (p->any)
			r->chosen[r->kept++] = (struct chosen){
				p->index, p->weight / r->list[p->index].share,
			};
	}
	qsort(r->chosen, r->kept, sizeof(*r->chosen), by_index);
	for (i = 0; i < r->kept; i++)
		r->list[r->chosen[i].index].turn = (int64_t)i;
}

static int choose(struct stage *s, struct represent *r, struct hf_error *err)
{
	size_t k = r->count < r->n ? r->count : r->n;
	const struct cluster_input in = {
		.points = r->points, .n = r->n, .dims = FEATURES, .k = k,
		.seed = r->seed, .stop = s->opts->stop,
	};
	uint32_t *label = calloc(r->n, sizeof(*label));
	double *center = calloc(k * FEATURES, sizeof(*center));
	struct pick *picks = calloc(k, sizeof(*picks));
	int rc = -ENOMEM;

	r->chosen = calloc(k, sizeof(*r->chosen));
	cluster_normalise(r->points, r->n, FEATURES);
	if (label && center && picks && r->chosen)
		rc = cluster(&in, label, center, &r->spread);
	if (!rc) {
		r->spread /= (double)r->n;
		pick_all(r, label, center, picks);
		keep_picks(r, picks, k);
	}
	free(label);
	free(center);
	free(picks);
	if (rc)
		return hf_fail(err, -rc, rc == -EINTR ?
			       "interrupted: nothing is written" :
			       "no memory for the clusters");
	return 0;
}

static int open_represent(struct stage *s, struct shape *shape,
			  struct hf_error *err)
{
	struct represent *r = s->state;
	int rc = count_all(s, r, err);

	if (!rc && r->n)
		rc = choose(s, r, err);
	shape_undo_deps(shape, s->kind->name);
	shape->wall_start_ns = 0;
	free(r->points);
	r->points = NULL;
	return rc;
}

static ssize_t map_represent(struct stage *s, const struct hfr_trace_rec *in,
			     size_t n, struct hfr_trace_rec *out,
			     struct hf_error *err)
{
	const struct represent *r = s->state;
	size_t i, kept = 0;

	(void)err;
	for (i = 0; i < n; i++) {
		uint64_t index = in[i].issue_ns / r->length_ns;
		uint64_t by;

		if (r->list[index].turn < 0)
			continue;
		by = (index - (uint64_t)r->list[index].turn) * r->length_ns;
		out[kept] = in[i];
		out[kept].issue_ns -= by;
		if (out[kept].complete_ns != HFR_UNKNOWN)
			out[kept].complete_ns -= by;
		kept++;
	}
	return (ssize_t)kept;
}

static json_t *say_sum(const struct represent *r, size_t at)
{
	double all = 0, estimate = 0;
	uint64_t v;
	size_t i;

	for (i = 0; i < r->n; i++) {
		memcpy(&v, (const char *)&r->list[i].sums + at, sizeof(v));
		all += (double)v;
	}
	for (i = 0; i < r->kept; i++) {
		memcpy(&v, (const char *)&r->list[r->chosen[i].index].sums + at,
		       sizeof(v));
		estimate += (double)v * r->chosen[i].weight;
	}
	return json_pack("{s:f, s:f, s:f}", "all", all, "estimate", estimate,
			 "error", all > 0 ? estimate / all - 1 : 0.0);
}

static void say_represent(const struct stage *s, json_t *obj)
{
	const struct represent *r = s->state;
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < r->kept; i++) {
		const struct chosen *c = &r->chosen[i];
		uint64_t from = c->index * r->length_ns;

		json_array_append_new(list, json_pack("{s:I, s:I, s:f, s:I}",
			"at_ns", (json_int_t)(i * r->length_ns),
			"from_ns", (json_int_t)from, "weight", c->weight,
			"requests",
			(json_int_t)r->list[c->index].sums.requests));
	}
	json_object_set_new(obj, "interval_ns",
			    json_integer((json_int_t)r->length_ns));
	json_object_set_new(obj, "intervals", json_integer((json_int_t)r->n));
	json_object_set_new(obj, "spread", json_real(r->spread));
	json_object_set_new(obj, "weights", list);
	json_object_set_new(obj, "requests",
			    say_sum(r, offsetof(struct sums, requests)));
	json_object_set_new(obj, "reads",
			    say_sum(r, offsetof(struct sums, reads)));
	json_object_set_new(obj, "bytes",
			    say_sum(r, offsetof(struct sums, bytes)));
}

static void close_represent(void *state)
{
	struct represent *r = state;

	free(r->list);
	free(r->points);
	free(r->chosen);
}

const struct transform transform_represent = {
	.name = "represent",
	.state_size = sizeof(struct represent),
	.parse = parse_represent,
	.open = open_represent,
	.close = close_represent,
	.map = map_represent,
	.say = say_represent,
};
