// SPDX-License-Identifier: GPL-2.0-only
#include <linux/blkdev.h>
#include <linux/module.h>
#include <net/netlink.h>

#include "memory.h"
#include "message.h"
#include "session.h"
#include "version.h"

#define A(name) HFREPLAY_A_SESSION_##name
#define T(name) HFREPLAY_A_TARGET_##name
#define C(name) HFREPLAY_A_CAPS_##name

/* Operations, choices and flags that the engine honours. */
#define OPS_KNOWN	(BIT(HFR_OP_READ) | BIT(HFR_OP_WRITE) |		\
			 BIT(HFR_OP_FLUSH) | BIT(HFR_OP_DISCARD) |	\
			 BIT(HFR_OP_WRITE_ZEROES) | BIT(HFR_OP_SECURE_ERASE))
#define MODES_KNOWN	(BIT(HFREPLAY_MODE_HF) | BIT(HFREPLAY_MODE_AFAP))
#define LIMITS_KNOWN	(BIT(HFREPLAY_LIMIT_NONE) |			\
			 BIT(HFREPLAY_LIMIT_TRACE) |			\
			 BIT(HFREPLAY_LIMIT_FIXED))
#define FLAGS_KNOWN	(2 * HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED - 1)

struct u32_attr {
	u32 type;
	u32 value;
};

struct u64_attr {
	u32 type;
	u64 value;
};

static int put_u32s(struct sk_buff *skb, const struct u32_attr *a, size_t n)
{
	int err = 0;

	for (; !err && n; a++, n--)
		err = nla_put_u32(skb, a->type, a->value);
	return err;
}

static int put_u64s(struct sk_buff *skb, const struct u64_attr *a, size_t n,
		    u32 pad)
{
	int err = 0;

	for (; !err && n; a++, n--)
		err = nla_put_u64_64bit(skb, a->type, a->value, pad);
	return err;
}

int hfr_message_name(struct sk_buff *skb, struct hfr_session *s)
{
	return nla_put_u32(skb, A(ID), s->id) ?:
		nla_put_string(skb, A(NAME), s->name);
}

static int put_config(struct sk_buff *skb, const struct hfr_session *s)
{
	const struct hfr_config *c = &s->config;
	const struct u32_attr attrs[] = {
		{ A(STATE),		READ_ONCE(s->state) },
		{ A(FLAGS),		c->flags },
		{ A(MODE),		c->mode },
		{ A(SPEED),		c->speed },
		{ A(LIMIT),		c->limit },
		{ A(LIMIT_VALUE),	c->limit_value },
		{ A(WINDOW),		c->window },
		{ A(RESULTS),		c->results },
		{ A(PAYLOAD),		c->payload },
		{ A(ON_ERROR),		c->on_error },
		{ A(ERROR_MAX),		c->error_max },
		{ A(SPIN),		c->spin },
		{ A(TOLERANCE),		c->tolerance },
	};

	return put_u32s(skb, attrs, ARRAY_SIZE(attrs));
}

/* Adds up what the workers count. */
static void sum_counters(const struct hfr_session *s, struct hfr_counters *sum)
{
	u32 i, j;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < s->ntargets; i++) {
		const struct hfr_counters *c = &s->workers[i].count;

		sum->issued += READ_ONCE(c->issued);
		sum->completed += READ_ONCE(c->completed);
		sum->skipped += READ_ONCE(c->skipped);
		sum->errors += READ_ONCE(c->errors);
		sum->late += READ_ONCE(c->late);
		sum->read_bytes += READ_ONCE(c->read_bytes);
		sum->write_bytes += READ_ONCE(c->write_bytes);
		sum->last_index = max(sum->last_index, READ_ONCE(c->last_index));
		for (j = 0; j < HFR_CAUSE_NR; j++) {
			sum->stalls[j] += READ_ONCE(c->stalls[j]);
			sum->stall_ns[j] += READ_ONCE(c->stall_ns[j]);
		}
	}
}

static u64 elapsed(const struct hfr_session *s)
{
	u64 start = READ_ONCE(s->start_ns), end = READ_ONCE(s->end_ns);
	u64 now = end ? end : ktime_get_ns();

	return start && now > start ? now - start : 0;
}

static int put_counters(struct sk_buff *skb, const struct hfr_session *s)
{
	struct hfr_counters sum;

	sum_counters(s, &sum);
	{
		const struct u64_attr attrs[] = {
			{ A(SEED),		s->config.seed },
			{ A(LOADED),		READ_ONCE(s->window.loaded) },
			{ A(ISSUED),		sum.issued },
			{ A(COMPLETED),		sum.completed },
			{ A(SKIPPED),		sum.skipped },
			{ A(ERRORS),		sum.errors },
			{ A(LATE),		sum.late },
			{ A(READ_BYTES),	sum.read_bytes },
			{ A(WRITE_BYTES),	sum.write_bytes },
			{ A(ELAPSED),		elapsed(s) },
			{ A(UNDERRUNS),	sum.stalls[HFR_CAUSE_FEEDER] },
			{ A(UNDERRUN_TIME),	sum.stall_ns[HFR_CAUSE_FEEDER] },
			{ A(RESULTS_STALLS),	sum.stalls[HFR_CAUSE_RESULTS] },
			{ A(RESULTS_TIME),	sum.stall_ns[HFR_CAUSE_RESULTS] },
			{ A(WINDOW_STALLS),	sum.stalls[HFR_CAUSE_WINDOW] },
			{ A(WINDOW_TIME),	sum.stall_ns[HFR_CAUSE_WINDOW] },
			{ A(MEMORY),		hfr_session_memory(s) },
			{ A(LAST_INDEX),	sum.last_index },
			{ A(WALL_START),	READ_ONCE(s->wall_start) },
		};

		return put_u64s(skb, attrs, ARRAY_SIZE(attrs), A(PAD));
	}
}

/* What is known of the trace; the header may not have come yet. */
static int put_trace(struct sk_buff *skb, const struct hfr_session *s)
{
	const struct hfr_feed *f = &s->feed;
	int err = 0;

	/* pairs with accept_header() and feed_end() */
	if (smp_load_acquire(&f->stage) == HFR_FEED_HEADER)
		return 0;
	if (f->hdr.count != HFR_UNKNOWN)
		err = nla_put_u64_64bit(skb, A(COUNT), f->hdr.count, A(PAD));
	if (!err && f->hdr.duration_ns != HFR_UNKNOWN)
		err = nla_put_u64_64bit(skb, A(DURATION), f->hdr.duration_ns,
					A(PAD));
	/* pairs with feed_end(): the checksum is final */
	if (!err && smp_load_acquire(&s->window.complete))
		err = nla_put_u64_64bit(skb, A(CHECKSUM), f->checksum, A(PAD));
	return err;
}

static int put_error(struct sk_buff *skb, struct hfr_session *s)
{
	char text[sizeof(s->error)];
	u64 index;
	int err;

	spin_lock(&s->state_lock);
	strscpy(text, s->error, sizeof(text));
	index = s->error_index;
	spin_unlock(&s->state_lock);
	if (!text[0])
		return 0;
	err = nla_put_string(skb, A(ERROR_TEXT), text);
	if (!err && index != HFR_UNKNOWN)
		err = nla_put_u64_64bit(skb, A(ERROR_INDEX), index, A(PAD));
	return err;
}

static int put_target(struct sk_buff *skb, const struct hfr_session *s, u32 i)
{
	const struct hfr_target *t = &s->targets[i];
	const struct u32_attr attrs[] = {
		{ T(MAJOR),		MAJOR(t->dev) },
		{ T(MINOR),		MINOR(t->dev) },
		{ T(LOGICAL_BLOCK),	t->limits.block_mask + 1 },
		{ T(MAX_TRANSFER),	t->max_transfer },
		{ T(QUEUE_DEPTH),	t->depth },
		{ T(SLOTS),		READ_ONCE(s->workers[i].slots.count) },
		{ T(CPU),		s->workers[i].cpu },
		{ T(OPS),		t->limits.ops },
	};
	struct nlattr *nest = nla_nest_start(skb, A(TARGET));

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, T(PATH), t->path) ||
	    nla_put_u64_64bit(skb, T(SIZE), t->limits.size, T(PAD)) ||
	    put_u32s(skb, attrs, ARRAY_SIZE(attrs)) ||
	    (t->write_cache && nla_put_flag(skb, T(WRITE_CACHE)))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

int hfr_message_session(struct sk_buff *skb, struct hfr_session *s)
{
	u32 i;
	int err;

	err = hfr_message_name(skb, s) ?:
		nla_put_string(skb, A(NODE), s->misc_node) ?:
		put_config(skb, s) ?: put_counters(skb, s) ?:
		put_trace(skb, s) ?: put_error(skb, s);
	for (i = 0; !err && i < s->ntargets; i++)
		err = put_target(skb, s, i);
	return err ? -EMSGSIZE : 0;
}

size_t hfr_message_size(const struct hfr_session *s)
{
	return 2048 + s->ntargets * (HFR_MAX_PATH + 192);
}

int hfr_message_caps(struct sk_buff *skb)
{
	const struct u32_attr u32s[] = {
		{ C(OPS),		OPS_KNOWN },
		{ C(MODES),		MODES_KNOWN },
		{ C(LIMITS),		LIMITS_KNOWN },
		{ C(RECORD_FLAGS),	HFR_RF_ALL },
		{ C(SESSION_FLAGS),	FLAGS_KNOWN },
		{ C(MAX_SESSIONS),	HFR_MAX_SESSIONS },
		{ C(MAX_TARGETS),	HFR_MAX_TARGETS },
		{ C(MAX_WINDOW),	HFR_MAX_WINDOW },
	};
	const struct u64_attr u64s[] = {
		{ C(MAX_MEMORY),	hfr_memory_limit() },
		{ C(USED_MEMORY),	hfr_memory_used() },
	};
	const char *srcversion = THIS_MODULE->srcversion;

	return nla_put_string(skb, C(VERSION), HFR_VERSION) ?:
		nla_put_string(skb, C(SRCVERSION), srcversion ?: "") ?:
		put_u32s(skb, u32s, ARRAY_SIZE(u32s)) ?:
		put_u64s(skb, u64s, ARRAY_SIZE(u64s), C(PAD));
}
