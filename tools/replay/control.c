// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/netlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "control.h"

struct control {
	struct nl_sock *sock;
	int family;
	int group;
};

/* One exchange: what is waited for and what came. */
struct exchange {
	struct nl_cb *cb;
	bool done;
	int code;		/* 0 or -errno of the kernel */
	char sentence[512];	/* of the kernel, empty if it sent none */
	int (*take)(struct genlmsghdr *hdr, void *ctx);
	void *ctx;
};

/* libnl 3.7 does not read extended acknowledgements. */
static void read_sentence(struct exchange *x, const struct nlattr *attrs,
			  int len)
{
	const struct nlattr *nla;
	int rem;

	nla_for_each_attr(nla, (struct nlattr *)attrs, len, rem) {
		size_t n;

		if (nla_type(nla) != NLMSGERR_ATTR_MSG)
			continue;
		n = strnlen(nla_data(nla), (size_t)nla_len(nla));
		if (n >= sizeof(x->sentence))
			n = sizeof(x->sentence) - 1;
		memcpy(x->sentence, nla_data(nla), n);
		x->sentence[n] = '\0';
	}
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)e - 1;
	struct exchange *x = arg;
	size_t skip = sizeof(*e);

	(void)from;
	x->done = true;
	x->code = e->error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NL_STOP;
	/* Without the cap the refused message stands before the attributes. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(e->msg.nlmsg_len) - sizeof(e->msg);
	if (nlh->nlmsg_len > NLMSG_HDRLEN + skip)
		read_sentence(x, (const void *)((const char *)e + skip),
			      nlh->nlmsg_len - NLMSG_HDRLEN - skip);
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct exchange *x = arg;

	(void)msg;
	x->done = true;
	return NL_STOP;
}

/* The end of a dump carries its error code. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct exchange *x = arg;

	x->done = true;
	if (nlmsg_datalen(nlh) < (int)sizeof(int))
		return NL_STOP;
	memcpy(&x->code, nlmsg_data(nlh), sizeof(int));
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		read_sentence(x, (void *)((char *)nlmsg_data(nlh) +
					  NLMSG_ALIGN(sizeof(int))),
			      nlmsg_datalen(nlh) -
			      (int)NLMSG_ALIGN(sizeof(int)));
	return NL_STOP;
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct genlmsghdr *hdr = nlmsg_data(nlmsg_hdr(msg));
	struct exchange *x = arg;
	int ret;

	if (nlmsg_datalen(nlmsg_hdr(msg)) < (int)GENL_HDRLEN)
		return NL_SKIP;
	ret = x->take ? x->take(hdr, x->ctx) : 0;
	if (ret && !x->code)
		x->code = ret;
	return NL_OK;
}

static int receive(struct control *c, struct exchange *x)
{
	bool torn = false;
	int ret;

	while (!x->done) {
		ret = nl_recvmsgs(c->sock, x->cb);
		if (ret == -NLE_DUMP_INTR)
			torn = true;
		else if (ret == -NLE_INTR || ret == -NLE_AGAIN)
			continue;
		else if (ret < 0 && !x->done)
			return -EIO;
	}
	return torn ? -EAGAIN : x->code;
}

static int exchange(struct control *c, struct nl_msg *msg, struct exchange *x)
{
	int ret;

	x->cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!x->cb)
		return -ENOMEM;
	nl_cb_err(x->cb, NL_CB_CUSTOM, on_error, x);
	nl_cb_set(x->cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, x);
	nl_cb_set(x->cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, x);
	nl_cb_set(x->cb, NL_CB_VALID, NL_CB_CUSTOM, on_message, x);
	ret = nl_send_auto(c->sock, msg) < 0 ? -EIO : receive(c, x);
	nl_cb_put(x->cb);
	return ret;
}

/* Says why the kernel refused: in its words if it gave any. */
static int refused(int code, const struct exchange *x, const char *what,
		   const char *who, struct hf_error *err)
{
	const char *space = who ? " " : "";
	const char *why = x->sentence;

	if (!who)
		who = "";
	if (!*why && code == -EPERM)
		why = "this needs root (CAP_SYS_ADMIN)";
	else if (!*why && code == -EPROTO)
		why = "the module's answer makes no sense; do module and hfctl have the same version?";
	else if (!*why)
		why = strerror(-code);
	return hf_fail(err, -code, "cannot %s%s%s: %s", what, space, who, why);
}

static struct nl_msg *new_message(struct control *c, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(65536);

	if (!msg)
		return NULL;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, c->family, 0,
			 NLM_F_REQUEST | flags, cmd,
			 HFREPLAY_FAMILY_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int open_socket(struct control *c, struct hf_error *err)
{
	int one = 1, ret;

	c->sock = nl_socket_alloc();
	if (!c->sock)
		return hf_fail(err, ENOMEM, "out of memory");
	nl_socket_enable_msg_peek(c->sock);
	ret = genl_connect(c->sock);
	if (ret < 0)
		return hf_fail(err, EIO, "cannot open a netlink socket: %s",
			       nl_geterror(ret));
	/* Kernels without it send no sentences; the codes are still there. */
	setsockopt(nl_socket_get_fd(c->sock), SOL_NETLINK, NETLINK_EXT_ACK,
		   &one, sizeof(one));
	return 0;
}

int control_open(struct control **out, struct hf_error *err)
{
	struct control *c = calloc(1, sizeof(*c));
	int ret;

	*out = NULL;
	if (!c)
		return hf_fail(err, ENOMEM, "out of memory");
	ret = open_socket(c, err);
	if (!ret) {
		c->family = genl_ctrl_resolve(c->sock, HFREPLAY_FAMILY_NAME);
		if (c->family < 0)
			ret = hf_fail(err, ENOPKG,
				      "the kernel module is not loaded; load it with: insmod hfreplay.ko (or modprobe hfreplay once it is installed)");
	}
	if (ret) {
		control_close(c);
		return ret;
	}
	c->group = genl_ctrl_resolve_grp(c->sock, HFREPLAY_FAMILY_NAME,
					 HFREPLAY_MCGRP_EVENTS);
	*out = c;
	return 0;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	nl_socket_free(c->sock);
	free(c);
}

int control_family(const struct control *c)
{
	return c->family;
}

int control_group(const struct control *c)
{
	return c->group;
}

/* Sends a message and frees it. */
static int ask(struct control *c, struct nl_msg *msg, struct exchange *x,
	       const char *what, const char *who, struct hf_error *err)
{
	int ret = exchange(c, msg, x);

	nlmsg_free(msg);
	return ret ? refused(ret, x, what, who, err) : 0;
}

struct caps_member {
	uint16_t attr;
	uint16_t offset;
	uint16_t size;
};

#define CAPS(ATTR, m) {							\
		.attr = HFREPLAY_A_CAPS_##ATTR,				\
		.offset = offsetof(struct caps, m),			\
		.size = sizeof(((struct caps *)0)->m),			\
	}

static const struct caps_member caps_members[] = {
	CAPS(VERSION, version),
	CAPS(SRCVERSION, srcversion),
	CAPS(OPS, ops),
	CAPS(MODES, modes),
	CAPS(LIMITS, limits),
	CAPS(RECORD_FLAGS, record_flags),
	CAPS(SESSION_FLAGS, session_flags),
	CAPS(MAX_SESSIONS, max_sessions),
	CAPS(MAX_TARGETS, max_targets),
	CAPS(MAX_WINDOW, max_window),
	CAPS(MAX_MEMORY, max_memory),
	CAPS(USED_MEMORY, used_memory),
};

static int take_caps_attr(struct caps *caps, const struct nlattr *nla)
{
	size_t i;

	for (i = 0; i < sizeof(caps_members) / sizeof(caps_members[0]); i++) {
		const struct caps_member *m = &caps_members[i];
		char *to = (char *)caps + m->offset;

		if (m->attr != nla_type(nla))
			continue;
		if (m->size <= 8 && nla_len(nla) != m->size)
			return -EPROTO;
		if (m->size > 8)
			nla_strlcpy(to, nla, m->size);
		else
			memcpy(to, nla_data(nla), m->size);
	}
	return 0;
}

static int take_caps(struct genlmsghdr *hdr, void *ctx)
{
	struct nlattr *nla;
	int rem, ret;

	nla_for_each_attr(nla, genlmsg_attrdata(hdr, 0),
			  genlmsg_attrlen(hdr, 0), rem) {
		ret = take_caps_attr(ctx, nla);
		if (ret)
			return ret;
	}
	return 0;
}

int control_caps(struct control *c, struct caps *caps, struct hf_error *err)
{
	struct exchange x = { .take = take_caps, .ctx = caps };
	struct nl_msg *msg = new_message(c, HFREPLAY_CMD_CAPS_GET, NLM_F_ACK);

	memset(caps, 0, sizeof(*caps));
	if (!msg)
		return hf_fail(err, ENOMEM, "out of memory");
	return ask(c, msg, &x, "ask the module what it can do", NULL, err);
}

static int take_session(struct genlmsghdr *hdr, void *ctx)
{
	struct session *s = ctx;

	session_free(s);
	return session_parse(s, genlmsg_attrdata(hdr, 0),
			     genlmsg_attrlen(hdr, 0));
}

int control_new(struct control *c, const struct session *want,
		struct session *made, struct hf_error *err)
{
	struct exchange x = { .take = take_session, .ctx = made };
	struct nl_msg *msg = new_message(c, HFREPLAY_CMD_SESSION_NEW,
					 NLM_F_ACK);
	int ret;

	memset(made, 0, sizeof(*made));
	if (!msg)
		return hf_fail(err, ENOMEM, "out of memory");
	ret = session_put(want, SESSION_USE_NEW, msg);
	if (ret) {
		nlmsg_free(msg);
		return hf_fail(err, EMSGSIZE, "too many targets");
	}
	ret = ask(c, msg, &x, "make a session", NULL, err);
	if (!ret && (!session_has(made, ID) || !session_has(made, NODE)))
		ret = refused(-EPROTO, &x, "make a session", NULL, err);
	return ret;
}

/* A number is an id, all else a name. */
static int put_who(struct nl_msg *msg, const char *who)
{
	char *end;
	unsigned long id;

	if (!who[strspn(who, "0123456789")] && *who) {
		errno = 0;
		id = strtoul(who, &end, 10);
		if (!errno && id <= UINT32_MAX)
			return nla_put_u32(msg, HFREPLAY_A_SESSION_ID,
					   (uint32_t)id);
	}
	return nla_put_string(msg, HFREPLAY_A_SESSION_NAME, who);
}

/* A command about one session, with choices that may stand in it. */
static int command_with(struct control *c, int cmd, const char *who,
			const struct session *choices, enum session_use use,
			const char *what, struct hf_error *err)
{
	struct exchange x = { .take = NULL };
	struct nl_msg *msg = new_message(c, cmd, NLM_F_ACK);

	if (!msg)
		return hf_fail(err, ENOMEM, "out of memory");
	if (put_who(msg, who) ||
	    (choices && session_put(choices, use, msg))) {
		nlmsg_free(msg);
		return hf_fail(err, EMSGSIZE, "the message is too long");
	}
	return ask(c, msg, &x, what, who, err);
}

static int command(struct control *c, int cmd, const char *who,
		   struct exchange *x, const char *what, struct hf_error *err)
{
	struct nl_msg *msg = new_message(c, cmd, NLM_F_ACK);

	if (!msg)
		return hf_fail(err, ENOMEM, "out of memory");
	if (put_who(msg, who)) {
		nlmsg_free(msg);
		return hf_fail(err, EMSGSIZE, "the message is too long");
	}
	return ask(c, msg, x, what, who, err);
}

int control_get(struct control *c, const char *who, struct session *s,
		struct hf_error *err)
{
	struct exchange x = { .take = take_session, .ctx = s };
	int ret;

	memset(s, 0, sizeof(*s));
	ret = command(c, HFREPLAY_CMD_SESSION_GET, who, &x,
		      "look up session", err);
	if (!ret && (!session_has(s, ID) || !session_has(s, STATE)))
		ret = refused(-EPROTO, &x, "look up session", who, err);
	if (ret)
		session_free(s);
	return ret;
}

int control_start(struct control *c, const char *who,
		  const struct session *choices, struct hf_error *err)
{
	return command_with(c, HFREPLAY_CMD_SESSION_START, who, choices,
			    SESSION_USE_START, "start session", err);
}

int control_set(struct control *c, const char *who,
		const struct session *choices, struct hf_error *err)
{
	return command_with(c, HFREPLAY_CMD_SESSION_SET, who, choices,
			    SESSION_USE_SET, "change session", err);
}

int control_stop(struct control *c, const char *who, struct hf_error *err)
{
	struct exchange x = { .take = NULL };

	return command(c, HFREPLAY_CMD_SESSION_STOP, who, &x,
		       "stop session", err);
}

int control_rewind(struct control *c, const char *who, struct hf_error *err)
{
	struct exchange x = { .take = NULL };

	return command(c, HFREPLAY_CMD_SESSION_REWIND, who, &x,
		       "rewind session", err);
}

int control_del(struct control *c, const char *who, struct hf_error *err)
{
	struct exchange x = { .take = NULL };

	return command(c, HFREPLAY_CMD_SESSION_DEL, who, &x,
		       "delete session", err);
}

struct session_list {
	struct session *all;
	unsigned int n;
};

static int take_listed(struct genlmsghdr *hdr, void *ctx)
{
	struct session_list *l = ctx;
	struct session *all;
	int ret;

	all = realloc(l->all, (l->n + 1) * sizeof(*all));
	if (!all)
		return -ENOMEM;
	l->all = all;
	ret = session_parse(&all[l->n], genlmsg_attrdata(hdr, 0),
			    genlmsg_attrlen(hdr, 0));
	if (!ret)
		l->n++;
	return ret;
}

/* A dump that the kernel calls inconsistent is taken again. */
#define DUMP_TRIES 5

int control_list(struct control *c, struct session **list, unsigned int *n,
		 struct hf_error *err)
{
	struct session_list l = { NULL, 0 };
	struct exchange x;
	struct nl_msg *msg;
	int ret, i;

	*list = NULL;
	*n = 0;
	for (i = 0; i < DUMP_TRIES; i++) {
		x = (struct exchange){ .take = take_listed, .ctx = &l };
		msg = new_message(c, HFREPLAY_CMD_SESSION_GET, NLM_F_DUMP);
		if (!msg)
			return hf_fail(err, ENOMEM, "out of memory");
		ret = exchange(c, msg, &x);
		nlmsg_free(msg);
		if (ret != -EAGAIN)
			break;
		control_list_free(l.all, l.n);
		l = (struct session_list){ NULL, 0 };
	}
	if (ret) {
		control_list_free(l.all, l.n);
		return refused(ret, &x, "list the sessions", NULL, err);
	}
	*list = l.all;
	*n = l.n;
	return 0;
}

static int take_stats(struct genlmsghdr *hdr, void *ctx)
{
	return stats_take(ctx, genlmsg_attrdata(hdr, 0),
			  genlmsg_attrlen(hdr, 0));
}

int control_stats(struct control *c, const char *who, struct stats *st,
		  struct hf_error *err)
{
	struct exchange x = { .take = take_stats, .ctx = st };
	struct nl_msg *msg = new_message(c, HFREPLAY_CMD_STATS_GET, NLM_F_DUMP);
	int ret = -EMSGSIZE;

	memset(st, 0, sizeof(*st));
	if (!msg)
		return hf_fail(err, ENOMEM, "out of memory");
	if (!put_who(msg, who))
		ret = exchange(c, msg, &x);
	nlmsg_free(msg);
	if (!ret)
		return 0;
	stats_free(st);
	return refused(ret, &x, "read the statistics of session", who, err);
}

void control_list_free(struct session *list, unsigned int n)
{
	while (n)
		session_free(&list[--n]);
	free(list);
}
