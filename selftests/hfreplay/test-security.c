// SPDX-License-Identifier: GPL-2.0-only
/* Who is kept out where modes and names of files do not, and what gets out. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define RECORDS		10

static struct replay finished_session(void)
{
	struct replay r;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, image_reads(RECORDS, 1000, DEVICE_BYTES));
	replay_run(&r, NULL, NULL);
	return r;
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

/* ---- who ---- */

static void open_as_nobody(const struct replay *r)
{
	ASSERT_EQ(setresuid(65534, 65534, 65534), 0);
	EXPECT_EQ(replay_open(r, O_RDONLY), -EPERM);
	EXPECT_EQ(replay_open(r, O_WRONLY), -EPERM);
}

static void open_as_root_of_userns(const struct replay *r)
{
	ASSERT_EQ(unshare(CLONE_NEWUSER), 0);
	EXPECT_EQ(replay_open(r, O_RDONLY), -EPERM);
	EXPECT_EQ(replay_open(r, O_RDWR), -EPERM);
}

TEST(open_mode, "a node that anybody may open is opened by nobody without CAP_SYS_ADMIN")
{
	struct replay r = finished_session();

	ASSERT_EQ(chmod(r.node, 0666), 0);
	in_child(open_as_nobody, &r);
	in_child(open_as_root_of_userns, &r);
}

static void ask_from_netns(const struct replay *r)
{
	(void)r;
	ASSERT_EQ(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	EXPECT_TRUE(!ctl_open());
}

TEST(netns, "the family is not there in a network namespace of somebody's own")
{
	struct replay r = finished_session();

	in_child(ask_from_netns, &r);
}

TEST(other_calls, "a node takes no ioctl and cannot be mapped")
{
	struct replay r = finished_session();
	int fd = replay_open(&r, O_RDWR), i;

	ASSERT_GE(fd, 0);
	for (i = 0; i < 256; i++) {
		EXPECT_EQ(ioctl(fd, _IO(0xb7, i), NULL), -1);
		EXPECT_EQ(errno, ENOTTY);
	}
	EXPECT_TRUE(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) ==
		    MAP_FAILED);
	EXPECT_EQ(errno, ENODEV);
}

/* ---- what ---- */

/* The direct map, vmalloc, the kernel's text and modules. */
static bool kernel_address(uint64_t v)
{
	return (v >= 0xffff800000000000ULL && v < 0xffffff0000000000ULL) ||
		(v >= 0xffffffff80000000ULL && v < 0xfffffffffffff000ULL);
}

static void no_addresses(const void *mem, size_t size)
{
	const char *p = mem;
	uint64_t v;
	size_t i;

	for (i = 0; i + sizeof(v) <= size; i += 4) {
		memcpy(&v, p + i, sizeof(v));
		EXPECT_TRUE(!kernel_address(v));
	}
}

/* Of an attribute, behind a number or text, what fills it up to 4 bytes. */
static void padding_is_zero(const uint8_t *at, size_t rest)
{
	const struct nlattr *a;
	size_t n, i;

	for (; rest >= sizeof(*a); at += n, rest -= n) {
		a = (const void *)at;
		n = NLA_ALIGN(a->nla_len);
		ASSERT_TRUE(a->nla_len >= sizeof(*a) && n <= rest);
		for (i = a->nla_len; i < n; i++)
			EXPECT_EQ(at[i], 0);
	}
}

/* A text ends with the attribute: nothing follows its NUL. */
static void text_is_all(const uint8_t *at, size_t rest, uint16_t type)
{
	const struct nlattr *a;

	for (; rest >= sizeof(*a); rest -= NLA_ALIGN(a->nla_len),
	     at += NLA_ALIGN(a->nla_len)) {
		a = (const void *)at;
		if (a->nla_type == type)
			EXPECT_EQ(strnlen((const char *)(a + 1), a->nla_len),
				  a->nla_len - sizeof(*a) - 1);
	}
}

static void look_at(struct nlmsghdr *nlh, void *arg)
{
	const uint8_t *attrs = (uint8_t *)nlh + NLMSG_HDRLEN + GENL_HDRLEN;
	size_t size = nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;

	no_addresses(attrs, size);
	padding_is_zero(attrs, size);
	text_is_all(attrs, size, A(NAME));
	text_is_all(attrs, size, A(NODE));
	++*(int *)arg;
}

TEST(replies, "replies hold no address of the kernel and nothing behind their texts")
{
	struct replay r = finished_session();
	struct nl_msg *msg = ctl_msg(r.c, HFREPLAY_CMD_SESSION_GET, 0);
	int n = 0;

	nla_put_u32(msg, A(ID), r.id);
	ASSERT_EQ(ctl_send(r.c, msg, look_at, &n), 0);
	msg = ctl_msg(r.c, HFREPLAY_CMD_SESSION_GET, NLM_F_DUMP);
	ASSERT_EQ(ctl_send(r.c, msg, look_at, &n), 0);
	EXPECT_EQ(n, 2);
}

TEST(records, "completion records hold nothing but their fields")
{
	struct replay r = finished_session();
	struct hfr_completion_rec recs[RECORDS + 1];
	int fd = replay_open(&r, O_RDONLY);

	ASSERT_GE(fd, 0);
	memset(recs, 0xee, sizeof(recs));
	ASSERT_EQ(read(fd, recs, sizeof(recs)), RECORDS * sizeof(recs[0]));
	no_addresses(recs, RECORDS * sizeof(recs[0]));
	/* What was not read was not written either. */
	EXPECT_EQ(recs[RECORDS].state, 0xee);
}
