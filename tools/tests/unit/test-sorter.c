// SPDX-License-Identifier: GPL-2.0-only
/* Sorting more requests than are held in memory. */
#include "sorter.h"
#include "unit-files.h"

#define N (6 * (uint64_t)SORTER_CHUNK + 1000)
#define ROOM (4 * SORTER_CHUNK)

/* Memory that the process has resident, KiB. */
static long resident_kib(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[256];
	long kib = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmRSS:", 6))
			kib = strtol(line + 6, NULL, 10);
	fclose(f);
	assert_true(kib > 0);
	return kib;
}

static struct hf_error err;

static void add(struct sorter *s, uint64_t issue_ns, uint64_t offset)
{
	struct hfr_trace_rec rec = { .issue_ns = issue_ns, .offset = offset };

	if (sorter_add(s, &rec, &err))
		fail_msg("%s", err.text);
}

/* Times in all orders, each twice: @offset says which came first. */
static void test_many(void **state)
{
	const struct hfr_trace_rec *rec;
	long before = resident_kib(), now, most = 0;
	uint64_t n, i, last = 0;
	struct sorter *s;

	(void)state;
	assert_int_equal(sorter_new(&s, NULL, &err), 0);
	for (i = 0; i < N; i++)
		add(s, (i * 48271 % N) / 2, i);
	assert_int_equal(sorter_end(s, &err), 0);
	for (n = 0; sorter_next(s, &rec, &err) == 1; n++) {
		assert_int_equal(rec->issue_ns, n / 2);
		if (n % 2)
			assert_true(rec->offset > last);
		last = rec->offset;
		now = n % 65536 ? 0 : resident_kib() - before;
		most = now > most ? now : most;
	}
	assert_int_equal(n, N);
	/* All of them are 192 MiB; the sanitizer keeps what is freed a while. */
	assert_true(most < 128 * 1024);
	sorter_free(s);
}

/* A sink that keeps what it gets and can have enough of it. */
static struct {
	struct hfr_trace_rec *recs;
	uint64_t n, most;
	int backs;
} taken;

static int give(void *ctx, const struct hfr_trace_rec *const *recs, size_t n,
		struct hf_error *unused)
{
	size_t i;

	(void)ctx;
	(void)unused;
	if (taken.n + n > taken.most)
		return SORTER_BACK;
	for (i = 0; i < n; i++)
		taken.recs[taken.n++] = *recs[i];
	return 0;
}

static int back(void *ctx, uint64_t first, struct hfr_trace_rec *recs,
		size_t n, struct hf_error *unused)
{
	(void)ctx;
	(void)unused;
	assert_true(first + n <= taken.n);
	memcpy(recs, taken.recs + first, n * sizeof(*recs));
	return 0;
}

static void done(void *ctx)
{
	(void)ctx;
	taken.backs++;
}

static struct sorter *sinking(uint64_t most)
{
	static const struct sorter_sink sink = {
		.give = give, .back = back, .done = done,
	};
	struct sorter *s;

	taken.recs = malloc(ROOM * sizeof(*taken.recs));
	assert_non_null(taken.recs);
	taken.n = 0;
	taken.most = most;
	taken.backs = 0;
	assert_int_equal(sorter_new(&s, &sink, &err), 0);
	return s;
}

/* In the order of the times, and among equal ones as they came. */
static void in_order(const struct hfr_trace_rec *rec, uint64_t *time,
		     uint64_t *offset)
{
	assert_true(rec->issue_ns >= *time);
	if (rec->issue_ns == *time)
		assert_true(rec->offset >= *offset);
	*time = rec->issue_ns;
	*offset = rec->offset;
}

static void all_sorted(struct sorter *s, uint64_t n)
{
	uint64_t time = 0, offset = 0, i;
	const struct hfr_trace_rec *rec;

	assert_int_equal(taken.backs, 1);
	assert_int_equal(sorter_end(s, &err), 0);
	for (i = 0; sorter_next(s, &rec, &err) == 1; i++)
		in_order(rec, &time, &offset);
	assert_int_equal(i, n);
	sorter_free(s);
	free(taken.recs);
}

/* Times that go back a little, but never by half of what is in memory. */
static void test_sink(void **state)
{
	const uint64_t n = 3 * SORTER_CHUNK + 5;
	uint64_t i, time = 0, offset = 0;
	struct sorter *s = sinking(ROOM);
	bool all;

	(void)state;
	for (i = 0; i < n; i++)
		add(s, i / 2 + (i * 7919 % 1000), i);
	assert_true(taken.n > SORTER_CHUNK);
	assert_int_equal(sorter_sunk(s, &all, &err), 0);
	assert_true(all);
	assert_int_equal(taken.n, n);
	for (i = 0; i < n; i++)
		in_order(&taken.recs[i], &time, &offset);
	sorter_free(s);
	free(taken.recs);
}

/* The last one is the earliest. */
static void test_back_unsorted(void **state)
{
	const uint64_t n = 3 * SORTER_CHUNK;
	struct sorter *s = sinking(ROOM);
	uint64_t i;
	bool all;

	(void)state;
	for (i = 1; i < n; i++)
		add(s, 10 + i, i);
	add(s, 1, 0);
	assert_int_equal(sorter_sunk(s, &all, &err), 0);
	assert_false(all);
	all_sorted(s, n);
}

/* The sink has enough in the middle of a batch, and at the end. */
static void back_at(uint64_t most)
{
	const uint64_t n = 2 * SORTER_CHUNK + SORTER_CHUNK / 4;
	struct sorter *s = sinking(most);
	uint64_t i;
	bool all;

	for (i = 0; i < n; i++)
		add(s, i + (i * 31 % 50), i);
	assert_int_equal(sorter_sunk(s, &all, &err), 0);
	assert_false(all);
	all_sorted(s, n);
}

static void test_back(void **state)
{
	(void)state;
	back_at(SORTER_CHUNK / 2 + 10000);
	back_at(2 * SORTER_CHUNK);
}

/* All of it, though the sink could have kept it. */
static void test_back_asked(void **state)
{
	struct sorter *s = sinking(ROOM);
	uint64_t i;
	bool all;

	(void)state;
	for (i = 0; i < 2 * SORTER_CHUNK; i++)
		add(s, i, i);
	assert_int_equal(sorter_sunk(s, &all, &err), 0);
	assert_true(all);
	assert_int_equal(sorter_back(s, &err), 0);
	all_sorted(s, 2 * SORTER_CHUNK);
}

/* What fits into memory stays there. */
static void test_few(void **state)
{
	struct sorter *s = sinking(ROOM);
	const struct hfr_trace_rec *rec;
	bool all;

	(void)state;
	add(s, 2, 0);
	add(s, 1, 0);
	assert_int_equal(sorter_sunk(s, &all, &err), 0);
	assert_false(all);
	assert_int_equal(sorter_end(s, &err), 0);
	assert_int_equal(sorter_next(s, &rec, &err), 1);
	assert_int_equal(rec->issue_ns, 1);
	assert_int_equal(sorter_next(s, &rec, &err), 1);
	assert_int_equal(rec->issue_ns, 2);
	assert_int_equal(sorter_next(s, &rec, &err), 0);
	sorter_free(s);
	free(taken.recs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_sink),
		cmocka_unit_test(test_back_unsorted),
		cmocka_unit_test(test_back),
		cmocka_unit_test(test_back_asked),
		cmocka_unit_test(test_few),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
