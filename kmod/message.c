// SPDX-License-Identifier: GPL-2.0-only
#include <linux/blkdev.h>
#include <linux/module.h>
#include <net/netlink.h>

#include "compat.h"
#include "memory.h"
#include "message.h"
#include "session.h"
#include "telemetry.h"
#include "version.h"

#define A(name) HFREPLAY_A_SESSION_##name
#define T(name) HFREPLAY_A_TARGET_##name
#define C(name) HFREPLAY_A_CAPS_##name

/* Operations, choices and flags that the engine honours. */
#define OPS_KNOWN	(BIT(HFR_OP_NR) - 1)
#define MODES_KNOWN	(BIT(HFREPLAY_MODE_HF) |			\
			 BIT(HFREPLAY_MODE_AFAP) |			\
			 BIT(HFREPLAY_MODE_LOAD) |			\
			 BIT(HFREPLAY_MODE_DEP))
#define LIMITS_KNOWN	(BIT(HFREPLAY_LIMIT_NONE) |			\
			 BIT(HFREPLAY_LIMIT_TRACE) |			\
			 BIT(HFREPLAY_LIMIT_FIXED))
#define FLAGS_KNOWN	(2 * HFREPLAY_SESSION_FLAGS_NO_RECORDS - 1)
#define RECORD_FLAGS	(HFR_RF_ALL & ~(HFR_REQ_ATOMIC ? 0 : HFR_RF_ATOMIC))

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

static u32 slowest_loop(const struct hfr_session *s)
{
	u32 loop = U32_MAX, i;

	for (i = 0; i < s->nworkers; i++)
		loop = min(loop, READ_ONCE(s->workers[i].loop));
	return loop;
}

static int put_config(struct sk_buff *skb, const struct hfr_session *s)
{
	const struct hfr_config *c = &s->config;
	const struct u32_attr attrs[] = {
		{ A(STATE),		READ_ONCE(s->state) },
		{ A(FLAGS),		c->flags },
		{ A(MODE),		c->mode },
		{ A(SPEED),		READ_ONCE(c->speed) },
		{ A(LIMIT),		READ_ONCE(c->limit) },
		{ A(LIMIT_VALUE),	READ_ONCE(c->limit_value) },
		{ A(WINDOW),		c->window },
		{ A(RESULTS),		c->results },
		{ A(PAYLOAD),		c->payload },
		{ A(ON_ERROR),		c->on_error },
		{ A(ERROR_MAX),		c->error_max },
		{ A(SPIN),		c->spin },
		{ A(TOLERANCE),		c->tolerance },
		{ A(THINK_SCALE),	READ_ONCE(c->think) },
		{ A(LOOPS),		c->loops },
		{ A(LOOP),		slowest_loop(s) },
		{ A(BUNDLE),		c->bundle },
		{ A(BUNDLE_MAX),	c->bundle_max },
		{ A(PLUG),		c->plug },
		{ A(WORKERS),		c->workers },
		{ A(SPREAD),		c->spread },
	};

	return put_u32s(skb, attrs, ARRAY_SIZE(attrs));
}

/* Adds up what the workers count. */
static void sum_counters(const struct hfr_session *s, struct hfr_counters *sum)
{
	u32 i, j;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < s->nworkers; i++) {
		const struct hfr_counters *c = &s->workers[i].count;

		sum->skipped += READ_ONCE(c->skipped);
		sum->errors += READ_ONCE(c->errors);
		sum->again += READ_ONCE(c->again);
		sum->late += READ_ONCE(c->late);
		sum->verified += READ_ONCE(c->verified);
		sum->verify_errors += READ_ONCE(c->verify_errors);
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
	struct hfr_telemetry_totals total;
	struct hfr_counters sum;

	hfr_telemetry_total(s, &total);
	sum_counters(s, &sum);
	{
		const struct u64_attr attrs[] = {
			{ A(SEED),		s->config.seed },
			{ A(LOADED),		READ_ONCE(s->window.loaded) },
			{ A(ISSUED),		total.issued },
			{ A(COMPLETED),		total.completed },
			{ A(SKIPPED),		sum.skipped },
			{ A(ERRORS),		sum.errors },
			{ A(AGAIN),		sum.again },
			{ A(LATE),		sum.late },
			{ A(READ_BYTES),	total.bytes[HFR_OP_READ] },
			{ A(WRITE_BYTES),	total.bytes[HFR_OP_WRITE] +
						total.bytes[HFR_OP_ZONE_APPEND] },
			{ A(VERIFIED),		sum.verified },
			{ A(VERIFY_ERRORS),	sum.verify_errors },
			{ A(ELAPSED),		elapsed(s) },
			{ A(DURATION_LIMIT),	s->config.duration_limit },
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

static u32 target_slots(const struct hfr_session *s, u32 target)
{
	const struct hfr_worker *w = &s->workers[target * s->config.workers];
	u32 slots = 0, i;

	for (i = 0; i < s->config.workers; i++)
		slots += READ_ONCE(w[i].slots.count);
	return slots;
}

static int put_cpus(struct sk_buff *skb, const struct hfr_session *s,
		    u32 target)
{
	const struct hfr_worker *w = &s->workers[target * s->config.workers];
	int err = 0;
	u32 i;

	for (i = 0; !err && i < s->config.workers; i++)
		err = nla_put_u32(skb, T(CPU), w[i].cpu);
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
		{ T(SLOTS),		target_slots(s, i) },
		{ T(OPS),		t->limits.ops },
	};
	struct nlattr *nest = nla_nest_start(skb, A(TARGET));

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, T(PATH), t->path) ||
	    nla_put_u64_64bit(skb, T(SIZE), t->limits.size, T(PAD)) ||
	    put_u32s(skb, attrs, ARRAY_SIZE(attrs)) || put_cpus(skb, s, i) ||
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
	return HFR_MESSAGE_SIZE(s->ntargets, s->nworkers);
}

int hfr_message_caps(struct sk_buff *skb)
{
	const struct u32_attr u32s[] = {
		{ C(OPS),		OPS_KNOWN },
		{ C(MODES),		MODES_KNOWN },
		{ C(LIMITS),		LIMITS_KNOWN },
		{ C(RECORD_FLAGS),	RECORD_FLAGS },
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
