// SPDX-License-Identifier: GPL-2.0-only
/* From pages of the kernel's ring buffer to the text that is spooled. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <cmocka.h>

#include "raw-event.h"
#include "ringbuf.h"
#include "spool.h"

#define HEADER		16
#define MISSED		(1UL << 31)
#define STORED		(1UL << 30)

static uint8_t page[4096];
static size_t used;
static struct hf_error err;

static void word(uint32_t w)
{
	memcpy(page + used, &w, sizeof(w));
	used += sizeof(w);
}

static void begin(uint64_t time)
{
	memset(page, 0, sizeof(page));
	memcpy(page, &time, sizeof(time));
	used = HEADER;
}

static void finish(unsigned long flags)
{
	unsigned long commit = (used - HEADER) | flags;

	memcpy(page + 8, &commit, sizeof(commit));
}

struct seen {
	uint64_t time[16];
	uint32_t first[16];
	size_t len[16];
	unsigned int n;
};

static int see(void *ctx, uint64_t time, const uint8_t *data, size_t len,
	       struct hf_error *e)
{
	struct seen *s = ctx;

	(void)e;
	s->time[s->n] = time;
	memcpy(&s->first[s->n], data, sizeof(s->first[0]));
	s->len[s->n++] = len;
	return 0;
}

static void test_page(void **state)
{
	struct seen s = { .n = 0 };
	uint64_t lost = 0;

	(void)state;
	begin(UINT64_C(0x0900000000001000));
	word(5 << 5 | 2);		/* 8 bytes, 5 ns later */
	word(111);
	word(0);
	word(7 << 5 | 30);		/* time goes on */
	word(1);
	word(1 << 5 | 0);		/* long form: 4 + 4 bytes */
	word(8);
	word(222);
	word(3 << 5 | 29);		/* padding of 4 + 4 bytes */
	word(4);
	word(9 << 5 | 31);		/* absolute time */
	word(2);
	word(0 << 5 | 1);
	word(333);
	word(0 << 5 | 29);		/* nothing more */
	word(0);
	word(0 << 5 | 1);
	word(444);
	finish(0);
	assert_int_equal(ringbuf_page(page, sizeof(page), see, &s, &lost,
				      &err), 0);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.time[0], UINT64_C(0x0900000000001005));
	assert_int_equal(s.len[0], 8);
	assert_int_equal(s.first[0], 111);
	assert_int_equal(s.time[1], UINT64_C(0x0900000000001005) +
			 (1 << 27) + 7 + 1);
	assert_int_equal(s.len[1], 4);
	assert_int_equal(s.first[1], 222);
	assert_int_equal(s.time[2], UINT64_C(0x0800000000000000) +
			 (2 << 27) + 9);
	assert_int_equal(s.first[2], 333);
	assert_int_equal(lost, 0);
}

static void test_missed(void **state)
{
	struct seen s = { .n = 0 };
	unsigned long n = 1234;
	uint64_t lost = 0;

	(void)state;
	begin(1);
	word(0 << 5 | 1);
	word(1);
	finish(MISSED | STORED);
	memcpy(page + used, &n, sizeof(n));
	assert_int_equal(ringbuf_page(page, sizeof(page), see, &s, &lost,
				      &err), 0);
	assert_int_equal(lost, 1234);
	finish(MISSED);
	assert_int_equal(ringbuf_page(page, sizeof(page), see, &s, &lost,
				      &err), 0);
	assert_int_equal(lost, 1235);
}

static void test_bad_pages(void **state)
{
	struct seen s = { .n = 0 };
	unsigned long commit = 5000;
	uint64_t lost = 0;

	(void)state;
	begin(1);
	word(0 << 5 | 0);
	word(4000);
	word(0);
	finish(0);
	assert_int_equal(ringbuf_page(page, sizeof(page), see, &s, &lost,
				      &err), -EBADMSG);
	memcpy(page + 8, &commit, sizeof(commit));
	assert_int_equal(ringbuf_page(page, sizeof(page), see, &s, &lost,
				      &err), -EBADMSG);
	assert_int_equal(ringbuf_page(page, 8, see, &s, &lost, &err),
			 -EBADMSG);
	assert_int_equal(s.n, 0);
}

static const char format[] =
	"name: block_rq_issue\n"
	"ID: 1061\n"
	"format:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\n"
	"\tfield:sector_t sector;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned int nr_sector;\toffset:24;\tsize:4;\tsigned:0;\n"
	"\tfield:char rwbs[8];\toffset:32;\tsize:8;\tsigned:1;\n"
	"\tfield:__data_loc char[] cmd;\toffset:56;\tsize:4;\tsigned:1;\n";

static void test_format(void **state)
{
	struct trace_field f;

	(void)state;
	assert_int_equal(tracefs_number(format, "ID"), 1061);
	assert_int_equal(tracefs_number("overrun: 5\ncommit overrun: 7\n",
					"commit overrun"), 7);
	assert_int_equal(tracefs_number("commit overrun: 7\noverrun: 5\n",
					"overrun"), 5);
	f = tracefs_field(format, "sector");
	assert_int_equal(f.offset, 16);
	assert_int_equal(f.size, 8);
	f = tracefs_field(format, "rwbs");
	assert_int_equal(f.offset, 32);
	f = tracefs_field(format, "cmd");
	assert_int_equal(f.offset, 56);
	f = tracefs_field(format, "nr");
	assert_int_equal(f.size, 0);
}

static const struct raw_event issue = {
	.name = "block_rq_issue", .begins = true, .id = 1061, .dev = { 8, 4 },
	.sector = { 16, 8 }, .nr_sector = { 24, 4 }, .bytes = { 28, 4 },
	.rwbs = { 32, 8 }, .comm = { 40, 16 }, .cmd = { 56, 4 },
	.ioprio = { 60, 2 },
};

static size_t raw_issue(uint8_t *data, const char *rwbs, const char *comm)
{
	uint32_t pid = 77, sectors = 8, bytes = 4096, cmd = 1 << 16 | 62;
	uint32_t dev = 8 << 20 | 16;
	uint16_t prio = 2 << 13 | 4;
	uint64_t sector = 2048;

	memset(data, 0, 64);
	memcpy(data + 4, &pid, 4);
	memcpy(data + 8, &dev, 4);
	memcpy(data + 16, &sector, 8);
	memcpy(data + 24, &sectors, 4);
	memcpy(data + 28, &bytes, 4);
	memcpy(data + 32, rwbs, strlen(rwbs));
	memcpy(data + 40, comm, strlen(comm));
	memcpy(data + 56, &cmd, 4);
	memcpy(data + 60, &prio, 2);
	return 64;
}

static void test_decode(void **state)
{
	struct spool_event ev;
	uint8_t data[64];
	size_t len = raw_issue(data, "FWFSM", "0123456789abcdef"), n;

	(void)state;
	assert_true(raw_event_decode(&ev, &issue, data, len));
	assert_int_equal(ev.number, makedev(8, 16));
	assert_int_equal(ev.sector, 2048);
	assert_int_equal(ev.sectors, 8);
	assert_int_equal(ev.bytes, 4096);
	assert_int_equal(ev.pid, 77);
	assert_int_equal(ev.prio, 2 << 13 | 4);
	assert_string_equal(ev.rwbs, "FWFSM");
	assert_string_equal(ev.comm, "0123456789abcdef");
	assert_true(ev.command);
	assert_false(ev.passthrough);
	for (n = 0; n < 62; n++)
		assert_false(raw_event_decode(&ev, &issue, data, n));
	data[62] = 'x';
	assert_true(raw_event_decode(&ev, &issue, data, len));
	assert_true(ev.passthrough);
}

/* A number above 255 and one above 1 M: the kernel has 12 and 20 bits. */
static void test_decode_remap(void **state)
{
	static const struct raw_event remap = {
		.name = "block_bio_remap", .remap = true, .id = 1,
		.dev = { 8, 4 }, .sector = { 16, 8 }, .nr_sector = { 24, 4 },
		.old_dev = { 28, 4 }, .old_sector = { 32, 8 },
		.rwbs = { 40, 8 },
	};
	uint32_t dev = 259 << 20 | 0xabcde, old_dev = 253 << 20 | 3;
	uint64_t sector = 4096, old_sector = 77;
	struct spool_event ev;
	uint8_t data[48] = { 0 };

	(void)state;
	memcpy(data + 8, &dev, 4);
	memcpy(data + 16, &sector, 8);
	memcpy(data + 28, &old_dev, 4);
	memcpy(data + 32, &old_sector, 8);
	assert_true(raw_event_decode(&ev, &remap, data, sizeof(data)));
	assert_true(ev.remap);
	assert_int_equal(ev.number, makedev(259, 0xabcde));
	assert_int_equal(ev.from, makedev(253, 3));
	assert_int_equal(ev.sector, 4096);
	assert_int_equal(ev.from_sector, 77);
	assert_false(raw_event_decode(&ev, &remap, data, 39));
}

static void test_partition(void **state)
{
	const struct blockdev disk = { .number = makedev(8, 0),
		.disk = makedev(8, 0), .sectors = 10000, .flushes = true };
	struct blockdev part = { .number = makedev(8, 1),
		.disk = makedev(8, 0), .start = 2048, .sectors = 1000,
		.flushes = true };

	(void)state;
	assert_true(blockdev_takes(&disk, 0, 8));
	assert_true(blockdev_takes(&disk, 0, 0));
	assert_false(blockdev_takes(&part, 2047, 1));
	assert_true(blockdev_takes(&part, 2048, 1));
	assert_true(blockdev_takes(&part, 3047, 1));
	assert_false(blockdev_takes(&part, 3048, 8));
	/* The end of a flush sequence, and flushes. */
	assert_true(blockdev_takes(&part, 3048, 0));
	assert_true(blockdev_takes(&part, 0, 0));
	part.flushes = false;
	assert_true(blockdev_takes(&part, 3048, 0));
	assert_false(blockdev_takes(&part, 0, 0));
	assert_false(blockdev_takes(&part, UINT64_MAX, 0));
}

static void read_spool(const struct spool *s, char *got, size_t size)
{
	FILE *f = fopen(s->path, "r");

	assert_non_null(f);
	got[fread(got, 1, size - 1, f)] = '\0';
	fclose(f);
}

static void test_spool(void **state)
{
	static const char wanted[] =
		"# hfreplay device: 8,16 sdb 1000448 512\n"
		"# hfreplay device: 253,0 dm-0 512 4096\n"
		"# hfreplay clock: 1.000000002 3.000000004\n"
		"a?b-77 [003] 5.000000006: block_rq_issue: 8,16 WS 4096 () 2048 + 8 be,0,4 [a?b]\n"
		"<...>-0 [003] 7.000000000: block_rq_complete: 8,16 WS () 2048 + 8 [-5]\n"
		"<...>-9 [003] 8.000000000: block_bio_remap: 8,16 R 8 + 8 <- (253,0) 16\n"
		"CPU:3 [LOST 9 EVENTS]\n";
	struct spool_event c = { .time = 7000000000, .name =
		"block_rq_complete", .number = makedev(8, 16), .sector = 2048,
		.sectors = 8, .bytes = -1, .prio = -1, .error = -5,
		.command = true, .rwbs = "WS" };
	struct spool_event remap = { .time = 8000000000, .name =
		"block_bio_remap", .number = makedev(8, 16), .sector = 8,
		.sectors = 8, .bytes = -1, .prio = -1, .pid = 9, .rwbs = "R",
		.remap = true, .from = makedev(253, 0), .from_sector = 16 };
	struct blockdevs devs = { .n = 2, .list = {
		{ .name = "sdb", .number = makedev(8, 16), .size = 1000448,
		  .logical_block = 512 },
		{ .name = "dm-0", .number = makedev(253, 0), .size = 512,
		  .logical_block = 4096 } } };
	char prefix[] = "/tmp/hfreplay-spool-XXXXXX", got[1024];
	struct spool_event ev;
	struct spool s;
	uint8_t data[64];

	(void)state;
	close(mkstemp(prefix));
	assert_int_equal(spool_check(prefix, &err), 0);
	assert_int_equal(spool_init(&s, prefix, "sdb", 3), 0);
	raw_event_decode(&ev, &issue, data, raw_issue(data, "WS", "a\nb"));
	ev.time = 5000000006;
	assert_int_equal(spool_header(&s, &devs, 1000000002, 3000000004, &err),
			 0);
	assert_int_equal(spool_put(&s, &ev, &err), 0);
	assert_int_equal(spool_put(&s, &c, &err), 0);
	assert_int_equal(spool_put(&s, &remap, &err), 0);
	assert_int_equal(spool_lost(&s, 9, &err), 0);
	assert_int_equal(spool_close(&s, &err), 0);
	read_spool(&s, got, sizeof(got));
	assert_string_equal(got, wanted);
	/* What is there is not overwritten, and found whatever its device. */
	assert_int_equal(spool_lost(&s, 9, &err), 0);
	assert_int_equal(spool_close(&s, &err), -EEXIST);
	assert_int_equal(spool_check(prefix, &err), -EEXIST);
	assert_non_null(strstr(err.text, s.path));
	unlink(s.path);
	assert_int_equal(spool_check(prefix, &err), 0);
	assert_int_equal(spool_check("/tmp/hfreplay-no/x", &err), -ENOENT);
	unlink(prefix);
	spool_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_missed),
		cmocka_unit_test(test_bad_pages),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_decode_remap),
		cmocka_unit_test(test_partition),
		cmocka_unit_test(test_spool),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
