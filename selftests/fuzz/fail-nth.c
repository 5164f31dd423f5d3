// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sweep over the faults of the kernel: each step in the life of a session is
 * taken again and again, and the first, the second, the third ... allocation or
 * copy in it fails, until a step is done in which there was none left to fail.
 * After each the session is whole or gone, and goes on as if nothing had been.
 *
 *   fail-nth [STEP]: only the steps whose name has STEP in it
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/socket.h>

#include "ctl.h"
#include "device.h"
#include "fault.h"
#include "image.h"
#include "kst.h"

#define RECORDS		100
#define MOST_FAULTS	100000
/* Up to this one each is tried, then ever fewer, a part of those before. */
#define EACH_FAULT	32
#define PART_FAULT	8
#define WAIT_MS		10000
/* A life that takes longer hangs, s. */
#define HANG_S		200
/* The answer did not come: there was no memory for it. */
#define LOST		1

/**
 * struct life - a session while it lives
 * @c: socket
 * @kind: what it is made as
 * @id: its number
 * @node: path of its node
 * @fd: its node, open, or -1
 * @im: its trace
 */
struct life {
	struct ctl *c;
	const struct kind *kind;
	uint32_t id;
	char node[64];
	int fd;
	struct image *im;
};

/** struct kind - sessions that take different paths */
struct kind {
	const char *name;
	const char *target[2];
	uint32_t flags;
};

static const struct kind kinds[] = {
	{ "whole", { "/dev/ka" }, FL(ALLOW_WRITES) },
	{ "stream", { "/dev/kb", "/dev/kc" }, FL(STREAM) },
};

static unsigned int broken;
/* Longest that a session took to go away, and after which fault. */
static uint64_t slowest_ns;
static unsigned int slowest_nth;

#define CHECK(life, cond, ...) do {					\
	if (!(cond)) {							\
		printf("# %s, %s: ", (life)->kind->name, #cond);	\
		printf(__VA_ARGS__);					\
		printf("\n");						\
		broken++;						\
	}								\
} while (0)

/* ---- commands, of which only the call itself meets the fault ---- */

static struct nl_msg *put_new(const struct life *l)
{
	struct nl_msg *msg = ctl_msg(l->c, HFREPLAY_CMD_SESSION_NEW, 0);
	int i;

	nla_put_u32(msg, A(FLAGS), l->kind->flags);
	nla_put_u32(msg, A(WINDOW), 256);
	for (i = 0; i < 2 && l->kind->target[i]; i++) {
		struct nlattr *nest = nla_nest_start(msg, A(TARGET));

		nla_put_string(msg, T(PATH), l->kind->target[i]);
		nla_nest_end(msg, nest);
	}
	return msg;
}

/* What was answered so far; LOST if nothing was. */
static int answers(int sk)
{
	static char buf[65536] __attribute__((aligned(8)));
	struct nlmsghdr *nlh;
	int err = LOST, n;

	while ((n = recv(sk, buf, sizeof(buf), MSG_DONTWAIT)) > 0)
		for (nlh = (void *)buf; nlmsg_ok(nlh, n);
		     nlh = nlmsg_next(nlh, &n))
			if (nlh->nlmsg_type == NLMSG_ERROR ||
			    nlh->nlmsg_type == NLMSG_DONE)
				err = *(int *)nlmsg_data(nlh);
	return err;
}

static int send_failing(struct nl_msg *msg, unsigned int nth, bool *fired)
{
	int sk = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	int err;

	if (nlh->nlmsg_flags & NLM_F_DUMP)
		nlh->nlmsg_flags &= ~NLM_F_ACK;
	fault_arm(nth);
	err = send(sk, nlh, nlh->nlmsg_len, 0) < 0 ? -errno : 0;
	*fired = fault_fired();
	if (!err)
		err = answers(sk);
	nlmsg_free(msg);
	close(sk);
	return err;
}

static int command(struct life *l, int cmd, unsigned int nth, bool *fired)
{
	struct nl_msg *msg = ctl_msg(l->c, cmd, 0);

	nla_put_u32(msg, A(ID), l->id);
	return send_failing(msg, nth, fired);
}

static uint32_t state(struct life *l)
{
	struct view v;

	return ctl_get(l->c, l->id, &v) ? 0 : v.v[A(STATE)];
}

/* ---- steps without a fault ---- */

static void make(struct life *l)
{
	struct spec spec = {
		.target = { l->kind->target[0], l->kind->target[1] },
		.set = { { A(FLAGS), l->kind->flags }, { A(WINDOW), 256 } },
	};
	struct view v;
	int err = ctl_new(l->c, &spec, &v);

	CHECK(l, !err, "%d %s", err, l->c->text);
	l->id = v.v[A(ID)];
	snprintf(l->node, sizeof(l->node), "%s", v.node);
}

static void open_it(struct life *l)
{
	make(l);
	l->fd = open(l->node, O_RDWR | O_CLOEXEC);
	CHECK(l, l->fd >= 0, "%d", errno);
}

/* As often as something fails, the rest again. */
static int write_rest(struct life *l, size_t *at)
{
	ssize_t n;

	while (*at < l->im->size) {
		n = write(l->fd, l->im->bytes + *at, l->im->size - *at);
		if (n < 0)
			return -errno;
		*at += n;
	}
	return 0;
}

static void load(struct life *l)
{
	size_t at = 0;
	int err;

	open_it(l);
	err = write_rest(l, &at);
	CHECK(l, !err, "%d", err);
	CHECK(l, state(l) == ST(READY), "state %u", state(l));
}

static void run(struct life *l)
{
	load(l);
	CHECK(l, !ctl_start(l->c, l->id, NULL), "%s", l->c->text);
}

static void finish(struct life *l)
{
	run(l);
	CHECK(l, ctl_wait(l->c, l->id, ST(DONE), WAIT_MS, NULL), "no end");
}

static void nothing(struct life *l)
{
	(void)l;
}

/* ---- steps with one, and what must hold behind ---- */

static int fail_new(struct life *l, unsigned int nth, bool *fired)
{
	uint32_t ids[4];
	int err = send_failing(put_new(l), nth, fired), n;

	if (err < 0)
		ctl_wait_unused(l->c);
	n = ctl_list(l->c, ids, 4);
	/* Its maker did not hear of it, or the answer behind it was lost. */
	CHECK(l, n == 0 || (n == 1 && err >= 0), "%d sessions after %d", n, err);
	if (n == 1)
		ctl_del(l->c, ids[0]);
	return err;
}

static int fail_get(struct life *l, unsigned int nth, bool *fired)
{
	return command(l, HFREPLAY_CMD_SESSION_GET, nth, fired);
}

static int fail_dump(struct life *l, unsigned int nth, bool *fired)
{
	return send_failing(ctl_msg(l->c, HFREPLAY_CMD_SESSION_GET, NLM_F_DUMP),
			    nth, fired);
}

static int fail_caps(struct life *l, unsigned int nth, bool *fired)
{
	return send_failing(ctl_msg(l->c, HFREPLAY_CMD_CAPS_GET, 0), nth, fired);
}

static int fail_open(struct life *l, unsigned int nth, bool *fired)
{
	int err;

	fault_arm(nth);
	l->fd = open(l->node, O_RDWR | O_CLOEXEC);
	err = l->fd < 0 ? -errno : 0;
	*fired = fault_fired();
	if (err)
		l->fd = open(l->node, O_RDWR | O_CLOEXEC);
	CHECK(l, l->fd >= 0, "the node stays taken: %d", errno);
	return err;
}

static int fail_load(struct life *l, unsigned int nth, bool *fired)
{
	struct view v;
	size_t at = 0;
	int err, again = 0;

	fault_arm(nth);
	err = write_rest(l, &at);
	*fired = fault_fired();
	/* What could not be copied is written again, and nothing is lost. */
	if (err == -EFAULT)
		again = write_rest(l, &at);
	CHECK(l, !again, "after EFAULT: %d", again);
	if (err && err != -EFAULT) {
		CHECK(l, !ctl_get(l->c, l->id, &v) && v.error[0],
		      "error %d without a sentence", err);
		CHECK(l, state(l) == ST(FAILED), "state %u", state(l));
		CHECK(l, !ctl_rewind(l->c, l->id), "%s", l->c->text);
		at = 0;
		again = write_rest(l, &at);
		CHECK(l, !again, "written again: %d", again);
	}
	CHECK(l, state(l) == ST(READY), "state %u after %d", state(l), err);
	return err;
}

static int fail_start(struct life *l, unsigned int nth, bool *fired)
{
	int err = command(l, HFREPLAY_CMD_SESSION_START, nth, fired);

	if (err < 0 && state(l) == ST(READY))
		CHECK(l, !ctl_start(l->c, l->id, NULL), "%s", l->c->text);
	CHECK(l, ctl_wait(l->c, l->id, ST(DONE), WAIT_MS, NULL),
	      "no end, state %u after %d", state(l), err);
	return err;
}

static int fail_read(struct life *l, unsigned int nth, bool *fired)
{
	struct hfr_completion_rec rec[RECORDS + 1];
	ssize_t n = 0, got = 0;
	int err;

	fault_arm(nth);
	n = read(l->fd, rec, sizeof(rec));
	err = n < 0 ? -errno : 0;
	*fired = fault_fired();
	for (; n > 0 || !got; n = read(l->fd, rec, sizeof(rec))) {
		got += n > 0 ? n : 0;
		if (!n)
			break;
	}
	CHECK(l, got == RECORDS * sizeof(rec[0]), "%zd bytes of records", got);
	return err;
}

static int fail_poll(struct life *l, unsigned int nth, bool *fired)
{
	struct pollfd p = { .fd = l->fd, .events = POLLIN | POLLOUT };
	int err;

	fault_arm(nth);
	err = poll(&p, 1, 0) < 0 ? -errno : 0;
	*fired = fault_fired();
	return err;
}

static int fail_stop(struct life *l, unsigned int nth, bool *fired)
{
	int err = command(l, HFREPLAY_CMD_SESSION_STOP, nth, fired);

	/* A fault below us may keep the command from us: then it goes on. */
	CHECK(l, err != 0 || ctl_wait(l->c, l->id, ST(STOPPED), WAIT_MS, NULL),
	      "state %u", state(l));
	return err;
}

static int fail_rewind(struct life *l, unsigned int nth, bool *fired)
{
	return command(l, HFREPLAY_CMD_SESSION_REWIND, nth, fired);
}

static int fail_del(struct life *l, unsigned int nth, bool *fired)
{
	return command(l, HFREPLAY_CMD_SESSION_DEL, nth, fired);
}

static const struct step {
	const char *name;
	void (*before)(struct life *l);
	int (*run)(struct life *l, unsigned int nth, bool *fired);
	uint64_t step_ns;
} steps[] = {
	{ "caps-get", nothing, fail_caps, 0 },
	{ "session-new", nothing, fail_new, 0 },
	{ "session-get", make, fail_get, 0 },
	{ "session-get, dump", make, fail_dump, 0 },
	{ "open", make, fail_open, 0 },
	{ "write", open_it, fail_load, 0 },
	{ "session-start", load, fail_start, 0 },
	{ "read", finish, fail_read, 0 },
	{ "poll", finish, fail_poll, 0 },
	{ "session-stop", run, fail_stop, 1000000000 },
	{ "session-rewind", finish, fail_rewind, 0 },
	{ "session-del", load, fail_del, 0 },
	{ "session-del of one that runs", run, fail_del, 1000000000 },
};

/* What a lack of memory, or a page that is not there, may be told as. */
static bool clean(int err)
{
	return err == 0 || err == LOST || err == -ENOMEM || err == -EFAULT ||
		err == -ENOBUFS;
}

static struct image *trace(const struct kind *kind, uint64_t step_ns)
{
	unsigned int devices = kind->target[1] ? 2 : 1, i;
	struct image *im = image_new(devices, RECORDS);

	for (i = 0; i < RECORDS; i++)
		image_add(im, HFR_OP_READ, i * step_ns, i * 4096, 4096)->target =
			i % devices;
	image_end(im);
	return im;
}

/* Where it hangs; signal handlers know nothing but what is here. */
static char where[128];

static void on_alarm(int sig)
{
	(void)sig;
	if (write(STDOUT_FILENO, where, strlen(where)) < 0)
		_exit(3);
	_exit(2);
}

/* A machine that has more to do takes its time. */
static bool goes_away(struct ctl *c)
{
	int tries = 6;

	while (ctl_delete_all(c))
		if (!--tries)
			return false;
	return true;
}

/* One life with one fault; whether there was one. */
static bool once(const struct step *step, const struct kind *kind,
		 unsigned int nth)
{
	struct life l = { .kind = kind, .fd = -1 };
	bool fired = false;
	uint64_t start;
	int err;

	snprintf(where, sizeof(where), "Bail out! %s, %s, fault %u: it hangs\n",
		 step->name, kind->name, nth);
	alarm(HANG_S);
	l.c = ctl_open();
	l.im = trace(kind, step->step_ns);
	step->before(&l);
	err = step->run(&l, nth, &fired);
	CHECK(&l, clean(err), "%s, fault %u: error %d", step->name, nth, err);
	CHECK(&l, fired || !err, "%s: error %d without a fault", step->name, err);
	if (l.fd >= 0)
		close(l.fd);
	start = kst_now();
	CHECK(&l, goes_away(l.c), "%s, fault %u", step->name, nth);
	if (kst_now() - start > slowest_ns) {
		slowest_ns = kst_now() - start;
		slowest_nth = nth;
	}
	CHECK(&l, !ctl_used_memory(l.c), "%s, fault %u: memory", step->name, nth);
	image_free(l.im);
	ctl_close(l.c);
	return fired;
}

static void sweep(const struct step *step, const struct kind *kind, int number)
{
	uint64_t start = kst_now();
	unsigned int nth = 1, tried = 0;

	broken = 0;
	slowest_ns = 0;
	/* Page after page for the data of requests fails in the same way. */
	while (nth < MOST_FAULTS && once(step, kind, nth) && broken < 10) {
		nth += nth < EACH_FAULT ? 1 : nth / PART_FAULT;
		tried++;
	}
	if (nth >= MOST_FAULTS)
		broken++;
	printf("%s %d fail-nth: %s, %s: %u faults\n", broken ? "not ok" : "ok",
	       number, step->name, kind->name, tried);
	printf("# took %llu ms; at most %llu ms to go away, after fault %u\n",
	       (unsigned long long)(kst_now() - start) / 1000000,
	       (unsigned long long)slowest_ns / 1000000, slowest_nth);
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : "";
	unsigned int i, j, number = 1, failed = 0;

	setbuf(stdout, NULL);
	signal(SIGALRM, on_alarm);
	if (!fault_setup()) {
		printf("# skipped: this kernel has no fault injection\n");
		return 4;
	}
	printf("TAP version 13\n1..%zu\n", KST_COUNT(kinds) * KST_COUNT(steps) + 1);
	if (kst_module_load("")) {
		printf("Bail out! hfreplay.ko cannot be loaded\n");
		return 1;
	}
	device_null("ka", "");
	device_null("kb", "queue_mode=0");
	device_null("kc", "irqmode=2 completion_nsec=100000");
	for (i = 0; i < KST_COUNT(kinds); i++) {
		for (j = 0; j < KST_COUNT(steps); j++) {
			if (!strstr(steps[j].name, only)) {
				printf("ok %u fail-nth: %s, %s # SKIP not asked for\n",
				       number++, steps[j].name, kinds[i].name);
				continue;
			}
			sweep(&steps[j], &kinds[i], number++);
			failed += !!broken;
		}
	}
	device_remove_all();
	i = kst_module_unload();
	printf("%s %u fail-nth: the module can be removed\n",
	       i ? "not ok" : "ok", number);
	return failed || i ? 1 : 0;
}
