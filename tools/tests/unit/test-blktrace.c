// SPDX-License-Identifier: GPL-2.0-only
/* Binary blktrace: both versions, both byte orders, damage. */
#include <byteswap.h>
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "trace-files.h"

#define DEVICE		(8U << 20 | 16)
#define TC(n)		(UINT64_C(1) << ((n) + 16))
enum { Q = 1, REQUEUE = 6, D = 7, C = 8, X = 13, CGROUP = 0x100 };
#define RD		TC(0)
#define WR		TC(1)
#define FLUSH		TC(2)
#define SYNC		TC(3)
#define PC		TC(9)
#define NOTIFY		TC(10)
#define META		TC(12)
#define DISCARD		TC(13)
#define FUA		TC(15)
#define ZONE_RESET	TC(17)
#define WRITE_ZEROES	TC(22)

/* A file in memory. */
struct image {
	uint8_t bytes[65536];
	size_t len;
	unsigned int version;
	bool foreign;
};

static struct image img;
static const struct import_opts none;

static void begin(unsigned int version, bool foreign)
{
	img.len = 0;
	img.version = version;
	img.foreign = foreign;
}

static void put(uint64_t v, size_t size)
{
	uint64_t swapped = bswap_64(v) >> (64 - 8 * size);

	assert_true(img.len + size <= sizeof(img.bytes));
	if (img.foreign)
		v = swapped;
	v = htole64(v);
	memcpy(img.bytes + img.len, &v, size);
	img.len += size;
}

/* The test machine is little endian, as is the image unless foreign. */
static void record_pdu(uint64_t time, uint64_t action, uint64_t sector,
		       uint32_t bytes, const void *pdu, uint16_t pdu_len)
{
	put(0x65617400 | img.version, 4);
	put(1, 4);
	put(time, 8);
	put(sector, 8);
	put(bytes, 4);
	if (img.version == 7) {
		put((uint32_t)action, 4);
		put(4242, 4);
	} else {
		put(4242, 4);
		put(action, 8);
	}
	put(DEVICE, 4);
	put(0, 4);
	put(0, 2);
	put(pdu_len, 2);
	if (img.version == 8) {
		put(0, 8);
		put(0, 4);
	}
	memcpy(img.bytes + img.len, pdu, pdu_len);
	img.len += pdu_len;
}

static void record(uint64_t time, uint64_t action, uint64_t sector,
		   uint32_t bytes)
{
	record_pdu(time, action, sector, bytes, "", 0);
}

static void save(unsigned int n)
{
	trace_write(n, img.bytes, img.len);
}

/* One load in all four encodings. */
static void load(void)
{
	uint32_t stamp[2] = { 1700000000, 5 };

	if (img.foreign) {
		stamp[0] = bswap_32(stamp[0]);
		stamp[1] = bswap_32(stamp[1]);
	}
	record_pdu(900, NOTIFY | 1, 0, 0, stamp, sizeof(stamp));
	record_pdu(950, NOTIFY | 0, 0, 0, "comm\0\0\0", 8);
	record(1000, D | WR | SYNC | META | FUA, 2048, 4096);
	record(1010, D | RD | FLUSH, 0, 0);
	record_pdu(1020, D | CGROUP | RD, 64, 8192, "cgroupid", 8);
	record(1030, D | RD | PC, 0, 36);
	record(1040, D | WR | DISCARD | SYNC, 128, 1 << 20);
	record(1100, C | RD | FLUSH, 0, 0);
	record_pdu(1110, C | CGROUP | RD, 64, 8192, "cgroupid", 8);
	record(1120, C | WR | SYNC | META | FUA, 2048, 4096);
	record(1130, C | WR | SYNC, 0, 0);
	record(1140, C | WR | DISCARD | SYNC, 128, 1 << 20);
}

static void check_load(void)
{
	trace_read_ok(1, &none);
	assert_string_equal(sum.format, "blktrace");
	assert_int_equal(trace.count, 4);
	check_rec(0, 0, 120, HFR_OP_WRITE, 2048, 8,
		  HFR_RF_FUA | HFR_RF_SYNC | HFR_RF_META);
	check_rec(1, 10, 100, HFR_OP_FLUSH, 0, 0, 0);
	check_rec(2, 20, 110, HFR_OP_READ, 64, 16, 0);
	check_rec(3, 40, 140, HFR_OP_DISCARD, 128, 2048, HFR_RF_SYNC);
	assert_int_equal(trace.recs[0].stream, 4242);
	assert_int_equal(trace.devs[0].major, 8);
	assert_int_equal(trace.devs[0].minor, 16);
	assert_int_equal(trace.hdr->wall_start_ns, 1700000000000000105);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(sum.unmatched, 0);
	assert_int_equal(sum.incomplete, 0);
	assert_int_equal(sum.junk, 0);
	assert_false(sum.cut_off);
	hft_close(&trace);
}

static void test_encodings(void **state)
{
	unsigned int version, foreign;

	(void)state;
	for (version = 7; version <= 8; version++) {
		for (foreign = 0; foreign < 2; foreign++) {
			begin(version, foreign);
			load();
			save(0);
			check_load();
		}
	}
}

static void test_v8_only(void **state)
{
	(void)state;
	begin(8, false);
	record(1000, D | WR | WRITE_ZEROES, 0, 4096);
	record(1010, D | WR | ZONE_RESET, 0, 0);
	record(1020, C | WR | WRITE_ZEROES, 0, 4096);
	record(1030, C | WR | ZONE_RESET, 0, 0);
	save(0);
	trace_read_ok(1, &none);
	assert_int_equal(trace.count, 1);
	check_rec(0, 0, 20, HFR_OP_WRITE_ZEROES, 0, 8, 0);
	assert_int_equal(sum.unsupported, 1);
	hft_close(&trace);
}

static void test_long_write_is_write_zeroes(void **state)
{
	(void)state;
	begin(7, false);
	record(1000, D | WR, 0, HFR_MAX_LENGTH);
	record(1010, D | WR, 0, HFR_MAX_LENGTH + 512);
	save(0);
	trace_read_ok(1, &none);
	assert_int_equal(trace.recs[0].op, HFR_OP_WRITE);
	assert_int_equal(trace.recs[1].op, HFR_OP_WRITE_ZEROES);
	hft_close(&trace);
}

static void test_split(void **state)
{
	struct import_opts opts = { .level = IMPORT_LEVEL_QUEUE };
	/* A control group, then where the second part starts. */
	uint64_t cut[2] = { 99, htobe64(16) };

	(void)state;
	begin(7, false);
	record(1000, Q | WR | SYNC, 0, 16384);
	record_pdu(1005, X | CGROUP | WR | SYNC, 0, 16384, cut, sizeof(cut));
	/* This one begins where the other was cut. */
	record(1010, Q | WR | SYNC, 16, 16384);
	record(1020, C | WR | SYNC, 16, 8192);
	record(1030, C | WR | SYNC, 0, 8192);
	record(1040, C | WR | SYNC, 16, 16384);
	save(0);
	trace_read_ok(1, &opts);
	assert_int_equal(trace.count, 2);
	check_rec(0, 0, 30, HFR_OP_WRITE, 0, 32, HFR_RF_SYNC);
	check_rec(1, 10, 40, HFR_OP_WRITE, 16, 32, HFR_RF_SYNC);
	hft_close(&trace);
}

static void test_per_cpu_files(void **state)
{
	(void)state;
	begin(7, false);
	record(1000, D | RD, 0, 4096);
	record(1030, C | RD, 8, 4096);
	save(0);
	begin(7, false);
	save(1);
	record(1010, D | RD, 8, 4096);
	record(1020, C | RD, 0, 4096);
	save(2);
	trace_read_ok(3, &none);
	assert_int_equal(trace.count, 2);
	check_rec(0, 0, 20, HFR_OP_READ, 0, 8, 0);
	check_rec(1, 10, 30, HFR_OP_READ, 8, 8, 0);
	hft_close(&trace);
}

static void test_every_cut(void **state)
{
	size_t len;

	(void)state;
	begin(7, false);
	record(1000, D | RD, 0, 4096);
	record(1010, C | RD, 0, 4096);
	record_pdu(1020, D | CGROUP | RD, 8, 4096, "cgroupid", 8);
	for (len = 97; len < img.len; len++) {
		trace_write(0, img.bytes, len);
		trace_read_ok(1, &none);
		assert_int_equal(trace.count, 1);
		assert_true(sum.cut_off);
		hft_close(&trace);
	}
}

static void test_junk(void **state)
{
	struct import_opts opts = { .max_junk = 1 };

	(void)state;
	begin(7, false);
	record(1000, D | RD, 0, 4096);
	memcpy(img.bytes + img.len, "some rubbish", 12);
	img.len += 12;
	record(1010, C | RD, 0, 4096);
	save(0);
	trace_read_ok(1, &opts);
	assert_int_equal(sum.junk, 1);
	check_rec(0, 0, 10, HFR_OP_READ, 0, 8, 0);
	hft_close(&trace);
	assert_int_not_equal(trace_read(1, &none), 0);
	assert_non_null(strstr(err.text, "byte 48"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_v8_only),
		cmocka_unit_test(test_long_write_is_write_zeroes),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_per_cpu_files),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_junk),
	};

	return cmocka_run_group_tests(tests, trace_setup, trace_teardown);
}
