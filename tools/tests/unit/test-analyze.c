// SPDX-License-Identifier: GPL-2.0-only
/* Distributions, reordering and timelines against slow, plain versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "synthetic.h"
#include "timeline.h"
#include "traceinfo.h"

static bool value_in_array(const void *ctx, uint64_t i, unsigned int *group,
			   int64_t *value)
{
	(void)group;
	*value = ((const int64_t *)ctx)[i];
	return true;
}

static bool value_odd_even(const void *ctx, uint64_t i, unsigned int *group,
			   int64_t *value)
{
	*value = ((const int64_t *)ctx)[i];
	*group = (unsigned int)(i % 3);
	return i != 4;
}

static void test_sort_is_signed(void **state)
{
	int64_t v[1000], scratch[1000];
	uint64_t seed = 42;

	(void)state;
	for (int i = 0; i < 1000; i++)
		v[i] = (int64_t)synthetic_random(&seed) >> (i % 60);
	v[7] = INT64_MIN;
	v[8] = INT64_MAX;
	dist_sort(v, scratch, 1000);
	for (int i = 1; i < 1000; i++)
		assert_true(v[i - 1] <= v[i]);
	assert_true(v[0] == INT64_MIN && v[999] == INT64_MAX);
}

static void test_percentiles_are_nearest_rank(void **state)
{
	int64_t v[1000];
	struct dist_curve c;
	struct dist d;

	(void)state;
	for (int i = 0; i < 1000; i++)
		v[(i * 7) % 1000] = i + 1;
	assert_int_equal(dist_by_group(&d, &c, 1, 1000, value_in_array, v), 0);
	assert_int_equal(d.count, 1000);
	assert_int_equal(d.p50, 500);
	assert_int_equal(d.p90, 900);
	assert_int_equal(d.p99, 990);
	assert_int_equal(d.p999, 999);
	assert_int_equal(d.min, 1);
	assert_int_equal(d.max, 1000);
	assert_float_equal(d.mean, 500.5, 1e-9);
	assert_int_equal(c.values[0], 1);
	assert_int_equal(c.values[50], 500);
	assert_int_equal(c.values[DIST_CURVE_POINTS - 1], 1000);
	assert_float_equal(dist_curve_share(108), 0.999, 1e-12);
	assert_float_equal(dist_curve_share(117), 0.9999, 1e-12);
}

static void test_distribution_of_one_and_none(void **state)
{
	int64_t v = -5;
	struct dist d;

	(void)state;
	assert_int_equal(dist_by_group(&d, NULL, 1, 1, value_in_array, &v), 0);
	assert_int_equal(d.p50, -5);
	assert_int_equal(d.p999, -5);
	assert_int_equal(dist_by_group(&d, NULL, 1, 0, value_in_array, &v), 0);
	assert_int_equal(d.count, 0);
	assert_true(d.mean == 0);
}

static void test_groups_are_apart(void **state)
{
	const int64_t v[] = { 10, 20, 30, 11, 21, 31, 12 };
	struct dist d[3];

	(void)state;
	assert_int_equal(dist_by_group(d, NULL, 3, 7, value_odd_even, v), 0);
	assert_int_equal(d[0].count, 3);
	assert_int_equal(d[0].p50, 11);
	assert_int_equal(d[1].count, 1);
	assert_int_equal(d[1].max, 20);
	assert_int_equal(d[2].max, 31);
}

/* RFC 4737 by its words, in quadratic time. */
static void slow_order(struct order *o, const uint64_t *seq, uint64_t n)
{
	uint64_t expected = 0;

	*o = (struct order){ .requests = n, .first = HFR_UNKNOWN };
	for (uint64_t i = 0; i < n; i++) {
		uint64_t j = 0;

		if (seq[i] >= expected) {
			expected = seq[i] + 1;
			continue;
		}
		while (seq[j] <= seq[i])
			j++;
		o->reordered++;
		o->extent_sum += i - j;
		if (i - j > o->max_extent)
			o->max_extent = i - j;
		if (seq[i] < o->first)
			o->first = seq[i];
	}
}

static void shuffle_a_little(uint64_t *seq, uint64_t n, uint64_t *seed)
{
	for (uint64_t i = 0; i < n; i++)
		seq[i] = i;
	for (int k = 0; k < 6; k++) {
		uint64_t a = synthetic_random(seed) % n;
		uint64_t b = synthetic_random(seed) % n;
		uint64_t swap = seq[a];

		seq[a] = seq[b];
		seq[b] = swap;
	}
}

static void test_order_is_that_of_rfc_4737(void **state)
{
	struct hfr_trace_rec trace[40] = { 0 };
	struct hfr_completion_rec recs[40] = { 0 };
	uint64_t seq[40], seed = 7;

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct order got[2], want;

		shuffle_a_little(seq, 40, &seed);
		slow_order(&want, seq, 40);
		for (uint64_t i = 0; i < 40; i++) {
			recs[seq[i]].issued_ns = 1000 + i;
			recs[seq[i]].state = HFR_REC_DONE;
			trace[i].target = 1;
		}
		assert_int_equal(order_judge(got, 2, trace, 40, recs, 40), 0);
		assert_int_equal(got[0].requests, 0);
		assert_memory_equal(&got[1], &want, sizeof(want));
	}
}

static void test_targets_have_their_own_order(void **state)
{
	struct hfr_trace_rec trace[] = {
		{ .target = 0 }, { .target = 1 }, { .target = 0 },
	};
	struct hfr_completion_rec recs[] = {
		{ .issued_ns = 50, .state = HFR_REC_DONE },
		{ .issued_ns = 10, .state = HFR_REC_DONE },
		{ .issued_ns = 50, .state = HFR_REC_DONE },
	};
	struct order got[2];

	(void)state;
	assert_int_equal(order_judge(got, 2, trace, 3, recs, 3), 0);
	assert_int_equal(got[0].requests, 2);
	assert_int_equal(got[0].reordered + got[1].reordered, 0);
	recs[2].issued_ns = 49;
	assert_int_equal(order_judge(got, 2, trace, 3, recs, 3), 0);
	assert_int_equal(got[0].reordered, 1);
	assert_int_equal(got[0].first, 0);
	assert_int_equal(got[0].max_extent, 1);
}

static void test_timeline_keeps_every_busy_ns(void **state)
{
	static struct timeline tl;
	uint64_t seed = 3, sum = 0;
	double got = 0;

	(void)state;
	timeline_init(&tl, 1000000, 5000);
	assert_int_equal(tl.bins, TIMELINE_MAX_BINS);
	for (int i = 0; i < 5000; i++) {
		uint64_t start = synthetic_random(&seed) % 1000000;
		uint64_t end = start + synthetic_random(&seed) % 100000;

		end = end > 1000000 ? 1000000 : end;
		sum += end - start;
		timeline_busy(&tl, start, end);
	}
	timeline_finish(&tl);
	for (unsigned int i = 0; i < tl.bins; i++) {
		assert_true(tl.bin[i].busy_ns >= 0);
		got += tl.bin[i].busy_ns;
	}
	assert_float_equal(got, (double)sum, 1);
}

static void test_timeline_of_one_long_request(void **state)
{
	static struct timeline tl;

	(void)state;
	timeline_init(&tl, 99, 1);
	assert_int_equal(tl.bins, 10);
	assert_int_equal(tl.bin_ns, 10);
	timeline_busy(&tl, 5, 95);
	timeline_finish(&tl);
	assert_float_equal(tl.bin[0].busy_ns, 5, 1e-9);
	for (int i = 1; i < 9; i++)
		assert_float_equal(tl.bin[i].busy_ns, 10, 1e-9);
	assert_float_equal(tl.bin[9].busy_ns, 5, 1e-9);
}

static void test_traceinfo_counts(void **state)
{
	static struct traceinfo info;
	struct synthetic s;
	uint64_t reads = 0, bytes = 0;

	(void)state;
	synthetic_make(&s, 5000);
	for (int i = 0; i < 5000; i++)
		if (s.requests[i].op == HFR_OP_READ) {
			reads++;
			bytes += s.requests[i].length;
		}
	assert_int_equal(traceinfo_collect(&info, &s.trace), 0);
	assert_int_equal(info.requests, 5000);
	assert_int_equal(info.ops[HFR_OP_READ], reads);
	assert_int_equal(info.read_bytes, bytes);
	assert_int_equal(info.gaps.count, 4999);
	assert_int_equal(info.latency.count, 5000);
	assert_int_equal(info.targets[0].requests + info.targets[1].requests,
			 5000);
	assert_true(info.duration_ns >= s.requests[4999].issue_ns);
	assert_true(info.has_completions);
	synthetic_free(&s);
}

static void test_traceinfo_of_an_empty_trace(void **state)
{
	static struct traceinfo info;
	struct synthetic s;

	(void)state;
	synthetic_make(&s, 0);
	assert_int_equal(traceinfo_collect(&info, &s.trace), 0);
	assert_int_equal(info.requests, 0);
	assert_int_equal(info.duration_ns, 0);
	assert_int_equal(info.ntargets, 2);
	synthetic_free(&s);
}

static void test_traceinfo_sees_sequences(void **state)
{
	static struct traceinfo info;
	struct synthetic s;

	(void)state;
	synthetic_make(&s, 5);
	for (uint64_t i = 0; i < 5; i++) {
		s.requests[i].op = HFR_OP_WRITE;
		s.requests[i].target = 0;
		s.requests[i].length = 4096;
		s.requests[i].offset = i * 4096;
		s.requests[i].complete_ns = HFR_UNKNOWN;
	}
	s.requests[4].offset = 0;
	s.requests[4].flags = HFR_RF_FUA;
	assert_int_equal(traceinfo_collect(&info, &s.trace), 0);
	assert_int_equal(info.sequential, 3);
	assert_int_equal(info.targets[0].max_end, 4 * 4096);
	assert_int_equal(info.latency.count, 0);
	assert_int_equal(info.duration_ns, s.requests[4].issue_ns);
	assert_int_equal(info.fua, 1);
	synthetic_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sort_is_signed),
		cmocka_unit_test(test_percentiles_are_nearest_rank),
		cmocka_unit_test(test_distribution_of_one_and_none),
		cmocka_unit_test(test_groups_are_apart),
		cmocka_unit_test(test_order_is_that_of_rfc_4737),
		cmocka_unit_test(test_targets_have_their_own_order),
		cmocka_unit_test(test_timeline_keeps_every_busy_ns),
		cmocka_unit_test(test_timeline_of_one_long_request),
		cmocka_unit_test(test_traceinfo_counts),
		cmocka_unit_test(test_traceinfo_of_an_empty_trace),
		cmocka_unit_test(test_traceinfo_sees_sequences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
