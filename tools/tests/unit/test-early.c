// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests that are written while the input is read: the file is the same as
 * that of requests that were sorted at the end.
 */
#include "import-files.h"
#include "importer.h"
#include "sorter.h"

#define N (3 * (uint64_t)SORTER_CHUNK + 17)
#define START 1000000

/**
 * struct load - requests of a test
 * @opts: of the importer
 * @n: how many
 * @time: issue time of the Nth
 * @open: the first that has no completion, and each third after it
 * @device: of the Nth
 */
struct load {
	struct import_opts opts;
	uint64_t n;
	uint64_t (*time)(uint64_t n);
	uint64_t open;
	int (*device)(uint64_t n);
};

static struct hfr_trace_rec request(const struct load *load, uint64_t n)
{
	struct hfr_trace_rec rec = {
		.issue_ns = START + load->time(n),
		.complete_ns = HFR_UNKNOWN,
		.offset = n * 512, .length = 512, .op = HFR_OP_WRITE,
		.target = load->device ? (uint16_t)load->device(n) : 0,
	};

	if (n < load->open || (n - load->open) % 3)
		rec.complete_ns = rec.issue_ns + 10;
	return rec;
}

static struct importer *start(const struct load *load, const char *out)
{
	struct importer *imp;

	assert_int_equal(importer_new(&imp, &load->opts, &err), 0);
	importer_output(imp, out);
	assert_int_equal(importer_device(imp, "a", 0, 0, &err), 0);
	assert_int_equal(importer_device(imp, "b", 0, 0, &err), 1);
	importer_sum(imp)->format = "test";
	return imp;
}

static void add_all(struct importer *imp, const struct load *load)
{
	uint64_t i;

	for (i = 0; i < load->n; i++) {
		struct hfr_trace_rec rec = request(load, i);

		if (importer_request(imp, &rec, NULL, &err))
			fail_msg("%s", err.text);
	}
}

static void finish(struct importer *imp, const char *out,
		   struct hft_file *file)
{
	if (importer_write(imp, NULL, 0, out, NULL, &err))
		fail_msg("%s", err.text);
	sum = *importer_sum(imp);
	importer_free(imp);
	if (hft_open(file, out, &err))
		fail_msg("%s", err.text);
}

static void import(const struct load *load, struct hft_file *file)
{
	const char *out = unit_path("out.hft");
	struct importer *imp = start(load, out);

	add_all(imp, load);
	finish(imp, out, file);
	assert_int_equal(unit_files(false), 1);
	assert_int_equal(file->count, load->n);
}

/* Each request is there once, in order, as it was. */
static void check(const struct load *load, const struct hft_file *file)
{
	uint8_t *seen = calloc(load->n, 1);
	uint64_t i;

	assert_non_null(seen);
	for (i = 0; i < file->count; i++) {
		const struct hfr_trace_rec *rec = &file->recs[i];
		uint64_t n = rec->offset / 512;
		struct hfr_trace_rec was;

		assert_true(n < load->n && !seen[n]++);
		was = request(load, n);
		assert_int_equal(rec->issue_ns, was.issue_ns - START);
		if (was.complete_ns != HFR_UNKNOWN)
			assert_int_equal(rec->complete_ns,
					 was.complete_ns - START);
		assert_string_equal((const char *)file->devs[rec->target].name,
				    was.target ? "b" : "a");
		assert_int_equal(rec->op, was.op);
		if (!i || rec->issue_ns != rec[-1].issue_ns)
			continue;
		assert_true(rec->offset > rec[-1].offset);
	}
	free(seen);
}

static uint64_t in_order(uint64_t n)
{
	return n / 2;
}

static uint64_t last_first(uint64_t n)
{
	return n == N - 1 ? 0 : n + 1;
}

static int b_then_a(uint64_t n)
{
	return n < N - 100;
}

static int b_only(uint64_t n)
{
	(void)n;
	return 1;
}

static void both(const struct load *load)
{
	struct hft_file file;

	import(load, &file);
	check(load, &file);
	hft_close(&file);
	unit_files(true);
}

static void test_in_order(void **state)
{
	const struct load load = { .n = N, .time = in_order, .open = N };

	(void)state;
	both(&load);
	assert_int_equal(sum.unsorted, 0);
}

static void test_last_first(void **state)
{
	const struct load load = { .n = N, .time = last_first, .open = N };

	(void)state;
	both(&load);
	assert_int_equal(sum.unsorted, 1);
}

/* Completions stop in the middle: what is open at the end is settled. */
static void test_open(void **state)
{
	const struct load load = {
		.n = N, .time = in_order, .open = 2 * SORTER_CHUNK,
	};
	struct hft_file file;

	(void)state;
	import(&load, &file);
	check(&load, &file);
	/* Without a completion, but it was in flight when the trace ended. */
	assert_int_equal(request(&load, N - 1).complete_ns, HFR_UNKNOWN);
	assert_int_equal(file.recs[N - 1].complete_ns,
			 file.recs[N - 2].complete_ns);
	hft_close(&file);
	unit_files(true);
}

static void test_no_completions(void **state)
{
	const struct load load = {
		.n = N / 3, .time = in_order, .open = 0,
	};

	(void)state;
	both(&load);
}

/* The device that comes first in the table is the last to have requests. */
static void test_devices(void **state)
{
	struct load load = {
		.n = N, .time = in_order, .open = N, .device = b_then_a,
	};
	struct hft_file file;

	(void)state;
	import(&load, &file);
	check(&load, &file);
	assert_string_equal((const char *)file.devs[0].name, "a");
	hft_close(&file);
	load.device = b_only;
	import(&load, &file);
	check(&load, &file);
	assert_int_equal(file.hdr->device_count, 1);
	hft_close(&file);
}

/* A format that says late how coarse its stamps are. */
static void test_late_resolution(void **state)
{
	const struct load load = {
		.n = N, .time = in_order, .open = N,
	};
	const char *out = unit_path("out.hft");
	struct importer *imp = start(&load, out);
	struct hft_file file;

	(void)state;
	add_all(imp, &load);
	importer_resolution(imp, 1);
	finish(imp, out, &file);
	check(&load, &file);
	assert_int_equal(sum.shared, N / 2);
	hft_close(&file);
}

/* An import that fails leaves nothing of what it has written. */
static void test_gives_up(void **state)
{
	const struct load load = { .n = N, .time = in_order, .open = N };
	struct importer *imp = start(&load, unit_path("out.hft"));

	(void)state;
	unit_files(true);
	add_all(imp, &load);
	assert_int_equal(unit_files(false), 1);
	importer_free(imp);
	assert_int_equal(unit_files(false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_last_first),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_no_completions),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_late_resolution),
		cmocka_unit_test(test_gives_up),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
