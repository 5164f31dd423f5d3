// SPDX-License-Identifier: GPL-2.0-only
/* Records that break a rule, and headers that do not fit their records. */
#include "hft-deps.h"
#include "hft-files.h"

struct bad_rec {
	struct hfr_trace_rec rec;
	const char *says;
};

#define AT(issue, complete) .issue_ns = (issue), .complete_ns = (complete)
#define GOOD AT(10, 20), .length = 4096
#define LATE ((1ULL << 53) + 1)

static const struct bad_rec bad_recs[] = {
	{ { AT(4, 20), .length = 4096 },
	  "before the one in front of it at 5 ns" },
	{ { AT(10, 9), .length = 4096 }, "completes at 9 ns, before its issue" },
	{ { AT(LATE, HFR_UNKNOWN), .length = 4096 },
	  "later than the format allows" },
	{ { AT(10, LATE), .length = 4096 }, "later than the format allows" },
	{ { GOOD, .op = HFR_OP_NR }, "unknown operation 12" },
	{ { GOOD, .op = HFR_OP_END }, "unknown operation 255" },
	{ { GOOD, .flags = 1 << 10 }, "unknown flags (0x400)" },
	{ { GOOD, .flags = HFR_RF_SYNC | HFR_RF_ASYNC }, "SYNC and ASYNC" },
	{ { GOOD, .flags = HFR_RF_FUA }, "FUA, PREFLUSH or ATOMIC on a read" },
	{ { AT(10, 20), .op = HFR_OP_FLUSH, .flags = HFR_RF_PREFLUSH },
	  "FUA, PREFLUSH or ATOMIC on a flush" },
	{ { GOOD, .reserved0 = 1 }, "reserved" },
	{ { GOOD, .target = 2 }, "is for device 2 of 2" },
	{ { GOOD, .offset = 100 }, "offset (100) that is not a multiple of 512" },
	{ { GOOD, .target = 1, .offset = 512 }, "not a multiple of 4096" },
	{ { AT(10, 20), .length = 4097 }, "length (4097)" },
	{ { AT(10, 20) }, "read of 0 bytes" },
	{ { AT(10, 20), .op = HFR_OP_DISCARD }, "discard of 0 bytes" },
	{ { GOOD, .op = HFR_OP_FLUSH }, "flush with an offset or a length" },
	{ { AT(10, 20), .offset = 512, .op = HFR_OP_FLUSH },
	  "flush with an offset or a length" },
	{ { GOOD, .op = HFR_OP_ZONE_RESET_ALL },
	  "zone-reset-all with an offset or a length" },
	{ { AT(10, 20), .op = HFR_OP_ZONE_APPEND }, "zone-append of 0 bytes" },
	{ { AT(10, 20), .length = 512, .offset = 100, .op = HFR_OP_ZONE_OPEN },
	  "offset (100)" },
	{ { AT(10, 20), .length = HFR_MAX_LENGTH + 512 },
	  "more than the 67108864" },
	{ { GOOD, .offset = INT64_MAX & ~511ULL }, "beyond 2^63" },
};

/* The writer refuses; and a file that has the record is refused too. */
static void test_bad_records(void **state)
{
	const struct hfr_trace_rec first = { .issue_ns = 5, .complete_ns = 6,
					     .length = 4096 };
	const struct hfr_trace_rec last = { .issue_ns = 10, .complete_ns = 20,
					    .length = HFR_MAX_LENGTH };
	struct hf_error err = { "" };
	struct hft_writer *w;
	uint8_t *data;
	size_t len, i, at;

	(void)state;
	w = new_writer(unit_path("a.hft"));
	hft_writer_geometry(w, 1, 1 << 30, 4096);
	add(w, &first);
	for (i = 0; i < sizeof(bad_recs) / sizeof(bad_recs[0]); i++) {
		assert_int_equal(hft_writer_add(w, &bad_recs[i].rec, &err),
				 -EINVAL);
		assert_says(&err, "request 1");
		assert_says(&err, bad_recs[i].says);
	}
	add(w, &last);
	assert_int_equal(hft_writer_finish(w, 0, 0, "{}", NULL, &err), 0);
	data = unit_read(unit_path("a.hft"), &len);
	at = len - 2 * sizeof(struct hfr_trace_rec);
	for (i = 0; i < sizeof(bad_recs) / sizeof(bad_recs[0]); i++) {
		memcpy(data + at, &bad_recs[i].rec, sizeof(bad_recs[i].rec));
		unit_write("b.hft", data, len);
		refused(unit_path("b.hft"), "request 1 (byte 16448)");
		refused(unit_path("b.hft"), bad_recs[i].says);
	}
	free(data);
}

static void set_deps(struct hfr_trace_rec *rec, uint32_t rank, uint32_t lo,
		     uint32_t hi)
{
	rec->rank = rank;
	rec->dep_lo = lo;
	rec->dep_hi = hi;
	rec->global_rank = rank;
}

static void test_dependencies(void **state)
{
	const struct hft_dep_info info = { .scopes = 1, .nodes = 3 };
	struct hfr_trace_rec rec[3] = { make_rec(0), make_rec(1), make_rec(2) };
	struct hf_error err = { "" };
	struct hft_writer *w;
	struct hft_file file;
	uint8_t *data;
	size_t len;

	(void)state;
	set_deps(&rec[1], 1, 0, 1);
	set_deps(&rec[2], 2, 1, 3);
	w = new_writer(unit_path("a.hft"));
	assert_int_equal(hft_writer_deps(w, &info, &err), 0);
	add(w, &rec[0]);
	add(w, &rec[1]);
	assert_int_equal(hft_writer_add(w, &rec[2], &err), -EINVAL);
	assert_says(&err, "ranks 1 to 3, but only 2 requests are in front");
	set_deps(&rec[2], 2, 0, 0);
	assert_int_equal(hft_writer_add(w, &rec[2], &err), -EINVAL);
	assert_says(&err, "ranks 0 to 0, but the one in front of it on 0 to 1");
	set_deps(&rec[2], 2, 1, 2);
	add(w, &rec[2]);
	assert_int_equal(hft_writer_finish(w, HFR_FF_DEPS, 0, "{}", NULL, &err),
			 0);
	open_good(&file, unit_path("a.hft"));
	assert_int_equal(file.hdr->flags, HFR_FF_DEPS | HFR_FF_COMPLETIONS);
	hft_close(&file);
	data = unit_read(unit_path("a.hft"), &len);
	refused(patched(data, len, HDR(flags), HFR_FF_COMPLETIONS, 4),
		"its header describes dependencies");
	refused(patched(data, len, HDR(flags), HFR_FF_DEPS, 4),
		"dependencies and no completion times");
	refused(patched(data, len, HDR(dep_scope), HFR_DEP_NR, 4),
		"dependencies of the unknown kind 3");
	refused(patched(data, len, HDR(scopes), 2, 4),
		"2 scopes of dependencies, which do not fit");
	refused(patched(data, len, HDR(scopes), 0, 4), "has 0 scopes");
	refused(patched(data, len, HDR(dep_nodes), 1, 4),
		"needs more nodes of dependencies than the 1");
	free(data);
	w = new_writer(unit_path("b.hft"));
	add(w, &rec[0]);
	assert_int_equal(hft_writer_add(w, &rec[1], &err), -EINVAL);
	assert_says(&err, "has dependencies, but");
	assert_int_equal(hft_writer_finish(w, HFR_FF_DEPS, 0, "{}", NULL, &err),
			 -EINVAL);
	assert_says(&err, "HFR_FF_DEPS and hft_writer_deps() go together");
}

static void test_longer_than_header_says(void **state)
{
	size_t len;
	uint8_t *data = unit_read(write_trace("a.hft", 5, true), &len);

	(void)state;
	refused(patched(data, len, HDR(max_length), 512, 4),
		"request 0 (byte 16384) is a write of 4096 bytes, more than the 512");
	free(data);
}

static void test_alignment_known_late(void **state)
{
	struct hfr_trace_rec rec = make_rec(0);
	struct hf_error err = { "" };
	struct hft_writer *w = new_writer(unit_path("late.hft"));

	(void)state;
	rec.length = 512;
	add(w, &rec);
	hft_writer_geometry(w, 0, 0, 4096);
	assert_int_equal(hft_writer_finish(w, 0, 0, "{}", NULL, &err), -EINVAL);
	assert_says(&err, "device sda has a logical block of 4096");
	assert_int_equal(access(unit_path("late.hft"), F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_dependencies),
		cmocka_unit_test(test_longer_than_header_says),
		cmocka_unit_test(test_alignment_known_late),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
