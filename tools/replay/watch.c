// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <netlink/errno.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "watch.h"

struct watch {
	struct nl_sock *sock;
	int family;
	struct session *to;	/* where the event at hand goes */
	int got;		/* enum watch_event or -errno */
};

static int on_event(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct genlmsghdr *hdr = nlmsg_data(nlh);
	struct watch *w = arg;
	int ret;

	if (nlh->nlmsg_type != w->family ||
	    nlmsg_datalen(nlh) < (int)GENL_HDRLEN)
		return NL_OK;
	if (hdr->cmd != HFREPLAY_CMD_SESSION_NTF &&
	    hdr->cmd != HFREPLAY_CMD_SESSION_DEL_NTF)
		return NL_OK;
	session_free(w->to);
	ret = session_parse(w->to, genlmsg_attrdata(hdr, 0),
			    genlmsg_attrlen(hdr, 0));
	if (ret)
		w->got = ret;
	else if (hdr->cmd == HFREPLAY_CMD_SESSION_DEL_NTF)
		w->got = WATCH_DELETED;
	else
		w->got = WATCH_CHANGED;
	return NL_OK;
}

static int subscribe(struct watch *w, const struct control *c)
{
	w->family = control_family(c);
	w->sock = nl_socket_alloc();
	if (!w->sock)
		return -NLE_NOMEM;
	nl_socket_disable_seq_check(w->sock);
	nl_socket_enable_msg_peek(w->sock);
	nl_socket_modify_cb(w->sock, NL_CB_VALID, NL_CB_CUSTOM, on_event, w);
	if (genl_connect(w->sock) < 0)
		return -NLE_FAILURE;
	if (control_group(c) < 0)
		return -NLE_OBJ_NOTFOUND;
	return nl_socket_add_membership(w->sock, control_group(c));
}

int watch_open(struct watch **out, const struct control *c,
	       struct hf_error *err)
{
	struct watch *w = calloc(1, sizeof(*w));
	int ret;

	*out = NULL;
	if (!w)
		return hf_fail(err, ENOMEM, "out of memory");
	ret = subscribe(w, c);
	if (ret < 0) {
		watch_close(w);
		return hf_fail(err, EIO,
			       "cannot subscribe to the module's events: %s",
			       nl_geterror(ret));
	}
	*out = w;
	return 0;
}

void watch_close(struct watch *w)
{
	if (!w)
		return;
	nl_socket_free(w->sock);
	free(w);
}

int watch_next(struct watch *w, int timeout_ms, struct session *s,
	       struct hf_error *err)
{
	struct pollfd pfd = { .fd = nl_socket_get_fd(w->sock),
			      .events = POLLIN };
	int ret;

	memset(s, 0, sizeof(*s));
	if (poll(&pfd, 1, timeout_ms) <= 0)
		return WATCH_NOTHING;
	w->to = s;
	w->got = WATCH_NOTHING;
	ret = nl_recvmsgs_default(w->sock);
	/* libnl makes NLE_NOMEM of ENOBUFS: the socket overflowed. */
	if (ret == -NLE_NOMEM)
		return WATCH_LOST;
	if (ret < 0 && ret != -NLE_INTR && ret != -NLE_AGAIN)
		return hf_fail(err, EIO, "cannot read the module's events: %s",
			       nl_geterror(ret));
	if (w->got < 0)
		return hf_fail(err, -w->got,
			       "an event of the module makes no sense");
	return w->got;
}
