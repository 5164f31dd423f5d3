// SPDX-License-Identifier: GPL-2.0-only
/* Completions that the worker polls for. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	2000
#define POLLED	(FL(POLLED) | FL(ALLOW_WRITES))
#define SECOND	1000000000ULL

/* Without a poll a request takes 2 s. */
#define SLOW	"irqmode=2 completion_nsec=2000000000 poll_queues=1 "

static struct hfr_completion_rec recs[COUNT + 1];

static struct replay polled(uint32_t mode, uint32_t flags)
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = { { A(FLAGS), flags }, { A(MODE), mode } },
	};

	return replay_new(&spec);
}

static uint64_t slowest(size_t n)
{
	uint64_t most = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (recs[i].completed_ns - recs[i].issued_ns > most)
			most = recs[i].completed_ns - recs[i].issued_ns;
	return most;
}

/* Runs a trace; its records are in recs[], all without error. */
static struct view run(const struct replay *r, struct image *im)
{
	struct view v;

	replay_load(r, im);
	replay_run(r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(v.v[A(AGAIN)], 0);
	EXPECT_EQ(v.v[A(COMPLETED)], im->count);
	ASSERT_EQ(replay_records(r, recs, COUNT + 1), im->count);
	records_sane(recs, im->count);
	return v;
}

static struct image *mixed(size_t count, uint64_t step)
{
	struct image *im = image_new(1, count);
	size_t i;

	for (i = 0; i < count; i++)
		image_add(im, i % 3 ? HFR_OP_READ : HFR_OP_WRITE, i * step,
			  i * 4096 % DEVICE_BYTES, 4096);
	image_end(im);
	return im;
}

TEST(afap, "reads and writes are polled for, far more than there are tags")
{
	struct replay r;

	device_null("ka", SLOW);
	r = polled(HFREPLAY_MODE_AFAP, POLLED);
	run(&r, mixed(COUNT, 0));
	EXPECT_LT(slowest(COUNT), SECOND);
}

TEST(hf, "on a schedule requests are polled for while the next one is waited for")
{
	struct replay r;

	device_null("ka", SLOW);
	r = polled(HFREPLAY_MODE_HF, POLLED);
	/* 50 ms apart: nothing else is there that could find them. */
	run(&r, mixed(10, 50000000));
	EXPECT_LT(slowest(10), SECOND / 20);
	EXPECT_GE(recs[9].issued_ns, 9 * 50000000ULL);
}

TEST(hf_dense, "on a dense schedule as well")
{
	struct replay r;

	device_null("ka", SLOW);
	r = polled(HFREPLAY_MODE_HF, POLLED);
	run(&r, mixed(COUNT, 30000));
	EXPECT_LT(slowest(COUNT), SECOND);
}

TEST(dep, "and where a request waits for the one before")
{
	struct image *im = mixed(200, 1000);
	struct replay r;
	int i;

	for (i = 0; i < 200; i++) {
		im->rec[i].complete_ns = im->rec[i].issue_ns + 500;
		im->rec[i].rank = im->rec[i].global_rank = i;
		im->rec[i].dep_lo = i ? i - 1 : 0;
		im->rec[i].dep_hi = i;
	}
	image_deps(im, HFR_DEP_GLOBAL, 1);
	image_end(im);
	device_null("ka", SLOW);
	r = polled(HFREPLAY_MODE_DEP, POLLED);
	run(&r, im);
	EXPECT_LT(slowest(200), SECOND);
	for (i = 1; i < 200; i++)
		if (recs[i].issued_ns < recs[i - 1].completed_ns)
			break;
	EXPECT_EQ(i, 200);
}

TEST(not_polled, "without the flag nobody polls")
{
	struct replay r;

	device_null("ka", SLOW);
	r = polled(HFREPLAY_MODE_AFAP, FL(ALLOW_WRITES));
	run(&r, mixed(10, 0));
	EXPECT_GE(slowest(10), SECOND);
}

/* The device has no cache: it answers them itself, or the block layer does. */
TEST(others, "what cannot be polled for completes among what can")
{
	struct image *im = image_new(1, 64);
	struct replay r;
	int i;

	device_null("ka", "irqmode=1 poll_queues=1 memory_backed=1 discard=1 cache_size=4");
	for (i = 0; i < 8; i++) {
		image_add(im, HFR_OP_READ, i, i * 4096, 4096);
		image_add(im, HFR_OP_FLUSH, i, 0, 0);
		image_add(im, HFR_OP_DISCARD, i, 65536, 4096);
		image_add(im, HFR_OP_WRITE, i, i * 4096, 4096)->flags =
			HFR_RF_PREFLUSH;
		image_add(im, HFR_OP_WRITE, i, i * 4096, 4096)->flags =
			HFR_RF_FUA;
		image_add(im, HFR_OP_WRITE, i, i * 4096, 4096)->flags =
			HFR_RF_ASYNC;
		image_add(im, HFR_OP_WRITE, i, i * 4096, 4096)->flags =
			HFR_RF_META;
		/* Too long for one piece. */
		image_add(im, HFR_OP_READ, i, 0, 4U << 20);
	}
	image_end(im);
	r = polled(HFREPLAY_MODE_AFAP, POLLED);
	run(&r, im);
}

TEST(workers, "several targets, each polled by two workers")
{
	const struct spec spec = {
		.target = { "/dev/ka", "/dev/kb" },
		.set = {
			{ A(FLAGS), POLLED }, { A(WORKERS), 2 },
			{ A(MODE), HFREPLAY_MODE_AFAP },
			{ A(SPREAD), HFREPLAY_SPREAD_REQUEST },
		},
	};
	struct image *im = image_new(2, COUNT);
	struct replay r;
	int i;

	device_null("ka", SLOW);
	device_null("kb", "irqmode=2 completion_nsec=2000000000 poll_queues=2");
	for (i = 0; i < COUNT; i++)
		image_add(im, HFR_OP_READ, 0, i % 4096 * 4096, 4096)->target =
			i / 2 % 2;
	image_end(im);
	r = replay_new(&spec);
	run(&r, im);
	EXPECT_LT(slowest(COUNT), SECOND);
}

TEST(stop, "a run that is stopped polls for what is in flight")
{
	struct replay r;
	struct view v;

	device_null("ka", SLOW);
	r = polled(HFREPLAY_MODE_HF, POLLED);
	replay_load(&r, image_reads(COUNT, 5000000, DEVICE_BYTES));
	replay_start(&r, NULL);
	while (replay_get(&r).v[A(COMPLETED)] < 20)
		kst_sleep(5);
	EXPECT_EQ(ctl_stop(r.c, r.id), 0);
	replay_wait(&r, ST(STOPPED), &v);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_LT(v.v[A(ISSUED)], COUNT);
}

TEST(removed, "a device that is removed while it is polled ends the run failed")
{
	struct replay r;
	struct view v;

	device_null("ka", SLOW);
	r = polled(HFREPLAY_MODE_HF, POLLED);
	replay_load(&r, image_reads(COUNT, 5000000, DEVICE_BYTES));
	replay_start(&r, NULL);
	while (replay_get(&r).v[A(COMPLETED)] < 20)
		kst_sleep(5);
	ASSERT_EQ(device_null_set("ka", "power", "0"), 0);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_TEXT(v.error, "removed");
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
}

static void refused(const char *path)
{
	const struct spec spec = {
		.target = { path }, .set = { { A(FLAGS), POLLED } },
	};
	struct ctl *c = ctl_open();
	struct view v;

	ASSERT_TRUE(c);
	EXPECT_EQ(ctl_new(c, &spec, &v), -EOPNOTSUPP);
	EXPECT_TEXT(c->text, path);
	EXPECT_TEXT(c->text, "poll");
}

TEST(no_queues, "a target without queues to poll is refused, and free afterwards")
{
	device_null("ka", "poll_queues=0");
	refused("/dev/ka");
	replay_simple("/dev/ka", 0);
}

TEST(no_requests, "a target that is none of a driver's own is refused")
{
	device_null("ka", SLOW);
	device_dm("kd", "0 2048 linear /dev/ka 0");
	refused("/dev/mapper/kd");
}
