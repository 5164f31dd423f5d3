// SPDX-License-Identifier: GPL-2.0-only
/* The distributions of a replay: one selection of values for each. */
#include "fidelity-parts.h"

#include <stddef.h>
#include <stdlib.h>

/* What is measured of a request. */
enum value {
	VALUE_ERROR,
	VALUE_ABS_ERROR,
	VALUE_RECORDED,
	VALUE_REPLAYED,
	VALUE_SUBMIT_COST,
};

/* What requests are told apart by. */
enum by {
	BY_NOTHING,
	BY_OP,
	BY_TARGET,
	BY_WORKER,
};

struct selection {
	const struct fidelity_input *in;
	enum value value;
	enum by by;
};

static unsigned int group_of(const struct selection *sel, uint64_t i)
{
	switch (sel->by) {
	case BY_OP:
		return request_of(sel->in, i)->op;
	case BY_TARGET:
		return request_of(sel->in, i)->target;
	case BY_WORKER:
		return sel->in->recs[i].worker;
	default:
		return 0;
	}
}

/*
 * A failed request says nothing about the device's latency. The original is
 * measured over the requests that the replay is measured over.
 */
static bool has_value(const struct selection *sel, uint64_t i)
{
	const struct fidelity_input *in = sel->in;

	if (!was_issued(in, i))
		return false;
	if (sel->value == VALUE_RECORDED &&
	    request_of(in, i)->complete_ns == HFR_UNKNOWN)
		return false;
	return (sel->value != VALUE_RECORDED && sel->value != VALUE_REPLAYED) ||
	       !in->recs[i].error;
}

static int64_t value_of(const struct selection *sel, uint64_t i)
{
	const struct hfr_completion_rec *rec = &sel->in->recs[i];
	const struct hfr_trace_rec *t = request_of(sel->in, i);

	switch (sel->value) {
	case VALUE_ERROR:
		return issue_error(sel->in, i);
	case VALUE_ABS_ERROR:
		return llabs(issue_error(sel->in, i));
	case VALUE_RECORDED:
		return (int64_t)(t->complete_ns - t->issue_ns);
	case VALUE_REPLAYED:
		return (int64_t)(rec->completed_ns - rec->issued_ns);
	default:
		return (int64_t)rec->submit_cost * HFR_COST_UNIT;
	}
}

static bool select_value(const void *ctx, uint64_t i, unsigned int *group,
			 int64_t *value)
{
	const struct selection *sel = ctx;

	if (!has_value(sel, i))
		return false;
	*group = group_of(sel, i);
	*value = value_of(sel, i);
	return true;
}

/* One distribution over all requests. */
static int measure(struct dist *d, struct dist_curve *curve,
		   const struct fidelity_input *in, enum value value)
{
	struct selection sel = { in, value, BY_NOTHING };

	return dist_by_group(d, curve, 1, in->count, select_value, &sel);
}

/*
 * One for each of @n array elements of @stride bytes, the first of which has
 * its distribution at @first.
 */
static int measure_by(struct dist *first, size_t stride, unsigned int n,
		      const struct fidelity_input *in, enum value value,
		      enum by by)
{
	struct selection sel = { in, value, by };
	struct dist dists[FIDELITY_U8_VALUES];
	int ret = dist_by_group(dists, NULL, n, in->count, select_value, &sel);

	for (unsigned int g = 0; !ret && g < n; g++)
		*(struct dist *)((char *)first + g * stride) = dists[g];
	return ret;
}

static int measure_groups(struct group *groups, unsigned int n,
			  const struct fidelity_input *in, enum by by)
{
	size_t stride = sizeof(*groups);
	int ret = measure_by(&groups->recorded_latency, stride, n, in,
			     VALUE_RECORDED, by);

	if (!ret)
		ret = measure_by(&groups->replayed_latency, stride, n, in,
				 VALUE_REPLAYED, by);
	if (!ret && in->scheduled)
		ret = measure_by(&groups->issue_error, stride, n, in,
				 VALUE_ABS_ERROR, by);
	return ret;
}

static int measure_errors(struct fidelity *f, const struct fidelity_input *in)
{
	int ret = measure(&f->error_signed, NULL, in, VALUE_ERROR);

	return ret ? ret : measure(&f->error_absolute, &f->error_curve, in,
				   VALUE_ABS_ERROR);
}

int fidelity_distributions(struct fidelity *f, const struct fidelity_input *in)
{
	int ret = in->scheduled ? measure_errors(f, in) : 0;

	if (!ret)
		ret = measure(&f->recorded_latency, &f->recorded_curve, in,
			      VALUE_RECORDED);
	if (!ret)
		ret = measure(&f->replayed_latency, &f->replayed_curve, in,
			      VALUE_REPLAYED);
	if (!ret)
		ret = measure_groups(f->ops, HFR_OP_NR, in, BY_OP);
	if (!ret)
		ret = measure_groups(f->targets, in->targets, in, BY_TARGET);
	if (!ret)
		ret = measure_by(&f->workers->submit_cost,
				 sizeof(*f->workers), FIDELITY_U8_VALUES, in,
				 VALUE_SUBMIT_COST, BY_WORKER);
	return ret;
}
