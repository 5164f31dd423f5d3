// SPDX-License-Identifier: GPL-2.0-only
/*
 * Formats are told apart by their content: what is of one format is of no
 * other, and what is of none is not taken for one.
 */
#include <linux/hfreplay.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "format.h"
#include "unit-files.h"

/* A start of a file; @len is 0 for text. */
static const struct sample {
	const char *format;
	const char *bytes;
	size_t len;
} samples[] = {
	{ "hft", HFR_FILE_MAGIC "\x04\x03\x02\x01" },
	{ "blktrace", "\x07\x74\x61\x65\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\x01\0\x01\0\x05\0\0\0\0\0\x80\0\0\0\0\0\0\0\0\0", 48 },
	{ "dm-log-writes", "\x72\x68\x73\x77\x66\x73\x6a\0\x01\0\0\0\0\0\0\0\x05\0\0\0\0\0\0\0\0\x02\0\0", 28 },
	{ "btrecord", "\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\x4a\x02\0\0\0\0\0\0\x8d\x02\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\xff\x7f\xe7\x01\0\0\0\0\x10\0\0\0\0\0\0\x01\0\0\0\0\0\0\0", 72 },
	{ "vscsi", "\xf4\0\0\x80\0\x02\0\0\x01\0\0\0\x2a\0\0\x01\x09\x1a\x8f\x02\0\0\0\0\x22\xcf\x82\xbe\x1f\x05\0\0", 32 },
	{ "vscsi", "\x2a\0\0\x02\x07\0\0\0\0\x02\0\0\x01\0\0\0\x09\x1a\x8f\x02\0\0\0\0\x22\xcf\x82\xbe\x1f\x05\0\0\x70\0\0\0\0\0\0\0", 40 },
	{ "oraclegeneral", "\x05\0\0\0\x64\0\0\0\0\0\0\0\0\x10\0\0\xff\xff\xff\xff\xff\xff\xff\xff", 24 },
	{ "oraclegeneral", "\x05\0\0\0\x64\0\0\0\0\0\0\0\0\x10\0\0\x0d\x03\0\xff\xff\xff\xff\xff\xff\xff\xff", 27 },
	{ "blkparse", "  8,0    1        3     0.000252703 17852  Q   W 24803160 + 160 [kworker/u256:1]\n" },
	{ "blkparse", "259,2 0 6 0.013163464 0 C RS 282624 + 8 [0]\n" },
	{ "ftrace", "# tracer: nop\n#\n" },
	{ "ftrace", "mkfs.ext4-13423   [000] .....  3570.820238: block_rq_issue: 7,0 W 524288 () 534528 + 1024 be,0,4 [mkfs.ext4]\n" },
	{ "ftrace", "kworker/4:1H 533 [004] 543348.164815: block:block_rq_issue: 259,0 RM 4096 () 2564656 + 8 [kworker/4:1H]\n" },
	{ "biosnoop", "TIME(s)     COMM           PID    DISK    T SECTOR     BYTES   LAT(ms)\n0.000004    supervise      1950   xvda1   W 13092560   4096       0.74\n" },
	{ "biosnoop", "TIME(s)     COMM           PID    DISK    T SECTOR     BYTES  QUE(ms) LAT(ms)\n" },
	{ "biosnoop", "TIME(ms)     MAJOR MINOR COMM             PID      LAT(ms)\n" },
	{ "fio", "fio version 2 iolog\n/a add\n" },
	{ "fio", "fio version 3 iolog\n288 /srv/disk.img read 4046848 4096\n" },
	{ "hfplayer", "#DUMP_OFFSET.I,ELAPSED_USECS.D,ELAPSED_TICKS.I,CMD.S,INFLIGHT_IOS.I,TS.I,SEQID.I,LUN_SSID.I,OP.I,PHASE.I,LBA.I,NBLKS.I,LATENCY_TICKS.I,HOST_ID.I,HOST_LUN.I,LATENCY_USECS.D\n" },
	{ "thesios", "filename,file_offset,application,c_time,io_zone,redundancy_type,op_type,service_class,from_flash_cache,cache_hit,request_io_size_bytes,disk_io_size_bytes,response_io_size_bytes,start_time,disk_time,simulated_disk_start_time,simulated_latency\n" },
	{ "agios", "265277355663 00000000fbffffffffffff0f729db77200000000000000000000000000000000 W 2952790016 32768\n" },
	{ "agios", "277004729325\t00000000eaffffffffffff1f729db77200000000000000000000000000000000\tR\t0\t262144\n" },
	{ "pvfs", "[D 02:54:58.386900] REQ SCHED SCHEDULING, handle: 5764607523034231596, queue_element: 0x2a11360, type: 0, offset: 458752, len: 32768\n" },
	{ "pvfs", "[E 02:54:58.386900] another line\n[D 02:54:58.386900] REQ SCHED SCHEDULING, handle: 7, queue_element: 0x2, type: 1, offset: 0, len: 512\n" },
	{ "msr", "128166385295514663,hm,0,Write,9056014336,2048,2833\n" },
	{ "spc", "0,20941264,8192,W,0.551706,Alpha/NT\n" },
	{ "spc", "1, 55590, 3072, r, 0.9413\n" },
	{ "systor", "Timestamp,Response,IOType,LUN,Offset,Size\n" },
	{ "systor", "1456095145.133076000,0.000806000,R,0,899056122368,131072\n" },
	{ "systor", "1456095145.133076000,,,0,899056122368,131072\n" },
	{ "alibaba", "0,R,126703644672,4096,1577808000000626\n" },
	{ "alibaba", "0,42949672960\n1,107374182400\n" },
	{ "tencent", "1538323200,12910952,128,0,1063\n" },
	{ "k5cloud", "1157,3.828359000,W,7155568640,4096\n" },
	{ "k5cloud", "ID,Timestamp,Type,Offset,Length\n1157,3.828359000,W,7155568640,4096\n" },
	{ "fiu", "0 4892 syslogd 904265560 8 W 6 0 531e779a46db4d8ba6e8dd2fc5ee7f8b\n" },
	{ "fiu", "89967404 4892 two words 904265560 8 W 6 0 531e779a46db4d8ba6e8dd2fc5ee7f8b\n" },
	{ "disksim", "0.000 5 174224064 16 1\n0.221 5 162947904 16 1\n" },
	{ "disksim", "12.5 0 7 1 3\n" },
	{ "blkreplay", "Copyright and so on\n\n1. a licence; and more\nstart ; sector; length ; op ;  replay_delay=0 ; replay_duration=0\n 0.449518165 ;     37766917 ;   14 ; W ; 0.0 ; 0.0\n" },
};

/* Of no format for certain: they are refused, and @asks says which may be. */
static const struct doubtful {
	const char *text;
	const char *asks;
} doubts[] = {
	{ "938513000 4 264719034 16 0\n", "mqsim" },
	{ "938513000 4 264719034 16 0\n", "disksim" },
	{ "1.5 4 1024 4096 0\n2.5 4 512 512 1\n", "replayer" },
	{ "1 4 1024 4096 0\n2 4 512 512 1", "replayer" },
	{ "1.5 4 1024 4096 0\nx\n", NULL },
	{ "1.5 4 1024 4096 0 1\n", NULL },
	{ "1,2,3,4,5\n", NULL },
	{ "100,2,3,0,5\n", NULL },
	{ "0,R,126703644672,4096,1577808000\n", NULL },
	{ "0,1000\n", NULL },
	{ "time,op,offset,length\n1,R,2,3\n", NULL },
	{ "1.5,0.3,R,x,0,4096\n", NULL },
	{ "0 4892 syslogd 904265560 8 W 6 0 531e779a46db4d8b\n", NULL },
	{ "1 ; 2 ; 3 ; R ; 0.0 ; 0.0\n", NULL },
	{ "0.449518 ; 37766917 ; 14 ; W ; 0.0 ; 0.0\n", NULL },
	{ "TIME(s) COMM PID DISK T SECTOR BYTES LAT(ms) QLAT(ms)\n", NULL },
	{ "a,20941264,8192,W,0.551706\n", NULL },
	{ "a,3.828359000,W,7155568640,4096\n", NULL },
	{ "a,R,126703644672,4096,1577808000000626\n", NULL },
	{ "1538323200,12910952,128,0,a\n", NULL },
	{ "1456095145.133076000,0.000806000,R,a,899056122368,131072\n", NULL },
	{ "Dear reader,\n", NULL },
	{ "R 1 2 3 4\n", NULL },
	{ "", NULL },
};

static void test_own_only(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		const struct sample *s = &samples[i];
		size_t len = s->len ? s->len : strlen(s->bytes);

		for (k = 0; formats[k]; k++) {
			bool own = !strcmp(formats[k]->name, s->format);

			if (formats[k]->sniff((const uint8_t *)s->bytes, len) ==
			    own)
				continue;
			fail_msg("%s %s %s: %.60s", formats[k]->name,
				 own ? "does not know" : "takes", s->format,
				 s->bytes);
		}
	}
}

static void test_none(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(doubts); i++) {
		const uint8_t *head = (const uint8_t *)doubts[i].text;
		size_t len = strlen(doubts[i].text);
		const char *ask = NULL;

		for (k = 0; formats[k]; k++) {
			if (formats[k]->sniff(head, len))
				fail_msg("%s takes %s", formats[k]->name,
					 doubts[i].text);
			if (!ask && formats[k]->ask)
				ask = formats[k]->ask(head, len);
		}
		if (!doubts[i].asks != !ask ||
		    (ask && !strstr(ask, doubts[i].asks)))
			fail_msg("%s asks %s", doubts[i].text, ask);
	}
}

/* No sniffer needs more than what is there. */
static void test_any_length(void **state)
{
	size_t i, k, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(samples); i++) {
		const struct sample *s = &samples[i];
		size_t len = s->len ? s->len : strlen(s->bytes);

		for (n = 0; n < len; n++) {
			/* Of its own size, so that ASan sees what is beyond. */
			uint8_t *head = malloc(n + !n);

			memcpy(head, s->bytes, n);
			for (k = 0; formats[k]; k++) {
				formats[k]->sniff(head, n);
				if (formats[k]->ask)
					formats[k]->ask(head, n);
			}
			free(head);
		}
	}
}

/* Each format has a sample, or is known by --from alone. */
static void test_all_have_samples(void **state)
{
	static const char alone[] = " csv mqsim refs replayer ";
	size_t i, k;

	(void)state;
	for (k = 0; formats[k]; k++) {
		char word[40];

		for (i = 0; i < ARRAY_SIZE(samples); i++)
			if (!strcmp(samples[i].format, formats[k]->name))
				break;
		snprintf(word, sizeof(word), " %s ", formats[k]->name);
		if ((i < ARRAY_SIZE(samples)) == !!strstr(alone, word))
			fail_msg("%s: no sample", formats[k]->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_only),
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_any_length),
		cmocka_unit_test(test_all_have_samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
