// SPDX-License-Identifier: GPL-2.0-only
/* Requests that go together: bundles of mode hf, plugs of the other modes. */
#include <stdio.h>
#include <stdlib.h>

#include "blktrace.h"
#include "device.h"
#include "kst.h"
#include "replay.h"

#define MOST	2000

static struct hfr_completion_rec recs[MOST + 1];
static struct blk_event events[2 * MOST + 1];

static void run(const struct image *im, const struct setting *set)
{
	struct replay r = replay_simple("/dev/ka", 0);
	struct view v;

	replay_load(&r, im);
	replay_run(&r, set, &v);
	EXPECT_EQ(v.v[A(ERRORS)], 0);
	ASSERT_EQ(replay_records(&r, recs, MOST + 1), im->count);
	records_sane(recs, im->count);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

static void run_bundled(const struct image *im, uint32_t ns, uint32_t most)
{
	run(im, (struct setting[]){ { A(BUNDLE), ns }, { A(BUNDLE_MAX), most },
		{ 0 } });
}

/* Groups of @size reads @gap apart, @pause from group to group. */
static struct image *groups(size_t count, size_t size, uint64_t gap,
			    uint64_t pause, uint32_t length)
{
	struct image *im = image_new(1, count);
	uint64_t at = 0;
	size_t i;

	srand(3);
	for (i = 0; i < count; i++) {
		at += !i ? 0 : i % size ? gap : pause;
		image_add(im, HFR_OP_READ, at, (uint64_t)(rand() % 8000) * 4096,
			  length);
	}
	image_end(im);
	return im;
}

/* Bundles of @most requests, those of a group of @size that remain less. */
static void expect_bundles(const struct image *im, size_t size, size_t most)
{
	size_t i, wrong = 0, off = 0;
	int64_t due = 0;

	for (i = 0; i < im->count; i++) {
		bool first = !(i % size % most);

		if (first)
			due = im->rec[i].issue_ns;
		wrong += !(recs[i].flags & HFR_CF_BUNDLED) != first;
		off += record_due(&recs[i]) < due ||
			record_due(&recs[i]) >= due + HFR_COST_UNIT ||
			recs[i].issued_ns < due;
	}
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(off, 0);
}

static void expect_order(const struct image *im)
{
	size_t i, n = blk_trace_read(events, MOST), wrong = 0;

	ASSERT_EQ(n, im->count);
	for (i = 0; i < n; i++)
		wrong += events[i].sector != im->rec[i].offset / 512 ||
			events[i].sectors != im->rec[i].length / 512;
	EXPECT_EQ(wrong, 0);
}

/**
 * struct bundle_case - groups of requests, and how they go
 * @title: what it proves
 * @options: of the device
 * @count: requests
 * @size: of a group
 * @most: bundle-max
 * @length: bytes of a request
 */
static const struct bundle_case {
	const char *title;
	const char *options;
	size_t count;
	size_t size;
	size_t most;
	uint32_t length;
} cases[] = {
	{ "bundles of 5 are due at once, the driver gets them in order",
	  "", 1000, 5, 256, 4096 },
	{ "a bundle of more than 31 is several plugs, in order",
	  "hw_queue_depth=512", 1000, 100, 256, 4096 },
	{ "a bundle of more requests than tags is in order",
	  "irqmode=2 completion_nsec=10000 hw_queue_depth=16", 300, 50, 256,
	  4096 },
	{ "256 requests go together at most",
	  "hw_queue_depth=1024", 1800, 600, 256, 4096 },
	{ "no more than bundle-max go together", "", 700, 7, 3, 4096 },
	{ "bundles of requests of 128 KiB and more are in order",
	  "max_sectors=2560", 240, 8, 256, 128 << 10 },
	{ "a bundle-max of 1 is no bundle", "", 100, 5, 1, 4096 },
};

TEST_ROWS(bundles, cases)
{
	const struct bundle_case *c = row;
	struct image *im = groups(c->count, c->size, 9999, 400000, c->length);

	device_null("ka", c->options);
	blk_trace_start("block_rq_issue");
	run_bundled(im, 10000, c->most);
	expect_order(im);
	expect_bundles(im, c->size, c->most);
}

TEST(mixed_lengths, "bundles of short and long requests mixed are in order")
{
	struct image *im = groups(600, 30, 1000, 500000, 4096);
	size_t i;

	for (i = 0; i < im->count; i++)
		im->rec[i].length = 4096 << i % 7;
	image_end(im);
	device_null("ka", "max_sectors=2560");
	blk_trace_start("block_rq_issue");
	run_bundled(im, 10000, 256);
	expect_order(im);
	expect_bundles(im, 30, 256);
}

TEST(threshold, "requests exactly the threshold apart do not go together")
{
	device_null("ka", "");
	run_bundled(groups(500, 5, 10000, 100000, 4096), 10000, 256);
	expect_bundles(groups(500, 5, 10000, 100000, 4096), 1, 256);
}

static size_t bundled(size_t n)
{
	size_t i, sum = 0;

	for (i = 0; i < n; i++)
		sum += !!(recs[i].flags & HFR_CF_BUNDLED);
	return sum;
}

TEST(speed, "the threshold is a time of the replay, not of the trace")
{
	struct image *im = groups(100, 5, 50000, 1000000, 4096);

	device_null("ka", "");
	run(im, (struct setting[]){ { A(BUNDLE), 10000 }, { A(SPEED), 5000 },
		{ 0 } });
	EXPECT_EQ(bundled(100), 0);
	run(im, (struct setting[]){ { A(BUNDLE), 10000 }, { A(SPEED), 5001 },
		{ 0 } });
	EXPECT_EQ(bundled(100), 80);
}

/* In flight at most, and how many said that they waited for it. */
static void limited(const struct image *im, const struct setting *set,
		    uint32_t limit, size_t flagged)
{
	size_t i, over = 0, waited = 0, together = 0;

	run(im, set);
	for (i = 0; i < im->count; i++) {
		over += recs[i].in_flight > limit ||
			records_in_flight(recs, im->count, i, NULL) > limit;
		waited += !!(recs[i].flags & HFR_CF_LIMITED);
		together += !!(recs[i].flags & HFR_CF_BUNDLED);
	}
	EXPECT_EQ(over, 0);
	EXPECT_GE(waited, flagged);
	if (!flagged)
		EXPECT_EQ(waited, 0);
	EXPECT_EQ(together, im->count - im->count / 20);
}

TEST(limits, "bundles keep to the limits in flight, and say so")
{
	struct image *im = groups(200, 20, 100, 10000000, 4096);
	size_t i;

	device_null("ka", "irqmode=2 completion_nsec=1000000");
	for (i = 0; i < im->count; i++)
		im->rec[i].in_flight = 3;
	image_end(im);
	limited(im, (struct setting[]){ { A(BUNDLE), 1000 }, { 0 } }, 4, 40);
	limited(im, (struct setting[]){ { A(BUNDLE), 1000 },
		{ A(LIMIT), HFREPLAY_LIMIT_FIXED }, { A(LIMIT_VALUE), 7 },
		{ 0 } }, 7, 20);
	limited(im, (struct setting[]){ { A(BUNDLE), 1000 },
		{ A(LIMIT), HFREPLAY_LIMIT_NONE }, { 0 } }, 64, 0);
}

/* Longest row of requests that were made before one was handed over. */
static size_t longest_plug(size_t n)
{
	size_t i, row = 0, most = 0;

	for (i = 0; i < n; i++) {
		row = strcmp(events[i].name, "block_rq_issue") ? row + 1 : 0;
		if (row > most)
			most = row;
	}
	return most;
}

static size_t plugged(struct image *im, uint32_t mode, uint32_t plug)
{
	size_t n;

	blk_trace_start("block_rq_issue");
	blk_trace_also("block_getrq");
	run(im, (struct setting[]){ { A(MODE), mode }, { A(PLUG), plug },
		{ 0 } });
	n = blk_trace_read(events, KST_COUNT(events));
	EXPECT_EQ(n, 2 * im->count);
	return longest_plug(n);
}

TEST(plug, "afap and load hand over as many requests together as plug says")
{
	struct image *im = groups(500, 500, 0, 0, 4096);
	size_t i;

	for (i = 0; i < im->count; i++) {
		im->rec[i].in_flight = 40;
		im->rec[i].complete_ns = 1000;
	}
	image_end(im);
	im->hdr->flags |= HFR_FF_COMPLETIONS;
	device_null("ka", "");
	EXPECT_EQ(plugged(im, HFREPLAY_MODE_AFAP, 0), 1);
	EXPECT_EQ(plugged(im, HFREPLAY_MODE_AFAP, 8), 8);
	EXPECT_EQ(plugged(im, HFREPLAY_MODE_AFAP, 31), 31);
	EXPECT_EQ(plugged(im, HFREPLAY_MODE_LOAD, 5), 5);
}

TEST(plug_order, "what is plugged reaches the driver in the order of the trace")
{
	struct image *im = groups(1500, 1500, 0, 0, 4096);

	device_null("ka", "irqmode=2 completion_nsec=50000");
	blk_trace_start("block_rq_issue");
	run(im, (struct setting[]){ { A(MODE), HFREPLAY_MODE_AFAP },
		{ A(PLUG), 31 }, { 0 } });
	expect_order(im);
}
