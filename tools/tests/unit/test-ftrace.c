// SPDX-License-Identifier: GPL-2.0-only
/* Texts of tracefs, trace-cmd, perf and blkparse. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "array.h"
#include "trace-files.h"

static void text(unsigned int n, const char *s)
{
	trace_write(n, s, strlen(s));
}

static const struct import_opts none;

static void test_tracefs(void **state)
{
	(void)state;
	text(0,
	     "# tracer: nop\n"
	     "#\n"
	     "# entries-in-buffer/entries-written: 9/14   #P:2\n"
	     "#          TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
	     "   kworker/0:1H-54      [000] .....  10.000100: block_rq_issue: 8,16 FF 0 () 0 + 0 none,0,0 [kworker/0:1H]\n"
	     "   a [b] c: d-77      [001] d..1.  10.000110: block_rq_issue: 8,16 WFSM 4096 () 2048 + 8 rt,0,3 [a [b] c: d]\n"
	     "         <idle>-0       [001] ..s1.  10.000200: block_rq_complete: 8,16 FF () 18446744073709551615 + 0 none,0,0 [0]\n"
	     "         <idle>-0       [001] ..s1.  10.000250: block_rq_complete: 8,16 WFSM () 2048 + 8 rt,0,3 [0]\n"
	     "             dd-99      [000] .....  10.000300: sched_switch: prev_comm=dd\n"
	     "             dd-99   (     99) [000] .....  10.000300: block_rq_issue: 8,16 W 4096 () 4096 + 8 [dd]\n"
	     "CPU:1 [LOST 3 EVENTS]\n"
	     "             dd-99      [000] .....  10.000400: block_rq_complete: 8,16 W () 4096 + 8 [0]\n");
	trace_read_ok(1, &none);
	assert_string_equal(sum.format, "ftrace");
	assert_string_equal(sum.level, "driver");
	assert_int_equal(trace.count, 3);
	check_rec(0, 0, 100000, HFR_OP_FLUSH, 0, 0, 0);
	check_rec(1, 10000, 150000, HFR_OP_WRITE, 2048, 8,
		  HFR_RF_FUA | HFR_RF_SYNC | HFR_RF_META);
	check_rec(2, 200000, 300000, HFR_OP_WRITE, 4096, 8, HFR_RF_ASYNC);
	assert_int_equal(trace.recs[0].prio, 0);
	assert_int_equal(trace.recs[1].prio, 1 << 13 | 3);
	assert_int_equal(trace.recs[1].stream, 77);
	assert_int_equal(trace.recs[2].stream, 99);
	assert_int_equal(trace.devs[0].major, 8);
	assert_int_equal(trace.devs[0].minor, 16);
	assert_int_equal(sum.lost, 5 + 3);
	assert_int_equal(sum.junk, 0);
	hft_close(&trace);
}

static void test_perf_and_trace_cmd(void **state)
{
	(void)state;
	text(0,
	     "cpus=4\n"
	     "CPU 2 is empty\n"
	     "kworker/4:1H   533 [004] 543348.164815: block:block_rq_issue: 259,0 RM 4096 () 2564656 + 8 [kworker/4:1H]\n"
	     "\tffffffff813a1b2c blk_mq_start_request ([kernel.kallsyms])\n"
	     "\n"
	     "swapper     0 [004] 543348.164915123: block:block_rq_complete: 259,0 RM () 2564656 + 8 [0]\n"
	     " fio-9050/9051 [001] 543349.000000: block_rq_issue:       259,0 RA 8192 () 64 + 16 [fio]\n"
	     " fio-9050  [001] 543349.000001: block_rq_complete:    259,0 RA () 64 + 16 [0]\n"
	     "my fio  77 543349.000002:       block:block_rq_issue: 259,0 W 4096 () 8 + 8 [my fio]\n"
	     "my fio  77 543349.000003:    block:block_rq_complete: 259,0 W () 8 + 8 [0]\n");
	trace_read_ok(1, &none);
	assert_int_equal(trace.count, 3);
	check_rec(0, 0, 100123, HFR_OP_READ, 2564656, 8, HFR_RF_META);
	check_rec(1, 835185000, 835186000, HFR_OP_READ, 64, 16,
		  HFR_RF_RAHEAD);
	assert_int_equal(trace.recs[0].stream, 533);
	assert_int_equal(trace.recs[1].stream, 9050);
	assert_int_equal(trace.recs[2].stream, 77);
	hft_close(&trace);
}

static void test_operations(void **state)
{
	(void)state;
	text(0,
	     " a-1 [000] 1.000000: block_rq_issue: 8,0 D 4096 () 0 + 8 [a]\n"
	     " a-1 [000] 1.000001: block_rq_issue: 8,0 DES 4096 () 8 + 8 [a]\n"
	     " a-1 [000] 1.000002: block_rq_issue: 8,0 NS 4096 () 16 + 8 [a]\n"
	     " a-1 [000] 1.000003: block_rq_issue: 8,0 N 36 () 0 + 0 [a]\n"
	     " a-1 [000] 1.000004: block_rq_issue: 8,0 R 512 (12 00 00) 0 + 1 [a]\n"
	     " a-1 [000] 1.000005: block_rq_issue: 8,0 ZAS 4096 () 0 + 8 [a]\n"
	     " a-1 [000] 1.000006: block_rq_issue: 8,0 ZRA 0 () 0 + 0 [a]\n"
	     " a-1 [000] 1.000007: block_rq_issue: 8,0 WSU 4096 () 24 + 8 [a]\n"
	     " a-1 [000] 1.000008: block_rq_complete: 8,0 WS () 24 + 0 [0]\n");
	trace_read_ok(1, &none);
	assert_int_equal(trace.count, 4);
	assert_int_equal(sum.unsupported, 4);
	check_rec(0, 0, HFR_UNKNOWN, HFR_OP_DISCARD, 0, 8, 0);
	check_rec(1, 1000, HFR_UNKNOWN, HFR_OP_SECURE_ERASE, 8, 8, HFR_RF_SYNC);
	check_rec(2, 2000, HFR_UNKNOWN, HFR_OP_WRITE_ZEROES, 16, 8, HFR_RF_SYNC);
	check_rec(3, 7000, HFR_UNKNOWN, HFR_OP_WRITE, 24, 8, HFR_RF_SYNC);
	hft_close(&trace);
}

#define QUEUE_AND_ISSUE \
	" a-1 [000] 1.000000: block_bio_queue: 8,0 WS 0 + 8 [a]\n" \
	" a-1 [000] 1.000001: block_bio_queue: 8,0 WS 8 + 8 [a]\n" \
	" a-1 [000] 1.000002: block_rq_issue: 8,0 WS 8192 () 0 + 16 [a]\n" \
	" a-1 [000] 1.000003: block_rq_complete: 8,0 WS () 0 + 16 [0]\n" \
	" a-1 [000] 1.000004: block_bio_queue: 8,16 R 0 + 8 [a]\n" \
	" a-1 [000] 1.000005: block_bio_complete: 8,16 R 0 + 8 [0]\n"

static void test_levels(void **state)
{
	struct import_opts opts = { .level = IMPORT_LEVEL_QUEUE };

	(void)state;
	text(0, QUEUE_AND_ISSUE);
	trace_read_ok(1, &none);
	assert_string_equal(sum.level, "driver");
	assert_int_equal(trace.count, 1);
	check_rec(0, 0, 1000, HFR_OP_WRITE, 0, 16, HFR_RF_SYNC);
	assert_false(trace.hdr->flags & HFR_FF_LEVEL_QUEUE);
	assert_int_equal(sum.unmatched, 0);
	hft_close(&trace);

	trace_read_ok(1, &opts);
	assert_int_equal(trace.count, 3);
	check_rec(1, 1000, 3000, HFR_OP_WRITE, 8, 8, HFR_RF_SYNC);
	check_rec(2, 4000, 5000, HFR_OP_READ, 0, 8, 0);
	assert_true(trace.hdr->flags & HFR_FF_LEVEL_QUEUE);
	hft_close(&trace);

	/* The device that is left has bios only. */
	opts.level = IMPORT_LEVEL_ANY;
	opts.device = "8,16";
	trace_read_ok(1, &opts);
	assert_string_equal(sum.level, "queue");
	assert_int_equal(trace.count, 1);
	assert_int_equal(sum.filtered, 2);
	hft_close(&trace);

	opts.level = IMPORT_LEVEL_ISSUE;
	assert_int_not_equal(trace_read(1, &opts), 0);
	assert_non_null(strstr(err.text, "--event queue"));

	opts.device = "9,9";
	assert_int_not_equal(trace_read(1, &opts), 0);
	assert_non_null(strstr(err.text, "8,0 8,16"));
}

static void test_files_are_merged(void **state)
{
	(void)state;
	text(0, "# hfreplay device: 8,0 sda 1048576 4096\n"
	     "# hfreplay clock: 0.500000000 1700000000.000000000\n"
	     " a-1 [000] 1.000000001: block_rq_issue: 8,0 R 4096 () 0 + 8 [a]\n"
	     " a-1 [000] 1.000000004: block_rq_complete: 8,0 R () 8 + 8 [0]\n");
	text(1, "");
	text(2, " a-1 [001] 1.000000002: block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\n"
	     " a-1 [001] 1.000000003: block_rq_complete: 8,0 R () 0 + 8 [0]\n");
	trace_read_ok(3, &none);
	assert_int_equal(trace.count, 2);
	check_rec(0, 0, 2, HFR_OP_READ, 0, 8, 0);
	check_rec(1, 1, 3, HFR_OP_READ, 8, 8, 0);
	assert_string_equal((const char *)trace.devs[0].name, "sda");
	assert_int_equal(trace.devs[0].size, 1048576);
	assert_int_equal(trace.devs[0].logical_block, 4096);
	assert_int_equal(trace.hdr->wall_start_ns, 1700000000500000001);
	hft_close(&trace);
}

#define SPOOL_HEAD \
	"# hfreplay device: 253,0 dm-0 1048576 512\n" \
	"# hfreplay device: 8,1 sda1 1048576 512\n" \
	"# hfreplay device: 8,16 sdb 1048576 512\n"

/* A device over a partition: see place_remap() in tap.c. */
#define SPOOL_STACK SPOOL_HEAD \
	" a-1 [000] 1.000000001: block_bio_queue: 253,0 R 64 + 8 [a]\n" \
	" a-1 [000] 1.000000002: block_bio_remap: 8,0 R 8 + 8 <- (253,0) 64\n" \
	" a-1 [000] 1.000000003: block_bio_remap: 8,1 R 8 + 8 <- (8,0) 8\n" \
	" a-1 [000] 1.000000004: block_bio_queue: 8,1 R 8 + 8 [a]\n" \
	" a-1 [000] 1.000000005: block_rq_complete: 8,1 R () 8 + 8 [0]\n" \
	" a-1 [000] 1.000000006: block_bio_complete: 253,0 R 64 + 8 [0]\n"

static void test_stated_devices(void **state)
{
	struct import_opts opts = { .level = IMPORT_LEVEL_QUEUE };

	(void)state;
	text(0, SPOOL_STACK);
	trace_read_ok(1, &opts);
	assert_int_equal(trace.hdr->device_count, 3);
	assert_string_equal((const char *)trace.devs[0].name, "dm-0");
	assert_string_equal((const char *)trace.devs[2].name, "sdb");
	assert_int_equal(trace.count, 2);
	assert_int_equal(sum.stacked, 1);
	hft_close(&trace);

	/* Those that are left without requests are no targets then. */
	opts.dedup = true;
	trace_read_ok(1, &opts);
	assert_int_equal(trace.hdr->device_count, 1);
	assert_string_equal((const char *)trace.devs[0].name, "sda1");
	check_rec(0, 0, 1, HFR_OP_READ, 8, 8, 0);
	hft_close(&trace);

	opts.dedup = false;
	opts.device = "sda1";
	trace_read_ok(1, &opts);
	assert_int_equal(trace.hdr->device_count, 1);
	hft_close(&trace);

	text(0, SPOOL_HEAD);
	assert_int_not_equal(trace_read(1, &none), 0);
}

static void test_cut_off(void **state)
{
	(void)state;
	text(0, " a-1 [000] 1.000000: block_rq_issue: 8,0 R 4096 () 0 + 8 [a]\n"
	     " a-1 [000] 1.000001: block_rq_complete: 8,0 R () 0 + 8 [0]\n"
	     " a-1 [000] 1.000002: block_rq_issue: 8,0 R 4096 () 16 + 12");
	trace_read_ok(1, &none);
	assert_int_equal(trace.count, 1);
	assert_true(sum.cut_off);
	hft_close(&trace);
}

static void test_junk(void **state)
{
	static const char * const bad[] = {
		"block_rq_issue: 8,0 Q 4096 () 0 + 8 [a]",
		"block_rq_issue: 8,0 R 4096 () 0 + [a]",
		"block_rq_issue: 8 R 4096 () 0 + 8 [a]",
		"block_rq_issue: 8,0 R 4096 ( 0 + 8 [a]",
		"block_rq_issue: 8,0 R 4096 () 99999999999999999999 + 8 [a]",
		"block_rq_issue: 8,0 R 4096 () 36028797018963968 + 8 [a]",
		"block_rq_issue: 8,0 WS 4096 () 0 + 262144 [a]",
		"block_rq_issue: 8,0",
		"block_rq_issue:",
	};
	struct import_opts opts = { .max_junk = 1, .from = "ftrace" };
	char buf[512];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(buf, sizeof(buf), " a-1 [000] 1.000000: %s\n"
			 " a-1 [000] 1.000001: block_rq_issue: 8,0 R 4096 () 0 + 8 [a]\n",
			 bad[i]);
		text(0, buf);
		trace_read_ok(1, &opts);
		assert_int_equal(sum.junk, 1);
		assert_int_equal(trace.count, 1);
		hft_close(&trace);
		assert_int_not_equal(trace_read(1, &none), 0);
	}
	assert_non_null(strstr(err.text, "line 1"));
}

static void test_blkparse(void **state)
{
	(void)state;
	text(0,
	     "  8,0    1        1     0.000000000 17852  A  WS 16 + 8 <- (8,1) 8\n"
	     "  8,0    1        2     0.000000500 17852  Q  WS 16 + 8 [my proc]\n"
	     "  8,0    1        3     0.000001000 17852  P   N [my proc]\n"
	     "  8,0    1        4     0.000002000 17852  D  WS 16 + 8 [my proc]\n"
	     "  8,0    0        5     0.000003000     0  D  FN [kworker/0:1H]\n"
	     "  8,0    0        6     0.000004000     0  C  FN 0 [0]\n"
	     "  8,0    0        7     0.000005000     0  C  WS 16 + 8 (    3000) [0]\n"
	     "  8,0    0        8     0.000006000     0  D   R 36 (12 00 00 00 24 00 ..) [smartd]\n"
	     "  8,0    0        9     0.000007000     0  C  WS 0 [0]\n"
	     "  8,0    0        0     0.000008000     0  m   N cfq schedule dispatch\n"
	     "CPU0 (sda):\n Reads Queued:           0,        0KiB\n\n");
	trace_read_ok(1, &none);
	assert_string_equal(sum.format, "blkparse");
	assert_int_equal(trace.count, 2);
	check_rec(0, 0, 3000, HFR_OP_WRITE, 16, 8, HFR_RF_SYNC);
	check_rec(1, 1000, 2000, HFR_OP_FLUSH, 0, 0, 0);
	assert_int_equal(trace.recs[0].stream, 17852);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(sum.junk, 0);
	hft_close(&trace);
}

/* What blkparse -f prints may be anything. */
static void test_blkparse_own_format(void **state)
{
	const struct import_opts opts = { .from = "blkparse" };

	(void)state;
	text(0, "    0.000000000 17852 Q WS 16 8\n\n");
	assert_int_equal(trace_read(1, &opts), -EINVAL);
	assert_non_null(strstr(err.text,
			       "line 1: not a line of blkparse in its default format (without -f"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tracefs),
		cmocka_unit_test(test_perf_and_trace_cmd),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_files_are_merged),
		cmocka_unit_test(test_stated_devices),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_junk),
		cmocka_unit_test(test_blkparse),
		cmocka_unit_test(test_blkparse_own_format),
	};

	return cmocka_run_group_tests(tests, trace_setup, trace_teardown);
}
