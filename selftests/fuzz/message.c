// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "message.h"

#define ALIGN4(n)	(((n) + 3) & ~(size_t)3)
#define HDR(m)		((struct nlmsghdr *)(m)->bytes)
#define GENL(m)		((struct genlmsghdr *)((m)->bytes + NLMSG_HDRLEN))
#define START		(NLMSG_HDRLEN + GENL_HDRLEN)

/* ---- well formed ---- */

static void *put(struct message *m, uint16_t type, const void *data,
		 size_t size)
{
	struct nlattr a = { .nla_len = sizeof(a) + size, .nla_type = type };
	uint8_t *at = m->bytes + m->size;

	if (m->size + sizeof(a) + ALIGN4(size) > MESSAGE_BYTES - 512)
		return at;
	if (m->parts < MESSAGE_PARTS)
		m->part[m->parts++] = m->size;
	memcpy(at, &a, sizeof(a));
	memset(at + sizeof(a), 0, ALIGN4(size));
	if (size)
		memcpy(at + sizeof(a), data, size);
	m->size += sizeof(a) + ALIGN4(size);
	return at;
}

static void finish(struct message *m)
{
	HDR(m)->nlmsg_len = m->size;
}

static void begin(struct message *m, struct world *w, int cmd)
{
	memset(m->bytes, 0, START);
	m->size = START;
	m->parts = 0;
	m->odd = false;
	HDR(m)->nlmsg_type = w->policy->family;
	HDR(m)->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	HDR(m)->nlmsg_seq = w->step;
	GENL(m)->cmd = cmd;
	GENL(m)->version = HFREPLAY_FAMILY_VERSION;
}

/* Low numbers are those that let a session work; a start far away does not. */
static uint64_t value(struct rng *r, const struct policy_attr *a)
{
	uint64_t range = a->max - a->min;

	if (a->mask)
		return rng_next(r) & rng_next(r) & a->mask;
	switch (rng_below(r, 8)) {
	case 0:
		return a->min;
	case 1:
		return a->max;
	case 2:
		return rng_between(r, a->min, a->max);
	case 3:
		return a->min + (range > 1000 ? 1000 : range / 2);
	default:
		return a->min + rng_small(r, range < 4096 ? range : 4096);
	}
}

static void put_table(struct message *m, struct world *w,
		      const struct policy_table *t, unsigned int depth);

static void put_nest(struct message *m, struct world *w, unsigned int type,
		     const struct policy_attr *a, unsigned int depth)
{
	uint16_t *len = put(m, type | NLA_F_NESTED, NULL, 0);
	size_t from = m->size;

	put_table(m, w, &w->policy->table[a->nested], depth + 1);
	*len += m->size - from;
}

/* Long strings are paths, short ones are names. */
static void put_string(struct message *m, struct world *w, unsigned int type,
		       const struct policy_attr *a)
{
	char buf[64];
	const char *s = a->max_length > 63 ? world_path(&w->rng) :
		world_name(&w->rng, buf);

	put(m, type, s, strlen(s) + 1);
}

static void put_attr(struct message *m, struct world *w, unsigned int type,
		     const struct policy_attr *a, unsigned int depth)
{
	uint64_t v = value(&w->rng, a);
	uint8_t bytes[64];

	switch (a->type) {
	case NL_ATTR_TYPE_FLAG:
		put(m, type, NULL, 0);
		break;
	case NL_ATTR_TYPE_U8:
	case NL_ATTR_TYPE_S8:
		put(m, type, &v, 1);
		break;
	case NL_ATTR_TYPE_U16:
	case NL_ATTR_TYPE_S16:
		put(m, type, &v, 2);
		break;
	case NL_ATTR_TYPE_U32:
	case NL_ATTR_TYPE_S32:
		put(m, type, &v, 4);
		break;
	case NL_ATTR_TYPE_U64:
	case NL_ATTR_TYPE_S64:
		put(m, type, &v, 8);
		break;
	case NL_ATTR_TYPE_BINARY:
		rng_bytes(&w->rng, bytes, sizeof(bytes));
		put(m, type, bytes, rng_below(&w->rng, sizeof(bytes)));
		break;
	case NL_ATTR_TYPE_STRING:
	case NL_ATTR_TYPE_NUL_STRING:
		put_string(m, w, type, a);
		break;
	case NL_ATTR_TYPE_NESTED:
	case NL_ATTR_TYPE_NESTED_ARRAY:
		if (depth < 3)
			put_nest(m, w, type, a, depth);
		break;
	}
}

/* Nests and paths make a command work, so they are there more often. */
static bool wanted(struct rng *r, const struct policy_attr *a,
		   unsigned int depth)
{
	if (a->type == NL_ATTR_TYPE_NESTED ||
	    (depth && a->type == NL_ATTR_TYPE_NUL_STRING))
		return !rng_one_in(r, 40);
	return rng_one_in(r, 5);
}

static void put_table(struct message *m, struct world *w,
		      const struct policy_table *t, unsigned int depth)
{
	unsigned int i, times;

	for (i = 0; i < t->ntaken; i++) {
		const struct policy_attr *a = &t->attr[t->taken[i]];

		/* Which session is meant is said below, in one way. */
		if (!depth && t->attr[A(ID)].type &&
		    (t->taken[i] == A(ID) || t->taken[i] == A(NAME)))
			continue;
		if (!wanted(&w->rng, a, depth))
			continue;
		times = a->type != NL_ATTR_TYPE_NESTED ||
			!rng_one_in(&w->rng, 3) ? 1 :
			1 + rng_below(&w->rng, 3);
		while (times--)
			put_attr(m, w, t->taken[i], a, depth);
	}
}

static void put_which(struct message *m, struct world *w,
		      const struct policy_table *t)
{
	uint32_t id = world_session(w);

	if (!t->attr[A(ID)].type)
		return;
	if (t->attr[A(NAME)].type && rng_one_in(&w->rng, 5))
		put_string(m, w, A(NAME), &t->attr[A(NAME)]);
	else
		put(m, A(ID), &id, sizeof(id));
}

void message_make(struct message *m, struct world *w,
		  const struct policy_cmd *cmd)
{
	begin(m, w, cmd->cmd);
	if (cmd->dumps && (!cmd->does || rng_one_in(&w->rng, 3)))
		HDR(m)->nlmsg_flags |= NLM_F_DUMP;
	else if (cmd->table)
		put_which(m, w, cmd->table);
	if (cmd->table)
		put_table(m, w, cmd->table, 0);
	finish(m);
}

void message_which(struct message *m, struct world *w, int cmd, uint32_t id)
{
	begin(m, w, cmd);
	put(m, A(ID), &id, sizeof(id));
	finish(m);
}

/* ---- spoiled ---- */

static struct nlattr *any_attr(struct message *m, struct rng *r)
{
	return m->parts ? (void *)(m->bytes +
				   m->part[rng_below(r, m->parts)]) : NULL;
}

static size_t room_behind(const struct message *m, const struct nlattr *a)
{
	return m->bytes + m->size - (const uint8_t *)(a + 1);
}

static void spoil_number(struct message *m, struct world *w)
{
	struct nlattr *a = any_attr(m, &w->rng);
	size_t size = a ? a->nla_len - sizeof(*a) : 0;
	uint64_t v = 0;

	if (!a || (size != 4 && size != 8) || size > room_behind(m, a))
		return;
	memcpy(&v, a + 1, size);
	v = rng_odd(&w->rng, size, v);
	memcpy(a + 1, &v, size);
}

static void spoil_type(struct message *m, struct world *w)
{
	struct nlattr *a = any_attr(m, &w->rng);

	if (a)
		a->nla_type = rng_one_in(&w->rng, 3) ?
			rng_odd(&w->rng, 2, a->nla_type) :
			rng_below(&w->rng, HFREPLAY_A_SESSION_MAX + 2);
}

static void spoil_flag(struct message *m, struct world *w)
{
	struct nlattr *a = any_attr(m, &w->rng);

	if (a)
		a->nla_type ^= rng_one_in(&w->rng, 2) ? NLA_F_NESTED :
			NLA_F_NET_BYTEORDER;
}

static void spoil_length(struct message *m, struct world *w)
{
	struct nlattr *a = any_attr(m, &w->rng);

	if (a)
		a->nla_len = rng_odd(&w->rng, 2, a->nla_len);
}

static void spoil_bytes(struct message *m, struct world *w)
{
	size_t body = m->size - START, at, n;

	if (!body)
		return;
	at = START + rng_below(&w->rng, body);
	n = 1 + rng_small(&w->rng, m->size - at - 1);
	rng_bytes(&w->rng, m->bytes + at, n);
}

/* Appends a copy of a piece: attributes twice, or what looks like them. */
static void spoil_twice(struct message *m, struct world *w)
{
	struct nlattr *a = any_attr(m, &w->rng);
	size_t n = a ? ALIGN4(a->nla_len) : 0;

	if (!a || n > room_behind(m, a) + sizeof(*a) ||
	    m->size + n > MESSAGE_BYTES - 512)
		return;
	memcpy(m->bytes + m->size, a, n);
	if (m->parts < MESSAGE_PARTS)
		m->part[m->parts++] = m->size;
	m->size += n;
	finish(m);
}

static void spoil_cut(struct message *m, struct world *w)
{
	m->size = START + rng_below(&w->rng, m->size - START + 1);
	m->parts = 0;
	finish(m);
}

/* An attribute that the command does not take, of a size that it may have. */
static void spoil_stranger(struct message *m, struct world *w)
{
	uint8_t bytes[300];

	rng_bytes(&w->rng, bytes, sizeof(bytes));
	put(m, rng_below(&w->rng, HFREPLAY_A_SESSION_MAX + 3), bytes,
	    rng_small(&w->rng, sizeof(bytes)));
	finish(m);
}

static void spoil_string(struct message *m, struct world *w)
{
	char text[600];
	size_t n = 1 + rng_small(&w->rng, sizeof(text) - 1);

	memset(text, 'a', sizeof(text));
	text[0] = '/';
	if (rng_one_in(&w->rng, 2))
		text[n - 1] = 0;
	put(m, A(NAME), text, n);
	finish(m);
}

static void spoil_dump(struct message *m, struct world *w)
{
	(void)w;
	HDR(m)->nlmsg_flags ^= NLM_F_DUMP;
}

static void spoil_cmd(struct message *m, struct world *w)
{
	GENL(m)->cmd = rng_below(&w->rng, HFREPLAY_CMD_MAX + 2);
}

static void spoil_frame(struct message *m, struct world *w)
{
	m->odd = true;
	switch (rng_below(&w->rng, 5)) {
	case 0:
		HDR(m)->nlmsg_len = rng_odd(&w->rng, 4, m->size);
		break;
	case 1:
		HDR(m)->nlmsg_flags = rng_odd(&w->rng, 2, 0);
		break;
	case 2:
		GENL(m)->version = rng_next(&w->rng);
		break;
	case 3:
		GENL(m)->reserved = rng_next(&w->rng);
		break;
	case 4:
		GENL(m)->cmd = rng_next(&w->rng);
		break;
	}
}

static const struct {
	unsigned int weight;
	void (*run)(struct message *m, struct world *w);
} spoilers[] = {
	{ 8, spoil_number },
	{ 3, spoil_type },
	{ 1, spoil_flag },
	{ 3, spoil_length },
	{ 2, spoil_bytes },
	{ 3, spoil_twice },
	{ 1, spoil_cut },
	{ 2, spoil_stranger },
	{ 2, spoil_string },
	{ 1, spoil_dump },
	{ 2, spoil_cmd },
	{ 1, spoil_frame },
};

void message_spoil(struct message *m, struct world *w, unsigned int times)
{
	unsigned int sum = 0, i, at;

	for (i = 0; i < sizeof(spoilers) / sizeof(spoilers[0]); i++)
		sum += spoilers[i].weight;
	while (times--) {
		at = rng_below(&w->rng, sum);
		for (i = 0; at >= spoilers[i].weight; i++)
			at -= spoilers[i].weight;
		spoilers[i].run(m, w);
	}
}

/* ---- sent ---- */

/* The sentence lies behind the number, and in an error behind the message. */
static bool has_text(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = (const void *)(nlh + 1);
	size_t at = NLMSG_HDRLEN + sizeof(e->error);
	const struct nlattr *a;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return false;
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		at = NLMSG_HDRLEN + sizeof(*e);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			at += NLMSG_ALIGN(e->msg.nlmsg_len) - NLMSG_HDRLEN;
	}
	while (at + sizeof(*a) <= nlh->nlmsg_len) {
		a = (const void *)((const char *)nlh + at);
		if (a->nla_type == NLMSGERR_ATTR_MSG)
			return a->nla_len > sizeof(*a) + 1;
		at += ALIGN4(a->nla_len < sizeof(*a) ? sizeof(*a) : a->nla_len);
	}
	return false;
}

/* These come from below us, where memory is lacking or there is no command. */
static bool may_be_silent(int err)
{
	return err == -ENOMEM || err == -EOPNOTSUPP || err == -ENOBUFS ||
		err == -EMSGSIZE || err == -EINTR || err == -EFAULT;
}

static int judge(const struct message *m, struct world *w,
		 const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = (const void *)(nlh + 1);

	if (nlh->nlmsg_type != NLMSG_ERROR && nlh->nlmsg_type != NLMSG_DONE)
		return 1;
	if (e->error > 0 || e->error < -4095)
		world_finding(w, "command %u: error %d is none",
			      GENL(m)->cmd, e->error);
	if (e->error && !m->odd && !may_be_silent(e->error) && !has_text(nlh))
		world_finding(w, "command %u: error %d comes without a sentence",
			      GENL(m)->cmd, e->error);
	return e->error;
}

/*
 * Values hold no address, and what fills up to four bytes is zero. The seed is
 * a number like any other.
 */
static void scan_attrs(struct world *w, const uint8_t *at, size_t rest)
{
	const struct nlattr *a;
	size_t n, i;

	for (; rest >= sizeof(*a); at += n, rest -= n) {
		a = (const void *)at;
		n = ALIGN4(a->nla_len);
		if (a->nla_len < sizeof(*a) || n > rest)
			return;
		if (a->nla_type != A(SEED))
			world_scan(w, a + 1, a->nla_len - sizeof(*a),
				   "an attribute");
		for (i = a->nla_len; i < n; i++)
			if (at[i])
				world_finding(w, "attribute %u: byte %zu behind it is %#x",
					      a->nla_type, i, at[i]);
	}
}

int message_send(struct message *m, struct world *w, int sk)
{
	static uint8_t buf[65536] __attribute__((aligned(8)));
	const struct nlmsghdr *nlh;
	int ret = 1, one;
	ssize_t n;

	if (send(sk, m->bytes, m->size, 0) < 0)
		return -errno;
	/* A command is done when send() returns; a dump goes on as it is read. */
	while ((n = recv(sk, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		nlh = (const void *)buf;
		for (; NLMSG_OK(nlh, n); nlh = NLMSG_NEXT(nlh, n)) {
			if (nlh->nlmsg_type == w->policy->family)
				scan_attrs(w, (const uint8_t *)nlh + START,
					   nlh->nlmsg_len - START);
			one = judge(m, w, nlh);
			ret = one <= 0 ? one : ret;
		}
	}
	return ret;
}
