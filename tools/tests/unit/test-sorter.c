// SPDX-License-Identifier: GPL-2.0-only
/* Sorting more requests than are held in memory. */
#include "sorter.h"
#include "unit-files.h"

#define N (6 * SORTER_CHUNK + 1000)

/* KiB of files that are mapped and in memory. */
static long mapped_kib(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	long file = 0, shmem = 0;
	char line[256];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "RssFile:", 8))
			file = strtol(line + 8, NULL, 10);
		else if (!strncmp(line, "RssShmem:", 9))
			shmem = strtol(line + 9, NULL, 10);
	}
	fclose(f);
	assert_true(file > 0);
	return file + shmem;
}

/* Times in all orders, each twice: @offset says which came first. */
static void fill(struct sorter *s, struct hf_error *err)
{
	struct hfr_trace_rec rec = { 0 };
	uint64_t i;

	for (i = 0; i < N; i++) {
		rec.issue_ns = (i * 48271 % N) / 2;
		rec.offset = i;
		assert_int_equal(sorter_add(s, &rec, err), 0);
	}
}

static void test_many(void **state)
{
	const struct hfr_trace_rec *rec;
	struct hfr_trace_rec last = { 0 };
	struct hf_error err = { "" };
	struct sorter *s;
	long before, now, most = 0;
	uint64_t n;

	(void)state;
	assert_int_equal(sorter_new(&s, &err), 0);
	fill(s, &err);
	assert_int_equal(sorter_end(s, &err), 0);
	before = mapped_kib();
	for (n = 0; (rec = sorter_next(s)); n++) {
		assert_int_equal(rec->issue_ns, n / 2);
		if (n % 2)
			assert_true(rec->offset > last.offset);
		last = *rec;
		now = n % 8192 ? 0 : mapped_kib() - before;
		most = now > most ? now : most;
	}
	assert_int_equal(n, N);
	/* All of them are 48 MiB. */
	assert_true(most < 8 * 1024);
	sorter_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
