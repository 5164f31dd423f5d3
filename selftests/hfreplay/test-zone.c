// SPDX-License-Identifier: GPL-2.0-only
/* Devices with zones: what is done to a zone, appends, writes in order. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/blkzoned.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define WRITES	FL(ALLOW_WRITES)
#define ZONE	(1U << 20)
#define ZONES	16
#define MS	1000000ULL

static struct hfr_completion_rec recs[64];

/* 16 zones of 1 MiB, or of what the options say. */
static void device_zoned(const char *options)
{
	char text[256];

	if (!kst_sh("modprobe null_blk nr_devices=0 2>/dev/null; ! grep -q zoned /sys/kernel/config/nullb/features"))
		kst_skip("null_blk knows no zones");
	snprintf(text, sizeof(text),
		 "memory_backed=1 size=16 zoned=1 zone_size=1 %s", options);
	device_null("ka", text);
}

static struct blk_zone zone_at(unsigned int i)
{
	struct {
		struct blk_zone_report head;
		struct blk_zone zone;
	} report = { .head = { .sector = i * (ZONE / 512ULL),
			       .nr_zones = 1 } };
	int fd = open("/dev/ka", O_RDONLY | O_CLOEXEC);

	ASSERT_GE(fd, 0);
	ASSERT_EQ(ioctl(fd, BLKREPORTZONE, &report), 0);
	close(fd);
	ASSERT_EQ(report.head.nr_zones, 1);
	return report.zone;
}

static uint64_t written(unsigned int i)
{
	struct blk_zone zone = zone_at(i);

	return (zone.wp - zone.start) * 512;
}

/* Milliseconds apart, so that one is over before the next. */
static void add(struct image *im, uint8_t op, unsigned int zone,
		uint32_t length)
{
	image_add(im, op, im->count * MS, (uint64_t)zone * ZONE, length);
}

/* Replays a trace; its records are in recs[] and the device is free then. */
static struct view run(struct image *im, uint32_t flags)
{
	struct replay r = replay_simple("/dev/ka", flags);
	struct view v;

	image_end(im);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), im->count);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	image_free(im);
	return v;
}

TEST(append, "appends land one behind the other in their zone, and are bytes written")
{
	struct image *im = image_new(1, 4);
	struct view v;

	device_zoned("");
	add(im, HFR_OP_ZONE_APPEND, 2, 8192);
	add(im, HFR_OP_ZONE_APPEND, 2, 8192);
	add(im, HFR_OP_ZONE_APPEND, 5, 65536);
	add(im, HFR_OP_ZONE_APPEND, 2, 4096);
	v = run(im, WRITES);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], 20480 + 65536);
	records_sane(recs, 4);
	EXPECT_EQ(written(2), 20480);
	EXPECT_EQ(written(5), 65536);
	EXPECT_EQ(written(3), 0);
}

TEST(append_data, "an append writes the payload")
{
	struct image *im = image_new(1, 1);
	uint64_t zeroes;

	device_zoned("");
	zeroes = device_hash("ka", 8 * ZONE, 65536);
	add(im, HFR_OP_ZONE_APPEND, 1, 65536);
	run(im, WRITES);
	EXPECT_NE(device_hash("ka", ZONE, 65536), zeroes);
	EXPECT_EQ(device_hash("ka", 2 * ZONE, 65536), zeroes);
}

TEST(append_full, "an append to a zone that is full fails, the next zone is not touched")
{
	struct image *im = image_new(1, 3);
	struct view v;

	device_zoned("");
	add(im, HFR_OP_ZONE_APPEND, 1, 4096);
	add(im, HFR_OP_ZONE_FINISH, 1, 0);
	add(im, HFR_OP_ZONE_APPEND, 1, 4096);
	v = run(im, WRITES);
	EXPECT_EQ(v.v[A(ERRORS)], 1);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], 4096);
	EXPECT_EQ(recs[2].error, EIO);
	EXPECT_EQ(written(2), 0);
}

TEST(zones, "open, close, finish and reset are done to their zone and no other")
{
	struct image *im = image_new(1, 16);
	unsigned int i;

	device_zoned("");
	for (i = 0; i < 4; i++)
		add(im, HFR_OP_ZONE_APPEND, i, 4096);
	/* Both ways to give the length. */
	add(im, HFR_OP_ZONE_OPEN, 4, 0);
	add(im, HFR_OP_ZONE_OPEN, 5, ZONE);
	add(im, HFR_OP_ZONE_CLOSE, 1, 0);
	add(im, HFR_OP_ZONE_FINISH, 2, ZONE);
	add(im, HFR_OP_ZONE_RESET, 3, 0);
	add(im, HFR_OP_ZONE_FINISH, ZONES - 1, 0);
	EXPECT_EQ(run(im, WRITES).v[A(ERRORS)], 0);
	EXPECT_EQ(zone_at(0).cond, BLK_ZONE_COND_IMP_OPEN);
	EXPECT_EQ(zone_at(1).cond, BLK_ZONE_COND_CLOSED);
	EXPECT_EQ(zone_at(2).cond, BLK_ZONE_COND_FULL);
	EXPECT_EQ(zone_at(3).cond, BLK_ZONE_COND_EMPTY);
	EXPECT_EQ(zone_at(4).cond, BLK_ZONE_COND_EXP_OPEN);
	EXPECT_EQ(zone_at(5).cond, BLK_ZONE_COND_EXP_OPEN);
	EXPECT_EQ(zone_at(6).cond, BLK_ZONE_COND_EMPTY);
	EXPECT_EQ(zone_at(ZONES - 1).cond, BLK_ZONE_COND_FULL);
}

TEST(reset_all, "all zones are reset by one request")
{
	struct image *im = image_new(1, 16);
	unsigned int i, left = 0;

	device_zoned("");
	for (i = 0; i < 8; i++)
		add(im, HFR_OP_ZONE_APPEND, i, 4096);
	run(im, WRITES);
	EXPECT_EQ(written(7), 4096);
	im = image_new(1, 1);
	add(im, HFR_OP_ZONE_RESET_ALL, 0, 0);
	EXPECT_EQ(run(im, WRITES).v[A(ERRORS)], 0);
	for (i = 0; i < ZONES; i++)
		left += written(i) != 0;
	EXPECT_EQ(left, 0);
}

TEST(max_open, "a device that can open no more zones says so in the record")
{
	struct image *im = image_new(1, 4);
	struct view v;

	device_zoned("zone_max_open=2");
	add(im, HFR_OP_ZONE_OPEN, 0, 0);
	add(im, HFR_OP_ZONE_OPEN, 1, 0);
	add(im, HFR_OP_ZONE_OPEN, 2, 0);
	add(im, HFR_OP_ZONE_APPEND, 1, 4096);
	v = run(im, WRITES);
	EXPECT_EQ(v.v[A(ERRORS)], 1);
	EXPECT_EQ(recs[1].error, 0);
	EXPECT_EQ(recs[2].error, ETOOMANYREFS);
	EXPECT_EQ(recs[3].error, 0);
	EXPECT_EQ(zone_at(2).cond, BLK_ZONE_COND_EMPTY);
}

/* A kernel may refuse all writes to a zone that has failed one. */
TEST(write_order, "a write that is not at the write pointer fails, one that is does not")
{
	struct image *im = image_new(1, 4);
	struct view v;

	device_zoned("");
	image_add(im, HFR_OP_WRITE, 0, 0, 4096);
	image_add(im, HFR_OP_WRITE, 10 * MS, ZONE + 4096, 4096);
	image_add(im, HFR_OP_WRITE, 20 * MS, 4096, 4096);
	image_add(im, HFR_OP_READ, 30 * MS, 0, 8192);
	v = run(im, WRITES);
	EXPECT_EQ(v.v[A(ERRORS)], 1);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], 8192);
	EXPECT_EQ(recs[0].error, 0);
	EXPECT_EQ(recs[1].error, EIO);
	EXPECT_EQ(recs[2].error, 0);
	EXPECT_EQ(recs[3].error, 0);
	EXPECT_EQ(written(0), 8192);
	EXPECT_EQ(written(1), 0);
}

TEST(write_stream, "a zone is written from end to end, all at once, in order")
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = { { A(FLAGS), WRITES }, { A(MODE), HFREPLAY_MODE_AFAP } },
	};
	struct image *im = image_new(1, ZONE / 4096);
	struct replay r;
	struct view v;
	unsigned int i;

	device_zoned("");
	for (i = 0; i < ZONE / 4096; i++)
		image_add(im, HFR_OP_WRITE, 0, i * 4096ULL, 4096);
	image_end(im);
	r = replay_new(&spec);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], ZONE);
	EXPECT_EQ(zone_at(0).cond, BLK_ZONE_COND_FULL);
}

/* ---- what is refused ---- */

struct row {
	const char *title;
	struct hfr_trace_rec rec;
	int err;
	const char *says;
};

static const struct row rows[] = {
	{ "an append that is not at the first byte of a zone is refused",
	  { .op = HFR_OP_ZONE_APPEND, .offset = 4096, .length = 4096 },
	  EINVAL, "zone" },
	{ "an append longer than a zone is refused",
	  { .op = HFR_OP_ZONE_APPEND, .length = 2 * ZONE }, EOPNOTSUPP,
	  "append" },
	{ "an append without length is refused",
	  { .op = HFR_OP_ZONE_APPEND }, EINVAL, "length is 0" },
	{ "a reset that is not at the first byte of a zone is refused",
	  { .op = HFR_OP_ZONE_RESET, .offset = ZONE + 4096 }, EINVAL, "zone" },
	{ "a finish of half a zone is refused",
	  { .op = HFR_OP_ZONE_FINISH, .length = ZONE / 2 }, EINVAL, "zone" },
	{ "an open of two zones is refused",
	  { .op = HFR_OP_ZONE_OPEN, .length = 2 * ZONE }, EINVAL, "zone" },
	{ "a close behind the last zone is refused",
	  { .op = HFR_OP_ZONE_CLOSE, .offset = ZONES * ZONE }, ERANGE, "zone" },
	{ "a reset of all zones with an offset is refused",
	  { .op = HFR_OP_ZONE_RESET_ALL, .offset = ZONE }, EINVAL, "offset" },
	{ "a reset of all zones with a length is refused",
	  { .op = HFR_OP_ZONE_RESET_ALL, .length = ZONE }, EINVAL, "length" },
};

TEST_ROWS(bad_zone, rows)
{
	const struct row *r = row;
	struct image *im = image_new(1, 1);
	struct replay replay;
	struct view v;

	device_zoned("");
	*image_add(im, 0, 0, 0, 0) = r->rec;
	image_end(im);
	im->dev->max_end = 0;
	replay = replay_simple("/dev/ka", WRITES);
	EXPECT_EQ(replay_feed(&replay, im), -r->err);
	v = replay_get(&replay);
	EXPECT_EQ(v.v[A(STATE)], ST(FAILED));
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 0);
	EXPECT_TEXT(v.error, r->says);
}

TEST(consent, "an append and a reset need consent to writes")
{
	static const uint8_t ops[] = { HFR_OP_ZONE_APPEND, HFR_OP_ZONE_RESET,
				       HFR_OP_ZONE_RESET_ALL };
	struct replay r;
	size_t i;

	device_zoned("");
	for (i = 0; i < KST_COUNT(ops); i++) {
		struct image *im = image_new(1, 1);

		image_add(im, ops[i], 0, 0,
			  ops[i] == HFR_OP_ZONE_APPEND ? 4096 : 0);
		image_end(im);
		r = replay_simple("/dev/ka", 0);
		EXPECT_EQ(replay_feed(&r, im), -EPERM);
		EXPECT_TEXT(replay_get(&r).error, "allow-writes");
		EXPECT_EQ(ctl_del(r.c, r.id), 0);
		EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	}
}

static struct image *every_op(void)
{
	struct image *im = image_new(1, 8);
	uint8_t op;

	add(im, HFR_OP_READ, 0, 4096);
	for (op = HFR_OP_ZONE_APPEND; op <= HFR_OP_ZONE_FINISH; op++)
		add(im, op, 0, op == HFR_OP_ZONE_APPEND ? 4096 : 0);
	return im;
}

TEST(ops, "a target with zones says that it has them")
{
	const uint64_t zone_ops = (1 << HFR_OP_NR) - (1 << HFR_OP_ZONE_APPEND);
	struct replay r;

	device_zoned("");
	r = replay_simple("/dev/ka", 0);
	EXPECT_EQ(replay_get(&r).target[0][T(OPS)] & zone_ops, zone_ops);
	device_null("kb", "");
	r = replay_simple("/dev/kb", 0);
	EXPECT_EQ(replay_get(&r).target[0][T(OPS)] & zone_ops, 0);
}

TEST(skipped, "on a target without zones what is done to them can be skipped")
{
	struct image *im = every_op();
	struct view v;
	size_t i;

	device_null("ka", "");
	v = run(im, WRITES | FL(SKIP_UNSUPPORTED));
	EXPECT_EQ(v.v[A(SKIPPED)], 6);
	EXPECT_EQ(v.v[A(ISSUED)], 1);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(recs[0].state, HFR_REC_DONE);
	for (i = 1; i < 7; i++)
		EXPECT_EQ(recs[i].state, HFR_REC_SKIPPED);
}

TEST(skipped_append, "an append that is too long for the target can be skipped")
{
	struct image *im = image_new(1, 2);
	struct view v;

	device_zoned("");
	add(im, HFR_OP_ZONE_APPEND, 0, 2 * ZONE);
	add(im, HFR_OP_ZONE_APPEND, 0, 4096);
	v = run(im, WRITES | FL(SKIP_UNSUPPORTED));
	EXPECT_EQ(v.v[A(SKIPPED)], 1);
	EXPECT_EQ(recs[0].state, HFR_REC_SKIPPED);
	EXPECT_EQ(recs[1].state, HFR_REC_DONE);
	EXPECT_EQ(written(0), 4096);
}

TEST(verified, "a session that verifies takes neither appends nor resets")
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = {
			{ A(FLAGS), WRITES },
			{ A(PAYLOAD), HFREPLAY_PAYLOAD_VERIFY },
		},
	};
	static const uint8_t ops[] = { HFR_OP_ZONE_APPEND, HFR_OP_ZONE_RESET,
				       HFR_OP_ZONE_RESET_ALL };
	size_t i;

	device_zoned("");
	for (i = 0; i < KST_COUNT(ops); i++) {
		struct image *im = image_new(1, 1);
		struct replay r = replay_new(&spec);

		add(im, ops[i], 0, ops[i] == HFR_OP_ZONE_APPEND ? 4096 : 0);
		image_end(im);
		EXPECT_EQ(replay_feed(&r, im), -EOPNOTSUPP);
		EXPECT_EQ(ctl_del(r.c, r.id), 0);
		EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	}
}
