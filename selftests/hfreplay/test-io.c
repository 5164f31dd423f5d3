// SPDX-License-Identifier: GPL-2.0-only
/* What reaches the device: data, discards, flushes; and what comes back wrong:
 * I/O errors, devices that go away.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "blktrace.h"
#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	1000
#define WRITES	FL(ALLOW_WRITES)
#define MIB	(1ULL << 20)

static struct hfr_completion_rec recs[COUNT + 1];

static struct image *writes(size_t count, uint32_t length)
{
	struct image *im = image_new(1, count);
	size_t i;

	for (i = 0; i < count; i++)
		image_add(im, HFR_OP_WRITE, i * 1000, i * length, length);
	image_end(im);
	return im;
}

/* Writes 4 MiB with a payload, and hashes what the device then holds. */
static uint64_t written(uint32_t payload, uint64_t seed)
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = {
			{ A(FLAGS), WRITES }, { A(PAYLOAD), payload },
			{ A(SEED), seed },
		},
	};
	struct replay r = replay_new(&spec);
	struct view v;

	device_fill("ka", 0xaa);
	replay_load(&r, writes(64, 65536));
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(v.v[A(SEED)], seed);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	return device_hash("ka", 0, 4 * MIB);
}

static uint64_t filled(uint8_t byte, uint64_t length)
{
	device_fill("ka", byte);
	return device_hash("ka", 0, length);
}

TEST(payload_zero, "payload zero writes zeroes where the trace says, only there")
{
	uint64_t rest, zeroes;

	device_null("ka", "memory_backed=1 size=16");
	zeroes = filled(0, 4 * MIB);
	rest = filled(0xaa, 4 * MIB);
	EXPECT_EQ(written(HFREPLAY_PAYLOAD_ZERO, 1), zeroes);
	EXPECT_EQ(device_hash("ka", 4 * MIB, 4 * MIB), rest);
	EXPECT_EQ(device_hash("ka", 12 * MIB, 4 * MIB), rest);
}

TEST(payload_random, "payload random: the same seed the same data, else other data")
{
	uint64_t one, zeroes, rest;

	device_null("ka", "memory_backed=1 size=16");
	zeroes = filled(0, 4 * MIB);
	rest = filled(0xaa, 4 * MIB);
	one = written(HFREPLAY_PAYLOAD_RANDOM, 1);
	EXPECT_NE(one, zeroes);
	EXPECT_NE(one, rest);
	EXPECT_EQ(written(HFREPLAY_PAYLOAD_RANDOM, 1), one);
	EXPECT_NE(written(HFREPLAY_PAYLOAD_RANDOM, 2), one);
}

TEST(incompressible, "payload random does not compress")
{
	device_null("ka", "memory_backed=1 size=16");
	written(HFREPLAY_PAYLOAD_RANDOM, 7);
	/* Within a request: the pool itself may repeat. */
	EXPECT_EQ(kst_sh("for s in 0 1 30; do n=$(dd if=/dev/ka bs=64k skip=$s count=1 iflag=direct status=none | gzip -1 | wc -c); test $n -gt 64000 || exit 1; done"),
		  0);
}

TEST(reads_change_nothing, "reads leave the device as it was")
{
	struct image *im = image_reads(COUNT, 1000, 16 * MIB);
	struct replay r;
	uint64_t before, writes_before;

	device_null("ka", "memory_backed=1 size=16");
	before = filled(0x5a, 16 * MIB);
	writes_before = device_stat("ka").writes;
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_run(&r, NULL, NULL);
	EXPECT_EQ(device_stat("ka").writes, writes_before);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_EQ(device_hash("ka", 0, 16 * MIB), before);
}

TEST(discard, "a discard empties its range and counts no bytes written")
{
	struct image *im = image_new(1, 1);
	uint64_t zeroes, rest;
	struct replay r;
	struct view v;

	device_null("ka", "memory_backed=1 discard=1 size=16");
	zeroes = filled(0, 4 * MIB);
	rest = filled(0xaa, 4 * MIB);
	image_add(im, HFR_OP_DISCARD, 0, 4 * MIB, 4 * MIB);
	image_end(im);
	r = replay_simple("/dev/ka", WRITES);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], 0);
	EXPECT_EQ(device_stat("ka").discards, 1);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	EXPECT_EQ(device_hash("ka", 0, 4 * MIB), rest);
	EXPECT_EQ(device_hash("ka", 4 * MIB, 4 * MIB), zeroes);
	EXPECT_EQ(device_hash("ka", 8 * MIB, 4 * MIB), rest);
}

/* Events that hold all of the letters, and cover so many sectors. */
static int count_events(const struct blk_event *e, size_t n, const char *letters,
			unsigned int sectors)
{
	int count = 0;
	const char *p;
	size_t i;

	for (i = 0; i < n; i++) {
		for (p = letters; *p && strchr(e[i].rwbs, *p); p++)
			;
		count += !*p && e[i].sectors == sectors;
	}
	return count;
}

static struct image *durable(void)
{
	struct image *im = image_new(1, 4);

	image_add(im, HFR_OP_WRITE, 0, 0, 4096);
	image_add(im, HFR_OP_FLUSH, 20000000, 0, 0);
	image_add(im, HFR_OP_WRITE, 40000000, 4096, 8192)->flags = HFR_RF_FUA;
	image_add(im, HFR_OP_WRITE, 60000000, 16384, 16384)->flags =
		HFR_RF_PREFLUSH;
	image_end(im);
	return im;
}

static size_t run_durable(struct blk_event *events, size_t max)
{
	struct replay r;
	struct view v;

	r = replay_simple("/dev/ka", WRITES);
	replay_load(&r, durable());
	blk_trace_start("block_rq_issue");
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	ASSERT_EQ(replay_records(&r, recs, 5), 4);
	records_sane(recs, 4);
	return blk_trace_read(events, max);
}

TEST(flush_cache, "flush, FUA and PREFLUSH reach a device with a write cache")
{
	struct blk_event events[32];
	size_t n;

	device_null("ka", "memory_backed=1 cache_size=4");
	n = run_durable(events, 32);
	ASSERT_LE(n, 32);
	/* One asked for, one in front of PREFLUSH; and FUA is on the request,
	 * or a third one behind it if the device has no FUA of its own.
	 */
	EXPECT_EQ(count_events(events, n, "F", 0) +
		  count_events(events, n, "F", 16), 3);
	EXPECT_GE(count_events(events, n, "F", 0), 2);
	EXPECT_EQ(count_events(events, n, "W", 8), 1);
	EXPECT_EQ(count_events(events, n, "W", 16), 1);
	EXPECT_EQ(count_events(events, n, "W", 32), 1);
	EXPECT_GE(device_stat("ka").flushes, 2);
}

TEST(flush_none, "without a write cache no flush reaches the device, all complete")
{
	struct blk_event events[32];
	size_t n;

	device_null("ka", "memory_backed=1");
	n = run_durable(events, 32);
	EXPECT_EQ(n, 3);
	EXPECT_EQ(count_events(events, n, "F", 0), 0);
	EXPECT_EQ(device_stat("ka").flushes, 0);
}

TEST(flags, "SYNC, META and RAHEAD are on the request; an ordinary write is SYNC")
{
	struct image *im = image_new(1, 6);
	struct blk_event e[16];
	struct replay r;

	device_null("ka", "");
	image_add(im, HFR_OP_READ, 0, 0, 4096);
	image_add(im, HFR_OP_READ, 1000, 4096, 4096)->flags = HFR_RF_META;
	image_add(im, HFR_OP_READ, 2000, 8192, 4096)->flags = HFR_RF_RAHEAD;
	image_add(im, HFR_OP_READ, 3000, 8192, 4096)->flags = HFR_RF_SYNC;
	image_add(im, HFR_OP_WRITE, 4000, 0, 4096);
	image_add(im, HFR_OP_WRITE, 5000, 0, 4096)->flags = HFR_RF_ASYNC;
	image_end(im);
	r = replay_simple("/dev/ka", WRITES);
	replay_load(&r, im);
	blk_trace_start("block_bio_queue");
	replay_run(&r, NULL, NULL);
	ASSERT_EQ(blk_trace_read(e, 16), 6);
	EXPECT_EQ(strcmp(e[0].rwbs, "R"), 0);
	EXPECT_EQ(strcmp(e[1].rwbs, "RM"), 0);
	EXPECT_EQ(strcmp(e[2].rwbs, "RA"), 0);
	EXPECT_EQ(strcmp(e[3].rwbs, "RS"), 0);
	EXPECT_EQ(strcmp(e[4].rwbs, "WS"), 0);
	EXPECT_EQ(strcmp(e[5].rwbs, "W"), 0);
}

/* ---- errors ---- */

/* Requests 100 to 163, of 8 sectors each, lie on bad blocks: as many as one
 * entry of the list of bad blocks holds.
 */
#define BAD	64

static struct replay bad_blocks(uint32_t on_error, uint32_t max)
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = {
			{ A(FLAGS), WRITES },
			{ A(ON_ERROR), on_error },
			{ A(ERROR_MAX), max },
		},
	};

	device_null("ka", "memory_backed=1 badblocks=+800-1311");
	return replay_new(&spec);
}

TEST(eio, "an I/O error is in its record and no other, the replay goes on")
{
	struct replay r = bad_blocks(HFREPLAY_ON_ERROR_CONTINUE, 1);
	size_t i, wrong = 0;
	struct view v;

	replay_load(&r, image_reads(COUNT, 1000, DEVICE_BYTES));
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], BAD);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	EXPECT_EQ(v.v[A(READ_BYTES)], (COUNT - BAD) * 4096);
	EXPECT_TRUE(!v.has[A(ERROR_TEXT)]);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	for (i = 0; i < COUNT; i++) {
		wrong += recs[i].state != HFR_REC_DONE;
		wrong += recs[i].error != (i >= 100 && i < 100 + BAD ? EIO : 0);
	}
	EXPECT_EQ(wrong, 0);
}

TEST(stop_first, "on-error stop: the first error ends the session as failed")
{
	struct replay r = bad_blocks(HFREPLAY_ON_ERROR_STOP, 1);
	struct view v;
	size_t n;

	replay_load(&r, image_reads(COUNT, 100000, DEVICE_BYTES));
	replay_start(&r, NULL);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 100);
	EXPECT_TEXT(v.error, "request 100");
	EXPECT_TEXT(v.error, "5");
	EXPECT_GE(v.v[A(ISSUED)], 101);
	EXPECT_LE(v.v[A(ISSUED)], 110);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	n = replay_records(&r, recs, COUNT + 1);
	EXPECT_GE(n, 101);
	EXPECT_EQ(recs[99].error, 0);
	EXPECT_EQ(recs[100].error, EIO);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EBUSY);
	/* The trace is still there. */
	EXPECT_EQ(ctl_rewind(r.c, r.id), 0);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(STATE)], ST(READY));
	EXPECT_TRUE(!v.has[A(ERROR_TEXT)]);
}

TEST(stop_fifth, "on-error stop with error-max 5: four errors are borne")
{
	struct replay r = bad_blocks(HFREPLAY_ON_ERROR_STOP, 5);
	struct view v;

	replay_load(&r, image_reads(COUNT, 100000, DEVICE_BYTES));
	replay_start(&r, NULL);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 104);
	EXPECT_GE(v.v[A(ERRORS)], 5);
	EXPECT_LE(v.v[A(ERRORS)], 10);
	/* Each run counts anew. */
	EXPECT_EQ(ctl_rewind(r.c, r.id), 0);
	replay_start(&r, NULL);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 104);
}

TEST(stop_never, "on-error stop with more errors allowed than there are: done")
{
	struct replay r = bad_blocks(HFREPLAY_ON_ERROR_STOP, BAD + 1);
	struct view v;

	replay_load(&r, image_reads(COUNT, 1000, DEVICE_BYTES));
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], BAD);
}

TEST(write_error, "errors of writes are counted and no bytes of theirs")
{
	struct replay r = bad_blocks(HFREPLAY_ON_ERROR_CONTINUE, 1);
	struct view v;

	replay_load(&r, writes(COUNT, 4096));
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], BAD);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], (COUNT - BAD) * 4096);
}

TEST(removed, "a device removed in mid-run ends it failed, records can be read")
{
	struct image *im = image_reads(COUNT, 5000000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	size_t i, n, good;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_start(&r, NULL);
	while (replay_get(&r).v[A(COMPLETED)] < 20)
		kst_sleep(5);
	ASSERT_EQ(device_null_set("ka", "power", "0"), 0);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_TEXT(v.error, "removed");
	EXPECT_TEXT(v.error, "/dev/ka");
	EXPECT_LT(v.v[A(ISSUED)], COUNT);
	n = replay_records(&r, recs, COUNT + 1);
	ASSERT_GE(n, 20);
	for (i = good = 0; i < n; i++)
		good += recs[i].state == HFR_REC_DONE && !recs[i].error;
	EXPECT_GE(good, 20);
	EXPECT_EQ(recs[0].error, 0);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(removed_idle, "a device removed before the start: the run fails, no hang")
{
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, image_reads(100, 1000, DEVICE_BYTES));
	ASSERT_EQ(device_null_set("ka", "power", "0"), 0);
	if (ctl_start(r.c, r.id, NULL)) {
		EXPECT_NE(r.c->text[0], '\0');
	} else {
		replay_wait(&r, ST(FAILED), &v);
		EXPECT_TEXT(v.error, "removed");
	}
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(priority, "I/O priorities and odd flags pass without error")
{
	struct image *im = image_reads(100, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int i;

	device_null("ka", "");
	for (i = 0; i < 100; i++) {
		im->rec[i].prio = (1 + i % 3) << 13 | (i % 3 == 2 ? 0 : i % 8);
		im->rec[i].flags = i & 1 ? HFR_RF_NOMERGE : HFR_RF_NOWAIT;
	}
	image_end(im);
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
}
