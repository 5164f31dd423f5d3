// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/hfreplay_netlink.h>

#include "hft.h"
#include "stats.h"

#define A(name)	HFREPLAY_A_STATS_##name

/* A bucket on the wire: smallest value, largest, number of values. */
#define BUCKET_SIZE	(3 * sizeof(uint64_t))

static struct op_stats *find(const struct stats *s, uint32_t target,
			     uint32_t op)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->ops[i].target == target && s->ops[i].op == op)
			return &s->ops[i];
	return NULL;
}

static struct op_stats *append(struct stats *s, uint32_t target, uint32_t op)
{
	struct op_stats *ops = realloc(s->ops, (s->n + 1) * sizeof(*ops));

	if (!ops)
		return NULL;
	s->ops = ops;
	ops[s->n] = (struct op_stats){ .target = target, .op = op };
	return &ops[s->n++];
}

static int take_buckets(struct hist *h, const struct nlattr *nla)
{
	const char *at = nla_data(nla);
	struct hist_bucket b;
	int left, ret;

	for (left = nla_len(nla); left; left -= (int)BUCKET_SIZE) {
		if (left < (int)BUCKET_SIZE)
			return -EPROTO;
		memcpy(&b.from, at, 8);
		memcpy(&b.to, at + 8, 8);
		memcpy(&b.count, at + 16, 8);
		if (b.to < b.from ||
		    (h->n && b.from <= h->buckets[h->n - 1].to))
			return -EPROTO;
		ret = hist_append(h, &b);
		if (ret)
			return ret;
		at += BUCKET_SIZE;
	}
	return 0;
}

/* Copies a number of the size that it must have. */
static int number(struct nlattr *const *attrs, int type, void *to, int size)
{
	if (!attrs[type] || nla_len(attrs[type]) != size)
		return -EPROTO;
	memcpy(to, nla_data(attrs[type]), (size_t)size);
	return 0;
}

static int take_hist(struct op_stats *o, struct nlattr *const *attrs)
{
	struct hist *h;
	uint32_t kind;

	if (number(attrs, A(HISTOGRAM), &kind, 4))
		return -EPROTO;
	/* One that a newer module has. */
	if (kind > HFREPLAY_HISTOGRAM_LATENESS)
		return 0;
	h = kind == HFREPLAY_HISTOGRAM_LATENCY ? &o->latency : &o->lateness;
	if (number(attrs, A(SUM), &h->sum, 8) ||
	    number(attrs, A(LARGEST), &h->max, 8) || !attrs[A(BUCKETS)])
		return -EPROTO;
	return take_buckets(h, attrs[A(BUCKETS)]);
}

static int take_counts(struct op_stats *o, struct nlattr *const *attrs)
{
	return number(attrs, A(ISSUED), &o->issued, 8) ||
		number(attrs, A(COMPLETED), &o->completed, 8) ||
		number(attrs, A(ERRORS), &o->errors, 8) ||
		number(attrs, A(BYTES), &o->bytes, 8) ? -EPROTO : 0;
}

int stats_take(struct stats *s, const struct nlattr *attrs, int len)
{
	struct nlattr *have[A(MAX) + 1] = { NULL }, *nla;
	uint32_t target, op;
	struct op_stats *o;
	int rem;

	nla_for_each_attr(nla, (struct nlattr *)attrs, len, rem)
		if (nla_type(nla) <= A(MAX))
			have[nla_type(nla)] = nla;
	if (number(have, A(ID), &s->id, 4) || !have[A(NAME)] ||
	    number(have, A(TARGET), &target, 4) || number(have, A(OP), &op, 4))
		return -EPROTO;
	nla_strlcpy(s->name, have[A(NAME)], sizeof(s->name));
	o = find(s, target, op);
	if (!o)
		o = append(s, target, op);
	if (!o)
		return -ENOMEM;
	if (take_counts(o, have))
		return -EPROTO;
	return take_hist(o, have);
}

void stats_free(struct stats *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		hist_free(&s->ops[i].latency);
		hist_free(&s->ops[i].lateness);
	}
	free(s->ops);
	*s = (struct stats){ .ops = NULL };
}

static int op_since(struct op_stats *o, const struct op_stats *now,
		    const struct op_stats *before)
{
	o->issued = now->issued - before->issued;
	o->completed = now->completed - before->completed;
	o->errors = now->errors - before->errors;
	o->bytes = now->bytes - before->bytes;
	if (hist_copy(&o->latency, &now->latency) ||
	    hist_copy(&o->lateness, &now->lateness))
		return -ENOMEM;
	hist_subtract(&o->latency, &before->latency);
	hist_subtract(&o->lateness, &before->lateness);
	return 0;
}

/* Counts that have become less are those of another run. */
static bool same_run(const struct stats *now, const struct stats *before)
{
	const struct op_stats *b;
	size_t i;

	for (i = 0; i < now->n; i++) {
		b = find(before, now->ops[i].target, now->ops[i].op);
		if (b && now->ops[i].completed < b->completed)
			return false;
	}
	return true;
}

int stats_since(struct stats *since, const struct stats *now,
		const struct stats *before)
{
	static const struct op_stats none;
	bool same = same_run(now, before);
	const struct op_stats *b;
	struct op_stats *o;
	size_t i;

	*since = (struct stats){ .id = now->id };
	memcpy(since->name, now->name, sizeof(since->name));
	for (i = 0; i < now->n; i++) {
		o = append(since, now->ops[i].target, now->ops[i].op);
		b = same ? find(before, now->ops[i].target, now->ops[i].op) :
			NULL;
		if (!o || op_since(o, &now->ops[i], b ? b : &none)) {
			stats_free(since);
			return -ENOMEM;
		}
	}
	return 0;
}

static json_t *hist_json(const struct hist *h, bool buckets)
{
	json_t *o, *list;
	size_t i;

	o = json_pack("{s:I,s:f,s:I,s:I,s:I,s:I,s:I}",
		      "count", (json_int_t)hist_count(h),
		      "mean_ns", hist_mean(h),
		      "p50_ns", (json_int_t)hist_quantile(h, 500),
		      "p90_ns", (json_int_t)hist_quantile(h, 900),
		      "p99_ns", (json_int_t)hist_quantile(h, 990),
		      "p99_9_ns", (json_int_t)hist_quantile(h, 999),
		      "max_ns", (json_int_t)hist_quantile(h, 1000));
	if (!buckets)
		return o;
	list = json_array();
	for (i = 0; i < h->n; i++)
		if (h->buckets[i].count)
			json_array_append_new(list, json_pack("[I,I,I]",
				(json_int_t)h->buckets[i].from,
				(json_int_t)(h->buckets[i].to < h->max ?
					     h->buckets[i].to : h->max),
				(json_int_t)h->buckets[i].count));
	json_object_set_new(o, "buckets", list);
	return o;
}

json_t *stats_json(const struct stats *s, bool buckets)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct op_stats *o = &s->ops[i];
		const char *name = hfr_op_name((uint8_t)o->op);

		json_array_append_new(list, json_pack("{s:i,s:s,s:I,s:I,s:I,s:I,s:o,s:o}",
			"target", (int)o->target, "op", name ? name : "?",
			"issued", (json_int_t)o->issued,
			"completed", (json_int_t)o->completed,
			"errors", (json_int_t)o->errors,
			"bytes", (json_int_t)o->bytes,
			"latency", hist_json(&o->latency, buckets),
			"lateness", hist_json(&o->lateness, buckets)));
	}
	return json_pack("{s:i,s:s,s:o}", "id", (int)s->id, "name", s->name,
			 "operations", list);
}
