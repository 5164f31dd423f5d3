// SPDX-License-Identifier: GPL-2.0-only
/* The module's histograms, and the quantiles that hfctl takes from them. */
#include <limits.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../../kmod/stats.c"
#include "hist.h"

#define OVERFLOW_FROM	(1ULL << HFR_HIST_TOP)

static struct hfr_hist *hist_new(void)
{
	struct hfr_hist *h = calloc(1, sizeof(*h));

	assert_non_null(h);
	return h;
}

/* What hfctl would get from the kernel. */
static struct hist seen_by_user(const struct hfr_hist *h)
{
	struct hist seen = { .sum = h->sum, .max = h->max };
	uint32_t i;

	for (i = 0; i < HFR_HIST_BUCKETS; i++) {
		struct hist_bucket b = {
			.from = hfr_hist_from(i),
			.to = hfr_hist_to(i),
			.count = h->bucket[i],
		};

		if (b.count)
			assert_int_equal(hist_append(&seen, &b), 0);
	}
	return seen;
}

static void test_every_bucket_has_its_bounds(void **state)
{
	uint32_t i;

	(void)state;
	assert_int_equal(hfr_hist_from(0), 0);
	for (i = 0; i < HFR_HIST_OVERFLOW; i++) {
		uint64_t from = hfr_hist_from(i), next = hfr_hist_from(i + 1);

		assert_true(from < next);
		assert_int_equal(hfr_hist_index(from), i);
		assert_int_equal(hfr_hist_index(next - 1), i);
		/* No wider than 1/32 of its lower bound; exact below 64. */
		if (from < 64)
			assert_int_equal(next - from, 1);
		else
			assert_true((next - from) * 32 <= from);
	}
}

static void test_large_values_share_the_last_bucket(void **state)
{
	static const uint64_t large[] = {
		OVERFLOW_FROM, OVERFLOW_FROM + 1, 1ULL << 63, UINT64_MAX,
		OVERFLOW_FROM + 2,
	};
	struct hfr_hist *h = hist_new();
	size_t i;

	(void)state;
	assert_int_equal(hfr_hist_from(HFR_HIST_OVERFLOW), OVERFLOW_FROM);
	assert_int_equal(hfr_hist_index(OVERFLOW_FROM), HFR_HIST_OVERFLOW);
	assert_int_equal(hfr_hist_to(HFR_HIST_OVERFLOW), UINT64_MAX);
	assert_int_equal(hfr_hist_to(HFR_HIST_OVERFLOW - 1), OVERFLOW_FROM - 1);
	for (i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
		hfr_hist_add(h, large[i]);
		assert_int_equal(h->bucket[HFR_HIST_OVERFLOW], i + 1);
	}
	assert_true(h->max == UINT64_MAX);
	/* The one below is not among them, before or after. */
	hfr_hist_add(h, OVERFLOW_FROM - 1);
	hfr_hist_add(h, 5);
	assert_int_equal(h->bucket[HFR_HIST_OVERFLOW - 1], 1);
	assert_int_equal(h->bucket[HFR_HIST_OVERFLOW], i);
	assert_int_equal(h->bucket[5], 1);
	free(h);
}

/* Values of all magnitudes, most of them small. */
static uint64_t some_value(void)
{
	return (((uint64_t)rand() << 31) | (uint64_t)rand()) >>
		(22 + rand() % 40);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The quantile of the sorted values themselves, by nearest rank. */
static uint64_t true_quantile(const uint64_t *sorted, size_t n,
			      unsigned int thousandths)
{
	size_t rank = (n * thousandths + 999) / 1000;

	return sorted[rank ? rank - 1 : 0];
}

static void check_quantiles(size_t n)
{
	static const unsigned int shares[] = { 0, 1, 500, 900, 990, 999, 1000 };
	uint64_t *values = calloc(n, sizeof(*values)), sum = 0;
	struct hfr_hist *h = hist_new();
	struct hist seen;
	size_t i;

	assert_non_null(values);
	for (i = 0; i < n; i++) {
		values[i] = some_value();
		sum += values[i];
		hfr_hist_add(h, values[i]);
	}
	qsort(values, n, sizeof(*values), by_value);
	seen = seen_by_user(h);
	assert_int_equal(hfr_hist_count(h), n);
	assert_int_equal(hist_count(&seen), n);
	assert_int_equal(h->sum, sum);
	assert_int_equal(h->max, values[n - 1]);
	for (i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		uint64_t exact = true_quantile(values, n, shares[i]);
		uint64_t got = hist_quantile(&seen, shares[i]);

		assert_true(got >= exact);
		assert_true((got - exact) * 32 <= exact);
	}
	assert_int_equal(hist_quantile(&seen, 1000), values[n - 1]);
	hist_free(&seen);
	free(values);
	free(h);
}

static void test_quantiles_are_close_to_the_values(void **state)
{
	size_t n;

	(void)state;
	srand(3);
	for (n = 1; n < 70; n++)
		check_quantiles(n);
	check_quantiles(1000);
	check_quantiles(100003);
}

static void test_small_values_are_exact(void **state)
{
	struct hfr_hist *h = hist_new();
	struct hist seen;
	uint64_t v;

	(void)state;
	for (v = 0; v < 64; v++)
		hfr_hist_add(h, v);
	seen = seen_by_user(h);
	assert_int_equal(seen.n, 64);
	assert_int_equal(hist_quantile(&seen, 500), 31);
	assert_int_equal(hist_quantile(&seen, 250), 15);
	assert_true(hist_mean(&seen) == 31.5);
	hist_free(&seen);
	free(h);
}

static void test_overflow_is_at_most_the_largest_value(void **state)
{
	struct hfr_hist *h = hist_new();
	struct hist seen;

	(void)state;
	hfr_hist_add(h, 100);
	hfr_hist_add(h, OVERFLOW_FROM + 7);
	seen = seen_by_user(h);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.buckets[1].to, UINT64_MAX);
	assert_int_equal(hist_quantile(&seen, 999), OVERFLOW_FROM + 7);
	hist_free(&seen);
	free(h);
}

static void test_nothing_counted(void **state)
{
	struct hfr_hist *h = hist_new();
	struct hist seen = seen_by_user(h);

	(void)state;
	assert_int_equal(seen.n, 0);
	assert_int_equal(hist_quantile(&seen, 500), 0);
	assert_true(hist_mean(&seen) == 0);
	free(h);
}

static void count(struct hfr_op_stats *o, size_t i, uint64_t latency,
		  int32_t lateness)
{
	hfr_stats_add(o, latency, lateness);
	o->issued++;
	o->bytes += i;
	o->errors += i % 5 == 0;
}

/* Each worker counts a part; the sum is as if one had counted all. */
static void test_merged_is_as_if_one_had_counted(void **state)
{
	struct hfr_op_stats *part = calloc(4, sizeof(*part));
	struct hfr_op_stats *sum = calloc(2, sizeof(*sum));
	size_t i, late = 0;

	(void)state;
	assert_true(part && sum);
	srand(4);
	for (i = 0; i < 30000; i++) {
		uint64_t latency = some_value();
		int32_t lateness = i % 2 ? rand() % 1000 : 0;

		late += lateness != 0;
		count(&part[i % 3], i, latency, lateness);
		count(&part[3], i, latency, lateness);
	}
	for (i = 0; i < 3; i++)
		hfr_op_stats_merge(&sum[0], &part[i]);
	hfr_op_stats_merge(&sum[1], &part[3]);
	assert_memory_equal(&sum[0], &sum[1], sizeof(*sum));
	assert_int_equal(sum->issued, 30000);
	assert_int_equal(sum->completed, 30000);
	assert_int_equal(sum->errors, 6000);
	assert_int_equal(sum->bytes, 30000 / 2 * 29999);
	assert_int_equal(hfr_hist_count(&sum->latency), 30000);
	/* Those that were not late are among them. */
	assert_int_equal(hfr_hist_count(&sum->lateness), 30000);
	assert_int_equal(sum->lateness.bucket[0], 30000 - late);
	free(part);
	free(sum);
}

static void test_difference_of_two_looks(void **state)
{
	struct hfr_hist *h = hist_new();
	struct hist before, now;

	(void)state;
	hfr_hist_add(h, 10);
	hfr_hist_add(h, 5000);
	before = seen_by_user(h);
	hfr_hist_add(h, 10);
	hfr_hist_add(h, 200);
	now = seen_by_user(h);
	hist_subtract(&now, &before);
	assert_int_equal(hist_count(&now), 2);
	assert_int_equal(now.sum, 210);
	assert_int_equal(hist_quantile(&now, 500), 10);
	assert_int_equal(hist_quantile(&now, 1000), 203);
	hist_free(&before);
	hist_free(&now);
	free(h);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bucket_has_its_bounds),
		cmocka_unit_test(test_large_values_share_the_last_bucket),
		cmocka_unit_test(test_quantiles_are_close_to_the_values),
		cmocka_unit_test(test_small_values_are_exact),
		cmocka_unit_test(test_overflow_is_at_most_the_largest_value),
		cmocka_unit_test(test_nothing_counted),
		cmocka_unit_test(test_merged_is_as_if_one_had_counted),
		cmocka_unit_test(test_difference_of_two_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
