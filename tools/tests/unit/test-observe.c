// SPDX-License-Identifier: GPL-2.0-only
/* Pairing of what was seen with a trace, and distances of distributions. */
#include "unit-files.h"

#include <math.h>

#include "distance.h"
#include "pairing.h"

#define N	500

static struct hfr_trace_rec want[N], seen[2 * N];
static uint64_t nseen;

/* A place of its own for each request, but for one in five. */
static void make_want(void)
{
	uint64_t i;

	for (i = 0; i < N; i++)
		want[i] = (struct hfr_trace_rec){
			.issue_ns = i * 10000, .complete_ns = i * 10000 + 7000,
			.offset = (i % 5 ? i : i % 50) * 65536,
			.length = 4096 << i % 3,
			.op = i % 2 ? HFR_OP_READ : HFR_OP_WRITE,
		};
}

static void see_all(int64_t shift)
{
	uint64_t i;

	for (i = 0; i < N; i++) {
		seen[i] = want[i];
		seen[i].issue_ns += (uint64_t)shift;
		seen[i].complete_ns += (uint64_t)shift;
	}
	nseen = N;
}

static void pair(struct pairing *p, double speed)
{
	assert_int_equal(pairing_make(p, want, N, seen, nseen, speed), 0);
	assert_int_equal(p->paired + p->changed + p->lost, N);
	assert_int_equal(p->paired + p->added, nseen);
}

static void all_is_seen(void **state)
{
	struct pairing p;
	uint64_t i;

	(void)state;
	make_want();
	see_all(123456789);
	pair(&p, 1);
	assert_int_equal(p.paired, N);
	assert_int_equal(p.start_ns, 123456789);
	for (i = 0; i < N; i++) {
		assert_int_equal(p.recs[i].state, HFR_REC_DONE);
		assert_int_equal(p.recs[i].issued_ns, want[i].issue_ns);
		assert_int_equal(p.recs[i].completed_ns, want[i].complete_ns);
		assert_int_equal(p.recs[i].lateness, 0);
	}
	pairing_free(&p);
}

/* One of the first that comes much too early does not move the others. */
static void the_start_is_a_median(void **state)
{
	struct pairing p;

	(void)state;
	make_want();
	see_all(50000000);
	seen[0].issue_ns = 0;
	pair(&p, 1);
	assert_int_equal(p.start_ns, 50000000);
	assert_int_equal(p.recs[0].issued_ns, 0);
	pairing_free(&p);
}

/* A tool that has read some of the same before. */
static void what_comes_in_front_is_left_out(void **state)
{
	struct pairing p;
	uint64_t i;

	(void)state;
	make_want();
	see_all(60000000);
	memmove(&seen[100], seen, N * sizeof(*seen));
	for (i = 0; i < 100; i++) {
		seen[i] = want[i * 4];
		seen[i].issue_ns = i;
		seen[i].complete_ns = i + 1;
	}
	nseen = N + 100;
	pair(&p, 1);
	assert_int_equal(p.start_ns, 60000000);
	assert_int_equal(p.added, 100);
	for (i = 0; i < N; i++)
		assert_int_equal(p.recs[i].issued_ns, want[i].issue_ns);
	pairing_free(&p);
}

static void what_lacks_is_lost_what_differs_is_changed(void **state)
{
	struct pairing p;

	(void)state;
	make_want();
	see_all(0);
	/* 101 is not there, 202 in two pieces, 303 other, 7 once more. */
	seen[101] = seen[--nseen];
	seen[nseen++] = want[N - 1];
	nseen = N;
	seen[101] = (struct hfr_trace_rec){
		.op = HFR_OP_FLUSH, .issue_ns = want[101].issue_ns,
	};
	seen[202].length /= 2;
	seen[nseen] = seen[202];
	seen[nseen++].offset += seen[202].length;
	seen[303].op = want[303].op == HFR_OP_READ ? HFR_OP_WRITE :
		       HFR_OP_READ;
	seen[nseen++] = want[7];
	pair(&p, 1);
	assert_int_equal(p.changed, 1);
	assert_int_equal(p.lost, 2);
	assert_int_equal(p.added, 5);
	assert_int_equal(p.recs[101].state, HFR_REC_NOT_ISSUED);
	assert_int_equal(p.recs[202].state, HFR_REC_NOT_ISSUED);
	assert_int_equal(p.recs[303].state, HFR_REC_NOT_ISSUED);
	assert_int_equal(p.recs[7].issued_ns, want[7].issue_ns);
	pairing_free(&p);
}

static void nothing_is_seen(void **state)
{
	struct pairing p;

	(void)state;
	make_want();
	nseen = 0;
	pair(&p, 1);
	assert_int_equal(p.lost, N);
	pairing_free(&p);
}

/* ---- distances, against figures worked out by hand ---- */

static void measure(struct distance *d, unsigned int *has,
		    const struct pairing *p, double speed)
{
	const struct fidelity_input in = {
		.trace = want, .trace_count = N, .loops = 1,
		.recs = p->recs, .count = N, .targets = 1, .speed = speed,
		.scheduled = true,
	};

	assert_int_equal(distance_measure(d, has, &in), 0);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9 * fmax(1, fabs(b));
}

static void equal_replays_have_no_distance(void **state)
{
	struct distance d;
	struct pairing p;
	unsigned int has;

	(void)state;
	make_want();
	see_all(77);
	pair(&p, 1);
	measure(&d, &has, &p, 1);
	assert_int_equal(has, DISTANCE_SPAN | DISTANCE_GAPS |
			 DISTANCE_FLIGHT | DISTANCE_LATENCY);
	assert_true(near(d.span, 0) && near(d.gaps_ks, 0) &&
		    near(d.flight_l1, 0) && near(d.latency_mean, 0) &&
		    near(d.latency_p99, 0) && near(d.latency_ks, 0) &&
		    near(d.latency_w1, 0));
	pairing_free(&p);
}

/* Half of the requests take 3,000 ns more; the last comes 499,000 ns late. */
static void distances_are_what_they_are(void **state)
{
	struct distance d;
	struct pairing p;
	unsigned int has;
	uint64_t i;

	(void)state;
	make_want();
	see_all(0);
	for (i = 1; i < N; i += 2)
		seen[i].complete_ns += 3000;
	seen[N - 1].issue_ns += 499000;
	seen[N - 1].complete_ns += 499000;
	pair(&p, 1);
	measure(&d, &has, &p, 1);
	assert_true(near(d.span, 0.1));
	assert_true(near(d.gaps_ks, 1.0 / (N - 1)));
	assert_true(near(d.latency_mean, 1500.0 / 7000));
	assert_true(near(d.latency_p99, 3000.0 / 7000));
	assert_true(near(d.latency_ks, 0.5));
	assert_true(near(d.latency_w1, 1500));
	/* 249 times 3,000; the last away from its place, and longer there. */
	assert_true(near(d.flight_l1, (249 * 3000.0 + 7000 + 10000) /
			 (7000.0 * N)));
	pairing_free(&p);
}

static void speed_moves_the_original(void **state)
{
	struct distance d;
	struct pairing p;
	unsigned int has;
	uint64_t i;

	(void)state;
	make_want();
	see_all(0);
	for (i = 0; i < N; i++) {
		seen[i].issue_ns /= 4;
		seen[i].complete_ns = seen[i].issue_ns + 1750;
	}
	pair(&p, 4);
	measure(&d, &has, &p, 4);
	assert_true(near(d.span, 0) && near(d.gaps_ks, 0));
	assert_true(near(d.flight_l1, 0));
	assert_true(near(d.latency_mean, -0.75));
	pairing_free(&p);
}

static void unknown_ends_leave_figures_out(void **state)
{
	struct distance d;
	struct pairing p;
	unsigned int has;
	uint64_t i;

	(void)state;
	make_want();
	for (i = 0; i < N; i++)
		want[i].complete_ns = HFR_UNKNOWN;
	see_all(0);
	pair(&p, 1);
	measure(&d, &has, &p, 1);
	assert_int_equal(has, DISTANCE_SPAN | DISTANCE_GAPS);
	pairing_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_seen),
		cmocka_unit_test(the_start_is_a_median),
		cmocka_unit_test(what_comes_in_front_is_left_out),
		cmocka_unit_test(what_lacks_is_lost_what_differs_is_changed),
		cmocka_unit_test(nothing_is_seen),
		cmocka_unit_test(equal_replays_have_no_distance),
		cmocka_unit_test(distances_are_what_they_are),
		cmocka_unit_test(speed_moves_the_original),
		cmocka_unit_test(unknown_ends_leave_figures_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
