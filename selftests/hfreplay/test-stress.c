// SPDX-License-Identifier: GPL-2.0-only
/* Commands and calls that race. What they return matters little: that nobody
 * hangs, that nothing is left, and that the kernel's log stays clean does.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

/* How long each of them lasts, ns. */
#define DURATION	4000000000ULL

static struct image *im;
static uint64_t end;
static volatile uint32_t session_id;
static char node[64];

static bool going(void)
{
	return kst_now() < end;
}

static void pause_a_bit(unsigned int *seed)
{
	usleep(rand_r(seed) % 3000);
}

static void run_threads(void *(*const *bodies)(void *arg), size_t n)
{
	pthread_t threads[16];
	size_t i;

	end = kst_now() + DURATION;
	for (i = 0; i < n; i++)
		ASSERT_EQ(pthread_create(&threads[i], NULL, bodies[i],
					 (void *)(i + 1)), 0);
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

/* Any command at any time; counted by outcome so that a test is not idle. */
static unsigned int good[8], bad[8];

static void count(int which, int err)
{
	__atomic_add_fetch(err ? &bad[which] : &good[which], 1,
			   __ATOMIC_RELAXED);
}

static void *commander(void *arg)
{
	unsigned int seed = (unsigned long)arg;
	struct ctl *c = ctl_open();
	struct view v;

	while (going()) {
		switch (rand_r(&seed) % 5) {
		case 0:
			count(0, ctl_start(c, session_id, NULL));
			break;
		case 1:
			count(1, ctl_stop(c, session_id));
			break;
		case 2:
			count(2, ctl_rewind(c, session_id));
			break;
		case 3:
			count(3, ctl_get(c, session_id, &v));
			break;
		default:
			pause_a_bit(&seed);
		}
	}
	ctl_close(c);
	return NULL;
}

static void *reader(void *arg)
{
	static struct hfr_completion_rec recs[256];
	unsigned int seed = (unsigned long)arg;

	while (going()) {
		int fd = open(node, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int i;

		for (i = 0; fd >= 0 && i < 20; i++) {
			poll(&p, 1, rand_r(&seed) % 3);
			count(4, read(fd, recs, sizeof(recs)) <= 0);
		}
		if (fd >= 0)
			close(fd);
		pause_a_bit(&seed);
	}
	return NULL;
}

static void *feeder(void *arg)
{
	unsigned int seed = (unsigned long)arg;

	while (going()) {
		int fd = open(node, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		size_t at = 0;
		ssize_t n;

		while (fd >= 0 && at < im->size && going()) {
			n = write(fd, im->bytes + at, im->size - at);
			if (n < 0 && errno != EAGAIN)
				break;
			at += n > 0 ? n : 0;
			poll(&p, 1, 1);
			if (!(rand_r(&seed) % 50))
				break;
		}
		count(5, at < im->size);
		if (fd >= 0)
			close(fd);
		pause_a_bit(&seed);
	}
	return NULL;
}

static void *maker(void *arg)
{
	unsigned int seed = (unsigned long)arg;
	struct ctl *c = ctl_open();
	struct spec spec = { .name = "race", .target = { "/dev/ka" } };
	struct view v;

	while (going()) {
		spec.set[0].attr = A(FLAGS);
		spec.set[0].value = rand_r(&seed) % 4;
		spec.set[1].attr = A(WINDOW);
		spec.set[1].value = 64 << rand_r(&seed) % 4;
		if (!ctl_new(c, &spec, &v)) {
			count(6, 0);
			session_id = v.v[A(ID)];
			usleep(rand_r(&seed) % 30000);
		}
		count(7, ctl_del(c, session_id));
		if (rand_r(&seed) % 2)
			ctl_wait_gone(c, session_id, 2000);
	}
	ctl_close(c);
	return NULL;
}

static void *lister(void *arg)
{
	unsigned int seed = (unsigned long)arg;
	struct ctl *c = ctl_open();
	uint32_t ids[8];

	while (going()) {
		ctl_list(c, ids, 8);
		pause_a_bit(&seed);
	}
	ctl_close(c);
	return NULL;
}

/* Hears all events, and does not always read them. */
static void *listener(void *arg)
{
	unsigned int seed = (unsigned long)arg;
	struct view v;

	while (going()) {
		struct ctl *c = ctl_open();
		int i;

		ctl_listen(c);
		for (i = rand_r(&seed) % 100; i && going(); i--)
			ctl_event(c, 5, &v);
		ctl_close(c);
	}
	return NULL;
}

TEST(one_session, "start, stop, rewind, read and list race on one session")
{
	static void *(*const bodies[])(void *arg) = {
		commander, commander, commander, reader, reader, lister,
		listener,
	};
	struct replay r;
	uint32_t state;

	device_null("ka", "irqmode=2 completion_nsec=300000");
	im = image_reads(300, 20000, DEVICE_BYTES);
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	session_id = r.id;
	strcpy(node, r.node);
	run_threads(bodies, KST_COUNT(bodies));
	kst_note("started %u, stopped %u, rewound %u, reads %u", good[0],
		 good[1], good[2], good[4]);
	EXPECT_GT(good[0], 5);
	EXPECT_GT(good[1], 5);
	EXPECT_GT(good[2], 5);
	EXPECT_GT(good[4], 5);
	/* It is still a session that works. */
	ctl_stop(r.c, r.id);
	do {
		state = replay_get(&r).v[A(STATE)];
	} while (state == ST(RUNNING) || state == ST(DRAINING));
	if (state != ST(READY))
		EXPECT_EQ(ctl_rewind(r.c, r.id), 0);
	replay_run(&r, NULL, NULL);
}

TEST(streams, "feed, start, stop, rewind and read race on one stream")
{
	static void *(*const bodies[])(void *arg) = {
		commander, commander, feeder, feeder, reader, listener,
	};
	const struct spec spec = {
		.target = { "/dev/ka", "/dev/kb" },
		.set = { { A(FLAGS), FL(STREAM) }, { A(WINDOW), 64 },
			 { A(RESULTS), 64 } },
	};
	struct replay r;
	size_t i;

	device_null("ka", "irqmode=2 completion_nsec=100000");
	device_null("kb", "");
	im = image_new(2, 2000);
	for (i = 0; i < 2000; i++)
		image_add(im, HFR_OP_READ, i * 2000, 0, 4096)->target = i % 2;
	image_end(im);
	r = replay_new(&spec);
	session_id = r.id;
	strcpy(node, r.node);
	run_threads(bodies, KST_COUNT(bodies));
	kst_note("started %u, stopped %u, rewound %u, reads %u, fed %u",
		 good[0], good[1], good[2], good[4], good[5]);
	EXPECT_GT(good[0], 5);
	EXPECT_GT(good[2], 5);
}

TEST(lives, "sessions are made and deleted while all else goes on")
{
	static void *(*const bodies[])(void *arg) = {
		maker, maker, commander, reader, feeder, lister, listener,
	};

	device_null("ka", "irqmode=2 completion_nsec=1000000");
	im = image_reads(64, 20000, DEVICE_BYTES);
	strcpy(node, "/dev/hfreplay/race");
	run_threads(bodies, KST_COUNT(bodies));
	kst_note("made %u, deleted %u, started %u, fed %u, reads %u", good[6],
		 good[7], good[0], good[5], good[4]);
	EXPECT_GT(good[6], 3);
	EXPECT_GT(good[7], 3);
}

TEST(open_delete, "open, poll and close race with the delete of the session")
{
	struct pollfd p = { .events = POLLIN | POLLOUT };
	struct replay r;
	int i, j, pid;

	device_null("ka", "");
	for (i = 0; i < 40; i++) {
		r = replay_simple("/dev/ka", i % 2 ? FL(AUTOCLEAR) : 0);
		pid = fork();
		if (!pid) {
			for (j = 0; j < 50; j++) {
				p.fd = replay_open(&r, O_RDWR | O_NONBLOCK);
				if (p.fd < 0)
					continue;
				poll(&p, 1, 0);
				close(p.fd);
			}
			_exit(0);
		}
		usleep(rand() % 2000);
		ctl_del(r.c, r.id);
		EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
		EXPECT_EQ(kst_wait(pid), 0);
		ctl_close(r.c);
	}
}

TEST(vanish, "devices go away under sessions that run")
{
	struct replay r;
	int i;

	im = image_reads(2000, 50000, DEVICE_BYTES);
	for (i = 0; i < 8; i++) {
		device_null("ka", "irqmode=2 completion_nsec=2000000");
		r = replay_simple("/dev/ka", 0);
		replay_load(&r, im);
		replay_start(&r, NULL);
		kst_sleep(5 + i * 7);
		EXPECT_EQ(device_null_set("ka", "power", "0"), 0);
		if (i % 2)
			replay_wait(&r, ST(FAILED), NULL);
		EXPECT_EQ(ctl_del(r.c, r.id), 0);
		EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 10000));
		ctl_close(r.c);
		device_remove_all();
	}
}
