// SPDX-License-Identifier: GPL-2.0-only
/* Requests that a trace has twice, at a device and at the one below it. */
#include <endian.h>

#include "import-files.h"
#include "repeats.h"

static const struct import_opts dedup = { .dedup = true };
static const struct import_opts plain;

/*
 * A write to dm 253,0 goes on to the partition 8,1 and from there to the disk
 * 8,0. Another one is cut in two by dm. A third is of the disk itself.
 */
#define STACK \
	"253,0 0 1 0.000001000 7 Q W 1000 + 8 [x]\n" \
	"8,1 0 2 0.000001100 7 A W 5000 + 8 <- (253,0) 1000\n" \
	"8,0 0 3 0.000001200 7 A W 7048 + 8 <- (8,1) 5000\n" \
	"8,0 0 4 0.000001300 7 Q W 7048 + 8 [x]\n" \
	"253,0 0 5 0.000002000 7 Q R 2000 + 16 [x]\n" \
	"8,0 0 6 0.000002100 7 A R 9000 + 8 <- (253,0) 2000\n" \
	"8,0 0 7 0.000002200 7 Q R 9000 + 8 [x]\n" \
	"8,0 0 8 0.000002300 7 A R 9500 + 8 <- (253,0) 2008\n" \
	"8,0 0 9 0.000002400 7 Q R 9500 + 8 [x]\n" \
	"8,0 0 10 0.000003000 8 Q W 1000 + 8 [x]\n" \
	"8,0 0 11 0.000010000 0 C W 7048 + 8 [0]\n" \
	"253,0 0 12 0.000010100 0 C W 1000 + 8 [0]\n" \
	"8,0 0 13 0.000011000 0 C R 9000 + 8 [0]\n" \
	"8,0 0 14 0.000011100 0 C R 9500 + 8 [0]\n" \
	"253,0 0 15 0.000011200 0 C R 2000 + 16 [0]\n" \
	"8,0 0 16 0.000012000 0 C W 1000 + 8 [0]\n"

static void test_blkparse(void **state)
{
	struct hft_file file;

	(void)state;
	good(STACK, &dedup, &file);
	assert_int_equal(file.count, 4);
	expect(&file, 0, 0, 8700, HFR_OP_WRITE, 7048 * 512, 4096);
	expect(&file, 1, 900, 9700, HFR_OP_READ, 9000 * 512, 4096);
	expect(&file, 2, 1100, 9800, HFR_OP_READ, 9500 * 512, 4096);
	expect(&file, 3, 1700, 10700, HFR_OP_WRITE, 1000 * 512, 4096);
	assert_int_equal(file.hdr->device_count, 1);
	assert_int_equal(sum.stacked, 2);
	assert_int_equal(sum.unmatched, 0);
	assert_int_equal(sum.incomplete, 0);
	hft_close(&file);
}

/* Without the option all are there, and the summary tells. */
static void test_counted(void **state)
{
	struct hft_file file;

	(void)state;
	good(STACK, &plain, &file);
	assert_int_equal(file.count, 6);
	assert_int_equal(sum.stacked, 2);
	hft_close(&file);
}

static void test_one_device(void **state)
{
	struct import_opts opts = { .dedup = true, .device = "253,0" };
	struct hft_file file;

	(void)state;
	good(STACK, &opts, &file);
	assert_int_equal(file.count, 2);
	expect(&file, 0, 0, 9100, HFR_OP_WRITE, 1000 * 512, 4096);
	assert_int_equal(sum.stacked, 0);
	hft_close(&file);
	opts.device = "8,0";
	good(STACK, &opts, &file);
	assert_int_equal(file.count, 4);
	hft_close(&file);
}

/* The disk itself was not traced: nothing of it may be left out. */
static void test_below_is_missing(void **state)
{
	struct hft_file file;

	(void)state;
	good("253,0 0 1 0.000001000 7 Q W 1000 + 8 [x]\n"
	     "8,0 0 2 0.000001100 7 A W 5000 + 8 <- (253,0) 1000\n"
	     "253,0 0 3 0.000009000 0 C W 1000 + 8 [0]\n", &dedup, &file);
	assert_int_equal(file.count, 1);
	assert_int_equal(sum.stacked, 0);
	hft_close(&file);
}

static void test_ftrace(void **state)
{
	struct hft_file file;

	(void)state;
	good("x-7 [000] ..... 1.000001: block_bio_queue: 253,0 W 1000 + 8 [x]\n"
	     "x-7 [000] ..... 1.000002: block_bio_remap: 8,0 W 5000 + 8 <- (253,0) 1000\n"
	     "x-7 [000] ..... 1.000003: block_bio_queue: 8,0 W 5000 + 8 [x]\n"
	     "x-7 [000] ..... 1.000009: block_rq_complete: 8,0 W () 5000 + 8 [0]\n"
	     "x-7 [000] ..... 1.000010: block_bio_complete: 253,0 W 1000 + 8 [0]\n",
	     &dedup, &file);
	assert_int_equal(file.count, 1);
	expect(&file, 0, 0, 6000, HFR_OP_WRITE, 5000 * 512, 4096);
	assert_int_equal(sum.stacked, 1);
	hft_close(&file);
}

struct record {
	uint32_t magic, sequence;
	uint64_t time, sector;
	uint32_t bytes, action, pid, device, cpu;
	uint16_t error, pdu_len;
};

static size_t record(uint8_t *to, uint64_t time, uint32_t action, int minor,
		     uint64_t sector, const void *pdu, uint16_t pdu_len)
{
	const struct record rec = {
		.magic = 0x65617407, .time = time, .sector = sector,
		.bytes = 4096, .action = action | 1U << 17, .pid = 7,
		.device = 8U << 20 | (uint32_t)minor, .pdu_len = pdu_len,
	};

	memcpy(to, &rec, sizeof(rec));
	memcpy(to + sizeof(rec), pdu, pdu_len);
	return sizeof(rec) + pdu_len;
}

static void test_blktrace(void **state)
{
	const uint32_t from = htobe32(8U << 20 | 1), below = htobe32(8U << 20);
	const uint64_t sector = htobe64(100);
	uint8_t bytes[1024], pdu[16];
	struct hft_file file;
	const char *path;
	size_t n = 0;

	(void)state;
	memcpy(pdu, &from, 4);
	memcpy(pdu + 4, &below, 4);
	memcpy(pdu + 8, &sector, 8);
	n += record(bytes + n, 1000, 1, 1, 100, "", 0);
	n += record(bytes + n, 1100, 15, 0, 2148, pdu, sizeof(pdu));
	n += record(bytes + n, 1200, 1, 0, 2148, "", 0);
	n += record(bytes + n, 5000, 8, 0, 2148, "", 0);
	n += record(bytes + n, 5100, 8, 1, 100, "", 0);
	path = unit_write("in", bytes, n);
	assert_int_equal(import_paths(&path, 1, &dedup, &file), 0);
	assert_int_equal(file.count, 1);
	expect(&file, 0, 0, 3800, HFR_OP_WRITE, 2148 * 512, 4096);
	assert_int_equal(sum.stacked, 1);
	hft_close(&file);
}

static bool add(struct repeats *r, uint64_t time, uint64_t offset)
{
	struct hfr_trace_rec rec = {
		.issue_ns = time, .offset = offset, .length = 4096,
	};

	return repeats_add(r, &rec);
}

static void test_repeats(void **state)
{
	struct hfr_trace_rec flush = { .op = HFR_OP_FLUSH };
	struct repeats r = { 0 };
	uint64_t i;

	(void)state;
	assert_false(add(&r, 1000, 0));
	assert_true(add(&r, 101000, 0));
	assert_false(add(&r, 101001, 0));
	assert_false(add(&r, 101002, 4096));
	assert_true(add(&r, 101003, 0));
	/* Earlier, by a stamp that went back. */
	assert_false(add(&r, 500, 4096));
	for (i = 0; i < REPEATS_KEPT; i++)
		assert_false(add(&r, 101004 + i, 8192 + i * 4096));
	assert_false(add(&r, 101100, 4096));
	assert_false(repeats_add(&r, &flush));
	assert_false(repeats_add(&r, &flush));
	assert_false(repeats_coarse(&r));
}

static void test_coarse(void **state)
{
	struct repeats r = { 0 };

	(void)state;
	assert_false(add(&r, 0, 0));
	assert_true(repeats_coarse(&r));
	assert_false(add(&r, 6000000, 0));
	assert_false(add(&r, 4000000, 0));
	assert_int_equal(r.tick_ns, 2000000);
	assert_true(repeats_coarse(&r));
	assert_false(add(&r, 4050000, 512));
	assert_int_equal(r.tick_ns, 50000);
	assert_false(repeats_coarse(&r));
}

/* Lines of blkreplay say nothing of devices. */
static void test_repeated_lines(void **state)
{
	static const char text[] =
		"start ; sector; length ; op ;  replay_delay=0 ; replay_duration=0\n"
		"      0.000000000 ;    481999264 ;   16 ; R ; 0.0 ; 0.0\n"
		"      0.000023289 ;    481999264 ;   16 ; R ; 0.0 ; 0.0\n"
		"      0.017724735 ;    626343408 ;   16 ; R ; 0.0 ; 0.0\n";
	struct hft_file file;

	(void)state;
	good(text, &dedup, &file);
	assert_int_equal(file.count, 2);
	assert_int_equal(sum.stacked, 1);
	hft_close(&file);
	good(text, &plain, &file);
	assert_int_equal(file.count, 3);
	hft_close(&file);
}

/* Stamps that say nothing of when a request was issued tell no repeats. */
static void test_no_times(void **state)
{
	struct import_opts opts = { .dedup = true, .from = "refs" };
	const char *path = unit_write("in", "\1\0\0\0\0\0\0\0", 8);
	struct hft_file file;

	(void)state;
	assert_int_not_equal(import_paths(&path, 1, &opts, &file), 0);
	assert_says(&err, "refs trace were seen twice: the times are made up");
	opts.from = "csv";
	opts.columns = "time=0,offset:4k,op=read,length=4k";
	bad("1\n2\n", &opts, "the times are made up");
	opts.columns = "time:s,offset:4k,op=read,length=4k";
	bad("1,1\n1,1\n2,1\n", &opts, "all times are multiples of 1.0 s");
	bad("0,1\n0,1\n", &opts, "all times are 0");
	/* Where nothing repeats, nothing is wrong. */
	good("1,1\n2,1\n", &opts, &file);
	hft_close(&file);
	opts = (struct import_opts){ .dedup = true };
	bad("1538323200,1,8,0,1000\n", &opts, "tencent trace were seen twice: the times are too coarse");
}

static void test_spread(void **state)
{
	static const struct import_opts spread = { .spread = true };
	const char *text = HFP_HEAD "0,1,1,0,0,8,1\n";
	struct hft_file file;
	const char *path;

	(void)state;
	bad(text, &spread, "--spread is for formats whose stamps are known to be coarse");
	good(text, &plain, &file);
	path = unit_write("t.hft", file.map, file.size);
	hft_close(&file);
	assert_int_not_equal(import_paths(&path, 1, &spread, &file), 0);
	assert_says(&err, "this is a hft trace");
	unit_files(true);
}

/* An .hft file says what it was made of. */
static void made_of(const char *text, const struct import_opts *how,
		    const char *says)
{
	const char *in = unit_text("in", text), *path = unit_path("t.hft");
	struct hft_file file;

	if (import_trace(&in, 1, path, how, NULL, &sum, &err))
		fail_msg("%s", err.text);
	assert_int_not_equal(import_paths(&path, 1, &dedup, &file), 0);
	assert_says(&err, says);
	unit_files(true);
}

static void test_hft(void **state)
{
	const char *path = unit_path("t.hft"), *in;
	const struct import_opts csv = {
		.from = "csv", .columns = "time:us,offset:4k,op=read,length=4k",
	};
	struct hft_file file;

	(void)state;
	in = unit_text("in", "1,1\n2,1\n500,1\n");
	if (import_trace(&in, 1, path, &csv, NULL, &sum, &err))
		fail_msg("%s", err.text);
	if (import_paths(&path, 1, &dedup, &file))
		fail_msg("%s", err.text);
	assert_int_equal(file.count, 2);
	assert_int_equal(sum.stacked, 1);
	hft_close(&file);
	unit_files(true);
	made_of(STACK, &plain, "the events that tell are in the original");
	made_of("1538323200,1,8,0,1000\n", &plain, "original are too coarse");
	made_of("1\n1\n", &(struct import_opts){ .from = "csv",
		.columns = "time=0,offset:4k,op=read,length=4k" },
		"the times are made up");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blkparse),
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_one_device),
		cmocka_unit_test(test_below_is_missing),
		cmocka_unit_test(test_ftrace),
		cmocka_unit_test(test_blktrace),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_repeated_lines),
		cmocka_unit_test(test_coarse),
		cmocka_unit_test(test_no_times),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_hft),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
