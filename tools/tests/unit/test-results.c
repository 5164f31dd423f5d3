// SPDX-License-Identifier: GPL-2.0-only
/* Writing and reading .hfr files. */
#include <errno.h>
#include <fcntl.h>

#include "results.h"
#include "unit-files.h"

#define COUNT 9

static void make_recs(struct hfr_completion_rec *recs)
{
	int i;

	memset(recs, 0, COUNT * sizeof(*recs));
	for (i = 0; i < COUNT; i++) {
		recs[i].issued_ns = (uint64_t)i * 1000;
		recs[i].completed_ns = (uint64_t)i * 1000 + 77;
		recs[i].lateness = -i;
		recs[i].cause = i % HFR_CAUSE_NR;
		recs[i].state = HFR_REC_DONE;
	}
}

static const char *write_good(const char *name, uint64_t count)
{
	struct hfr_completion_rec recs[COUNT];
	struct results res = { .recs = recs, .count = count };
	const char *path = unit_path(name);
	struct hf_error err = { "" };

	make_recs(recs);
	res.meta = json_pack("{s:s,s:f}", "engine", "kernel", "speed", 1.0);
	if (results_write(&res, path, &err))
		fail_msg("%s", err.text);
	json_decref(res.meta);
	return path;
}

static void refused(const char *path, const char *part)
{
	struct hf_error err = { "" };
	struct results res;

	if (!results_read(&res, path, &err))
		fail_msg("read; should say \"%s\"", part);
	assert_null(res.recs);
	assert_says(&err, path);
	assert_says(&err, part);
}

static void test_round_trip(void **state)
{
	struct hfr_completion_rec recs[COUNT];
	struct hf_error err = { "" };
	struct results res;

	(void)state;
	make_recs(recs);
	assert_int_equal(results_read(&res, write_good("a.hfr", COUNT), &err),
			 0);
	assert_int_equal(res.count, COUNT);
	assert_memory_equal(res.recs, recs, sizeof(recs));
	assert_string_equal(json_string_value(json_object_get(res.meta,
							      "engine")),
			    "kernel");
	results_free(&res);
	/* A replay that was cut off before its first record. */
	assert_int_equal(results_read(&res, write_good("a.hfr", 0), &err), 0);
	assert_int_equal(res.count, 0);
	results_free(&res);
	results_free(&res);
	assert_int_equal(unit_files(true), 1);
}

static void test_truncation(void **state)
{
	size_t len, cut;
	uint8_t *data = unit_read(write_good("a.hfr", COUNT), &len);
	const char *path = unit_write("b.hfr", data, len);

	(void)state;
	for (cut = len - 1; cut >= 64; cut--) {
		assert_int_equal(truncate(path, (off_t)cut), 0);
		refused(path, "is cut off");
	}
	for (; cut; cut--) {
		assert_int_equal(truncate(path, (off_t)cut), 0);
		refused(path, "is not a file of results");
	}
	assert_int_equal(truncate(path, 0), 0);
	refused(path, "is empty");
	free(data);
}

static void test_bit_flips(void **state)
{
	const size_t meta_end = 64 + strlen("{\"engine\":\"kernel\",\"speed\":1.0}");
	size_t len, at;
	uint8_t *data = unit_read(write_good("a.hfr", COUNT), &len);
	const char *path = unit_write("b.hfr", data, len);
	int fd = open(path, O_RDWR), bit;
	struct hf_error err;
	struct results res;

	(void)state;
	for (at = 0; at < len; at++) {
		for (bit = 0; bit < 8; bit++) {
			uint8_t flipped = data[at] ^ (1 << bit);
			int rc;

			assert_int_equal(pwrite(fd, &flipped, 1, at), 1);
			rc = results_read(&res, path, &err);
			if (!rc)
				results_free(&res);
			/* A text may become another text. */
			if (!rc && (at < 64 || at >= meta_end))
				fail_msg("byte %zu bit %d: not found", at, bit);
		}
		assert_int_equal(pwrite(fd, &data[at], 1, at), 1);
	}
	assert_int_equal(results_read(&res, path, &err), 0);
	results_free(&res);
	close(fd);
	free(data);
}

static void test_wrong_files(void **state)
{
	struct hfr_completion_rec recs[COUNT];
	struct results res = { .recs = recs, .count = COUNT };
	struct hf_error err = { "" };

	(void)state;
	refused(unit_text("t", "a text that is long enough to have the room of a header in it"),
		"is not a file of results");
	refused(unit_path("none"), "No such file");
	refused(unit_dir, "is not a regular file");
	make_recs(recs);
	recs[4].cause = HFR_CAUSE_NR;
	res.meta = json_object();
	assert_int_equal(results_write(&res, unit_path("c.hfr"), &err), 0);
	refused(unit_path("c.hfr"), "record 4 (byte 256) has an unknown cause");
	recs[4].cause = 0;
	recs[5].state = 4;
	assert_int_equal(results_write(&res, unit_path("c.hfr"), &err), 0);
	refused(unit_path("c.hfr"), "record 5 (byte 288) has an unknown state");
	unit_files(true);
	assert_true(results_write(&res, unit_path("no/c.hfr"), &err) < 0);
	assert_says(&err, "cannot write");
	json_decref(res.meta);
	res.meta = NULL;
	assert_true(results_write(&res, unit_path("c.hfr"), &err) < 0);
	assert_says(&err, "no JSON object");
	assert_int_equal(unit_files(false), 0);
}

static void test_cause_names(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < HFR_CAUSE_NR; i++)
		assert_non_null(hfr_cause_name((uint8_t)i));
	assert_string_equal(hfr_cause_name(HFR_CAUSE_QUEUE),
			    "tag or queue wait");
	assert_null(hfr_cause_name(HFR_CAUSE_NR));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_bit_flips),
		cmocka_unit_test(test_wrong_files),
		cmocka_unit_test(test_cause_names),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
