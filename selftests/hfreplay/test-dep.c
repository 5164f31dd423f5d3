// SPDX-License-Identifier: GPL-2.0-only
/* Mode dep: each request goes when its parents have completed, and the think
 * time behind them has passed; judged from what really completed, and when.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "deps.h"
#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	300
#define LOOPS	3
#define MANY	6000
#define MS	1000000LL

static struct hfr_completion_rec recs[MANY + 1];
static int64_t due[MANY + 1];

/* Targets that take different times. */
static void make_targets(unsigned int n)
{
	device_null("ka", "irqmode=2 completion_nsec=20000");
	device_null("kb", "irqmode=2 completion_nsec=90000");
	if (n == 1) {
		/* One after the other, block by block. */
		device_dm("kdep", "0 131072 striped 2 8 /dev/ka 0 /dev/kb 0");
		return;
	}
	device_null("kc", "irqmode=2 completion_nsec=5000");
	device_null("kd", "");
}

static struct spec spec_of(unsigned int targets, unsigned int workers)
{
	struct spec spec = {
		.target = { "/dev/mapper/kdep" },
		.set = { { A(MODE), HFREPLAY_MODE_DEP },
			 { A(WORKERS), workers } },
	};

	if (targets > 1) {
		spec.target[0] = "/dev/ka";
		spec.target[1] = "/dev/kb";
		spec.target[2] = "/dev/kc";
		spec.target[3] = "/dev/kd";
	}
	return spec;
}

static void end_session(struct replay *r)
{
	ASSERT_EQ(ctl_del(r->c, r->id), 0);
	ASSERT_TRUE(ctl_wait_gone(r->c, r->id, 5000));
	ctl_close(r->c);
}

/* The kernel has rounded each product down: two, or with a loop four, ns. */
static bool as_due(const struct hfr_completion_rec *rec, int64_t at)
{
	int64_t off = record_due(rec) - at;

	return off >= -32 && off <= 32 && (int64_t)rec->issued_ns >= at - 16;
}

static void judge(const struct deps *d, unsigned int loops, uint32_t think,
		  uint32_t speed)
{
	size_t i, n = loops * d->im->count, wrong = 0, late = 0;

	deps_due(d, recs, loops, think, speed, due);
	for (i = 0; i < n; i++) {
		late += recs[i].issued_ns > due[i] + 5 * MS;
		if (as_due(&recs[i], due[i]))
			continue;
		if (!wrong++)
			kst_note("request %zu: issued %lld, due %lld, by the record %lld, of %zu edges",
				 i, (long long)recs[i].issued_ns,
				 (long long)due[i],
				 (long long)record_due(&recs[i]),
				 d->first[i % d->im->count + 1] -
				 d->first[i % d->im->count]);
	}
	EXPECT_EQ(wrong, 0);
	/* What is due goes, unless the host takes the CPU away. */
	EXPECT_LT(late, n / 2);
}

static void run(const struct deps *d, const struct spec *spec,
		unsigned int loops, uint32_t think, uint32_t speed)
{
	struct replay r = replay_new(spec);
	size_t n = loops * d->im->count;
	struct view v;

	replay_load(&r, d->im);
	replay_run(&r, (struct setting[]){ { A(LOOPS), loops },
		{ A(THINK_SCALE), think }, { A(SPEED), speed }, { 0 } }, &v);
	EXPECT_EQ(v.v[A(ISSUED)], n);
	EXPECT_EQ(v.v[A(COMPLETED)], n);
	EXPECT_EQ(v.v[A(LOOP)], loops - 1);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), n);
	records_sane(recs, n);
	judge(d, loops, think, speed);
	end_session(&r);
}

/**
 * struct scope_case - random traces of one kind
 * @title: what it proves
 * @kind: of scope
 * @roots: streams begin with a window among all requests
 * @targets: number of targets
 */
static const struct scope_case {
	const char *title;
	uint32_t kind;
	bool roots;
	unsigned int targets;
} cases[] = {
	{ "scope global, one target", HFR_DEP_GLOBAL, false, 1 },
	{ "scope global, four targets", HFR_DEP_GLOBAL, false, 4 },
	{ "scope target, four targets", HFR_DEP_TARGET, false, 4 },
	{ "scope target, each begins with parents in others",
	  HFR_DEP_TARGET, true, 4 },
	{ "scope stream, one target", HFR_DEP_STREAM, false, 1 },
	{ "scope stream, four targets", HFR_DEP_STREAM, false, 4 },
	{ "scope stream, each begins with parents in others, one target",
	  HFR_DEP_STREAM, true, 1 },
	{ "scope stream, each begins with parents in others, four targets",
	  HFR_DEP_STREAM, true, 4 },
};

TEST_ROWS(exact, cases)
{
	static const uint32_t thinks[] = { 0, 500, 1000, 2500 };
	const struct scope_case *c = row;
	unsigned int workers, i;
	struct spec spec;
	struct deps *d;

	make_targets(c->targets);
	srand(c - cases + 1);
	for (workers = 1; workers <= 4; workers++) {
		spec = spec_of(c->targets, workers);
		for (i = 0; i < KST_COUNT(thinks); i++) {
			d = deps_windows(deps_random(COUNT, c->targets, 17,
						     3000 + rand() % 12000),
					 c->kind, rand() % 3 * 5000, c->roots);
			run(d, &spec, (workers + i) % 2 ? LOOPS : 1, thinks[i],
			    1000);
			deps_free(d);
		}
	}
}

TEST(speeds, "the speed divides think times, to the ns")
{
	static const uint32_t scale[][2] = {
		{ 1000, 4000 }, { 1, 3 }, { 777, 1333 }, { 1000000, 999999 },
		{ 1000, 1000000 },
	};
	struct spec spec = spec_of(4, 2);
	struct deps *d;
	size_t i;

	make_targets(4);
	srand(99);
	d = deps_windows(deps_random(COUNT, 4, 9, 10000), HFR_DEP_STREAM, 0,
			 true);
	for (i = 0; i < KST_COUNT(scale); i++)
		run(d, &spec, 2, scale[i][0], scale[i][1]);
}

/* ---- streams ---- */

static void stream(const struct deps *d, unsigned int targets,
		   unsigned int workers, uint32_t window, uint32_t think)
{
	struct spec spec = spec_of(targets, workers);
	size_t n = d->im->count;
	struct replay r;
	struct view v;
	int pid;

	spec.set[2] = (struct setting){ A(FLAGS), FL(STREAM) };
	spec.set[3] = (struct setting){ A(WINDOW), window };
	spec.set[4] = (struct setting){ A(RESULTS), window };
	spec.set[5] = (struct setting){ A(THINK_SCALE), think };
	r = replay_new(&spec);
	pid = replay_feeder(&r, d->im);
	replay_stream(&r, NULL);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), n);
	EXPECT_EQ(kst_wait(pid), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], n);
	records_sane(recs, n);
	judge(d, 1, think, 1000);
	end_session(&r);
}

TEST(streaming, "dep through windows of 64 to 4096 slots, with one worker and several")
{
	static const uint32_t windows[] = { 64, 256, 1024 };
	struct deps *d[3];
	size_t i, k;

	make_targets(4);
	srand(5);
	for (k = 0; k < 3; k++)
		d[k] = deps_windows(deps_random(1200, 4, 11, 8000), k, 10000,
				    false);
	for (i = 0; i < KST_COUNT(windows); i++)
		for (k = 0; k < 3; k++)
			stream(d[k], 4, 1 + i, windows[i], 500);
	stream(d[HFR_DEP_STREAM], 4, 4, 64, 0);
}

TEST(streaming_long, "dep through a window of 4096 slots")
{
	make_targets(4);
	srand(6);
	stream(deps_windows(deps_random(5000, 4, 11, 4000), HFR_DEP_GLOBAL,
			    10000, false), 4, 1, 4096, 500);
}

TEST(small_results, "dep through a window is refused fewer results than it has slots")
{
	struct spec spec = spec_of(4, 1);
	struct deps *d;
	struct replay r;
	int fd;

	make_targets(4);
	d = deps_windows(deps_random(500, 4, 3, 5000), HFR_DEP_GLOBAL, 0, false);
	spec.set[2] = (struct setting){ A(FLAGS), FL(STREAM) };
	spec.set[3] = (struct setting){ A(WINDOW), 256 };
	spec.set[4] = (struct setting){ A(RESULTS), 128 };
	r = replay_new(&spec);
	fd = replay_open(&r, O_WRONLY);
	ASSERT_EQ(write_all(fd, d->im->bytes, 8192), 0);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EINVAL);
	EXPECT_TEXT(r.c->text, "at least as many results as the window has slots");
	EXPECT_TEXT(r.c->text, "256");
	close(fd);
}

/* ---- what contradicts itself ---- */

static void fails(struct image *im, const char *text, uint64_t index)
{
	struct spec spec = spec_of(4, 1);
	struct replay r = replay_new(&spec);
	size_t n, i, done = 0;
	struct view v;

	replay_load(&r, im);
	replay_start(&r, NULL);
	replay_wait(&r, ST(FAILED), &v);
	EXPECT_TEXT(v.error, text);
	EXPECT_LE(v.v[A(ERROR_INDEX)] - index, 1);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	/* What has completed can be read; requests overtake each other. */
	n = replay_records(&r, recs, KST_COUNT(recs));
	for (i = 0; i < n; i++)
		done += recs[i].state == HFR_REC_DONE;
	EXPECT_EQ(done, v.v[A(ISSUED)]);
	end_session(&r);
}

/* Each request depends on the one before, @think ns after it. */
static struct image *chain(size_t count, uint64_t think)
{
	struct image *im = image_new(4, count);
	struct hfr_trace_rec *rec;
	size_t i;

	for (i = 0; i < count; i++) {
		rec = image_add(im, HFR_OP_READ, i * (think + 50000), 0, 4096);
		rec->complete_ns = rec->issue_ns + 50000;
		rec->rank = i;
		rec->global_rank = i;
		rec->dep_lo = i ? i - 1 : 0;
		rec->dep_hi = i;
	}
	image_deps(im, HFR_DEP_GLOBAL, 1);
	image_end(im);
	im->hdr->duration_ns = count * (think + 50000);
	return im;
}

TEST(contradictions, "ranks that contradict themselves end a run as failed, with a sentence")
{
	struct image *im = chain(20, 100000);

	make_targets(4);
	/* The rank that 11 waits for does not come before it. */
	im->rec[10].rank = im->rec[10].global_rank = 15;
	im->rec[15].rank = im->rec[15].global_rank = 16;
	image_end(im);
	fails(im, "request 11 waits for a rank that no request before it has",
	      11);
	im = chain(20, 100000);
	im->rec[8].rank = im->rec[8].global_rank = 9;
	im->rec[8].dep_hi = 7;
	im->rec[8].dep_lo = im->rec[9].dep_lo = im->rec[9].dep_hi = 7;
	im->rec[10].dep_lo = im->rec[10].dep_hi = 7;
	image_end(im);
	fails(im, "twice", 8);
}

/* ---- changes of what runs ---- */

/* The closest of many looks at both: one in between may take long. */
static uint64_t realtime_minus_mono(void)
{
	uint64_t before, after, least = UINT64_MAX, offset = 0;
	struct timespec ts;
	int i;

	for (i = 0; i < 200; i++) {
		before = kst_now();
		clock_gettime(CLOCK_REALTIME, &ts);
		after = kst_now();
		if (after - before >= least)
			continue;
		least = after - before;
		offset = ts.tv_sec * 1000000000ULL + ts.tv_nsec -
			(before + least / 2);
	}
	return offset;
}

static uint64_t start_of(const struct view *v)
{
	return v->v[A(WALL_START)] - realtime_minus_mono();
}

/* Think times of a chain: as they were, then as they are set. */
static void changes(const struct setting *from, int64_t was,
		    const struct setting *to, int64_t is)
{
	struct image *im = chain(200, 2 * MS);
	struct spec spec = spec_of(4, 1);
	struct replay r = replay_new(&spec);
	size_t i, wrong = 0, before = 0, after = 0;
	int64_t low, high, parent, think, least, most;
	/* A worker may have looked just before it lost its CPU for a while. */
	bool took_up[4] = { false };
	struct view v;

	replay_load(&r, im);
	replay_start(&r, from);
	while (replay_get(&r).v[A(ISSUED)] < 40)
		kst_sleep(1);
	low = kst_now();
	ASSERT_EQ(ctl_set(r.c, r.id, to), 0);
	high = kst_now();
	replay_wait(&r, ST(DONE), &v);
	low -= start_of(&v) + 100000;
	high -= start_of(&v) - 100000;
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), 200);
	for (i = 1; i < 200; i++) {
		parent = recs[i - 1].completed_ns;
		think = record_due(&recs[i]) - parent;
		least = most = was;
		if ((int64_t)recs[i].issued_ns < low) {
			before++;
		} else if (parent > high && took_up[im->rec[i].target]) {
			least = most = is;
			after++;
		} else {
			/* Part of the old, part of the new. */
			least = was < is ? was : is;
			most = was > is ? was : is;
			took_up[im->rec[i].target] = parent > high;
		}
		if (think >= least - 32 && think <= most + 32)
			continue;
		printf("# request %zu, %lld ns behind the change: thinks %lld\n",
		       i, (long long)(parent - high), (long long)think);
		wrong++;
	}
	EXPECT_EQ(wrong, 0);
	EXPECT_GE(before, 30);
	EXPECT_GT(after, 30);
	end_session(&r);
}

TEST(set, "dep: another think-scale or speed holds from the moment it is set")
{
	make_targets(4);
	changes((struct setting[]){ { 0 } }, 2 * MS,
		(struct setting[]){ { A(SPEED), 4000 }, { 0 } }, MS / 2);
	changes((struct setting[]){ { 0 } }, 2 * MS,
		(struct setting[]){ { A(THINK_SCALE), 0 }, { 0 } }, 0);
	changes((struct setting[]){ { A(SPEED), 4000 }, { 0 } }, MS / 2,
		(struct setting[]){ { A(THINK_SCALE), 3000 }, { 0 } },
		3 * MS / 2);
}

/* ---- the end ---- */

TEST(stop, "a stop in the midst of a loop, the duration, and another run")
{
	struct spec spec = spec_of(4, 3);
	struct deps *d;
	struct replay r;
	struct view v;
	size_t n;

	make_targets(4);
	srand(21);
	d = deps_windows(deps_random(COUNT, 4, 13, 50000), HFR_DEP_STREAM, 0,
			 true);
	r = replay_new(&spec);
	replay_load(&r, d->im);
	replay_start(&r, (struct setting[]){ { A(LOOPS), 20 }, { 0 } });
	while (replay_get(&r).v[A(ISSUED)] < COUNT * 5 / 2)
		kst_sleep(1);
	ASSERT_EQ(ctl_stop(r.c, r.id), 0);
	replay_wait(&r, ST(STOPPED), &v);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	EXPECT_GE(v.v[A(LOOP)], 2);
	EXPECT_LT(v.v[A(ISSUED)], 20 * COUNT);
	n = replay_records(&r, recs, KST_COUNT(recs));
	EXPECT_EQ(n, v.v[A(LAST_INDEX)]);
	judge(d, 2, 1000, 1000);
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	replay_run(&r, (struct setting[]){ { A(LOOPS), 1000000 },
		{ A(DURATION_LIMIT), 100 * MS }, { 0 } }, &v);
	EXPECT_GE(v.v[A(ELAPSED)], 100 * MS);
	EXPECT_EQ(v.v[A(ISSUED)], v.v[A(COMPLETED)]);
	ASSERT_EQ(ctl_rewind(r.c, r.id), 0);
	replay_run(&r, (struct setting[]){ { A(LOOPS), 1 },
		{ A(DURATION_LIMIT), 0 }, { 0 } }, &v);
	ASSERT_EQ(replay_records(&r, recs, KST_COUNT(recs)), COUNT);
	judge(d, 1, 1000, 1000);
}
