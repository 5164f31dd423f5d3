// SPDX-License-Identifier: GPL-2.0-only
/* Mode load, choices that change while it runs, when it starts and ends. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	1000
#define MS	1000000ULL

static struct hfr_completion_rec recs[COUNT * 4];

static struct replay load(struct image *im, uint32_t flags)
{
	struct replay r = replay_simple("/dev/ka", flags);

	replay_load(&r, im);
	return r;
}

static size_t read_records(const struct replay *r)
{
	return replay_records(r, recs, KST_COUNT(recs));
}

/* ---- mode load ---- */

/* Requests of an original with up to 12 in flight, counted from its times. */
static struct image *with_completions(void)
{
	struct image *im = image_new(1, COUNT);
	uint64_t at = 0;
	size_t i, j;

	srand(11);
	for (i = 0; i < COUNT; i++) {
		at += rand() % 100000;
		image_add(im, HFR_OP_READ, at, rand() % 8000 * 4096ULL, 4096)
			->complete_ns = at + 1000 + rand() % 500000;
	}
	for (i = 0; i < COUNT; i++)
		for (j = 0; j <= i; j++)
			im->rec[i].in_flight += j == i ||
				im->rec[j].complete_ns > im->rec[i].issue_ns;
	image_end(im);
	im->hdr->flags |= HFR_FF_COMPLETIONS;
	im->hdr->duration_ns = at + MS;
	return im;
}

static void keeps_load(struct image *im, uint32_t speed)
{
	struct replay r = load(im, 0);
	size_t i, over = 0, full = 0;
	struct view v;

	replay_run(&r, (struct setting[]){ { A(MODE), HFREPLAY_MODE_LOAD },
		{ A(SPEED), speed }, { 0 } }, &v);
	ASSERT_EQ(read_records(&r), COUNT);
	records_sane(recs, COUNT);
	for (i = 0; i < COUNT; i++) {
		unsigned int now = records_in_flight(recs, COUNT, i, NULL);

		over += now > im->rec[i].in_flight ||
			recs[i].in_flight > im->rec[i].in_flight;
		full += recs[i].in_flight == im->rec[i].in_flight;
		over += recs[i].lateness || recs[i].cause;
	}
	EXPECT_EQ(over, 0);
	EXPECT_GT(full, COUNT / 10);
	EXPECT_EQ(v.v[A(LATE)], 0);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(mode_load, "load: never more in flight than in the original, and as many")
{
	struct image *im = with_completions();

	device_null("ka", "irqmode=2 completion_nsec=300000");
	keeps_load(im, 1000);
	keeps_load(im, 100);
}

static void start_refused(const struct replay *r, const struct setting *set,
			  int err, const char *text)
{
	EXPECT_EQ(ctl_start(r->c, r->id, set), err);
	EXPECT_TEXT(r->c->text, text);
	EXPECT_EQ(replay_get(r).v[A(STATE)], ST(READY));
}

TEST(modes_refused, "load needs completion times, dep needs dependencies")
{
	struct replay r;

	device_null("ka", "");
	r = load(image_reads(10, 1000, DEVICE_BYTES), 0);
	start_refused(&r, (struct setting[]){
		{ A(MODE), HFREPLAY_MODE_LOAD }, { 0 } },
		-EINVAL, "completion times");
	start_refused(&r, (struct setting[]){
		{ A(MODE), HFREPLAY_MODE_DEP }, { 0 } },
		-EINVAL, "dependencies");
	start_refused(&r, (struct setting[]){ { A(MODE), 4 }, { 0 } },
		      -ERANGE, "");
	start_refused(&r, (struct setting[]){ { A(SPEED), 0 }, { 0 } },
		      -ERANGE, "");
	start_refused(&r, (struct setting[]){ { A(PLUG), 32 }, { 0 } },
		      -ERANGE, "");
	start_refused(&r, (struct setting[]){ { A(BUNDLE_MAX), 257 }, { 0 } },
		      -ERANGE, "");
	/* What was refused is forgotten. */
	replay_run(&r, NULL, NULL);
}

/* ---- changes of what runs ---- */

static void set(const struct replay *r, const struct setting *s)
{
	int err = ctl_set(r->c, r->id, s);

	if (err)
		kst_failed(__FILE__, __LINE__, true, "session-set: %s: %s",
			   strerror(-err), r->c->text);
}

/* Clock at time 0 of the run. */
static uint64_t start_of(const struct view *v)
{
	struct timespec ts;
	uint64_t mono = kst_now();

	clock_gettime(CLOCK_REALTIME, &ts);
	return v->v[A(WALL_START)] - (ts.tv_sec * 1000000000ULL + ts.tv_nsec) +
		mono;
}

/*
 * At a pace of @from, then @to: due times lie on two lines that meet when the
 * change was made, which was between @low and @high of the run.
 */
static void on_two_lines(const struct image *im, uint64_t from, uint64_t to,
			 int64_t low, int64_t high)
{
	size_t i, before = 0, after = 0, neither = 0;

	for (i = 0; i < im->count; i++) {
		int64_t due = record_due(&recs[i]);
		int64_t pos = im->rec[i].issue_ns;
		/* due = met + (pos - met * from) / to; thousandths */
		int64_t met = (due * (int64_t)to - pos * 1000) /
			((int64_t)to - (int64_t)from);

		if (llabs(due - pos * 1000 / (int64_t)from) <= 32)
			before++;
		else if (met >= low && met <= high)
			after++;
		else
			neither++;
		if (recs[i].issued_ns + HFR_COST_UNIT < due)
			neither++;
	}
	EXPECT_EQ(neither, 0);
	EXPECT_GT(before, 50);
	EXPECT_GT(after, 50);
	/* A line, not a cloud: its slope is that of the new pace. */
	for (i = im->count - 49, neither = 0; i < im->count; i++) {
		int64_t step = record_due(&recs[i]) - record_due(&recs[i - 1]);
		int64_t gap = im->rec[i].issue_ns - im->rec[i - 1].issue_ns;

		neither += llabs(step - gap * 1000 / (int64_t)to) > 32;
	}
	EXPECT_EQ(neither, 0);
}

static void changes_speed(uint64_t from, uint64_t to, uint32_t workers)
{
	struct image *im = image_reads(COUNT, from * 500, DEVICE_BYTES);
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = { { A(WORKERS), workers },
			 { A(SPREAD), HFREPLAY_SPREAD_REQUEST } },
	};
	struct replay r = replay_new(&spec);
	uint64_t low, high;
	struct view v;

	replay_load(&r, im);
	replay_start(&r, (struct setting[]){ { A(SPEED), from }, { 0 } });
	while (replay_get(&r).v[A(ISSUED)] < COUNT / 5)
		kst_sleep(1);
	low = kst_now();
	set(&r, (struct setting[]){ { A(SPEED), to }, { 0 } });
	high = kst_now();
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(SPEED)], to);
	replay_wait(&r, ST(DONE), &v);
	ASSERT_EQ(read_records(&r), COUNT);
	/* The start is known to some microseconds. */
	on_two_lines(im, from, to, low - start_of(&v) - 100000,
		     high - start_of(&v) + 100000);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(set_speed, "hf: another speed holds from the moment it is set, without a jump")
{
	device_null("ka", "");
	changes_speed(1000, 10000, 1);
	changes_speed(4000, 2000, 1);
	changes_speed(1000, 3000, 3);
}

TEST(set_asleep, "another speed reaches a worker that sleeps towards a far time")
{
	struct replay r;

	device_null("ka", "");
	r = load(image_reads(2, 3600000 * MS, DEVICE_BYTES), 0);
	replay_start(&r, NULL);
	kst_sleep(30);
	set(&r, (struct setting[]){ { A(SPEED), 1000000 }, { 0 } });
	kst_sleep(30);
	EXPECT_EQ(replay_get(&r).v[A(ISSUED)], 1);
	replay_wait(&r, ST(DONE), NULL);
	ASSERT_EQ(read_records(&r), 2);
	EXPECT_LE(record_due(&recs[1]), 3700 * MS);
	EXPECT_GE(record_due(&recs[1]), 3600 * MS);
}

static unsigned int most_in_flight(uint64_t from, uint64_t to)
{
	unsigned int most = 0;
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (recs[i].issued_ns >= from && recs[i].issued_ns < to &&
		    recs[i].in_flight > most)
			most = recs[i].in_flight;
	return most;
}

TEST(set_limit, "another limit in flight holds from the moment it is set")
{
	struct replay r;
	uint64_t low, high;
	struct view v;

	device_null("ka", "irqmode=2 completion_nsec=1000000");
	r = load(image_reads(COUNT, 100000, DEVICE_BYTES), 0);
	replay_start(&r, (struct setting[]){
		{ A(LIMIT), HFREPLAY_LIMIT_FIXED }, { A(LIMIT_VALUE), 2 },
		{ 0 } });
	kst_sleep(60);
	low = kst_now();
	set(&r, (struct setting[]){ { A(LIMIT_VALUE), 9 }, { 0 } });
	high = kst_now();
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(LIMIT_VALUE)], 9);
	replay_wait(&r, ST(DONE), &v);
	ASSERT_EQ(read_records(&r), COUNT);
	EXPECT_EQ(most_in_flight(0, low - start_of(&v) - 100000), 2);
	EXPECT_EQ(most_in_flight(high - start_of(&v) + 5 * MS, -1), 9);
}

TEST(set_before, "what is set before the start holds for the run")
{
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = load(image_reads(11, 10 * MS, DEVICE_BYTES), 0);
	set(&r, (struct setting[]){ { A(SPEED), 4000 }, { A(THINK_SCALE), 0 },
		{ 0 } });
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(SPEED)], 4000);
	EXPECT_EQ(v.v[A(THINK_SCALE)], 0);
	ASSERT_EQ(read_records(&r), 11);
	EXPECT_LE(llabs(record_due(&recs[10]) - (int64_t)(25 * MS)), 32);
	/* ... and after the end for the next one. */
	set(&r, (struct setting[]){ { A(SPEED), 8000 }, { 0 } });
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	replay_run(&r, NULL, &v);
	ASSERT_EQ(read_records(&r), 11);
	EXPECT_LE(llabs(record_due(&recs[10]) - 125 * (int64_t)MS / 10), 32);
}

TEST(set_refused, "what cannot be set is refused, and changes nothing")
{
	static const struct setting bad[][2] = {
		{ { A(SPEED), 0 } }, { { A(SPEED), 1000001 } },
		{ { A(THINK_SCALE), 1000001 } }, { { A(LIMIT), 3 } },
	};
	struct replay r;
	size_t i;

	device_null("ka", "");
	r = load(image_reads(10, MS, DEVICE_BYTES), 0);
	for (i = 0; i < KST_COUNT(bad); i++)
		EXPECT_EQ(ctl_set(r.c, r.id, bad[i]), -ERANGE);
	EXPECT_NE(ctl_set(r.c, r.id, (struct setting[]){
		{ A(MODE), HFREPLAY_MODE_AFAP }, { 0 } }), 0);
	EXPECT_EQ(replay_get(&r).v[A(MODE)], HFREPLAY_MODE_HF);
	EXPECT_EQ(ctl_set(r.c, r.id, (struct setting[]){
		{ A(SPEED), 7 }, { A(LIMIT), HFREPLAY_LIMIT_FIXED }, { 0 } }),
		-EINVAL);
	EXPECT_TEXT(r.c->text, "limit-value");
	EXPECT_EQ(replay_get(&r).v[A(SPEED)], 1000);
	EXPECT_EQ(ctl_set(r.c, r.id + 1, NULL), -ENOENT);
	EXPECT_TEXT(r.c->text, "there is no session");
}

/* ---- the end ---- */

static void ends(struct image *im, const struct setting *s, uint64_t limit)
{
	struct replay r = load(im, 0);
	size_t i, n, wrong = 0;
	struct view v;

	replay_run(&r, s, &v);
	EXPECT_EQ(v.v[A(DURATION_LIMIT)], limit);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	EXPECT_GT(v.v[A(ISSUED)], 10);
	EXPECT_GE(v.v[A(ELAPSED)], limit);
	n = read_records(&r);
	for (i = 0; i < n; i++)
		wrong += recs[i].state == HFR_REC_DONE ?
			i >= v.v[A(ISSUED)] || recs[i].issued_ns >= limit :
			i < v.v[A(ISSUED)] ||
			recs[i].state != HFR_REC_NOT_ISSUED;
	EXPECT_EQ(wrong, 0);
	EXPECT_GE(n, v.v[A(ISSUED)]);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(duration, "nothing is issued after the duration, which is a good end")
{
	struct image *im = image_reads(COUNT, MS, DEVICE_BYTES);

	device_null("ka", "irqmode=2 completion_nsec=5000000");
	ends(im, (struct setting[]){ { A(DURATION_LIMIT), 100 * MS }, { 0 } },
	     100 * MS);
	/* A request that waits for its due time, the limit, a place. */
	ends(im, (struct setting[]){ { A(DURATION_LIMIT), 150 * MS },
		{ A(LIMIT), HFREPLAY_LIMIT_FIXED }, { A(LIMIT_VALUE), 1 },
		{ 0 } }, 150 * MS);
	im = with_completions();
	ends(im, (struct setting[]){ { A(DURATION_LIMIT), 40 * MS },
		{ A(MODE), HFREPLAY_MODE_AFAP }, { 0 } }, 40 * MS);
	ends(im, (struct setting[]){ { A(DURATION_LIMIT), 60 * MS },
		{ A(MODE), HFREPLAY_MODE_LOAD }, { 0 } }, 60 * MS);
}

TEST(duration_asleep, "the duration ends a run that waits for a far request")
{
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = load(image_reads(2, 3600000 * MS, DEVICE_BYTES), 0);
	replay_start(&r, (struct setting[]){
		{ A(DURATION_LIMIT), 50 * MS }, { 0 } });
	ASSERT_TRUE(ctl_wait(r.c, r.id, ST(DONE), 5000, &v));
	EXPECT_EQ(v.v[A(ISSUED)], 1);
}

TEST(duration_loops, "a duration ends loops without end")
{
	struct replay r;
	struct view v;

	device_null("ka", "irqmode=2 completion_nsec=20000");
	r = load(image_reads(100, 10000, DEVICE_BYTES), FL(NO_RECORDS));
	replay_run(&r, (struct setting[]){ { A(DURATION_LIMIT), 200 * MS },
		{ A(LOOPS), 1000000 }, { 0 } }, &v);
	EXPECT_GT(v.v[A(LOOP)], 3);
	EXPECT_GT(v.v[A(COMPLETED)], 400);
	EXPECT_GE(v.v[A(ELAPSED)], 200 * MS);
}

TEST(duration_stalled, "the duration ends a run whose reader or feeder has stopped")
{
	const struct spec spec = {
		.target = { "/dev/ka" },
		.set = { { A(FLAGS), FL(STREAM) }, { A(WINDOW), 64 } },
	};
	struct image *im = image_reads(100, 1000, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int fd;

	device_null("ka", "");
	r = replay_new(&(struct spec){ .target = { "/dev/ka" },
			 .set = { { A(WINDOW), 100 } } });
	replay_load(&r, im);
	replay_start(&r, (struct setting[]){ { A(DURATION_LIMIT), 50 * MS },
		{ A(LOOPS), 1000 }, { 0 } });
	EXPECT_TRUE(ctl_wait(r.c, r.id, ST(DONE), 3000, &v));
	EXPECT_EQ(read_records(&r), 100);

	device_null("kb", "");
	r = replay_new(&(struct spec){ .target = { "/dev/kb" },
			 .set = { spec.set[0], spec.set[1] } });
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(write_all(fd, im->bytes, im->hdr->header_size + 50 * 64), 0);
	replay_start(&r, (struct setting[]){ { A(DURATION_LIMIT), 50 * MS },
		{ 0 } });
	EXPECT_TRUE(ctl_wait(r.c, r.id, ST(DONE), 3000, &v));
	EXPECT_EQ(v.v[A(ISSUED)], 50);
	EXPECT_EQ(write(fd, im->bytes, 64), -1);
	EXPECT_EQ(errno, EPIPE);
	close(fd);
}

/* ---- the start ---- */

static uint64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void starts_at(clockid_t id, uint32_t which)
{
	struct replay r = load(image_reads(50, MS, DEVICE_BYTES), 0);
	uint64_t at = read_clock(id) + 300 * MS, seen, wall;
	struct view v;

	replay_start(&r, (struct setting[]){ { A(START_AT), at },
		{ A(START_CLOCK), which }, { 0 } });
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(RUNNING));
	do {
		seen = read_clock(id);
		if (seen < at)
			EXPECT_EQ(device_ios("ka"), 0);
		kst_sleep(2);
		v = replay_get(&r);
	} while (!v.v[A(ISSUED)] && seen < at + 5000 * MS);
	EXPECT_GE(read_clock(id), at);
	EXPECT_LT(seen, at + 1000 * MS);
	wall = at - (read_clock(id) - read_clock(CLOCK_REALTIME));
	EXPECT_LT(llabs((int64_t)(v.v[A(WALL_START)] - wall)), MS);
	replay_wait(&r, ST(DONE), &v);
	ASSERT_EQ(read_records(&r), 50);
	/* All times count from there. */
	EXPECT_LT(record_due(&recs[0]), HFR_COST_UNIT);
	EXPECT_LT(llabs(record_due(&recs[49]) - (int64_t)(49 * MS)), 32);
	EXPECT_LT(recs[0].issued_ns, 1000 * MS);
	EXPECT_GE(v.v[A(ELAPSED)], 49 * MS);
	EXPECT_LT(v.v[A(ELAPSED)], 1049 * MS);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(start_realtime, "a replay starts at a time of CLOCK_REALTIME")
{
	device_null("ka", "");
	starts_at(CLOCK_REALTIME, HFREPLAY_CLOCK_REALTIME);
}

TEST(start_tai, "a replay starts at a time of CLOCK_TAI, which is another")
{
	struct timex t = { .modes = ADJ_TAI, .constant = 37 };

	device_null("ka", "");
	ASSERT_GE(adjtimex(&t), 0);
	ASSERT_GE(read_clock(CLOCK_TAI), read_clock(CLOCK_REALTIME) + 36000 * MS);
	starts_at(CLOCK_TAI, HFREPLAY_CLOCK_TAI);
	t.constant = 0;
	adjtimex(&t);
}

TEST(start_refused_times, "times that have passed or are too far away are refused")
{
	struct replay r;
	struct setting at[] = { { A(START_AT), 0 }, { 0 } };

	device_null("ka", "");
	r = load(image_reads(10, MS, DEVICE_BYTES), 0);
	at[0].value = read_clock(CLOCK_REALTIME) - 1;
	start_refused(&r, at, -ETIME, "has passed");
	at[0].value = 1;
	start_refused(&r, at, -ETIME, "has passed");
	at[0].value = UINT64_MAX;
	start_refused(&r, at, -ERANGE, "too far");
	at[0].value = read_clock(CLOCK_REALTIME) + (1ULL << 62) + 1000 * MS;
	start_refused(&r, at, -ERANGE, "too far");
	/* It is a choice of one start. */
	replay_run(&r, NULL, NULL);
}

TEST(start_stop, "a stop, and a delete, while it waits for its start")
{
	struct setting at[] = { { A(START_AT), 0 }, { 0 } };
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = load(image_reads(10, MS, DEVICE_BYTES), 0);
	at[0].value = read_clock(CLOCK_REALTIME) + 3600000 * MS;
	replay_start(&r, at);
	kst_sleep(20);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(STATE)], ST(RUNNING));
	EXPECT_EQ(v.v[A(ELAPSED)], 0);
	set(&r, (struct setting[]){ { A(SPEED), 2000 }, { 0 } });
	kst_sleep(20);
	EXPECT_EQ(replay_get(&r).v[A(ISSUED)], 0);
	ASSERT_EQ(ctl_stop(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait(r.c, r.id, ST(STOPPED), 2000, &v));
	EXPECT_EQ(v.v[A(ISSUED)], 0);
	EXPECT_EQ(read_records(&r), 0);
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	replay_start(&r, at);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 2000));
}

TEST(no_records, "without records the counters are right and a read ends at once")
{
	struct image *im = image_reads(300, MS / 2, DEVICE_BYTES);
	struct replay r;
	struct view v;
	int fd;

	device_null("ka", "");
	r = load(im, FL(NO_RECORDS));
	replay_start(&r, NULL);
	fd = replay_open(&r, O_RDONLY | O_NONBLOCK);
	EXPECT_EQ(read_some(fd, recs, 1), -EAGAIN);
	close(fd);
	/* One that waits ends with the replay. */
	EXPECT_EQ(read_records(&r), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(ISSUED)], 300);
	EXPECT_EQ(v.v[A(COMPLETED)], 300);
	EXPECT_EQ(v.v[A(READ_BYTES)], 300 * 4096);
	EXPECT_EQ(v.v[A(LAST_INDEX)], 300);
	EXPECT_EQ(v.v[A(RESULTS)], 0);
	EXPECT_EQ(device_ios("ka"), 300);
}
