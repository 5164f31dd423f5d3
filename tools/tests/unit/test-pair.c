// SPDX-License-Identifier: GPL-2.0-only
/* Events paired into requests: rules one by one, then random devices. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pair.h"

#define MAX_RECS 400000

struct result {
	struct hfr_trace_rec *recs;
	size_t n;
	struct pair_stats stats;
};

static struct result res;

static int collect(void *ctx, const struct hfr_trace_rec *rec,
		   struct hf_error *err)
{
	struct result *r = ctx;

	(void)err;
	assert_true(r->n < MAX_RECS);
	r->recs[r->n++] = *rec;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	memset(&res, 0, sizeof(res));
	res.recs = calloc(MAX_RECS, sizeof(*res.recs));
	return res.recs ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(res.recs);
	return 0;
}

static void run(bool queue, const struct block_event *evs, size_t n)
{
	struct pair *p = pair_new(queue, collect, &res);
	struct hf_error err;
	size_t i;

	assert_non_null(p);
	for (i = 0; i < n; i++)
		assert_int_equal(pair_event(p, &evs[i], &err), 0);
	assert_int_equal(pair_finish(p, &res.stats, &err), 0);
	pair_free(p);
	assert_int_equal(res.n, res.stats.requests);
}

#define EV(_kind, _time, _op, _sector, _sectors, ...) \
	{ .kind = EVENT_##_kind, .time = _time, .op = HFR_OP_##_op, \
	  .sector = _sector, .sectors = _sectors, ##__VA_ARGS__ }
#define RUN(queue, evs) run(queue, evs, sizeof(evs) / sizeof((evs)[0]))

static void check(size_t i, uint64_t issue, uint64_t complete, uint64_t sector,
		  uint32_t sectors)
{
	assert_true(i < res.n);
	assert_int_equal(res.recs[i].issue_ns, issue);
	assert_int_equal(res.recs[i].complete_ns, complete);
	assert_int_equal(res.recs[i].offset, sector << 9);
	assert_int_equal(res.recs[i].length, sectors << 9);
}

static void test_order(void **state)
{
	/* Complete in reverse, come out as issued. */
	struct block_event evs[] = {
		EV(ISSUE, 10, READ, 0, 8, .pid = 7, .prio = 0x4004),
		EV(ISSUE, 20, WRITE, 8, 8, .flags = HFR_RF_SYNC),
		EV(ISSUE, 30, WRITE, 16, 8),
		EV(COMPLETE, 40, WRITE, 16, 8),
		EV(COMPLETE, 50, WRITE, 8, 8),
		EV(COMPLETE, 60, READ, 0, 8),
	};

	(void)state;
	RUN(false, evs);
	assert_int_equal(res.n, 3);
	check(0, 10, 60, 0, 8);
	check(1, 20, 50, 8, 8);
	check(2, 30, 40, 16, 8);
	assert_int_equal(res.recs[0].stream, 7);
	assert_int_equal(res.recs[0].prio, 0x4004);
	assert_int_equal(res.recs[0].flags, 0);
	assert_int_equal(res.recs[1].flags, HFR_RF_SYNC);
	assert_int_equal(res.recs[2].flags, HFR_RF_ASYNC);
	assert_int_equal(res.stats.incomplete, 0);
	assert_int_equal(res.stats.unmatched, 0);
	assert_true(res.stats.completions);
}

static void test_partial_completions(void **state)
{
	struct block_event evs[] = {
		EV(ISSUE, 10, READ, 100, 24),
		EV(COMPLETE, 20, READ, 100, 8),
		EV(COMPLETE, 30, READ, 108, 8),
		EV(COMPLETE, 40, READ, 116, 8),
	};

	(void)state;
	RUN(false, evs);
	assert_int_equal(res.n, 1);
	check(0, 10, 40, 100, 24);
}

static void test_same_sector(void **state)
{
	/* Length, operation and device tell requests apart; then age. */
	struct block_event evs[] = {
		EV(ISSUE, 10, READ, 100, 8),
		EV(ISSUE, 11, READ, 100, 16),
		EV(ISSUE, 12, READ, 100, 8),
		EV(ISSUE, 13, WRITE, 100, 8),
		EV(ISSUE, 14, READ, 100, 8, .target = 1),
		EV(COMPLETE, 20, READ, 100, 16),
		EV(COMPLETE, 21, READ, 100, 8, .target = 1),
		EV(COMPLETE, 22, WRITE, 100, 8),
		EV(COMPLETE, 23, READ, 100, 8),
		EV(COMPLETE, 24, READ, 100, 8),
	};

	(void)state;
	RUN(false, evs);
	assert_int_equal(res.n, 5);
	check(0, 10, 23, 100, 8);
	check(1, 11, 20, 100, 16);
	check(2, 12, 24, 100, 8);
	check(3, 13, 22, 100, 8);
	check(4, 14, 21, 100, 8);
}

static void test_requeue(void **state)
{
	struct block_event evs[] = {
		EV(ISSUE, 10, WRITE, 100, 8),
		EV(ISSUE, 11, READ, 200, 8),
		EV(REQUEUE, 15, WRITE, 100, 8),
		EV(COMPLETE, 16, READ, 200, 8),
		EV(ISSUE, 20, WRITE, 100, 8),
		EV(COMPLETE, 30, WRITE, 100, 8),
	};

	(void)state;
	RUN(false, evs);
	assert_int_equal(res.n, 2);
	check(0, 11, 16, 200, 8);
	check(1, 20, 30, 100, 8);
	assert_int_equal(res.stats.incomplete, 0);
}

/* PREFLUSH + FUA on a device that has a write cache but no FUA. */
static const struct block_event flush_machine[] = {
	EV(QUEUE, 5, WRITE, 100, 8,
	   .flags = HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_SYNC),
	EV(ISSUE, 10, FLUSH, 0, 0, .flush_rq = true),
	EV(COMPLETE, 20, FLUSH, UINT64_MAX, 0, .flush_rq = true),
	EV(ISSUE, 30, WRITE, 100, 8, .flags = HFR_RF_SYNC),
	EV(COMPLETE, 40, WRITE, 100, 8),
	EV(QUEUE, 42, FLUSH, 0, 0),
	EV(ISSUE, 50, FLUSH, 0, 0, .flush_rq = true),
	EV(COMPLETE, 60, FLUSH, UINT64_MAX, 0, .flush_rq = true),
	EV(COMPLETE, 61, WRITE, 100, 0),
	EV(COMPLETE, 62, WRITE, 0, 0),
};

static void test_flush_driver(void **state)
{
	(void)state;
	RUN(false, flush_machine);
	assert_int_equal(res.n, 3);
	check(0, 10, 20, 0, 0);
	check(1, 30, 40, 100, 8);
	check(2, 50, 60, 0, 0);
	assert_int_equal(res.recs[0].op, HFR_OP_FLUSH);
	assert_int_equal(res.recs[1].flags, HFR_RF_SYNC);
	assert_int_equal(res.recs[2].flags, 0);
	assert_int_equal(res.stats.unmatched, 0);
}

static void test_flush_queue(void **state)
{
	(void)state;
	RUN(true, flush_machine);
	assert_int_equal(res.n, 2);
	check(0, 5, 61, 100, 8);
	check(1, 42, 62, 0, 0);
	assert_int_equal(res.recs[0].flags,
			 HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_SYNC);
	assert_int_equal(res.recs[1].op, HFR_OP_FLUSH);
	assert_int_equal(res.stats.unmatched, 0);
}

static void test_fua_native(void **state)
{
	/* No flush sequence: the data are the end, a flush keeps its own. */
	struct block_event evs[202];
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++) {
		evs[2 * i] = (struct block_event)EV(QUEUE, 10 * i, WRITE,
			8 * i, 8, .flags = HFR_RF_FUA | HFR_RF_SYNC);
		evs[2 * i + 1] = (struct block_event)EV(COMPLETE, 10 * i + 5,
			WRITE, 8 * i, 8, .flags = HFR_RF_FUA | HFR_RF_SYNC);
	}
	evs[200] = (struct block_event)EV(QUEUE, 2000, FLUSH, 0, 0);
	evs[201] = (struct block_event)EV(COMPLETE, 2010, WRITE, 0, 0);
	RUN(true, evs);
	assert_int_equal(res.n, 101);
	for (i = 0; i < 100; i++)
		check(i, 10 * i, 10 * i + 5, 8 * i, 8);
	check(100, 2000, 2010, 0, 0);
	assert_int_equal(res.stats.incomplete, 0);
}

static void test_merge(void **state)
{
	struct block_event evs[] = {
		EV(QUEUE, 10, WRITE, 108, 8),
		EV(QUEUE, 11, WRITE, 116, 8),
		EV(QUEUE, 12, WRITE, 100, 8),
		EV(ISSUE, 20, WRITE, 100, 24),
		EV(COMPLETE, 30, WRITE, 100, 24),
	};

	(void)state;
	RUN(true, evs);
	assert_int_equal(res.n, 3);
	check(0, 10, 30, 108, 8);
	check(1, 11, 30, 116, 8);
	check(2, 12, 30, 100, 8);
	res.n = 0;
	RUN(false, evs);
	assert_int_equal(res.n, 1);
	check(0, 20, 30, 100, 24);
}

static void test_merge_with_unseen(void **state)
{
	/* The request began with bios from before the trace. */
	struct block_event evs[] = {
		EV(QUEUE, 11, WRITE, 116, 8),
		EV(COMPLETE, 30, WRITE, 100, 32),
	};

	(void)state;
	RUN(true, evs);
	check(0, 11, 30, 116, 8);
	assert_int_equal(res.stats.unmatched, 0);
}

static void test_split(void **state)
{
	/* The second half ends first, with and without the split event. */
	struct block_event evs[] = {
		EV(QUEUE, 10, WRITE, 100, 24),
		EV(SPLIT, 11, WRITE, 100, 16, .cut = 116),
		EV(COMPLETE, 20, WRITE, 116, 8),
		EV(COMPLETE, 30, WRITE, 100, 16),
		EV(QUEUE, 110, WRITE, 100, 24),
		EV(COMPLETE, 120, WRITE, 116, 8),
		EV(COMPLETE, 130, WRITE, 100, 16),
	};

	(void)state;
	RUN(true, evs);
	assert_int_equal(res.n, 2);
	check(0, 10, 30, 100, 24);
	check(1, 110, 130, 100, 24);
	assert_int_equal(res.stats.incomplete, 0);
}

static void test_skew(void **state)
{
	struct block_event evs[] = {
		EV(COMPLETE, 1000, READ, 100, 8),
		EV(ISSUE, 4000, READ, 100, 8),
		/* Too long ago: a request from before the trace. */
		EV(COMPLETE, 5000, READ, 200, 8),
		EV(ISSUE, 100000, READ, 200, 8),
		EV(COMPLETE, 100500, READ, 200, 8),
		/* In order, but stamped by a clock that is behind. */
		EV(ISSUE, 101000, READ, 300, 8),
		EV(COMPLETE, 100990, READ, 300, 8),
	};

	(void)state;
	RUN(false, evs);
	assert_int_equal(res.n, 3);
	check(2, 101000, 101000, 300, 8);
	check(0, 4000, 4000, 100, 8);
	check(1, 100000, 100500, 200, 8);
	assert_int_equal(res.stats.unmatched, 1);
}

static void test_incomplete(void **state)
{
	struct block_event evs[] = {
		EV(ISSUE, 10, READ, 100, 8),
		EV(COMPLETE, 110, READ, 100, 8),
		EV(ISSUE, 150, READ, 200, 8),
		EV(ISSUE, 160, READ, 300, 8),
		EV(COMPLETE, 200, READ, 300, 8),
		EV(COMPLETE, 250, READ, 900, 8),
	};

	(void)state;
	RUN(false, evs);
	assert_int_equal(res.n, 3);
	check(1, 150, HFR_UNKNOWN, 200, 8);
	check(2, 160, 200, 300, 8);
	assert_int_equal(res.stats.incomplete, 1);
	assert_int_equal(res.stats.end, 250);
}

static void test_no_completions(void **state)
{
	/* More than are held: they must come out on the way, in order. */
	size_t n = 300000, i;
	struct block_event *evs = calloc(n, sizeof(*evs));

	(void)state;
	assert_non_null(evs);
	for (i = 0; i < n; i++)
		evs[i] = (struct block_event)EV(QUEUE, i, READ, 8 * i, 8);
	run(true, evs, n);
	free(evs);
	assert_int_equal(res.n, n);
	for (i = 0; i < n; i++)
		check(i, i, HFR_UNKNOWN, 8 * i, 8);
	assert_false(res.stats.completions);
	assert_int_equal(res.stats.incomplete, 0);
}

static void test_very_slow(void **state)
{
	/* One request outlives 300,000 others: these are not held for ever. */
	size_t n = 300000, i;
	struct block_event *evs = calloc(2 * n + 2, sizeof(*evs));

	(void)state;
	assert_non_null(evs);
	evs[0] = (struct block_event)EV(ISSUE, 0, WRITE, 0, 8);
	for (i = 1; i <= n; i++) {
		evs[2 * i - 1] = (struct block_event)EV(ISSUE, 10 * i, READ,
							8 * i, 8);
		evs[2 * i] = (struct block_event)EV(COMPLETE, 10 * i + 5, READ,
						    8 * i, 8);
	}
	evs[2 * n + 1] = (struct block_event)EV(COMPLETE, 10 * n + 9, WRITE, 0,
						8);
	run(false, evs, 2 * n + 2);
	free(evs);
	assert_int_equal(res.n, n + 1);
	check(0, 10, 15, 8, 8);
	check(n, 0, 10 * n + 9, 0, 8);
}

/* A random device that keeps the truth beside its events. */
struct sim {
	struct block_event *evs;
	struct hfr_trace_rec *truth;
	size_t nevs, n;
};

static void put(struct sim *s, uint8_t kind, uint64_t time, uint8_t op,
		uint64_t sector, uint32_t sectors)
{
	s->evs[s->nevs++] = (struct block_event){ .kind = kind, .time = time,
		.op = op, .sector = sector, .sectors = sectors,
		.flush_rq = op == HFR_OP_FLUSH };
}

static int by_time(const void *a, const void *b)
{
	const struct block_event *x = a, *y = b;

	return x->time < y->time ? -1 : x->time > y->time;
}

/* Requests on few sectors, with requeues and completions in pieces. */
static void sim_driver(struct sim *s, size_t n)
{
	uint64_t busy[64] = { 0 };
	uint64_t time = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned int slot = rand() % 64;
		uint8_t op = slot ? rand() % 2 : HFR_OP_FLUSH;
		uint32_t sectors = slot ? 8 * (1 + rand() % 4) : 0;
		uint64_t sector = 64 * slot, end;

		time += 2 * (1 + rand() % 10);
		/* One request per place at a time: the truth is unique. */
		if (busy[slot] >= time)
			continue;
		if (sectors && rand() % 8 == 0) {
			put(s, EVENT_ISSUE, time, op, sector, sectors);
			put(s, EVENT_REQUEUE, time + 1, op, sector, sectors);
			time += 2;
		}
		end = time + 1 + rand() % 1000;
		put(s, EVENT_ISSUE, time, op, sector, sectors);
		s->truth[s->n++] = (struct hfr_trace_rec){ .issue_ns = time,
			.complete_ns = end, .offset = sector << 9,
			.length = sectors << 9, .op = op };
		if (sectors > 8 && rand() % 4 == 0) {
			put(s, EVENT_COMPLETE, time + (end - time) / 2, op,
			    sector, 8);
			put(s, EVENT_COMPLETE, end, op, sector + 8,
			    sectors - 8);
		} else {
			put(s, EVENT_COMPLETE, end, op, sector, sectors);
		}
		busy[slot] = end;
	}
}

/* Rows of bios that are merged, cut at other places, and end in any order. */
static void sim_queue(struct sim *s, size_t n)
{
	uint64_t time = 1, base = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned int bios = 1 + rand() % 6, j;
		uint64_t ends[48], pos = base, from = base;
		size_t first = s->n;

		for (j = 0; j < bios; j++) {
			uint32_t sectors = 1 + rand() % 8;

			put(s, EVENT_QUEUE, time, HFR_OP_WRITE, pos, sectors);
			s->truth[s->n++] = (struct hfr_trace_rec){
				.issue_ns = time, .offset = pos << 9,
				.length = sectors << 9, .op = HFR_OP_WRITE };
			pos += sectors;
			time += 10;
		}
		while (from < pos) {
			uint64_t len = 1 + rand() % (pos - from), k;
			uint64_t end = time + rand() % 500;

			put(s, EVENT_COMPLETE, end, HFR_OP_WRITE, from, len);
			for (k = from; k < from + len; k++)
				ends[k - base] = end;
			from += len;
		}
		for (; first < s->n; first++) {
			struct hfr_trace_rec *t = &s->truth[first];
			uint64_t k = (t->offset >> 9) - base;

			for (j = 0; j < t->length >> 9; j++)
				if (ends[k + j] > t->complete_ns)
					t->complete_ns = ends[k + j];
		}
		base = pos;
	}
}

static void run_sim(bool queue, void (*sim)(struct sim *, size_t), size_t n)
{
	struct sim s = { .evs = calloc(64 * n, sizeof(*s.evs)),
			 .truth = calloc(8 * n, sizeof(*s.truth)) };
	size_t i;

	assert_non_null(s.evs);
	assert_non_null(s.truth);
	sim(&s, n);
	qsort(s.evs, s.nevs, sizeof(*s.evs), by_time);
	run(queue, s.evs, s.nevs);
	assert_int_equal(res.n, s.n);
	for (i = 0; i < s.n; i++) {
		const struct hfr_trace_rec *t = &s.truth[i];

		check(i, t->issue_ns, t->complete_ns, t->offset >> 9,
		      t->length >> 9);
		assert_int_equal(res.recs[i].op, t->op);
	}
	assert_int_equal(res.stats.incomplete, 0);
	assert_int_equal(res.stats.unmatched, 0);
	free(s.evs);
	free(s.truth);
	res.n = 0;
}

static void test_random_driver(void **state)
{
	unsigned int seed;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		srand(seed);
		run_sim(false, sim_driver, 3000);
	}
}

static void test_random_queue(void **state)
{
	unsigned int seed;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		srand(seed);
		run_sim(true, sim_queue, 1000);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_order), TEST(test_partial_completions),
		TEST(test_same_sector), TEST(test_requeue),
		TEST(test_flush_driver), TEST(test_flush_queue),
		TEST(test_fua_native), TEST(test_merge),
		TEST(test_merge_with_unseen), TEST(test_split),
		TEST(test_skew), TEST(test_incomplete),
		TEST(test_no_completions), TEST(test_very_slow),
		TEST(test_random_driver), TEST(test_random_queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
