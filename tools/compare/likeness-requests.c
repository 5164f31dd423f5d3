// SPDX-License-Identifier: GPL-2.0-only
/* Operations, sizes, times and jumps of two traces. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "ks.h"
#include "likeness.h"

/**
 * struct walk - a walk over the requests of a trace
 * @values: gets a value where there is one
 * @end: of the latest request of each target, -1 before there is one; owned
 * @last_ns: the latest issue
 */
struct walk {
	struct sample values;
	int64_t *end;
	uint64_t last_ns;
};

typedef bool (*value_fn)(struct walk *w, const struct hfr_trace_rec *rec,
			 uint64_t index, int64_t *value);

static bool size_of(struct walk *w, const struct hfr_trace_rec *rec,
		    uint64_t index, int64_t *value)
{
	(void)w;
	(void)index;
	*value = rec->length;
	return likeness_moves(rec);
}

static bool gap_of(struct walk *w, const struct hfr_trace_rec *rec,
		   uint64_t index, int64_t *value)
{
	*value = (int64_t)(rec->issue_ns - w->last_ns);
	w->last_ns = rec->issue_ns;
	return index;
}

static bool jump_of(struct walk *w, const struct hfr_trace_rec *rec,
		    uint64_t index, int64_t *value)
{
	int64_t *end = &w->end[rec->target];
	bool first = *end < 0;

	(void)index;
	if (!likeness_moves(rec))
		return false;
	*value = (int64_t)rec->offset - *end;
	*end = (int64_t)(rec->offset + rec->length);
	return !first;
}

static int collect(struct walk *w, const struct hft_file *trace, value_fn fn)
{
	uint32_t targets = trace->hdr->device_count;

	w->values.values = malloc((trace->count + 1) * sizeof(int64_t));
	w->end = malloc((targets + 1) * sizeof(*w->end));
	if (!w->values.values || !w->end)
		return -ENOMEM;
	for (uint32_t i = 0; i < targets; i++)
		w->end[i] = -1;
	for (uint64_t i = 0; i < trace->count; i++) {
		int64_t *to = &w->values.values[w->values.count];

		w->values.count += fn(w, &trace->recs[i], i, to);
	}
	return sample_sort(&w->values);
}

static void free_walk(struct walk *w)
{
	sample_free(&w->values);
	free(w->end);
}

static int compare(const struct hft_file *a, const struct hft_file *b,
		   value_fn fn, double *distance)
{
	struct walk x = { .end = NULL }, y = { .end = NULL };
	int ret = collect(&x, a, fn);

	if (!ret)
		ret = collect(&y, b, fn);
	if (!ret)
		*distance = ks_distance(&x.values, &y.values);
	free_walk(&x);
	free_walk(&y);
	return ret;
}

static void count(struct likeness_side *side, const struct hft_file *trace)
{
	side->requests = trace->count;
	for (uint64_t i = 0; i < trace->count; i++) {
		const struct hfr_trace_rec *rec = &trace->recs[i];

		if (likeness_moves(rec) && rec->op == HFR_OP_READ)
			side->reads++;
		else if (likeness_moves(rec))
			side->writes++;
	}
}

static double read_share(const struct likeness_side *side)
{
	return (double)side->reads / (double)(side->reads + side->writes);
}

int likeness_requests(struct likeness *l, const struct hft_file *a,
		      const struct hft_file *b, struct hf_error *err)
{
	int ret;

	count(&l->side[0], a);
	count(&l->side[1], b);
	l->read_share = fabs(read_share(&l->side[0]) - read_share(&l->side[1]));
	ret = compare(a, b, size_of, &l->size_ks);
	if (!ret)
		ret = compare(a, b, gap_of, &l->gap_ks);
	if (!ret)
		ret = compare(a, b, jump_of, &l->jump_ks);
	return ret ? hf_fail(err, ENOMEM,
			     "no memory for the requests of %s and %s: compare parts of them",
			     a->path, b->path) : 0;
}
