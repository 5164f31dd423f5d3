// SPDX-License-Identifier: GPL-2.0-only
/* Parts of a trace, and a trace with its dependencies, as files. */
#include "hft-files.h"

#include "cut.h"
#include "infer-file.h"

static struct hf_error err;

static void open_trace(struct hft_file *f, uint64_t n)
{
	if (hft_open(f, write_trace("t.hft", n, true), &err))
		fail_msg("%s", err.text);
}

static bool says(const struct hft_file *f, const char *text)
{
	return memmem(f->provenance, f->hdr->provenance_size, text,
		      strlen(text));
}

/* Request i is issued at i us and takes 2.5 us. */
static void a_range_begins_at_zero(void **state)
{
	struct hft_file f, part;
	uint64_t i;

	(void)state;
	open_trace(&f, 100);
	assert_int_equal(cut_range(&f, unit_path("part.hft"), 9500, 20000,
				   &part, &err), 0);
	assert_int_equal(part.count, 10);
	for (i = 0; i < 10; i++) {
		assert_int_equal(part.recs[i].issue_ns, 500 + i * 1000);
		assert_int_equal(part.recs[i].complete_ns, 3000 + i * 1000);
		assert_int_equal(part.recs[i].offset, f.recs[10 + i].offset);
	}
	/* Company is counted anew, and the clock is that of the part. */
	assert_int_equal(part.recs[0].in_flight, 1);
	assert_int_equal(part.hdr->duration_ns, 12000);
	assert_int_equal(part.hdr->wall_start_ns,
			 f.hdr->wall_start_ns ?
			 f.hdr->wall_start_ns + 9500 : 0);
	assert_true(says(&part, "\"range\":{\"from_ns\":9500"));
	assert_true(says(&part, "\"tool\":\"test\""));
	hft_close(&part);
	hft_close(&f);
}

static void ends_of_a_range(void **state)
{
	struct hft_file f, part;

	(void)state;
	open_trace(&f, 100);
	/* The first belongs to it, the last does not. */
	assert_int_equal(cut_range(&f, NULL, 5000, 7000, &part, &err), 0);
	assert_int_equal(part.count, 2);
	assert_int_equal(part.recs[0].issue_ns, 0);
	hft_close(&part);
	assert_int_equal(cut_range(&f, NULL, 0, UINT64_MAX, &part, &err), 0);
	assert_int_equal(part.count, 100);
	hft_close(&part);
	assert_int_equal(cut_range(&f, NULL, 99001, UINT64_MAX, &part, &err),
			 -ENODATA);
	assert_says(&err, "its last is issued at 99.0 us");
	assert_int_equal(cut_range(&f, NULL, 5001, 5999, &part, &err),
			 -ENODATA);
	hft_close(&f);
}

static void dependencies_are_written(void **state)
{
	const struct infer_opts opts = { .kind = HFR_DEP_TARGET,
					 .threshold_ns = 100 };
	struct hft_file f, with, part;
	struct depstat *st;
	uint64_t left_out;

	(void)state;
	open_trace(&f, 1000);
	assert_int_equal(infer_file(&f, unit_path("d.hft"), &opts, &with, &st,
				    &err), 0);
	assert_int_equal(with.count, 1000);
	assert_int_equal(st->requests, 1000);
	assert_true(with.hdr->flags & HFR_FF_DEPS);
	assert_int_equal(with.hdr->dep_scope, HFR_DEP_TARGET);
	assert_int_equal(with.hdr->scopes, 2);
	assert_int_equal(with.hdr->dep_threshold_ns, 100);
	/* At 10 us those of 0 to 6 us have completed, and that of 6 us knew of
	 * the first two.
	 */
	assert_int_equal(with.recs[10].dep_hi, 4);
	assert_int_equal(with.recs[10].dep_lo, 2);
	assert_true(says(&with, "\"dependencies\":{\"scope\":\"target\""));
	free(st);
	/* A part of it has none. */
	assert_int_equal(cut_range(&with, NULL, 0, 50000, &part, &err), 0);
	assert_false(part.hdr->flags & HFR_FF_DEPS);
	hft_close(&part);
	assert_int_equal(reads_only(&with, NULL, &part, &left_out, &err), 0);
	assert_false(part.hdr->flags & HFR_FF_DEPS);
	hft_close(&part);
	hft_close(&with);
	hft_close(&f);
}

static void failures_leave_nothing(void **state)
{
	const struct infer_opts opts = { .kind = HFR_DEP_GLOBAL };
	struct hft_file f, with;
	struct depstat *st;

	(void)state;
	unit_files(true);
	assert_int_equal(hft_open(&f, write_trace("u.hft", 10, false), &err),
			 0);
	assert_int_equal(infer_file(&f, unit_path("d.hft"), &opts, &with, &st,
				    &err), -ENODATA);
	assert_says(&err, "lacks completion times");
	assert_int_equal(unit_files(false), 1);
	hft_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_begins_at_zero),
		cmocka_unit_test(ends_of_a_range),
		cmocka_unit_test(dependencies_are_written),
		cmocka_unit_test(failures_leave_nothing),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
