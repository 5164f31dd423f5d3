/* SPDX-License-Identifier: GPL-2.0-only */
/* Small traces written by a test and read back through the importer. */
#ifndef TRACE_FILES_H
#define TRACE_FILES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "import.h"

#define TRACE_FILES	4

static char trace_dir[32];
static char trace_path[TRACE_FILES][64];
static struct hft_file trace;
static struct import_summary sum;
static struct hf_error err;

static int trace_setup(void **state)
{
	unsigned int i;

	(void)state;
	strcpy(trace_dir, "/tmp/hfreplay-test-XXXXXX");
	if (!mkdtemp(trace_dir))
		return -1;
	for (i = 0; i < TRACE_FILES; i++)
		snprintf(trace_path[i], sizeof(trace_path[i]), "%s/%u",
			 trace_dir, i);
	return 0;
}

static int trace_teardown(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < TRACE_FILES; i++)
		unlink(trace_path[i]);
	return rmdir(trace_dir);
}

static void trace_write(unsigned int n, const void *data, size_t len)
{
	FILE *f = fopen(trace_path[n], "w");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* Reads the first @n files; returns what import_open() does. */
static int trace_read(unsigned int n, const struct import_opts *opts)
{
	const char *paths[TRACE_FILES];
	unsigned int i;

	for (i = 0; i < n; i++)
		paths[i] = trace_path[i];
	memset(&sum, 0, sizeof(sum));
	memset(&err, 0, sizeof(err));
	return import_open(paths, n, opts, &trace, &sum, &err);
}

/* Reads what must be good, and shows the sentence if it is not. */
static void trace_read_ok(unsigned int n, const struct import_opts *opts)
{
	if (trace_read(n, opts))
		fail_msg("%s", err.text);
}

static void check_rec(size_t i, uint64_t issue, uint64_t complete, uint8_t op,
		      uint64_t sector, uint32_t sectors, uint32_t flags)
{
	const struct hfr_trace_rec *rec;

	assert_true(i < trace.count);
	rec = &trace.recs[i];
	assert_int_equal(rec->issue_ns, issue);
	assert_int_equal(rec->complete_ns, complete);
	assert_int_equal(rec->op, op);
	assert_int_equal(rec->offset, sector << 9);
	assert_int_equal(rec->length, sectors << 9);
	assert_int_equal(rec->flags, flags);
}

#endif /* TRACE_FILES_H */
