/* SPDX-License-Identifier: GPL-2.0-only */
/* Texts of traces, and what becomes of them. */
#ifndef IMPORT_FILES_H
#define IMPORT_FILES_H

#include "import.h"
#include "unit-files.h"

#define HFP_HEAD "#DUMP_OFFSET.I,ELAPSED_USECS.D,OP.I,LUN_SSID.I,LBA.I,NBLKS.I,LATENCY_USECS.D\n"

static struct import_summary sum;
static struct hf_error err;

static inline int import_paths(const char *const *paths, int n,
			const struct import_opts *opts, struct hft_file *file)
{
	err.text[0] = '\0';
	return import_open(paths, n, opts, file, &sum, &err);
}

static inline int import_text(const char *text, const struct import_opts *opts,
		       struct hft_file *file)
{
	const char *path = unit_text("in", text);

	return import_paths(&path, 1, opts, file);
}

static inline void good(const char *text, const struct import_opts *opts,
		 struct hft_file *file)
{
	if (import_text(text, opts, file))
		fail_msg("%s", err.text);
}

static inline void bad(const char *text, const struct import_opts *opts,
		const char *says)
{
	struct hft_file file;

	if (!import_text(text, opts, &file))
		fail_msg("imported; should say \"%s\"", says);
	assert_says(&err, says);
	assert_int_equal(unit_files(true), 1);
}

static inline void expect(const struct hft_file *file, uint64_t i, uint64_t issue,
		   uint64_t complete, uint8_t op, uint64_t offset,
		   uint32_t length)
{
	const struct hfr_trace_rec *rec = &file->recs[i];

	assert_true(i < file->count);
	assert_int_equal(rec->issue_ns, issue);
	assert_int_equal(rec->complete_ns, complete);
	assert_int_equal(rec->op, op);
	assert_int_equal(rec->offset, offset);
	assert_int_equal(rec->length, length);
}

#endif /* IMPORT_FILES_H */
