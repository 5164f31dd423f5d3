// SPDX-License-Identifier: GPL-2.0-only
/* Flags of a request, priorities, and requests of many pieces, as the block
 * layer and the driver see them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "blktrace.h"
#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	64
#define WRITES	FL(ALLOW_WRITES)
#define MIB	(1U << 20)
#define MS	1000000ULL

static struct hfr_completion_rec recs[COUNT + 1];
static struct blk_event events[4096];

/* Of the records of a trace that was replayed, those with an error. */
static size_t failed(const struct replay *r, size_t count, int error)
{
	size_t i, n = 0;

	ASSERT_EQ(replay_records(r, recs, COUNT + 1), count);
	for (i = 0; i < count; i++)
		n += recs[i].error == error;
	return n;
}

static unsigned long queue_attr(const char *disk, const char *name)
{
	unsigned long value = 0;
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/block/%s/queue/%s", disk,
		 name);
	f = fopen(path, "r");
	if (f && fscanf(f, "%lu", &value) != 1)
		value = 0;
	if (f)
		fclose(f);
	return value;
}

static const char *disk_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* ---- what a bio carries ---- */

static struct image *flagged(const uint32_t *flags, size_t n, uint8_t op)
{
	struct image *im = image_new(1, n);
	size_t i;

	for (i = 0; i < n; i++)
		image_add(im, op, i * MS, i * 65536, 4096)->flags = flags[i];
	image_end(im);
	return im;
}

/* What each of the bios of a trace of reads or writes carries. */
static size_t bios_of(const char *path, struct image *im, uint32_t flags,
		      struct blk_bio *bios, size_t max)
{
	struct replay r = replay_simple(path, flags);

	replay_load(&r, im);
	blk_bio_start();
	replay_run(&r, NULL, NULL);
	return blk_bio_read(bios, max);
}

static bool one_bit(uint32_t value)
{
	return value && !(value & (value - 1));
}

TEST(bits, "NOWAIT, NOMERGE, META and RAHEAD are a bit of the bio each, no two the same")
{
	static const uint32_t flags[] = { 0, HFR_RF_NOWAIT, HFR_RF_NOMERGE,
					  HFR_RF_META, HFR_RF_RAHEAD,
					  HFR_RF_SYNC };
	struct blk_bio b[16];
	uint32_t seen = 0;
	size_t i, n;

	device_null("ka", "");
	n = bios_of("/dev/ka", flagged(flags, 6, HFR_OP_READ),
		    FL(ALLOW_MERGE), b, 16);
	ASSERT_EQ(n, 6);
	for (i = 1; i < n; i++) {
		EXPECT_TRUE(one_bit(b[i].opf ^ b[0].opf));
		EXPECT_EQ(seen & (b[i].opf ^ b[0].opf), 0);
		seen |= b[i].opf ^ b[0].opf;
	}
}

TEST(nomerge_all, "without allow-merge every request carries NOMERGE")
{
	static const uint32_t flags[] = { 0, HFR_RF_NOMERGE };
	struct blk_bio b[4];

	device_null("ka", "");
	ASSERT_EQ(bios_of("/dev/ka", flagged(flags, 2, HFR_OP_READ), 0, b, 4),
		  2);
	EXPECT_EQ(b[0].opf, b[1].opf);
}

TEST(prio, "a request has the I/O priority of its record, else best effort 4")
{
	static const uint16_t prio[] = { 0, 1 << 13 | 0, 1 << 13 | 7,
					 2 << 13 | 3, 3 << 13 };
	struct image *im = image_new(1, 5);
	struct blk_bio b[8];
	size_t i;

	device_null("ka", "");
	for (i = 0; i < 5; i++)
		image_add(im, HFR_OP_READ, i * MS, 0, 4096)->prio = prio[i];
	image_end(im);
	ASSERT_EQ(bios_of("/dev/ka", im, 0, b, 8), 5);
	EXPECT_EQ(b[0].prio, 2 << 13 | 4);
	for (i = 1; i < 5; i++)
		EXPECT_EQ(b[i].prio, prio[i]);
}

/* ---- merging ---- */

/* Eight reads side by side, handed over together; how many the driver gets. */
static size_t merged(uint32_t session, uint32_t flags)
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = {
			{ A(FLAGS), session }, { A(PLUG), 8 },
			{ A(MODE), HFREPLAY_MODE_AFAP },
		},
	};
	struct image *im = image_new(1, 8);
	struct replay r;
	struct view v;
	size_t i;

	device_null("ka", "");
	for (i = 0; i < 8; i++)
		image_add(im, HFR_OP_READ, 0, i * 4096, 4096)->flags = flags;
	image_end(im);
	r = replay_new(&spec);
	replay_load(&r, im);
	blk_trace_start("block_rq_issue");
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	return blk_trace_read(events, KST_COUNT(events));
}

TEST(merge, "with allow-merge requests side by side become one")
{
	EXPECT_EQ(merged(FL(ALLOW_MERGE), 0), 1);
	EXPECT_EQ(events[0].sectors, 64);
}

TEST(no_merge, "without allow-merge they do not")
{
	EXPECT_EQ(merged(0, 0), 8);
}

TEST(no_merge_flag, "nor do those with NOMERGE")
{
	EXPECT_EQ(merged(FL(ALLOW_MERGE), HFR_RF_NOMERGE), 8);
}

/* ---- NOWAIT ---- */

TEST(again, "a NOWAIT request that would wait fails with EAGAIN, is counted, has its record")
{
	struct image *im = image_new(1, COUNT);
	struct replay r;
	struct view v;
	int i;

	device_null("ka", "");
	/* One that has to be split cannot be had without waiting. */
	for (i = 0; i < COUNT; i++)
		image_add(im, HFR_OP_READ, i * MS, 0,
			  i % 4 ? 4096 : 8 * MIB)->flags = HFR_RF_NOWAIT;
	image_end(im);
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(AGAIN)], COUNT / 4);
	EXPECT_EQ(v.v[A(ERRORS)], COUNT / 4);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	EXPECT_EQ(v.v[A(READ_BYTES)], COUNT * 3 / 4 * 4096);
	EXPECT_EQ(failed(&r, COUNT, EAGAIN), COUNT / 4);
	EXPECT_EQ(recs[4].error, EAGAIN);
	EXPECT_EQ(recs[5].error, 0);
}

TEST(cannot_nowait, "NOWAIT on a target that cannot is refused, or skipped")
{
	static const uint32_t flags[] = { 0, HFR_RF_NOWAIT };
	struct image *im = flagged(flags, 2, HFR_OP_READ);
	struct replay r;
	struct view v;

	device_null("ka", "");
	device_dm("kd", "0 131072 delay /dev/ka 0 0");
	r = replay_simple("/dev/mapper/kd", 0);
	EXPECT_EQ(replay_feed(&r, im), -EOPNOTSUPP);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 1);
	EXPECT_TEXT(v.error, "flags 0x20 are not possible");
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	r = replay_simple("/dev/mapper/kd", FL(SKIP_UNSUPPORTED));
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(SKIPPED)], 1);
	ASSERT_EQ(replay_records(&r, recs, 3), 2);
	EXPECT_EQ(recs[1].state, HFR_REC_SKIPPED);
}

/* ---- atomic writes ---- */

static bool kernel_is_atomic(void)
{
	uint64_t caps[HFREPLAY_A_CAPS_MAX + 1];
	struct ctl *c = ctl_open();
	char version[64];

	ASSERT_TRUE(c);
	ASSERT_EQ(ctl_caps(c, caps, version), 0);
	return caps[HFREPLAY_A_CAPS_RECORD_FLAGS] & HFR_RF_ATOMIC;
}

TEST(atomic, "an atomic write is one for the device, at most as long as it allows")
{
	static const uint32_t flags[] = { 0, HFR_RF_ATOMIC };
	struct image *im = flagged(flags, 2, HFR_OP_WRITE);
	struct blk_bio b[4];
	unsigned long most;
	char path[64];

	if (!kernel_is_atomic())
		kst_skip("this kernel has no atomic writes");
	device_scsi(path, sizeof(path), "atomic_wr=1");
	most = queue_attr(disk_name(path), "atomic_write_unit_max_bytes");
	ASSERT_GE(most, 4096);
	ASSERT_EQ(bios_of(path, im, WRITES, b, 4), 2);
	EXPECT_TRUE(one_bit(b[0].opf ^ b[1].opf));
}

TEST(atomic_limit, "a longer one is refused with the limit, or skipped")
{
	struct image *im = image_new(1, 2);
	unsigned long most;
	struct replay r;
	char path[64], text[32];
	struct view v;

	if (!kernel_is_atomic())
		kst_skip("this kernel has no atomic writes");
	device_scsi(path, sizeof(path), "atomic_wr=1");
	most = queue_attr(disk_name(path), "atomic_write_unit_max_bytes");
	snprintf(text, sizeof(text), "up to %lu are", most);
	image_add(im, HFR_OP_WRITE, 0, 0, most)->flags = HFR_RF_ATOMIC;
	image_add(im, HFR_OP_WRITE, MS, 0, 2 * most)->flags = HFR_RF_ATOMIC;
	image_end(im);
	r = replay_simple(path, WRITES);
	EXPECT_EQ(replay_feed(&r, im), -EOPNOTSUPP);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 1);
	EXPECT_TEXT(v.error, text);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	r = replay_simple(path, WRITES | FL(SKIP_UNSUPPORTED));
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(v.v[A(SKIPPED)], 1);
	EXPECT_EQ(v.v[A(WRITE_BYTES)], most);
}

TEST(atomic_none, "an atomic write on a target that has none is refused")
{
	static const uint32_t flags[] = { HFR_RF_ATOMIC };
	struct replay r;

	device_null("ka", "");
	r = replay_simple("/dev/ka", WRITES);
	EXPECT_EQ(replay_feed(&r, flagged(flags, 1, HFR_OP_WRITE)),
		  -EOPNOTSUPP);
	EXPECT_TEXT(replay_get(&r).error, "atomic writes are not possible");
}

/* ---- many pieces; max_sectors_kb leaves out an odd sector ---- */

/* Replays a trace of 4 requests at once; the driver's are in events[]. */
static size_t run_large(const char *path, uint8_t op, uint32_t length)
{
	const struct spec spec = {
		.target = { path },
		.set = {
			{ A(FLAGS), WRITES }, { A(MODE), HFREPLAY_MODE_AFAP },
		},
	};
	struct image *im = image_new(1, 4);
	struct replay r;
	struct view v;
	size_t n;
	int i;

	for (i = 0; i < 4; i++)
		image_add(im, op, 0, 0, length);
	image_end(im);
	r = replay_new(&spec);
	replay_load(&r, im);
	blk_trace_start("block_rq_issue");
	replay_run(&r, NULL, &v);
	n = blk_trace_read(events, KST_COUNT(events));
	ASSERT_LE(n, KST_COUNT(events));
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(failed(&r, 4, 0), 4);
	records_sane(recs, 4);
	if (op == HFR_OP_READ)
		EXPECT_EQ(v.v[A(READ_BYTES)], 4ULL * length);
	if (op == HFR_OP_WRITE)
		EXPECT_EQ(v.v[A(WRITE_BYTES)], 4ULL * length);
	return n;
}

/* All that was asked for reaches the driver, no request longer than it can. */
static void whole(size_t n, uint32_t length, unsigned int most)
{
	uint64_t sectors = 0;
	size_t i, longer = 0;

	for (i = 0; i < n; i++) {
		sectors += events[i].sectors;
		longer += events[i].sectors > most;
	}
	EXPECT_EQ(longer, 0);
	EXPECT_EQ(sectors, 4ULL * length / 512);
	EXPECT_GE(n, 4 * ((length / 512 + most - 1) / most));
}

/* No two may be in flight that together need more tags than there are. */
static void one_by_one(void)
{
	int i;

	for (i = 0; i < 4; i++)
		EXPECT_EQ(recs[i].in_flight, 1);
}

TEST(large_read, "reads of 64 MiB reach null_blk in pieces, each alone among 64 tags")
{
	size_t n;

	device_null("ka", "irqmode=2 completion_nsec=100000");
	n = run_large("/dev/ka", HFR_OP_READ, 64 * MIB);
	whole(n, 64 * MIB, queue_attr("ka", "max_sectors_kb") * 2 + 1);
	EXPECT_GT(n, 4 * 64);
	one_by_one();
}

TEST(large_write, "writes of 64 MiB reach null_blk in pieces")
{
	size_t n;

	device_null("ka", "irqmode=2 completion_nsec=100000");
	n = run_large("/dev/ka", HFR_OP_WRITE, 64 * MIB);
	whole(n, 64 * MIB, queue_attr("ka", "max_sectors_kb") * 2 + 1);
	one_by_one();
}

/*
 * Newer kernels allow 4 MiB at once, and their scsi_debug looks through all
 * pages of a request for each of its sectors: software emulation takes minutes.
 */
static void large_on_scsi(uint8_t op)
{
	char path[64];
	unsigned int most;

	device_scsi(path, sizeof(path), "");
	ASSERT_EQ(kst_sh("echo 512 >/sys/block/%s/queue/max_sectors_kb",
			 disk_name(path)), 0);
	most = queue_attr(disk_name(path), "max_sectors_kb") * 2 + 1;
	whole(run_large(path, op, 64 * MIB), 64 * MIB, most);
}

TEST(large_scsi, "writes of 64 MiB reach a SCSI disk in pieces")
{
	large_on_scsi(HFR_OP_WRITE);
}

TEST(large_scsi_read, "reads of 64 MiB as well")
{
	large_on_scsi(HFR_OP_READ);
}

TEST(large_discard, "discards of 64 MiB reach the disk in pieces of its limit")
{
	char path[64];
	unsigned int most;

	device_scsi(path, sizeof(path), "lbpu=1 unmap_max_blocks=4096");
	most = queue_attr(disk_name(path), "discard_max_bytes") / 512;
	ASSERT_EQ(most, 4096);
	whole(run_large(path, HFR_OP_DISCARD, 64 * MIB), 64 * MIB, most);
}

TEST(large_zeroes, "write-zeroes of 64 MiB reach the disk in pieces of its limit")
{
	char path[64];
	unsigned int most;

	device_scsi(path, sizeof(path), "lbpws=1 write_same_length=4096");
	most = queue_attr(disk_name(path), "write_zeroes_max_bytes") / 512;
	ASSERT_GT(most, 0);
	ASSERT_LT(most, 131072);
	whole(run_large(path, HFR_OP_WRITE_ZEROES, 64 * MIB), 64 * MIB, most);
}

/* ---- secure erase ---- */

TEST(erase, "secure erase needs a target that has it, and both consents")
{
	struct image *im = image_new(1, 1);
	struct replay r;
	struct view v;

	device_null("ka", "discard=1");
	image_add(im, HFR_OP_SECURE_ERASE, 0, 0, 4096);
	image_end(im);
	r = replay_simple("/dev/ka", WRITES | FL(ALLOW_ERASE));
	EXPECT_EQ(replay_feed(&r, im), -EOPNOTSUPP);
	EXPECT_TEXT(replay_get(&r).error, "operation 5 is not possible");
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	r = replay_simple("/dev/ka", WRITES | FL(SKIP_UNSUPPORTED));
	EXPECT_EQ(replay_feed(&r, im), -EPERM);
	EXPECT_TEXT(replay_get(&r).error, "allow-erase");
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	r = replay_simple("/dev/ka", WRITES | FL(ALLOW_ERASE) |
			  FL(SKIP_UNSUPPORTED));
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(SKIPPED)], 1);
}
