// SPDX-License-Identifier: GPL-2.0-only
/* Processes that are killed, sessions that clear up behind them, unloading. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	2000
#define HEAD	256

static struct hfr_completion_rec recs[COUNT + 1];

/* ---- killed feeders ---- */

struct slow_feeder {
	struct replay *r;
	struct image *im;
	size_t upto;
	/* A pipe that gets a byte when all is written; 0 for none. */
	int done[2];
};

/* Writes so much, then waits to be killed. */
static int feed_and_wait(void *arg)
{
	struct slow_feeder *f = arg;
	int fd = replay_open(f->r, O_WRONLY);

	if (write_all(fd, f->im->bytes, f->upto))
		return 1;
	if (f->done[1] && write(f->done[1], "", 1) != 1)
		return 1;
	pause();
	return 0;
}

static void kill_feeder(struct replay *r, struct image *im, size_t upto,
			uint64_t loaded)
{
	struct slow_feeder f = { r, im, upto };
	char done;
	int pid;

	ASSERT_EQ(pipe(f.done), 0);
	pid = kst_fork(feed_and_wait, &f);
	close(f.done[1]);
	EXPECT_EQ(read(f.done[0], &done, 1), 1);
	close(f.done[0]);
	EXPECT_EQ(replay_get(r).v[A(LOADED)], loaded);
	ASSERT_EQ(kill(pid, SIGKILL), 0);
	EXPECT_EQ(kst_wait(pid), 128 + SIGKILL);
}

TEST(kill_load, "a feeder that is killed at any point never leaves a ready session")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	const struct {
		size_t upto;
		uint64_t loaded;
		uint32_t state;
	} points[] = {
		{ 0, 0, ST(EMPTY) },
		{ 1, 0, ST(LOADING) },
		{ 128, 0, ST(LOADING) },
		{ HEAD, 0, ST(LOADING) },
		{ HEAD + 64, 1, ST(LOADING) },
		{ HEAD + 1000 * 64 + 31, 1000, ST(LOADING) },
		{ HEAD + COUNT * 64, COUNT, ST(LOADING) },
		{ HEAD + COUNT * 64 + 63, COUNT, ST(LOADING) },
	};
	struct replay r;
	size_t i;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(points); i++) {
		r = replay_simple("/dev/ka", 0);
		kill_feeder(&r, im, points[i].upto, points[i].loaded);
		EXPECT_EQ(replay_get(&r).v[A(STATE)], points[i].state);
		EXPECT_LT(ctl_start(r.c, r.id, NULL), 0);
		EXPECT_NE(r.c->text[0], '\0');
		/* It takes the whole trace when it is rewound. */
		EXPECT_EQ(ctl_rewind(r.c, r.id), 0);
		replay_load(&r, im);
		EXPECT_EQ(ctl_del(r.c, r.id), 0);
		ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	}
	EXPECT_EQ(device_ios("ka"), 0);
}

TEST(kill_stream, "a feeder killed in the middle of a running stream fails it")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	struct slow_feeder f = { .im = im, .upto = HEAD + 1500 * 64 };
	struct replay r;
	struct view v;
	int pid;

	device_null("ka", "");
	r = replay_simple("/dev/ka", FL(STREAM));
	f.r = &r;
	pid = kst_fork(feed_and_wait, &f);
	while (replay_get(&r).v[A(LOADED)] < 1500)
		kst_sleep(1);
	replay_start(&r, NULL);
	while (replay_get(&r).v[A(COMPLETED)] < 1500)
		kst_sleep(1);
	kill(pid, SIGKILL);
	EXPECT_EQ(kst_wait(pid), 128 + SIGKILL);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 1500);
	EXPECT_TEXT(v.error, "cut off");
	EXPECT_EQ(replay_records(&r, recs, COUNT), 1500);
	records_sane(recs, 1500);
}

TEST(kill_blocked, "a feeder killed while it waits for room dies at once")
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = { { A(FLAGS), FL(STREAM) }, { A(WINDOW), 64 } },
	};
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	struct slow_feeder f = { .im = im, .upto = im->size };
	struct replay r;
	int pid;

	device_null("ka", "");
	r = replay_new(&spec);
	f.r = &r;
	pid = kst_fork(feed_and_wait, &f);
	while (replay_get(&r).v[A(LOADED)] < 64)
		kst_sleep(1);
	kst_sleep(20);
	kill(pid, SIGKILL);
	EXPECT_EQ(kst_wait(pid), 128 + SIGKILL);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(LOADING));
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EBUSY);
}

TEST(kill_reader, "a reader killed in the middle of a run does not stop it")
{
	struct image *im = image_reads(COUNT, 100000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int pid;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	pid = fork();
	if (!pid)
		_exit(replay_records(&r, recs, COUNT));
	replay_start(&r, NULL);
	while (replay_get(&r).v[A(COMPLETED)] < 100)
		kst_sleep(1);
	kill(pid, SIGKILL);
	EXPECT_EQ(kst_wait(pid), 128 + SIGKILL);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	EXPECT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	records_sane(recs, COUNT);
}

/* ---- autoclear ---- */

TEST(autoclear_close, "an autoclear session goes with the last close of its node")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	int a, b;

	device_null("ka", "");
	r = replay_simple("/dev/ka", FL(AUTOCLEAR));
	a = replay_open(&r, O_WRONLY);
	b = replay_open(&r, O_RDONLY);
	ASSERT_EQ(write_all(a, im->bytes, im->size), 0);
	close(a);
	kst_sleep(50);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
	replay_run(&r, NULL, NULL);
	EXPECT_EQ(read_some(b, recs, 100), 10);
	close(b);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_TRUE(ctl_wait_unused(r.c));
}

TEST(autoclear_socket, "an autoclear session never opened goes with its socket")
{
	struct ctl *other = ctl_open(), *bystander = ctl_open();
	struct replay r, kept;

	device_null("ka", "");
	device_null("kb", "");
	r = replay_simple("/dev/ka", FL(AUTOCLEAR));
	kept = replay_simple("/dev/kb", 0);
	ctl_close(bystander);
	kst_sleep(50);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(EMPTY));
	ctl_close(r.c);
	EXPECT_TRUE(ctl_wait_gone(other, r.id, 5000));
	ctl_close(kept.c);
	kst_sleep(50);
	kept.c = other;
	EXPECT_EQ(replay_get(&kept).v[A(STATE)], ST(EMPTY));
}

TEST(autoclear_opened, "once opened, an autoclear session outlives its socket")
{
	struct ctl *other = ctl_open();
	struct replay r;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", FL(AUTOCLEAR));
	fd = replay_open(&r, O_RDWR);
	ctl_close(r.c);
	kst_sleep(50);
	r.c = other;
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(EMPTY));
	close(fd);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

/* What hfctl replay does, up to the point where it is killed. */
static int one_shot(void *arg)
{
	int upto = *(int *)arg;
	struct image *im = image_reads(COUNT, 10000000, DEVICE_BYTES);
	struct replay r = replay_simple("/dev/ka", FL(AUTOCLEAR));
	int fd;

	if (upto >= 1)
		fd = replay_open(&r, O_RDWR);
	if (upto == 2)
		write_all(fd, im->bytes, im->size / 2);
	if (upto >= 3)
		write_all(fd, im->bytes, im->size);
	if (upto >= 4)
		replay_start(&r, NULL);
	if (upto >= 5)
		while (read_some(fd, recs, COUNT) > 0)
			;
	pause();
	return 0;
}

TEST(autoclear_killed, "a killed one-shot replay leaves nothing, wherever it was")
{
	struct ctl *c = ctl_open();
	uint32_t ids[4];
	int upto, pid;

	device_null("ka", "");
	for (upto = 0; upto <= 5; upto++) {
		pid = kst_fork(one_shot, &upto);
		while (ctl_list(c, ids, 4) < 1)
			kst_sleep(1);
		kst_sleep(150);
		ASSERT_EQ(kill(pid, SIGKILL), 0);
		EXPECT_EQ(kst_wait(pid), 128 + SIGKILL);
		EXPECT_TRUE(ctl_wait_gone(c, ids[0], 5000));
		EXPECT_TRUE(ctl_wait_unused(c));
	}
}

TEST(delete_running, "a delete stops a run, its readers and its writer")
{
	struct image *im = image_reads(COUNT, 10000000, DEVICE_BYTES);
	struct replay r;
	int pid;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_start(&r, NULL);
	pid = fork();
	if (!pid) {
		int fd = replay_open(&r, O_RDONLY);
		ssize_t n;

		while ((n = read_some(fd, recs, COUNT)) > 0)
			;
		_exit(-n);
	}
	kst_sleep(100);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	/* Either it found the end of the run, or that the session is gone. */
	EXPECT_TRUE((kst_wait(pid) & ~ENODEV) == 0);
	EXPECT_GE(open("/dev/ka", O_RDWR | O_EXCL | O_CLOEXEC), 0);
}

TEST(held_file, "a file that stays open survives its session")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	fd = replay_open(&r, O_RDWR);
	replay_run(&r, NULL, NULL);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_EQ(read_some(fd, recs, 10), -ENODEV);
	EXPECT_EQ(write_all(fd, im->bytes, 64), -ENODEV);
	/* The file holds the module, its rings are still there. */
	EXPECT_EQ(kst_module_unload(), -EWOULDBLOCK);
	close(fd);
	EXPECT_TRUE(ctl_wait_unused(r.c));
}

/* ---- unloading ---- */

TEST(unload_session, "the module cannot be unloaded while a session exists")
{
	struct replay r;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	EXPECT_EQ(kst_module_unload(), -EWOULDBLOCK);
	replay_load(&r, image_reads(100, 10000000, DEVICE_BYTES));
	replay_start(&r, NULL);
	EXPECT_EQ(kst_module_unload(), -EWOULDBLOCK);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(unload_often, "it can be unloaded and loaded 20 times, right after a delete")
{
	struct image *im = image_reads(100, 1000, DEVICE_BYTES);
	struct replay r;
	int i;

	device_null("ka", "");
	for (i = 0; i < 20; i++) {
		r = replay_simple("/dev/ka", 0);
		replay_load(&r, im);
		if (i % 2)
			replay_run(&r, NULL, NULL);
		EXPECT_EQ(ctl_del(r.c, r.id), 0);
		ctl_close(r.c);
		ASSERT_EQ(kst_module_unload_soon(), 0);
		ASSERT_EQ(access("/dev/hfreplay/s1", F_OK), -1);
		ASSERT_EQ(kst_module_load(""), 0);
	}
}

TEST(memory_limit, "a window beyond max_memory_mb is refused with a sentence")
{
	const struct spec large = { .target = { "/dev/ka" },
				    .set = { { A(WINDOW), 1 << 18 } } };
	const struct spec small = { .target = { "/dev/mapper/kd" },
				    .set = { { A(WINDOW), 64 } } };
	struct image *im = image_new(1, 1);
	struct replay r;
	struct ctl *c;
	struct view v;
	uint32_t ids[2];

	device_null("ka", "");
	ASSERT_EQ(kst_module_unload_soon(), 0);
	ASSERT_EQ(kst_module_load("max_memory_mb=8"), 0);
	c = ctl_open();
	EXPECT_EQ(ctl_new(c, &large, &v), -ENOMEM);
	EXPECT_TEXT(c->text, "max_memory_mb");
	EXPECT_TEXT(c->text, "24 MiB");
	EXPECT_EQ(ctl_list(c, ids, 2), 0);
	EXPECT_EQ(ctl_used_memory(c), 0);
	/* Rings that fit, pages for its requests that do not. */
	device_dm("kd", "0 131072 linear /dev/ka 0");
	r = replay_new(&small);
	image_add(im, HFR_OP_READ, 0, 0, 64 << 20);
	image_end(im);
	EXPECT_EQ(replay_feed(&r, im), -ENOMEM);
	EXPECT_TEXT(replay_get(&r).error, "max_memory_mb");
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(FAILED));
	EXPECT_LE(ctl_used_memory(c), 8 << 20);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	ASSERT_EQ(kst_module_unload_soon(), 0);
	ASSERT_EQ(kst_module_load(""), 0);
}
