// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ten minutes of a trace through a window of 4,096 requests: the feeder waits
 * for room nearly all the time and the engine never for the feeder.
 *
 * In virtual time, where what passes is counted and not measured, this takes as
 * long as its instructions do: see selftests/check/time. HFR_SPEED (thousandths)
 * makes it shorter elsewhere; KST_TIME_LIMIT has to be longer than it lasts.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define MS		1000000ULL
#define BURST		100		/* requests that are due together */
#define STEP		(100 * MS)	/* between two of these */
#define REQUESTS	600100		/* the last are due after ten minutes */
#define WINDOW		4096
#define RESULTS		16384
#define RECORD		sizeof(struct hfr_trace_rec)

/**
 * struct pump - a trace on its way in, its records on their way out
 * @r: session
 * @im: trace
 * @fd: the node
 * @speed: of the replay, thousandths
 * @fed: bytes of the trace that are in
 * @waits: how often there was no room for the next
 * @used: most slots of the window that were in use
 * @taken: completion records that were read
 * @wrong: of these, not what is expected
 * @memory: bytes that the session takes
 */
struct pump {
	struct replay r;
	struct image *im;
	int fd;
	uint64_t speed;
	size_t fed;
	size_t waits;
	uint64_t used;
	size_t taken;
	size_t wrong;
	uint64_t memory;
};

static struct image *trace(void)
{
	struct image *im = image_new(1, REQUESTS);
	size_t i;

	for (i = 0; i < REQUESTS; i++)
		image_add(im, HFR_OP_READ, i / BURST * STEP,
			  i * 4096 % DEVICE_BYTES, 4096);
	image_end(im);
	return im;
}

static void make_session(struct pump *p)
{
	const char *speed = getenv("HFR_SPEED");
	struct spec spec = { .target = { "/dev/ka" } };

	p->speed = speed ? strtoul(speed, NULL, 10) : 1000;
	memcpy(spec.set, (struct setting[]){
		{ A(FLAGS), FL(STREAM) }, { A(WINDOW), WINDOW },
		{ A(RESULTS), RESULTS }, { A(SPEED), p->speed }, { 0 } },
	       5 * sizeof(struct setting));
	device_null("ka", "");
	p->r = replay_new(&spec);
	p->im = trace();
	p->fd = replay_open(&p->r, O_RDWR | O_NONBLOCK);
	ASSERT_GE(p->fd, 0);
}

static size_t records_fed(const struct pump *p)
{
	const uint8_t *first = (const uint8_t *)p->im->rec;
	size_t head = first - p->im->bytes, n;

	n = p->fed > head ? (p->fed - head) / RECORD : 0;
	return n < REQUESTS ? n : REQUESTS;
}

/* Nothing is fed meanwhile: what is in and not yet issued is in the window. */
static void look_at_window(struct pump *p)
{
	struct view v = replay_get(&p->r);
	uint64_t used = records_fed(p) - v.v[A(LAST_INDEX)];

	if (!p->memory)
		p->memory = v.v[A(MEMORY)];
	EXPECT_EQ(v.v[A(LOADED)], records_fed(p));
	EXPECT_EQ(v.v[A(MEMORY)], p->memory);
	EXPECT_EQ(v.v[A(WINDOW)], WINDOW);
	if (used > p->used)
		p->used = used;
}

static void feed(struct pump *p)
{
	size_t left = p->im->size - p->fed;
	ssize_t n = write(p->fd, p->im->bytes + p->fed, left);

	ASSERT_TRUE(n > 0 || errno == EAGAIN);
	p->fed += n > 0 ? n : 0;
	p->waits += n != left;
	look_at_window(p);
}

static bool as_expected(const struct pump *p, size_t i,
			const struct hfr_completion_rec *rec)
{
	int64_t off = record_due(rec) - (int64_t)(i / BURST * STEP * 1000 / p->speed);

	return rec->state == HFR_REC_DONE && !rec->error && off >= 0 &&
		off < HFR_COST_UNIT && !(rec->flags & HFR_CF_STARVED);
}

/* How many; 0 at the end, -EAGAIN when none is there. */
static ssize_t take(struct pump *p)
{
	static struct hfr_completion_rec recs[1024];
	ssize_t n = read_some(p->fd, recs, KST_COUNT(recs)), i;

	ASSERT_TRUE(n >= 0 || n == -EAGAIN);
	for (i = 0; i < n; i++)
		p->wrong += !as_expected(p, p->taken + i, &recs[i]);
	p->taken += n > 0 ? n : 0;
	return n;
}

static void pump(struct pump *p)
{
	struct pollfd pfd = { .fd = p->fd };
	bool ended = false;

	while (!ended) {
		pfd.events = POLLIN | (p->fed < p->im->size ? POLLOUT : 0);
		ASSERT_GT(poll(&pfd, 1, 60000), 0);
		ASSERT_EQ(pfd.revents & POLLERR, 0);
		if (pfd.revents & POLLOUT && p->fed < p->im->size)
			feed(p);
		if (pfd.revents & (POLLIN | POLLHUP))
			ended = !take(p);
	}
}

TEST(minutes, "ten minutes through a window of 4,096: back-pressure, no underrun")
{
	struct pump p = { .fed = 0 };
	struct view v;

	make_session(&p);
	feed(&p);
	EXPECT_EQ(p.used, WINDOW);
	replay_start(&p.r, NULL);
	pump(&p);
	replay_wait(&p.r, ST(DONE), &v);
	kst_note("%zu requests in %llu ms, the feeder waited %zu times, at most %llu slots in use, %llu bytes of memory",
		 p.taken, (unsigned long long)v.v[A(ELAPSED)] / MS, p.waits,
		 (unsigned long long)p.used, (unsigned long long)p.memory);
	EXPECT_EQ(p.taken, REQUESTS);
	EXPECT_EQ(p.wrong, 0);
	EXPECT_LE(p.used, WINDOW);
	/* A write fills the window once at most. */
	EXPECT_GE(p.waits, REQUESTS / WINDOW);
	EXPECT_GE(v.v[A(ELAPSED)],
		  (REQUESTS / BURST - 1) * STEP * 1000 / p.speed);
	EXPECT_EQ(v.v[A(UNDERRUNS)], 0);
	EXPECT_EQ(v.v[A(UNDERRUN_TIME)], 0);
	EXPECT_EQ(v.v[A(RESULTS_STALLS)], 0);
	EXPECT_EQ(v.v[A(WINDOW_STALLS)], 0);
	EXPECT_EQ(v.v[A(COMPLETED)], REQUESTS);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(device_ios("ka"), REQUESTS);
	/* The trace is larger than what it went through. */
	EXPECT_LT(p.memory, p.im->size / 8);
}
