// SPDX-License-Identifier: GPL-2.0-only
/* Readers of traces of file servers: AGIOS, PVFS, Thesios. */
#include <errno.h>
#include <jansson.h>
#include <sys/stat.h>

#include "files.h"
#include "import-files.h"

#define H1 "00000000fbffffffffffff0f729db77200000000000000000000000000000000"
#define H2 "00000000eaffffffffffff1f729db77200000000000000000000000000000000"
#define MIB (1ULL << 20)
#define EXTENT (64 * MIB)

static void test_agios(void **state)
{
	static const struct import_opts invert = { .invert_rw = true };
	struct hft_file file;

	(void)state;
	good("265277355663 " H1 " W 2952790016 32768\n"
	     "265277355700\t" H2 "\tR\t0\t262144\n"
	     "265277355600 " H1 " W 2952822784 32768\n"
	     "265277355800 " H2 " W 100 1000\n"
	     "265277355800 " H2 " W 100 0\n", NULL, &file);
	assert_string_equal(sum.format, "agios");
	assert_string_equal(sum.level, "queue");
	assert_int_equal(sum.unsorted, 1);
	assert_int_equal(sum.widened, 1);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(file.count, 4);
	/* 44 * 64 MiB is the start of the extent that is touched first. */
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 32768, 32768);
	expect(&file, 1, 63, HFR_UNKNOWN, HFR_OP_WRITE, 0, 32768);
	expect(&file, 2, 100, HFR_UNKNOWN, HFR_OP_READ, EXTENT, 262144);
	expect(&file, 3, 200, HFR_UNKNOWN, HFR_OP_WRITE, EXTENT, 1536);
	assert_int_equal(file.recs[0].stream, 1);
	assert_int_equal(file.recs[2].stream, 2);
	hft_close(&file);
	good("1 " H1 " W 0 512\n2 " H1 " R 512 512\n", &invert, &file);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 0, 512);
	expect(&file, 1, 1, HFR_UNKNOWN, HFR_OP_WRITE, 512, 512);
	hft_close(&file);
	bad("1 " H1 " W 0 512\n2 " H1 " X 512 512\n\n", NULL,
	    "line 2: not a line of an AGIOS trace");
	bad("1 " H1 " W 0 512\n2 " H1 "0 W 512 512\n\n", NULL, "line 2: not");
	bad("1 " H1 " W 0 512\n2 " H1 " W 9999999999999999999 512\n", NULL,
	    "line 2: the request begins beyond 2^62");
	bad("1 " H1 " W 0 512\n2 " H1 " W 0 5000000000\n\n", NULL,
	    "line 2: not");
}

/* The two files of a node are one device, named after the folder. */
static void test_agios_nodes(void **state)
{
	static const char *const where[] = { "ion1/r", "ion1/w", "ion2/r" };
	const char *paths[3];
	struct hft_file file;
	char text[200];
	int i;

	(void)state;
	assert_int_equal(mkdir(unit_path("ion1"), 0777), 0);
	assert_int_equal(mkdir(unit_path("ion2"), 0777), 0);
	for (i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "%d %s %c 0 512\n", i,
			 i == 2 ? H2 : H1, "RWR"[i]);
		paths[i] = unit_text(where[i], text);
	}
	if (import_paths(paths, 3, NULL, &file))
		fail_msg("%s", err.text);
	assert_int_equal(file.hdr->device_count, 2);
	assert_string_equal((const char *)file.devs[0].name, "ion1");
	assert_string_equal((const char *)file.devs[1].name, "ion2");
	assert_int_equal(file.devs[0].requests, 2);
	assert_int_equal(file.recs[2].target, 1);
	assert_int_equal(file.recs[2].stream, 2);
	hft_close(&file);
	for (i = 0; i < 3; i++)
		unlink(unit_path(where[i]));
	rmdir(unit_path("ion1"));
	rmdir(unit_path("ion2"));
}

#define PVFS(time, handle, type, offset, len)				\
	"[D " time "] REQ SCHED SCHEDULING, handle: " handle		\
	", queue_element: 0x12986c0, type: " #type ", offset: " #offset	\
	", len: " #len "\n"

static void test_pvfs(void **state)
{
	static const struct import_opts forced = { .from = "pvfs" };
	struct hft_file file;

	(void)state;
	good("[E 02:54:58.386800] Error: something else\n"
	     PVFS("23:59:59.999999", "5764607523034233445", 1, 369098752, 1048576)
	     "[D 23:59:59.999999] another line\n"
	     PVFS("00:00:00.000001", "7", 0, 0, 32768)
	     PVFS("23:59:59.999998", "7", 0, 32768, 32768)
	     PVFS("00:00:00.000002", "7", 0, 65536, 32768), NULL, &file);
	assert_string_equal(sum.format, "pvfs");
	assert_int_equal(sum.junk, 0);
	assert_int_equal(sum.events, 6);
	assert_int_equal(sum.unsorted, 1);
	assert_int_equal(file.count, 4);
	/* 369098752 is 32 MiB into its extent, the first that is touched. */
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, EXTENT + 32768, 32768);
	expect(&file, 1, 1000, HFR_UNKNOWN, HFR_OP_WRITE, 32 * MIB, 1048576);
	expect(&file, 2, 3000, HFR_UNKNOWN, HFR_OP_READ, EXTENT, 32768);
	expect(&file, 3, 4000, HFR_UNKNOWN, HFR_OP_READ, EXTENT + 65536,
	       32768);
	hft_close(&file);
	/* A little out of order is no midnight. */
	good(PVFS("12:00:00.2", "7", 0, 0, 512)
	     PVFS("12:00:00.1", "7", 0, 512, 512), NULL, &file);
	assert_int_equal(sum.unsorted, 1);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 512, 512);
	expect(&file, 1, 100000000, HFR_UNKNOWN, HFR_OP_READ, 0, 512);
	hft_close(&file);
	bad("some text\n" PVFS("23:59:59.9", "7", 0, 0, 512), NULL,
	    "text that none of them");
	bad("[D 23:59:59.9] only other lines\n", NULL, "text that none of them");
	bad("[D 23:59:59.9] only other lines\n", &forced, "has no requests");
	bad(PVFS("23:59:59.9", "7", 0, 0, 512)
	    PVFS("24:00:00.0", "7", 0, 0, 512) "\n", NULL,
	    "line 2: not a line of a PVFS log");
	bad(PVFS("23:59:59.9", "7", 0, 0, 512)
	    PVFS("00:00:00.0", "7", 2, 0, 512) "\n", NULL, "line 2: not");
}

/* Files of one night, of which either is given first. */
static void test_pvfs_night(void **state)
{
	const char *late = unit_text("a", PVFS("23:59:00.0", "7", 1, 0, 512));
	const char *early = unit_text("b", PVFS("00:01:00.0", "7", 0, 0, 512));
	const char *const one[] = { late, early };
	const char *const other[] = { early, late };
	struct hft_file file;
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		if (import_paths(i ? other : one, 2, NULL, &file))
			fail_msg("%s", err.text);
		assert_int_equal(file.recs[0].op, HFR_OP_WRITE);
		assert_int_equal(file.recs[1].issue_ns, 120000000000ULL);
		hft_close(&file);
	}
}

#define HEAD								\
	"filename,file_offset,application,c_time,io_zone,redundancy_type," \
	"op_type,service_class,from_flash_cache,cache_hit,"		\
	"request_io_size_bytes,disk_io_size_bytes,response_io_size_bytes," \
	"start_time,disk_time,simulated_disk_start_time,simulated_latency\n"

/* A miss, a write, a hit, a request for nothing. */
#define THESIOS								\
	HEAD								\
	"aa,0,app,1,COLD,ERASURE_CODED,READ,OTHER,0,0,1048576,1052672,1048576,1705276800.5,0.03,1705276800.51,0.05\n" \
	"bb,4096,app,1,WARM,REPLICATED,WRITE,OTHER,0,-1,8192,8192,0,1705276801,0.0,0.0,5e-05\n" \
	HEAD								\
	"aa,4096,app,1,COLD,REPLICATED,READ,OTHER,0,1,4096,0,4096,1705276801.25,0.0,0.0,0.001\n" \
	"aa,4096,app,1,COLD,REPLICATED,READ,OTHER,0,1,0,0,0,1705276801.5,0.0,0.0,0.001\n"

static void test_thesios(void **state)
{
	static const struct import_opts disk = { .level = IMPORT_LEVEL_ISSUE };
	struct hft_file file;

	(void)state;
	unit_files(true);
	good(THESIOS, NULL, &file);
	assert_string_equal(sum.format, "thesios");
	assert_string_equal(sum.level, "queue");
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(file.count, 3);
	assert_int_equal(file.hdr->flags,
			 HFR_FF_COMPLETIONS | HFR_FF_LEVEL_QUEUE);
	assert_int_equal(file.hdr->wall_start_ns, 1705276800500000000);
	expect(&file, 0, 0, 50000000, HFR_OP_READ, 0, 1048576);
	expect(&file, 1, 500000000, 500050000, HFR_OP_WRITE, 4 * MIB + 4096,
	       8192);
	expect(&file, 2, 750000000, 751000000, HFR_OP_READ, 4096, 4096);
	hft_close(&file);
	good(THESIOS, &disk, &file);
	assert_string_equal(sum.level, "driver");
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(file.count, 1);
	assert_int_equal(file.hdr->wall_start_ns, 1705276800510000000);
	expect(&file, 0, 0, 30000000, HFR_OP_READ, 0, 1052672);
	hft_close(&file);
	bad(HEAD "aa,0\n\n", NULL, "line 2: not a line of a Thesios trace");
	bad(HEAD "aa,0,app,1,COLD,REPLICATED,SYNC,OTHER,0,1,4096,0,4096,1.25,0.0,0.0,0.001\n\n",
	    NULL, "line 2: not");
	bad("filename,file_offset\n", NULL, "text that none of them");
	/* Half a header is junk, and the one before it counts. */
	good(HEAD "filename,a,b,c,d,e,f,g,h,i,j,k,l,m,n,file_offset,op_type\n"
	     "aa,512,app,1,COLD,REPLICATED,READ,OTHER,0,1,4096,0,4096,1.25,0.0,0.0,0.001\n",
	     &(struct import_opts){ .max_junk = 1 }, &file);
	assert_int_equal(sum.junk, 1);
	expect(&file, 0, 0, 1000000, HFR_OP_READ, 512, 4096);
	hft_close(&file);
	bad("aa,0\n", &(struct import_opts){ .from = "thesios" },
	    "line 1: not the header");
}

static void check_place(const struct files *files, const struct hft_file *file,
			uint64_t i, uint64_t of, uint64_t offset)
{
	struct file_place at;

	files_place(files, &file->recs[i], &at);
	assert_int_equal(at.file, of);
	assert_int_equal(at.offset, offset);
}

/* From the places on the device back to the files. */
static void test_files(void **state)
{
	struct files *files;
	struct hft_file file;

	(void)state;
	good("1 " H1 " W 2952790016 32768\n2 " H2 " R 0 262144\n"
	     "3 " H1 " W 2952822784 32768\n4 " H1 " W 67108352 1024\n",
	     NULL, &file);
	assert_int_equal(files_read(&files, &file, &err), 0);
	check_place(files, &file, 0, 1, 2952790016);
	check_place(files, &file, 1, 2, 0);
	check_place(files, &file, 2, 1, 2952822784);
	check_place(files, &file, 3, 1, 67108352);
	files_free(files);
	hft_close(&file);
	good("fio version 3 iolog\n1 a read 4096 512\n", NULL, &file);
	assert_int_equal(files_read(&files, &file, &err), 0);
	check_place(files, &file, 0, 0, 4096);
	files_free(files);
	hft_close(&file);
}

static void many_files(int n, struct hft_file *file)
{
	char *text = malloc((size_t)n * 120);
	size_t at = 0;
	int i;

	for (i = 0; i < n; i++)
		at += (size_t)sprintf(text + at, "%d %064x W 0 512\n", i, i);
	good(text, NULL, file);
	free(text);
	assert_int_equal(file->count, n);
	assert_int_equal(file->recs[n - 1].stream, n);
	assert_int_equal(file->recs[n - 1].offset,
			 (uint64_t)(n - 1) * EXTENT);
}

/* Names of files are left out first; without places none is guessed. */
static void test_many_files(void **state)
{
	struct files *files;
	struct hft_file file;

	(void)state;
	many_files(5000, &file);
	assert_int_equal(files_read(&files, &file, &err), 0);
	check_place(files, &file, 4999, 5000, 0);
	files_free(files);
	hft_close(&file);
	many_files(33000, &file);
	assert_int_equal(files_read(&files, &file, &err), -E2BIG);
	assert_says(&err, "has more files than can be noted");
	hft_close(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agios),
		cmocka_unit_test(test_agios_nodes),
		cmocka_unit_test(test_pvfs),
		cmocka_unit_test(test_pvfs_night),
		cmocka_unit_test(test_thesios),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_many_files),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
