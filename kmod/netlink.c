// SPDX-License-Identifier: GPL-2.0-only
/*
 * No handler here waits for a replay, for a reader or for a writer: it would
 * hold up those who register or remove a netlink family. What session-new may
 * wait for is the opening of its targets.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "message.h"
#include "netlink.h"
#include "request.h"
#include "session.h"

#define A(name) HFREPLAY_A_SESSION_##name

static struct genl_family family;

/* ---- refusals ---- */

#define UNPRIVILEGED	"CAP_SYS_ADMIN in the initial user namespace is needed"

static bool capable_sender(struct sk_buff *skb)
{
	return netlink_capable(skb, CAP_SYS_ADMIN);
}

static int refuse_unprivileged(struct sk_buff *skb, struct genl_info *info)
{
	if (capable_sender(skb))
		return 0;
	return hfr_refuse(info, -EPERM, UNPRIVILEGED);
}

/* ---- replies ---- */

static int reply(struct sk_buff *msg, void *hdr, int err,
		 struct genl_info *info)
{
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

static int caps_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *hdr;
	int err = refuse_unprivileged(skb, info);

	if (err)
		return err;
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &family, 0, HFREPLAY_CMD_CAPS_GET);
	err = hdr ? hfr_message_caps(msg) : -EMSGSIZE;
	return reply(msg, hdr, err, info);
}

/* ---- finding the session that a command means ---- */

struct hfr_session *hfr_netlink_find(struct nlattr **attrs,
				     struct netlink_ext_ack *extack, int *err)
{
	struct nlattr *id = attrs[A(ID)], *name = attrs[A(NAME)];
	char why[HFR_WHY_LEN];
	struct hfr_session *s;

	if (!id == !name) {
		*err = hfr_refuse_ack(extack, -EINVAL,
				      "give either id or name of a session");
		return NULL;
	}
	s = hfr_session_find(id ? nla_get_u32(id) : 0,
			     name ? nla_data(name) : NULL);
	if (s)
		return s;
	if (name)
		snprintf(why, sizeof(why), "there is no session %s",
			 (char *)nla_data(name));
	else
		snprintf(why, sizeof(why), "there is no session %u",
			 nla_get_u32(id));
	*err = hfr_refuse_ack(extack, -ENOENT, why);
	return NULL;
}

static struct hfr_session *find(struct genl_info *info, int *err)
{
	return hfr_netlink_find(info->attrs, info->extack, err);
}

static int put_session(struct sk_buff *msg, struct hfr_session *s, u32 port,
		       u32 seq, int flags, u8 cmd)
{
	void *hdr = genlmsg_put(msg, port, seq, &family, flags, cmd);

	if (!hdr)
		return -EMSGSIZE;
	if (hfr_message_session(msg, s)) {
		genlmsg_cancel(msg, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return 0;
}

static int session_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hfr_session *s;
	struct sk_buff *msg;
	int err = refuse_unprivileged(skb, info);

	if (err)
		return err;
	s = find(info, &err);
	if (!s)
		return err;
	msg = genlmsg_new(hfr_message_size(s), GFP_KERNEL);
	err = msg ? put_session(msg, s, info->snd_portid, info->snd_seq, 0,
				HFREPLAY_CMD_SESSION_GET) : -ENOMEM;
	hfr_session_put(s);
	if (!err)
		return genlmsg_reply(msg, info);
	nlmsg_free(msg);
	return err;
}

static int session_dump_start(struct netlink_callback *cb)
{
	/* A session with all its targets fits into one message. */
	cb->min_dump_alloc = HFR_MESSAGE_SIZE(HFR_MAX_TARGETS, HFR_MAX_THREADS);
	return 0;
}

static int session_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hfr_session *s;
	int err;

	/* Not in start: on 6.1 it has no place for a sentence. */
	if (!capable_sender(cb->skb)) {
		NL_SET_ERR_MSG(cb->extack, UNPRIVILEGED);
		return -EPERM;
	}
	while ((s = hfr_session_next(cb->args[0]))) {
		u32 id = s->id;

		err = put_session(skb, s, NETLINK_CB(cb->skb).portid,
				  cb->nlh->nlmsg_seq, NLM_F_MULTI,
				  HFREPLAY_CMD_SESSION_GET);
		hfr_session_put(s);
		if (err)
			return skb->len ? skb->len : err;
		cb->args[0] = id;
	}
	return skb->len;
}

/* ---- making ---- */

static int reply_new(struct genl_info *info, struct hfr_session *s)
{
	struct sk_buff *msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *hdr;
	int err;

	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &family, 0, HFREPLAY_CMD_SESSION_NEW);
	err = hdr ? hfr_message_name(msg, s) ?:
		nla_put_string(msg, A(NODE), s->misc_node) : -EMSGSIZE;
	return reply(msg, hdr, err, info);
}

static int session_new(struct sk_buff *skb, struct genl_info *info)
{
	struct hfr_session_spec *spec;
	char why[HFR_WHY_LEN];
	struct hfr_session *s;
	int err = refuse_unprivileged(skb, info);

	if (err)
		return err;
	spec = kzalloc(sizeof(*spec), GFP_KERNEL);
	if (!spec)
		return -ENOMEM;
	err = hfr_request_new(info, spec);
	if (!err) {
		s = hfr_session_new(spec, why);
		if (IS_ERR(s))
			err = hfr_refuse(info, PTR_ERR(s), why);
	}
	kfree(spec);
	if (err)
		return err;
	err = reply_new(info, s);
	/* A session that its maker does not hear of is not left behind. */
	if (err)
		hfr_session_delete(s);
	hfr_session_put(s);
	return err;
}

/* ---- running ---- */

static int session_start(struct sk_buff *skb, struct genl_info *info)
{
	struct hfr_config config;
	char why[HFR_WHY_LEN];
	struct hfr_session *s;
	int err = refuse_unprivileged(skb, info);

	if (err)
		return err;
	s = find(info, &err);
	if (!s)
		return err;
	mutex_lock(&s->control);
	config = s->config;
	hfr_request_run(info, &config);
	err = hfr_request_check(info, &config);
	if (!err) {
		err = hfr_session_start(s, &config, why);
		if (err)
			hfr_refuse(info, err, why);
	}
	mutex_unlock(&s->control);
	hfr_session_put(s);
	return err;
}

static int session_set(struct sk_buff *skb, struct genl_info *info)
{
	struct hfr_config config;
	char why[HFR_WHY_LEN];
	struct hfr_session *s;
	int err = refuse_unprivileged(skb, info);

	if (err)
		return err;
	s = find(info, &err);
	if (!s)
		return err;
	mutex_lock(&s->control);
	config = s->config;
	hfr_request_run(info, &config);
	err = hfr_request_check(info, &config);
	if (!err) {
		err = hfr_session_set(s, &config, why);
		if (err)
			hfr_refuse(info, err, why);
	}
	mutex_unlock(&s->control);
	hfr_session_put(s);
	return err;
}

static int session_stop(struct sk_buff *skb, struct genl_info *info)
{
	char why[HFR_WHY_LEN];
	struct hfr_session *s;
	int err = refuse_unprivileged(skb, info);

	if (err)
		return err;
	s = find(info, &err);
	if (!s)
		return err;
	err = hfr_session_stop(s, why);
	if (err)
		hfr_refuse(info, err, why);
	hfr_session_put(s);
	return err;
}

static int session_rewind(struct sk_buff *skb, struct genl_info *info)
{
	char why[HFR_WHY_LEN];
	struct hfr_session *s;
	int err = refuse_unprivileged(skb, info);

	if (err)
		return err;
	s = find(info, &err);
	if (!s)
		return err;
	mutex_lock(&s->control);
	err = hfr_session_rewind(s, why);
	mutex_unlock(&s->control);
	if (err)
		hfr_refuse(info, err, why);
	hfr_session_put(s);
	return err;
}

static int session_del(struct sk_buff *skb, struct genl_info *info)
{
	struct hfr_session *s;
	int err = refuse_unprivileged(skb, info);

	if (err)
		return err;
	s = find(info, &err);
	if (!s)
		return err;
	hfr_session_delete(s);
	hfr_session_put(s);
	return 0;
}

/* ---- policies and operations ---- */

#define U32_UPTO(most)	NLA_POLICY_MAX(NLA_U32, most)
#define NAME_POLICY	{ .type = NLA_NUL_STRING, .len = HFR_NAME_LEN - 1 }

/* Not const: kernels before 6.7 want it so. */
static struct netlink_range_validation speed_range = {
	.min = 1, .max = 1000000,
};

static struct netlink_range_validation scale_range = {
	.min = 0, .max = 1000000,
};

static struct netlink_range_validation loops_range = {
	.min = 1, .max = 1000000,
};

static struct netlink_range_validation bundle_range = {
	.min = 1, .max = 256,
};

static struct netlink_range_validation workers_range = {
	.min = 1, .max = HFR_MAX_WORKERS,
};

static struct netlink_range_validation spin_range = {
	.min = 0, .max = 1000000,
};

static struct netlink_range_validation tolerance_range = {
	.min = 100, .max = 1000000000,
};

static struct netlink_range_validation window_range = {
	.min = HFR_MIN_WINDOW, .max = HFR_MAX_WINDOW,
};

static struct netlink_range_validation results_range = {
	.min = HFR_MIN_WINDOW, .max = 4 * HFR_MAX_WINDOW,
};

#define SET_POLICIES							\
	[A(NAME)]	= NAME_POLICY,					\
	[A(SPEED)]	= NLA_POLICY_FULL_RANGE(NLA_U32, &speed_range),	\
	[A(THINK_SCALE)] = NLA_POLICY_FULL_RANGE(NLA_U32, &scale_range), \
	[A(LIMIT)]	= U32_UPTO(HFREPLAY_LIMIT_FIXED),		\
	[A(LIMIT_VALUE)] = { .type = NLA_U32 }

#define RUN_POLICIES							\
	[A(MODE)]	= U32_UPTO(HFREPLAY_MODE_DEP),			\
	[A(SPIN)]	= NLA_POLICY_FULL_RANGE(NLA_U32, &spin_range),	\
	[A(TOLERANCE)]	= NLA_POLICY_FULL_RANGE(NLA_U32, &tolerance_range), \
	[A(BUNDLE)]	= { .type = NLA_U32 },				\
	[A(BUNDLE_MAX)]	= NLA_POLICY_FULL_RANGE(NLA_U32, &bundle_range), \
	[A(PLUG)]	= U32_UPTO(HFR_PLUG_MAX),			\
	[A(LOOPS)]	= NLA_POLICY_FULL_RANGE(NLA_U32, &loops_range),	\
	[A(DURATION_LIMIT)] = { .type = NLA_U64 }

static const struct nla_policy new_policy[A(MAX) + 1] = {
	SET_POLICIES,
	RUN_POLICIES,
	[A(FLAGS)]	= NLA_POLICY_MASK(NLA_U32, 0xff),
	[A(WINDOW)]	= NLA_POLICY_FULL_RANGE(NLA_U32, &window_range),
	[A(RESULTS)]	= NLA_POLICY_FULL_RANGE(NLA_U32, &results_range),
	[A(PAYLOAD)]	= U32_UPTO(HFREPLAY_PAYLOAD_VERIFY),
	[A(SEED)]	= { .type = NLA_U64 },
	[A(ON_ERROR)]	= U32_UPTO(HFREPLAY_ON_ERROR_STOP),
	[A(ERROR_MAX)]	= NLA_POLICY_MIN(NLA_U32, 1),
	[A(WORKERS)]	= NLA_POLICY_FULL_RANGE(NLA_U32, &workers_range),
	[A(SPREAD)]	= U32_UPTO(HFREPLAY_SPREAD_REQUEST),
	[A(TARGET)]	= NLA_POLICY_NESTED(hfr_target_policy),
};

static const struct nla_policy start_policy[A(MAX) + 1] = {
	SET_POLICIES,
	RUN_POLICIES,
	[A(ID)]		= { .type = NLA_U32 },
	[A(START_AT)]	= { .type = NLA_U64 },
	[A(START_CLOCK)] = U32_UPTO(HFREPLAY_CLOCK_TAI),
};

static const struct nla_policy set_policy[A(MAX) + 1] = {
	SET_POLICIES,
	[A(ID)]		= { .type = NLA_U32 },
};

static const struct nla_policy which_policy[A(MAX) + 1] = {
	[A(ID)]		= { .type = NLA_U32 },
	[A(NAME)]	= NAME_POLICY,
};

#define WHICH(_cmd, _doit)						\
	{ .cmd = _cmd, .doit = _doit, .policy = which_policy,		\
	  .maxattr = ARRAY_SIZE(which_policy) - 1 }

static const struct genl_ops ops[] = {
	{
		.cmd = HFREPLAY_CMD_CAPS_GET,
		.doit = caps_get,
	},
	{
		.cmd = HFREPLAY_CMD_SESSION_NEW,
		.doit = session_new,
		.policy = new_policy,
		.maxattr = ARRAY_SIZE(new_policy) - 1,
	},
	{
		.cmd = HFREPLAY_CMD_SESSION_GET,
		.doit = session_get,
		.start = session_dump_start,
		.dumpit = session_dump,
		.policy = which_policy,
		.maxattr = ARRAY_SIZE(which_policy) - 1,
	},
	{
		.cmd = HFREPLAY_CMD_SESSION_START,
		.doit = session_start,
		.policy = start_policy,
		.maxattr = ARRAY_SIZE(start_policy) - 1,
	},
	{
		.cmd = HFREPLAY_CMD_SESSION_SET,
		.doit = session_set,
		.policy = set_policy,
		.maxattr = ARRAY_SIZE(set_policy) - 1,
	},
	WHICH(HFREPLAY_CMD_SESSION_STOP, session_stop),
	WHICH(HFREPLAY_CMD_SESSION_REWIND, session_rewind),
	WHICH(HFREPLAY_CMD_SESSION_DEL, session_del),
	{
		.cmd = HFREPLAY_CMD_STATS_GET,
		.dumpit = hfr_netlink_stats_dump,
		.done = hfr_netlink_stats_done,
		.policy = which_policy,
		.maxattr = ARRAY_SIZE(which_policy) - 1,
	},
};

static const struct genl_multicast_group groups[] = {
	{ .name = HFREPLAY_MCGRP_EVENTS, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

static struct genl_family family __ro_after_init = {
	.name		= HFREPLAY_FAMILY_NAME,
	.version	= HFREPLAY_FAMILY_VERSION,
	.module		= THIS_MODULE,
	.parallel_ops	= true,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.mcgrps		= groups,
	.n_mcgrps	= ARRAY_SIZE(groups),
};

/* ---- events ---- */

void hfr_netlink_notify(struct hfr_session *s)
{
	struct sk_buff *msg;

	if (!genl_has_listeners(&family, &init_net, 0))
		return;
	msg = genlmsg_new(hfr_message_size(s), GFP_KERNEL);
	if (!msg)
		return;
	mutex_lock(&s->event_lock);
	if (put_session(msg, s, 0, 0, 0, HFREPLAY_CMD_SESSION_NTF))
		nlmsg_free(msg);
	else
		genlmsg_multicast(&family, msg, 0, 0, GFP_KERNEL);
	mutex_unlock(&s->event_lock);
}

void hfr_netlink_notify_del(struct hfr_session *s)
{
	struct sk_buff *msg;
	void *hdr;

	if (!genl_has_listeners(&family, &init_net, 0))
		return;
	msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!msg)
		return;
	hdr = genlmsg_put(msg, 0, 0, &family, 0, HFREPLAY_CMD_SESSION_DEL_NTF);
	if (!hdr || hfr_message_name(msg, s)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, hdr);
	genlmsg_multicast(&family, msg, 0, 0, GFP_KERNEL);
}

/* A tool that dies between session-new and open leaves nothing behind. */
static int socket_released(struct notifier_block *nb, unsigned long state,
			   void *data)
{
	const struct netlink_notify *notify = data;

	/* Port numbers are those of a network namespace. */
	if (state == NETLINK_URELEASE &&
	    notify->protocol == NETLINK_GENERIC &&
	    net_eq(notify->net, &init_net))
		hfr_session_delete_orphans(notify->portid);
	return NOTIFY_DONE;
}

static struct notifier_block socket_notifier = {
	.notifier_call = socket_released,
};

int hfr_netlink_init(void)
{
	int err = netlink_register_notifier(&socket_notifier);

	if (err)
		return err;
	err = genl_register_family(&family);
	if (err)
		netlink_unregister_notifier(&socket_notifier);
	return err;
}

void hfr_netlink_exit(void)
{
	genl_unregister_family(&family);
	netlink_unregister_notifier(&socket_notifier);
}
