// SPDX-License-Identifier: GPL-2.0-only
/* In-flight counts against their definition, and sorting in runs. */
#include "flight.h"
#include "sorter.h"
#include "unit-files.h"

#define MAX_RECS 300

static void make_trace(struct hfr_trace_rec *recs, int n, uint64_t *seed,
		       unsigned int gap, unsigned int latency)
{
	uint64_t now = 0;
	int i;

	for (i = 0; i < n; i++) {
		now += unit_random(seed) % gap;
		recs[i] = (struct hfr_trace_rec){
			.issue_ns = now,
			.complete_ns = now + unit_random(seed) % latency,
			.target = unit_random(seed) % 3,
		};
	}
}

static bool in_flight(const struct hfr_trace_rec *recs, int of, int at)
{
	return of == at || recs[of].complete_ns > recs[at].issue_ns;
}

static void check_trace(const struct hfr_trace_rec *recs, int n)
{
	struct flight fl = { 0 };
	uint64_t most = 0, span = 0;
	int i, j;

	for (i = 0; i < n; i++) {
		uint64_t count = 0;
		int oldest = i;

		for (j = i; j >= 0; j--) {
			if (!in_flight(recs, j, i))
				continue;
			count += recs[j].target == recs[i].target;
			oldest = j;
		}
		assert_int_equal(flight_add(&fl, &recs[i]), count);
		most = count > most ? count : most;
		if ((uint64_t)(i - oldest + 1) > span)
			span = (uint64_t)(i - oldest + 1);
	}
	assert_int_equal(fl.max_in_flight, most);
	assert_int_equal(fl.span, span);
	flight_free(&fl);
}

static void test_against_definition(void **state)
{
	static const unsigned int latencies[] = { 1, 2, 10, 100, 100000 };
	struct hfr_trace_rec recs[MAX_RECS];
	uint64_t seed = 42;
	int round;

	(void)state;
	for (round = 0; round < 400; round++) {
		make_trace(recs, MAX_RECS, &seed, 1 + round % 7,
			   latencies[round % 5]);
		check_trace(recs, 1 + (int)(unit_random(&seed) % MAX_RECS));
	}
}

/* From few to many and back, as often as there are bursts. */
static void test_bursts(void **state)
{
	struct hfr_trace_rec recs[MAX_RECS];
	uint64_t seed = 43, now;
	int round, i;

	(void)state;
	for (round = 0; round < 50; round++) {
		for (i = 0, now = 0; i < MAX_RECS; i++) {
			now += i % 75 ? unit_random(&seed) % 2 : 1000;
			recs[i] = (struct hfr_trace_rec){
				.issue_ns = now,
				.complete_ns = now + unit_random(&seed) % 800,
			};
		}
		check_trace(recs, MAX_RECS);
	}
}

static void sort_and_check(const struct hfr_trace_rec *recs, uint32_t n)
{
	struct hfr_trace_rec last = { 0 };
	const struct hfr_trace_rec *rec;
	struct hf_error err = { "" };
	struct sorter *s;
	uint32_t i, count = 0;
	uint64_t sum = 0, want = 0;

	assert_int_equal(sorter_new(&s, NULL, &err), 0);
	for (i = 0; i < n; i++) {
		assert_int_equal(sorter_add(s, &recs[i], &err), 0);
		want += recs[i].offset * 31 ^ recs[i].issue_ns;
	}
	assert_int_equal(sorter_end(s, &err), 0);
	while (sorter_next(s, &rec, &err) == 1) {
		if (count)
			assert_true(last.issue_ns < rec->issue_ns ||
				    (last.issue_ns == rec->issue_ns &&
				     last.offset < rec->offset));
		sum += rec->offset * 31 ^ rec->issue_ns;
		last = *rec;
		count++;
	}
	assert_int_equal(count, n);
	assert_int_equal(sum, want);
	sorter_free(s);
}

/* The offset is the place in the input: equal times must keep their order. */
static void test_sorter(void **state)
{
	static const uint32_t sizes[] = {
		0, 1, 99, 5000, SORTER_CHUNK, SORTER_CHUNK + 1,
		3 * SORTER_CHUNK + 17,
	};
	struct hfr_trace_rec *recs = calloc(4 * SORTER_CHUNK, sizeof(*recs));
	uint64_t seed = 11;
	uint32_t i, kind, k;

	(void)state;
	for (k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		for (kind = 0; kind < 4; kind++) {
			for (i = 0; i < sizes[k]; i++) {
				uint64_t r = unit_random(&seed);

				recs[i].offset = i;
				recs[i].issue_ns = kind == 0 ? i / 3 :
					kind == 1 ? r % 1000 :
					kind == 2 ? sizes[k] - i :
					i + r % 5000;
			}
			sort_and_check(recs, sizes[k]);
		}
	}
	free(recs);
	assert_int_equal(unit_files(false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_definition),
		cmocka_unit_test(test_bursts),
		cmocka_unit_test(test_sorter),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
