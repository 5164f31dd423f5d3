// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real traces, where they are at hand: both levels of one load, a file
 * system's life, and texts whose lines can be counted by other means.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "array.h"
#include "import.h"

#define TRACES		"../shared/traces/"
#define FOLDER		TRACES "captured/"
#define LOAD		FOLDER "fio-rand70r-2kiops-loop."
#define REQUESTS	10069

static void read_trace(struct hft_file *file, const char *path,
		       const struct import_opts *opts)
{
	struct import_summary sum;
	struct hf_error err;

	if (access(path, R_OK)) {
		print_message("skipped: %s is not there\n", path);
		skip();
	}
	if (import_open(&path, 1, opts, file, &sum, &err))
		fail_msg("%s", err.text);
	assert_int_equal(sum.junk, 0);
	assert_int_equal(sum.unmatched, 0);
	assert_int_equal(sum.incomplete, 0);
}

/* At the driver, the same requests in the same order. */
static void test_driver_level(void **state)
{
	static const struct import_opts queue = {
		.level = IMPORT_LEVEL_QUEUE, .device = "7,0",
	};
	static const struct import_opts issue = { .device = "7,0" };
	struct hft_file one, other;
	size_t i;

	(void)state;
	read_trace(&one, LOAD "ftrace.txt.gz", &queue);
	read_trace(&other, LOAD "ftrace.txt.gz", &issue);
	assert_int_equal(other.count, REQUESTS);
	for (i = 0; i < REQUESTS; i++) {
		assert_int_equal(one.recs[i].offset, other.recs[i].offset);
		assert_int_equal(one.recs[i].length, other.recs[i].length);
		assert_int_equal(one.recs[i].op, other.recs[i].op);
	}
	hft_close(&other);
	hft_close(&one);
}

static void count_ops(const struct hft_file *file, unsigned int *ops)
{
	uint64_t i;

	memset(ops, 0, HFR_OP_NR * sizeof(*ops));
	for (i = 0; i < file->count; i++)
		ops[file->recs[i].op]++;
}

/* As many as there are issue and queue events in the text. */
static void test_file_system(void **state)
{
	static const struct import_opts queue = {
		.level = IMPORT_LEVEL_QUEUE,
	};
	static const struct import_opts issue;
	unsigned int ops[HFR_OP_NR];
	struct hft_file file;

	(void)state;
	read_trace(&file, FOLDER "ext4-loop.ftrace.txt.gz", &issue);
	count_ops(&file, ops);
	assert_int_equal(ops[HFR_OP_READ], 102);
	assert_int_equal(ops[HFR_OP_WRITE], 265);
	assert_int_equal(ops[HFR_OP_FLUSH], 121);
	assert_int_equal(ops[HFR_OP_DISCARD], 8);
	assert_int_equal(ops[HFR_OP_WRITE_ZEROES], 1);
	hft_close(&file);
	read_trace(&file, FOLDER "ext4-loop.ftrace.txt.gz", &queue);
	count_ops(&file, ops);
	assert_int_equal(ops[HFR_OP_READ], 120);
	assert_int_equal(ops[HFR_OP_WRITE], 1031);
	assert_int_equal(ops[HFR_OP_FLUSH], 11);
	assert_int_equal(ops[HFR_OP_DISCARD], 8);
	assert_int_equal(ops[HFR_OP_WRITE_ZEROES], 1);
	hft_close(&file);
}

/* A text, and what awk finds in it. */
static const struct text {
	const char *path;
	const char *from, *columns;
	uint64_t reads, writes, bytes;
} texts[] = {
	{ TRACES "blkreplay/linux-mysql.load.gz", NULL, NULL,
	  7187, 73607, 1184387072 },
	{ TRACES "blkreplay/linux-webserver-2.load.gz", NULL, NULL,
	  149018, 119989, 4692769792 },
	{ TRACES "mqsim/tpcc-small.trace", "mqsim", NULL,
	  4381, 2618, 59718656 },
	{ TRACES "openmail/OpenMail_LU056000_trace.gz", "csv",
	  "sep=space,op,offset:1k,length:bytes,time:s,target",
	  13906, 52482, 479425536 },
};

static void check_text(const struct text *t)
{
	const struct import_opts opts = {
		.from = t->from, .columns = t->columns,
	};
	unsigned int ops[HFR_OP_NR];
	struct hft_file file;
	uint64_t i, bytes = 0;

	read_trace(&file, t->path, &opts);
	count_ops(&file, ops);
	assert_int_equal(ops[HFR_OP_READ], t->reads);
	assert_int_equal(ops[HFR_OP_WRITE], t->writes);
	assert_int_equal(file.count, t->reads + t->writes);
	for (i = 0; i < file.count; i++)
		bytes += file.recs[i].length;
	assert_int_equal(bytes, t->bytes);
	hft_close(&file);
}

static void test_texts(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(texts); i++)
		check_text(&texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_driver_level),
		cmocka_unit_test(test_file_system),
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
