// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "kst.h"
#include "stats.h"

#define S(name)	HFREPLAY_A_STATS_##name
#define MESSAGE_BUCKETS	64

static uint64_t value(struct nlattr **attrs, int attr)
{
	if (!attrs[attr])
		return 0;
	return nla_len(attrs[attr]) == 4 ? nla_get_u32(attrs[attr]) :
		nla_get_u64(attrs[attr]);
}

/* Whether a message has all it must have, in range. */
static bool complete(struct nlattr **attrs)
{
	static const int need[] = {
		S(ID), S(NAME), S(TARGET), S(OP), S(ISSUED), S(COMPLETED),
		S(ERRORS), S(BYTES), S(HISTOGRAM), S(SUM), S(LARGEST),
		S(BUCKETS),
	};
	size_t i;

	for (i = 0; i < KST_COUNT(need); i++)
		if (!attrs[need[i]])
			return false;
	return value(attrs, S(TARGET)) < STATS_TARGETS &&
		value(attrs, S(OP)) < HFR_OP_NR &&
		value(attrs, S(HISTOGRAM)) < 2 &&
		!(nla_len(attrs[S(BUCKETS)]) % 24) &&
		nla_len(attrs[S(BUCKETS)]) <= 24 * MESSAGE_BUCKETS;
}

static void take_buckets(struct stats *st, struct stats_hist *h,
			 struct nlattr *attr)
{
	size_t i, n = nla_len(attr) / 24;

	for (i = 0; i < n && h->n < STATS_BUCKETS; i++, h->n++) {
		memcpy(&h->bucket[h->n], (char *)nla_data(attr) + 24 * i, 24);
		if (!h->bucket[h->n].count ||
		    h->bucket[h->n].to < h->bucket[h->n].from ||
		    (h->n && h->bucket[h->n].from <= h->bucket[h->n - 1].to))
			st->odd++;
	}
}

/* Each message of an operation repeats its counts. */
static void take_counts(struct stats *st, struct stats_op *o,
			struct nlattr **attrs)
{
	const struct stats_op now = {
		.issued = value(attrs, S(ISSUED)),
		.completed = value(attrs, S(COMPLETED)),
		.errors = value(attrs, S(ERRORS)),
		.bytes = value(attrs, S(BYTES)),
	};

	if (o->there && (o->issued != now.issued ||
			 o->completed != now.completed ||
			 o->errors != now.errors || o->bytes != now.bytes))
		st->odd++;
	o->there = true;
	o->issued = now.issued;
	o->completed = now.completed;
	o->errors = now.errors;
	o->bytes = now.bytes;
}

static void take(struct nlmsghdr *nlh, void *arg)
{
	struct nlattr *attrs[S(MAX) + 1] = { NULL }, *attr;
	struct stats *st = arg;
	struct stats_hist *h;
	struct stats_op *o;
	int rem;

	st->messages++;
	if (nlh->nlmsg_len > st->longest)
		st->longest = nlh->nlmsg_len;
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem)
		if (nla_type(attr) <= S(MAX))
			attrs[nla_type(attr)] = attr;
	if (!complete(attrs)) {
		st->odd++;
		return;
	}
	o = &st->op[value(attrs, S(TARGET))][value(attrs, S(OP))];
	h = &o->hist[value(attrs, S(HISTOGRAM))];
	take_counts(st, o, attrs);
	st->split += h->there && h->n == MESSAGE_BUCKETS;
	h->there = true;
	h->sum = value(attrs, S(SUM));
	h->largest = value(attrs, S(LARGEST));
	take_buckets(st, h, attrs[S(BUCKETS)]);
}

int stats_get(struct ctl *c, uint32_t id, struct stats *st)
{
	struct nl_msg *msg = ctl_msg(c, HFREPLAY_CMD_STATS_GET, NLM_F_DUMP);

	memset(st, 0, sizeof(*st));
	nla_put_u32(msg, S(ID), id);
	return ctl_send(c, msg, take, st);
}

uint64_t stats_count(const struct stats_hist *h)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < h->n; i++)
		n += h->bucket[i].count;
	return n;
}

/* ---- against completion records ---- */

/* Takes a value out of the bucket that it belongs to. */
static bool uncount(struct stats_hist *h, uint64_t value)
{
	size_t i;

	h->sum -= value;
	for (i = 0; i < h->n; i++) {
		if (value < h->bucket[i].from || value > h->bucket[i].to)
			continue;
		return h->bucket[i].count--;
	}
	return false;
}

struct largest {
	uint64_t latency;
	uint64_t lateness;
};

static bool uncount_record(struct stats *left, struct largest *largest,
			   const struct hfr_trace_rec *rec,
			   const struct hfr_completion_rec *done)
{
	struct stats_op *o = &left->op[rec->target][rec->op];
	uint64_t latency = done->completed_ns - done->issued_ns;
	uint64_t lateness = (uint64_t)done->lateness * HFR_COST_UNIT;

	o->issued--;
	o->completed--;
	o->errors -= !!done->error;
	o->bytes -= done->error ? 0 : rec->length;
	if (latency > largest->latency)
		largest->latency = latency;
	if (lateness > largest->lateness)
		largest->lateness = lateness;
	return uncount(&o->hist[HFREPLAY_HISTOGRAM_LATENCY], latency) &&
		uncount(&o->hist[HFREPLAY_HISTOGRAM_LATENESS], lateness);
}

static void nothing_left(const struct stats_op *o)
{
	size_t h, i, full = 0;

	EXPECT_EQ(o->issued, 0);
	EXPECT_EQ(o->completed, 0);
	EXPECT_EQ(o->errors, 0);
	EXPECT_EQ(o->bytes, 0);
	for (h = 0; h < 2; h++) {
		EXPECT_EQ(o->hist[h].sum, 0);
		for (i = 0; i < o->hist[h].n; i++)
			full += o->hist[h].bucket[i].count != 0;
	}
	EXPECT_EQ(full, 0);
}

void stats_match(const struct stats *st, const struct image *im,
		 const struct hfr_completion_rec *recs, size_t n)
{
	static struct largest largest[STATS_TARGETS][HFR_OP_NR];
	static struct stats left;
	size_t i, wrong = 0;
	unsigned int t, op;

	left = *st;
	memset(largest, 0, sizeof(largest));
	for (i = 0; i < n; i++) {
		const struct hfr_trace_rec *rec = &im->rec[i % im->count];

		if (recs[i].state == HFR_REC_DONE)
			wrong += !uncount_record(&left,
						 &largest[rec->target][rec->op],
						 rec, &recs[i]);
	}
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(st->odd, 0);
	for (t = 0; t < STATS_TARGETS; t++) {
		for (op = 0; op < HFR_OP_NR; op++) {
			nothing_left(&left.op[t][op]);
			EXPECT_EQ(st->op[t][op].hist[0].largest,
				  largest[t][op].latency);
			EXPECT_EQ(st->op[t][op].hist[1].largest,
				  largest[t][op].lateness);
		}
	}
}
