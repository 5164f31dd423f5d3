// SPDX-License-Identifier: GPL-2.0-only
/* Formats of text that have a line per request. */
#include "import-files.h"

#define SNOOP_HEAD "TIME(s)     COMM           PID    DISK    T SECTOR     BYTES   LAT(ms)\n"
#define QUE_HEAD "TIME(s)     COMM           PID    DISK    T SECTOR     BYTES  QUE(ms) LAT(ms)\n"

static const struct import_opts queue = { .level = IMPORT_LEVEL_QUEUE };

static const struct import_opts *from(const char *name)
{
	static struct import_opts opts;

	opts.from = name;
	return &opts;
}

/* Stamps are those of the completions; the first is 0. */
static void test_biosnoop(void **state)
{
	struct hft_file file;

	(void)state;
	good(SNOOP_HEAD
	     "0.000004    supervise      1950   xvda1   W 13092560   4096       0.74\n"
	     "0.000178    my own prog    1951   xvdb    R 13092432   8192       0.61\n"
	     "Possibly lost 3 samples\n"
	     "1.022346    supervise      1950   <unknown> W 13115272   4096       0.98\n"
	     "1.022347    supervise      1950   xvda1   R 0          0          0.98\n",
	     NULL, &file);
	assert_string_equal(sum.format, "biosnoop");
	assert_string_equal(sum.level, "driver");
	assert_int_equal(sum.lost, 3);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(file.count, 3);
	expect(&file, 0, 0, 740000, HFR_OP_WRITE, 13092560ULL * 512, 4096);
	expect(&file, 1, 304000, 914000, HFR_OP_READ, 13092432ULL * 512, 8192);
	expect(&file, 2, 1022102000, 1023082000, HFR_OP_WRITE,
	       13115272ULL * 512, 4096);
	assert_int_equal(file.recs[1].stream, 1951);
	assert_string_equal((const char *)file.devs[1].name, "xvdb");
	assert_int_equal(file.hdr->flags, HFR_FF_COMPLETIONS);
	hft_close(&file);
}

/* That of libbpf-tools has the letters of blktrace. */
static void test_biosnoop_letters(void **state)
{
	struct hft_file file;

	(void)state;
	good("TIME(s)     COMM           PID     DISK    T    SECTOR     BYTES   LAT(ms)\n"
	     "0.000000    kworker/u8:2   77      sda     WFS  2048       4096      1.000\n"
	     "0.000001    kworker/u8:2   0       sda     FF   -1         0         1.000\n"
	     "0.000002    fstrim         5       sda     DS   8          8192      1.000\n"
	     "0.000003    fstrim         5       sda     N    0          0         1.000\n"
	     "lost 12 events on CPU #3\n"
	     "lost some\n",
	     NULL, &file);
	assert_int_equal(file.count, 3);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(sum.lost, 13);
	expect(&file, 0, 0, 1000000, HFR_OP_WRITE, 1048576, 4096);
	assert_int_equal(file.recs[0].flags, HFR_RF_FUA | HFR_RF_SYNC);
	expect(&file, 1, 1000, 1001000, HFR_OP_FLUSH, 0, 0);
	expect(&file, 2, 2000, 1002000, HFR_OP_DISCARD, 4096, 8192);
	hft_close(&file);
}

#define QUEUED QUE_HEAD \
	"0.000000    kworker/u72:1  13379  nvme1n1 W 1142400    4096      0.01    0.55\n" \
	"0.000771    sync           22177  nvme1n1 W 41963894   3072      0.11    0.47\n" \
	"0.100000    sync           22177  nvme1n1 W 8          512    -1.000    0.50\n"

static void test_biosnoop_queue(void **state)
{
	struct hft_file file;

	(void)state;
	good(QUEUED, NULL, &file);
	assert_int_equal(file.hdr->flags, HFR_FF_COMPLETIONS);
	expect(&file, 0, 0, 550000, HFR_OP_WRITE, 1142400ULL * 512, 4096);
	expect(&file, 1, 851000, 1321000, HFR_OP_WRITE, 41963894ULL * 512,
	       3072);
	hft_close(&file);
	good(QUEUED, &queue, &file);
	assert_string_equal(sum.level, "queue");
	assert_int_equal(file.hdr->flags,
			 HFR_FF_COMPLETIONS | HFR_FF_LEVEL_QUEUE);
	expect(&file, 0, 0, 560000, HFR_OP_WRITE, 1142400ULL * 512, 4096);
	expect(&file, 1, 751000, 1331000, HFR_OP_WRITE, 41963894ULL * 512,
	       3072);
	/* It was never seen in the queue. */
	expect(&file, 2, 100060000, 100560000, HFR_OP_WRITE, 4096, 512);
	hft_close(&file);
	/* A column more, for the pattern of addresses; no header. */
	good("0.000000    a b c d        13379  nvme1n1 W 1142400    4096    S 0.01    0.55\n",
	     from("biosnoop"), &file);
	expect(&file, 0, 0, 550000, HFR_OP_WRITE, 1142400ULL * 512, 4096);
	assert_int_equal(file.recs[0].stream, 13379);
	hft_close(&file);
}

static void test_biosnoop_bad(void **state)
{
	(void)state;
	bad("TIME(ms)     MAJOR MINOR COMM             PID      LAT(ms)\n"
	    "611          8     0     bash             4179       10\n", NULL,
	    "line 1: the biosnoop of bpftrace says neither sectors nor");
	bad(SNOOP_HEAD "0.0 a 1 sda W 8 4096\n\n", NULL, "line 2: not a line");
	bad(SNOOP_HEAD "0 a 1 sda W 8 4096 0.1\n\n", NULL, "line 2: not");
	bad(SNOOP_HEAD "0.0 a x sda W 8 4096 0.1\n\n", NULL, "line 2: not");
	bad(SNOOP_HEAD "0.0 a 1 sda X 8 4096 0.1\n\n", NULL, "line 2: not");
	bad(SNOOP_HEAD "0.0 a 1 sda W x 4096 0.1\n\n", NULL, "line 2: not");
	bad(SNOOP_HEAD "0.0 a 1 sda W 8 4096 -0.1\n\n", NULL, "line 2: not");
	bad(SNOOP_HEAD "0.0 a 1 sda W 8 4096 86400001.0\n\n", NULL, "2: not");
	bad(SNOOP_HEAD "0.0 a 1 sda W 8 4097 0.1\n\n", NULL, "a length (4097)");
}

static void test_spc(void **state)
{
	struct hft_file file;

	(void)state;
	good("0,20941264,8192,W,0.551706,Alpha/NT\n"
	     "0,20939840,8192,W,0.554041\n"
	     "1, 55590, 3072, r, 1.000000001, a, b\n", NULL, &file);
	assert_string_equal(sum.format, "spc");
	assert_int_equal(file.hdr->flags, 0);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 20941264ULL * 512, 8192);
	expect(&file, 1, 2335000, HFR_UNKNOWN, HFR_OP_WRITE, 20939840ULL * 512,
	       8192);
	expect(&file, 2, 448294001, HFR_UNKNOWN, HFR_OP_READ, 55590 * 512,
	       3072);
	assert_int_equal(file.recs[2].target, 1);
	hft_close(&file);
	bad("0,1,512,W,0.5\n0,1,512,X,0.5\n\n", NULL, "line 2: \"X\" is no op");
	bad("0,1,512,W,0.5\n0,1,512,W\n\n", NULL, "line 2: 4 columns of 5");
}

static void test_systor(void **state)
{
	struct hft_file file;

	(void)state;
	good("Timestamp,Response,IOType,LUN,Offset,Size\n"
	     "1456095145.133076000,0.000806000,R,0,899056122368,131072\n"
	     "1456095145.133000000,0.000001000,W,1,0,512\n"
	     "1456095145.140000000,,,0,4096,512\n"
	     "Timestamp,Response,IOType,LUN,Offset,Size\n"
	     "1456095145.150000000,,W,1,4096,512\n", NULL, &file);
	assert_string_equal(sum.format, "systor");
	assert_int_equal(sum.unsorted, 1);
	assert_int_equal(sum.unsupported, 1);
	assert_int_equal(sum.incomplete, 1);
	assert_int_equal(file.count, 3);
	assert_int_equal(file.hdr->wall_start_ns, 1456095145133000000ULL);
	expect(&file, 0, 0, 1000, HFR_OP_WRITE, 0, 512);
	expect(&file, 1, 76000, 882000, HFR_OP_READ, 899056122368, 131072);
	hft_close(&file);
	bad("Timestamp,Response,IOType,LUN,Offset,Size\n"
	    "1456095145.133076000,0.000806000,T,0,0,512\n\n", NULL,
	    "line 2: \"T\" is no operation");
}

static void test_alibaba(void **state)
{
	const char *paths[2];
	struct hft_file file;

	(void)state;
	paths[0] = unit_text("io",
			     "0,R,126703644672,4096,1577808000000626\n"
			     "7,W,0,512,1577808000001626\n"
			     "0,W,8192,512,1577808000000625\n");
	paths[1] = unit_text("size", "0,137438953472\n7,42949672960\n9,512\n");
	if (import_paths(paths, 2, NULL, &file))
		fail_msg("%s", err.text);
	assert_string_equal(sum.format, "alibaba");
	assert_int_equal(sum.unsorted, 1);
	assert_int_equal(file.hdr->device_count, 2);
	assert_int_equal(file.devs[0].size, 137438953472);
	assert_int_equal(file.devs[1].size, 42949672960);
	assert_string_equal((const char *)file.devs[1].name, "7");
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 8192, 512);
	expect(&file, 1, 1000, HFR_UNKNOWN, HFR_OP_READ, 126703644672, 4096);
	expect(&file, 2, 1001000, HFR_UNKNOWN, HFR_OP_WRITE, 0, 512);
	assert_int_equal(file.hdr->wall_start_ns, 1577808000000625000ULL);
	hft_close(&file);
	unit_files(true);
	bad("0,42949672960\n", NULL, "has no requests");
	bad("0,R,0,512,1577808000000626\n0,100\n\n", NULL,
	    "line 2: no device and its size");
}

static void test_tencent(void **state)
{
	struct hft_file file;

	(void)state;
	good("1538323200,12910952,128,0,1063\n"
	     "1538323200,6338688,8,1,1627\n"
	     "1538323199,6338696,8,1,1627\n", NULL, &file);
	assert_string_equal(sum.format, "tencent");
	assert_int_equal(sum.unsorted, 1);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 6338696ULL * 512, 4096);
	expect(&file, 1, 1000000000, HFR_UNKNOWN, HFR_OP_READ,
	       12910952ULL * 512, 65536);
	assert_string_equal((const char *)file.devs[0].name, "1063");
	assert_int_equal(file.hdr->wall_start_ns, 1538323199000000000ULL);
	assert_int_equal(sum.resolution, 1000000000);
	assert_int_equal(sum.shared, 1);
	hft_close(&file);
	good("1538323200,0,8,0,1\n1538323200,8,8,0,1\n1538323201,8,8,0,1\n",
	     &(struct import_opts){ .spread = true }, &file);
	expect(&file, 1, 500000000, HFR_UNKNOWN, HFR_OP_READ, 4096, 4096);
	expect(&file, 2, 1000000000, HFR_UNKNOWN, HFR_OP_READ, 4096, 4096);
	hft_close(&file);
	bad("1538323200,1,8,0,1\n1538323200,1,8,2,1\n\n", NULL,
	    "line 2: \"2\" is no operation");
}

static void test_k5cloud(void **state)
{
	struct hft_file file;

	(void)state;
	good("1157,3.828359000,W,7155568640,4096\n"
	     "3,3.828360000,R,0,8192\n", NULL, &file);
	assert_string_equal(sum.format, "k5cloud");
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 7155568640, 4096);
	expect(&file, 1, 1000, HFR_UNKNOWN, HFR_OP_READ, 0, 8192);
	hft_close(&file);
	bad("1,3.8,W,0,512\n1,3.8,W,0\n\n", NULL, "line 2: 4 columns of 5");
}

static void test_fiu(void **state)
{
	static const char text[] =
		"0 4892 syslogd 904265560 8 W 6 0 531e779a46db4d8ba6e8dd2fc5ee7f8b\n"
		"39064 2559 a b c 904265568 16 R 8 1 531e779a46db4d8ba6e8dd2fc5ee7f8b\n";
	struct hft_file file;

	(void)state;
	good(text, NULL, &file);
	assert_string_equal(sum.format, "fiu");
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 904265560ULL * 512,
	       4096);
	expect(&file, 1, 39064, HFR_UNKNOWN, HFR_OP_READ, 904265568ULL * 512,
	       8192);
	assert_int_equal(file.recs[0].stream, 4892);
	assert_int_equal(file.devs[1].major, 8);
	assert_int_equal(file.devs[1].minor, 1);
	hft_close(&file);
	good(text, &(struct import_opts){ .device = "8,1" }, &file);
	assert_int_equal(file.count, 1);
	hft_close(&file);
	bad("0 4892 s 904265560 8 W 6 0 531e779a46db4d8ba6e8dd2fc5ee7f8b\n"
	    "0 4892 s 904265560 8 T 6 0 531e779a46db4d8ba6e8dd2fc5ee7f8b\n\n",
	    NULL, "line 2: not a line of an FIU trace");
	bad("0 4892 s 904265560 8 W 6 0 531e779a46db4d8ba6e8dd2fc5ee7f8b\n"
	    "0 4892 s 904265560 8 W 6 0 531e779a46db4d8ba6e8dd2fc5ee7f8\n\n",
	    NULL, "line 2: not");
}

#define LOAD_HEAD "Copyright A; B\n\n3. of a licence\nstart ; sector; length ; op ;  replay_delay=0 ; replay_duration=0\n"

static void test_load(void **state)
{
	struct hft_file file;

	(void)state;
	good(LOAD_HEAD
	     "      0.449518165 ;     37766917 ;   14 ; W ; 0.0 ; 0.0\n"
	     LOAD_HEAD
	     "   1646.446100205 ;     37836712 ;    8 ;RA ; 0.0 ; 0.0\n",
	     NULL, &file);
	assert_string_equal(sum.format, "blkreplay");
	assert_int_equal(sum.incomplete, 0);
	assert_int_equal(file.hdr->flags, 0);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_WRITE, 37766917ULL * 512, 7168);
	expect(&file, 1, 1645996582040, HFR_UNKNOWN, HFR_OP_READ,
	       37836712ULL * 512, 4096);
	assert_int_equal(file.recs[1].flags, HFR_RF_RAHEAD);
	hft_close(&file);
}

/* The output of a replay says what became of the requests. */
static void test_load_output(void **state)
{
	struct hft_file file;

	(void)state;
	good("INFO: action_char=Q\n"
	     "orig_start ; sector; length ; op ;  replay_delay; replay_duration\n"
	     "   1.000000000 ;          8 ;   8 ; R ;   0.000001000 ;   0.002000000\n"
	     "   2.000000000 ;         16 ;   8 ; W ;   3.500000000 ;   1.000000000\n"
	     "   3.000000000 ;         24 ;   8 ; W ; 18446744073709551615.999999000 ;   1.0\n"
	     "   3.000000000 ;         32 ;   8 ; W ;   0.0 ;   0.0\n",
	     NULL, &file);
	assert_int_equal(sum.incomplete, 1);
	expect(&file, 0, 0, 2000000, HFR_OP_READ, 4096, 4096);
	/* Issued 1 us early, late by 3.5 s. */
	expect(&file, 1, 1999998000, 2999998000, HFR_OP_WRITE, 12288, 4096);
	expect(&file, 3, 4499999000, 5499999000, HFR_OP_WRITE, 8192, 4096);
	hft_close(&file);
}

static void test_load_bad(void **state)
{
	static const char first[] = "0.000000001 ; 8 ; 8 ; W ; 0.0 ; 0.0\n";
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "%s0.449518 ; 8 ; 8 ; W ; 0.0 ; 0.0\n\n",
		 first);
	bad(text, NULL, "line 2: the time does not have nine digits");
	snprintf(text, sizeof(text), "%s0.449518165 ; 8 ; 8 ; D ; 0.0 ; 0.0\n\n",
		 first);
	bad(text, NULL, "line 2: not a line of a blkreplay load");
	snprintf(text, sizeof(text), "%s0.449518165 ; 8 ; 8 ; R ; 0.0\n\n",
		 first);
	bad(text, NULL, "line 2: not a line of a blkreplay load: it has not");
	snprintf(text, sizeof(text),
		 "%s0.4 ; 8 ; 8 ; R ; 18446744073709551614.0 ; 0.0\n\n", first);
	bad(text, NULL, "line 2: the time does not have");
	snprintf(text, sizeof(text),
		 "%s0.449518165 ; 8 ; 8 ; R ; 18446744073709551614.0 ; 0.0\n\n",
		 first);
	bad(text, NULL, "line 2: the times of the request do not fit");
}

static void test_disksim(void **state)
{
	struct hft_file file;

	(void)state;
	good("0.000 5 174224064 16 1\n0.221 5 162947904 16 0\n"
	     "  1  6 3 1 A3\n2.5 0 0 1 12\n", NULL, &file);
	assert_string_equal(sum.format, "disksim");
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 174224064ULL * 512, 8192);
	expect(&file, 1, 221000, HFR_UNKNOWN, HFR_OP_WRITE, 162947904ULL * 512,
	       8192);
	expect(&file, 2, 1000000, HFR_UNKNOWN, HFR_OP_READ, 1536, 512);
	expect(&file, 3, 2500000, HFR_UNKNOWN, HFR_OP_WRITE, 0, 512);
	assert_string_equal((const char *)file.devs[1].name, "6");
	hft_close(&file);
	bad("0.5 5 17 16 1\n0.6 5 17 16 g\n\n", from("disksim"),
	    "line 2: not five columns");
	bad("0.5 5 17 16 1\n0.6 5 17 16\n\n", from("disksim"), "line 2: not");
	bad("0.5 5 17 16 1\n0.6 x 17 16 1\n\n", from("disksim"), "line 2: not");
	bad("0.5 5 17 16 1\n0.6 5 17 8388608 1\n\n", from("disksim"), "2: not");
}

/* Integers alone do not say for which program they are. */
static void test_five_columns(void **state)
{
	static const char text[] = "938513000 4 1024 4096 1\n938513001 4 0 512 0\n";
	struct hft_file file;

	(void)state;
	bad(text, NULL, "has five columns of numbers, which are MQSim's (--from mqsim");
	bad("1.5 4 1024 4096 1\n", NULL, "which are either DiskSim's (--from d");
	good(text, from("mqsim"), &file);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 524288, 2097152);
	expect(&file, 1, 1, HFR_UNKNOWN, HFR_OP_WRITE, 0, 262144);
	hft_close(&file);
	good(text, from("replayer"), &file);
	expect(&file, 0, 0, HFR_UNKNOWN, HFR_OP_READ, 1024, 4096);
	expect(&file, 1, 1000000, HFR_UNKNOWN, HFR_OP_WRITE, 0, 512);
	hft_close(&file);
	bad("1.5 4 1024 4096 1\n\n", from("mqsim"), "line 1: not five columns");
	bad("1 4 1024 4096 2\n\n", from("mqsim"), "line 1: not five columns");
	bad("1 4 1024 100 1\n\n", from("replayer"), "has a length (100)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_biosnoop),
		cmocka_unit_test(test_biosnoop_letters),
		cmocka_unit_test(test_biosnoop_queue),
		cmocka_unit_test(test_biosnoop_bad),
		cmocka_unit_test(test_spc),
		cmocka_unit_test(test_systor),
		cmocka_unit_test(test_alibaba),
		cmocka_unit_test(test_tencent),
		cmocka_unit_test(test_k5cloud),
		cmocka_unit_test(test_fiu),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_load_output),
		cmocka_unit_test(test_load_bad),
		cmocka_unit_test(test_disksim),
		cmocka_unit_test(test_five_columns),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
