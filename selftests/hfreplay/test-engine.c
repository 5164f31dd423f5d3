// SPDX-License-Identifier: GPL-2.0-only
/* The engine: order, times, limits, speed, stop, causes, as the records and
 * the kernel's own tracepoints tell.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "blktrace.h"
#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	2000

static struct hfr_completion_rec recs[COUNT + 1];

/* Runs a trace on /dev/ka and reads its records. */
static struct view run_trace(struct image *im, uint32_t flags,
			     const struct setting *set)
{
	struct replay r = replay_simple("/dev/ka", flags);
	struct view v;

	replay_load(&r, im);
	replay_run(&r, set, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), im->count);
	records_sane(recs, im->count);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	return v;
}

static uint32_t most_in_flight(size_t n)
{
	uint32_t most = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (recs[i].in_flight > most)
			most = recs[i].in_flight;
	return most;
}

/* As many as the times of the records tell, itself included. */
static uint32_t really_in_flight(size_t n)
{
	uint32_t most = 0, now;
	size_t i, j;

	for (i = 0; i < n; i++) {
		for (now = 1, j = i > 256 ? i - 256 : 0; j < i; j++)
			now += recs[j].completed_ns > recs[i].issued_ns;
		if (now > most)
			most = now;
	}
	return most;
}

/* Reads and writes of different lengths all over the device. */
static struct image *mixed(size_t count, uint64_t step)
{
	struct image *im = image_new(1, count);
	size_t i;

	srand(1);
	for (i = 0; i < count; i++)
		image_add(im, i % 3 ? HFR_OP_READ : HFR_OP_WRITE, i * step,
			  (uint64_t)(rand() % 12000) * 4096,
			  512 * (1 + rand() % 64));
	image_end(im);
	return im;
}

static void compare(const struct image *im)
{
	static struct blk_event events[COUNT];
	size_t i, n = blk_trace_read(events, COUNT), wrong = 0;

	ASSERT_EQ(n, im->count);
	for (i = 0; i < n; i++) {
		const struct hfr_trace_rec *rec = &im->rec[i];
		char op = rec->op == HFR_OP_READ ? 'R' : 'W';

		if (events[i].sector == rec->offset / 512 &&
		    events[i].sectors == rec->length / 512 &&
		    strchr(events[i].rwbs, op))
			continue;
		if (!wrong++)
			kst_note("event %zu is %s %llu + %u", i, events[i].rwbs,
				 (unsigned long long)events[i].sector,
				 events[i].sectors);
	}
	EXPECT_EQ(wrong, 0);
}

TEST(order_hf, "hf: the driver gets the requests of the trace, in its order")
{
	struct image *im = mixed(COUNT, 20000);

	device_null("ka", "");
	blk_trace_start("block_rq_issue");
	run_trace(im, FL(ALLOW_WRITES), NULL);
	compare(im);
}

TEST(order_afap, "afap: the driver gets the requests of the trace, in its order")
{
	struct image *im = mixed(COUNT, 0);

	device_null("ka", "irqmode=2 completion_nsec=200000");
	blk_trace_start("block_rq_issue");
	run_trace(im, FL(ALLOW_WRITES), (struct setting[]){
		{ A(MODE), HFREPLAY_MODE_AFAP }, { 0 } });
	compare(im);
	EXPECT_GT(most_in_flight(COUNT), 8);
}

/* Neighbours on a device that lets them wait in its scheduler. */
static size_t requests_of_neighbours(uint32_t flags)
{
	struct image *im = image_reads(COUNT, 0, DEVICE_BYTES);
	static struct blk_event events[COUNT];
	size_t i, n, sectors = 0;

	device_null("ka", "no_sched=0 irqmode=2 completion_nsec=500000 hw_queue_depth=4");
	if (kst_sh("echo mq-deadline >/sys/block/ka/queue/scheduler 2>/dev/null"))
		kst_skip("there is no mq-deadline");
	blk_trace_start("block_rq_issue");
	run_trace(im, flags, NULL);
	n = blk_trace_read(events, COUNT);
	ASSERT_LE(n, COUNT);
	for (i = 0; i < n; i++)
		sectors += events[i].sectors;
	EXPECT_EQ(sectors, COUNT * 8);
	device_remove_all();
	return n;
}

TEST(no_merge, "neighbours that wait are not merged unless that is allowed")
{
	EXPECT_EQ(requests_of_neighbours(0), COUNT);
	/* How many meet in the scheduler is a matter of time; none is not. */
	EXPECT_LT(requests_of_neighbours(FL(ALLOW_MERGE)), COUNT * 3 / 4);
}

TEST(due, "hf: no request is issued before it is due, half of them at once")
{
	struct image *im = image_reads(COUNT, 200000, DEVICE_BYTES);
	size_t i, early = 0, wrong = 0, late = 0;

	device_null("ka", "");
	run_trace(im, 0, NULL);
	for (i = 0; i < COUNT; i++) {
		int64_t late_ns = recs[i].issued_ns - im->rec[i].issue_ns;

		early += late_ns < 0;
		/* The record's own figure, in its unit, says the same. */
		wrong += recs[i].lateness != late_ns / HFR_COST_UNIT;
		late += late_ns > 1000000;
	}
	EXPECT_EQ(early, 0);
	EXPECT_EQ(wrong, 0);
	/* A busy host takes the CPU away now and then. */
	EXPECT_LT(late, COUNT / 2);
}

TEST(cause, "whatever is later than the tolerance has a cause, nothing else has")
{
	struct image *im = image_reads(COUNT, 50000, DEVICE_BYTES);
	size_t i, without = 0, with = 0, late = 0;
	struct view v;

	device_null("ka", "");
	v = run_trace(im, 0, (struct setting[]){
		{ A(TOLERANCE), 20000 }, { 0 } });
	for (i = 0; i < COUNT; i++) {
		bool is_late = recs[i].issued_ns - im->rec[i].issue_ns > 20000;

		late += is_late;
		without += is_late && recs[i].cause == HFR_CAUSE_NONE;
		with += !is_late && recs[i].cause != HFR_CAUSE_NONE;
	}
	EXPECT_EQ(without, 0);
	EXPECT_EQ(with, 0);
	EXPECT_EQ(v.v[A(LATE)], late);
}

TEST(afap, "afap does not wait for the times of the trace")
{
	struct image *im = image_reads(COUNT, 1000000000, DEVICE_BYTES);
	struct view v;
	size_t i, late = 0;

	device_null("ka", "");
	v = run_trace(im, 0, (struct setting[]){
		{ A(MODE), HFREPLAY_MODE_AFAP }, { 0 } });
	EXPECT_LT(v.v[A(ELAPSED)], 5000000000);
	for (i = 0; i < COUNT; i++)
		late += recs[i].lateness != 0 ||
			recs[i].cause != HFR_CAUSE_NONE;
	EXPECT_EQ(late, 0);
}

static uint64_t duration_at(struct image *im, uint32_t speed)
{
	run_trace(im, 0, (struct setting[]){ { A(SPEED), speed }, { 0 } });
	return recs[im->count - 1].issued_ns;
}

TEST(speed, "speed divides the times of the trace")
{
	struct image *im = image_reads(101, 5000000, DEVICE_BYTES);
	const uint64_t noise = 50000000;

	device_null("ka", "");
	EXPECT_GE(duration_at(im, 1000), 500000000);
	EXPECT_LT(recs[100].issued_ns, 500000000 + noise);
	EXPECT_GE(duration_at(im, 2000), 250000000);
	EXPECT_LT(recs[100].issued_ns, 250000000 + noise);
	EXPECT_GE(duration_at(im, 500), 1000000000);
	EXPECT_LT(recs[100].issued_ns, 1000000000 + noise);
	EXPECT_GE(duration_at(im, 1000000), 500000);
	EXPECT_LT(recs[100].issued_ns, 500000 + noise);
	/* Nothing is lost by rounding. */
	EXPECT_GE(duration_at(im, 333), 500000000ULL * 1000 / 333);
}

static void limited(uint32_t limit)
{
	struct image *im = image_reads(200, 1000, DEVICE_BYTES);
	size_t i, flagged = 0;

	run_trace(im, 0, (struct setting[]){
		{ A(LIMIT), HFREPLAY_LIMIT_FIXED },
		{ A(LIMIT_VALUE), limit }, { 0 } });
	EXPECT_EQ(most_in_flight(200), limit);
	EXPECT_LE(really_in_flight(200), limit);
	for (i = 0; i < 200; i++)
		flagged += !!(recs[i].flags & HFR_CF_LIMITED);
	EXPECT_GE(flagged, 150 / limit);
	EXPECT_EQ(recs[199].cause, HFR_CAUSE_LIMIT);
	EXPECT_TRUE(!(recs[0].flags & HFR_CF_LIMITED));
}

TEST(limit_fixed, "limit fixed holds, and what waits for it says so")
{
	device_null("ka", "irqmode=2 completion_nsec=1000000");
	limited(1);
	limited(4);
}

TEST(limit_trace, "limit trace is the recorded number, rounded to a power of two")
{
	struct image *im = image_reads(300, 1000, DEVICE_BYTES);
	size_t i, over = 0;

	device_null("ka", "irqmode=2 completion_nsec=1000000");
	for (i = 0; i < 300; i++)
		im->rec[i].in_flight = i < 100 ? 3 : i < 200 ? 9 : 1;
	image_end(im);
	run_trace(im, 0, NULL);
	for (i = 0; i < 300; i++)
		over += recs[i].in_flight > (i < 100 ? 4 : i < 200 ? 16 : 1);
	EXPECT_EQ(over, 0);
	EXPECT_EQ(most_in_flight(100), 4);
	EXPECT_EQ(most_in_flight(300), 16);
	EXPECT_LE(really_in_flight(100), 4);
}

TEST(limit_none, "without a limit the queue's depth is one, and is called so")
{
	struct image *im = image_reads(500, 1000, DEVICE_BYTES);
	size_t i, queued = 0;

	device_null("ka", "irqmode=2 completion_nsec=5000000 hw_queue_depth=8");
	run_trace(im, 0, (struct setting[]){
		{ A(LIMIT), HFREPLAY_LIMIT_NONE }, { 0 } });
	EXPECT_EQ(most_in_flight(500), 8);
	for (i = 0; i < 500; i++)
		queued += recs[i].cause == HFR_CAUSE_QUEUE;
	EXPECT_GT(queued, 400);
	EXPECT_TRUE(recs[8].flags & HFR_CF_TAG_WAIT);
}

TEST(stop, "a stop in mid-run: what was issued is whole, the rest is told")
{
	struct image *im = image_reads(COUNT, 1000000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	size_t i, n;

	device_null("ka", "irqmode=2 completion_nsec=20000000");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_start(&r, NULL);
	kst_sleep(300);
	ASSERT_EQ(ctl_stop(r.c, r.id), 0);
	replay_wait(&r, ST(STOPPED), &v);
	EXPECT_GT(v.v[A(ISSUED)], 10);
	EXPECT_LT(v.v[A(ISSUED)], COUNT);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	EXPECT_EQ(v.v[A(LAST_INDEX)], v.v[A(ISSUED)]);
	EXPECT_EQ(device_ios("ka"), v.v[A(ISSUED)]);
	n = replay_records(&r, recs, COUNT + 1);
	EXPECT_GE(n, v.v[A(LAST_INDEX)]);
	records_sane(recs, v.v[A(LAST_INDEX)]);
	for (i = v.v[A(LAST_INDEX)]; i < n; i++)
		EXPECT_EQ(recs[i].state, HFR_REC_NOT_ISSUED);
	/* And it can be run again, whole. */
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	replay_run(&r, (struct setting[]){ { A(SPEED), 10000 }, { 0 } }, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
}

TEST(stop_two, "a stop with two targets: records of the slower one are told as not issued")
{
	const struct spec spec = { .target = { "/dev/ka", "/dev/kb" } };
	struct image *im = image_new(2, COUNT);
	size_t i, n, issued = 0, not_issued = 0;
	struct replay r;
	struct view v;

	device_null("ka", "");
	device_null("kb", "irqmode=2 completion_nsec=50000000");
	for (i = 0; i < COUNT; i++) {
		image_add(im, HFR_OP_READ, i * 500000, 0, 4096)->target = i % 2;
		im->rec[i].in_flight = i % 2;
	}
	image_end(im);
	r = replay_new(&spec);
	replay_load(&r, im);
	replay_start(&r, NULL);
	kst_sleep(400);
	ASSERT_EQ(ctl_stop(r.c, r.id), 0);
	replay_wait(&r, ST(STOPPED), &v);
	n = replay_records(&r, recs, COUNT + 1);
	ASSERT_GE(n, v.v[A(LAST_INDEX)]);
	for (i = 0; i < n; i++) {
		issued += recs[i].state == HFR_REC_DONE;
		not_issued += recs[i].state == HFR_REC_NOT_ISSUED;
	}
	EXPECT_EQ(issued, v.v[A(ISSUED)]);
	EXPECT_EQ(issued + not_issued, n);
	EXPECT_GT(not_issued, 10);
}

TEST(stop_asleep, "a stop wakes a worker that sleeps towards a far due time")
{
	struct image *im = image_reads(2, 3600000000000ULL, DEVICE_BYTES);
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_start(&r, NULL);
	kst_sleep(50);
	ASSERT_EQ(ctl_stop(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait(r.c, r.id, ST(STOPPED), 1000, &v));
	EXPECT_EQ(v.v[A(COMPLETED)], 1);
}

TEST(stop_drains, "a stop waits for what is in flight")
{
	struct image *im = image_reads(10, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;

	device_null("ka", "irqmode=2 completion_nsec=700000000");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_start(&r, NULL);
	kst_sleep(100);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(STATE)], ST(DRAINING));
	EXPECT_EQ(v.v[A(COMPLETED)], 0);
	/* It has nothing left to stop; that is no error. */
	EXPECT_EQ(ctl_stop(r.c, r.id), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], 10);
}

/* More pieces than tags, then fewer. */
static void large_on(const char *options)
{
	struct image *im = image_new(1, 4);
	static struct blk_event events[3000];
	struct view v;
	uint64_t sectors = 0;
	size_t i, n;

	device_null("ka", options);
	for (i = 0; i < 4; i++)
		image_add(im, i % 2 ? HFR_OP_WRITE : HFR_OP_READ, i * 1000,
			  i * HFR_MAX_LENGTH, HFR_MAX_LENGTH);
	image_end(im);
	blk_trace_start("block_rq_issue");
	v = run_trace(im, FL(ALLOW_WRITES), NULL);
	EXPECT_EQ(v.v[A(READ_BYTES)], 2 * HFR_MAX_LENGTH);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], 2 * HFR_MAX_LENGTH);
	n = blk_trace_read(events, 3000);
	ASSERT_LE(n, 3000);
	for (i = 0; i < n; i++) {
		EXPECT_EQ(events[i].sector, sectors);
		sectors += events[i].sectors;
	}
	EXPECT_EQ(sectors, 4 * HFR_MAX_LENGTH / 512);
	EXPECT_GT(n, 4);
	device_remove_all();
}

TEST(large, "reads and writes of 64 MiB are split and whole")
{
	large_on("size=256");
	large_on("size=256 max_sectors=2560");
}

TEST(every_length, "requests of every length from 512 bytes to 1 MiB pass")
{
	struct image *im = image_new(1, 1024);
	uint64_t bytes = 0;
	struct view v;
	size_t i;

	device_null("ka", "");
	for (i = 0; i < 1024; i++) {
		uint32_t length = 512 + i * 1024;

		if (i == 1023)
			length = 1 << 20;
		image_add(im, HFR_OP_WRITE, i * 10000, i * 512, length);
		bytes += length;
	}
	image_end(im);
	v = run_trace(im, FL(ALLOW_WRITES), NULL);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], bytes);
}
