// SPDX-License-Identifier: GPL-2.0-only
/* The dependencies of the engine, against brute force over a list of edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

/* As in the kernel, where a parameter need not be used. */
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../../kmod/roots.c"
#include "../../../kmod/dep.c"

#include "dep-trace.h"
#include "dep-replay.h"

static struct dep_trace trace;
static struct dep_times times;
static struct replay replay;

static const struct { u32 think, speed; } paces[] = {
	{ 1000, 1000 }, { 0, 1000 }, { 500, 1000 }, { 2500, 1000 },
	{ 1000, 4000 }, { 1000, 300 }, { 2500, 7777 }, { 1, 1000000 },
};

static void make_replay(u32 slots)
{
	u32 i = dice(sizeof(paces) / sizeof(paces[0]));

	memset(&replay, 0, sizeof(replay));
	replay.trace = &trace;
	replay.pace.think = paces[i].think;
	replay.pace.speed = paces[i].speed;
	replay.nworkers = dice(2) ? MAX_WORKERS : 1;
	replay.slots = slots;
	replay.lazy = dice(2);
	replay.streams = dice(2);
	replay_init(&replay);
}

static void random_trace(u32 seed, u32 most)
{
	dice_state = seed * 0x9e3779b97f4a7c15ULL + 1;
	make_trace(&trace, 1 + dice(dice(4) ? 40 : most), dice(HFR_DEP_NR));
}

static void assert_same_times(u32 seed)
{
	u32 loop, i;

	for (loop = 0; loop < MAX_LOOPS; loop++)
		for (i = 0; i < trace.count; i++)
			if (times.issued[loop][i] != replay.issued[loop][i])
				fail_msg("trace %u loop %u request %u: issued at %llu, not %llu",
					 seed, loop, i, replay.issued[loop][i],
					 times.issued[loop][i]);
}

/* Three loops; false if one comes to a halt. */
static bool run_loops(u64 start)
{
	bool ran = true;

	replay.began[0] = start;
	for (replay.loop = 0; ran && replay.loop < MAX_LOOPS; replay.loop++) {
		replay_begin(&replay, replay.began[replay.loop]);
		ran = replay_loop(&replay);
	}
	return ran;
}

static void assert_as_expected(u32 seed)
{
	u64 start = 1000 + dice(1000);

	expect_times(&trace, start, &replay.pace, &times);
	assert_true(run_loops(start));
	if (!replay.held)
		assert_same_times(seed);
	replay_free(&replay);
}

/* ---- tests ---- */

static void test_windows_are_edges(void **state)
{
	u32 seed, a, b;

	for (seed = 1; seed <= 300; seed++) {
		random_trace(seed, 150);
		for (b = 0; b < trace.count; b++) {
			const struct hfr_trace_rec *rec = &trace.rec[b];
			bool all = rec->flags & HFR_RF_DEP_GLOBAL;

			for (a = 0; a < trace.count; a++) {
				u32 rank = all ? trace.rec[a].global_rank :
					trace.rec[a].rank;

				assert_int_equal(trace.edge[a][b],
						 among(&trace, a, b, all) &&
						 rank >= rec->dep_lo &&
						 rank < rec->dep_hi);
			}
		}
	}
}

static void test_issue_times(void **state)
{
	u32 seed;

	for (seed = 1; seed <= 3000; seed++) {
		random_trace(seed, 200);
		make_replay(512);
		assert_as_expected(seed);
	}
}

static void test_issue_times_after_repace(void **state)
{
	u32 seed;

	for (seed = 1; seed <= 1000; seed++) {
		random_trace(seed, 200);
		make_replay(512);
		replay.repace = true;
		assert_as_expected(seed);
	}
}

static void test_small_ring(void **state)
{
	u32 seed, held = 0;

	for (seed = 1; seed <= 1500; seed++) {
		random_trace(seed, MAX_RECORDS);
		if (trace.rooted)
			continue;
		make_replay(4U << dice(6));
		assert_as_expected(seed);
		held += replay.held;
	}
	/* Rings that are too small and rings that are not were both seen. */
	assert_in_range(held, 100, 900);
}

static void test_ranks_go_round(void **state)
{
	u32 seed, i;

	for (seed = 1; seed <= 500; seed++) {
		u32 base = -(seed % 40);

		random_trace(seed, 100);
		if (trace.rooted)
			continue;
		for (i = 0; i < trace.count; i++) {
			trace.rec[i].rank += base;
			trace.rec[i].dep_lo += base;
			trace.rec[i].dep_hi += base;
		}
		make_replay(512);
		replay.rank_base = base;
		assert_as_expected(seed);
	}
}

/* A rank twice: it is found, or a worker finds that it is stuck. */
static void test_contradiction(void **state)
{
	u32 seed, refused = 0, stuck = 0, a, b, i;
	u64 index;

	for (seed = 1; seed <= 1000; seed++) {
		bool found = false;

		random_trace(seed, 100);
		a = dice(trace.count);
		b = dice(trace.count);
		if (trace.rooted || a == b ||
		    trace.rec[a].scope != trace.rec[b].scope)
			continue;
		trace.rec[a].rank = trace.rec[b].rank;
		make_replay(512);
		if (run_loops(1000)) {
			/* Nobody has waited for either. */
			for (i = 0; i < trace.count; i++)
				assert_false(trace.rec[i].scope ==
					     trace.rec[a].scope &&
					     trace.rec[i].dep_hi >
					     trace.rec[b].rank);
			replay_free(&replay);
			continue;
		}
		for (i = 0; i < replay.nworkers && !replay.result; i++)
			found |= hfr_dep_stuck(&replay.worker[i].dep, &index);
		assert_true(replay.result == -EINVAL || found);
		refused += replay.result == -EINVAL;
		stuck += found;
		replay_free(&replay);
	}
	assert_true(refused > 50);
	assert_true(stuck > 0);
}

/* Ranks that keep the rules of single records and make no sense together. */
static void test_nonsense(void **state)
{
	u32 seed, ended[3] = { 0 }, i;
	u64 index;

	for (seed = 1; seed <= 2000; seed++) {
		bool found = false, ran;
		u32 wild = dice(2) ? 3 : 1U << 31;

		random_trace(seed, 100);
		for (i = 0; i < trace.count; i++) {
			if (dice(4))
				continue;
			trace.rec[i].rank = dice(wild);
			if (!(trace.rec[i].flags & HFR_RF_DEP_GLOBAL))
				trace.rec[i].rank += trace.rec[i].dep_hi;
			trace.rec[i].global_rank = dice(wild);
		}
		make_replay(512);
		ran = run_loops(1000);
		for (i = 0; i < replay.nworkers; i++)
			found |= hfr_dep_stuck(&replay.worker[i].dep, &index) ||
				hfr_dep_waiting(&replay.worker[i].dep);
		assert_true(ran || found || replay.result == -EINVAL);
		ended[ran ? 0 : replay.result ? 1 : 2]++;
		replay_free(&replay);
	}
	for (i = 0; i < 3; i++)
		assert_true(ended[i] > 20);
}

static const struct hfr_dep_pace real_pace = {
	.clock = 1000, .think = 1000, .speed = 1000,
};

static u32 left_unknown(const void *ctx, u32 scope)
{
	return U32_MAX;
}

static struct hfr_dep make_dep(const struct hfr_trace_rec *recs, u32 *links,
			       u32 nodes)
{
	struct hfr_dep d;

	assert_int_equal(hfr_dep_init(&d, 1, nodes, 0, recs, 7, links, NULL), 0);
	hfr_dep_begin(&d, &real_pace, left_unknown, NULL);
	return d;
}

static void assert_next(struct hfr_dep *d, u64 index, u64 due)
{
	struct hfr_dep_next next;

	hfr_dep_update(d, 0);
	assert_true(hfr_dep_peek(d, &next));
	assert_int_equal(next.index, index);
	assert_int_equal(next.due, due);
}

static void issue_next(struct hfr_dep *d)
{
	struct hfr_dep_next next;

	assert_true(hfr_dep_take(d, S64_MAX, &next));
}

/*
 * 0 ends at 0; 1 lasts from 1 to 50 in the trace, and no time now; 2 waits for
 * 0 and is due at 40; 3 waits for 1, so it is due before 2.
 */
static const struct hfr_trace_rec overtaking[8] = {
	{ .issue_ns = 0, .complete_ns = 0, .rank = 0 },
	{ .issue_ns = 1, .complete_ns = 50, .rank = 1, .dep_hi = 1 },
	{ .issue_ns = 40, .complete_ns = 70, .rank = 2, .dep_hi = 1 },
	{ .issue_ns = 60, .complete_ns = 80, .rank = 3, .dep_lo = 1, .dep_hi = 2 },
};

static struct hfr_dep make_overtaking(u32 *links)
{
	struct hfr_dep d = make_dep(overtaking, links, 8);
	struct hfr_dep_done done = { .rank = 0, .orig = 0, .actual = 1000 };

	hfr_dep_read(&d, &d.recs[0], 0, 0, 1000);
	assert_next(&d, 0, 1000);
	issue_next(&d);
	assert_int_equal(hfr_dep_complete(&d, &done, 1000), 0);
	hfr_dep_read(&d, &d.recs[1], 1, 0, 1000);
	assert_next(&d, 1, 1001);
	issue_next(&d);
	hfr_dep_read(&d, &d.recs[2], 2, 0, 1001);
	assert_next(&d, 2, 1040);
	hfr_dep_read(&d, &d.recs[3], 3, 0, 1001);
	assert_next(&d, 2, 1040);
	assert_false(hfr_dep_wants(&d, 100, 1001));
	done = (struct hfr_dep_done) { .rank = 1, .orig = 50, .actual = 1001 };
	assert_int_equal(hfr_dep_complete(&d, &done, 1001), 0);
	assert_true(hfr_dep_wants(&d, 100, 1001));
	return d;
}

static void test_later_is_due_first(void **state)
{
	u32 links[8];
	struct hfr_dep d = make_overtaking(links);

	assert_next(&d, 3, 1001 + 60 - 50);
	issue_next(&d);
	hfr_dep_release(&d, 3);
	assert_false(hfr_dep_released(&d, 2));
	assert_true(hfr_dep_released(&d, 3));
	assert_next(&d, 2, 1040);
	issue_next(&d);
	assert_true(hfr_dep_empty(&d));
	hfr_dep_free(&d);
}

/* Each waits for what is left of its think time, times the new factor. */
static void test_repace(void **state)
{
	static const struct hfr_dep_pace twice = {
		.clock = 1010, .pos = 10, .think = 2000, .speed = 1000,
	};
	u32 links[8];
	struct hfr_dep d = make_overtaking(links);

	hfr_dep_repace(&d, &twice);
	assert_int_equal(hfr_dep_root_time(&d, 20), 1030);
	assert_next(&d, 3, 1001 + 2 * (60 - 50));
	issue_next(&d);
	assert_next(&d, 2, 1000 + 2 * 40);
	assert_int_equal(hfr_dep_slip(&d), 1000);
	hfr_dep_free(&d);
}

static const struct hfr_dep_pace no_think = {
	.clock = 1011, .pos = 11, .speed = 1000,
};

/* The pace turns round which of two is due first. */
static void test_repace_orders_heap(void **state)
{
	u32 links[8];
	struct hfr_dep d = make_overtaking(links);

	hfr_dep_repace(&d, &no_think);
	assert_next(&d, 2, 1000);
	issue_next(&d);
	assert_next(&d, 3, 1001);
	hfr_dep_free(&d);
}

/* The pace turns round which of two completions has the larger value. */
static void test_repace_orders_values(void **state)
{
	static const struct hfr_trace_rec recs[8] = {
		{ .complete_ns = 10, .rank = 0 },
		{ .complete_ns = 30, .rank = 1 },
		{ .complete_ns = 35, .rank = 2 },
		{ .issue_ns = 40, .complete_ns = 50, .dep_hi = 3, .rank = 3 },
	};
	static const struct hfr_dep_done done[3] = {
		{ .rank = 0, .orig = 10, .actual = 1020 },
		{ .rank = 1, .orig = 30, .actual = 1030 },
		{ .rank = 2, .orig = 35, .actual = 1025 },
	};
	u32 links[8], i;
	struct hfr_dep d = make_dep(recs, links, 4);

	for (i = 0; i < 4; i++)
		hfr_dep_read(&d, &d.recs[i], i, 0, 1000);
	for (i = 0; i < 3; i++)
		issue_next(&d);
	for (i = 0; i < 2; i++)
		assert_int_equal(hfr_dep_complete(&d, &done[i], 1030), 0);
	assert_int_equal(hfr_dep_slip(&d), 1010);
	hfr_dep_repace(&d, &no_think);
	assert_int_equal(hfr_dep_slip(&d), 1020);
	assert_int_equal(hfr_dep_complete(&d, &done[2], 1030), 0);
	assert_next(&d, 3, 1030);
	hfr_dep_free(&d);
}

/* What a root waits for moves with the anchor, before and after it opens. */
static void test_repace_moves_roots(void **state)
{
	static const struct hfr_trace_rec recs[8] = {
		{ .complete_ns = 10 },
		{ .complete_ns = 20, .rank = 1, .global_rank = 1 },
		{ .issue_ns = 40, .complete_ns = 50, .dep_hi = 2, .scope = 1,
		  .flags = HFR_RF_DEP_GLOBAL, .global_rank = 2 },
	};
	static const struct hfr_dep_pace again = {
		.clock = 1111, .pos = 111, .think = 1000, .speed = 1000,
	};
	struct hfr_dep_done done = { .orig = 10, .actual = 1110 };
	struct hfr_roots roots;
	u32 links[8], i, from, to;
	struct hfr_dep d;

	assert_int_equal(hfr_roots_init(&roots, 1, 1), 0);
	hfr_roots_add(&roots, 2, 0, 2, 0);
	hfr_roots_seal(&roots);
	hfr_roots_begin(&roots);
	assert_int_equal(hfr_dep_init(&d, 2, 3, 0, recs, 7, links, &roots), 0);
	hfr_dep_begin(&d, &real_pace, left_unknown, NULL);
	for (i = 0; i < 3; i++)
		hfr_dep_read(&d, &d.recs[i], i, recs[i].scope, 1000);
	for (i = 0; i < 2; i++)
		issue_next(&d);
	assert_int_equal(hfr_dep_complete(&d, &done, 1110), 0);
	hfr_dep_repace(&d, &no_think);
	done = (struct hfr_dep_done) {
		.rank = 1, .global_rank = 1, .orig = 20, .actual = 1105,
	};
	assert_true(hfr_dep_waiting(&d));
	assert_int_equal(hfr_dep_complete(&d, &done, 1110), 0);
	assert_true(hfr_dep_kick(&d, &from, &to));
	/* 100 behind the line of the trace, which is at 1011 now. */
	assert_next(&d, 2, 1011 + 100);
	hfr_dep_repace(&d, &again);
	assert_next(&d, 2, 1000 + 100 + 40);
	hfr_dep_free(&d);
	hfr_roots_free(&roots);
}

static void test_pool_ends(void **state)
{
	static const struct hfr_trace_rec recs[8];
	struct hfr_dep_done done = { .rank = 3 };
	u32 links[8], i;
	struct hfr_dep d = make_dep(recs, links, 2);

	for (i = 0; i < 3; i++) {
		hfr_dep_read(&d, &d.recs[i], i, 0, 1000);
		issue_next(&d);
	}
	assert_int_equal(hfr_dep_complete(&d, &done, 1000), 0);
	assert_int_equal(hfr_dep_complete(&d, &done, 1000), -EINVAL);
	done.rank = 4;
	assert_int_equal(hfr_dep_complete(&d, &done, 1000), 0);
	done.rank = 5;
	assert_int_equal(hfr_dep_complete(&d, &done, 1000), -EINVAL);
	hfr_dep_free(&d);
}

static struct hfr_dep_pace pace_by(u32 think, u32 speed)
{
	struct hfr_dep_pace pace = { .think = think, .speed = speed };

	pace.times = hfr_dep_times(&pace);
	return pace;
}

static void test_scale(void **state)
{
	struct hfr_dep_pace pace = pace_by(2500, 1000);

	assert_int_equal(hfr_dep_scale(&pace, 3), 7);
	pace = pace_by(0, 1000);
	assert_int_equal(hfr_dep_scale(&pace, HFR_MAX_TIME), 0);
	pace = pace_by(7, 7);
	assert_int_equal(hfr_dep_scale(&pace, HFR_MAX_TIME), HFR_MAX_TIME);
	pace = pace_by(999999, 1000000);
	assert_int_equal(hfr_dep_scale(&pace, HFR_MAX_TIME),
			 9007190247541737ULL);
	pace = pace_by(1000000, 1);
	assert_int_equal(hfr_dep_scale(&pace, HFR_MAX_TIME), 1ULL << 62);
	assert_int_equal(hfr_dep_scale(&pace, 1ULL << 40), 1000000ULL << 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows_are_edges),
		cmocka_unit_test(test_issue_times),
		cmocka_unit_test(test_issue_times_after_repace),
		cmocka_unit_test(test_small_ring),
		cmocka_unit_test(test_ranks_go_round),
		cmocka_unit_test(test_contradiction),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_later_is_due_first),
		cmocka_unit_test(test_repace),
		cmocka_unit_test(test_repace_orders_heap),
		cmocka_unit_test(test_repace_orders_values),
		cmocka_unit_test(test_repace_moves_roots),
		cmocka_unit_test(test_pool_ends),
		cmocka_unit_test(test_scale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
