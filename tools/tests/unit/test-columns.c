// SPDX-License-Identifier: GPL-2.0-only
/* Tables of text and the maps of their columns. */
#include <errno.h>

#include "columns.h"
#include "import-files.h"
#include "lines.h"

#define CSV(text) (&(struct import_opts){ .from = "csv", .columns = (text) })

static void test_all_fields(void **state)
{
	struct hft_file file;

	(void)state;
	good("# a comment\n"
	     "5.5,write,8,4096,sdb,77,fua|sync,1500,x\n"
	     "6.000000001,R,0x10,512,sdc,78,,NA,y\n",
	     CSV("time:ms,op,offset:sectors,length:bytes,target,stream,flags,latency:us,-"),
	     &file);
	assert_string_equal(sum.format, "csv");
	assert_int_equal(sum.incomplete, 1);
	assert_int_equal(sum.events, 3);
	expect(&file, 0, 0, 1500000, HFR_OP_WRITE, 4096, 4096);
	/* It was in flight when the trace ended, and ends with it. */
	expect(&file, 1, 500000, 1500000, HFR_OP_READ, 8192, 512);
	assert_int_equal(file.recs[0].flags, HFR_RF_FUA | HFR_RF_SYNC);
	assert_int_equal(file.recs[0].stream, 77);
	assert_int_equal(file.recs[1].flags, 0);
	assert_int_equal(file.recs[1].target, 1);
	assert_string_equal((const char *)file.devs[1].name, "sdc");
	assert_int_equal(file.hdr->wall_start_ns, 0);
	hft_close(&file);
}

/* What hfctl convert --dump prints can be read back. */
static void test_dump(void **state)
{
	struct hft_file file;

	(void)state;
	good("issue_ns,complete_ns,op,offset,length,target,flags\n"
	     "0,100,write-zeroes,4096,8192,0,nomerge|async\n"
	     "7,,flush,0,0,1,\n"
	     "9,200,secure-erase,0,512,0,\n",
	     CSV("skip=1,time:ns,complete:ns,op,offset:bytes,length:bytes,target,flags"),
	     &file);
	assert_int_equal(file.count, 3);
	expect(&file, 0, 0, 100, HFR_OP_WRITE_ZEROES, 4096, 8192);
	expect(&file, 1, 7, HFR_UNKNOWN, HFR_OP_FLUSH, 0, 0);
	expect(&file, 2, 9, 200, HFR_OP_SECURE_ERASE, 0, 512);
	assert_int_equal(file.recs[0].flags, HFR_RF_NOMERGE | HFR_RF_ASYNC);
	hft_close(&file);
}

static void test_units(void **state)
{
	struct hft_file file;

	(void)state;
	/* An OpenMail trace: kibibytes, spaces, columns in another order. */
	good("W     115152   8192 0.011692 1f056000\n"
	     "R     115216   3072 0.018301 1f056000\n",
	     CSV("sep=space,op,offset:1k,length:bytes,time:s,target"), &file);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 115152 * 1024, 8192);
	expect(&file, 1, 6609000, HFR_UNKNOWN, HFR_OP_READ, 115216 * 1024,
	       3072);
	assert_string_equal((const char *)file.devs[0].name, "1f056000");
	hft_close(&file);
	good("1538323200.25;1;2\n", CSV("sep=;,time:unix-s,offset:4k,length:sectors,op=read"),
	     &file);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 4096, 1024);
	assert_int_equal(file.hdr->wall_start_ns, 1538323200250000000ULL);
	hft_close(&file);
	good("128166385295514663\t5\n128166385295514664\t6\n",
	     CSV("sep=tab,time:filetime,offset:64k,op=write,length=4k"), &file);
	expect(&file, 1, 100, HFR_UNKNOWN, HFR_OP_WRITE, 6 * 65536, 4096);
	/* 2007-02-22 17:02:09.5514663 */
	assert_int_equal(file.hdr->wall_start_ns, 1172164929551466300ULL);
	hft_close(&file);
	good("3\n4\n", CSV("offset:4k,time=0,op=read,length=512"), &file);
	expect(&file, 1, 0, HFR_UNKNOWN, HFR_OP_READ, 16384, 512);
	hft_close(&file);
}

/* Nothing between two tabs is a column, also at the ends of a line. */
static void test_empty_columns(void **state)
{
	struct hft_file file;

	(void)state;
	good("\t1\t\tR\t8\t\n"
	     " \t\t\n"
	     "9\t2\tsda\tW\t16\tsync\n",
	     CSV("sep=tab,latency:us,time:us,-,op,offset:sectors,flags,length=512"),
	     &file);
	assert_int_equal(file.count, 2);
	assert_int_equal(sum.incomplete, 1);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 4096, 512);
	expect(&file, 1, 1000, 10000, HFR_OP_WRITE, 8192, 512);
	assert_int_equal(file.recs[1].flags, HFR_RF_SYNC);
	hft_close(&file);
}

/* Of a device that is not wanted nothing counts as without completion. */
static void test_incomplete(void **state)
{
	struct import_opts opts = {
		.from = "csv", .device = "b",
		.columns = "time:us,latency:us,op,offset:4k,length:4k,target",
	};
	struct hft_file file;

	(void)state;
	good("1,,R,1,1,a\n2,5,R,1,1,b\n3,,R,1,1,a\n4,,R,1,1,b\n", &opts,
	     &file);
	assert_int_equal(sum.filtered, 2);
	assert_int_equal(sum.incomplete, 1);
	hft_close(&file);
}

static void test_operations(void **state)
{
	struct hft_file file;

	(void)state;
	good("0 2a 0\n1 88 1\n2 12 2\n3 28 3\n",
	     CSV("sep=space,time:us,op:write=2a|8a:read=28|88:skip=12,offset:512,length=512"),
	     &file);
	assert_int_equal(file.count, 3);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(file.recs[0].op, HFR_OP_WRITE);
	assert_int_equal(file.recs[1].op, HFR_OP_READ);
	assert_int_equal(file.recs[2].op, HFR_OP_READ);
	hft_close(&file);
	good("0|FWFS|0|1\n1|DE|8|8\n2|RA|0|8\n3|F|0|0\n4|N|0|0\n",
	     CSV("sep=pipe,time:us,op:rwbs,offset:sectors,length:sectors"),
	     &file);
	assert_int_equal(file.count, 4);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(file.recs[0].op, HFR_OP_WRITE);
	assert_int_equal(file.recs[0].flags,
			 HFR_RF_PREFLUSH | HFR_RF_FUA | HFR_RF_SYNC);
	assert_int_equal(file.recs[1].op, HFR_OP_SECURE_ERASE);
	assert_int_equal(file.recs[2].flags, HFR_RF_RAHEAD);
	assert_int_equal(file.recs[3].op, HFR_OP_FLUSH);
	hft_close(&file);
	good("0 1 Read\n1 1 WRITE x\n2 1 trim\n3 1 sync\n4 1 write-zeroes\n",
	     CSV("sep=space,time:s,offset:4k,op,length=4k,..."), &file);
	assert_int_equal(file.count, 5);
	assert_int_equal(file.recs[0].op, HFR_OP_READ);
	assert_int_equal(file.recs[1].op, HFR_OP_WRITE);
	assert_int_equal(file.recs[2].op, HFR_OP_DISCARD);
	expect(&file, 3, 3000000000, HFR_UNKNOWN, HFR_OP_FLUSH, 0, 0);
	assert_int_equal(file.recs[4].op, HFR_OP_WRITE_ZEROES);
	hft_close(&file);
}

static void test_quotes(void **state)
{
	struct hft_file file;

	(void)state;
	good("\"0\" , \"a, \"\"b\"\"\",\"R\",0,512\n1,c,W,\"512\",\t512\t\n",
	     CSV("time:s,target,op,offset:bytes,length:bytes"), &file);
	assert_string_equal((const char *)file.devs[0].name, "a, \"b\"");
	expect(&file, 1, 1000000000, HFR_UNKNOWN, HFR_OP_WRITE, 512, 512);
	hft_close(&file);
}

static void test_bad_lines(void **state)
{
	const char *const map = "time:s,op,offset:sectors,length:bytes,target";

	(void)state;
	bad("0,r,0,512\nx\n", CSV(map), "line 1: 4 columns of 5");
	bad("0,r,0,512,a,b\nx\n", CSV(map), "line 1: more than 5 columns");
	bad("time,op,offset,length,target\n0,r,0,512,a\n", CSV(map),
	    "line 1: column 1 is no time: \"time\"");
	bad("0,r,0,512,a\n1,x,0,512,a\nx\n", CSV(map),
	    "line 2: \"x\" is no operation");
	bad("0,r,-1,512,a\nx\n", CSV(map), "column 3 is no offset: \"-1\"");
	bad("0,r,36028797018963968,512,a\nx\n", CSV(map), "column 3 is no off");
	bad("0,r,0,4294967296,a\nx\n", CSV(map), "column 4 is no length");
	bad("0,r,0,513,a\nx\n", CSV(map), "line 1: the request has a length");
	bad("0,r,0,512,\nx\n", CSV(map), "column 5 is no target: \"\"");
	bad("-5,r,0,512,a\nx\n", CSV(map), "column 1 is no time");
	bad("0,r,0,512,a\nx\n", CSV("time:s,op:read=0,offset:512,length:bytes,target"),
	    "\"r\" is no operation");
	bad("0,r,0,512,now\nx\n", CSV("time:s,op,offset:512,length:bytes,flags"),
	    "column 5 is no flags: \"now\"");
	bad("9,r,0,512,8\nx\n", CSV("time:s,op,offset:512,length:bytes,complete:s"),
	    "completes 1000000000 ns before");
	bad("18446744073,r,0,512,999999999\nx\n",
	    CSV("time:s,op,offset:512,length:bytes,latency:s"),
	    "ends too late");
	bad("0,r,0,512\n", &(struct import_opts){ .from = "csv" },
	    "needs --columns");
}

static void bad_map(const char *map, const char *says)
{
	struct column_map parsed;

	err.text[0] = '\0';
	if (!column_map_parse(map, &parsed, &err))
		fail_msg("%s is taken", map);
	assert_says(&err, says);
}

static void test_bad_maps(void **state)
{
	char long_map[2048];

	(void)state;
	bad_map("", "\"\": the columns are time,");
	bad_map("time:s,op,offset:bytes", "no column is named length; length=4k");
	bad_map("op,offset:bytes,length=1", "no column is named time; time=0");
	bad_map("time:s,offset:bytes,length=1", "no column is named op; op=r");
	bad_map("time:s,op,length:bytes", "no column is named offset");
	bad_map("time,op", "\"time\": a time needs its unit");
	bad_map("time:h", "\"time:h\": a time needs its unit");
	bad_map("latency:unix-s", "does not count from 1970");
	bad_map("offset", "\"offset\": needs its unit");
	bad_map("offset:0", "\"offset:0\": needs its unit");
	bad_map("op,op", "\"op\": is given twice");
	bad_map("op,op=read", "\"op=read\": is given twice");
	bad_map("op:0=read", "the operations are read, write");
	bad_map("op:read", "words for operations are");
	bad_map("sep=\"", "the separators are");
	bad_map("sep=ab", "the separators are");
	bad_map("skip=x", "is no number of lines");
	bad_map("target:s", "takes no unit");
	bad_map("...,op", "\"op\": stands behind \"...\"");
	bad_map("op=x", "\"op=x\": is no operation");
	bad_map("length=8g", "is no length");
	bad_map("time=1", "what can be given for all requests");
	bad_map("target=1", "what can be given for all requests");
	bad_map("time:s,op,offset:1,length:1,latency:s,complete:s",
		"not both");
	bad_map("time:s,op,offset:1,length:1,complete:filetime",
		"complete and time are of one clock");
	bad_map("op:read=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "too many or too");
	memset(long_map, '-', sizeof(long_map));
	long_map[sizeof(long_map) - 1] = '\0';
	bad_map(long_map, "longer than");
	memset(long_map, ',', 200);
	long_map[200] = '\0';
	bad_map(long_map, "the columns are");
}

/* --columns stands for --from csv and goes with nothing else. */
static void test_from(void **state)
{
	struct import_opts opts = { .columns = "time:s,op,offset:1,length:1" };
	struct import_opts msr = { .columns = opts.columns, .from = "msr" };
	struct import_opts none = { 0 };

	(void)state;
	assert_int_equal(import_check_opts(&opts, &err), 0);
	assert_string_equal(opts.from, "csv");
	assert_int_equal(import_check_opts(&none, &err), 0);
	assert_null(none.from);
	assert_int_equal(import_check_opts(&msr, &err), -EINVAL);
	assert_says(&err, "--columns goes with --from csv only");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_fields),
		cmocka_unit_test(test_dump),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_empty_columns),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_operations),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_bad_maps),
		cmocka_unit_test(test_from),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
