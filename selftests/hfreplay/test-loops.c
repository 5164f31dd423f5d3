// SPDX-License-Identifier: GPL-2.0-only
/* A trace that is replayed several times over. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	200
#define STEP	50000
#define LASTS	(COUNT * STEP + 1234567)	/* ns, a while after the last */

static struct hfr_completion_rec recs[COUNT * 8];

static struct image *trace(void)
{
	struct image *im = image_reads(COUNT, STEP, DEVICE_BYTES);

	im->hdr->duration_ns = LASTS;
	return im;
}

static struct replay session(uint32_t window, uint32_t flags, uint32_t workers)
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = { { A(WINDOW), window }, { A(FLAGS), flags },
			 { A(WORKERS), workers } },
	};
	struct replay r = replay_new(&spec);

	replay_load(&r, trace());
	return r;
}

static void loops(struct replay *r, uint32_t n)
{
	replay_start(r, (struct setting[]){ { A(LOOPS), n }, { 0 } });
}

/* Record I of the run is that of request I of all loops. */
static void due_in_loops(size_t n)
{
	size_t i, early = 0, wrong = 0;

	for (i = 0; i < n; i++) {
		int64_t due = i / COUNT * (uint64_t)LASTS + i % COUNT * STEP;
		int64_t off = record_due(&recs[i]) - due;

		early += recs[i].issued_ns < due;
		wrong += off < 0 || off >= HFR_COST_UNIT;
	}
	EXPECT_EQ(early, 0);
	EXPECT_EQ(wrong, 0);
}

TEST(kept, "hf: three loops, one after the other, all records kept in order")
{
	struct replay r;
	struct view v;
	int twice;

	device_null("ka", "");
	r = session(3 * COUNT, 0, 1);
	loops(&r, 3);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(LOOPS)], 3);
	EXPECT_EQ(v.v[A(LOOP)], 2);
	EXPECT_EQ(v.v[A(ISSUED)], 3 * COUNT);
	EXPECT_EQ(v.v[A(COMPLETED)], 3 * COUNT);
	EXPECT_EQ(v.v[A(LAST_INDEX)], 3 * COUNT);
	EXPECT_EQ(v.v[A(RESULTS_STALLS)], 0);
	EXPECT_EQ(device_ios("ka"), 3 * COUNT);
	for (twice = 0; twice < 2; twice++) {
		memset(recs, 0, sizeof(recs));
		ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), 3 * COUNT);
		records_sane(recs, 3 * COUNT);
		due_in_loops(3 * COUNT);
	}
}

TEST(consumed, "loops whose records do not fit go on as they are read")
{
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = session(COUNT + 1, 0, 1);
	loops(&r, 7);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), 7 * COUNT);
	replay_wait(&r, ST(DONE), &v);
	records_sane(recs, 7 * COUNT);
	due_in_loops(7 * COUNT);
	EXPECT_EQ(v.v[A(COMPLETED)], 7 * COUNT);
	/* Each was given once. */
	EXPECT_EQ(replay_records(&r, recs, KST_COUNT(recs)), 0);
	/* Of one loop they are kept again. */
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	loops(&r, 1);
	replay_wait(&r, ST(DONE), &v);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), COUNT);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), COUNT);
	due_in_loops(COUNT);
}

TEST(held_up, "a reader that stops holds up the loops that do not fit")
{
	struct replay r;
	struct view v;
	size_t i, held = 0;

	device_null("ka", "");
	r = session(COUNT, 0, 1);
	loops(&r, 3);
	while (replay_get(&r).v[A(ISSUED)] < COUNT)
		kst_sleep(5);
	kst_sleep(100);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(STATE)], ST(RUNNING));
	EXPECT_EQ(v.v[A(ISSUED)], COUNT);
	EXPECT_EQ(v.v[A(LOOP)], 1);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), 3 * COUNT);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_GE(v.v[A(RESULTS_STALLS)], 1);
	EXPECT_GE(v.v[A(RESULTS_TIME)], 80000000);
	EXPECT_EQ(v.v[A(UNDERRUNS)], 0);
	for (i = COUNT; i < 2 * COUNT; i++)
		held += recs[i].cause == HFR_CAUSE_RESULTS;
	EXPECT_EQ(recs[COUNT].cause, HFR_CAUSE_RESULTS);
	EXPECT_GT(held, COUNT * 9 / 10);
	due_in_loops(3 * COUNT);
}

TEST(attribute, "the loop that it is in is told while it runs")
{
	uint64_t loop = 0, seen = 1, now;
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = session(8 * COUNT, 0, 1);
	loops(&r, 8);
	do {
		v = replay_get(&r);
		now = v.v[A(LOOP)];
		EXPECT_GE(now, loop);
		EXPECT_LT(now, 8);
		seen += now != loop;
		loop = now;
	} while (v.v[A(STATE)] == ST(RUNNING));
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(LOOP)], 7);
	EXPECT_GT(seen, 3);
}

TEST(afap, "afap in loops: nothing is lost at the seams, with one worker or three")
{
	struct replay r;
	struct view v;
	uint32_t i;

	device_null("ka", "irqmode=2 completion_nsec=20000");
	for (i = 1; i <= 3; i += 2) {
		r = session(8 * COUNT, 0, i);
		replay_run(&r, (struct setting[]){
			{ A(MODE), HFREPLAY_MODE_AFAP }, { A(LOOPS), 8 },
			{ 0 } }, &v);
		EXPECT_EQ(v.v[A(COMPLETED)], 8 * COUNT);
		EXPECT_EQ(v.v[A(LOOP)], 7);
		ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), 8 * COUNT);
		records_sane(recs, 8 * COUNT);
		ASSERT_EQ(ctl_del(r.c, r.id), 0);
		ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	}
}

TEST(no_records, "loops without records need no reader")
{
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = session(COUNT, FL(NO_RECORDS), 1);
	replay_run(&r, (struct setting[]){
		{ A(MODE), HFREPLAY_MODE_AFAP }, { A(LOOPS), 500 }, { 0 } }, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], 500 * COUNT);
	EXPECT_EQ(v.v[A(READ_BYTES)], 500ULL * COUNT * 4096);
	EXPECT_EQ(device_ios("ka"), 500 * COUNT);
	EXPECT_EQ(replay_records(&r, recs, 1), 0);
}

TEST(stop, "a stop in the midst of a loop, then another run")
{
	struct replay r;
	struct view v;
	size_t n;

	device_null("ka", "irqmode=2 completion_nsec=100000");
	r = session(8 * COUNT, 0, 1);
	loops(&r, 8);
	while (replay_get(&r).v[A(ISSUED)] < 2 * COUNT + COUNT / 2)
		kst_sleep(1);
	ASSERT_EQ(ctl_stop(r.c, r.id), 0);
	replay_wait(&r, ST(STOPPED), &v);
	EXPECT_GE(v.v[A(LOOP)], 2);
	EXPECT_LT(v.v[A(ISSUED)], 8 * COUNT);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	EXPECT_EQ(v.v[A(LAST_INDEX)], v.v[A(ISSUED)]);
	n = replay_records(&r, recs, KST_COUNT(recs));
	ASSERT_EQ(n, v.v[A(ISSUED)]);
	records_sane(recs, n);
	due_in_loops(n);
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	loops(&r, 2);
	replay_wait(&r, ST(DONE), &v);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), 2 * COUNT);
	due_in_loops(2 * COUNT);
}

TEST(stop_held_up, "a stop ends loops that wait for their reader")
{
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = session(COUNT, 0, 1);
	loops(&r, 3);
	while (replay_get(&r).v[A(ISSUED)] < COUNT)
		kst_sleep(5);
	ASSERT_EQ(ctl_stop(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait(r.c, r.id, ST(STOPPED), 2000, &v));
	EXPECT_EQ(v.v[A(ISSUED)], COUNT);
	EXPECT_EQ(replay_records(&r, recs, KST_COUNT(recs)), COUNT);
}

TEST(refused, "loops of a stream, too many, or too long ones are refused")
{
	struct spec spec = {
		.target = { "/dev/ka" },
		.set = { { A(FLAGS), FL(STREAM) }, { A(LOOPS), 2 } },
	};
	struct ctl *c = ctl_open();
	struct image *im = trace();
	struct replay r;
	struct view v;

	device_null("ka", "");
	EXPECT_EQ(ctl_new(c, &spec, &v), -EINVAL);
	EXPECT_TEXT(c->text, "loaded whole");
	spec.set[0].value = 0;
	spec.set[1].value = 0;
	EXPECT_EQ(ctl_new(c, &spec, &v), -ERANGE);
	spec.set[1].value = 1000001;
	EXPECT_EQ(ctl_new(c, &spec, &v), -ERANGE);
	spec.set[1].value = 2;
	r = replay_new(&spec);
	im->hdr->duration_ns = HFR_MAX_TIME / 2 + 1;
	replay_load(&r, im);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -ERANGE);
	EXPECT_TEXT(r.c->text, "2 loops of a trace");
	EXPECT_TEXT(r.c->text, "104 days");
	EXPECT_EQ(ctl_start(r.c, r.id, (struct setting[]){
		{ A(LOOPS), 1 }, { A(SPEED), 1000000 }, { 0 } }), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(LOOPS)], 1);
}
