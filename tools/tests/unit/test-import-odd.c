// SPDX-License-Identifier: GPL-2.0-only
/* Importing what is cut off, named oddly, unfinished or not wanted any more. */
#include <errno.h>
#include <sys/stat.h>

#include "import-files.h"

#define TWO "fio version 3 iolog\n1 a read 0 512\n2 a read 512 512\n"

static void test_cut_off(void **state)
{
	struct hft_file file;

	(void)state;
	good(HFP_HEAD "1,5,0,0,0,8,0\n2,6,0,0", NULL, &file);
	assert_int_equal(file.count, 1);
	assert_int_equal(sum.junk, 0);
	assert_true(sum.cut_off);
	assert_non_null(strstr(sum.cut_at, "/in line 3"));
	hft_close(&file);
	/* The latency is missing, not unknown. */
	good(HFP_HEAD "1,5,0,0,0,8,0\n2,6,0,0,8,8", NULL, &file);
	assert_int_equal(file.count, 1);
	assert_true(sum.cut_off);
	hft_close(&file);
	bad(HFP_HEAD "1,5,0,0,0,8,0\n2,6,0,0,8,8\n3,7,0,0,0,8,0\n", NULL,
	    "line 3: not a line");
	bad(HFP_HEAD "1,5,0,0,0,8,0\n2,6,0,0",
	    &(struct import_opts){ .whole = true },
	    "/in line 3: the trace is cut off there");
}

/* A file that was not written to its end may end in zeros. */
static void test_nul_bytes(void **state)
{
	static const char text[] = HFP_HEAD "1,5,0,0,0,8,0\n\0\0\0\0\n"
				   "2,6,0,0,0,8,0\n\0\0";
	const struct import_opts one = { .max_junk = 1 };
	const char *path = unit_write("in", text, sizeof(text) - 1);
	struct hft_file file;

	(void)state;
	assert_int_equal(import_paths(&path, 1, NULL, &file), -EINVAL);
	assert_says(&err, "/in line 3: holds a NUL byte");
	assert_int_equal(import_paths(&path, 1, &one, &file), 0);
	assert_int_equal(file.count, 2);
	assert_int_equal(sum.junk, 1);
	assert_true(sum.cut_off);
	hft_close(&file);
}

static void test_twice(void **state)
{
	const char *paths[2];
	static const char *const stdins[] = { "-", "-" };
	struct hft_file file;

	(void)state;
	paths[0] = unit_text("in", TWO);
	paths[1] = unit_path("link");
	assert_int_equal(symlink(paths[0], paths[1]), 0);
	assert_int_equal(import_paths(paths, 2, NULL, &file), -EINVAL);
	assert_says(&err, "are the same file");
	assert_int_equal(import_paths(stdins, 2, NULL, &file), -EINVAL);
	assert_says(&err, "are the same file");
}

static bool stop_now(void)
{
	return true;
}

static void test_stop(void **state)
{
	const char *path = unit_text("in", TWO);
	const struct import_opts opts = { .stop = stop_now };
	struct hft_file file;

	(void)state;
	unit_files(true);
	path = unit_text("in", TWO);
	assert_int_equal(import_paths(&path, 1, &opts, &file), -EINTR);
	assert_says(&err, "interrupted");
	assert_int_equal(unit_files(true), 1);
}

#define LONG_PATH "/a/path/longer/than/the/room/for/names/that/the/file/format/has/"

/* Names that begin with the same 63 bytes are two names. */
static void test_long_names(void **state)
{
	struct hft_file file;

	(void)state;
	good("fio version 3 iolog\n1 " LONG_PATH "1 read 0 512\n"
	     "2 " LONG_PATH "2 read 0 512\n", NULL, &file);
	assert_int_equal(file.hdr->device_count, 2);
	assert_int_equal(file.recs[1].target, 1);
	assert_string_equal((const char *)file.devs[1].name,
			    "...th/longer/than/the/room/for/names/that/the/file/format/has/2");
	hft_close(&file);
	bad("fio version 3 iolog\n1 /1" LONG_PATH " read 0 512\n"
	    "2 /2" LONG_PATH " read 0 512\n", NULL,
	    "several devices whose names end in ...");
}

/* What is neither read nor write is counted, wherever it stands. */
static void test_msr_other_types(void **state)
{
	const struct import_opts hm_0 = { .device = "hm_0" };
	const char *const text =
		"128166385295514663,hm,0,Flush,0,0,1\n"
		"128166385295514663,hm,0,Write,0,512,1\n"
		"128166385295514663,hm,1,Flush,0,0,1\n"
		"128166385295514664,hm,0,Trim,0,512,1\n";
	struct hft_file file;

	(void)state;
	good(text, NULL, &file);
	assert_int_equal(file.count, 1);
	assert_int_equal(file.hdr->device_count, 1);
	assert_int_equal(sum.unsupported, 3);
	assert_false(sum.cut_off);
	hft_close(&file);
	good(text, &hm_0, &file);
	assert_int_equal(sum.unsupported, 2);
	hft_close(&file);
}

/* The rule of ends.h, for lines as for events. */
static void test_hfplayer_ends(void **state)
{
	char text[400 * 40] = HFP_HEAD;
	struct hft_file file;
	size_t at = strlen(text);
	int i;

	(void)state;
	for (i = 0; i < 300; i++)
		at += (size_t)sprintf(text + at, "%d,%d,0,0,%d,8,%s\n", i,
				      i * 100, i * 8,
				      i == 7 || i == 299 ? "NA" : "5");
	good(text, NULL, &file);
	assert_int_equal(sum.incomplete, 2);
	assert_int_equal(file.hdr->flags, HFR_FF_COMPLETIONS);
	expect(&file, 7, 700000, 705000, HFR_OP_READ, 7 * 4096, 4096);
	expect(&file, 299, 29900000, 29900000, HFR_OP_READ, 299 * 4096, 4096);
	hft_close(&file);
	sprintf(text + at, "1,9,0,0,0,8,NA\n2,9,0,0,0,8,NA\n3,9,0,0,0,8,NA\n");
	good(text, NULL, &file);
	assert_int_equal(sum.incomplete, 5);
	assert_int_equal(file.hdr->flags, 0);
	hft_close(&file);
}

/* What is not taken has no part in what is counted of the ends. */
static void test_incomplete(void **state)
{
	struct import_opts lun = { .device = "lun 1" };
	struct hft_file file;

	(void)state;
	good(HFP_HEAD "1,1,0,0,0,8,NA\n2,2,0,1,0,8,5\n3,3,0,1,0,8,NA\n", &lun,
	     &file);
	assert_int_equal(sum.incomplete, 1);
	hft_close(&file);
}

#define LOAD "start ; sector; length ; op ;  replay_delay=0 ; replay_duration=0\n"

/* Nor has a request that makes no sense: it is of 1 GiB. */
static void test_incomplete_loads(void **state)
{
	const char *path = unit_text("in",
		LOAD "0.000000001 ; 8 ; 8 ; R ; 0.0 ; 0.0\n"
		"0.000000002 ; 8 ; 2097152 ; R ; 0.0 ; 0.0\n"
		"0.000000003 ; 8 ; 8 ; R ; 0.0 ; 0.5\n");
	struct import_opts opts = { .max_junk = 1 };
	struct hft_file file;

	(void)state;
	if (import_paths(&path, 1, &opts, &file))
		fail_msg("%s", err.text);
	assert_int_equal(sum.junk, 1);
	assert_int_equal(sum.incomplete, 1);
	hft_close(&file);
	unit_files(true);
}

/* Files whose format has no devices: one for each, whatever their folders. */
static void test_volumes(void **state)
{
	static const char *const lines[] = {
		LOAD "0.000000002 ; 8 ; 8 ; R ; 0.0 ; 0.0\n",
		LOAD "0.000000001 ; 16 ; 8 ; R ; 0.0 ; 0.0\n",
		LOAD "0.000000003 ; 24 ; 8 ; R ; 0.0 ; 0.0\n",
	};
	const char *paths[3];
	struct hft_file file;
	char folder[128];
	int i;

	(void)state;
	snprintf(folder, sizeof(folder), "%s", unit_path("server2"));
	assert_int_equal(mkdir(folder, 0755), 0);
	paths[0] = unit_text("vol1.load", lines[0]);
	paths[1] = unit_text("server2/vol1.load", lines[1]);
	paths[2] = unit_text("vol2.load", lines[2]);
	if (import_paths(paths, 3, NULL, &file))
		fail_msg("%s", err.text);
	assert_int_equal(file.hdr->device_count, 3);
	assert_string_equal((const char *)file.devs[0].name, "vol1");
	assert_non_null(strstr((const char *)file.devs[1].name,
			       "/server2/vol1"));
	assert_string_equal((const char *)file.devs[2].name, "vol2");
	/* By time: each has its own device. */
	for (i = 0; i < 3; i++)
		assert_int_equal(file.recs[i].issue_ns, i);
	assert_int_equal(file.recs[0].target, 1);
	assert_int_equal(file.recs[1].target, 0);
	assert_int_equal(file.recs[2].target, 2);
	hft_close(&file);
	unlink(paths[1]);
	assert_int_equal(rmdir(folder), 0);
	unit_files(true);
}

/* The same up to the extension is not the same file. */
static void test_volume_names(void **state)
{
	const char *paths[3];
	struct hft_file file;

	(void)state;
	paths[0] = unit_text("vol.load.1", LOAD "0.000000001 ; 8 ; 8 ; R ; 0.0 ; 0.0\n");
	paths[1] = unit_text("vol.load.2", LOAD "0.000000002 ; 8 ; 8 ; R ; 0.0 ; 0.0\n");
	paths[2] = unit_text("a.loads.load", LOAD "0.000000003 ; 8 ; 8 ; R ; 0.0 ; 0.0\n");
	if (import_paths(paths, 3, NULL, &file))
		fail_msg("%s", err.text);
	assert_int_equal(file.hdr->device_count, 3);
	assert_string_equal((const char *)file.devs[0].name, "vol");
	assert_non_null(strstr((const char *)file.devs[1].name, "/vol.load.2"));
	assert_string_equal((const char *)file.devs[2].name, "a.loads");
	hft_close(&file);
	unit_files(true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_msr_other_types),
		cmocka_unit_test(test_hfplayer_ends),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_incomplete_loads),
		cmocka_unit_test(test_volumes),
		cmocka_unit_test(test_volume_names),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
