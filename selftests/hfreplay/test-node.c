// SPDX-License-Identifier: GPL-2.0-only
/* The node of a session: writes and reads of any form, poll, who may open. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	1000

static struct hfr_completion_rec recs[COUNT + 1];
/* Not mapped; volatile, or the compiler knows better. */
static void *volatile nowhere = (void *)1;

/* Writes @im in pieces of @step bytes, or of random ones if that is 0. */
static void load_in_pieces(const struct replay *r, const struct image *im,
			   size_t step)
{
	int fd = replay_open(r, O_WRONLY);
	size_t at = 0, n;

	ASSERT_GE(fd, 0);
	while (at < im->size) {
		n = step ? step : 1 + rand() % 700;
		if (n > im->size - at)
			n = im->size - at;
		ASSERT_EQ(write(fd, im->bytes + at, n), n);
		at += n;
	}
	close(fd);
}

static void loads_and_runs(const struct image *im, size_t step)
{
	struct replay r = replay_simple("/dev/ka", 0);
	struct view v;

	load_in_pieces(&r, im, step);
	v = replay_get(&r);
	ASSERT_EQ(v.v[A(STATE)], ST(READY));
	EXPECT_EQ(v.v[A(LOADED)], im->count);
	EXPECT_EQ(v.v[A(CHECKSUM)], im->end->checksum);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(replay_records(&r, recs, COUNT + 1), im->count);
	records_sane(recs, im->count);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(bytes, "a trace written byte by byte is the same trace")
{
	device_null("ka", "");
	loads_and_runs(image_reads(100, 1000, DEVICE_BYTES), 1);
}

TEST(pieces, "writes of odd lengths make the same trace")
{
	static const size_t steps[] = { 63, 64, 65, 127, 1000, 4095, 65537 };
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	size_t i;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(steps); i++)
		loads_and_runs(im, steps[i]);
}

TEST(random_pieces, "writes of random lengths make the same trace")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	int seed;

	device_null("ka", "");
	for (seed = 1; seed <= 5; seed++) {
		srand(seed);
		loads_and_runs(im, 0);
	}
}

TEST(vector, "writev takes records that cross its pieces")
{
	struct image *im = image_reads(100, 1000, DEVICE_BYTES);
	struct iovec iov[64];
	struct replay r;
	size_t at = 0;
	int fd, n = 0;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	for (n = 0; n < 63; n++) {
		iov[n].iov_base = im->bytes + at;
		iov[n].iov_len = 3 * n;
		at += 3 * n;
	}
	iov[n].iov_base = im->bytes + at;
	iov[n++].iov_len = im->size - at;
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(writev(fd, iov, n), im->size);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
}

static void save(const char *path, const struct image *im)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ASSERT_GE(fd, 0);
	ASSERT_EQ(write_all(fd, im->bytes, im->size), 0);
	close(fd);
}

TEST(cat, "cat trace > node loads, cat node > file gives all records")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	struct replay r;
	struct stat st;
	struct view v;
	FILE *f;

	device_null("ka", "");
	save("/tmp/trace.hft", im);
	r = replay_simple("/dev/ka", 0);
	ASSERT_EQ(kst_sh("cat /tmp/trace.hft >%s", r.node), 0);
	ASSERT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
	replay_start(&r, NULL);
	/* It waits for the end by itself. */
	ASSERT_EQ(kst_sh("cat %s >/tmp/results", r.node), 0);
	replay_wait(&r, ST(DONE), &v);
	ASSERT_EQ(stat("/tmp/results", &st), 0);
	EXPECT_EQ(st.st_size, COUNT * 32);
	f = fopen("/tmp/results", "r");
	ASSERT_EQ(fread(recs, 32, COUNT, f), COUNT);
	fclose(f);
	records_sane(recs, COUNT);
}

TEST(dd, "dd with odd block sizes loads, and reads records")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;

	device_null("ka", "");
	save("/tmp/trace.hft", im);
	r = replay_simple("/dev/ka", 0);
	ASSERT_EQ(kst_sh("dd if=/tmp/trace.hft of=%s bs=777 status=none",
			 r.node), 0);
	ASSERT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
	replay_run(&r, NULL, &v);
	ASSERT_EQ(kst_sh("dd if=%s of=/tmp/a bs=32 status=none", r.node), 0);
	ASSERT_EQ(kst_sh("dd if=%s of=/tmp/b bs=1000 status=none", r.node), 0);
	EXPECT_EQ(kst_sh("cmp /tmp/a /tmp/b"), 0);
	EXPECT_NE(kst_sh("dd if=%s of=/tmp/c bs=31 status=none 2>/dev/null",
			 r.node), 0);
}

TEST(write_ready, "a write behind the trailer is refused and harms nothing")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(write_all(fd, im->bytes, im->size), -EBUSY);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], 10);
	EXPECT_EQ(write_all(fd, im->bytes, im->size), -EBUSY);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(DONE));
}

TEST(write_past_end, "of a write that goes on behind the trailer only the trace is taken")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	void *more;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	more = calloc(1, im->size + 1000);
	memcpy(more, im->bytes, im->size);
	EXPECT_EQ(write(fd, more, im->size + 1000), im->size);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
}

TEST(bad_memory, "a write from memory that is not there fails, the session goes on")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(write(fd, nowhere, 500), -1);
	EXPECT_EQ(errno, EFAULT);
	ASSERT_EQ(write(fd, im->bytes, 300), 300);
	EXPECT_EQ(write(fd, nowhere, 500), -1);
	EXPECT_EQ(errno, EFAULT);
	EXPECT_EQ(write_all(fd, im->bytes + 300, im->size - 300), 0);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
}

TEST(half_memory, "of a write that runs out of memory what was there is taken")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	/* The map ends within a record, then within the second batch. */
	static const size_t ends[] = { 256 + 10, 256 + 64 * 3 + 20,
				       256 + 64 * 300 + 63 };
	struct replay r;
	ssize_t n;
	size_t i;
	char *map;
	int fd;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(ends); i++) {
		map = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		ASSERT_NE(map, MAP_FAILED);
		ASSERT_EQ(munmap(map + 65536, (1 << 20) - 65536), 0);
		map += 65536 - ends[i];
		memcpy(map, im->bytes, ends[i]);
		r = replay_simple("/dev/ka", 0);
		fd = replay_open(&r, O_WRONLY);
		ASSERT_GE(fd, 0);
		n = write(fd, map, im->size);
		EXPECT_GT(n, 0);
		EXPECT_LE(n, ends[i]);
		ASSERT_EQ(write_all(fd, im->bytes + n, im->size - n), 0);
		EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
		close(fd);
		EXPECT_EQ(ctl_del(r.c, r.id), 0);
		ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	}
}

TEST(read_early, "a read before the start waits, or says EAGAIN")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int fd, pid;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	fd = replay_open(&r, O_RDONLY | O_NONBLOCK);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(read_some(fd, recs, 1), -EAGAIN);
	replay_load(&r, im);
	EXPECT_EQ(read_some(fd, recs, 1), -EAGAIN);
	pid = fork();
	if (!pid)
		_exit(replay_records(&r, recs, COUNT));
	kst_sleep(100);
	EXPECT_EQ(kst_sh("kill -0 %d", pid), 0);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(kst_wait(pid), 10);
	EXPECT_EQ(read_some(fd, recs, 100), 10);
	EXPECT_EQ(read_some(fd, recs, 100), 0);
}

TEST(read_small, "a read shorter than a record is refused, an odd one rounded")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	char buf[400];
	struct replay r;
	struct view v;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	fd = replay_open(&r, O_RDONLY);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(read(fd, buf, 31), -1);
	EXPECT_EQ(errno, EINVAL);
	EXPECT_EQ(read(fd, buf, 0), 0);
	EXPECT_EQ(read(fd, buf, 95), 64);
	EXPECT_EQ(read(fd, nowhere, 64), -1);
	EXPECT_EQ(errno, EFAULT);
	EXPECT_EQ(read(fd, buf, 400), 256);
	EXPECT_EQ(read(fd, buf, 400), 0);
	EXPECT_EQ(pwrite(fd, buf, 1, 0), -1);
}

TEST(readers, "each of several readers of a whole trace gets all records")
{
	static struct hfr_completion_rec other[COUNT + 1];
	struct image *im = image_reads(COUNT, 10000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int i, pid[3];

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	for (i = 0; i < 3; i++) {
		pid[i] = fork();
		if (!pid[i])
			_exit(replay_records(&r, recs, COUNT + 1) != COUNT);
	}
	replay_run(&r, NULL, &v);
	for (i = 0; i < 3; i++)
		EXPECT_EQ(kst_wait(pid[i]), 0);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	ASSERT_EQ(replay_records(&r, other, COUNT + 1), COUNT);
	EXPECT_EQ(memcmp(recs, other, COUNT * sizeof(*recs)), 0);
}

TEST(rewound, "a reader that stays open reads the next run from the first")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int fd, i;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	fd = replay_open(&r, O_RDONLY);
	ASSERT_GE(fd, 0);
	for (i = 0; i < 3; i++) {
		replay_run(&r, NULL, &v);
		EXPECT_EQ(read_some(fd, recs, 7), 7);
		if (i == 1)
			EXPECT_EQ(read_some(fd, recs, 7), 3);
		ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	}
}

TEST(second_writer, "a second writer is refused until the first has closed")
{
	struct replay r;
	int a, b;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	a = replay_open(&r, O_WRONLY);
	ASSERT_GE(a, 0);
	EXPECT_EQ(replay_open(&r, O_WRONLY), -EBUSY);
	EXPECT_EQ(replay_open(&r, O_RDWR), -EBUSY);
	b = replay_open(&r, O_RDONLY);
	EXPECT_GE(b, 0);
	close(b);
	close(a);
	b = replay_open(&r, O_RDWR);
	EXPECT_GE(b, 0);
}

static int polled(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };

	return poll(&p, 1, 0) < 0 ? -errno : p.revents;
}

TEST(poll_states, "poll tells room, records, end and failure")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	fd = replay_open(&r, O_RDWR);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(polled(fd), POLLOUT);
	ASSERT_EQ(write_all(fd, im->bytes, im->size), 0);
	EXPECT_EQ(polled(fd), 0);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(polled(fd), POLLIN | POLLHUP);
	EXPECT_EQ(read_some(fd, recs, 100), 10);
	/* A read would not wait: it says that this was all. */
	EXPECT_EQ(polled(fd), POLLIN | POLLHUP);
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	EXPECT_EQ(polled(fd), 0);
	close(fd);

	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	r = replay_simple("/dev/ka", 0);
	fd = replay_open(&r, O_RDWR);
	ASSERT_GE(fd, 0);
	memset(im->bytes, 0, 128);
	EXPECT_EQ(write_all(fd, im->bytes, 128), -EINVAL);
	EXPECT_EQ(polled(fd), POLLIN | POLLHUP | POLLERR);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_TRUE(polled(fd) & POLLHUP);
	EXPECT_EQ(read_some(fd, recs, 1), -ENODEV);
	EXPECT_EQ(write_all(fd, im->bytes, 128), -ENODEV);
}

TEST(poll_wakes, "poll wakes when the first record is there")
{
	struct image *im = image_reads(2, 300000000, DEVICE_BYTES);
	struct replay r;
	struct pollfd p = { .events = POLLIN };
	uint64_t start;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	p.fd = replay_open(&r, O_RDONLY | O_NONBLOCK);
	ASSERT_GE(p.fd, 0);
	EXPECT_EQ(poll(&p, 1, 50), 0);
	start = kst_now();
	replay_start(&r, NULL);
	EXPECT_EQ(poll(&p, 1, 5000), 1);
	/* Not only when the second one, or the end, is. */
	EXPECT_LT(kst_now() - start, 200000000);
	EXPECT_EQ(p.revents, POLLIN);
	EXPECT_EQ(read_some(p.fd, recs, 2), 1);
	EXPECT_EQ(read_some(p.fd, recs, 2), -EAGAIN);
	EXPECT_EQ(poll(&p, 1, 5000), 1);
	EXPECT_EQ(read_some(p.fd, recs, 2), 1);
}
