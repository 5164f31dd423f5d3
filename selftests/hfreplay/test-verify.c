// SPDX-License-Identifier: GPL-2.0-only
/* The payload "verify": what is written proves itself when it is read. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <linux/hfreplay_stamp.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define WRITES	FL(ALLOW_WRITES)
#define COUNT	1500
#define SEED	0x8123456789abcdefULL
#define BLOCK	4096

static struct hfr_completion_rec recs[COUNT];

static struct replay verified(const char *target, uint32_t on_error)
{
	const struct spec spec = {
		.target = { target },
		.set = {
			{ A(FLAGS), WRITES }, { A(SEED), SEED },
			{ A(PAYLOAD), HFREPLAY_PAYLOAD_VERIFY },
			{ A(ON_ERROR), on_error }, { A(WINDOW), 4096 },
		},
	};

	return replay_new(&spec);
}

static size_t flagged(const struct replay *r, size_t n, size_t *first)
{
	size_t i, count = 0;

	ASSERT_EQ(replay_records(r, recs, COUNT), n);
	*first = n;
	for (i = 0; i < n; i++) {
		if (!(recs[i].flags & HFR_CF_VERIFY))
			continue;
		if (!count++)
			*first = i;
	}
	return count;
}

/* Reads and writes of 1 MiB in all lengths, so that many meet in flight. */
static struct image *mixed(void)
{
	struct image *im = image_new(1, COUNT);
	uint32_t i, rnd = 1;

	for (i = 0; i < COUNT; i++) {
		uint32_t block, blocks;
		uint8_t op;

		rnd = rnd * 1664525 + 1013904223;
		block = (rnd >> 8) % 256;
		blocks = 1 + (rnd >> 20) % 24;
		if (block + blocks > 256)
			blocks = 256 - block;
		op = rnd >> 30 ? HFR_OP_READ : HFR_OP_WRITE;
		if (i % 97 == 5)
			op = HFR_OP_DISCARD;
		image_add(im, op, i * 2000, (uint64_t)block * BLOCK,
			  blocks * BLOCK);
	}
	image_end(im);
	return im;
}

TEST(clean, "what a sound device returns is right, in every run")
{
	struct replay r;
	struct view v;
	size_t first;
	int run;

	device_null("ka", "memory_backed=1 discard=1 irqmode=2 completion_nsec=50000");
	r = verified("/dev/ka", HFREPLAY_ON_ERROR_CONTINUE);
	replay_load(&r, mixed());
	for (run = 0; run < 3; run++) {
		const struct setting afap[] = {
			{ A(MODE), HFREPLAY_MODE_AFAP }, { 0, 0 }
		};

		if (run)
			ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
		replay_run(&r, run == 1 ? afap : NULL, &v);
		EXPECT_EQ(v.v[A(ERRORS)], 0);
		EXPECT_EQ(v.v[A(VERIFY_ERRORS)], 0);
		EXPECT_GT(v.v[A(VERIFIED)], 1000);
		EXPECT_EQ(flagged(&r, COUNT, &first), 0);
	}
	kst_note("%llu blocks were checked in the last run",
		 (unsigned long long)v.v[A(VERIFIED)]);
}

/* Each loop writes anew, and workers read what others have written. */
static const struct many {
	const char *title;
	struct setting run[4];
} many[] = {
	{ "two workers in three loops, as fast as they can",
	  { { A(MODE), HFREPLAY_MODE_AFAP }, { A(LOOPS), 3 } } },
	{ "two workers in three loops, at their time",
	  { { A(MODE), HFREPLAY_MODE_HF }, { A(LOOPS), 3 } } },
	{ "two workers in three loops, by dependencies",
	  { { A(MODE), HFREPLAY_MODE_DEP }, { A(LOOPS), 3 } } },
};

TEST_ROWS(workers, many)
{
	const struct many *this = row;
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = {
			{ A(FLAGS), WRITES }, { A(SEED), SEED },
			{ A(PAYLOAD), HFREPLAY_PAYLOAD_VERIFY },
			{ A(WINDOW), 8192 }, { A(WORKERS), 2 },
		},
	};
	struct image *im = mixed();
	struct replay r;
	struct view v;
	size_t i;

	device_null("ka", "memory_backed=1 discard=1 irqmode=2 completion_nsec=50000");
	r = replay_new(&spec);
	/* Each on the sixteenth before it. */
	for (i = 0; i < COUNT; i++) {
		im->rec[i].rank = i;
		im->rec[i].global_rank = i;
		im->rec[i].dep_hi = i < 16 ? 0 : i - 15;
		im->rec[i].dep_lo = i < 16 ? 0 : i - 16;
	}
	image_deps(im, HFR_DEP_GLOBAL, 1);
	image_end(im);
	replay_load(&r, im);
	replay_run(&r, this->run, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], 3 * COUNT);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	EXPECT_EQ(v.v[A(VERIFY_ERRORS)], 0);
	EXPECT_GT(v.v[A(VERIFIED)], 1000);
	kst_note("%llu blocks were checked",
		 (unsigned long long)v.v[A(VERIFIED)]);
}

TEST(stamps, "each sector says who wrote it, in which run, and where it belongs")
{
	const struct hfr_stamp *s;
	struct image *im = image_new(1, 2);
	struct replay r;
	struct view v;
	uint64_t *data;
	int i;

	device_null("ka", "memory_backed=1");
	r = verified("/dev/ka", HFREPLAY_ON_ERROR_CONTINUE);
	image_add(im, HFR_OP_WRITE, 0, 8 * BLOCK, BLOCK);
	image_add(im, HFR_OP_WRITE, 1000000, 8 * BLOCK + 1024, 512);
	image_end(im);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	data = device_read("ka", 8 * BLOCK, BLOCK);
	for (i = 0; i < 8; i++) {
		s = (const struct hfr_stamp *)&data[i * HFR_STAMP_WORDS];
		EXPECT_EQ(hfr_stamp_read(s), HFR_STAMP_GOOD);
		EXPECT_EQ(s->seed, SEED);
		EXPECT_EQ(s->run, v.v[A(WALL_START)]);
		EXPECT_EQ(s->sector, 64 + i);
		EXPECT_EQ(s->target, 0);
		EXPECT_EQ(s->index, i == 2);
	}
}

/* Write, write elsewhere, read the first; on whatever @target does to it. */
static void read_back(const char *target, uint32_t on_error, uint32_t state,
		      struct view *v)
{
	struct replay r = verified(target, on_error);
	struct image *im = image_new(1, 3);
	size_t first;

	image_add(im, HFR_OP_WRITE, 0, 0, BLOCK);
	image_add(im, HFR_OP_WRITE, 20000000, DEVICE_BYTES / 2, BLOCK);
	image_add(im, HFR_OP_READ, 40000000, 0, BLOCK);
	image_end(im);
	replay_load(&r, im);
	replay_start(&r, NULL);
	replay_wait(&r, state, v);
	EXPECT_EQ(flagged(&r, 3, &first), 1);
	EXPECT_EQ(first, 2);
	EXPECT_EQ(v->v[A(VERIFY_ERRORS)], 1);
	EXPECT_EQ(v->v[A(VERIFIED)], BLOCK / 512);
}

TEST(misplaced, "a write that went to another place is found")
{
	struct view v;

	device_null("ka", "memory_backed=1");
	/* Both halves are the same blocks. */
	device_dm("twice", "0 65536 linear /dev/ka 0\n65536 65536 linear /dev/ka 0");
	read_back("/dev/mapper/twice", HFREPLAY_ON_ERROR_CONTINUE, ST(DONE),
		  &v);
}

/* /dev/mapper/bad says that it has written, and has not. */
static void drop_writes(void)
{
	if (kst_sh("modprobe dm-flakey 2>/dev/null"))
		kst_skip("there is no dm-flakey");
	device_null("ka", "memory_backed=1");
	device_dm("bad", "0 131072 flakey /dev/ka 0 0 3600 1 drop_writes");
}

TEST(lost, "a write that was lost is found")
{
	struct view v;

	drop_writes();
	read_back("/dev/mapper/bad", HFREPLAY_ON_ERROR_CONTINUE, ST(DONE), &v);
}

TEST(lost_stop, "it ends the replay if errors do")
{
	struct view v;

	drop_writes();
	read_back("/dev/mapper/bad", HFREPLAY_ON_ERROR_STOP, ST(FAILED), &v);
	EXPECT_TEXT(v.error, "request 2 read what was not written there");
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 2);
}

/*
 * Writes a block, reads it, writes at @second, reads the block again; after
 * the first read @command is run.
 */
static void meddle(const char *command, uint64_t second)
{
	struct image *im = image_new(1, 4);
	struct replay r;
	struct view v;
	size_t first;

	device_null("ka", "memory_backed=1");
	device_dm("later", "0 131072 linear /dev/ka 0");
	r = verified("/dev/mapper/later", HFREPLAY_ON_ERROR_CONTINUE);
	image_add(im, HFR_OP_WRITE, 0, 0, BLOCK);
	image_add(im, HFR_OP_READ, 1000000, 0, BLOCK);
	image_add(im, HFR_OP_WRITE, 8000000000, second, BLOCK);
	image_add(im, HFR_OP_READ, 8100000000, 0, BLOCK);
	image_end(im);
	replay_load(&r, im);
	replay_start(&r, NULL);
	while (replay_get(&r).v[A(COMPLETED)] < 2)
		kst_sleep(20);
	ASSERT_EQ(kst_sh("%s", command), 0);
	EXPECT_EQ(replay_get(&r).v[A(ISSUED)], 2);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(flagged(&r, 4, &first), 1);
	EXPECT_EQ(first, 3);
	EXPECT_EQ(v.v[A(VERIFY_ERRORS)], 1);
	EXPECT_EQ(v.v[A(VERIFIED)], 2 * BLOCK / 512);
}

TEST(damaged, "a byte that changed is found")
{
	meddle("printf x | dd of=/dev/ka bs=1 seek=700 conv=notrunc,fsync status=none",
	       DEVICE_BYTES / 2);
}

TEST(old, "an older version than the one that was written is found")
{
	if (kst_sh("modprobe dm-flakey 2>/dev/null"))
		kst_skip("there is no dm-flakey");
	meddle("dmsetup reload later --table '0 131072 flakey /dev/ka 0 0 3600 1 drop_writes' && dmsetup suspend later && dmsetup resume --noudevsync later",
	       0);
}

TEST(streamed, "a stream is verified too")
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = {
			{ A(FLAGS), WRITES | FL(STREAM) },
			{ A(PAYLOAD), HFREPLAY_PAYLOAD_VERIFY },
			{ A(WINDOW), 64 }, { A(RESULTS), 4096 },
			{ A(MODE), HFREPLAY_MODE_AFAP },
		},
	};
	struct image *im = mixed();
	struct replay r;
	struct view v;
	int fd;

	device_null("ka", "memory_backed=1 discard=1 irqmode=2 completion_nsec=50000");
	r = replay_new(&spec);
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(write_all(fd, im->bytes, (uint8_t *)im->rec - im->bytes), 0);
	replay_start(&r, NULL);
	ASSERT_EQ(write_all(fd, im->rec, im->size -
			    ((uint8_t *)im->rec - im->bytes)), 0);
	close(fd);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(VERIFY_ERRORS)], 0);
	EXPECT_GT(v.v[A(VERIFIED)], 1000);
}

TEST(bounded, "a trace that there is no memory to verify is refused")
{
	struct image *im = image_new(1, COUNT);
	struct replay r;
	struct view v;
	size_t i;

	ASSERT_EQ(kst_module_unload_soon(), 0);
	ASSERT_EQ(kst_module_load("max_memory_mb=2"), 0);
	device_null("ka", "");
	r = verified("/dev/ka", HFREPLAY_ON_ERROR_CONTINUE);
	for (i = 0; i < COUNT; i++)
		image_add(im, HFR_OP_WRITE, i, i * 32768, BLOCK);
	image_end(im);
	EXPECT_EQ(replay_feed(&r, im), -ENOMEM);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(STATE)], ST(FAILED));
	EXPECT_TEXT(v.error, "no memory to verify what it changes");
	EXPECT_GT(v.v[A(ERROR_INDEX)], 100);
	EXPECT_LT(v.v[A(ERROR_INDEX)], COUNT);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_unused(r.c));
	ASSERT_EQ(kst_module_unload_soon(), 0);
	ASSERT_EQ(kst_module_load(""), 0);
}
