// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command stats-get: a dump of one session. Of each operation at each
 * target the workers' counts are summed once; what does not fit into one
 * message of bounded size goes on in the next.
 */
#include <linux/capability.h>
#include <linux/mm.h>
#include <net/genetlink.h>

#include "compat.h"
#include "message.h"
#include "netlink.h"
#include "request.h"
#include "telemetry.h"

#define A(name) HFREPLAY_A_STATS_##name

/* Buckets of one message: it fits into the smallest buffer of a dump. */
#define PART	64

/**
 * struct walk - how far a dump is
 * @s: the session; a reference is held
 * @summed: @sum holds the operation at hand
 * @target: target at hand
 * @op: operation at hand
 * @histogram: enum hfreplay_histogram, the one at hand
 * @bucket: next bucket of it
 * @part: the buckets of a message
 * @sum: counts of the operation at hand
 */
struct walk {
	struct hfr_session *s;
	bool summed;
	u32 target;
	u32 op;
	u32 histogram;
	u32 bucket;
	u64 part[3 * PART];
	struct hfr_op_stats sum;
};

/*
 * The first call of a dump begins it: the one before it, start, cannot say why
 * it refuses on Linux 6.1.
 */
static struct walk *begin(struct netlink_callback *cb, int *err)
{
	struct walk *w;

	BUILD_BUG_ON((u32)A(ID) != HFREPLAY_A_SESSION_ID ||
		     (u32)A(NAME) != HFREPLAY_A_SESSION_NAME);
	if (!netlink_capable(cb->skb, CAP_SYS_ADMIN)) {
		*err = hfr_refuse_ack(cb->extack, -EPERM,
				      "CAP_SYS_ADMIN in the initial user namespace is needed");
		return NULL;
	}
	*err = -ENOMEM;
	w = kvzalloc(sizeof(*w), GFP_KERNEL);
	if (!w)
		return NULL;
	w->s = hfr_netlink_find(hfr_dump_attrs(cb), cb->extack, err);
	if (!w->s) {
		kvfree(w);
		return NULL;
	}
	cb->args[0] = (long)w;
	return w;
}

int hfr_netlink_stats_done(struct netlink_callback *cb)
{
	struct walk *w = (struct walk *)cb->args[0];

	if (w) {
		hfr_session_put(w->s);
		kvfree(w);
	}
	return 0;
}

static const struct hfr_hist *histogram(const struct walk *w)
{
	return w->histogram == HFREPLAY_HISTOGRAM_LATENCY ? &w->sum.latency :
		&w->sum.lateness;
}

/* Takes buckets that are not empty, PART at most; returns their number. */
static u32 collect(struct walk *w, u32 *next)
{
	const struct hfr_hist *h = histogram(w);
	u64 *out = w->part;
	u32 i, n = 0;

	for (i = w->bucket; i < HFR_HIST_BUCKETS && n < PART; i++) {
		if (!h->bucket[i])
			continue;
		out[3 * n] = hfr_hist_from(i);
		out[3 * n + 1] = hfr_hist_to(i);
		out[3 * n + 2] = h->bucket[i];
		n++;
	}
	/* No message for a rest of empty ones. */
	while (i < HFR_HIST_BUCKETS && !h->bucket[i])
		i++;
	*next = i;
	return n;
}

static int put_counts(struct sk_buff *skb, const struct walk *w)
{
	const struct hfr_hist *h = histogram(w);
	const struct hfr_op_stats *c = &w->sum;

	return hfr_message_name(skb, w->s) ?:
		nla_put_u32(skb, A(TARGET), w->target) ?:
		nla_put_u32(skb, A(OP), w->op) ?:
		nla_put_u64_64bit(skb, A(ISSUED), c->issued, A(PAD)) ?:
		nla_put_u64_64bit(skb, A(COMPLETED), c->completed, A(PAD)) ?:
		nla_put_u64_64bit(skb, A(ERRORS), c->errors, A(PAD)) ?:
		nla_put_u64_64bit(skb, A(BYTES), c->bytes, A(PAD)) ?:
		nla_put_u32(skb, A(HISTOGRAM), w->histogram) ?:
		nla_put_u64_64bit(skb, A(SUM), h->sum, A(PAD)) ?:
		nla_put_u64_64bit(skb, A(LARGEST), h->max, A(PAD));
}

static int put_part(struct sk_buff *skb, struct walk *w, u32 *next)
{
	u32 n = collect(w, next);

	return put_counts(skb, w) ?:
		nla_put_64bit(skb, A(BUCKETS), 3 * n * sizeof(u64), w->part,
			      A(PAD));
}

/* Puts one message, which starts at @bucket, and moves on behind it. */
static int put_message(struct sk_buff *skb, struct netlink_callback *cb,
		       struct walk *w)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, hfr_dump_family(cb),
				NLM_F_MULTI, HFREPLAY_CMD_STATS_GET);
	u32 next;

	if (!hdr)
		return -EMSGSIZE;
	if (put_part(skb, w, &next)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	w->bucket = next;
	return 0;
}

static void next_op(struct walk *w)
{
	w->summed = false;
	w->histogram = HFREPLAY_HISTOGRAM_LATENCY;
	if (++w->op == HFR_OP_NR) {
		w->op = 0;
		w->target++;
	}
}

/* All histograms of the operation at hand. */
static int put_op(struct sk_buff *skb, struct netlink_callback *cb,
		  struct walk *w)
{
	int err;

	while (w->histogram <= HFREPLAY_HISTOGRAM_LATENESS) {
		do {
			err = put_message(skb, cb, w);
			if (err)
				return err;
		} while (w->bucket < HFR_HIST_BUCKETS);
		w->bucket = 0;
		w->histogram++;
	}
	return 0;
}

int hfr_netlink_stats_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct walk *w = (struct walk *)cb->args[0];
	int err;

	if (!w)
		w = begin(cb, &err);
	if (!w)
		return err;
	for (; w->target < w->s->ntargets; next_op(w)) {
		if (!w->summed)
			w->summed = hfr_telemetry_sum(w->s, w->target, w->op,
						      &w->sum);
		if (!w->summed)
			continue;
		err = put_op(skb, cb, w);
		if (err)
			return skb->len ? skb->len : err;
		cond_resched();
	}
	return skb->len;
}
