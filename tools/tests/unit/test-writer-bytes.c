// SPDX-License-Identifier: GPL-2.0-only
/* What each writer writes of a small trace, to the byte. */
#include <errno.h>

#include "hft-deps.h"
#include "unit-files.h"
#include "writer.h"

/* 2001-09-09 01:46:40 UTC and a bit. */
#define WALL_NS	1000000000123456700ULL

static struct hf_error err;

static const struct hfr_trace_rec small[] = {
	{ .issue_ns = 0, .complete_ns = 1500, .op = HFR_OP_WRITE,
	  .offset = 4096, .length = 8192, .stream = 77,
	  .flags = HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_SYNC },
	{ .issue_ns = 1000, .complete_ns = 2345678, .op = HFR_OP_READ,
	  .offset = 0x123456789000, .length = 512,
	  .flags = HFR_RF_RAHEAD | HFR_RF_META },
	{ .issue_ns = 1500, .complete_ns = 2000, .op = HFR_OP_FLUSH },
	{ .issue_ns = 3000000000, .complete_ns = 3000000001,
	  .op = HFR_OP_READ, .offset = 4096, .length = 4096 },
};

#define SMALL	(sizeof(small) / sizeof(small[0]))

static void make(struct hft_file *file, bool flush, uint32_t flags)
{
	const char *path = unit_path("small.hft");
	struct hft_writer *w;
	size_t i;

	if (hft_writer_open(&w, path, &err))
		fail_msg("%s", err.text);
	assert_int_equal(hft_writer_device(w, "sda", 8, 16), 0);
	for (i = 0; i < SMALL; i++)
		if ((flush || small[i].op != HFR_OP_FLUSH) &&
		    hft_writer_add(w, &small[i], &err))
			fail_msg("%s", err.text);
	if (hft_writer_finish(w, flags, WALL_NS, "{}", NULL, &err) ||
	    hft_open(file, path, &err))
		fail_msg("%s", err.text);
}

static struct export_summary sum;

/* All that is written; to be freed. */
static char *write_file(const char *to, const struct hft_file *file,
			size_t *len)
{
	const struct export_opts opts = {
		.writer = writer_by_name(to, &err),
		.path = unit_path("out"),
	};
	char *data;

	if (!opts.writer || export_trace(file, &opts, &sum, &err))
		fail_msg("%s: %s", to, err.text);
	data = (char *)unit_read(opts.path, len);
	data[*len] = '\0';
	return data;
}

static char *write_small(const char *to, bool flush, uint32_t flags,
			 size_t *len)
{
	struct hft_file file;
	char *data;

	make(&file, flush, flags);
	data = write_file(to, &file, len);
	hft_close(&file);
	return data;
}

static void text_is(const char *to, bool flush, uint32_t flags,
		    const char *want)
{
	size_t len;
	char *got = write_small(to, flush, flags, &len);

	assert_string_equal(got, want);
	free(got);
}

static void test_text(void **state)
{
	(void)state;
	text_is("spc", false, 0,
		"0,8,8192,W,0.000000000\n"
		"0,39093746760,512,R,0.000001000\n"
		"0,8,4096,R,3.000000000\n");
	text_is("disksim", false, 0,
		"0.000000 0 8 16 0\n"
		"0.001000 0 39093746760 1 1\n"
		"3000.000000 0 8 8 1\n");
	text_is("blkreplay", false, 0,
		"start ; sector; length ; op ;  replay_delay ; replay_duration\n"
		"0.000000000 ; 8 ; 16 ; W ; 0.000000000 ; 0.000001500\n"
		"0.000001000 ; 39093746760 ; 1 ; R ; 0.000000000 ; 0.002344678\n"
		"3.000000000 ; 8 ; 8 ; R ; 0.000000000 ; 0.000000001\n");
	text_is("msr", false, 0,
		"126444736001234567,sda,0,Write,4096,8192,15\n"
		"126444736001234577,sda,0,Read,20015998341120,512,23447\n"
		"126444736031234567,sda,0,Read,4096,4096,0\n");
	text_is("fio", true, 0,
		"fio version 3 iolog\n"
		"0 /dev/sda add\n0 /dev/sda open\n"
		"0 /dev/sda write 4096 8192\n"
		"1 /dev/sda read 20015998341120 512\n"
		"1 /dev/sda sync 0 0\n"
		"3000000 /dev/sda read 4096 4096\n"
		"3000000 /dev/sda close\n");
	text_is("fio2", true, 0,
		"fio version 2 iolog\n"
		"/dev/sda add\n/dev/sda open\n"
		"/dev/sda write 4096 8192\n"
		"/dev/sda read 20015998341120 512\n"
		"/dev/sda sync 0 0\n"
		"/dev/sda wait 3000 0\n"
		"/dev/sda read 4096 4096\n"
		"/dev/sda close\n");
}

/* Completions stand where their times are. */
static void test_blkparse(void **state)
{
	(void)state;
	text_is("blkparse", true, 0,
		"  8,16   0        1     0.000000000    77  Q FWFS 8 + 16 [(null)]\n"
		"  8,16   0        2     0.000000000    77  D FWFS 8 + 16 [(null)]\n"
		"  8,16   0        3     0.000001000     0  Q RAM 39093746760 + 1 [(null)]\n"
		"  8,16   0        4     0.000001000     0  D RAM 39093746760 + 1 [(null)]\n"
		"  8,16   0        5     0.000001500    77  C FWFS 8 + 16 [0]\n"
		"  8,16   0        6     0.000001500     0  Q  FN [(null)]\n"
		"  8,16   0        7     0.000001500     0  D  FN [(null)]\n"
		"  8,16   0        8     0.000002000     0  C  FN 0 [0]\n"
		"  8,16   0        9     0.002345678     0  C RAM 39093746760 + 1 [0]\n"
		"  8,16   0       10     3.000000000     0  Q   R 8 + 8 [(null)]\n"
		"  8,16   0       11     3.000000000     0  D   R 8 + 8 [(null)]\n"
		"  8,16   0       12     3.000000001     0  C   R 8 + 8 [0]\n");
	text_is("blkparse", true, HFR_FF_LEVEL_QUEUE,
		"  8,16   0        1     0.000000000    77  Q FWFS 8 + 16 [(null)]\n"
		"  8,16   0        2     0.000001000     0  Q RAM 39093746760 + 1 [(null)]\n"
		"  8,16   0        3     0.000001500    77  C FWFS 8 + 16 [0]\n"
		"  8,16   0        4     0.000001500    77  C FWFS 8 [0]\n"
		"  8,16   0        5     0.000001500     0  Q  FW [(null)]\n"
		"  8,16   0        6     0.000002000     0  C  FW 0 [0]\n"
		"  8,16   0        7     0.002345678     0  C RAM 39093746760 + 1 [0]\n"
		"  8,16   0        8     3.000000000     0  Q   R 8 + 8 [(null)]\n"
		"  8,16   0        9     3.000000001     0  C   R 8 + 8 [0]\n");
}

#define HFP_REST ",ELAPSED_USECS.D,ELAPSED_TICKS.I,CMD.S,INFLIGHT_IOS.I,TS.I,SEQID.I,LUN_SSID.I,OP.I,PHASE.I,LBA.I,NBLKS.I,LATENCY_TICKS.I,HOST_ID.I,HOST_LUN.I,LATENCY_USECS.D"

static void test_hfplayer(void **state)
{
	(void)state;
	text_is("hfplayer", false, 0,
		"#DUMP_OFFSET.I" HFP_REST "\n"
		"0,0.000,0,WR_IN,0,0,0,0,1,0,8,16,1500,1,0,1.500\n"
		"1,1.000,1000,RD_IN,1,1000,1,0,0,0,39093746760,1,2344678,1,0,2344.678\n"
		"2,3000000.000,3000000000,RD_IN,0,3000000000,2,0,0,0,8,8,1,1,0,0.001\n");
}

/* Two roots, then one that waited for both, then one that waited for the last. */
static void test_annot(void **state)
{
	static const struct hft_dep_info info = {
		.kind = HFR_DEP_GLOBAL, .scopes = 1, .nodes = 3,
	};
	static const struct hfr_trace_rec recs[] = {
		{ .issue_ns = 0, .complete_ns = 9000, .length = 512,
		  .rank = 1, .global_rank = 1 },
		{ .issue_ns = 1000, .complete_ns = 2000, .length = 512,
		  .op = HFR_OP_WRITE },
		{ .issue_ns = 10000, .complete_ns = 11000, .length = 512,
		  .rank = 2, .global_rank = 2, .dep_lo = 0, .dep_hi = 2 },
		{ .issue_ns = 20000, .complete_ns = 21000, .length = 512,
		  .rank = 3, .global_rank = 3, .dep_lo = 2, .dep_hi = 3 },
	};
	struct hft_file file;
	struct hft_writer *w;
	size_t i, len;
	char *got;

	(void)state;
	if (hft_writer_open(&w, unit_path("deps.hft"), &err) ||
	    hft_writer_device(w, "lun 5", 0, 0) ||
	    hft_writer_deps(w, &info, &err))
		fail_msg("%s", err.text);
	for (i = 0; i < 4; i++)
		if (hft_writer_add(w, &recs[i], &err))
			fail_msg("%s", err.text);
	if (hft_writer_finish(w, HFR_FF_DEPS, WALL_NS, "{}", NULL, &err) ||
	    hft_open(&file, unit_path("deps.hft"), &err))
		fail_msg("%s", err.text);
	got = write_file("annot", &file, &len);
	assert_int_equal(sum.nnotes, 0);
	assert_string_equal(got,
		"#DUMP_OFFSET.I,ABS_SECS.D" HFP_REST ",DEP_PARENT_COUNT.I,DEP_PARENT_LIST.S\n"
		"0,1000000000.123456700,0.000,0,RD_IN,0,0,0,5,0,0,0,1,9000,1,5,9.000,0,NA\n"
		"1,1000000000.123457700,1.000,1000,WR_IN,1,1000,1,5,1,0,0,1,1000,1,5,1.000,0,NA\n"
		"2,1000000000.123466700,10.000,10000,RD_IN,0,10000,2,5,0,0,0,1,1000,1,5,1.000,2,1-0\n"
		"3,1000000000.123476700,20.000,20000,RD_IN,0,20000,3,5,0,0,0,1,1000,1,5,1.000,1,2\n");
	free(got);
	hft_close(&file);
}

/* Numbers of @size bytes in the order of the host, which is little here. */
static uint64_t at(const char *data, size_t offset, size_t size)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < size; i++)
		v |= (uint64_t)(uint8_t)data[offset + i] << (8 * i);
	return v;
}

static void check_blktrace(const char *p, uint32_t sequence, uint64_t ns,
			   uint32_t action)
{
	assert_int_equal(at(p, 0, 4), 0x65617407);
	assert_int_equal(at(p, 4, 4), sequence);
	assert_int_equal(at(p, 8, 8), 1000000000 + ns);
	assert_int_equal(at(p, 32 - 4, 4), action);
	assert_int_equal(at(p, 36, 4), 8 << 20 | 16);
}

static void test_blktrace(void **state)
{
	const size_t notes = 48 + 8 + 48 + 60;
	size_t len;
	char *p = write_small("blktrace", true, 0, &len);

	(void)state;
	assert_int_equal(len, notes + 12 * 48);
	check_blktrace(p, 1, 0, 1U << 26 | 1);
	assert_int_equal(at(p, 48, 4), 1000000000);
	assert_int_equal(at(p, 52, 4), 123456700);
	check_blktrace(p + 56, 2, 0, 1U << 26 | 2);
	assert_memory_equal(p + 56 + 48, "hfctl: Q", 8);
	/* Write, flush, FUA and sync; queued, then issued. */
	check_blktrace(p + notes, 3, 0, (2U | 4 | 8 | 1U << 15) << 16 |
					1U << 20 | 1);
	check_blktrace(p + notes + 48, 4, 0, (2U | 4 | 8 | 1U << 15) << 16 |
					     1U << 22 | 7);
	assert_int_equal(at(p, notes + 16, 8), 8);
	assert_int_equal(at(p, notes + 24, 4), 8192);
	assert_int_equal(at(p, notes + 32, 4), 77);
	/* Read, ahead, metadata. */
	check_blktrace(p + notes + 2 * 48, 5, 1000,
		       (1U | 1U << 11 | 1U << 12) << 16 | 1U << 20 | 1);
	assert_int_equal(at(p, notes + 2 * 48 + 16, 8), 39093746760);
	/* The first completes; a flush of the flush machinery. */
	check_blktrace(p + notes + 4 * 48, 7, 1500,
		       (2U | 4 | 8 | 1U << 15) << 16 | 1U << 23 | 8);
	check_blktrace(p + notes + 6 * 48, 9, 1500, 5U << 16 | 1U << 22 | 7);
	free(p);
}

static void check_vscsi(const char *p, size_t cmd, size_t len, uint16_t code,
			uint16_t version, uint32_t bytes)
{
	assert_int_equal(at(p, cmd, 2), code);
	assert_int_equal(at(p, cmd + 2, 2), version);
	assert_int_equal(at(p, len, 4), bytes);
}

static void test_vscsi(void **state)
{
	size_t len;
	char *p = write_small("vscsi", true, 0, &len);

	(void)state;
	assert_int_equal(len, 4 * 32);
	check_vscsi(p, 12, 4, 0x2a, 0x100, 8192);
	assert_int_equal(at(p, 0, 4), 1);
	assert_int_equal(at(p, 8, 4), 1);
	assert_int_equal(at(p, 16, 8), 8);
	assert_int_equal(at(p, 24, 8), 0);
	/* Its block has more than 32 bits. */
	check_vscsi(p + 32, 12, 4, 0x88, 0x100, 512);
	assert_int_equal(at(p, 32 + 16, 8), 39093746760);
	check_vscsi(p + 64, 12, 4, 0x35, 0x100, 0);
	check_vscsi(p + 96, 12, 4, 0x28, 0x100, 4096);
	assert_int_equal(at(p, 96 + 24, 8), 3000000);
	free(p);
	p = write_small("vscsi2", true, 0, &len);
	assert_int_equal(len, 4 * 40);
	check_vscsi(p + 40, 0, 8, 0x88, 0x200, 512);
	assert_int_equal(at(p, 40 + 4, 4), 2);
	assert_int_equal(at(p, 40 + 16, 8), 39093746760);
	assert_int_equal(at(p, 40 + 24, 8), 1);
	assert_int_equal(at(p, 40 + 32, 8), 2345);
	free(p);
}

static void test_oracle(void **state)
{
	size_t len;
	char *p = write_small("oraclegeneral", false, 0, &len);

	(void)state;
	assert_int_equal(len, 3 * 24);
	assert_int_equal(at(p, 0, 4), 0);
	assert_int_equal(at(p, 4, 8), 8);
	assert_int_equal(at(p, 12, 4), 8192);
	/* The third request is for the same block. */
	assert_int_equal(at(p, 16, 8), 3);
	assert_int_equal(at(p, 24 + 4, 8), 39093746760);
	assert_int_equal(at(p, 24 + 16, 8), (uint64_t)-1);
	assert_int_equal(at(p, 48, 4), 3);
	assert_int_equal(at(p, 48 + 16, 8), (uint64_t)-1);
	free(p);
}

/* Compressed or not, the bytes of the trace. */
static void test_hft(void **state)
{
	struct hft_file file;
	size_t len;
	char *p;

	(void)state;
	make(&file, true, 0);
	p = write_file("hft", &file, &len);
	assert_int_equal(len, file.size);
	assert_memory_equal(p, file.map, len);
	free(p);
	hft_close(&file);
}

static void test_csv(void **state)
{
	(void)state;
	text_is("csv", true, 0,
		"time,latency,op,offset,length,target,stream,flags\n"
		"0,1500,write,4096,8192,sda,77,fua|preflush|sync\n"
		"1000,2344678,read,20015998341120,512,sda,0,meta|rahead\n"
		"1500,500,flush,0,0,sda,0,\n"
		"3000000000,1,read,4096,4096,sda,0,\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_blkparse),
		cmocka_unit_test(test_hfplayer),
		cmocka_unit_test(test_annot),
		cmocka_unit_test(test_blktrace),
		cmocka_unit_test(test_vscsi),
		cmocka_unit_test(test_oracle),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_hft),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
