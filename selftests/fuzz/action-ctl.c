// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "action.h"
#include "device.h"
#include "kst.h"
#include "message.h"

/* More sessions than this are of no further use. */
#define ENOUGH	10

static struct message msg;

static void send_cmd(struct world *w, int cmd, unsigned int spoil)
{
	message_make(&msg, w, policy_cmd(w->policy, cmd));
	message_spoil(&msg, w, spoil);
	message_send(&msg, w, w->sk);
}

static void make_session(struct world *w)
{
	world_look(w);
	if (w->nids > ENOUGH)
		ctl_del(w->ctl, w->id[rng_below(&w->rng, w->nids)]);
	send_cmd(w, HFREPLAY_CMD_SESSION_NEW, 0);
}

static void make_session_spoiled(struct world *w)
{
	send_cmd(w, HFREPLAY_CMD_SESSION_NEW, 1 + rng_small(&w->rng, 6));
}

static const struct policy_cmd *any_cmd(struct world *w)
{
	return &w->policy->cmd[rng_below(&w->rng, w->policy->ncmds)];
}

static void command(struct world *w)
{
	send_cmd(w, any_cmd(w)->cmd, 0);
}

static void command_spoiled(struct world *w)
{
	send_cmd(w, any_cmd(w)->cmd, 1 + rng_small(&w->rng, 6));
}

static void start(struct world *w)
{
	if (rng_one_in(&w->rng, 2))
		send_cmd(w, HFREPLAY_CMD_SESSION_START, 0);
	else
		ctl_start(w->ctl, world_session(w), NULL);
}

static void stop(struct world *w)
{
	ctl_stop(w->ctl, world_session(w));
}

static void rewind_session(struct world *w)
{
	ctl_rewind(w->ctl, world_session(w));
}

static void delete(struct world *w)
{
	if (w->nids > ENOUGH / 2 || rng_one_in(&w->rng, 4))
		ctl_del(w->ctl, world_session(w));
}

static void look(struct world *w)
{
	struct view v;

	world_look(w);
	ctl_get(w->ctl, world_session(w), &v);
}

/* Bytes that were never a message; and a dump that is not read to its end. */
static void garbage(struct world *w)
{
	int sk = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	message_make(&msg, w, any_cmd(w));
	msg.odd = true;
	if (rng_one_in(&w->rng, 2))
		rng_bytes(&w->rng, msg.bytes + 16, msg.size - 16);
	else
		msg.size = rng_below(&w->rng, msg.size + 1);
	message_send(&msg, w, sk);
	message_make(&msg, w, policy_cmd(w->policy, HFREPLAY_CMD_SESSION_GET));
	send(sk, msg.bytes, msg.size, 0);
	close(sk);
}

/* Its maker goes away before anybody has opened its node. */
static void orphan(struct world *w)
{
	const struct spec spec = {
		.target = { world_path(&w->rng) },
		.set = { { A(FLAGS), FL(AUTOCLEAR) | world_flags(w) },
			 { A(WINDOW), 64 } },
	};
	struct ctl *c = ctl_open();
	struct view v;

	if (!c)
		return;
	ctl_new(c, &spec, &v);
	ctl_close(c);
}

/* Hears the events of others for a while. */
static void listen_to(struct world *w)
{
	struct ctl *c = ctl_open();
	unsigned int n = rng_below(&w->rng, 8);
	struct view v;

	if (!c)
		return;
	if (!ctl_listen(c)) {
		ctl_del(w->ctl, world_session(w));
		while (n-- && ctl_event(c, 5, &v))
			;
	}
	ctl_close(c);
}

static int as_nobody(void *arg)
{
	struct world *w = arg;
	int err;

	/* Root of a namespace has every capability there, and none here. */
	if (rng_one_in(&w->rng, 2) ? unshare(CLONE_NEWUSER) :
	    setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
		return 0;
	world_close(w);
	world_open(w);
	if (!ctl_listen(w->ctl))
		world_finding(w, "an ordinary user hears the events");
	message_make(&msg, w, any_cmd(w));
	message_spoil(&msg, w, rng_below(&w->rng, 3));
	err = message_send(&msg, w, w->sk);
	if (!err && !msg.odd)
		world_finding(w, "an ordinary user's command is obeyed");
	return 0;
}

static void unprivileged(struct world *w)
{
	int pid = kst_fork(as_nobody, w);

	rng_next(&w->rng);
	kst_wait(pid);
}

/* A device is switched off under its sessions, and comes back. */
static void remove_device(struct world *w)
{
	(void)w;
	device_null_set("fzi", "power", "0");
	device_null_set("fzi", "power", "1");
}

const struct action ctl_actions[] = {
	{ "new", 8, make_session },
	{ "new, spoilt", 8, make_session_spoiled },
	{ "command", 8, command },
	{ "command, spoilt", 16, command_spoiled },
	{ "start", 6, start },
	{ "stop", 2, stop },
	{ "rewind", 3, rewind_session },
	{ "delete", 4, delete },
	{ "look", 4, look },
	{ "garbage", 2, garbage },
	{ "orphan", 1, orphan },
	{ "listen", 1, listen_to },
	{ "unprivileged", 1, unprivileged, true },
	{ "device removed", 1, remove_device, true },
};

const unsigned int ctl_actions_count = KST_COUNT(ctl_actions);
