// SPDX-License-Identifier: GPL-2.0-only
/* Readers of binary records: vscsi, oracleGeneral, btrecord, log-writes, refs. */
#include <errno.h>

#include "import-files.h"

/**
 * struct bytes - a file that is being made
 * @data: its bytes
 * @n: how many
 */
struct bytes {
	uint8_t data[1 << 17];
	size_t n;
};

static struct bytes out;

static void put(uint64_t v, unsigned int size)
{
	for (; size; size--, v >>= 8)
		out.data[out.n++] = (uint8_t)v;
}

static void put_big(uint64_t v, unsigned int size)
{
	while (size--)
		out.data[out.n++] = (uint8_t)(v >> 8 * size);
}

static int import_bytes(const char *name, const struct import_opts *opts,
			struct hft_file *file)
{
	const char *path = unit_write(name, out.data, out.n);

	return import_paths(&path, 1, opts, file);
}

static void good_bytes(const char *name, const struct import_opts *opts,
		       struct hft_file *file)
{
	if (import_bytes(name, opts, file))
		fail_msg("%s", err.text);
}

static void bad_bytes(const struct import_opts *opts, const char *says)
{
	struct hft_file file;

	if (!import_bytes("in", opts, &file))
		fail_msg("imported; should say \"%s\"", says);
	assert_says(&err, says);
	assert_int_equal(unit_files(true), 1);
}

static void vscsi_v1(uint16_t cmd, uint32_t len, uint64_t block, uint64_t us)
{
	put(0x800000f4, 4);
	put(len, 4);
	put(1, 4);
	put(cmd, 2);
	put(0x100, 2);
	put(block, 8);
	put(us, 8);
}

static void vscsi_v2(uint16_t cmd, uint32_t len, uint64_t block, uint64_t us,
		     uint64_t response)
{
	put(cmd, 2);
	put(0x200, 2);
	put(7, 4);
	put(len, 4);
	put(1, 4);
	put(block, 8);
	put(us, 8);
	put(response, 8);
}

static void test_vscsi_v1(void **state)
{
	static const struct import_opts junk = { .max_junk = 1 };
	struct hft_file file;

	(void)state;
	out.n = 0;
	vscsi_v1(0x2a, 512, 42932745, 5633898368802);
	vscsi_v1(0x28, 4096, 8, 5633898368900);
	vscsi_v1(0x12, 36, 0, 5633898368901); /* inquiry */
	vscsi_v1(0x42, 24, 0, 5633898368901); /* unmap */
	vscsi_v1(0x35, 0, 0, 5633898369000);
	vscsi_v1(0x88, 0, 0, 5633898369000);
	good_bytes("w106.vscsi", NULL, &file);
	assert_string_equal(sum.format, "vscsi");
	assert_string_equal(sum.level, "driver");
	assert_int_equal(sum.events, 6);
	assert_int_equal(sum.unsupported, 3);
	assert_int_equal(file.count, 3);
	assert_string_equal((const char *)file.devs[0].name, "w106");
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 42932745ULL * 512, 512);
	expect(&file, 1, 98000, HFR_UNKNOWN, HFR_OP_READ, 4096, 4096);
	expect(&file, 2, 198000, HFR_UNKNOWN, HFR_OP_FLUSH, 0, 0);
	hft_close(&file);
	/* Junk among the first records is no reason not to know the rest. */
	out.data[32 + 15] = 9;
	unit_files(true);
	bad_bytes(&(struct import_opts){ .from = "vscsi" },
		  "byte 64: not a vscsi record of version 1");
	good_bytes("in", &(struct import_opts){
		   .from = "vscsi", .max_junk = junk.max_junk }, &file);
	assert_int_equal(sum.junk, 1);
	assert_int_equal(file.count, 2);
	hft_close(&file);
}

static void test_vscsi_v2(void **state)
{
	struct hft_file file;

	(void)state;
	unit_files(true);
	out.n = 0;
	vscsi_v2(0x8a, 8192, 16, 1000, 250);
	vscsi_v2(0x08, 512, 0, 1001, 1);
	good_bytes("in", NULL, &file);
	assert_int_equal(file.hdr->flags, HFR_FF_COMPLETIONS);
	expect(&file, 0, 0, 250000, HFR_OP_WRITE, 8192, 8192);
	expect(&file, 1, 1000, 2000, HFR_OP_READ, 0, 512);
	hft_close(&file);
	/* Cut off in the middle of a record. */
	out.n -= 3;
	good_bytes("in", NULL, &file);
	assert_true(sum.cut_off);
	assert_int_equal(file.count, 1);
	hft_close(&file);
	bad_bytes(&(struct import_opts){ .whole = true }, "cut off");
	out.n = 0;
	put(1, 64);
	bad_bytes(&(struct import_opts){ .from = "vscsi" }, "neither records");
}

static void general(uint32_t s, uint64_t object, uint32_t size, int64_t next)
{
	put(s, 4);
	put(object, 8);
	put(size, 4);
	put((uint64_t)next, 8);
}

static void opns(uint32_t s, uint64_t object, uint32_t size, uint8_t op,
		 int64_t next)
{
	put(s, 4);
	put(object, 8);
	put(size, 4);
	put(op, 1);
	put(3, 2);
	put((uint64_t)next, 8);
}

static void test_general(void **state)
{
	static const struct import_opts blocks = { .block = 4096 };
	static const struct import_opts spread = { .spread = true };
	struct hft_file file;

	(void)state;
	unit_files(true);
	out.n = 0;
	general(5, 100, 4096, 2);
	general(5, 108, 700, -1);
	general(6, 100, 4096, -1);
	good_bytes("w1.oracleGeneral", NULL, &file);
	assert_string_equal(sum.format, "oraclegeneral");
	assert_int_equal(sum.resolution, 1000000000);
	assert_int_equal(sum.shared, 1);
	assert_string_equal((const char *)file.devs[0].name, "w1");
	assert_int_equal(sum.widened, 1);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 51200, 4096);
	expect(&file, 1, 0, HFR_UNKNOWN, HFR_OP_READ, 55296, 1024);
	expect(&file, 2, 1000000000, HFR_UNKNOWN, HFR_OP_READ, 51200, 4096);
	hft_close(&file);
	good_bytes("in", &spread, &file);
	assert_int_equal(file.recs[1].issue_ns, 500000000);
	hft_close(&file);
	good_bytes("in", &blocks, &file);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 409600, 4096);
	hft_close(&file);
	unit_files(true);
	/* What it says of the next request must be true to be recognised. */
	general(6, 200, 512, 4);
	general(6, 201, 512, -1);
	general(6, 202, 512, -1);
	bad_bytes(NULL, "it is binary data that none of them");
	good_bytes("in", &(struct import_opts){ .from = "oraclegeneral" },
		   &file);
	assert_int_equal(file.count, 6);
	hft_close(&file);
	unit_files(true);
	out.n = 72;
	/* A key, not a block. */
	general(7, UINT64_MAX / 3, 10, -1);
	bad_bytes(NULL, "byte 96: object 6148914691236517205 is no number of a block");
	out.n = 72;
	/* Its bytes would fit 64 bits, but no device is that large. */
	general(7, 1ULL << 54, 512, -1);
	bad_bytes(NULL, "--keys gives each key one");
}

static void test_keys(void **state)
{
	struct import_opts keys = { .keys = true };
	struct hft_file file;

	(void)state;
	unit_files(true);
	out.n = 0;
	general(5, UINT64_MAX / 3, 10000, 4);
	general(5, 7, 512, -1);
	general(6, UINT64_MAX / 5, 4097, -1);
	general(6, UINT64_MAX / 3, 20000, -1);
	good_bytes("in", &keys, &file);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 0, 10240);
	expect(&file, 1, 0, HFR_UNKNOWN, HFR_OP_READ, 12288, 512);
	expect(&file, 2, 1000000000, HFR_UNKNOWN, HFR_OP_READ, 16384, 4608);
	/* It has grown behind the others. */
	expect(&file, 3, 1000000000, HFR_UNKNOWN, HFR_OP_READ, 0, 12288);
	expect(&file, 4, 1000000000, HFR_UNKNOWN, HFR_OP_READ, 24576, 8192);
	assert_int_equal(file.count, 5);
	assert_int_equal(sum.cut, 1);
	hft_close(&file);
	keys.block = 65536;
	good_bytes("in", &keys, &file);
	expect(&file, 1, 0, HFR_UNKNOWN, HFR_OP_READ, 65536, 512);
	assert_int_equal(file.count, 4);
	hft_close(&file);
	keys.block = 12288;
	bad_bytes(&keys, "not a power of two from 4096");
	bad(HFP_HEAD "0,1,1,0,0,8,1\n", &(struct import_opts){ .keys = true },
	    "--keys is for traces whose requests are to objects");
}

static void test_opns(void **state)
{
	struct hft_file file;

	(void)state;
	out.n = 0;
	opns(5, 100, 4096, 13, 3);
	opns(5, 108, 512, 1, -1);
	opns(6, 300, 512, 9, -1); /* delete */
	opns(6, 100, 4096, 12, -1);
	good_bytes("in", NULL, &file);
	assert_int_equal(sum.unsupported, 1);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 51200, 4096);
	expect(&file, 1, 0, HFR_UNKNOWN, HFR_OP_READ, 55296, 512);
	expect(&file, 2, 1000000000, HFR_UNKNOWN, HFR_OP_READ, 51200, 4096);
	hft_close(&file);
}

static void (*put_any)(uint64_t v, unsigned int size);

static void bt_header(uint64_t bunches, uint64_t packets)
{
	out.n = 0;
	put_any(0x10000, 8);
	put_any(1000, 8);
	put_any(bunches, 8);
	put_any(packets, 8);
}

static void bt_packet(uint64_t sector, uint64_t bytes, uint32_t rw)
{
	put_any(sector, 8);
	put_any(bytes, 8);
	put_any(rw, 4);
	put_any(0xdead, 4);
}

static void bt_two_bunches(uint64_t bunches, uint64_t packets)
{
	bt_header(bunches, packets);
	put_any(2, 8);
	put_any(1000, 8);
	bt_packet(8, 4096, 1);
	bt_packet(16, 512, 0);
	put_any(3, 8);
	put_any(2000, 8);
	bt_packet(24, 1024, 0);
	bt_packet(0, 0, 0);
	bt_packet(0, 512 << 20, 0); /* a discard, once */
}

static void check_two_bunches(const char *name)
{
	struct hft_file file;

	bt_two_bunches(2, 5);
	good_bytes(name, NULL, &file);
	assert_string_equal(sum.format, "btrecord");
	assert_string_equal(sum.level, "queue");
	assert_false(sum.cut_off);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(file.count, 4);
	assert_string_equal((const char *)file.devs[0].name, "sdi");
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 4096, 4096);
	expect(&file, 1, 0, HFR_UNKNOWN, HFR_OP_WRITE, 8192, 512);
	expect(&file, 2, 1000, HFR_UNKNOWN, HFR_OP_WRITE, 12288, 1024);
	expect(&file, 3, 1000, HFR_UNKNOWN, HFR_OP_FLUSH, 0, 0);
	hft_close(&file);
}

static void test_btrecord(void **state)
{
	struct hft_file file;

	(void)state;
	unit_files(true);
	put_any = put_big;
	check_two_bunches("sdi.replay.12");
	put_any = put;
	check_two_bunches("sdi.replay.0");
	/* The header has the last word on a file that ends between bunches. */
	bt_two_bunches(3, 6);
	good_bytes("in", NULL, &file);
	assert_true(sum.cut_off);
	hft_close(&file);
	/* But not when it does not fit what is there. */
	bt_two_bunches(1, 6);
	good_bytes("in", NULL, &file);
	assert_false(sum.cut_off);
	hft_close(&file);
	out.n -= 24;
	good_bytes("in", NULL, &file);
	assert_true(sum.cut_off);
	assert_int_equal(file.count, 4);
	hft_close(&file);
	unit_files(true);
	bt_two_bunches(2, 5);
	put_any(513, 8);
	put_any(3000, 8);
	bad_bytes(NULL, "byte 184: a bunch of 513 requests");
	bt_two_bunches(2, 5);
	out.data[48 + 24 + 16] = 2;
	bad_bytes(NULL, "not a request of a btrecord file");
}

static void dm_super(uint64_t entries, uint32_t sector)
{
	memset(&out, 0, sizeof(out));
	put(0x6a736677736872, 8);
	put(1, 8);
	put(entries, 8);
	put(sector, 4);
	out.n = sector;
}

static void dm_entry(uint64_t sector, uint64_t sectors, uint64_t flags,
		     uint32_t size, bool data)
{
	size_t start = out.n;

	put(sector, 8);
	put(sectors, 8);
	put(flags, 8);
	put(0, 8);
	out.n = start + size;
	if (data) {
		memset(out.data + out.n, 0xa5, sectors * size);
		out.n += sectors * size;
	}
}

static void dm_log(uint64_t entries, uint32_t size)
{
	dm_super(entries, size);
	dm_entry(10, 2, 0, size, true);
	dm_entry(0, 0, 1 << 3, size, false); /* a mark */
	dm_entry(0, 0, 1, size, false);
	dm_entry(100, 1, 2 | 16, size, true);
	dm_entry(50, 2000, 4, size, false);
	dm_entry(1, 1, 3, size, true);
}

static void check_dm_log(uint32_t size)
{
	struct hft_file file;

	dm_log(6, size);
	good_bytes("in", NULL, &file);
	assert_string_equal(sum.format, "dm-log-writes");
	assert_string_equal(sum.level, "queue");
	assert_int_equal(sum.events, 6);
	assert_int_equal(file.count, 5);
	assert_int_equal(file.devs[0].logical_block, size);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 10ULL * size, 2 * size);
	assert_int_equal(file.recs[0].flags, 0);
	expect(&file, 1, 100000, HFR_UNKNOWN, HFR_OP_FLUSH, 0, 0);
	expect(&file, 2, 200000, HFR_UNKNOWN, HFR_OP_WRITE, 100ULL * size,
	       size);
	assert_int_equal(file.recs[2].flags, HFR_RF_FUA | HFR_RF_META);
	expect(&file, 3, 300000, HFR_UNKNOWN, HFR_OP_DISCARD, 50ULL * size,
	       2000 * size);
	expect(&file, 4, 400000, HFR_UNKNOWN, HFR_OP_WRITE, size, size);
	assert_int_equal(file.recs[4].flags, HFR_RF_FUA | HFR_RF_PREFLUSH);
	hft_close(&file);
}

static void test_dmlog(void **state)
{
	static const struct import_opts slow = { .spacing_ns = 2000 };
	struct hft_file file;

	(void)state;
	check_dm_log(512);
	check_dm_log(4096);
	good_bytes("in", &slow, &file);
	assert_int_equal(file.recs[4].issue_ns, 8000);
	hft_close(&file);
	/* What stands behind the entries is old. */
	dm_log(3, 512);
	good_bytes("in", NULL, &file);
	assert_int_equal(file.count, 2);
	assert_false(sum.cut_off);
	hft_close(&file);
	dm_log(7, 512);
	good_bytes("in", NULL, &file);
	assert_true(sum.cut_off);
	hft_close(&file);
	unit_files(true);
	dm_log(7, 512);
	dm_entry(1, 1, 1 << 9, 512, false);
	bad_bytes(NULL, "byte 5632: not an entry of the log");
	dm_log(0, 512);
	bad_bytes(NULL, "has no requests");
}

static void test_refs(void **state)
{
	static const struct import_opts plain = { .from = "refs" };
	static const struct import_opts how = {
		.from = "refs", .block = 512, .spacing_ns = 7,
	};
	struct hft_file file;

	(void)state;
	out.n = 0;
	put(3, 8);
	put(1ULL << 40, 8);
	put(3, 8);
	unit_files(true);
	good_bytes("in", &plain, &file);
	assert_string_equal(sum.format, "refs");
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 12288, 4096);
	expect(&file, 1, 100000, HFR_UNKNOWN, HFR_OP_READ, 1ULL << 52, 4096);
	expect(&file, 2, 200000, HFR_UNKNOWN, HFR_OP_READ, 12288, 4096);
	hft_close(&file);
	good_bytes("in", &how, &file);
	expect(&file, 2, 14, HFR_UNKNOWN, HFR_OP_READ, 1536, 512);
	hft_close(&file);
	bad_bytes(NULL, "it is binary data that none of them");
	put(UINT64_MAX, 8);
	bad_bytes(&plain, "byte 32: block 18446744073709551615 of 4096 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vscsi_v1),
		cmocka_unit_test(test_vscsi_v2),
		cmocka_unit_test(test_general),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_opns),
		cmocka_unit_test(test_btrecord),
		cmocka_unit_test(test_dmlog),
		cmocka_unit_test(test_refs),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
