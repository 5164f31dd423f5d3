// SPDX-License-Identifier: GPL-2.0-only
/* Ends of requests whose completion is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ends.h"

static struct ends ends;

static void add(uint64_t issue, uint64_t complete)
{
	const struct hfr_trace_rec rec = { .issue_ns = issue,
					   .complete_ns = complete };

	ends_add(&ends, &rec);
}

/* The completion time that a request without one gets. */
static uint64_t settled(uint64_t issue)
{
	struct hfr_trace_rec rec = { .issue_ns = issue,
				     .complete_ns = HFR_UNKNOWN };

	ends_settle(&ends, ends_estimate(&ends), &rec);
	return rec.complete_ns;
}

/* @n requests of 10 ns, every @nth without completion. */
static void lossy(uint64_t n, uint64_t nth)
{
	uint64_t i;

	memset(&ends, 0, sizeof(ends));
	for (i = 0; i < n; i++)
		add(100 * i, i % nth == 1 ? HFR_UNKNOWN : 100 * i + 10);
}

static void test_few_lost(void **state)
{
	struct hfr_trace_rec known = { .issue_ns = 7, .complete_ns = 9 };

	(void)state;
	lossy(1000, 200);
	assert_int_equal(settled(100), 110);
	ends_settle(&ends, true, &known);
	assert_int_equal(known.complete_ns, 9);
}

static void test_many_lost(void **state)
{
	(void)state;
	lossy(1000, 50);
	assert_int_equal(settled(100), HFR_UNKNOWN);
	/* Exactly 1 % is too many, one less is not. */
	lossy(1000, 100);
	assert_int_equal(settled(100), HFR_UNKNOWN);
	lossy(1001, 100);
	assert_int_equal(settled(100), 110);
}

static void test_in_flight_at_end(void **state)
{
	(void)state;
	memset(&ends, 0, sizeof(ends));
	add(10, 110);
	add(160, 200);
	add(150, HFR_UNKNOWN);
	assert_int_equal(settled(150), 200);
	/* The trace goes on: then it was lost, and is half of all. */
	ends_until(&ends, 250);
	assert_int_equal(settled(150), 250);
	ends_until(&ends, 251);
	assert_int_equal(settled(150), HFR_UNKNOWN);
}

static void test_no_completions(void **state)
{
	(void)state;
	memset(&ends, 0, sizeof(ends));
	add(10, HFR_UNKNOWN);
	assert_int_equal(settled(10), HFR_UNKNOWN);
}

/* More are open than are kept: those that are not count as lost. */
static void test_very_many_open(void **state)
{
	uint64_t i;

	(void)state;
	memset(&ends, 0, sizeof(ends));
	add(0, 2 * ENDS_KEPT);
	for (i = 0; i < ENDS_KEPT; i++)
		add(ENDS_KEPT, HFR_UNKNOWN);
	assert_true(ends_estimate(&ends));
	for (i = 0; i < ENDS_KEPT / 50; i++)
		add(ENDS_KEPT, HFR_UNKNOWN);
	assert_false(ends_estimate(&ends));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few_lost),
		cmocka_unit_test(test_many_lost),
		cmocka_unit_test(test_in_flight_at_end),
		cmocka_unit_test(test_no_completions),
		cmocka_unit_test(test_very_many_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
