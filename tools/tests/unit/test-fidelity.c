// SPDX-License-Identifier: GPL-2.0-only
/* Measuring a replay, and what the verdict says of it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "synthetic.h"

static const struct verdict_facts plain = {
	.mode = "hf", .speed = 1, .scheduled = true, .ordered = true,
	.state = "done",
};

/* Judges, checks the worst word and that each sentence is there. */
static void expect_verdict(const struct fidelity *f,
			   const struct verdict_facts *facts,
			   enum verdict_word worst, const char *part)
{
	static struct verdict v;

	verdict_judge(&v, f, facts);
	if (verdict_worst(&v) != worst)
		fail_msg("%s, wanted %s: %s",
			 verdict_name(verdict_worst(&v)), verdict_name(worst),
			 v.sentence[verdict_worst(&v)]);
	for (int w = 0; w < VERDICT_NR; w++)
		assert_int_equal(v.applies[w], v.sentence[w][0] != '\0');
	if (!strstr(v.sentence[worst], part))
		fail_msg("no \"%s\" in: %s", part, v.sentence[worst]);
}

static void test_faithful(void **state)
{
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 5000);
	f = synthetic_measure(&s, 5000);
	assert_non_null(f);
	assert_int_equal(f->issued, 5000);
	assert_int_equal(f->order.requests, 5000);
	assert_int_equal(f->order.reordered, 0);
	assert_int_equal(f->late, 0);
	assert_true(f->error_signed.min >= 300);
	assert_true(f->error_absolute.max < 1200);
	assert_true(f->drift_ns > 300 && f->drift_ns < 1200);
	assert_int_equal(f->drift_requests, 100);
	assert_int_equal(f->recorded_latency.count, 5000);
	assert_true(f->replayed_latency.mean < f->recorded_latency.mean);
	assert_true(f->recorded.in_flight_mean > 0);
	expect_verdict(f, &plain, VERDICT_FAITHFUL, "All 5000 requests");
	free(f);
	synthetic_free(&s);
}

static void test_early_is_negative(void **state)
{
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 3);
	for (int i = 0; i < 3; i++)
		s.requests[i].issue_ns = 1000000 + (uint64_t)i;
	s.recs[0].issued_ns = 1000000 - 70;
	s.recs[1].issued_ns = 1000001 - 5;
	s.recs[2].issued_ns = 1000002 + 20;
	f = synthetic_measure(&s, 3);
	assert_int_equal(f->error_signed.min, -70);
	assert_int_equal(f->error_signed.p50, -5);
	assert_int_equal(f->error_absolute.max, 70);
	assert_int_equal(f->drift_ns, -5);
	assert_int_equal(f->drift_requests, 3);
	assert_int_equal(f->recorded.issue_span_ns, 2);
	assert_int_equal(f->replayed.issue_span_ns, 92);
	free(f);
	synthetic_free(&s);
}

static void test_speed_divides_the_schedule(void **state)
{
	struct verdict_facts facts = plain;
	struct fidelity_input in;
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 1000);
	for (int i = 0; i < 1000; i++) {
		uint64_t took = s.recs[i].completed_ns - s.recs[i].issued_ns;

		s.recs[i].issued_ns = s.requests[i].issue_ns / 4 + 100;
		s.recs[i].completed_ns = s.recs[i].issued_ns + took;
	}
	in = (struct fidelity_input){
		.trace = s.requests, .trace_count = 1000, .recs = s.recs,
		.count = 1000, .targets = 2, .speed = 4, .scheduled = true,
	};
	f = fidelity_measure(&in);
	assert_true(f->error_absolute.max <= 101);
	assert_true(f->error_absolute.min >= 99);
	facts.speed = 4;
	expect_verdict(f, &facts, VERDICT_SCALED, "4 times the recorded speed");
	free(f);
	synthetic_free(&s);
}

static void test_no_schedule_has_no_issue_error(void **state)
{
	struct verdict_facts facts = plain;
	struct fidelity_input in;
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 1000);
	for (int i = 0; i < 1000; i++) {
		s.recs[i].issued_ns = (uint64_t)i * 10;
		s.recs[i].completed_ns = s.recs[i].issued_ns + 100;
		s.recs[i].flags = HFR_CF_LIMITED;
	}
	in = (struct fidelity_input){
		.trace = s.requests, .trace_count = 1000, .recs = s.recs,
		.count = 1000, .targets = 2, .speed = 1,
	};
	f = fidelity_measure(&in);
	assert_int_equal(f->error_signed.count, 0);
	assert_int_equal(f->drift_requests, 0);
	assert_int_equal(f->replayed_line.bin_ns * f->replayed_line.bins / 100,
			 f->replayed.duration_ns / 100 + 1);
	facts.scheduled = false;
	facts.mode = "afap";
	expect_verdict(f, &facts, VERDICT_SCALED, "kept no schedule");
	free(f);
	synthetic_free(&s);
}

static void test_causes_are_summed(void **state)
{
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 1000);
	for (int i = 100; i < 200; i++) {
		s.recs[i].cause = HFR_CAUSE_LIMIT;
		s.recs[i].lateness = 100;
	}
	s.recs[200].cause = HFR_CAUSE_STOLEN;
	s.recs[200].lateness = INT32_MAX;
	s.recs[200].flags = HFR_CF_SATURATED;
	s.recs[200].issued_ns = s.requests[200].issue_ns + 50000000000ULL;
	s.recs[201].cause = 77;
	f = synthetic_measure(&s, 1000);
	assert_int_equal(f->causes[HFR_CAUSE_LIMIT].requests, 100);
	assert_int_equal(f->causes[HFR_CAUSE_LIMIT].total_ns, 160000);
	assert_int_equal(f->causes[HFR_CAUSE_LIMIT].max_ns, 1600);
	assert_int_equal(f->causes[HFR_CAUSE_STOLEN].max_ns, 50000000000);
	assert_int_equal(f->causes[HFR_CAUSE_ENGINE].requests, 1);
	assert_int_equal(f->late, 102);
	assert_int_equal(f->held_up, 100);
	free(f);
	synthetic_free(&s);
}

static void test_limited_above_one_percent(void **state)
{
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 1000);
	for (int i = 0; i < 10; i++)
		s.recs[i * 7].flags |= HFR_CF_LIMITED;
	f = synthetic_measure(&s, 1000);
	expect_verdict(f, &plain, VERDICT_FAITHFUL, "in order");
	free(f);
	s.recs[500].cause = HFR_CAUSE_QUEUE;
	f = synthetic_measure(&s, 1000);
	expect_verdict(f, &plain, VERDICT_LIMITED, "11 requests (1.1 %)");
	free(f);
	synthetic_free(&s);
}

static void test_starved_by_a_single_request(void **state)
{
	struct verdict_facts facts = plain;
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 1000);
	f = synthetic_measure(&s, 1000);
	facts.window = (struct stall){ 3, 4500000 };
	expect_verdict(f, &facts, VERDICT_STARVED, "3 times (4.5 ms in all)");
	free(f);
	s.recs[5].cause = HFR_CAUSE_FEEDER;
	f = synthetic_measure(&s, 1000);
	expect_verdict(f, &plain, VERDICT_STARVED, "1 request (0.1 %) was");
	free(f);
	synthetic_free(&s);
}

static void test_reordered_unless_order_is_free(void **state)
{
	struct verdict_facts facts = plain;
	struct synthetic s;
	struct fidelity *f;
	int at = 10;

	(void)state;
	synthetic_make(&s, 1000);
	while (s.requests[at].target || s.requests[at + 1].target)
		at++;
	s.recs[at].issued_ns = s.recs[at + 1].issued_ns + 1;
	f = synthetic_measure(&s, 1000);
	assert_int_equal(f->order.reordered, 1);
	assert_int_equal(f->order.first, at);
	assert_int_equal(f->target_order[0].reordered, 1);
	expect_verdict(f, &plain, VERDICT_REORDERED, "1 request (0.1 %) was");
	facts.ordered = false;
	expect_verdict(f, &facts, VERDICT_FAITHFUL, "All 1000");
	free(f);
	synthetic_free(&s);
}

static void test_device_errors_are_worse_than_late(void **state)
{
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 1000);
	for (int i = 0; i < 1000; i++) {
		s.recs[i].issued_ns += 2000000;
		s.recs[i].completed_ns += 2000000;
	}
	f = synthetic_measure(&s, 1000);
	expect_verdict(f, &plain, VERDICT_LATE, "2.0 ms late");
	free(f);
	s.recs[1].error = ENOSPC;
	s.recs[2].error = EIO;
	s.recs[3].error = EIO;
	f = synthetic_measure(&s, 1000);
	assert_int_equal(f->by_errno[EIO], 2);
	assert_int_equal(f->errors, 3);
	assert_int_equal(f->replayed_latency.count, 997);
	assert_int_equal(f->recorded_latency.count, 997);
	expect_verdict(f, &plain, VERDICT_DEVICE_ERRORS, "Input/output error");
	free(f);
	synthetic_free(&s);
}

static void test_incomplete(void **state)
{
	struct verdict_facts facts = plain;
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 1000);
	memset(&s.recs[10], 0, sizeof(s.recs[10]));
	s.recs[10].state = HFR_REC_SKIPPED;
	memset(&s.recs[899], 0, sizeof(s.recs[899]));
	s.recs[899].state = HFR_REC_NOT_ISSUED;
	f = synthetic_measure(&s, 900);
	assert_int_equal(f->issued, 898);
	assert_int_equal(f->missing, 100);
	assert_int_equal(f->skipped, 1);
	assert_int_equal(f->not_issued, 1);
	facts.state = "failed";
	facts.error = "the disk went away";
	expect_verdict(f, &facts, VERDICT_INCOMPLETE,
		       "102 requests of 1000 (10.2 %) were not issued");
	expect_verdict(f, &facts, VERDICT_INCOMPLETE, "the disk went away");
	free(f);
	synthetic_free(&s);
}

/* Nothing issued, one request, no completions: no division by nothing. */
static void test_small_and_empty(void **state)
{
	struct synthetic s;
	struct fidelity *f;

	(void)state;
	synthetic_make(&s, 0);
	f = synthetic_measure(&s, 0);
	assert_int_equal(f->trace_requests, 0);
	assert_true(f->replayed.in_flight_mean == 0);
	expect_verdict(f, &plain, VERDICT_FAITHFUL, "empty");
	free(f);
	synthetic_free(&s);

	synthetic_make(&s, 1);
	s.requests[0].complete_ns = HFR_UNKNOWN;
	f = synthetic_measure(&s, 0);
	expect_verdict(f, &plain, VERDICT_INCOMPLETE, "(100 %)");
	free(f);
	f = synthetic_measure(&s, 1);
	assert_int_equal(f->completions, 0);
	assert_int_equal(f->recorded_latency.count, 0);
	assert_int_equal(f->replayed_latency.count, 1);
	assert_true(f->recorded.in_flight_mean < 0);
	assert_int_equal(f->replayed.issue_span_ns, 0);
	expect_verdict(f, &plain, VERDICT_FAITHFUL, "The only request was issued");
	free(f);
	synthetic_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faithful),
		cmocka_unit_test(test_early_is_negative),
		cmocka_unit_test(test_speed_divides_the_schedule),
		cmocka_unit_test(test_no_schedule_has_no_issue_error),
		cmocka_unit_test(test_causes_are_summed),
		cmocka_unit_test(test_limited_above_one_percent),
		cmocka_unit_test(test_starved_by_a_single_request),
		cmocka_unit_test(test_reordered_unless_order_is_free),
		cmocka_unit_test(test_device_errors_are_worse_than_late),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_small_and_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
