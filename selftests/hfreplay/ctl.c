// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <linux/netlink.h>

#include "ctl.h"
#include "kst.h"

struct ctl *ctl_open(void)
{
	struct ctl *c = calloc(1, sizeof(*c));
	int on = 1;

	c->sk = nl_socket_alloc();
	nl_socket_disable_auto_ack(c->sk);
	nl_socket_disable_seq_check(c->sk);
	if (genl_connect(c->sk))
		goto err;
	setsockopt(nl_socket_get_fd(c->sk), SOL_NETLINK, NETLINK_EXT_ACK, &on,
		   sizeof(on));
	setsockopt(nl_socket_get_fd(c->sk), SOL_NETLINK, NETLINK_CAP_ACK, &on,
		   sizeof(on));
	nl_socket_set_buffer_size(c->sk, 1 << 20, 1 << 16);
	c->family = genl_ctrl_resolve(c->sk, HFREPLAY_FAMILY_NAME);
	if (c->family >= 0)
		return c;
err:
	ctl_close(c);
	return NULL;
}

void ctl_close(struct ctl *c)
{
	nl_socket_free(c->sk);
	free(c);
}

struct nl_msg *ctl_msg(struct ctl *c, int cmd, int flags)
{
	struct nl_msg *msg = nlmsg_alloc_size(65536);

	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, c->family, 0,
		    NLM_F_REQUEST | NLM_F_ACK | flags, cmd,
		    HFREPLAY_FAMILY_VERSION);
	return msg;
}

/* Behind the error code, and in a refusal the message that was refused. */
static void take_text(struct ctl *c, struct nlmsghdr *nlh)
{
	struct nlmsgerr *e = NLMSG_DATA(nlh);
	size_t skip = sizeof(e->error);
	struct nlattr *attr;

	c->text[0] = '\0';
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		skip = sizeof(*e);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += NLMSG_ALIGN(e->msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	attr = nla_find((struct nlattr *)((char *)e + skip),
			nlh->nlmsg_len - NLMSG_HDRLEN - skip,
			NLMSGERR_ATTR_MSG);
	if (attr)
		snprintf(c->text, sizeof(c->text), "%s", nla_get_string(attr));
}

/* Works on one datagram; true when the answer is complete. */
static bool answer(struct ctl *c, struct nlmsghdr *nlh, int len, int *err,
		   void (*on_reply)(struct nlmsghdr *nlh, void *arg), void *arg)
{
	for (; nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			*err = ((struct nlmsgerr *)NLMSG_DATA(nlh))->error;
			take_text(c, nlh);
			return true;
		}
		if (nlh->nlmsg_type == NLMSG_DONE) {
			*err = *(int *)NLMSG_DATA(nlh);
			take_text(c, nlh);
			return true;
		}
		if (on_reply)
			on_reply(nlh, arg);
	}
	return false;
}

int ctl_send(struct ctl *c, struct nl_msg *msg,
	     void (*on_reply)(struct nlmsghdr *nlh, void *arg), void *arg)
{
	struct sockaddr_nl from;
	bool done = false;
	uint8_t *buf;
	int n, err;

	nl_complete_msg(c->sk, msg);
	err = nl_send(c->sk, msg);
	nlmsg_free(msg);
	if (err < 0)
		return -EIO;
	err = 0;
	while (!done) {
		n = nl_recv(c->sk, &from, &buf, NULL);
		if (n <= 0)
			return -ECOMM;
		done = answer(c, (struct nlmsghdr *)buf, n, &err, on_reply,
			      arg);
		free(buf);
	}
	return err;
}

/* ---- reading ---- */

static uint64_t number(const struct nlattr *attr)
{
	if (nla_len(attr) == 8)
		return nla_get_u64(attr);
	return nla_len(attr) == 4 ? nla_get_u32(attr) : 1;
}

static void parse_target(struct view *view, struct nlattr *nest)
{
	unsigned int n = view->ntargets++;
	struct nlattr *attr;
	int rem;

	if (n >= CTL_TARGETS)
		return;
	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) == T(CPU) && view->ncpus[n] < CTL_CPUS)
			view->cpu[n][view->ncpus[n]++] = number(attr);
		else if (nla_type(attr) == T(PATH))
			snprintf(view->path[n], sizeof(view->path[n]), "%s",
				 nla_get_string(attr));
		else if (nla_type(attr) <= HFREPLAY_A_TARGET_MAX)
			view->target[n][nla_type(attr)] = number(attr);
	}
}

static void parse_attr(struct view *view, struct nlattr *attr)
{
	int type = nla_type(attr);

	if (type > HFREPLAY_A_SESSION_MAX)
		return;
	view->has[type] = true;
	switch (type) {
	case A(NAME):
		snprintf(view->name, sizeof(view->name), "%s",
			 nla_get_string(attr));
		break;
	case A(NODE):
		snprintf(view->node, sizeof(view->node), "/dev/%s",
			 nla_get_string(attr));
		break;
	case A(ERROR_TEXT):
		snprintf(view->error, sizeof(view->error), "%s",
			 nla_get_string(attr));
		break;
	case A(TARGET):
		parse_target(view, attr);
		break;
	default:
		view->v[type] = number(attr);
	}
}

void ctl_parse(struct nlmsghdr *nlh, struct view *view)
{
	struct genlmsghdr *genl = nlmsg_data(nlh);
	struct nlattr *attr;
	int rem;

	memset(view, 0, sizeof(*view));
	view->cmd = genl->cmd;
	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem)
		parse_attr(view, attr);
}

static void view_reply(struct nlmsghdr *nlh, void *arg)
{
	if (arg)
		ctl_parse(nlh, arg);
}

/* ---- commands ---- */

static bool is_long(uint16_t attr)
{
	return attr == A(SEED) || attr == A(DURATION_LIMIT) ||
		attr == A(START_AT);
}

static void put_settings(struct nl_msg *msg, const struct setting *set)
{
	for (; set && set->attr; set++) {
		if (is_long(set->attr))
			nla_put_u64(msg, set->attr, set->value);
		else
			nla_put_u32(msg, set->attr, set->value);
	}
}

static void put_cpus(struct nl_msg *msg, const char *cpus)
{
	while (cpus && *cpus) {
		nla_put_u32(msg, T(CPU), atoi(cpus));
		cpus = strchr(cpus, ',');
		cpus = cpus ? cpus + 1 : NULL;
	}
}

int ctl_new(struct ctl *c, const struct spec *spec, struct view *made)
{
	struct nl_msg *msg = ctl_msg(c, HFREPLAY_CMD_SESSION_NEW, 0);
	struct nlattr *nest;
	int i;

	if (spec->name)
		nla_put_string(msg, A(NAME), spec->name);
	put_settings(msg, spec->set);
	for (i = 0; i < CTL_TARGETS && spec->target[i]; i++) {
		nest = nla_nest_start(msg, A(TARGET));
		nla_put_string(msg, T(PATH), spec->target[i]);
		put_cpus(msg, spec->cpus[i]);
		nla_nest_end(msg, nest);
	}
	return ctl_send(c, msg, view_reply, made);
}

static int command(struct ctl *c, int cmd, uint32_t id,
		   const struct setting *set, struct view *view)
{
	struct nl_msg *msg = ctl_msg(c, cmd, 0);

	nla_put_u32(msg, A(ID), id);
	put_settings(msg, set);
	return ctl_send(c, msg, view_reply, view);
}

int ctl_get(struct ctl *c, uint32_t id, struct view *view)
{
	return command(c, HFREPLAY_CMD_SESSION_GET, id, NULL, view);
}

int ctl_get_name(struct ctl *c, const char *name, struct view *view)
{
	struct nl_msg *msg = ctl_msg(c, HFREPLAY_CMD_SESSION_GET, 0);

	nla_put_string(msg, A(NAME), name);
	return ctl_send(c, msg, view_reply, view);
}

int ctl_start(struct ctl *c, uint32_t id, const struct setting *set)
{
	return command(c, HFREPLAY_CMD_SESSION_START, id, set, NULL);
}

int ctl_set(struct ctl *c, uint32_t id, const struct setting *set)
{
	return command(c, HFREPLAY_CMD_SESSION_SET, id, set, NULL);
}

int ctl_stop(struct ctl *c, uint32_t id)
{
	return command(c, HFREPLAY_CMD_SESSION_STOP, id, NULL, NULL);
}

int ctl_rewind(struct ctl *c, uint32_t id)
{
	return command(c, HFREPLAY_CMD_SESSION_REWIND, id, NULL, NULL);
}

int ctl_del(struct ctl *c, uint32_t id)
{
	return command(c, HFREPLAY_CMD_SESSION_DEL, id, NULL, NULL);
}

struct ids {
	uint32_t *ids;
	unsigned int max;
	unsigned int n;
};

static void list_reply(struct nlmsghdr *nlh, void *arg)
{
	struct ids *list = arg;
	struct view view;

	ctl_parse(nlh, &view);
	if (list->n < list->max)
		list->ids[list->n] = view.v[A(ID)];
	list->n++;
}

int ctl_list(struct ctl *c, uint32_t *ids, unsigned int max)
{
	struct ids list = { ids, max, 0 };
	int err = ctl_send(c, ctl_msg(c, HFREPLAY_CMD_SESSION_GET, NLM_F_DUMP),
			   list_reply, &list);

	return err ? err : (int)list.n;
}

struct caps {
	uint64_t *v;
	char *version;
};

static void caps_reply(struct nlmsghdr *nlh, void *arg)
{
	struct caps *caps = arg;
	struct nlattr *attr;
	int rem;

	nlmsg_for_each_attr(attr, nlh, GENL_HDRLEN, rem) {
		if (nla_type(attr) == HFREPLAY_A_CAPS_VERSION)
			snprintf(caps->version, 64, "%s", nla_get_string(attr));
		else if (nla_type(attr) <= HFREPLAY_A_CAPS_MAX)
			caps->v[nla_type(attr)] = number(attr);
	}
}

int ctl_caps(struct ctl *c, uint64_t v[HFREPLAY_A_CAPS_MAX + 1],
	     char version[64])
{
	struct caps caps = { v, version };

	memset(v, 0, sizeof(*v) * (HFREPLAY_A_CAPS_MAX + 1));
	version[0] = '\0';
	return ctl_send(c, ctl_msg(c, HFREPLAY_CMD_CAPS_GET, 0), caps_reply,
			&caps);
}

uint64_t ctl_used_memory(struct ctl *c)
{
	uint64_t v[HFREPLAY_A_CAPS_MAX + 1];
	char version[64];

	if (ctl_caps(c, v, version))
		return 0;
	return v[HFREPLAY_A_CAPS_USED_MEMORY];
}

/* ---- waiting ---- */

bool ctl_wait(struct ctl *c, uint32_t id, uint32_t state, unsigned int ms,
	      struct view *view)
{
	uint64_t end = kst_now() + ms * 1000000ULL;
	struct view mine;

	if (!view)
		view = &mine;
	while (!ctl_get(c, id, view)) {
		if (view->v[A(STATE)] == state)
			return true;
		if (kst_now() > end) {
			kst_note("session %u is in state %u, not %u (%s); loaded %llu, issued %llu, completed %llu, loop %llu",
				 id, (unsigned int)view->v[A(STATE)], state,
				 view->error,
				 (unsigned long long)view->v[A(LOADED)],
				 (unsigned long long)view->v[A(ISSUED)],
				 (unsigned long long)view->v[A(COMPLETED)],
				 (unsigned long long)view->v[A(LOOP)]);
			return false;
		}
		kst_sleep(2);
	}
	return false;
}

bool ctl_wait_gone(struct ctl *c, uint32_t id, unsigned int ms)
{
	uint64_t end = kst_now() + ms * 1000000ULL;
	struct view view;

	while (ctl_get(c, id, &view) != -ENOENT) {
		if (kst_now() > end)
			return false;
		kst_sleep(2);
	}
	return true;
}

bool ctl_wait_unused(struct ctl *c)
{
	int i;

	for (i = 0; ctl_used_memory(c); i++) {
		if (i == 1000)
			return false;
		kst_sleep(5);
	}
	return true;
}

int ctl_delete_all(struct ctl *c)
{
	uint32_t ids[64];
	int i, n = ctl_list(c, ids, 64), stay = 0;

	for (i = 0; i < n; i++)
		ctl_del(c, ids[i]);
	for (i = 0; i < n; i++) {
		if (ctl_wait_gone(c, ids[i], 10000))
			continue;
		printf("# session %u does not go away\n", ids[i]);
		stay++;
	}
	ctl_wait_unused(c);
	return stay;
}

/* ---- events ---- */

int ctl_listen(struct ctl *c)
{
	int group = genl_ctrl_resolve_grp(c->sk, HFREPLAY_FAMILY_NAME,
					  HFREPLAY_MCGRP_EVENTS);

	return group < 0 ? group : nl_socket_add_membership(c->sk, group);
}

bool ctl_event(struct ctl *c, unsigned int ms, struct view *view)
{
	struct pollfd p = { .fd = nl_socket_get_fd(c->sk), .events = POLLIN };
	struct sockaddr_nl from;
	uint8_t *buf;
	int n;

	if (poll(&p, 1, ms) != 1)
		return false;
	n = nl_recv(c->sk, &from, &buf, NULL);
	if (n <= 0)
		return false;
	ctl_parse((struct nlmsghdr *)buf, view);
	free(buf);
	return true;
}
