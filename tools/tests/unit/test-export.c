// SPDX-License-Identifier: GPL-2.0-only
/* Writing traces: what is refused, counted and said, and what files are left. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "event-order.h"
#include "hft.h"
#include "unit-files.h"
#include "writer.h"

static struct hf_error err;
static struct export_summary sum;

static void make(struct hft_file *file, const struct hfr_trace_rec *recs,
		 size_t n, const char *const *names)
{
	const char *path = unit_path("t.hft");
	struct hft_writer *w;
	size_t i;

	if (hft_writer_open(&w, path, &err))
		fail_msg("%s", err.text);
	for (i = 0; names[i]; i++)
		assert_int_equal(hft_writer_device(w, names[i], 0, 0), i);
	for (i = 0; i < n; i++)
		if (hft_writer_add(w, &recs[i], &err))
			fail_msg("%s", err.text);
	if (hft_writer_finish(w, 0, 0, "{}", NULL, &err) ||
	    hft_open(file, path, &err))
		fail_msg("%s", err.text);
}

static int export(const struct hft_file *file, const char *to,
		  const char *name, bool lossy)
{
	const struct export_opts opts = {
		.writer = writer_by_name(to, &err),
		.path = unit_path(name),
		.lossy = lossy,
	};

	assert_non_null(opts.writer);
	err.text[0] = '\0';
	return export_trace(file, &opts, &sum, &err);
}

static bool noted(const char *part)
{
	unsigned int i;

	for (i = 0; i < sum.nnotes; i++)
		if (strstr(sum.notes[i], part))
			return true;
	return false;
}

static const char *const one[] = { "sda", NULL };
static const char *const two[] = { "sda", "sdb", NULL };

static const struct hfr_trace_rec mixed[] = {
	{ .issue_ns = 0, .complete_ns = 2000, .length = 512, .prio = 1 << 13,
	  .stream = 5 },
	{ .issue_ns = 1, .complete_ns = HFR_UNKNOWN, .op = HFR_OP_FLUSH },
	{ .issue_ns = 2, .complete_ns = 1999, .length = 512,
	  .op = HFR_OP_WRITE, .flags = HFR_RF_SYNC | HFR_RF_FUA },
	{ .issue_ns = 3, .complete_ns = HFR_UNKNOWN, .length = 512 },
	{ .issue_ns = 4, .complete_ns = 8, .length = 512,
	  .op = HFR_OP_WRITE_ZEROES },
};

/* Refused with all the numbers; then counted. */
static void test_left_out(void **state)
{
	struct hft_file file;

	(void)state;
	make(&file, mixed, 5, one);
	assert_int_equal(export(&file, "msr", "out", false), -EINVAL);
	assert_says(&err, "msr cannot hold 3 of 5 requests (1 flush, 1 write-zeroes, 1 without completion time); --lossy");
	assert_int_equal(unit_files(false), 1);
	assert_int_equal(export(&file, "msr", "out", true), 0);
	assert_int_equal(sum.sum.written, 2);
	assert_int_equal(sum.sum.left[LEFT_OP], 2);
	assert_int_equal(sum.sum.left[LEFT_COMPLETION], 1);
	assert_int_equal(sum.sum.ops[HFR_OP_FLUSH], 1);
	assert_int_equal(sum.sum.ops[HFR_OP_WRITE_ZEROES], 1);
	assert_int_equal(sum.sum.cut, 1);
	assert_int_equal(sum.sum.rounded, 1);
	assert_int_equal(sum.sum.streams, 1);
	assert_int_equal(sum.sum.prios, 1);
	assert_int_equal(sum.sum.flags[0], 1);
	assert_int_equal(sum.sum.flags[1], 0);
	assert_int_equal(sum.sum.flags[2], 1);
	assert_true(noted("time of day of the start is not known"));
	assert_int_equal(export(&file, "oraclegeneral", "out", true), 0);
	assert_int_equal(sum.sum.written, 3);
	assert_int_equal(sum.sum.untold, 1);
	assert_int_equal(sum.sum.completions, 2);
	hft_close(&file);
	unit_files(true);
}

static void test_nothing_left(void **state)
{
	struct hft_file file;

	(void)state;
	make(&file, mixed + 1, 1, one);
	assert_int_equal(export(&file, "spc", "out", true), -EINVAL);
	assert_says(&err, "no request that spc can hold: 1 flush");
	assert_int_equal(unit_files(false), 1);
	hft_close(&file);
	unit_files(true);
}

static void test_devices(void **state)
{
	struct hfr_trace_rec recs[] = { mixed[0], mixed[2] };
	struct hft_file file;

	(void)state;
	make(&file, recs, 2, two);
	assert_int_equal(export(&file, "vscsi", "out", true), 0);
	hft_close(&file);
	recs[1].target = 1;
	make(&file, recs, 2, two);
	assert_int_equal(export(&file, "vscsi", "out", true), -EINVAL);
	assert_says(&err, "vscsi cannot tell devices apart");
	assert_says(&err, "requests for 2; choose one with --device");
	assert_int_equal(export(&file, "blktrace", "out", true), 0);
	assert_true(noted("device sda is written as 240,0"));
	assert_true(noted("device sdb is written as 240,1"));
	hft_close(&file);
	unit_files(true);
}

/* Names that would become one file are two devices still. */
static void test_same_names(void **state)
{
	static const char *const names[] = { "a b", "a_b", NULL };
	struct hfr_trace_rec recs[] = { mixed[0], mixed[2] };
	struct hft_file file;
	size_t len;
	char *text;

	(void)state;
	recs[1].target = 1;
	make(&file, recs, 2, names);
	assert_int_equal(export(&file, "fio", "out", false), -EINVAL);
	assert_says(&err, "would both be /dev/a_b");
	assert_int_equal(export(&file, "msr", "out", false), 0);
	text = (char *)unit_read(unit_path("out"), &len);
	text[len] = '\0';
	assert_non_null(strstr(text, ",a_b,0,Read,"));
	assert_non_null(strstr(text, ",a_b,1,Write,"));
	free(text);
	hft_close(&file);
	unit_files(true);
}

static void numbered(const char *to, const char *name, const char *const *names,
		     const char *line, bool held)
{
	struct hfr_trace_rec recs[] = { mixed[0], mixed[2] };
	struct hft_file file;
	size_t len;
	char *text;

	recs[1].target = 1;
	make(&file, recs, 2, names);
	assert_int_equal(export(&file, to, "out", false), 0);
	assert_int_equal(noted("names"), !held);
	text = (char *)unit_read(unit_path("out"), &len);
	text[len] = '\0';
	if (!strstr(text, line))
		fail_msg("%s: no \"%s\" in %s", name, line, text);
	free(text);
	hft_close(&file);
	unit_files(true);
}

/* Numbers are names in some formats, as their readers give them. */
static void test_numbers(void **state)
{
	static const char *const plain[] = { "7", "3", NULL };
	static const char *const asus[] = { "asu 7", "asu 3", NULL };
	static const char *const alike[] = { "asu 3", "3", NULL };

	(void)state;
	numbered("spc", "plain", plain, "3,", true);
	numbered("spc", "asus", asus, "3,", true);
	numbered("spc", "alike", alike, "1,", false);
	numbered("disksim", "plain", plain, " 3 ", true);
	numbered("disksim", "asus", asus, " 1 ", false);
}

static void test_needs_deps(void **state)
{
	struct hft_file file;

	(void)state;
	make(&file, mixed, 1, one);
	assert_int_equal(export(&file, "annot", "out", false), -ENODATA);
	assert_says(&err, "has no dependencies, which annot needs");
	hft_close(&file);
	unit_files(true);
}

static void test_names(void **state)
{
	(void)state;
	assert_null(writer_by_name("no", &err));
	assert_says(&err, "not written as no; formats are: hft, blktrace,");
	assert_ptr_equal(writer_by_name("fio2", &err), &writer_fio2);
	assert_ptr_equal(writer_by_path("a/b.hft", &err), &writer_hft);
	assert_ptr_equal(writer_by_path("b", &err), &writer_hft);
	assert_ptr_equal(writer_by_path(".spc", &err), &writer_hft);
	assert_ptr_equal(writer_by_path("b.spc", &err), &writer_spc);
	assert_ptr_equal(writer_by_path("b.spc.zst", &err), &writer_spc);
	assert_ptr_equal(writer_by_path("b.blktrace.0", &err),
			 &writer_blktrace);
	assert_ptr_equal(writer_by_path("b.oracleGeneral.bin.xz", &err),
			 &writer_oracle);
	assert_null(writer_by_path("b.csv.gz", &err));
	assert_says(&err, "several formats have such names");
}

/* Enough that every writer has to write before its end. */
static void make_long(struct hft_file *file)
{
	struct hfr_trace_rec *recs = calloc(20000, sizeof(*recs));
	size_t i;

	assert_non_null(recs);
	for (i = 0; i < 20000; i++)
		recs[i] = (struct hfr_trace_rec){
			.issue_ns = i * 1000, .complete_ns = i * 1000 + 999,
			.offset = i * 7919 % 100000 * 4096, .length = 4096,
		};
	make(file, recs, 20000, one);
	free(recs);
}

static void test_full(void **state)
{
	struct rlimit limit = { 4096, RLIM_INFINITY };
	struct hft_file file;
	int i;

	(void)state;
	make_long(&file);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (i = 1; writers[i]; i++) {
		if (writers[i]->holds.holds & NEEDS_DEPS)
			continue;
		assert_int_equal(export(&file, writers[i]->name, "out", false),
				 -EFBIG);
		assert_says(&err, "out at byte 4096");
		assert_int_equal(export(&file, writers[i]->name, "out.xz",
					false), -EFBIG);
		assert_int_equal(unit_files(false), 1);
	}
	limit.rlim_cur = RLIM_INFINITY;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	hft_close(&file);
	unit_files(true);
}

static int asked;

static bool stop_soon(void)
{
	return ++asked == 2;
}

static void test_interrupted(void **state)
{
	const struct export_opts opts = {
		.writer = &writer_spc,
		.path = unit_text("out", "before"),
		.stop = stop_soon,
	};
	struct hft_file file;
	size_t len;
	char *text;

	(void)state;
	make_long(&file);
	assert_int_equal(export_trace(&file, &opts, &sum, &err), -EINTR);
	assert_says(&err, "interrupted");
	assert_int_equal(unit_files(false), 2);
	text = (char *)unit_read(opts.path, &len);
	assert_memory_equal(text, "before", 6);
	free(text);
	hft_close(&file);
	unit_files(true);
}

/* What the events of two equal requests in flight do not tell. */
static void test_mixed_completions(void **state)
{
	struct hfr_trace_rec recs[] = {
		{ .issue_ns = 0, .complete_ns = 900, .length = 512 },
		{ .issue_ns = 10, .complete_ns = 800, .length = 512 },
		{ .issue_ns = 20, .complete_ns = 700, .length = 1024 },
		{ .issue_ns = 30, .complete_ns = 700, .length = 512,
		  .op = HFR_OP_WRITE },
		{ .issue_ns = 900, .complete_ns = 901, .length = 512 },
	};
	struct hft_file file;

	(void)state;
	make(&file, recs, 5, one);
	assert_int_equal(export(&file, "blktrace", "out", false), 0);
	assert_true(noted("1 requests complete before an equal one"));
	hft_close(&file);
	recs[0].complete_ns = 800;
	make(&file, recs, 5, one);
	assert_int_equal(export(&file, "blktrace", "out", false), 0);
	assert_false(noted("complete before an equal one"));
	hft_close(&file);
	unit_files(true);
}

struct seen {
	uint64_t last, issues, completions, open;
};

static int see(void *ctx, const struct hfr_trace_rec *rec, bool completion,
	       struct hf_error *e)
{
	uint64_t time = completion ? rec->complete_ns : rec->issue_ns;
	struct seen *seen = ctx;

	(void)e;
	assert_true(time >= seen->last);
	seen->last = time;
	seen->issues += !completion;
	seen->completions += completion;
	assert_true(seen->completions <= seen->issues);
	return 0;
}

static void test_event_order(void **state)
{
	struct seen seen = { 0 };
	struct event_order *eo = event_order_new(see, &seen);
	uint64_t seed = 4711, known = 0, i, now = 0;

	(void)state;
	assert_non_null(eo);
	for (i = 0; i < 5000; i++) {
		struct hfr_trace_rec rec = {
			.issue_ns = now, .complete_ns = HFR_UNKNOWN,
			.offset = i * 512, .length = 512,
		};

		if (unit_random(&seed) % 8) {
			rec.complete_ns = now + unit_random(&seed) % 100;
			known++;
		}
		assert_int_equal(event_order_add(eo, &rec, &err), 0);
		now += unit_random(&seed) % 5;
	}
	assert_int_equal(event_order_end(eo, &err), 0);
	assert_int_equal(seen.issues, 5000);
	assert_int_equal(seen.completions, known);
	assert_int_equal(event_order_mixed(eo), 0);
	event_order_free(eo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_nothing_left),
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_same_names),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_needs_deps),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_mixed_completions),
		cmocka_unit_test(test_event_order),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
