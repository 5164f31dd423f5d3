// SPDX-License-Identifier: GPL-2.0-only
/* Traces longer than the window: feeder, engine and reader at once. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define MANY	20000
#define LESS	5000	/* in less than two seconds, on any kernel */
#define WINDOW	64
#define HEAD	256	/* bytes in front of the first record, one device */

static struct hfr_completion_rec recs[MANY + 2];

static struct replay stream(const char *target, uint32_t results, uint32_t mode)
{
	const struct spec spec = {
		.target = { target },
		.set = {
			{ A(FLAGS), FL(STREAM) },
			{ A(WINDOW), WINDOW },
			{ A(MODE), mode },
			{ A(RESULTS), results ? results : 65536 },
		},
	};

	return replay_new(&spec);
}

/**
 * struct feeder - what a feeding process does
 * @r: session
 * @im: trace
 * @pause_at: bytes after which it sleeps
 * @pause_ms: for how long
 * @end_at: bytes after which it closes the node, 0 for all
 */
struct feeder {
	struct replay *r;
	struct image *im;
	size_t pause_at;
	unsigned int pause_ms;
	size_t end_at;
};

/* Exit status: errno of the write. */
static int feed(void *arg)
{
	struct feeder *f = arg;
	int fd = replay_open(f->r, O_WRONLY), err;
	size_t size = f->end_at ? f->end_at : f->im->size;

	if (fd < 0)
		return -fd;
	err = write_all(fd, f->im->bytes, f->pause_at);
	if (!err && f->pause_ms)
		kst_sleep(f->pause_ms);
	if (!err)
		err = write_all(fd, f->im->bytes + f->pause_at,
				size - f->pause_at);
	close(fd);
	return -err;
}

static int feeder(struct replay *r, struct image *im)
{
	struct feeder f = { r, im };

	return kst_fork(feed, &f);
}

/* Until the header is in, there is nothing to start. */
static void start_when_fed(struct replay *r)
{
	replay_wait(r, ST(LOADING), NULL);
	while (!replay_get(r).v[A(LOADED)])
		kst_sleep(1);
	replay_start(r, NULL);
}

static void in_order(size_t n)
{
	size_t i, wrong = 0;

	for (i = 1; i < n; i++)
		wrong += recs[i].issued_ns < recs[i - 1].issued_ns;
	EXPECT_EQ(wrong, 0);
}

static void streams(struct image *im, size_t count)
{
	struct replay r = stream("/dev/ka", WINDOW, HFREPLAY_MODE_AFAP);
	int pid = feeder(&r, im);
	struct view v;

	if (count > WINDOW) {
		start_when_fed(&r);
	} else {
		replay_wait(&r, ST(READY), NULL);
		replay_start(&r, NULL);
	}
	ASSERT_EQ(replay_records(&r, recs, MANY + 2), count);
	EXPECT_EQ(kst_wait(pid), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(ISSUED)], count);
	EXPECT_EQ(v.v[A(COMPLETED)], count);
	EXPECT_EQ(v.v[A(LOADED)], count);
	EXPECT_EQ(v.v[A(READ_BYTES)], 4096 * count);
	EXPECT_EQ(v.v[A(CHECKSUM)], im->end->checksum);
	records_sane(recs, count);
	in_order(count);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(many, "20,000 requests through a window of 64: each once, in order")
{
	device_null("ka", "");
	streams(image_reads(MANY, 1000, DEVICE_BYTES), MANY);
	EXPECT_EQ(device_ios("ka"), MANY);
}

TEST(pipe_header, "a trace whose count is not known is run to its trailer")
{
	struct image *im = image_reads(5000, 1000, DEVICE_BYTES);

	device_null("ka", "");
	image_in_pipe(im);
	streams(im, 5000);
}

TEST(edges, "traces around multiples of the window end with their trailer")
{
	static const size_t counts[] = { 1, 63, 64, 65, 127, 128, 129, 192 };
	struct image *im;
	size_t i;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(counts); i++) {
		im = image_reads(counts[i], 1000, DEVICE_BYTES);
		streams(im, counts[i]);
		image_in_pipe(im);
		/* Its window is full before the trailer can come. */
		if (counts[i] != WINDOW)
			streams(im, counts[i]);
	}
}

TEST(cat, "cat into and out of a stream works")
{
	struct image *im = image_reads(3000, 1000, DEVICE_BYTES);
	struct replay r;
	int fd, in, out;

	device_null("ka", "");
	image_in_pipe(im);
	fd = open("/tmp/trace.hft", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ASSERT_EQ(write_all(fd, im->bytes, im->size), 0);
	close(fd);
	r = stream("/dev/ka", 0, HFREPLAY_MODE_HF);
	in = fork();
	if (!in)
		_exit(kst_sh("cat /tmp/trace.hft | cat >%s", r.node));
	out = fork();
	if (!out)
		_exit(kst_sh("test $(cat %s | wc -c) = %d", r.node, 3000 * 32));
	start_when_fed(&r);
	EXPECT_EQ(kst_wait(in), 0);
	EXPECT_EQ(kst_wait(out), 0);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(DONE));
}

/* Request 0 takes two seconds on the other device. */
static struct image *with_straggler(size_t count)
{
	struct image *im = image_new(2, count);
	size_t i;

	image_add(im, HFR_OP_READ, 0, 0, 4096)->target = 1;
	for (i = 1; i < count; i++)
		image_add(im, HFR_OP_READ, 0, i * 4096 % DEVICE_BYTES, 4096);
	image_end(im);
	return im;
}

static struct replay with_slow_device(uint32_t results)
{
	const struct spec spec = {
		.target = { "/dev/ka", "/dev/kb" },
		.set = {
			{ A(FLAGS), FL(STREAM) },
			{ A(WINDOW), WINDOW },
			{ A(MODE), HFREPLAY_MODE_AFAP },
			{ A(RESULTS), results ? results : 65536 },
		},
	};

	device_null("ka", "");
	device_null("kb", "irqmode=2 completion_nsec=2000000000");
	return replay_new(&spec);
}

TEST(straggler, "one request of 2 s does not stop the feed of a stream")
{
	struct image *im = with_straggler(LESS);
	struct replay r = with_slow_device(0);
	int pid = feeder(&r, im);
	uint64_t start;
	struct view v;

	start_when_fed(&r);
	start = kst_now();
	EXPECT_EQ(kst_wait(pid), 0);
	/* All but the straggler are done long before it. */
	do {
		v = replay_get(&r);
	} while (v.v[A(COMPLETED)] < LESS - 1 &&
		 kst_now() - start < 1800000000);
	EXPECT_EQ(v.v[A(COMPLETED)], LESS - 1);
	EXPECT_LT(kst_now() - start, 1800000000);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], LESS);
	/* So short a window lets one worker wait for the other now and then. */
	EXPECT_LT(v.v[A(WINDOW_TIME)], 1000000000);
	EXPECT_EQ(v.v[A(RESULTS_STALLS)], 0);
	ASSERT_EQ(replay_records(&r, recs, LESS + 1), LESS);
	records_sane(recs, LESS);
	EXPECT_GE(recs[0].completed_ns - recs[0].issued_ns, 1900000000);
}

TEST(window_stall, "a request that holds a short ring is counted as window stall")
{
	struct image *im = with_straggler(1000);
	struct replay r = with_slow_device(64);
	int pid = feeder(&r, im);
	struct view v;
	int reader;

	reader = fork();
	if (!reader)
		_exit(replay_records(&r, recs, MANY) != 1000);
	start_when_fed(&r);
	EXPECT_EQ(kst_wait(pid), 0);
	EXPECT_EQ(kst_wait(reader), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_GE(v.v[A(WINDOW_STALLS)], 1);
	EXPECT_GE(v.v[A(WINDOW_TIME)], 1000000000);
	EXPECT_LE(v.v[A(RESULTS_TIME)], 500000000);
}

TEST(slow_reader, "a slow reader is counted as results stall, and a cause")
{
	struct image *im = image_reads(500, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int pid;

	device_null("ka", "");
	r = stream("/dev/ka", 64, HFREPLAY_MODE_HF);
	pid = feeder(&r, im);
	start_when_fed(&r);
	kst_sleep(300);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(ISSUED)], 64);
	EXPECT_EQ(v.v[A(STATE)], ST(RUNNING));
	ASSERT_EQ(replay_records(&r, recs, 501), 500);
	EXPECT_EQ(kst_wait(pid), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_GE(v.v[A(RESULTS_STALLS)], 1);
	EXPECT_GE(v.v[A(RESULTS_TIME)], 200000000);
	EXPECT_EQ(recs[64].cause, HFR_CAUSE_RESULTS);
	EXPECT_GE(recs[64].lateness * (int64_t)HFR_COST_UNIT, 200000000);
	EXPECT_EQ(recs[65].cause, HFR_CAUSE_RESULTS);
}

TEST(slow_feeder, "a slow feeder is counted as underrun, its request is starved")
{
	struct image *im = image_reads(300, 10000, DEVICE_BYTES);
	struct feeder f = { .im = im, .pause_at = HEAD + 100 * 64,
			    .pause_ms = 300 };
	struct replay r;
	struct view v;
	int pid;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_HF);
	f.r = &r;
	pid = kst_fork(feed, &f);
	start_when_fed(&r);
	EXPECT_EQ(kst_wait(pid), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_GE(v.v[A(UNDERRUNS)], 1);
	EXPECT_GE(v.v[A(UNDERRUN_TIME)], 200000000);
	ASSERT_EQ(replay_records(&r, recs, 301), 300);
	records_sane(recs, 300);
	EXPECT_TRUE(recs[100].flags & HFR_CF_STARVED);
	EXPECT_EQ(recs[100].cause, HFR_CAUSE_FEEDER);
	EXPECT_TRUE(!(recs[40].flags & HFR_CF_STARVED));
	/* The backlog behind it has its cause. */
	EXPECT_EQ(recs[101].cause, HFR_CAUSE_FEEDER);
}

TEST(cut_off, "a writer that closes before the trailer of a running stream fails it")
{
	struct image *im = image_reads(1000, 10000, DEVICE_BYTES);
	struct feeder f = { .im = im, .end_at = HEAD + 500 * 64 + 17 };
	struct replay r;
	struct view v;
	int pid;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_HF);
	f.r = &r;
	pid = kst_fork(feed, &f);
	start_when_fed(&r);
	EXPECT_EQ(kst_wait(pid), 0);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_TEXT(v.error, "cut off at request 500");
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 500);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	EXPECT_EQ(device_ios("ka"), v.v[A(ISSUED)]);
	EXPECT_EQ(replay_records(&r, recs, 1000), v.v[A(LAST_INDEX)]);
	records_sane(recs, v.v[A(LAST_INDEX)]);
	EXPECT_EQ(ctl_rewind(r.c, r.id), 0);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(EMPTY));
}

TEST(left, "a stream whose writer left before the start does not look alive")
{
	struct image *im = image_reads(50, 1000, DEVICE_BYTES);
	struct feeder f = { .im = im, .end_at = HEAD + 30 * 64 };
	struct replay r;
	struct view v;
	int err;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_AFAP);
	f.r = &r;
	EXPECT_EQ(kst_wait(kst_fork(feed, &f)), 0);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(LOADING));
	err = ctl_start(r.c, r.id, NULL);
	if (err) {
		EXPECT_EQ(err, -EBUSY);
		EXPECT_NE(r.c->text[0], '\0');
		return;
	}
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_TEXT(v.error, "cut off at request 30");
}

TEST(bad_in_stream, "a bad record in a running stream ends it, those before it are whole")
{
	struct image *im = image_reads(1000, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int pid;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_HF);
	im->rec[700].reserved0 = 1;
	pid = feeder(&r, im);
	start_when_fed(&r);
	EXPECT_EQ(kst_wait(pid), EINVAL);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 700);
	EXPECT_TEXT(v.error, "request 700");
	EXPECT_LE(v.v[A(ISSUED)], 700);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	EXPECT_EQ(device_ios("ka"), v.v[A(ISSUED)]);
}

TEST(bad_sum, "a wrong checksum at the end of a stream fails it")
{
	struct image *im = image_reads(1000, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int pid;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_AFAP);
	im->end->checksum ^= 1;
	pid = feeder(&r, im);
	start_when_fed(&r);
	EXPECT_EQ(kst_wait(pid), EBADMSG);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_TEXT(v.error, "checksum");
}

TEST(nonblock, "O_NONBLOCK: a full window takes a part, then says EAGAIN; poll tells room")
{
	struct image *im = image_reads(1000, 1000, DEVICE_BYTES);
	struct pollfd p = { .events = POLLOUT };
	struct replay r;
	ssize_t n, at;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_AFAP);
	p.fd = replay_open(&r, O_WRONLY | O_NONBLOCK);
	ASSERT_GE(p.fd, 0);
	EXPECT_EQ(write(p.fd, im->bytes, im->size), HEAD + WINDOW * 64);
	EXPECT_EQ(write(p.fd, im->bytes + HEAD + WINDOW * 64, 64), -1);
	EXPECT_EQ(errno, EAGAIN);
	EXPECT_EQ(poll(&p, 1, 0), 0);
	EXPECT_EQ(replay_get(&r).v[A(LOADED)], WINDOW);
	replay_start(&r, NULL);
	for (at = HEAD + WINDOW * 64; at < im->size; at += n) {
		ASSERT_EQ(poll(&p, 1, 5000), 1);
		n = write(p.fd, im->bytes + at, im->size - at);
		ASSERT_GT(n, 0);
	}
	replay_wait(&r, ST(DONE), NULL);
	EXPECT_EQ(replay_records(&r, recs, 1001), 1000);
}

static int blocked_feeder(struct replay *r, struct image *im)
{
	int pid;

	pid = feeder(r, im);
	while (replay_get(r).v[A(LOADED)] < WINDOW)
		kst_sleep(1);
	kst_sleep(20);
	EXPECT_EQ(kill(pid, 0), 0);
	return pid;
}

TEST(blocked_delete, "a writer that waits for room is let go by a delete")
{
	struct image *im = image_reads(1000, 1000, DEVICE_BYTES);
	struct replay r;
	int pid;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_HF);
	pid = blocked_feeder(&r, im);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_EQ(kst_wait(pid), ENODEV);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(blocked_stop, "a writer that waits for room is let go by a stop, EPIPE")
{
	struct image *im = image_reads(1000, 1000000000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int pid;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_HF);
	pid = blocked_feeder(&r, im);
	replay_start(&r, NULL);
	kst_sleep(50);
	EXPECT_EQ(ctl_stop(r.c, r.id), 0);
	EXPECT_EQ(kst_wait(pid), EPIPE);
	replay_wait(&r, ST(STOPPED), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], 1);
	EXPECT_EQ(replay_records(&r, recs, 100), 1);
}

static void on_alarm(int sig)
{
	(void)sig;
}

TEST(blocked_signal, "a signal ends a blocked write after a part, or with EINTR")
{
	struct image *im = image_reads(1000, 1000, DEVICE_BYTES);
	const struct sigaction action = { .sa_handler = on_alarm };
	struct replay r;
	int fd;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_HF);
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	sigaction(SIGALRM, &action, NULL);
	alarm(1);
	EXPECT_EQ(write(fd, im->bytes, im->size), HEAD + WINDOW * 64);
	alarm(1);
	EXPECT_EQ(write(fd, im->bytes + HEAD + WINDOW * 64, 64), -1);
	EXPECT_EQ(errno, EINTR);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(LOADING));
}

TEST(second_reader, "a second reader of a stream is refused")
{
	struct replay r;
	int a, b;

	device_null("ka", "");
	r = stream("/dev/ka", 0, HFREPLAY_MODE_HF);
	a = replay_open(&r, O_RDONLY);
	ASSERT_GE(a, 0);
	EXPECT_EQ(replay_open(&r, O_RDONLY), -EBUSY);
	EXPECT_EQ(replay_open(&r, O_RDWR), -EBUSY);
	b = replay_open(&r, O_WRONLY);
	EXPECT_GE(b, 0);
	close(a);
	a = replay_open(&r, O_RDONLY);
	EXPECT_GE(a, 0);
}

TEST(again, "a rewound stream is empty and takes another trace")
{
	struct image *im = image_reads(300, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int i, pid;

	device_null("ka", "");
	r = stream("/dev/ka", 128, HFREPLAY_MODE_AFAP);
	for (i = 1; i <= 4; i++) {
		pid = feeder(&r, im);
		start_when_fed(&r);
		ASSERT_EQ(replay_records(&r, recs, 301), 300);
		EXPECT_EQ(kst_wait(pid), 0);
		replay_wait(&r, ST(DONE), NULL);
		EXPECT_EQ(device_ios("ka"), 300 * i);
		ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
		v = replay_get(&r);
		EXPECT_EQ(v.v[A(STATE)], ST(EMPTY));
		EXPECT_EQ(v.v[A(LOADED)], 0);
	}
}

TEST(late_reader, "records of a stream can be read when it is done, if they fit")
{
	struct image *im = image_reads(1000, 1000, DEVICE_BYTES);
	struct replay r;
	int pid;

	device_null("ka", "");
	r = stream("/dev/ka", 1024, HFREPLAY_MODE_AFAP);
	pid = feeder(&r, im);
	start_when_fed(&r);
	EXPECT_EQ(kst_wait(pid), 0);
	replay_wait(&r, ST(DONE), NULL);
	EXPECT_EQ(replay_records(&r, recs, 400), 400);
	EXPECT_EQ(replay_records(&r, recs + 400, 700), 600);
	in_order(1000);
	EXPECT_EQ(replay_records(&r, recs, 1), 0);
}
