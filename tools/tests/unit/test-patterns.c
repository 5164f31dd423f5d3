// SPDX-License-Identifier: GPL-2.0-only
/* Windows, their patterns, the base of patterns, matching and prediction. */
#include <errno.h>
#include <math.h>
#include <sys/stat.h>

#include "base-file.h"
#include "dtw.h"
#include "files.h"
#include "import-files.h"
#include "study.h"

#define H "%064x"
#define SECOND 1000000000ULL
#define GIB100 (100LL << 20)

/* Windows that were seen. */
#define MAX_SEEN 64
static struct window seen[MAX_SEEN];
static int64_t series[MAX_SEEN][64];
static int nseen;

static int keep(void *ctx, const struct window *w, struct hf_error *e)
{
	(void)ctx;
	(void)e;
	assert_true(nseen < MAX_SEEN && w->n <= 64);
	seen[nseen] = *w;
	memcpy(series[nseen++], w->x, w->n * sizeof(*w->x));
	return 0;
}

static void cut(const char *text, uint64_t period, bool split)
{
	const struct window_opts opts = { period, split };
	struct files *files;
	struct hft_file file;

	nseen = 0;
	good(text, NULL, &file);
	assert_int_equal(files_read(&files, &file, &err), 0);
	assert_int_equal(windows_of(&file, files, &opts, keep, NULL, &err), 0);
	files_free(files);
	hft_close(&file);
}

static void check_window(int i, uint64_t start, uint64_t reads,
			 uint64_t writes, uint32_t files)
{
	assert_true(i < nseen);
	assert_int_equal(seen[i].start_ns, start);
	assert_int_equal(seen[i].reads, reads);
	assert_int_equal(seen[i].writes, writes);
	assert_int_equal(seen[i].n, reads + writes);
	assert_int_equal(seen[i].files, files);
}

/* By hand: two files, three windows, time without requests in between. */
static void test_windows(void **state)
{
	char text[2000], *at = text;

	(void)state;
	at += sprintf(at, "1000000000 " H " R 1048576 4096\n", 5);
	at += sprintf(at, "1000000000 " H " R 1052672 4096\n", 5);
	at += sprintf(at, "1500000000 " H " R 2048 4096\n", 9);
	at += sprintf(at, "1999999999 " H " R 0 4096\n", 5);
	at += sprintf(at, "2000000000 " H " R 4096 4096\n", 9);
	at += sprintf(at, "2100000000 " H " W 4096 8192\n", 9);
	at += sprintf(at, "9000000000 " H " W 512 1536\n", 5);
	cut(text, SECOND, true);
	assert_int_equal(nseen, 4);
	check_window(0, 0, 4, 0, 2);
	assert_int_equal(seen[0].bytes, 4 * 4096);
	assert_int_equal(series[0][0], 1024);
	assert_int_equal(series[0][1], 4);
	assert_int_equal(series[0][2], GIB100 + 2 - 1028);
	assert_int_equal(series[0][3], -GIB100 - 2);
	/* Another window, in which file 9 is the first. */
	check_window(1, SECOND, 1, 0, 1);
	assert_int_equal(series[1][0], 4);
	check_window(2, SECOND + SECOND / 10, 0, 1, 1);
	assert_int_equal(seen[2].ops, WINDOW_WRITES);
	check_window(3, 8 * SECOND, 0, 1, 1);
	assert_int_equal(series[3][0], 0);
	cut(text, SECOND, false);
	assert_int_equal(nseen, 3);
	check_window(1, SECOND, 1, 1, 1);
	assert_int_equal(series[1][1], 0);
	cut(text, 20 * SECOND, false);
	assert_int_equal(nseen, 1);
	check_window(0, 0, 5, 2, 2);
}

/* A window with more files than the first table has room for. */
static int count_files(void *ctx, const struct window *w, struct hf_error *e)
{
	int64_t place = 0;
	size_t i;

	(void)e;
	for (i = 0; i < w->n; i++) {
		place += w->x[i];
		assert_int_equal(place, (int64_t)(i % 3000) * GIB100);
	}
	*(uint32_t *)ctx = w->files;
	return 0;
}

static void test_many_files(void **state)
{
	const struct window_opts opts = { SECOND, true };
	char *text = malloc(6000 * 100), *at = text;
	uint32_t n = 0;
	struct files *files;
	struct hft_file file;
	int i;

	(void)state;
	for (i = 0; i < 6000; i++)
		at += sprintf(at, "%d " H " R 0 512\n", i, i % 3000);
	good(text, NULL, &file);
	assert_int_equal(files_read(&files, &file, &err), 0);
	assert_int_equal(windows_of(&file, files, &opts, count_files, &n,
				    &err), 0);
	assert_int_equal(n, 3000);
	files_free(files);
	hft_close(&file);
	free(text);
}

static const struct match_opts usual = {
	.band = 0.1, .threshold = 80, .difference = 10,
};

static struct window window_of(const int64_t *x, size_t n, uint32_t files)
{
	return (struct window){
		.ops = WINDOW_READS, .reads = n, .files = files, .x = x,
		.n = n,
	};
}

static size_t add(struct base *b, const int64_t *x, size_t n, uint32_t files)
{
	struct window w = window_of(x, n, files);
	size_t index;

	assert_int_equal(base_add(b, &w, &index, &err), 0);
	return index;
}

static size_t match(struct base *b, const int64_t *x, size_t n, uint32_t files,
		    const struct match_opts *opts, double *similarity)
{
	struct window w = window_of(x, n, files);
	struct match found;

	assert_int_equal(base_match(b, &w, opts, &found, &err), 0);
	if (similarity)
		*similarity = found.similarity;
	return found.index;
}

static void test_match(void **state)
{
	int64_t x[20], y[20], z[20];
	struct match_opts opts = usual;
	struct base b;
	double s;
	int i;

	(void)state;
	for (i = 0; i < 20; i++) {
		x[i] = 32;
		y[i] = i % 2 ? 40 : 24;
		z[i] = 32;
	}
	base_init(&b, SECOND, true);
	assert_int_equal(match(&b, x, 20, 1, &opts, &s), BASE_NONE);
	add(&b, x, 20, 1);
	add(&b, y, 20, 1);
	assert_int_equal(match(&b, x, 20, 1, &opts, &s), 0);
	assert_true(s == 100);
	assert_int_equal(match(&b, y, 20, 1, &opts, &s), 1);
	/* One step of 20 is 132 instead of 32: 100 of 640 + 740. */
	z[7] = 132;
	assert_int_equal(match(&b, z, 20, 1, &opts, &s), 0);
	assert_true(fabs(s - 100 * (1 - 100. / 1380)) < 1e-9);
	opts.threshold = 93;
	assert_int_equal(match(&b, z, 20, 1, &opts, &s), BASE_NONE);
	/* Lengths and files that differ too much are not compared. */
	assert_int_equal(match(&b, x, 18, 1, &opts, NULL), 0);
	assert_int_equal(match(&b, x, 17, 1, &opts, NULL), BASE_NONE);
	assert_int_equal(match(&b, x, 20, 2, &opts, NULL), BASE_NONE);
	base_free(&b);
}

/* Similarity by the largest distance depends on what came before. */
static void test_largest(void **state)
{
	static const int64_t x[5] = { 0, 10, 10, 10, 10 };
	static const int64_t y[5] = { 0, 10, 10, 10, 90 };
	static const int64_t z[5] = { 0, 10, 10, 10, 18 };
	struct match_opts opts = usual;
	struct base b;
	double s;

	(void)state;
	opts.scale = BASE_LARGEST;
	opts.distance = BASE_FAST;
	base_init(&b, SECOND, true);
	add(&b, x, 5, 1);
	assert_int_equal(match(&b, z, 5, 1, &opts, &s), BASE_NONE);
	assert_int_equal(b.largest, 8);
	assert_int_equal(match(&b, y, 5, 1, &opts, &s), BASE_NONE);
	assert_int_equal(b.largest, 80);
	assert_int_equal(match(&b, z, 5, 1, &opts, &s), 0);
	assert_true(fabs(s - 90) < 1e-9);
	assert_int_equal(match(&b, x, 5, 1, &opts, &s), 0);
	assert_true(s == 100);
	base_free(&b);
}

/* The band and the limit change how fast the best is found, not which it is. */
static void test_best(void **state)
{
	static int64_t x[30][40];
	uint64_t seed = 7;
	struct match_opts opts = usual;
	struct base b;
	int i, k, hits = 0;

	(void)state;
	opts.threshold = 60;
	opts.band = 1;
	base_init(&b, SECOND, true);
	for (i = 0; i < 30; i++) {
		for (k = 0; k < 40; k++)
			x[i][k] = (int64_t)(unit_random(&seed) % 100);
		add(&b, x[i], 40, 1);
	}
	for (i = 0; i < 200; i++) {
		int64_t w[40];
		double best = 0, s;
		size_t want = BASE_NONE, p;

		for (k = 0; k < 40; k++)
			w[k] = x[i % 30][k] +
			       (int64_t)(unit_random(&seed) % 60);
		for (p = 0; p < b.n; p++) {
			struct dtw_series one = { b.list[p].x, 40 };
			struct dtw_series other = { w, 40 };
			double both = 0;
			uint64_t d;

			assert_int_equal(dtw_banded(&one, &other, 40,
						    DTW_NONE - 1, &d, &err), 0);
			for (k = 0; k < 40; k++)
				both += (double)(one.x[k] + w[k]);
			s = 100 * (1 - (double)d / both);
			if (s >= 60 && s > best) {
				best = s;
				want = p;
			}
		}
		assert_int_equal(match(&b, w, 40, 1, &opts, &s), want);
		assert_true(want == BASE_NONE || fabs(s - best) < 1e-9);
		hits += want != BASE_NONE;
	}
	assert_true(hits > 50);
	base_free(&b);
}

static void test_next(void **state)
{
	static const int64_t x[1] = { 1 };
	struct base b;
	double share;
	int i;

	(void)state;
	base_init(&b, SECOND, true);
	for (i = 0; i < 4; i++)
		add(&b, x, 1, 1);
	assert_int_equal(base_next(&b, 0, &share), BASE_NONE);
	assert_int_equal(base_follow(&b, 0, 3, &err), 0);
	assert_int_equal(base_follow(&b, 0, 1, &err), 0);
	/* Of equals the smaller number. */
	assert_int_equal(base_next(&b, 0, &share), 1);
	assert_true(share == 0.5);
	assert_int_equal(base_follow(&b, 0, 3, &err), 0);
	assert_int_equal(base_next(&b, 0, &share), 3);
	assert_true(fabs(share - 2. / 3) < 1e-12);
	base_free(&b);
}

static void test_base_file(void **state)
{
	static const int64_t x[3] = { 5, -7, 1LL << 40 };
	static const int64_t y[2] = { 1, 2 };
	const char *path = unit_path("base");
	struct base b, c;
	char *first, *second;
	size_t n, k;

	(void)state;
	unit_files(true);
	assert_int_equal(base_load(&c, path, &err), -ENOENT);
	base_init(&b, 5 * SECOND, true);
	b.largest = 77;
	add(&b, x, 3, 2);
	add(&b, y, 2, 1);
	assert_int_equal(base_seen(&b, 0, "A", &err), 0);
	assert_int_equal(base_seen(&b, 0, "B", &err), 0);
	assert_int_equal(base_seen(&b, 0, "B", &err), 0);
	assert_int_equal(base_seen(&b, 1, NULL, &err), 0);
	assert_int_equal(base_follow(&b, 0, 1, &err), 0);
	assert_int_equal(base_follow(&b, 0, 1, &err), 0);
	assert_int_equal(base_follow(&b, 1, 1, &err), 0);
	assert_int_equal(base_save(&b, path, &err), 0);
	assert_int_equal(base_load(&c, path, &err), 0);
	assert_int_equal(c.period_ns, 5 * SECOND);
	assert_int_equal(c.largest, 77);
	assert_true(c.split);
	assert_int_equal(c.n, 2);
	assert_int_equal(c.list[0].n, 3);
	assert_memory_equal(c.list[0].x, x, sizeof(x));
	assert_int_equal(c.list[0].weight, 12 + (1LL << 40));
	assert_int_equal(c.list[0].seen, 3);
	assert_int_equal(c.list[0].files, 2);
	assert_string_equal(base_label(&c, 0), "B");
	assert_null(base_label(&c, 1));
	assert_int_equal(c.list[0].next[0].count, 2);
	assert_int_equal(base_next(&c, 1, NULL), 1);
	/* What was read is written the same. */
	first = (char *)unit_read(path, &n);
	assert_int_equal(base_save(&c, path, &err), 0);
	second = (char *)unit_read(path, &k);
	assert_int_equal(n, k);
	assert_memory_equal(first, second, n);
	free(first);
	free(second);
	base_free(&b);
	base_free(&c);
	assert_int_equal(unit_files(true), 1);
}

static void bad_base(const char *text, const char *says)
{
	struct base b;

	assert_int_equal(base_load(&b, unit_text("base", text), &err),
			 -EINVAL);
	assert_says(&err, says);
}

#define FRONT "{\"format\":\"hfctl patterns\",\"version\":1,\"window_ns\":1," \
	"\"largest_distance\":1,\"split\":true,\"patterns\":["
#define ONE "{\"ops\":\"read\",\"reads\":1,\"writes\":0,\"bytes\":1,\"files\":1,\"seen\":1,\"labels\":{},\"series\":[4]}"

static void test_bad_base(void **state)
{
	(void)state;
	bad_base("{", "line 1: ");
	bad_base("[]", "it does not say that it is one");
	bad_base("{\"format\":\"hfctl patterns\",\"version\":2}",
		 "another version");
	bad_base("{\"format\":\"hfctl patterns\",\"version\":1}", "window_ns");
	bad_base(FRONT "{}]}", "a pattern lacks a number");
	bad_base(FRONT "{\"ops\":\"read\",\"reads\":2,\"writes\":0,\"bytes\":1,\"files\":1,\"seen\":1,\"series\":[4]}]}",
		 "a pattern lacks its series");
	bad_base(FRONT ONE "],\"next\":[[0,1,1]]}", "not there");
	bad_base(FRONT ONE "],\"next\":[[0,0]]}", "not three numbers");
	bad_base(FRONT ONE "],\"next\":[[0,0,1],[0,0,1]]}", "a row twice");
	unit_files(true);
}

/* A window of a second: sequential requests or jumps, of one file. */
static char *put_window(char *at, int second, int step, int n)
{
	int i;

	for (i = 0; i < n; i++)
		at += sprintf(at, "%d%09d " H " R %d 4096\n", second, i * 1000,
			      1, i * step);
	return at;
}

static void study_text(struct study *s, const char *text)
{
	struct hft_file file;

	good(text, NULL, &file);
	assert_int_equal(study_trace(s, &file, &err), 0);
	hft_close(&file);
}

/* A, B, A, B ... : two patterns, and what follows is known after A, B, A. */
static void test_study(void **state)
{
	struct study_opts opts = {
		.window = { SECOND, true }, .match = usual, .least = 5,
		.learn = true,
	};
	struct base b;
	struct study s = { .opts = &opts, .base = &b, .label = "one" };
	char *text = malloc(100000), *at = text;
	int i;

	(void)state;
	base_init(&b, SECOND, true);
	for (i = 0; i < 10; i++)
		at = put_window(at, 1 + i, i % 2 ? 4096 : 409600, 20);
	at = put_window(at, 11, 4096, 4);
	study_text(&s, text);
	assert_int_equal(b.n, 2);
	assert_int_equal(s.scores.windows, 10);
	assert_int_equal(s.scores.matched, 8);
	/* The first A and B are new; A, B and again A are not foreseen. */
	assert_int_equal(s.scores.foreseen, 7);
	assert_int_equal(s.scores.came_true, 7);
	assert_int_equal(s.scores.judged, 8);
	assert_int_equal(s.scores.labelled, 9);
	assert_int_equal(s.scores.right, 8);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.lengths[0].windows, 11);
	assert_int_equal(s.lengths[0].requests, 204);
	assert_true(fabs(lengths_mean(&s.lengths[0]) - 204. / 11) < 1e-12);
	/* sqrt(mean of squares - square of mean) */
	assert_true(fabs(lengths_deviation(&s.lengths[0]) -
			 sqrt(4016. / 11 - 204. * 204 / 121)) < 1e-9);
	study_free(&s);
	/* Another trace with another label, which has the pattern B. */
	s = (struct study){ .opts = &opts, .base = &b, .label = "two" };
	opts.learn = false;
	*put_window(text, 1, 4096, 20) = '\0';
	study_text(&s, text);
	assert_int_equal(b.n, 2);
	assert_int_equal(b.list[1].seen, 5);
	assert_int_equal(s.scores.matched, 1);
	assert_int_equal(s.scores.judged, 1);
	assert_int_equal(s.scores.right, 0);
	assert_int_equal(s.scores.labelled, 0);
	study_free(&s);
	base_free(&b);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_many_files),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_best),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_base_file),
		cmocka_unit_test(test_bad_base),
		cmocka_unit_test(test_study),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
