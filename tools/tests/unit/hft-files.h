/* SPDX-License-Identifier: GPL-2.0-only */
/* Making and opening .hft files in unit tests. */
#ifndef HFT_FILES_H
#define HFT_FILES_H

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <xxhash.h>

#include "hft.h"
#include "unit-files.h"

#define PROVENANCE "{\"tool\":\"test\"}"

static inline struct hft_writer *new_writer(const char *path)
{
	struct hf_error err = { "" };
	struct hft_writer *w;

	if (hft_writer_open(&w, path, &err))
		fail_msg("%s", err.text);
	assert_int_equal(hft_writer_device(w, "sda", 8, 0), 0);
	assert_int_equal(hft_writer_device(w, "sdb", 8, 16), 1);
	assert_int_equal(hft_writer_device(w, "sda", 8, 0), 0);
	return w;
}

static inline void add(struct hft_writer *w, const struct hfr_trace_rec *rec)
{
	struct hf_error err = { "" };

	if (hft_writer_add(w, rec, &err))
		fail_msg("%s", err.text);
}

static inline struct hfr_trace_rec make_rec(uint64_t i)
{
	struct hfr_trace_rec rec = {
		.issue_ns = i * 1000,
		.complete_ns = i * 1000 + 2500,
		.offset = i % 50 * 4096,
		.length = 4096,
		.target = i % 2,
		.op = i % 3 ? HFR_OP_READ : HFR_OP_WRITE,
	};

	return rec;
}

static inline const char *write_trace(const char *name, uint64_t n, bool with_ends)
{
	const char *path = unit_path(name);
	struct hft_writer *w = new_writer(path);
	struct hf_error err = { "" };
	uint64_t i;

	for (i = 0; i < n; i++) {
		struct hfr_trace_rec rec = make_rec(i);

		/* Late enough that records without are on disk already. */
		if (!with_ends && i == n - 1)
			rec.complete_ns = HFR_UNKNOWN;
		add(w, &rec);
	}
	if (hft_writer_finish(w, 0, 1234567890, PROVENANCE, NULL, &err))
		fail_msg("%s", err.text);
	return path;
}

static inline void open_good(struct hft_file *file, const char *path)
{
	struct hf_error err = { "" };

	if (hft_open(file, path, &err))
		fail_msg("%s", err.text);
}

static inline void refused(const char *path, const char *part)
{
	struct hf_error err = { "" };
	struct hft_file file;

	if (!hft_open(&file, path, &err))
		fail_msg("opened; should say \"%s\"", part);
	assert_says(&err, path);
	assert_says(&err, part);
}

#define HDR(member) offsetof(struct hfr_file_hdr, member)

static inline const char *patched(const uint8_t *data, size_t len, size_t at,
			   uint64_t value, size_t size)
{
	uint8_t *copy = malloc(len);
	const char *path;

	memcpy(copy, data, len);
	memcpy(copy + at, &value, size);
	path = unit_write("b.hft", copy, len);
	free(copy);
	return path;
}

#endif /* HFT_FILES_H */
