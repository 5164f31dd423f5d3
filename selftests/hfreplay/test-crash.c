// SPDX-License-Identifier: GPL-2.0-only
/*
 * hfctl verify after a crash. A replay runs on dm-log-writes, which knows what
 * a device with a write cache would have made durable, and when. At points of
 * that log the device is made as a crash could have left it: what is durable,
 * and any part of what was in the cache or in flight. hfctl must find nothing
 * missing; then one write that must be there is left out, and it must say so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <linux/hfreplay_stamp.h>

#include "device.h"
#include "kst.h"
#include "replay.h"
#include "writelog.h"

#define COUNT		600
#define BLOCK		4096
#define BLOCKS		256
#define SECTORS		(BLOCKS * BLOCK / 512)
#define MEDIUM		((size_t)BLOCKS * BLOCK)
#define NONE		SIZE_MAX
#define NEVER		UINT64_MAX
#define SEED		4711
#define LOG_BYTES	(16ULL << 20)

/* Points of one run. */
#define POINTS		4

/**
 * struct world - a run, and what is made of it
 * @im: the trace
 * @recs: completion records
 * @run: wall-start of the run
 * @log: what dm-log-writes has seen
 * @place: position of each write in the log; NONE for others
 * @flush: position of the flush of each request that has one
 * @order: writes, in the order of their completion
 * @writes: number of them
 * @medium: the device
 * @rnd: random numbers
 */
struct world {
	struct image *im;
	struct hfr_completion_rec recs[COUNT];
	uint64_t run;
	struct writelog log;
	size_t place[COUNT];
	size_t flush[COUNT];
	size_t order[COUNT];
	size_t writes;
	uint8_t *medium;
	uint32_t rnd;
};

static struct world w;

static uint32_t below(uint32_t n)
{
	w.rnd = w.rnd * 1664525 + 1013904223;
	return (w.rnd >> 8) % n;
}

static bool is_write(size_t i)
{
	return w.im->rec[i].op == HFR_OP_WRITE;
}

static bool has_flush(size_t i)
{
	return w.im->rec[i].op == HFR_OP_FLUSH ||
		w.im->rec[i].flags & HFR_RF_PREFLUSH;
}

/* ---- the run ---- */

static void add_request(uint64_t *at, uint64_t *flushed)
{
	uint32_t kind = below(100), block = below(BLOCKS);
	uint32_t blocks = 1 + below(6);
	struct hfr_trace_rec *rec;

	*at += 20000 + below(60000);
	if (block + blocks > BLOCKS)
		blocks = BLOCKS - block;
	/* Flushes follow each other, so that each is known in the log. */
	if (*at > *flushed + 3000000) {
		*flushed = *at;
		if (kind < 60) {
			image_add(w.im, HFR_OP_FLUSH, *at, 0, 0);
			return;
		}
		rec = image_add(w.im, HFR_OP_WRITE, *at, block * BLOCK,
				blocks * BLOCK);
		rec->flags = HFR_RF_PREFLUSH | (kind % 2 ? HFR_RF_FUA : 0);
		return;
	}
	rec = image_add(w.im, kind < 5 ? HFR_OP_READ : HFR_OP_WRITE, *at,
			block * BLOCK, blocks * BLOCK);
	if (kind > 85)
		rec->flags = HFR_RF_FUA;
}

static void make_trace(void)
{
	uint64_t at = 0, flushed = 0;
	FILE *f = fopen("/tmp/trace.hft", "w");
	int i;

	ASSERT_TRUE(f);
	w.im = image_new(1, COUNT);
	for (i = 0; i < COUNT; i++)
		add_request(&at, &flushed);
	image_end(w.im);
	ASSERT_EQ(fwrite(w.im->bytes, w.im->size, 1, f), 1);
	ASSERT_EQ(fclose(f), 0);
}

static void make_device(void)
{
	if (!getenv("HFCTL"))
		kst_skip("HFCTL does not name hfctl");
	if (kst_sh("modprobe dm-log-writes 2>/dev/null"))
		kst_skip("there is no dm-log-writes");
	device_null("ka", "memory_backed=1 irqmode=2 completion_nsec=100000");
	device_null("kl", "memory_backed=1 size=16");
	device_dm("logged", "0 131072 log-writes /dev/ka /dev/kl");
}

static void run_trace(void)
{
	const struct spec spec = {
		.target = { "/dev/mapper/logged" },
		.set = {
			{ A(FLAGS), FL(ALLOW_WRITES) }, { A(SEED), SEED },
			{ A(PAYLOAD), HFREPLAY_PAYLOAD_VERIFY },
			/* A machine that stalls does not issue all at once. */
			{ A(LIMIT), HFREPLAY_LIMIT_FIXED },
			{ A(LIMIT_VALUE), 8 },
		},
	};
	struct replay r = replay_new(&spec);
	struct view v;

	replay_load(&r, w.im);
	replay_run(&r, NULL, &v);
	ASSERT_EQ(v.v[A(ERRORS)], 0);
	ASSERT_EQ(v.v[A(VERIFY_ERRORS)], 0);
	ASSERT_EQ(replay_records(&r, w.recs, COUNT), COUNT);
	w.run = v.v[A(WALL_START)];
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	/* Its end writes what nothing has made durable. */
	ASSERT_EQ(kst_sh("dmsetup remove --retry --noudevsync logged"), 0);
	w.log = writelog_read("kl", LOG_BYTES);
}

/* ---- which entry of the log is which request ---- */

static void find_write(size_t at)
{
	const struct writelog_entry *e = &w.log.entry[at];
	const struct hfr_stamp *s = (const void *)e->data;

	ASSERT_EQ(hfr_stamp_read(e->data), HFR_STAMP_GOOD);
	ASSERT_LT(s->index, COUNT);
	ASSERT_TRUE(is_write(s->index));
	ASSERT_EQ(w.place[s->index], NONE);
	ASSERT_EQ(e->sector * 512, w.im->rec[s->index].offset);
	ASSERT_EQ(e->sectors * 512, w.im->rec[s->index].length);
	w.place[s->index] = at;
}

static size_t next_flush(size_t at)
{
	while (at < w.log.count &&
	       !(w.log.entry[at].flush && !w.log.entry[at].sectors))
		at++;
	return at;
}

/*
 * Flushes have no name. They come in the order in which they were issued if
 * none was issued while another was in flight; those that were take the
 * position of the last of them.
 */
static void find_flushes(void)
{
	size_t i, j, first = 0, at = 0;
	uint64_t busy = 0;

	for (i = 0; i < COUNT; i++) {
		if (!has_flush(i))
			continue;
		at = next_flush(at);
		ASSERT_LT(at, w.log.count);
		if (w.recs[i].issued_ns > busy)
			first = i;
		if (w.recs[i].completed_ns > busy)
			busy = w.recs[i].completed_ns;
		for (j = first; j <= i; j++)
			if (has_flush(j))
				w.flush[j] = at;
		at++;
	}
	EXPECT_EQ(next_flush(at), w.log.count);
}

static int by_completion(const void *a, const void *b)
{
	uint64_t p = w.recs[*(const size_t *)a].completed_ns;
	uint64_t q = w.recs[*(const size_t *)b].completed_ns;

	return p < q ? -1 : p > q;
}

static void read_log(void)
{
	size_t i;

	for (i = 0; i < COUNT; i++) {
		w.place[i] = NONE;
		w.flush[i] = NONE;
	}
	for (i = 0; i < w.log.count; i++)
		if (w.log.entry[i].sectors && !w.log.entry[i].mark)
			find_write(i);
	find_flushes();
	w.writes = 0;
	for (i = 0; i < COUNT; i++) {
		if (!is_write(i))
			continue;
		ASSERT_NE(w.place[i], NONE);
		w.order[w.writes++] = i;
	}
	qsort(w.order, w.writes, sizeof(*w.order), by_completion);
}

/* ---- a crash after so many entries of the log ---- */

/*
 * The machine may have learned of every completion before the first one that
 * promises something which is not in the log yet.
 */
static uint64_t known_until(size_t point)
{
	uint64_t until = NEVER;
	size_t i;

	for (i = 0; i < COUNT; i++) {
		bool late = w.flush[i] != NONE && w.flush[i] >= point;

		if (is_write(i) && w.im->rec[i].flags & HFR_RF_FUA)
			late |= w.place[i] >= point;
		if (late && w.recs[i].completed_ns < until)
			until = w.recs[i].completed_ns;
	}
	return until;
}

static void put_sector(size_t i, uint64_t s)
{
	memcpy(w.medium + w.im->rec[i].offset + s * 512,
	       w.log.entry[w.place[i]].data + s * 512, 512);
}

/* All of what is durable, and any part of what had been issued besides. */
static void make_medium(size_t point, uint64_t until, size_t without)
{
	size_t n;

	memset(w.medium, 0x5a, MEDIUM);
	for (n = 0; n < w.writes; n++) {
		size_t i = w.order[n];
		bool durable = w.place[i] < point;
		uint64_t s, sectors = w.im->rec[i].length / 512;
		uint32_t share = below(3);

		if (i == without ||
		    (!durable && w.recs[i].issued_ns >= until))
			continue;
		for (s = 0; s < sectors; s++)
			if (durable || share == 1 || (share && below(2)))
				put_sector(i, s);
	}
}

static void save(const char *path, const void *data, size_t size)
{
	FILE *f = fopen(path, "w");

	ASSERT_TRUE(f);
	ASSERT_EQ(fwrite(data, size, 1, f), 1);
	ASSERT_EQ(fclose(f), 0);
}

static void save_records(uint64_t until)
{
	static struct hfr_completion_rec known[COUNT];
	size_t i;

	memcpy(known, w.recs, sizeof(known));
	for (i = 0; i < COUNT; i++)
		if (known[i].completed_ns >= until)
			memset(&known[i], 0, sizeof(known[i]));
	save("/tmp/known.rec", known, sizeof(known));
}

static int verify(const char *device, const char *more)
{
	return kst_sh("exec \"$HFCTL\" verify /tmp/trace.hft --records /tmp/known.rec --seed %u --run %llu %s %s >/tmp/verify.out 2>&1",
		      SEED, (unsigned long long)w.run, more, device);
}

/* Whether what hfctl printed names request @i as missing. */
static bool named(size_t i)
{
	char want[64], line[512];
	bool found = false;
	FILE *f = fopen("/tmp/verify.out", "r");

	snprintf(want, sizeof(want), "what request %zu wrote, or newer", i);
	while (f && fgets(line, sizeof(line), f))
		found |= !!strstr(line, want);
	if (f)
		fclose(f);
	return found;
}

static bool promised(size_t i, size_t point, uint64_t until)
{
	size_t f;

	if (!is_write(i) || w.place[i] >= point ||
	    w.recs[i].completed_ns >= until)
		return false;
	if (w.im->rec[i].flags & HFR_RF_FUA)
		return true;
	for (f = 0; f < COUNT; f++)
		if (has_flush(f) && w.recs[f].completed_ns < until &&
		    w.recs[f].issued_ns > w.recs[i].completed_ns)
			return true;
	return false;
}

/*
 * Whether another write of the sector may be there that was not over before
 * @i was issued.
 */
static bool contested(size_t i, uint64_t offset, size_t point, uint64_t until)
{
	size_t j;

	for (j = 0; j < COUNT; j++)
		if (j != i && is_write(j) &&
		    (w.recs[j].issued_ns < until || w.place[j] < point) &&
		    w.recs[j].completed_ns >= w.recs[i].issued_ns &&
		    offset >= w.im->rec[j].offset &&
		    offset < w.im->rec[j].offset + w.im->rec[j].length)
			return true;
	return false;
}

/* A write that must be there, and whose loss shows. */
static size_t find_victim(size_t point, uint64_t until)
{
	size_t from = below(COUNT), n;
	uint64_t at;

	for (n = 0; n < COUNT; n++) {
		size_t i = (from + n) % COUNT;
		const struct hfr_trace_rec *rec = &w.im->rec[i];

		if (!promised(i, point, until))
			continue;
		for (at = rec->offset; at < rec->offset + rec->length; at += 512)
			if (!contested(i, at, point, until))
				return i;
	}
	return NONE;
}

/* False where nothing must be there that could be left out. */
static bool crash(size_t point)
{
	uint64_t until = known_until(point);
	size_t victim = find_victim(point, until);
	int code;

	save_records(until);
	make_medium(point, until, NONE);
	save("/tmp/medium", w.medium, MEDIUM);
	code = verify("/tmp/medium", "--crash");
	if (code) {
		kst_sh("head -n 20 /tmp/verify.out | sed 's/^/# /'");
		kst_failed(__FILE__, __LINE__, false,
			   "point %zu: exit code %d, all is there", point,
			   code);
	}
	if (victim == NONE)
		return false;
	make_medium(point, until, victim);
	save("/tmp/medium", w.medium, MEDIUM);
	code = verify("/tmp/medium", "--crash");
	if (code != 4 || !named(victim)) {
		kst_sh("head -n 20 /tmp/verify.out | sed 's/^/# /'");
		kst_failed(__FILE__, __LINE__, false,
			   "point %zu: exit code %d, write %zu is not there",
			   point, code, victim);
	}
	return true;
}

/* Rows, because a test has to end in time. */
static const struct row {
	const char *title;
	uint32_t seed;
} rows[] = {
	{ "points 1 to 4: what was durable is found, a loss is noticed", 1 },
	{ "points 5 to 8", 22 },
	{ "points 9 to 12", 333 },
	{ "points 13 to 16", 4444 },
	{ "points 17 to 20", 55555 },
	{ "points 21 to 24", 666666 },
	{ "points 25 to 28", 7777777 },
	{ "points 29 to 32", 88888888 },
	{ "points 33 to 36", 999999999 },
	{ "points 37 to 40", 10 },
	{ "points 41 to 44", 1100 },
	{ "points 45 to 48", 120000 },
	{ "points 49 to 52", 13000000 },
	{ "points 53 to 56", 1400000000 },
	{ "points 57 to 60", 15 },
	{ "points 61 to 64", 1600 },
	{ "points 65 to 68", 170000 },
	{ "points 69 to 72", 18000000 },
	{ "points 73 to 76", 1900000000 },
	{ "points 77 to 80", 20 },
	{ "points 81 to 84", 2100 },
	{ "points 85 to 88", 220000 },
	{ "points 89 to 92", 23000000 },
	{ "points 93 to 96", 2400000000 },
	{ "points 97 to 100", 25 },
	{ "points 101 to 104", 2600 },
	{ "points 105 to 108", 270000 },
	{ "points 109 to 112", 28000000 },
};

TEST_ROWS(crashes, rows)
{
	const struct row *this = row;
	int points = 0, i;

	w.rnd = this->seed;
	w.medium = malloc(MEDIUM);
	make_device();
	make_trace();
	run_trace();
	read_log();
	/* Without a crash all is there, read from the device itself. */
	save_records(NEVER);
	EXPECT_EQ(verify("/dev/ka", ""), 0);
	for (i = 0; i < 2 * POINTS && points < POINTS; i++)
		points += crash(w.log.count / 8 + below(w.log.count * 7 / 8));
	EXPECT_EQ(points, POINTS);
	kst_note("%d points among %zu entries", points, w.log.count);
	writelog_free(&w.log);
}
