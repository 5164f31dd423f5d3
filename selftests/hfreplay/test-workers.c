// SPDX-License-Identifier: GPL-2.0-only
/* Several targets, several workers per target. */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "deps.h"
#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	3000
#define STREAMS	23

static struct hfr_completion_rec recs[COUNT + 1];

static struct spec spec_of(uint32_t targets, uint32_t workers, uint32_t spread)
{
	struct spec spec = {
		.target = { "/dev/ka", targets > 1 ? "/dev/kb" : NULL },
		.set = { { A(WORKERS), workers }, { A(SPREAD), spread } },
	};

	return spec;
}

static struct image *trace(uint32_t targets, size_t count, uint64_t step)
{
	struct image *im = image_new(targets, count);
	struct hfr_trace_rec *rec;
	size_t i;

	srand(7);
	for (i = 0; i < count; i++) {
		rec = image_add(im, HFR_OP_READ, i * step,
				rand() % 8000 * 4096ULL, 4096);
		rec->target = rand() % targets;
		rec->stream = rand() % STREAMS * 1000;
	}
	image_end(im);
	return im;
}

static void run(const struct spec *spec, const struct image *im,
		const struct setting *set)
{
	struct replay r = replay_new(spec);
	struct view v;

	replay_load(&r, im);
	replay_run(&r, set, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], im->count);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), im->count);
	records_sane(recs, im->count);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

/* Each worker goes through its requests in the order of the trace, and has
 * only those of its target. How many workers had any.
 */
static unsigned int each_in_order(const struct image *im, uint32_t workers)
{
	uint64_t last[64] = { 0 };
	size_t i, wrong = 0, foreign = 0;
	unsigned int used = 0;

	for (i = 0; i < im->count; i++) {
		uint8_t w = recs[i].worker;

		ASSERT_LT(w, 64);
		foreign += w / workers != im->rec[i].target;
		wrong += recs[i].issued_ns < last[w];
		used += !last[w];
		last[w] = recs[i].issued_ns + 1;
	}
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(foreign, 0);
	return used;
}

/* All requests of a stream at a target are one worker's. */
static void one_worker_per_stream(const struct image *im)
{
	int owner[2][STREAMS];
	size_t i, wrong = 0;

	memset(owner, -1, sizeof(owner));
	for (i = 0; i < im->count; i++) {
		int *o = &owner[im->rec[i].target][im->rec[i].stream / 1000];

		if (*o < 0)
			*o = recs[i].worker;
		wrong += *o != recs[i].worker;
	}
	EXPECT_EQ(wrong, 0);
}

static const struct setting hf[] = { { A(MODE), HFREPLAY_MODE_HF }, { 0 } };
static const struct setting afap[] = { { A(MODE), HFREPLAY_MODE_AFAP }, { 0 } };

TEST(streams, "spread stream: a stream is one worker's, in the order of the trace")
{
	struct image *im = trace(2, COUNT, 20000);
	struct spec spec;
	uint32_t workers;

	device_null("ka", "submit_queues=2 irqmode=2 completion_nsec=30000");
	device_null("kb", "");
	for (workers = 2; workers <= 4; workers += 2) {
		spec = spec_of(2, workers, HFREPLAY_SPREAD_STREAM);
		run(&spec, im, hf);
		EXPECT_EQ(each_in_order(im, workers), 2 * workers);
		one_worker_per_stream(im);
		run(&spec, im, afap);
		EXPECT_EQ(each_in_order(im, workers), 2 * workers);
		one_worker_per_stream(im);
	}
}

TEST(requests, "spread request: workers take turns")
{
	struct image *im = trace(2, COUNT, 10000);
	struct spec spec;
	size_t i, wrong;
	uint32_t workers;

	device_null("ka", "submit_queues=2 irqmode=2 completion_nsec=30000");
	device_null("kb", "");
	for (workers = 2; workers <= 4; workers += 2) {
		spec = spec_of(2, workers, HFREPLAY_SPREAD_REQUEST);
		run(&spec, im, hf);
		EXPECT_EQ(each_in_order(im, workers), 2 * workers);
		for (wrong = 0, i = 0; i < COUNT; i++)
			wrong += recs[i].worker !=
				im->rec[i].target * workers + i % workers;
		EXPECT_EQ(wrong, 0);
	}
}

TEST(due, "hf with several workers: each request is due at its own time")
{
	struct spec spec = spec_of(2, 3, HFREPLAY_SPREAD_STREAM);
	struct image *im = trace(2, COUNT, 50000);
	size_t i, wrong = 0;

	device_null("ka", "");
	device_null("kb", "");
	run(&spec, im, hf);
	for (i = 0; i < COUNT; i++) {
		int64_t off = record_due(&recs[i]) - im->rec[i].issue_ns;

		wrong += off < 0 || off >= HFR_COST_UNIT;
	}
	EXPECT_EQ(wrong, 0);
}

/* Most in flight at a target, of all workers together. */
static unsigned int most_in_flight(const struct image *im)
{
	unsigned int most = 0, now;
	size_t i;

	for (i = 0; i < im->count; i++) {
		now = records_in_flight(recs, im->count, i, im);
		if (now > most)
			most = now;
	}
	return most;
}

TEST(limits, "workers share the limits of a target, which hold for their sum")
{
	struct image *im = trace(2, 1000, 0);
	struct spec spec;
	uint32_t workers;
	size_t i;

	for (i = 0; i < im->count; i++)
		im->rec[i].in_flight = 7;
	image_end(im);
	device_null("ka", "irqmode=2 completion_nsec=300000 hw_queue_depth=22");
	device_null("kb", "irqmode=2 completion_nsec=500000 hw_queue_depth=22");
	for (workers = 2; workers <= 4; workers++) {
		spec = spec_of(2, workers, HFREPLAY_SPREAD_REQUEST);
		run(&spec, im, (struct setting[]){
			{ A(LIMIT), HFREPLAY_LIMIT_FIXED },
			{ A(LIMIT_VALUE), 10 }, { 0 } });
		EXPECT_LE(most_in_flight(im), 10);
		EXPECT_GE(most_in_flight(im), 8);
		run(&spec, im, hf);
		EXPECT_LE(most_in_flight(im), 8);
		EXPECT_GE(most_in_flight(im), 6);
		run(&spec, im, afap);
		EXPECT_LE(most_in_flight(im), 22);
		EXPECT_GE(most_in_flight(im), 16);
	}
	/* The limit of a trace is never less than the number of workers. */
	for (i = 0; i < im->count; i++)
		im->rec[i].in_flight = 1;
	image_end(im);
	run(&spec, im, hf);
	EXPECT_LE(most_in_flight(im), 4);
}

static const struct setting *fixed(uint32_t mode, uint32_t limit)
{
	static struct setting set[4];

	memcpy(set, (struct setting[]){ { A(MODE), mode },
		{ A(LIMIT), HFREPLAY_LIMIT_FIXED }, { A(LIMIT_VALUE), limit },
		{ 0 } }, sizeof(set));
	return set;
}

TEST(low_limit, "a limit below the number of workers is refused, one of as many holds")
{
	struct image *im = trace(2, 1000, 0);
	struct spec spec = spec_of(2, 4, HFREPLAY_SPREAD_REQUEST);
	struct replay r;

	device_null("ka", "irqmode=2 completion_nsec=300000");
	device_null("kb", "irqmode=2 completion_nsec=500000");
	r = replay_new(&spec);
	replay_load(&r, im);
	EXPECT_EQ(ctl_start(r.c, r.id, fixed(HFREPLAY_MODE_HF, 3)), -EINVAL);
	EXPECT_TEXT(r.c->text, "4 workers");
	EXPECT_EQ(ctl_start(r.c, r.id, fixed(HFREPLAY_MODE_AFAP, 1)), -EINVAL);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(READY));
	/* Choices that may change any time are refused as well. */
	EXPECT_EQ(ctl_set(r.c, r.id, (struct setting[]){
		{ A(LIMIT), HFREPLAY_LIMIT_FIXED }, { A(LIMIT_VALUE), 3 },
		{ 0 } }), -EINVAL);
	EXPECT_TEXT(r.c->text, "limit of 3");
	EXPECT_NE(replay_get(&r).v[A(LIMIT)], HFREPLAY_LIMIT_FIXED);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	run(&spec, im, fixed(HFREPLAY_MODE_AFAP, 4));
	EXPECT_LE(most_in_flight(im), 4);
	EXPECT_GE(most_in_flight(im), 3);
}

TEST(low_limit_dep, "in mode dep all workers that issue to a target share its limit")
{
	struct deps *d = deps_windows(deps_random(400, 2, 4, 20000),
				      HFR_DEP_STREAM, 0, false);
	struct spec spec = spec_of(2, 2, 0);
	struct replay r;

	device_null("ka", "irqmode=2 completion_nsec=300000");
	device_null("kb", "irqmode=2 completion_nsec=500000");
	r = replay_new(&spec);
	replay_load(&r, d->im);
	EXPECT_EQ(ctl_start(r.c, r.id, fixed(HFREPLAY_MODE_DEP, 3)), -EINVAL);
	EXPECT_TEXT(r.c->text, "4 workers");
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	run(&spec, d->im, fixed(HFREPLAY_MODE_DEP, 4));
	EXPECT_LE(most_in_flight(d->im), 4);
	deps_free(d);
	/* With another scope one worker issues to a target. */
	d = deps_windows(deps_random(400, 2, 4, 20000), HFR_DEP_TARGET, 0, false);
	run(&spec, d->im, fixed(HFREPLAY_MODE_DEP, 1));
	EXPECT_LE(most_in_flight(d->im), 1);
	deps_free(d);
}

/* The CPU that a thread may run on, -1 if there is no such thread. */
static int cpu_of(const char *name)
{
	char path[300], text[64] = "";
	DIR *dir = opendir("/proc");
	struct dirent *e;
	cpu_set_t set;
	FILE *f;
	int cpu = -1;

	while (dir && cpu < 0 && (e = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/comm", e->d_name);
		f = atoi(e->d_name) ? fopen(path, "r") : NULL;
		if (!f)
			continue;
		if (fgets(text, sizeof(text), f) &&
		    !strncmp(text, name, strlen(name)) &&
		    !sched_getaffinity(atoi(e->d_name), sizeof(set), &set) &&
		    CPU_COUNT(&set) == 1)
			for (cpu = 0; !CPU_ISSET(cpu, &set);)
				cpu++;
		fclose(f);
	}
	if (dir)
		closedir(dir);
	return cpu;
}

TEST(cpus, "workers run on the CPUs that are asked for")
{
	struct spec spec = spec_of(2, 3, 0);
	static const int wanted[2][3] = { { 1, 0, 1 }, { 0, 1, -1 } };
	char name[32];
	struct replay r;
	struct view v;
	int t, w;

	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		kst_skip("there is one CPU");
	device_null("ka", "");
	device_null("kb", "");
	spec.cpus[0] = "1,0,1";
	spec.cpus[1] = "0,1";
	r = replay_new(&spec);
	v = replay_get(&r);
	for (t = 0; t < 2; t++) {
		ASSERT_EQ(v.ncpus[t], 3);
		for (w = 0; w < 3; w++) {
			if (wanted[t][w] >= 0)
				EXPECT_EQ(v.cpu[t][w], wanted[t][w]);
			snprintf(name, sizeof(name), "hfr-%u/%u\n", r.id,
				 t * 3 + w);
			EXPECT_EQ(cpu_of(name), (int)v.cpu[t][w]);
		}
	}
}

static void refused(const struct spec *spec, int err, const char *text)
{
	struct ctl *c = ctl_open();
	struct view v;

	EXPECT_EQ(ctl_new(c, spec, &v), err);
	EXPECT_TEXT(c->text, text);
	ctl_close(c);
}

TEST(refusals, "CPUs that are too many or offline, and too many workers, are refused")
{
	struct spec spec = spec_of(1, 2, 0);
	struct replay r;
	int i;

	device_null("ka", "");
	spec.cpus[0] = "0,0,0";
	refused(&spec, -EINVAL, "more CPUs than workers");
	spec.cpus[0] = "0,4095";
	refused(&spec, -EINVAL, "4095");
	spec.cpus[0] = NULL;
	spec.set[0].value = 17;
	refused(&spec, -ERANGE, "");
	spec.set[0].value = 0;
	refused(&spec, -ERANGE, "");
	spec.set[0].value = 16;
	for (i = 0; i < 17; i++)
		spec.target[i] = "/dev/ka";
	refused(&spec, -E2BIG, "256 workers at most");
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2 ||
	    kst_sh("echo 0 >/sys/devices/system/cpu/cpu1/online 2>/dev/null"))
		kst_skip("no CPU can be taken offline");
	spec = spec_of(1, 2, 0);
	spec.cpus[0] = "0,1";
	refused(&spec, -EINVAL, "CPU 1");
	spec.cpus[0] = NULL;
	r = replay_new(&spec);
	EXPECT_EQ(replay_get(&r).v[A(WORKERS)], 2);
	kst_sh("echo 1 >/sys/devices/system/cpu/cpu1/online");
}

TEST(many, "sixteen targets of sixteen workers replay")
{
	static char names[16][16];
	struct image *im = trace(16, COUNT, 5000);
	struct spec spec = { .set = { { A(WORKERS), 16 } } };
	struct replay r;
	struct view v;
	int i;

	for (i = 0; i < 16; i++) {
		snprintf(names[i], sizeof(names[i]), "/dev/k%c", 'a' + i);
		device_null(names[i] + 5, "size=40 hw_queue_depth=16");
		spec.target[i] = names[i];
	}
	r = replay_new(&spec);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	records_sane(recs, COUNT);
}

/* Several workers read a window that holds little of the trace. */
static void through_a_small_window(uint32_t mode, uint32_t spread)
{
	struct spec spec = spec_of(2, 4, spread);
	struct image *im = trace(2, COUNT, 10000);
	struct replay r;
	struct view v;
	int pid;

	spec.set[2] = (struct setting){ A(FLAGS), FL(STREAM) };
	spec.set[3] = (struct setting){ A(WINDOW), 64 };
	spec.set[4] = (struct setting){ A(RESULTS), 64 };
	spec.set[5] = (struct setting){ A(MODE), mode };
	r = replay_new(&spec);
	pid = replay_feeder(&r, im);
	replay_stream(&r, NULL);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	EXPECT_EQ(kst_wait(pid), 0);
	replay_wait(&r, ST(DONE), &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
	records_sane(recs, COUNT);
	EXPECT_EQ(each_in_order(im, 4), 8);
	if (spread == HFREPLAY_SPREAD_STREAM)
		one_worker_per_stream(im);
	ASSERT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST(window, "a stream through a small window with eight workers")
{
	device_null("ka", "submit_queues=2 irqmode=2 completion_nsec=100000");
	device_null("kb", "");
	through_a_small_window(HFREPLAY_MODE_HF, HFREPLAY_SPREAD_STREAM);
	through_a_small_window(HFREPLAY_MODE_AFAP, HFREPLAY_SPREAD_STREAM);
	through_a_small_window(HFREPLAY_MODE_HF, HFREPLAY_SPREAD_REQUEST);
	through_a_small_window(HFREPLAY_MODE_AFAP, HFREPLAY_SPREAD_REQUEST);
}
