// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <linux/genetlink.h>
#include <linux/hfreplay_netlink.h>

#include "policy.h"

#define MASK	(POLICY_TABLES - 1)

static uint64_t number(const struct nlattr *attr)
{
	return nla_len(attr) == 8 ? nla_get_u64(attr) : nla_get_u32(attr);
}

static void learn_attr(struct policy_attr *a, struct nlattr *nest)
{
	struct nlattr *attr;
	int rem;

	a->max = UINT64_MAX;
	nla_for_each_nested(attr, nest, rem) {
		switch (nla_type(attr)) {
		case NL_POLICY_TYPE_ATTR_TYPE:
			a->type = number(attr);
			break;
		case NL_POLICY_TYPE_ATTR_MIN_VALUE_U:
			a->min = number(attr);
			break;
		case NL_POLICY_TYPE_ATTR_MAX_VALUE_U:
			a->max = number(attr);
			break;
		case NL_POLICY_TYPE_ATTR_MASK:
			a->mask = number(attr);
			break;
		case NL_POLICY_TYPE_ATTR_MAX_LENGTH:
			a->max_length = number(attr);
			break;
		case NL_POLICY_TYPE_ATTR_POLICY_IDX:
			a->nested = number(attr);
			break;
		}
	}
	if (a->type == NL_ATTR_TYPE_U32 && a->max > UINT32_MAX)
		a->max = UINT32_MAX;
}

/* A nest of tables; each message holds one attribute of one table. */
static void learn_table(struct policy *p, struct nlattr *tables)
{
	struct nlattr *table, *attr;
	int rem, rem2;

	nla_for_each_nested(table, tables, rem) {
		struct policy_table *t = &p->table[nla_type(table) & MASK];

		nla_for_each_nested(attr, table, rem2) {
			unsigned int n = nla_type(attr);

			if (n >= POLICY_ATTRS || t->ntaken == POLICY_ATTRS)
				continue;
			learn_attr(&t->attr[n], attr);
			if (t->attr[n].type)
				t->taken[t->ntaken++] = n;
		}
	}
}

static struct policy_cmd *get_cmd(struct policy *p, int cmd)
{
	unsigned int i;

	for (i = 0; i < p->ncmds; i++)
		if (p->cmd[i].cmd == cmd)
			return &p->cmd[i];
	if (p->ncmds == POLICY_CMDS)
		return &p->cmd[0];
	p->cmd[p->ncmds].cmd = cmd;
	return &p->cmd[p->ncmds++];
}

static void learn_op_policy(struct policy *p, struct nlattr *ops)
{
	struct nlattr *op, *attr;
	int rem, rem2;

	nla_for_each_nested(op, ops, rem)
		nla_for_each_nested(attr, op, rem2)
			get_cmd(p, nla_type(op))->table =
				&p->table[nla_get_u32(attr) & MASK];
}

static void learn_op(struct policy *p, struct nlattr *op)
{
	struct nlattr *attr;
	uint32_t id = 0, flags = 0;
	int rem;

	nla_for_each_nested(attr, op, rem) {
		if (nla_type(attr) == CTRL_ATTR_OP_ID)
			id = nla_get_u32(attr);
		else if (nla_type(attr) == CTRL_ATTR_OP_FLAGS)
			flags = nla_get_u32(attr);
	}
	get_cmd(p, id)->does = flags & GENL_CMD_CAP_DO;
	get_cmd(p, id)->dumps = flags & GENL_CMD_CAP_DUMP;
}

static int on_message(struct nl_msg *msg, void *arg)
{
	struct policy *p = arg;
	struct nlattr *attr, *op;
	int rem, rem2;

	nlmsg_for_each_attr(attr, nlmsg_hdr(msg), GENL_HDRLEN, rem) {
		switch (nla_type(attr)) {
		case CTRL_ATTR_OPS:
			nla_for_each_nested(op, attr, rem2)
				learn_op(p, op);
			break;
		case CTRL_ATTR_POLICY:
			learn_table(p, attr);
			break;
		case CTRL_ATTR_OP_POLICY:
			learn_op_policy(p, attr);
			break;
		}
	}
	return NL_OK;
}

static int ask(struct policy *p, int cmd, int flags)
{
	struct nl_sock *sk = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc();
	int err;

	nl_socket_modify_cb(sk, NL_CB_VALID, NL_CB_CUSTOM, on_message, p);
	err = genl_connect(sk);
	if (!err)
		p->family = genl_ctrl_resolve(sk, HFREPLAY_FAMILY_NAME);
	if (!err && p->family < 0)
		err = p->family;
	if (!err) {
		genlmsg_put(msg, 0, 0, GENL_ID_CTRL, 0, flags, cmd, 1);
		nla_put_u16(msg, CTRL_ATTR_FAMILY_ID, p->family);
		err = nl_send_auto(sk, msg);
	}
	if (err >= 0)
		err = nl_recvmsgs_default(sk);
	nlmsg_free(msg);
	nl_socket_free(sk);
	return err;
}

int policy_learn(struct policy *p)
{
	memset(p, 0, sizeof(*p));
	if (ask(p, CTRL_CMD_GETFAMILY, 0) ||
	    ask(p, CTRL_CMD_GETPOLICY, NLM_F_DUMP))
		return -EIO;
	return p->ncmds ? 0 : -ENOENT;
}

const struct policy_cmd *policy_cmd(const struct policy *p, int cmd)
{
	unsigned int i;

	for (i = 0; i < p->ncmds; i++)
		if (p->cmd[i].cmd == cmd)
			return &p->cmd[i];
	return NULL;
}
