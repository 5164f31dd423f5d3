// SPDX-License-Identifier: GPL-2.0-only
/* Handles of files as addresses of a device, and coarse stamps spread. */
#include <errno.h>

#include "extent-map.h"
#include "import-files.h"
#include "importer.h"

#define MIB (1ULL << 20)

static uint64_t place(struct extent_map *map, const char *handle,
		      uint64_t offset)
{
	uint64_t at, run;

	if (extent_map_find(map, handle, strlen(handle), offset, &at, &run,
			    &err))
		fail_msg("%s", err.text);
	assert_int_equal(run, MIB - offset % MIB);
	return at;
}

static void test_order(void **state)
{
	struct extent_map *map;

	(void)state;
	assert_int_equal(extent_map_new(&map, MIB, &err), 0);
	assert_int_equal(place(map, "b", 5 * MIB + 512), 512);
	assert_int_equal(place(map, "a", 0), MIB);
	assert_int_equal(place(map, "a", MIB + 4096), 2 * MIB + 4096);
	assert_int_equal(place(map, "b", 0), 3 * MIB);
	assert_int_equal(place(map, "b", 5 * MIB), 0);
	assert_int_equal(place(map, "a", 1), MIB + 1);
	extent_map_free(map);
}

/* Every extent keeps its place while the table grows. */
static void test_many(void **state)
{
	struct extent_map *map;
	uint64_t i, at, run;

	(void)state;
	assert_int_equal(extent_map_new(&map, 4096, &err), 0);
	for (i = 0; i < 200000; i++) {
		uint64_t handle = i % 1000;

		assert_int_equal(extent_map_find(map, &handle, sizeof(handle),
						 i / 1000 * 4096, &at, &run,
						 &err), 0);
		assert_int_equal(at, i * 4096);
	}
	for (i = 0; i < 200000; i += 7) {
		uint64_t handle = i % 1000;

		assert_int_equal(extent_map_find(map, &handle, sizeof(handle),
						 i / 1000 * 4096, &at, &run,
						 &err), 0);
		assert_int_equal(at, i * 4096);
	}
	extent_map_free(map);
}

static void test_refused(void **state)
{
	struct extent_map *map;
	uint64_t at, run;

	(void)state;
	assert_int_equal(extent_map_new(&map, 3000, &err), -EINVAL);
	assert_int_equal(extent_map_new(&map, 2048, &err), -EINVAL);
	assert_int_equal(extent_map_new(&map, 4096, &err), 0);
	assert_int_equal(extent_map_find(map, "x", 1, 1ULL << 62, &at, &run,
					 &err), -E2BIG);
	assert_says(&err, "beyond 2^62");
	extent_map_free(map);
}

/* An importer for one device "d". */
static struct importer *importer(const struct import_opts *opts)
{
	struct importer *imp;

	assert_int_equal(importer_new(&imp, opts, &err), 0);
	assert_int_equal(importer_device(imp, "d", 0, 0, &err), 0);
	importer_sum(imp)->format = "test";
	return imp;
}

static void finish(struct importer *imp, struct hft_file *file)
{
	int fd;

	if (importer_write(imp, NULL, 0, NULL, &fd, &err))
		fail_msg("%s", err.text);
	assert_int_equal(hft_open_fd(file, fd, "test", &err), 0);
	close(fd);
	sum = *importer_sum(imp);
	importer_free(imp);
}

static void test_request(void **state)
{
	struct hfr_trace_rec rec = {
		.complete_ns = 5, .offset = MIB - 1000, .length = MIB + 2000,
		.op = HFR_OP_WRITE,
	};
	struct importer *imp = importer(NULL);
	struct extent_map *map;
	struct hft_file file;

	(void)state;
	assert_int_equal(extent_map_new(&map, MIB, &err), 0);
	/* Its third extent is followed by that of another handle. */
	place(map, "f", 0);
	place(map, "f", MIB);
	place(map, "g", 0);
	assert_int_equal(extent_map_request(map, imp, "f", 1, &rec, NULL,
					    &err), 0);
	finish(imp, &file);
	assert_int_equal(file.count, 2);
	expect(&file, 0, 0, 5, HFR_OP_WRITE, MIB - 1024, MIB + 1024);
	expect(&file, 1, 0, 5, HFR_OP_WRITE, 3 * MIB, 1024);
	assert_int_equal(sum.widened, 1);
	assert_int_equal(sum.cut, 1);
	hft_close(&file);
	extent_map_free(map);
}

/* A line without sense is one, has no place and is not widened. */
static void test_no_sense(void **state)
{
	const struct import_opts opts = { .max_junk = 2 };
	struct importer *imp = importer(&opts);
	struct hfr_trace_rec rec = {
		.complete_ns = 5, .offset = 100, .length = 65 * MIB,
	};
	struct extent_map *map;
	struct hft_file file;

	(void)state;
	assert_int_equal(extent_map_new(&map, MIB, &err), 0);
	place(map, "g", 0);
	assert_int_equal(extent_map_request(map, imp, "f", 1, &rec, NULL,
					    &err), 0);
	rec.length = 3 * MIB;
	rec.issue_ns = 6;
	assert_int_equal(extent_map_request(map, imp, "f", 1, &rec, NULL,
					    &err), 0);
	assert_int_equal(place(map, "g", MIB), MIB);
	rec.issue_ns = 0;
	rec.offset = 0;
	rec.length = 512;
	assert_int_equal(extent_map_request(map, imp, "f", 1, &rec, NULL,
					    &err), 0);
	finish(imp, &file);
	assert_int_equal(file.count, 1);
	assert_int_equal(sum.junk, 2);
	assert_int_equal(sum.widened, 0);
	assert_int_equal(sum.cut, 0);
	hft_close(&file);
	extent_map_free(map);
}

/* @n requests at these ticks of 10 ns. */
static void coarse(const struct import_opts *opts, struct hft_file *file,
		   const uint64_t *ticks, int n)
{
	struct importer *imp = importer(opts);
	int i;

	importer_resolution(imp, 10);
	importer_resolution(imp, 1);
	for (i = 0; i < n; i++) {
		struct hfr_trace_rec rec = {
			.issue_ns = ticks[i] * 10,
			.complete_ns = ticks[i] * 10 + 3,
			.offset = (uint64_t)i * 512, .length = 512,
		};

		assert_int_equal(importer_request(imp, &rec, NULL, &err), 0);
	}
	finish(imp, file);
}

static const uint64_t ticks[] = { 2, 3, 2, 2, 2, 9, 3 };
#define NTICKS (sizeof(ticks) / sizeof(ticks[0]))

static void test_spread(void **state)
{
	const struct import_opts opts = { .spread = true };
	struct hft_file file;

	(void)state;
	coarse(&opts, &file, ticks, NTICKS);
	expect(&file, 0, 0, 3, HFR_OP_READ, 0, 512);
	expect(&file, 1, 2, 5, HFR_OP_READ, 1024, 512);
	expect(&file, 2, 5, 8, HFR_OP_READ, 1536, 512);
	expect(&file, 3, 7, 10, HFR_OP_READ, 2048, 512);
	expect(&file, 4, 10, 13, HFR_OP_READ, 512, 512);
	expect(&file, 5, 15, 18, HFR_OP_READ, 3072, 512);
	expect(&file, 6, 70, 73, HFR_OP_READ, 2560, 512);
	assert_int_equal(sum.shared, 4);
	assert_true(sum.spread);
	hft_close(&file);
}

static void test_not_spread(void **state)
{
	struct hft_file file;

	(void)state;
	coarse(NULL, &file, ticks, NTICKS);
	expect(&file, 3, 0, 3, HFR_OP_READ, 2048, 512);
	expect(&file, 5, 10, 13, HFR_OP_READ, 3072, 512);
	assert_int_equal(sum.shared, 4);
	assert_int_equal(sum.resolution, 10);
	assert_false(sum.spread);
	hft_close(&file);
}

/* Groups of the same stamp that lie in several runs of the sorter. */
static void test_spread_many(void **state)
{
	const struct import_opts opts = { .spread = true };
	const uint64_t n = 3 * SORTER_CHUNK + 77;
	uint64_t *many = malloc(n * sizeof(*many)), i;
	struct hft_file file;

	(void)state;
	assert_non_null(many);
	for (i = 0; i < n; i++)
		many[i] = i % 5;
	coarse(&opts, &file, many, (int)n);
	assert_int_equal(file.count, n);
	assert_int_equal(sum.shared, n - 5);
	/* The stamp 1 has the same number, or one more than the others. */
	for (i = 0; i < n / 5; i++) {
		const struct hfr_trace_rec *rec = &file.recs[i];

		assert_int_equal(rec->issue_ns, 10 * i / ((n + 4) / 5));
		assert_int_equal(rec->offset, i * 5 * 512);
	}
	free(many);
	hft_close(&file);
}

static void test_invert(void **state)
{
	const struct import_opts opts = { .invert_rw = true };
	const char *text = HFP_HEAD "0,1,1,0,0,8,1\n0,2,0,0,8,8,1\n";
	const char *path = unit_path("t.hft"), *in;
	struct hft_file file;
	uint8_t op;

	(void)state;
	good(text, NULL, &file);
	op = file.recs[0].op;
	assert_int_equal(file.recs[1].op, !op);
	hft_close(&file);
	good(text, &opts, &file);
	assert_int_equal(file.recs[0].op, !op);
	assert_int_equal(file.recs[1].op, op);
	hft_close(&file);
	/* Of an .hft file, too, which needs no conversion else. */
	in = unit_text("in", text);
	assert_int_equal(import_trace(&in, 1, path, NULL, NULL, NULL, &err), 0);
	if (import_paths(&path, 1, &opts, &file))
		fail_msg("%s", err.text);
	assert_int_equal(file.recs[0].op, !op);
	assert_int_equal(file.recs[1].op, op);
	hft_close(&file);
	unit_files(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_no_sense),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_not_spread),
		cmocka_unit_test(test_spread_many),
		cmocka_unit_test(test_invert),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
