// SPDX-License-Identifier: GPL-2.0-only
/*
 * One real load in four forms imports to the same requests. The files are no
 * part of the project; without them the test is skipped.
 */
#include <errno.h>

#include "import.h"
#include "unit-files.h"

#define FOLDER		"../shared/traces/"
#define BASE		FOLDER "captured/fio-rand70r-2kiops-loop."
#define REQUESTS	10069

/**
 * struct form - a file of the load
 * @path: the file
 * @format: it is recognised as this
 * @device: the load's device in it, if there are others
 * @step_ns: resolution of its times
 * @completions: it has them
 */
struct form {
	const char *path;
	const char *format;
	const char *device;
	uint64_t step_ns;
	bool completions;
};

static const struct form forms[] = {
	{ BASE "ftrace.txt.gz", "ftrace", "7,0", 1000, true },
	{ BASE "hfplayer.csv.gz", "hfplayer", NULL, 1000, true },
	{ BASE "fio-v3.iolog.gz", "fio", NULL, 1000, false },
	{ BASE "blktrace-v7.bin.gz", "blktrace", NULL, 1, false },
};

static bool absent(const char *path)
{
	if (!access(path, R_OK))
		return false;
	print_message("skipped: there is no %s\n", path);
	return true;
}

static void import_form(const struct form *form, enum import_level level,
			struct hft_file *file)
{
	const struct import_opts opts = {
		.device = form->device,
		.level = level,
	};
	struct import_summary sum;
	struct hf_error err = { "" };

	if (import_open(&form->path, 1, &opts, file, &sum, &err))
		fail_msg("%s", err.text);
	assert_string_equal(sum.format, form->format);
	assert_int_equal(sum.junk, 0);
	assert_false(sum.cut_off);
	assert_int_equal(file->count, REQUESTS);
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static void same_requests(const struct form *fa, const struct hft_file *a,
			  const struct form *fb, const struct hft_file *b)
{
	uint64_t i;

	for (i = 0; i < REQUESTS; i++) {
		const struct hfr_trace_rec *x = &a->recs[i], *y = &b->recs[i];

		if (x->op != y->op || x->offset != y->offset ||
		    x->length != y->length)
			fail_msg("request %llu of %s and %s differs",
				 (unsigned long long)i, fa->format,
				 fb->format);
	}
}

static void same_times(const struct form *fa, const struct hft_file *a,
		       const struct form *fb, const struct hft_file *b)
{
	/* Start and stamp are each cut to the resolution. */
	uint64_t step = fa->step_ns > fb->step_ns ? fa->step_ns : fb->step_ns;
	uint64_t i;

	for (i = 0; i < REQUESTS; i++) {
		const struct hfr_trace_rec *x = &a->recs[i], *y = &b->recs[i];

		if (distance(x->issue_ns, y->issue_ns) > step)
			fail_msg("request %llu: %s says %llu ns, %s %llu ns",
				 (unsigned long long)i, fa->format,
				 (unsigned long long)x->issue_ns, fb->format,
				 (unsigned long long)y->issue_ns);
	}
}

static bool forms_absent(void)
{
	int i;

	for (i = 0; i < 4; i++)
		if (absent(forms[i].path))
			return true;
	return false;
}

/* The forms without a level of the driver were made from queue events. */
static void test_four_forms(void **state)
{
	struct hft_file files[4];
	int i, k;

	(void)state;
	if (forms_absent())
		skip();
	for (i = 0; i < 4; i++) {
		import_form(&forms[i], IMPORT_LEVEL_QUEUE, &files[i]);
		assert_int_equal(!!(files[i].hdr->flags & HFR_FF_COMPLETIONS),
				 forms[i].completions);
	}
	for (i = 0; i < 4; i++) {
		for (k = i + 1; k < 4; k++) {
			same_requests(&forms[i], &files[i], &forms[k],
				      &files[k]);
			same_times(&forms[i], &files[i], &forms[k], &files[k]);
		}
	}
	for (i = 0; i < 4; i++)
		hft_close(&files[i]);
}

/* Whatever level is there: the same requests in the same order. */
static void test_any_level(void **state)
{
	struct hft_file files[4];
	int i;

	(void)state;
	if (forms_absent())
		skip();
	for (i = 0; i < 4; i++)
		import_form(&forms[i], IMPORT_LEVEL_ANY, &files[i]);
	for (i = 1; i < 4; i++)
		same_requests(&forms[0], &files[0], &forms[i], &files[i]);
	assert_int_equal(files[0].hdr->flags & HFR_FF_LEVEL_QUEUE, 0);
	assert_int_equal(files[3].hdr->flags & HFR_FF_LEVEL_QUEUE,
			 HFR_FF_LEVEL_QUEUE);
	for (i = 0; i < 4; i++)
		hft_close(&files[i]);
}

static void test_hfplayer_samples(void **state)
{
	static const struct { const char *path; uint64_t count; } samples[] = {
		{ FOLDER "hfplayer/bin_sampleDepTrace.csv", 7 },
		{ FOLDER "hfplayer/bin_sampleReplay.csv", 16 },
		{ FOLDER "hfplayer/bin_sampleTrace.csv", 19 },
		{ FOLDER "hfplayer/bin_scrub-512MB-Q1.csv.200", 200 },
		{ FOLDER "hfplayer/bin_scrub-512MB-Q1.csv.500", 500 },
		{ FOLDER "hfplayer/bin_test.csv", 7 },
		{ FOLDER "hfplayer/tools_plot_scripts_B_1024-D_1024-Q_256",
		  998 },
		{ FOLDER "hfplayer/tools_raw_trace_parser_sample_raw.trace.inout",
		  654 },
		{ FOLDER "hfplayer/trace_synthetic_original.gz", 32768 },
	};
	struct hf_error err = { "" };
	struct hft_file file;
	size_t i;

	(void)state;
	if (absent(samples[0].path))
		skip();
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		if (import_open(&samples[i].path, 1, NULL, &file, NULL, &err))
			fail_msg("%s", err.text);
		assert_int_equal(file.count, samples[i].count);
		assert_int_equal(file.hdr->flags, HFR_FF_COMPLETIONS);
		hft_close(&file);
	}
}

/* The last sample says itself how many requests were in flight. */
static void test_hfplayer_depth(void **state)
{
	const char *path = FOLDER "hfplayer/trace_synthetic_original.gz";
	struct hf_error err = { "" };
	struct hft_file file;

	(void)state;
	if (absent(path))
		skip();
	assert_int_equal(import_open(&path, 1, NULL, &file, NULL, &err), 0);
	assert_in_range(file.hdr->max_in_flight, 511, 513);
	assert_true(file.hdr->span >= file.hdr->max_in_flight);
	hft_close(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_four_forms),
		cmocka_unit_test(test_any_level),
		cmocka_unit_test(test_hfplayer_samples),
		cmocka_unit_test(test_hfplayer_depth),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
