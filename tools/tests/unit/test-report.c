// SPDX-License-Identifier: GPL-2.0-only
/* The report: figures in JSON, sentences in text, a whole page in HTML. */
#include <ctype.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "plots.h"
#include "array.h"
#include "report.h"
#include "svg.h"
#include "synthetic.h"
#include "table.h"

/* A trace, its replay and the report on it. */
struct made {
	struct synthetic s;
	struct results res;
	json_t *report;
	char dir[64];
};

static void make(struct made *m, uint64_t n, const char *mode)
{
	memset(m, 0, sizeof(*m));
	synthetic_make(&m->s, n);
	m->res.recs = m->s.recs;
	m->res.count = n;
	m->res.meta = json_pack(
		"{s:s, s:s, s:f, s:I, s:s, s:{s:s}, s:[{s:s}, {s:s}]}",
		"engine", "kernel", "mode", mode, "speed", 1.0,
		"tolerance_ns", (json_int_t)10000, "state", "done",
		"trace", "checksum", "0123456789abcdef",
		"targets", "path", "/dev/a", "path", "/dev/<script>&'\"");
	assert_non_null(m->res.meta);
}

static void make_report(struct made *m)
{
	struct hf_error err = { "" };

	m->report = report_json(&m->s.trace, &m->res, &err);
	if (!m->report)
		fail_msg("%s", err.text);
}

static void unmake(struct made *m)
{
	json_decref(m->report);
	json_decref(m->res.meta);
	synthetic_free(&m->s);
}

/* A figure by its path: "issue_error.absolute.p99_ns". */
static json_t *at(json_t *obj, const char *path)
{
	char key[64];

	while (obj && *path) {
		size_t len = strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", (int)len, path);
		obj = json_object_get(obj, key);
		path += len + (path[len] == '.');
	}
	return obj;
}

static long long figure(struct made *m, const char *path)
{
	json_t *value = at(m->report, path);

	if (!json_is_number(value))
		fail_msg("%s is not a number", path);
	return (long long)json_number_value(value);
}

static char *text_of(struct made *m)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	report_print(m->report, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void expect_text(struct made *m, const char *part)
{
	char *text = text_of(m);

	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
	free(text);
}

static char *read_file(const char *dir, const char *name)
{
	char path[128], *text;
	struct stat st;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = fopen(path, "r");
	assert_non_null(in);
	assert_int_equal(fstat(fileno(in), &st), 0);
	text = malloc((size_t)st.st_size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, (size_t)st.st_size, in), st.st_size);
	text[st.st_size] = '\0';
	fclose(in);
	unlink(path);
	return text;
}

/* Writes the three files and returns the page; the folder is gone after. */
static char *page_of(struct made *m)
{
	struct hf_error err = { "" };
	char *text, *page, *json;

	strcpy(m->dir, "/tmp/test-report-XXXXXX");
	assert_non_null(mkdtemp(m->dir));
	if (report_write(&m->s.trace, &m->res, m->report, m->dir, &err))
		fail_msg("%s", err.text);
	json = read_file(m->dir, "report.json");
	text = read_file(m->dir, "report.txt");
	page = read_file(m->dir, "report.html");
	assert_non_null(strstr(json, "\"format\": 1"));
	assert_non_null(strstr(text, "Replay report"));
	free(json);
	free(text);
	/* Nothing else was left: the folder can go. */
	assert_int_equal(rmdir(m->dir), 0);
	return page;
}

static unsigned int count(const char *text, const char *part)
{
	unsigned int n = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		n++;
	return n;
}

/* "nan" or "inf" as a word of its own: a figure that is none. */
static bool has_no_number(const char *text)
{
	static const char *const words[] = { "nan", "inf" };

	for (int w = 0; w < 2; w++)
		for (const char *p = strstr(text, words[w]); p;
		     p = strstr(p + 1, words[w]))
			if (!isalpha((unsigned char)p[-1]) &&
			    !isalpha((unsigned char)p[3]))
				return true;
	return false;
}

static bool have_gnuplot(void)
{
	return !system("command -v gnuplot >/dev/null 2>&1");
}

static bool faithful(const json_t *report)
{
	const json_t *verdict = json_object_get(report, "verdict");

	return json_is_true(json_object_get(verdict, "faithful"));
}

static void test_faithful(void **state)
{
	struct made m;

	(void)state;
	make(&m, 3000, "hf");
	make_report(&m);
	assert_true(faithful(m.report));
	assert_int_equal(figure(&m, "format"), 1);
	assert_int_equal(figure(&m, "requests.issued"), 3000);
	assert_int_equal(figure(&m, "latency.recorded.requests"), 3000);
	assert_true(figure(&m, "issue_error.absolute.p99_ns") > 1000);
	assert_true(figure(&m, "issue_error.absolute.p99_ns") < 1200);
	assert_int_equal(figure(&m, "issue_error.drift_requests"), 100);
	assert_int_equal(json_array_size(at(m.report, "lateness.causes")), 0);
	assert_int_equal(json_array_size(at(m.report, "targets")), 2);
	expect_text(&m, "FAITHFUL: All 3000 requests");
	expect_text(&m, "No request was issued later than the tolerance (10.0 us)");
	unmake(&m);
}

/* The verdict comes first, then why it was late. */
static void test_a_late_replay_says_why_at_the_top(void **state)
{
	struct made m;
	char *text;

	(void)state;
	make(&m, 3000, "hf");
	for (int i = 0; i < 300; i++) {
		m.s.recs[i].issued_ns = m.s.requests[i].issue_ns + 500000;
		m.s.recs[i].completed_ns = m.s.recs[i].issued_ns + 1000;
		m.s.recs[i].lateness = 500000 / HFR_COST_UNIT;
		m.s.recs[i].cause = i < 200 ? HFR_CAUSE_LIMIT :
					      HFR_CAUSE_STOLEN;
	}
	make_report(&m);
	assert_false(faithful(m.report));
	assert_int_equal(figure(&m, "lateness.late_requests"), 300);
	assert_int_equal(figure(&m, "lateness.total_ns"), 300 * 500000);
	text = text_of(&m);
	assert_non_null(strstr(text, "\nLIMITED: 200 requests (6.67 %)"));
	assert_non_null(strstr(text, "\nLATE: 1 %"));
	assert_true(strstr(text, hfr_cause_name(HFR_CAUSE_LIMIT)) <
		    strstr(text, hfr_cause_name(HFR_CAUSE_STOLEN)));
	assert_true(strstr(text, "LIMITED") < strstr(text, "Why requests"));
	assert_true(strstr(text, "Why requests") < strstr(text, "Latency\n"));
	free(text);
	unmake(&m);
}

static void test_afap_leaves_the_issue_error_out(void **state)
{
	struct made m;

	(void)state;
	make(&m, 3000, "afap");
	make_report(&m);
	assert_true(json_is_null(at(m.report, "issue_error")));
	assert_true(json_is_null(at(m.report, "series.issue_error")));
	expect_text(&m, "SCALED: ");
	expect_text(&m, "Left out: there is no one schedule");
	unmake(&m);
}

static void test_errors_by_errno(void **state)
{
	struct made m;
	json_t *error;

	(void)state;
	make(&m, 1000, "hf");
	m.s.recs[5].error = EIO;
	m.s.recs[6].error = EIO;
	m.s.recs[7].error = ENOSPC;
	make_report(&m);
	assert_int_equal(figure(&m, "requests.errors"), 3);
	error = json_array_get(at(m.report, "errors"), 0);
	assert_string_equal(json_string_value(at(error, "name")), "EIO");
	assert_int_equal(json_integer_value(at(error, "requests")), 2);
	assert_int_equal(json_array_size(at(m.report, "errors")), 2);
	expect_text(&m, "No space left on device");
	unmake(&m);
}

static void test_the_wrong_trace_is_refused(void **state)
{
	struct hf_error err = { "" };
	struct made m;

	(void)state;
	make(&m, 10, "hf");
	m.s.trace.checksum++;
	assert_null(report_json(&m.s.trace, &m.res, &err));
	assert_non_null(strstr(err.text, "not the trace that was replayed"));
	m.s.trace.checksum--;
	m.s.trace.count = 9;
	assert_null(report_json(&m.s.trace, &m.res, &err));
	assert_non_null(strstr(err.text, "10 completion records"));
	unmake(&m);
}

static void test_cut_off_results(void **state)
{
	struct made m;

	(void)state;
	make(&m, 1000, "hf");
	m.res.count = 400;
	make_report(&m);
	assert_int_equal(figure(&m, "requests.without_record"), 600);
	expect_text(&m, "INCOMPLETE: 600 requests of 1000 (60 %)");
	unmake(&m);
}

/* The first 400 requests, over and over; 1,000 records of them. */
static void make_loops(struct made *m, unsigned int loops)
{
	struct hfr_completion_rec *rec;
	uint64_t ns;

	make(m, 1000, "hf");
	m->s.trace.count = 400;
	m->s.hdr.duration_ns = 60000000;
	for (unsigned int i = 0; i < 1000; i++) {
		rec = &m->s.recs[i];
		ns = rec->completed_ns - rec->issued_ns;
		rec->issued_ns = i / 400 * m->s.hdr.duration_ns +
				 m->s.requests[i % 400].issue_ns +
				 (uint64_t)rec->lateness * HFR_COST_UNIT;
		rec->completed_ns = rec->issued_ns + ns;
		rec->worker = (uint8_t)m->s.requests[i % 400].target;
	}
	json_object_set_new(m->res.meta, "loops", json_integer(loops));
}

/* The records of the loops follow each other. */
static void test_all_of_several_loops(void **state)
{
	struct hf_error err = { "" };
	struct made m;

	(void)state;
	make_loops(&m, 3);
	make_report(&m);
	assert_int_equal(figure(&m, "duration.loops"), 3);
	assert_int_equal(figure(&m, "requests.in_trace"), 1200);
	assert_int_equal(figure(&m, "requests.issued"), 1000);
	assert_int_equal(figure(&m, "requests.without_record"), 200);
	assert_int_equal(figure(&m, "load.recorded.requests"), 1200);
	assert_true(figure(&m, "issue_error.absolute.max_ns") < 2000);
	assert_int_equal(figure(&m, "order.reordered"), 0);
	assert_true(figure(&m, "duration.recorded_issue_span_ns") > 120000000);
	expect_text(&m, "replayed several times");
	json_object_set_new(m.res.meta, "loops", json_integer(2));
	assert_null(report_json(&m.s.trace, &m.res, &err));
	assert_non_null(strstr(err.text, "1000 completion records"));
	unmake(&m);
}

/* What goes wrong in the last loop is seen, and what never began. */
static void test_the_last_loop_counts(void **state)
{
	struct made m;

	(void)state;
	make_loops(&m, 4);
	m.s.recs[900].issued_ns += 3000000;
	m.s.recs[900].completed_ns += 3000000;
	m.s.recs[900].lateness += 3000000 / HFR_COST_UNIT;
	m.s.recs[900].cause = HFR_CAUSE_LIMIT;
	m.s.recs[901].error = 5;
	make_report(&m);
	assert_int_equal(figure(&m, "duration.loops"), 3);
	assert_int_equal(figure(&m, "requests.without_record"), 600);
	assert_int_equal(figure(&m, "lateness.late_requests"), 1);
	assert_int_equal(figure(&m, "requests.errors"), 1);
	assert_true(figure(&m, "issue_error.absolute.max_ns") >= 3000000);
	assert_true(figure(&m, "order.reordered") > 0);
	expect_text(&m, "INCOMPLETE: 600 requests of 1600");
	unmake(&m);
}

/* From request 500 on at half the speed: what was late then is told by cause. */
static void test_a_change_of_speed(void **state)
{
	uint64_t turn, more;
	struct made m;

	(void)state;
	make(&m, 1000, "hf");
	turn = m.s.requests[500].issue_ns;
	for (unsigned int i = 501; i < 1000; i++) {
		more = m.s.requests[i].issue_ns - turn;
		m.s.recs[i].issued_ns += more;
		m.s.recs[i].completed_ns += more;
	}
	make_report(&m);
	assert_true(json_is_null(at(m.report, "issue_error")));
	assert_null(at(m.report, "duration.issue_span_error"));
	assert_false(faithful(m.report));
	expect_text(&m, "SCALED: The speed was changed while the replay ran");
	assert_non_null(strstr(json_string_value(json_array_get(
		at(m.report, "notes"), 0)), "name the last speed only"));
	unmake(&m);
	/* One late request alone is no change of speed. */
	make(&m, 1000, "hf");
	m.s.recs[700].issued_ns += 3200000;
	m.s.recs[700].completed_ns += 3200000;
	m.s.recs[700].lateness += 200000;
	make_report(&m);
	assert_false(json_is_null(at(m.report, "issue_error")));
	unmake(&m);
}

static void test_names_that_are_not_utf8(void **state)
{
	struct made m;

	(void)state;
	make(&m, 100, "hf");
	memcpy(m.s.devs[0].name, "disk\xff\x1b[2J", 9);
	make_report(&m);
	expect_text(&m, "disk??[2J");
	unmake(&m);
}

static void test_page_is_whole(void **state)
{
	struct made m;
	char *page;

	(void)state;
	make(&m, 3000, "hf");
	m.s.recs[9].cause = HFR_CAUSE_ENGINE;
	m.s.recs[9].lateness = 1000;
	m.s.recs[9].issued_ns = m.s.requests[9].issue_ns + 16000;
	make_report(&m);
	page = page_of(&m);
	assert_null(strstr(page, "<script"));
	assert_non_null(strstr(page, "/dev/&lt;script&gt;&amp;&#39;&quot;"));
	assert_false(has_no_number(page));
	assert_non_null(strstr(page, "</html>\n"));
	if (have_gnuplot()) {
		assert_int_equal(count(page, "<svg"), plots_count);
		assert_int_equal(count(page, "</svg>"), plots_count);
		assert_int_equal(count(page, "id=\"p0-gnuplot_canvas\""), 1);
		assert_int_equal(count(page, "\"gnuplot_canvas\""), 0);
		assert_null(strstr(page, "Pictures are missing"));
	}
	/* Nothing is fetched: no address but the names of the SVG elements. */
	assert_int_equal(count(page, "://"), count(page, "=\"http://www.w3.org/"));
	free(page);
	unmake(&m);
}

static void test_page_without_gnuplot(void **state)
{
	const char *path = getenv("PATH");
	char *kept = strdup(path ? path : "");
	struct made m;
	char *page;

	(void)state;
	make(&m, 1000, "hf");
	make_report(&m);
	setenv("PATH", "/nonexistent", 1);
	page = page_of(&m);
	setenv("PATH", kept, 1);
	assert_int_equal(count(page, "<svg"), 0);
	assert_non_null(strstr(page, "Pictures are missing"));
	assert_non_null(strstr(page, "gnuplot is not installed"));
	assert_non_null(strstr(page, "FAITHFUL"));
	assert_non_null(strstr(page, "</html>\n"));
	free(page);
	free(kept);
	unmake(&m);
}

/* Nothing, one request, and no completions: whole reports without NaN. */
static void test_small_reports(void **state)
{
	static const struct {
		uint64_t n;
		bool completions;
		const char *mode;
	} cases[] = {
		{ 0, true, "hf" }, { 1, true, "hf" }, { 1, false, "hf" },
		{ 1, true, "afap" }, { 200, false, "hf" }, { 0, true, "afap" },
	};

	(void)state;
	for (size_t c = 0; c < ARRAY_SIZE(cases); c++) {
		struct made m;
		char *page;

		make(&m, cases[c].n, cases[c].mode);
		for (uint64_t i = 0; !cases[c].completions && i < cases[c].n;
		     i++)
			m.s.requests[i].complete_ns = HFR_UNKNOWN;
		make_report(&m);
		page = page_of(&m);
		assert_false(has_no_number(page));
		assert_null(strstr(page, "gnuplot failed"));
		free(page);
		unmake(&m);
	}
}

/* Nothing issued, all left over. */
static void test_nothing_was_issued(void **state)
{
	struct made m;
	char *page;

	(void)state;
	make(&m, 500, "hf");
	memset(m.s.recs, 0, 500 * sizeof(*m.s.recs));
	for (int i = 0; i < 500; i++)
		m.s.recs[i].state = HFR_REC_NOT_ISSUED;
	make_report(&m);
	page = page_of(&m);
	assert_null(strstr(page, "gnuplot failed"));
	assert_non_null(strstr(page, "500 requests of 500 (100 %) were not"));
	free(page);
	unmake(&m);
}

static void test_size_is_bounded(void **state)
{
	struct made small, big;
	char *a, *b;

	(void)state;
	make(&small, 10000, "hf");
	make_report(&small);
	a = page_of(&small);
	make(&big, 200000, "hf");
	make_report(&big);
	b = page_of(&big);
	assert_true(strlen(b) < strlen(a) + strlen(a) / 5);
	assert_true(strlen(b) < 2000000);
	free(a);
	free(b);
	unmake(&small);
	unmake(&big);
}

static void test_same_input_same_page(void **state)
{
	struct made m;
	char *a, *b;

	(void)state;
	make(&m, 5000, "hf");
	make_report(&m);
	a = page_of(&m);
	b = page_of(&m);
	assert_string_equal(a, b);
	free(a);
	free(b);
	unmake(&m);
}

static void test_a_folder_that_cannot_be(void **state)
{
	struct hf_error err = { "" };
	struct made m;

	(void)state;
	make(&m, 10, "hf");
	make_report(&m);
	assert_int_equal(report_write(&m.s.trace, &m.res, m.report,
				      "/nonexistent/result", &err), -ENOENT);
	assert_non_null(strstr(err.text, "/nonexistent/result"));
	unmake(&m);
}

static void test_svg_ids_get_a_prefix(void **state)
{
	static const char svg[] =
		"<?xml version=\"1.0\"?><svg><title>x</title><path id='a'/><use href='#a' fill=\"url(#b)\"/><g id=\"b\"/></svg>";
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	svg_embed(out, svg, 3);
	fclose(out);
	assert_string_equal(text, "<svg><path id='p3-a'/><use href='#p3-a' fill=\"url(#p3-b)\"/><g id=\"p3-b\"/></svg>");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faithful),
		cmocka_unit_test(test_a_late_replay_says_why_at_the_top),
		cmocka_unit_test(test_afap_leaves_the_issue_error_out),
		cmocka_unit_test(test_errors_by_errno),
		cmocka_unit_test(test_the_wrong_trace_is_refused),
		cmocka_unit_test(test_cut_off_results),
		cmocka_unit_test(test_all_of_several_loops),
		cmocka_unit_test(test_the_last_loop_counts),
		cmocka_unit_test(test_a_change_of_speed),
		cmocka_unit_test(test_names_that_are_not_utf8),
		cmocka_unit_test(test_page_is_whole),
		cmocka_unit_test(test_page_without_gnuplot),
		cmocka_unit_test(test_small_reports),
		cmocka_unit_test(test_nothing_was_issued),
		cmocka_unit_test(test_size_is_bounded),
		cmocka_unit_test(test_same_input_same_page),
		cmocka_unit_test(test_a_folder_that_cannot_be),
		cmocka_unit_test(test_svg_ids_get_a_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
