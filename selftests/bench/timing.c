// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench-timing: replays a trace on schedule and judges the issue times by what
 * the kernel's tracer saw (block_bio_queue). Prints "NAME NUMBER" a line, ns.
 *
 * The tracer sees a request a constant time after the engine stamped it: the
 * median of that distance over all requests of the run is taken off. When the
 * replay began is in that constant too: it is the same for all requests.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kst.h"
#include "sample.h"
#include "seen.h"
#include "session.h"

/* The last requests, whose median error is the drift. */
#define LAST	100

/**
 * struct timing - what a run is judged by
 * @run: the replay, completion records and all
 * @seen: the tracer's view of it, as many requests in the same order
 * @start: clock at time 0 of the replay, about
 * @constant: from stamp to tracer plus the clock at time 0 of the replay
 */
struct timing {
	struct run run;
	struct seen seen;
	int64_t start;
	int64_t constant;
};

static int64_t due_of(const struct timing *t, size_t i)
{
	return t->run.trace.recs[i].issue_ns;
}

/* When it was issued according to the tracer, ns from time 0 of the replay. */
static int64_t issued_of(const struct timing *t, size_t i)
{
	return t->seen.time[i] - t->constant;
}

static int64_t cost_of(const struct timing *t, size_t i)
{
	return t->run.recs[i].submit_cost * HFR_COST_UNIT;
}

/* When the submit of it returned. */
static int64_t returned_of(const struct timing *t, size_t i)
{
	return t->run.recs[i].issued_ns + cost_of(t, i);
}

static void same_requests(const struct timing *t)
{
	size_t i;

	ASSERT_EQ(t->seen.count, t->run.trace.count);
	for (i = 0; i < t->seen.count; i++)
		ASSERT_EQ(t->seen.sector[i] * 512, t->run.trace.recs[i].offset);
}

/* CLOCK_REALTIME minus CLOCK_MONOTONIC, as the kernel keeps it. */
static int64_t realtime_offset(void)
{
	char line[256];
	long long offset = 0;
	bool real = false, found = false;
	FILE *f = fopen("/proc/timer_list", "r");

	ASSERT_TRUE(f);
	while (!found && fgets(line, sizeof(line), f)) {
		if (strstr(line, "ktime_get_real"))
			real = true;
		else if (real && sscanf(line, " .offset: %lld", &offset) == 1)
			found = true;
	}
	fclose(f);
	ASSERT_TRUE(found);
	return offset;
}

/* From stamp to tracer, by record and tracer alone. */
static void judge_path(struct timing *t)
{
	struct sample path, apart, within;
	size_t i;

	t->start = t->run.view.v[A(WALL_START)] - realtime_offset();
	sample_new(&path, t->seen.count);
	for (i = 0; i < t->seen.count; i++)
		sample_add(&path, t->seen.time[i] - t->run.recs[i].issued_ns);
	sample_sort(&path);
	t->constant = sample_at(&path, 0.5);
	printf("constant %" PRId64 "\n", t->constant - t->start);

	sample_new(&apart, t->seen.count);
	sample_new(&within, t->seen.count);
	for (i = 0; i < t->seen.count; i++) {
		sample_add(&apart, llabs(path.v[i] - t->constant));
		/* The tracer itself takes longer when it turns a page. */
		if (!t->seen.turned[i])
			sample_add(&within, apart.v[i]);
	}
	sample_sort(&apart);
	sample_sort(&within);
	sample_print(&apart, "apart");
	sample_print(&within, "apart-within-page");
}

/* Who took the CPU between the due time and the tracer, if anybody did. */
static void print_taker(const struct timing *t, size_t i)
{
	uint64_t since = t->start + due_of(t, i);
	const struct seen_switch *to;
	size_t n;

	for (n = 0; n < t->seen.switch_count; n++) {
		to = &t->seen.switches[n];
		if (to->time > since && to->time < t->seen.time[i]) {
			printf("worst-taker %s\n", to->comm);
			return;
		}
	}
}

static void print_worst(const struct timing *t, const struct sample *error)
{
	size_t i, worst = 0;

	for (i = 0; i < error->count; i++)
		if (error->v[i] > error->v[worst])
			worst = i;
	printf("worst-index %zu\n", worst);
	printf("worst-cause %u\n", t->run.recs[worst].cause);
	print_taker(t, worst);
	/* What of it lay between stamp and tracer. */
	printf("worst-behind-stamp %" PRId64 "\n",
	       (int64_t)(issued_of(t, worst) - t->run.recs[worst].issued_ns));
}

static void judge_error(const struct timing *t)
{
	struct sample error, size;
	size_t i;

	sample_new(&error, t->seen.count);
	sample_new(&size, t->seen.count);
	for (i = 0; i < t->seen.count; i++) {
		sample_add(&error, issued_of(t, i) - due_of(t, i));
		sample_add(&size, llabs(error.v[i]));
	}
	sample_sort(&error);
	sample_sort(&size);
	sample_print(&size, "error");
	printf("earliest %" PRId64 "\n", sample_at(&error, 0));
	printf("drift %lld\n", llabs(sample_end_median(&error, LAST)));
	print_worst(t, &error);
}

/* Later than the schedule and the submit before allow. */
static void judge_excess(const struct timing *t)
{
	struct sample excess;
	int64_t free = 0;
	size_t i;

	sample_new(&excess, t->seen.count);
	for (i = 0; i < t->seen.count; i++) {
		int64_t earliest = due_of(t, i) > free ? due_of(t, i) : free;

		sample_add(&excess, issued_of(t, i) - earliest);
		free = returned_of(t, i);
	}
	sample_sort(&excess);
	sample_print(&excess, "excess");
}

/*
 * What a single server would reach that does nothing but the submits, each as
 * long as it was here: wait(n + 1) = max(0, wait(n) + cost(n) - gap(n)).
 */
static void judge_floor(const struct timing *t)
{
	struct sample waits, costs;
	int64_t wait = 0;
	size_t i;

	sample_new(&waits, t->seen.count);
	sample_new(&costs, t->seen.count);
	for (i = 0; i < t->seen.count; i++) {
		if (i)
			wait += cost_of(t, i - 1) -
				(due_of(t, i) - due_of(t, i - 1));
		if (wait < 0)
			wait = 0;
		sample_add(&waits, wait);
		sample_add(&costs, cost_of(t, i));
	}
	sample_sort(&waits);
	sample_sort(&costs);
	sample_print(&waits, "floor");
	sample_print(&costs, "submit");
}

static void usage(void)
{
	fputs("usage: bench-timing [--switches] TARGET TRACE [OPTION=N]...\n"
	      "--switches records switches of tasks too\noptions:", stderr);
	run_options();
	exit(2);
}

int main(int argc, char **argv)
{
	bool switches = argc > 1 && !strcmp(argv[1], "--switches");
	struct timing t;

	argv += switches;
	if (argc - switches < 3)
		usage();
	run_new(&t.run, argv[1], argv[2], argv + 3);
	run_load(&t.run);
	seen_start(&t.seen, "block_bio_queue", t.run.trace.count);
	if (switches)
		seen_switches_too(&t.seen);
	run_play(&t.run);
	seen_finish(&t.seen);
	run_delete(&t.run);
	same_requests(&t);
	judge_path(&t);
	judge_error(&t);
	judge_excess(&t);
	judge_floor(&t);
	return 0;
}
