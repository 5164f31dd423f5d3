// SPDX-License-Identifier: GPL-2.0-only
/* Commands that must be refused: bad attributes, no privilege, wrong order. */
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <linux/capability.h>
#include <sys/syscall.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define NEW	HFREPLAY_CMD_SESSION_NEW
#define GET	HFREPLAY_CMD_SESSION_GET
#define START	HFREPLAY_CMD_SESSION_START

/**
 * struct row - a command with an attribute that is wrong
 * @title: what it proves
 * @cmd: command
 * @attr: the attribute
 * @size: bytes of its value
 * @value: its value; if NULL @number is
 * @number: see there
 * @err: wanted errno
 */
struct row {
	const char *title;
	int cmd;
	int attr;
	int size;
	const char *value;
	uint64_t number;
	int err;
};

static const struct row rows[] = {
	{ "new: an unknown mode", NEW, A(MODE), 4, NULL, 4, ERANGE },
	{ "new: speed 0", NEW, A(SPEED), 4, NULL, 0, ERANGE },
	{ "new: speed above a thousand times", NEW, A(SPEED), 4, NULL, 1000001,
	  ERANGE },
	{ "new: a speed of 8 bytes", NEW, A(SPEED), 8, NULL, 1000, EINVAL },
	{ "new: a speed of 2 bytes", NEW, A(SPEED), 2, NULL, 1000, EINVAL },
	{ "new: a speed of no bytes", NEW, A(SPEED), 0, NULL, 0, EINVAL },
	{ "new: an unknown limit", NEW, A(LIMIT), 4, NULL, 3, ERANGE },
	{ "new: limit fixed without a value", NEW, A(LIMIT), 4, NULL,
	  HFREPLAY_LIMIT_FIXED, EINVAL },
	{ "new: an unknown flag", NEW, A(FLAGS), 4, NULL, 0x100, EINVAL },
	{ "new: an unknown payload", NEW, A(PAYLOAD), 4, NULL, 3, ERANGE },
	{ "new: a seed of 4 bytes", NEW, A(SEED), 4, NULL, 1, EINVAL },
	{ "new: an unknown on-error", NEW, A(ON_ERROR), 4, NULL, 2, ERANGE },
	{ "new: error-max 0", NEW, A(ERROR_MAX), 4, NULL, 0, ERANGE },
	{ "new: a spin above 1 ms", NEW, A(SPIN), 4, NULL, 1000001, ERANGE },
	{ "new: a tolerance below 100 ns", NEW, A(TOLERANCE), 4, NULL, 99,
	  ERANGE },
	{ "new: a tolerance above 1 s", NEW, A(TOLERANCE), 4, NULL, 1000000001,
	  ERANGE },
	{ "new: a window above the largest", NEW, A(WINDOW), 4, NULL,
	  (1 << 26) + 1, ERANGE },
	{ "new: a window of 2^32 - 1", NEW, A(WINDOW), 4, NULL, ~0U, ERANGE },
	{ "new: a window of 1", NEW, A(WINDOW), 4, NULL, 1, ERANGE },
	{ "new: a window of 0", NEW, A(WINDOW), 4, NULL, 0, ERANGE },
	{ "new: a ring of results of 1", NEW, A(RESULTS), 4, NULL, 1, ERANGE },
	{ "new: a ring of results of 2^32 - 1", NEW, A(RESULTS), 4, NULL, ~0U,
	  ERANGE },
	{ "new: a name without end", NEW, A(NAME), 3, "abc", 0, EINVAL },
	{ "new: a name of 32 bytes and end", NEW, A(NAME), 33,
	  "abcdefghijklmnopqrstuvwxyz012345", 0, EINVAL },
	{ "new: an id", NEW, A(ID), 4, NULL, 7, EINVAL },
	{ "new: a state", NEW, A(STATE), 4, NULL, 3, EINVAL },
	{ "new: a counter", NEW, A(ISSUED), 8, NULL, 3, EINVAL },
	{ "new: an attribute that does not exist", NEW, 1000, 4, NULL, 3,
	  EINVAL },
	{ "new: a target that is no nest", NEW, A(TARGET), 4, NULL, ~0U, EINVAL },
	{ "get: an attribute that does not belong to it", GET, A(SPEED), 4, NULL,
	  1000, EINVAL },
	{ "get: an id of 2 bytes", GET, A(ID), 2, NULL, 1, EINVAL },
	{ "start: speed 0", START, A(SPEED), 4, NULL, 0, ERANGE },
	{ "start: an unknown mode", START, A(MODE), 4, NULL, 4, ERANGE },
	{ "start: a window", START, A(WINDOW), 4, NULL, 128, EINVAL },
	{ "start: flags", START, A(FLAGS), 4, NULL, FL(ALLOW_WRITES), EINVAL },
	{ "start: a seed", START, A(SEED), 8, NULL, 1, EINVAL },
};

static void put_target(struct nl_msg *msg, const char *path)
{
	struct nlattr *nest = nla_nest_start(msg, A(TARGET));

	nla_put_string(msg, T(PATH), path);
	nla_nest_end(msg, nest);
}

static int refused_with_text(struct ctl *c, struct nl_msg *msg)
{
	int err = ctl_send(c, msg, NULL, NULL);

	EXPECT_NE(c->text[0], '\0');
	return err;
}

/* A session to talk of; and none is made by what is refused. */
TEST_ROWS(bad_attribute, rows)
{
	const struct row *r = row;
	struct replay replay;
	struct nl_msg *msg;
	uint32_t ids[4];
	int err;

	device_null("ka", "");
	device_null("kb", "");
	replay = replay_simple("/dev/ka", 0);
	replay_load(&replay, image_reads(1, 0, DEVICE_BYTES));
	msg = ctl_msg(replay.c, r->cmd, 0);
	if (r->cmd == NEW)
		put_target(msg, "/dev/kb");
	else if (r->attr != A(ID))
		nla_put_u32(msg, A(ID), replay.id);
	nla_put(msg, r->attr, r->size,
		r->value ? r->value : (const char *)&r->number);
	err = refused_with_text(replay.c, msg);
	EXPECT_EQ(err, -r->err);
	EXPECT_EQ(ctl_list(replay.c, ids, 4), 1);
	EXPECT_EQ(replay_get(&replay).v[A(STATE)], ST(READY));
}

TEST(which, "a command needs either an id or a name")
{
	static const int cmds[] = {
		GET, START, HFREPLAY_CMD_SESSION_STOP,
		HFREPLAY_CMD_SESSION_REWIND, HFREPLAY_CMD_SESSION_DEL,
	};
	struct replay r;
	struct nl_msg *msg;
	size_t i;

	device_null("ka", "");
	r = replay_new(&(struct spec){ .name = "one", .target = { "/dev/ka" } });
	for (i = 0; i < KST_COUNT(cmds); i++) {
		EXPECT_EQ(refused_with_text(r.c, ctl_msg(r.c, cmds[i], 0)),
			  -EINVAL);
		msg = ctl_msg(r.c, cmds[i], 0);
		nla_put_u32(msg, A(ID), r.id);
		nla_put_string(msg, A(NAME), "one");
		EXPECT_EQ(refused_with_text(r.c, msg), -EINVAL);
		msg = ctl_msg(r.c, cmds[i], 0);
		nla_put_string(msg, A(NAME), "two");
		EXPECT_EQ(refused_with_text(r.c, msg), -ENOENT);
		msg = ctl_msg(r.c, cmds[i], 0);
		nla_put_u32(msg, A(ID), 0);
		EXPECT_EQ(refused_with_text(r.c, msg), -ENOENT);
	}
}

TEST(no_target, "a session without a target is refused")
{
	struct ctl *c = ctl_open();

	EXPECT_EQ(refused_with_text(c, ctl_msg(c, NEW, 0)), -EINVAL);
	EXPECT_TEXT(c->text, "target");
}

/* Sends session-new with one target whose nest @fill makes. */
static int new_with_nest(struct ctl *c, void (*fill)(struct nl_msg *msg))
{
	struct nl_msg *msg = ctl_msg(c, NEW, 0);
	struct nlattr *nest = nla_nest_start(msg, A(TARGET));

	fill(msg);
	nla_nest_end(msg, nest);
	return refused_with_text(c, msg);
}

static void nest_empty(struct nl_msg *msg)
{
	/* libnl drops an empty nest. */
	nla_put_u32(msg, T(CPU), 0);
}

static void nest_relative(struct nl_msg *msg)
{
	nla_put_string(msg, T(PATH), "dev/ka");
}

static void nest_no_path(struct nl_msg *msg)
{
	nla_put_string(msg, T(PATH), "");
}

static void nest_open_path(struct nl_msg *msg)
{
	nla_put(msg, T(PATH), 7, "/dev/ka");
}

static void nest_long_path(struct nl_msg *msg)
{
	char path[300] = "/";

	memset(path + 1, 'a', 298);
	nla_put_string(msg, T(PATH), path);
}

static void nest_short_cpu(struct nl_msg *msg)
{
	nla_put_string(msg, T(PATH), "/dev/ka");
	nla_put_u8(msg, T(CPU), 0);
}

static void nest_no_cpu(struct nl_msg *msg)
{
	nla_put_string(msg, T(PATH), "/dev/ka");
	nla_put_u32(msg, T(CPU), 5000);
}

static void nest_last_cpu(struct nl_msg *msg)
{
	nla_put_string(msg, T(PATH), "/dev/ka");
	nla_put_u32(msg, T(CPU), ~0U);
}

static void nest_unknown(struct nl_msg *msg)
{
	nla_put_string(msg, T(PATH), "/dev/ka");
	nla_put_u32(msg, T(SIZE), 512);
}

static void nest_garbage(struct nl_msg *msg)
{
	/* An attribute that says it is longer than its nest. */
	static const unsigned char bytes[] = { 0xff, 0xff, 1, 0, '/', 'd', 0, 0 };

	nlmsg_append(msg, (void *)bytes, sizeof(bytes), 4);
}

TEST(bad_nests, "a target that is not well formed is refused")
{
	static void (*const nests[])(struct nl_msg *msg) = {
		nest_empty, nest_relative, nest_no_path, nest_open_path,
		nest_long_path, nest_short_cpu, nest_no_cpu, nest_last_cpu,
		nest_unknown, nest_garbage,
	};
	struct ctl *c = ctl_open();
	uint32_t ids[4];
	size_t i;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(nests); i++) {
		int err = new_with_nest(c, nests[i]);

		if (err != -EINVAL && err != -ERANGE)
			kst_failed(__FILE__, __LINE__, false, "nest %zu: %d", i,
				   err);
	}
	EXPECT_EQ(ctl_list(c, ids, 4), 0);
}

TEST(many_targets, "more than 64 targets are refused")
{
	struct ctl *c = ctl_open();
	struct nl_msg *msg = ctl_msg(c, NEW, 0);
	int i;

	device_null("ka", "");
	for (i = 0; i < 65; i++)
		put_target(msg, "/dev/ka");
	EXPECT_EQ(refused_with_text(c, msg), -E2BIG);
}

TEST(unknown_cmd, "a command that does not exist, or is an event, is refused")
{
	static const int cmds[] = { 0, HFREPLAY_CMD_SESSION_NTF,
				    HFREPLAY_CMD_SESSION_DEL_NTF, 200 };
	struct ctl *c = ctl_open();
	size_t i;

	for (i = 0; i < KST_COUNT(cmds); i++)
		EXPECT_EQ(ctl_send(c, ctl_msg(c, cmds[i], 0), NULL, NULL),
			  -EOPNOTSUPP);
}

TEST(long_text, "a sentence of more than 80 characters arrives whole")
{
	struct ctl *c = ctl_open();
	struct view v;
	struct spec spec = { .target = {
		"/dev/a-device-with-a-name-that-is-rather-long-and-is-not-there-at-all" } };

	EXPECT_EQ(ctl_new(c, &spec, &v), -ENOENT);
	EXPECT_TEXT(c->text, "not-there-at-all: there is no such device");
}

/* ---- privileges ---- */

#define EVERY	(~0ULL)

static void keep_caps(uint64_t keep)
{
	struct __user_cap_header_struct hdr = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	data[0].effective = data[0].permitted = keep;
	data[1].effective = data[1].permitted = keep >> 32;
	data[0].inheritable = data[1].inheritable = 0;
	ASSERT_EQ(syscall(SYS_capset, &hdr, data), 0);
}

/* Every command, from a socket of this process. */
static void all_refused(uint32_t id)
{
	struct ctl *c = ctl_open();
	uint64_t v[HFREPLAY_A_CAPS_MAX + 1];
	struct spec spec = { .target = { "/dev/kb" } };
	struct view view;
	uint32_t ids[4];
	char version[64];

	ASSERT_TRUE(c);
	EXPECT_EQ(ctl_caps(c, v, version), -EPERM);
	EXPECT_TEXT(c->text, "CAP_SYS_ADMIN");
	EXPECT_EQ(ctl_new(c, &spec, &view), -EPERM);
	EXPECT_TEXT(c->text, "CAP_SYS_ADMIN");
	EXPECT_EQ(ctl_get(c, id, &view), -EPERM);
	EXPECT_EQ(ctl_list(c, ids, 4), -EPERM);
	EXPECT_EQ(ctl_start(c, id, NULL), -EPERM);
	EXPECT_EQ(ctl_stop(c, id), -EPERM);
	EXPECT_EQ(ctl_rewind(c, id), -EPERM);
	EXPECT_EQ(ctl_del(c, id), -EPERM);
	EXPECT_TEXT(c->text, "CAP_SYS_ADMIN");
	EXPECT_NE(ctl_listen(c), 0);
}

static struct replay ready_session(void)
{
	struct replay r;

	device_null("ka", "");
	device_null("kb", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, image_reads(10, 1000, DEVICE_BYTES));
	return r;
}

static void untouched(const struct replay *r)
{
	uint32_t ids[4];

	EXPECT_EQ(ctl_list(r->c, ids, 4), 1);
	EXPECT_EQ(replay_get(r).v[A(STATE)], ST(READY));
}

static void in_child(void (*fn)(const struct replay *r), const struct replay *r)
{
	int pid = fork();

	if (!pid) {
		fn(r);
		_exit(!!kst_any_failed());
	}
	EXPECT_EQ(kst_wait(pid), 0);
}

static void without_sys_admin(const struct replay *r)
{
	keep_caps(EVERY & ~(1ULL << CAP_SYS_ADMIN) & ((1ULL << 41) - 1));
	all_refused(r->id);
	EXPECT_EQ(replay_open(r, O_RDONLY), -EPERM);
	EXPECT_EQ(replay_open(r, O_WRONLY), -EPERM);
}

TEST(net_admin, "CAP_NET_ADMIN without CAP_SYS_ADMIN: all commands are refused")
{
	struct replay r = ready_session();

	in_child(without_sys_admin, &r);
	untouched(&r);
}

static void without_caps(const struct replay *r)
{
	ASSERT_EQ(setresuid(65534, 65534, 65534), 0);
	all_refused(r->id);
	EXPECT_EQ(replay_open(r, O_RDONLY), -EACCES);
}

TEST(nobody, "an ordinary user: all commands are refused")
{
	struct replay r = ready_session();

	in_child(without_caps, &r);
	untouched(&r);
}

static void as_root_of_userns(const struct replay *r)
{
	ASSERT_EQ(unshare(CLONE_NEWUSER), 0);
	all_refused(r->id);
	EXPECT_LT(replay_open(r, O_RDONLY), 0);
}

TEST(userns, "the root of a user namespace: all commands are refused")
{
	struct replay r = ready_session();

	in_child(as_root_of_userns, &r);
	untouched(&r);
}

/* ---- wrong order ---- */

TEST(order_empty, "an empty session cannot be started or stopped")
{
	struct replay r;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -ENODATA);
	EXPECT_TEXT(r.c->text, "no trace");
	EXPECT_EQ(ctl_stop(r.c, r.id), -EBUSY);
	EXPECT_TEXT(r.c->text, "empty");
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(EMPTY));
}

TEST(order_ready, "a ready session cannot be stopped or rewound")
{
	struct replay r = ready_session();

	EXPECT_EQ(ctl_stop(r.c, r.id), -EBUSY);
	EXPECT_TEXT(r.c->text, "ready");
	EXPECT_EQ(ctl_rewind(r.c, r.id), -EBUSY);
	EXPECT_TEXT(r.c->text, "ready");
	untouched(&r);
}

TEST(order_running, "a running session cannot be started or rewound")
{
	struct replay r;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, image_reads(100, 10000000, DEVICE_BYTES));
	replay_start(&r, NULL);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EBUSY);
	EXPECT_TEXT(r.c->text, "running");
	EXPECT_EQ(ctl_rewind(r.c, r.id), -EBUSY);
	EXPECT_TEXT(r.c->text, "running");
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(RUNNING));
	EXPECT_EQ(ctl_stop(r.c, r.id), 0);
	replay_wait(&r, ST(STOPPED), NULL);
}

TEST(order_done, "a session that is done cannot be started or stopped")
{
	struct replay r = ready_session();

	replay_run(&r, NULL, NULL);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EBUSY);
	EXPECT_TEXT(r.c->text, "rewind");
	EXPECT_EQ(ctl_stop(r.c, r.id), -EBUSY);
	EXPECT_TEXT(r.c->text, "done");
}

TEST(order_deleted, "a second delete does no harm, then there is no session")
{
	struct replay r = ready_session();
	int err;

	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	err = ctl_del(r.c, r.id);
	if (err)
		EXPECT_EQ(err, -ENOENT);
	err = ctl_start(r.c, r.id, NULL);
	if (err != -ENODEV)
		EXPECT_EQ(err, -ENOENT);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_EQ(ctl_del(r.c, r.id), -ENOENT);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -ENOENT);
	EXPECT_EQ(ctl_stop(r.c, r.id), -ENOENT);
	EXPECT_EQ(ctl_rewind(r.c, r.id), -ENOENT);
}
