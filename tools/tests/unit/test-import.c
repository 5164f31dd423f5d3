// SPDX-License-Identifier: GPL-2.0-only
/* Importing: formats, order, filters, junk, provenance. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>

#include "import-files.h"

static void test_hfplayer(void **state)
{
	struct hft_file file;

	(void)state;
	good(HFP_HEAD
	     "1,1000.0005,1,6,8,16,123.456\r\n"
	     "# a comment\n"
	     "\n"
	     "2,1001,0,6,0,8,0.001\n"
	     "3,1001.5,0,7,0,8,NA\n"
	     "4,1002.123999,1,6,24,8,10", NULL, &file);
	assert_string_equal(sum.format, "hfplayer");
	assert_string_equal(sum.level, "driver");
	assert_int_equal(sum.records, 4);
	assert_int_equal(sum.incomplete, 1);
	assert_int_equal(file.count, 4);
	assert_int_equal(file.hdr->flags, HFR_FF_COMPLETIONS);
	/* 1000.0005 us is 1000000.5 ns: rounded to 1000001. */
	expect(&file, 0, 0, 123456, HFR_OP_WRITE, 4096, 8192);
	expect(&file, 1, 999, 1000, HFR_OP_READ, 0, 4096);
	expect(&file, 2, 1499, 123456, HFR_OP_READ, 0, 4096);
	expect(&file, 3, 2123, 12123, HFR_OP_WRITE, 12288, 4096);
	assert_int_equal(file.hdr->device_count, 2);
	assert_string_equal((const char *)file.devs[0].name, "lun 6");
	assert_string_equal((const char *)file.devs[1].name, "lun 7");
	assert_int_equal(file.recs[2].target, 1);
	hft_close(&file);
}

static void test_hfplayer_names(void **state)
{
	struct hft_file file;

	(void)state;
	good("# first a word\n"
	     "#lba.i, Nblks.I ,op,elapsed_usecs.D,ignored.S\n"
	     "8,8,0,5,x\n16,8,1,4,\n", NULL, &file);
	assert_int_equal(file.hdr->flags, 0);
	assert_int_equal(sum.incomplete, 0);
	assert_int_equal(sum.unsorted, 1);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 8192, 4096);
	expect(&file, 1, 1000, HFR_UNKNOWN, HFR_OP_READ, 4096, 4096);
	hft_close(&file);
	bad(HFP_HEAD "1,5,2,0,0,8,0\n", NULL, "line 2: a raw dump");
	bad("1,2,3\n", &(struct import_opts){ .from = "hfplayer" },
	    "line 1: no line of names");
	bad(HFP_HEAD "1,x,0,0,0,8,0\n1,2,0,0,0,8,0\n", NULL,
	    "line 2: not a line of an hfplayer trace");
	bad(HFP_HEAD "1,-2,0,0,0,8,0\n1,2,0,0,0,8,0\n", NULL, "line 2: not");
	bad(HFP_HEAD "1,2,0,0,99999999999999999999,8,0\n#\n", NULL,
	    "line 2: not");
	bad(HFP_HEAD "1,2,0,0,8,9999999,0\n#\n", NULL, "line 2: not");
}

/* What depAnalyser adds: the time of day, and parents that are not needed. */
static void test_hfplayer_annotated(void **state)
{
	struct hft_file file;

	(void)state;
	good("#DUMP_OFFSET.I,ABS_SECS.D,ELAPSED_USECS.D,OP.I,LUN_SSID.I,LBA.I,NBLKS.I,LATENCY_USECS.D,DEP_PARENT_COUNT.I,DEP_PARENT_LIST.S\n"
	     "4124,1443033226.409,100.000,0,6,2,2,20,0,NA\n"
	     "4320,0,400.000,1,6,8,2,200.000,3,4180-4152-4124\n", NULL,
	     &file);
	assert_string_equal(sum.format, "hfplayer");
	assert_int_equal(file.hdr->wall_start_ns, 1443033226409000000ULL);
	expect(&file, 0, 0, 20000, HFR_OP_READ, 1024, 1024);
	expect(&file, 1, 300000, 500000, HFR_OP_WRITE, 4096, 1024);
	hft_close(&file);
	good("#ABS_SECS.D,ELAPSED_USECS.D,OP.I,LBA.I,NBLKS.I\n0,1,0,2,2\n",
	     NULL, &file);
	assert_int_equal(file.hdr->wall_start_ns, 0);
	hft_close(&file);
}

static void test_msr(void **state)
{
	struct hft_file file;

	(void)state;
	good("128166385295514663,hm,0,Write,9056014336,2048,2833\n"
	     "128166385295514664, hm, 1, read, 512, 4096, 1\n"
	     "128166385295514660,hm,0,Read,0,512,0\n", NULL, &file);
	assert_string_equal(sum.format, "msr");
	assert_int_equal(sum.unsorted, 1);
	assert_int_equal(file.hdr->flags, HFR_FF_COMPLETIONS);
	expect(&file, 0, 0, 0, HFR_OP_READ, 0, 512);
	expect(&file, 1, 300, 283600, HFR_OP_WRITE, 9056014336, 2048);
	expect(&file, 2, 400, 500, HFR_OP_READ, 512, 4096);
	/* 2007-02-22 17:02:09.551466 */
	assert_int_equal(file.hdr->wall_start_ns, 1172164929551466000ULL);
	assert_string_equal((const char *)file.devs[0].name, "hm_0");
	assert_string_equal((const char *)file.devs[1].name, "hm_1");
	hft_close(&file);
	bad("128166385295514663,hm,0,Write,0,512,1\n"
	    "128166385295514663,hm,0,Wr1te,0,512,1\n\n", NULL,
	    "line 2: not a line of an MSR trace");
	bad("128166385295514663,hm,0,Write,0,512,1\n"
	    "999999999999999999,hm,0,Write,0,512,1\n\n", NULL, "line 2: not");
}

static void test_fio_2(void **state)
{
	struct hft_file file;

	(void)state;
	good("fio version 2 iolog\n"
	     "/dev/sdb add\n/dev/sdb open\n"
	     "/dev/sdb write 4096 8192\n"
	     "/dev/sdb wait 15 0\n"
	     "/dev/sdb read 0 512\n"
	     "/dev/sdb sync 0 0\n"
	     "/dev/sdb sync_file_range 0 4096\n"
	     "/dev/sdb wait 20 0\n"
	     "/dev/sdb datasync\n"
	     "/dev/sdb trim 1048576 4294966784\n"
	     "/dev/sdb close\n", NULL, &file);
	assert_string_equal(sum.format, "fio");
	assert_string_equal(sum.level, "queue");
	assert_int_equal(file.hdr->flags, HFR_FF_LEVEL_QUEUE);
	assert_int_equal(file.hdr->max_length, 8192);
	assert_int_equal(file.count, 5);
	assert_int_equal(sum.unsupported, 1);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 4096, 8192);
	expect(&file, 1, 15000000, HFR_UNKNOWN, HFR_OP_READ, 0, 512);
	expect(&file, 2, 15000000, HFR_UNKNOWN, HFR_OP_FLUSH, 0, 0);
	expect(&file, 3, 20000000, HFR_UNKNOWN, HFR_OP_FLUSH, 0, 0);
	expect(&file, 4, 20000000, HFR_UNKNOWN, HFR_OP_DISCARD, 1048576,
	       UINT32_MAX & ~511U);
	hft_close(&file);
}

static void test_fio_3(void **state)
{
	struct hft_file file;

	(void)state;
	good("fio version 3 iolog\n"
	     "0 a add\n0 b add\n1 a open\n"
	     "288 a read 4046848 4096\n"
	     "300 b sync 77 4096\n"
	     "301 b write 512 512\n302 b close", NULL, &file);
	assert_int_equal(file.hdr->device_count, 2);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 4046848, 4096);
	expect(&file, 1, 12000, HFR_UNKNOWN, HFR_OP_FLUSH, 0, 0);
	expect(&file, 2, 13000, HFR_UNKNOWN, HFR_OP_WRITE, 512, 512);
	assert_int_equal(file.recs[1].target, 1);
	hft_close(&file);
	bad("fio version 1 iolog\nx\n", NULL, "line 1: not the header of an fio");
	bad("fio version 3 iolog\n1 a read 0\n\n", NULL, "line 2: not a line");
	bad("fio version 3 iolog\n1 a wait 0 0\n\n", NULL, "line 2: not a line");
	bad("fio version 3 iolog\na read 0 512\n\n", NULL, "line 2: not a line");
	bad("fio version 3 iolog\n1 a read 0 512 1 1\n\n", NULL, "line 2: not");
	bad("fio version 3 iolog\n1 a add\n", NULL, "has no requests");
}

/* Traces of few and many lines, with and without a last newline. */
static void test_line_counts(void **state)
{
	static const int counts[] = { 1, 99, 100, 5000 };
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++) {
		int n = counts[i / 2], k;
		char *text = malloc((size_t)n * 64 + 200);
		size_t at = (size_t)sprintf(text, "%s", HFP_HEAD);
		struct hft_file file;

		for (k = 0; k < n; k++)
			at += (size_t)sprintf(text + at, "%d,%d,0,0,%d,8,5\n", k,
					      k * 2, k * 8);
		if (i % 2)
			text[at - 1] = '\0';
		good(text, NULL, &file);
		assert_int_equal(file.count, n);
		assert_int_equal(sum.events, n + 1);
		assert_false(sum.cut_off);
		expect(&file, (uint64_t)n - 1, (uint64_t)(n - 1) * 2000,
		       (uint64_t)(n - 1) * 2000 + 5000, HFR_OP_READ,
		       (uint64_t)(n - 1) * 4096, 4096);
		hft_close(&file);
		free(text);
	}
	bad(HFP_HEAD, NULL, "has no requests");
}

static void test_unknown(void **state)
{
	const struct import_opts wrong = { .from = "xls" };
	const char *const none = unit_path("none");
	struct hft_file file;
	int i;

	(void)state;
	bad("some text\nof no format\n", NULL, "it is text that none of them");
	bad("\x01\x02\x03", NULL, "it is binary data that none of them");
	bad("", NULL, "/in is empty");
	assert_int_equal(import_paths(&none, 1, NULL, &file), -ENOENT);
	assert_int_equal(import_paths(&none, 0, NULL, &file), -EINVAL);
	bad("x", &wrong, "unknown trace format xls; known are: hft, blktrace, ");
	for (i = 0; import_format_name((unsigned int)i); i++)
		assert_non_null(strstr(err.text,
				       import_format_name((unsigned int)i)));
	assert_true(i > 7);
}

#define JUNK HFP_HEAD "1,1,0,0,0,8,0\nx\n2,2,0,0,0,8,0\ny\nz\n3,3,0,0,0,8,0\n"

static void test_junk(void **state)
{
	const struct import_opts two = { .max_junk = 2 };
	const struct import_opts three = { .max_junk = 3 };
	struct hft_file file;

	(void)state;
	bad(JUNK, NULL, "/in line 3: not a line");
	bad(JUNK, &two, "/in line 6: not a line of an hfplayer trace; with it more than 2");
	good(JUNK, &three, &file);
	assert_int_equal(file.count, 3);
	assert_int_equal(sum.junk, 3);
	assert_non_null(strstr(sum.first_junk, "/in line 3: not a line"));
	hft_close(&file);
	bad(HFP_HEAD "x\ny\n#\n", &three, "has no request that can be replayed");
}

static void test_bad_requests(void **state)
{
	(void)state;
	bad("fio version 3 iolog\n1 a read 0 0\n", NULL,
	    "line 2: the request is a read of 0 bytes");
	bad("fio version 3 iolog\n1 a read 100 512\n", NULL,
	    "line 2: the request has an offset (100) that is not a multiple");
	bad("fio version 3 iolog\n1 a write 512 100\n", NULL,
	    "line 2: the request has a length (100)");
	bad("fio version 3 iolog\n1 a write 0 67109376\n", NULL,
	    "line 2: the request is a write of 67109376 bytes, more than the 67108864");
	bad("fio version 3 iolog\n1 a write 18446744073709551104 512\n", NULL,
	    "line 2: the request ends beyond 2^63");
	bad("fio version 3 iolog\n1 a read 0 512\n9007199254741000 a read 0 512\n",
	    NULL, "request 1 is issued at");
}

#define TWO_DEVS "fio version 3 iolog\n1 /dev/a read 0 512\n5 b read 0 512\n6 /dev/a read 0 512\n"

static void test_device_filter(void **state)
{
	const struct import_opts a = { .device = "a" }, b = { .device = "b" };
	const struct import_opts dev_a = { .device = "/dev/a" };
	const struct import_opts none = { .device = "8,0" };
	struct hft_file file;

	(void)state;
	good(TWO_DEVS, &a, &file);
	assert_int_equal(file.count, 2);
	assert_int_equal(sum.filtered, 1);
	assert_int_equal(file.hdr->device_count, 1);
	hft_close(&file);
	good(TWO_DEVS, &dev_a, &file);
	assert_int_equal(file.count, 2);
	hft_close(&file);
	good(TWO_DEVS, &b, &file);
	assert_int_equal(file.count, 1);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 0, 512);
	assert_string_equal((const char *)file.devs[0].name, "b");
	hft_close(&file);
	bad(TWO_DEVS, &none,
	    "/in has no request for device 8,0; it has: /dev/a (2 requests), b (1 requests)");
}

static void test_too_many_devices(void **state)
{
	char *text = malloc(10000);
	const struct import_opts one = { .device = "d7" };
	struct hft_file file;
	size_t at;
	int i;

	(void)state;
	at = (size_t)sprintf(text, "fio version 3 iolog\n");
	for (i = 0; i < 65; i++)
		at += (size_t)sprintf(text + at, "%d d%d read 0 512\n", i, i);
	bad(text, NULL, "for more than 64 devices; choose one with --device");
	good(text, &one, &file);
	assert_int_equal(file.count, 1);
	hft_close(&file);
	free(text);
}

static void test_merge(void **state)
{
	const char *paths[3], *mixed[2];
	struct hft_file file;

	(void)state;
	paths[0] = unit_text("m0", "128166385295514663,a,0,Read,0,512,1\n");
	paths[1] = unit_text("m1", "");
	paths[2] = unit_text("m2",
			     "128166385295514661,a,0,Read,512,512,1\n"
			     "128166385295514665,b,0,Read,1024,512,1\n");
	assert_int_equal(import_paths(paths, 3, NULL, &file), 0);
	assert_int_equal(file.count, 3);
	expect(&file, 0, 0, 100, HFR_OP_READ, 512, 512);
	expect(&file, 1, 200, 300, HFR_OP_READ, 0, 512);
	expect(&file, 2, 400, 500, HFR_OP_READ, 1024, 512);
	hft_close(&file);
	mixed[0] = paths[0];
	mixed[1] = unit_text("m3", HFP_HEAD);
	assert_int_equal(import_paths(mixed, 2, NULL, &file), -EINVAL);
	assert_says(&err, "is a msr trace, but");
	assert_says(&err, "is a hfplayer trace");
	mixed[1] = unit_path("none");
	assert_int_equal(import_paths(mixed, 2, NULL, &file), -ENOENT);
	unit_files(true);
}

static uint64_t progress_calls, progress_done, progress_all;

static void count_progress(uint64_t done, uint64_t all)
{
	progress_calls++;
	progress_done = done;
	progress_all = all;
}

static json_t *provenance(const struct hft_file *file)
{
	json_t *obj = json_loadb(file->provenance, file->hdr->provenance_size,
				 0, NULL);

	assert_non_null(obj);
	return obj;
}

static const char *text_of(json_t *obj, const char *key)
{
	return json_string_value(json_object_get(obj, key));
}

static void test_provenance(void **state)
{
	const struct import_opts opts = {
		.command = "hfctl convert \xff", .progress = count_progress,
	};
	const char *path = unit_text("in", TWO_DEVS);
	const char *out = unit_path("out.hft");
	struct hft_file file;
	json_t *obj, *source, *list, *counts;

	(void)state;
	progress_calls = 0;
	assert_int_equal(import_trace(&path, 1, out, &opts, &file, &sum, &err),
			 0);
	assert_true(progress_calls >= 1);
	assert_int_equal(progress_done, strlen(TWO_DEVS));
	assert_int_equal(progress_all, strlen(TWO_DEVS));
	obj = provenance(&file);
	assert_string_equal(text_of(obj, "format"), "fio");
	assert_string_equal(text_of(obj, "level"), "queue");
	assert_string_equal(text_of(obj, "command"), "hfctl convert ?");
	list = json_object_get(obj, "inputs");
	assert_string_equal(json_string_value(json_array_get(list, 0)), "in");
	counts = json_object_get(obj, "read");
	assert_int_equal(json_integer_value(json_object_get(counts, "records")),
			 3);
	json_decref(obj);
	hft_close(&file);

	/* A trace made of a trace says so, and loses nothing. */
	assert_int_equal(import_trace(&out, 1, unit_path("two.hft"),
				      &(struct import_opts){ .device = "b" },
				      &file, &sum, &err), 0);
	assert_string_equal(sum.format, "hft");
	assert_string_equal(sum.level, "queue");
	assert_int_equal(sum.filtered, 2);
	obj = provenance(&file);
	assert_string_equal(text_of(obj, "device"), "b");
	source = json_object_get(obj, "source");
	assert_string_equal(text_of(source, "format"), "fio");
	json_decref(obj);
	hft_close(&file);
	unit_files(true);
}

static void test_hft_itself(void **state)
{
	const char *path = unit_text("in", "128166385295514663,a,0,Read,0,512,1\n");
	const char *out = unit_path("out.hft"), *again = unit_path("again.hft");
	struct hft_file file;
	uint64_t checksum, wall;

	(void)state;
	assert_int_equal(import_trace(&path, 1, out, NULL, &file, NULL, &err),
			 0);
	checksum = file.checksum;
	wall = file.hdr->wall_start_ns;
	assert_true(wall != 0);
	hft_close(&file);
	assert_int_equal(import_trace(&out, 1, again, NULL, &file, NULL, &err),
			 0);
	assert_int_equal(file.checksum, checksum);
	assert_int_equal(file.hdr->wall_start_ns, wall);
	hft_close(&file);
	assert_int_equal(import_paths(&again, 1, NULL, &file), 0);
	assert_string_equal(sum.format, "hft");
	assert_int_equal(sum.records, 1);
	assert_string_equal(file.path, again);
	hft_close(&file);
	assert_int_equal(truncate(again, 16500), 0);
	assert_true(import_paths(&again, 1, NULL, &file) < 0);
	assert_says(&err, "/again.hft is cut off at byte 16500");
	/* A failed conversion leaves what was there. */
	assert_true(import_trace(&again, 1, out, NULL, NULL, NULL, &err) < 0);
	assert_int_equal(import_paths(&out, 1, NULL, &file), 0);
	hft_close(&file);
	assert_int_equal(unit_files(true), 3);
}

/* More records than are sorted in memory, the latest first. */
static void test_large(void **state)
{
	const int n = 300000;
	const char *path = unit_path("in");
	FILE *f = fopen(path, "w");
	struct hft_file file;
	int i;

	(void)state;
	fputs("fio version 3 iolog\n", f);
	for (i = n - 1; i >= 0; i--)
		fprintf(f, "%d a read %d 512\n", i, i * 512);
	fclose(f);
	assert_int_equal(import_paths(&path, 1, NULL, &file), 0);
	assert_int_equal(file.count, n);
	assert_int_equal(sum.unsorted, n - 1);
	for (i = 0; i < n; i++)
		expect(&file, (uint64_t)i, (uint64_t)i * 1000, HFR_UNKNOWN,
		       HFR_OP_READ, (uint64_t)i * 512, 512);
	hft_close(&file);
	assert_int_equal(unit_files(true), 1);
}

/* Lines that were damaged at random never do more than fail. */
static void test_noise(void **state)
{
	static const char *const texts[] = {
		HFP_HEAD "1,1000.0005,1,6,8,16,123.456\n2,1001,0,6,0,8,0.1\n",
		"128166385295514663,hm,0,Write,9056014336,2048,2833\n128166385295514664,hm,0,Read,0,512,1\n",
		"fio version 2 iolog\na add\na wait 15 0\na read 0 512\n",
		"fio version 3 iolog\n1 a read 0 512\n2 a sync 0 0\n",
	};
	static const char *const names[] = { "hfplayer", "msr", "fio", "fio" };
	uint64_t seed = 99;
	int round, i;

	(void)state;
	for (round = 0; round < 2000; round++) {
		const struct import_opts opts = {
			.from = round & 4 ? names[round % 4] : NULL,
			.max_junk = round & 8 ? 10 : 0,
		};
		const char *text = texts[round % 4];
		size_t len = strlen(text);
		char *copy = strdup(text);
		struct hft_file file;
		const char *path;

		for (i = 0; i < 1 + round % 5; i++)
			copy[unit_random(&seed) % len] =
				round & 16 ? (char)unit_random(&seed) :
				"0123456789,.#\n -"[unit_random(&seed) % 16];
		path = unit_write("in", copy, len);
		if (!import_paths(&path, 1, &opts, &file))
			hft_close(&file);
		else
			assert_true(strlen(err.text) > 10);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hfplayer),
		cmocka_unit_test(test_hfplayer_names),
		cmocka_unit_test(test_hfplayer_annotated),
		cmocka_unit_test(test_msr),
		cmocka_unit_test(test_fio_2),
		cmocka_unit_test(test_fio_3),
		cmocka_unit_test(test_line_counts),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_bad_requests),
		cmocka_unit_test(test_device_filter),
		cmocka_unit_test(test_too_many_devices),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_provenance),
		cmocka_unit_test(test_hft_itself),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
