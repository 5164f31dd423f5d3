// SPDX-License-Identifier: GPL-2.0-only
/* Steps of hfctl transform with several inputs, outputs or turns. */
#include "transform-files.h"

#include <math.h>

#include "cluster.h"
#include "interval.h"
#include "words.h"

static const struct made odd = { .n = 4000, .seed = 11, .open_ends = true };
static const struct made apart = { .n = 4000, .seed = 12, .apart = true };
static const struct made small = { .n = 1500, .seed = 13 };

/* Splits t.hft into files, and merges all of them again. */
static struct hft_file split_and_merged(const char *by, const char *const *names,
					unsigned int n)
{
	struct pipeline_result result;
	struct hf_error err = { "" };
	struct step steps[10] = { { NULL, NULL } };
	unsigned int i;

	if (try_transform(unit_path("t.hft"), unit_path("s.hft"),
			  STEPS({ "split", by }), &result, &err))
		fail_msg("%s", err.text);
	for (i = 1; i < n; i++)
		steps[i - 1] = (struct step){ "merge",
			strdup(unit_path(names[i])) };
	steps[n - 1] = (struct step){ NULL, NULL };
	struct hft_file out = transformed(unit_path(names[0]), "o.hft", steps);

	for (i = 0; i + 1 < n; i++)
		free((char *)steps[i].text);
	return out;
}

static void split_then_merge(void **state)
{
	static const char *const targets[] = { "s-sda.hft", "s-sdb.hft" };
	static const char *const streams[] = {
		"s-100.hft", "s-101.hft", "s-102.hft", "s-103.hft",
		"s-104.hft", "s-105.hft", "s-106.hft",
	};
	struct hft_file f, out;

	(void)state;
	f = opened(make_trace("t.hft", &apart));
	out = split_and_merged("target", targets, 2);
	same_records(&f, &out);
	assert_int_equal(out.hdr->wall_start_ns, f.hdr->wall_start_ns);
	assert_int_equal(out.hdr->device_count, 2);
	assert_memory_equal(f.devs, out.devs, 2 * sizeof(f.devs[0]));
	hft_close(&out);
	out = split_and_merged("stream", streams, 7);
	same_records(&f, &out);
	hft_close(&out);
	hft_close(&f);
}

static void a_part_of_a_split(void **state)
{
	struct pipeline_result result;
	struct hf_error err = { "" };
	struct hft_file f, out;
	uint64_t i, k = 0;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	assert_int_equal(try_transform(f.path, unit_path("s.hft"),
				       STEPS({ "split", "target" }), &result,
				       &err), 0);
	out = opened(unit_path("s-sdb.hft"));
	assert_int_equal(out.hdr->device_count, 1);
	assert_string_equal((const char *)out.devs[0].name, "sdb");
	assert_true(says(&out, "\"split\":{\"target\":1}"));
	for (i = 0; i < f.count; i++) {
		struct hfr_trace_rec rec = f.recs[i];

		if (rec.target != 1)
			continue;
		rec.target = 0;
		same_rec(&rec, &out.recs[k++]);
	}
	assert_int_equal(k, out.count);
	hft_close(&out);
	hft_close(&f);
}

static void check_loop(const char *text, uint64_t turns, uint64_t period)
{
	struct hft_file f = opened(unit_path("t.hft"));
	struct hft_file out = transformed(f.path, "o.hft",
					  STEPS({ "loop", text }));
	uint64_t i;

	assert_int_equal(out.count, turns * f.count);
	for (i = 0; i < out.count; i++) {
		struct hfr_trace_rec rec = f.recs[i % f.count];
		uint64_t by = i / f.count * period;

		rec.issue_ns += by;
		if (rec.complete_ns != HFR_UNKNOWN)
			rec.complete_ns += by;
		same_rec(&rec, &out.recs[i]);
		assert_true(!i || out.recs[i].issue_ns >=
			    out.recs[i - 1].issue_ns);
	}
	hft_close(&out);
	hft_close(&f);
}

static void loops(void **state)
{
	struct hft_file f;
	uint64_t span, end = 0, i, first;

	(void)state;
	f = opened(make_trace("t.hft", &odd));
	first = f.recs[0].issue_ns;
	span = f.recs[f.count - 1].issue_ns - first;
	for (i = 0; i < f.count; i++)
		if (f.recs[i].complete_ns != HFR_UNKNOWN &&
		    f.recs[i].complete_ns > end)
			end = f.recs[i].complete_ns;
	check_loop("3", 3, span + span / (f.count - 1));
	check_loop("3,gap=mean", 3, span + span / (f.count - 1));
	check_loop("2,gap=0", 2, span);
	check_loop("2,gap=1ms", 2, span + 1000000);
	check_loop("2,gap=drain", 2, end - first);
	check_loop("1", 1, 0);
	hft_close(&f);
}

/*
 * Every step gives the same records again after a rewind: twice through a loop
 * is what once is, two times.
 */
static void check_rewind(const struct step *step)
{
	struct hft_file f = opened(unit_path("t.hft"));
	struct hft_file once = transformed(f.path, "p.hft",
					   STEPS(*step, { "shift", "0" }));
	struct hft_file out = transformed(f.path, "o.hft",
					  STEPS(*step, { "loop", "3" },
						{ "tail", "1000000" }));
	uint64_t i, by = 0;

	assert_int_equal(out.count, 3 * once.count);
	for (i = 0; i < out.count; i++) {
		struct hfr_trace_rec rec = once.recs[i % once.count];

		if (!(i % once.count))
			by = out.recs[i].issue_ns - rec.issue_ns;
		rec.issue_ns += by;
		if (rec.complete_ns != HFR_UNKNOWN)
			rec.complete_ns += by;
		same_rec(&rec, &out.recs[i]);
	}
	hft_close(&out);
	hft_close(&once);
	hft_close(&f);
}

static void rewinds(void **state)
{
	static struct step steps[] = {
		{ "window", "1ms..20ms" }, { "head", "1700" },
		{ "head", "20ms" }, { "tail", "1700" }, { "tail", "20ms" },
		{ "sample", "20%" }, { "sample", "60%,by=stream" },
		{ "sample", "20%,by=address,granule=64k" },
		{ "filter", "op=read" }, { "drop", "op=read" },
		{ "speed", "3" }, { "shift", "1ms" }, { "shift", "start" },
		{ "remap", "wrap=4000k" }, { "remap", "tile=3,by=request" },
		{ "remap", "fit=1g" }, { "loop", "2" },
		{ "represent", "interval=5ms,count=4" },
		{ "merge", NULL }, { "anonymise", NULL },
	};
	char merge[200], key[200];
	unsigned int i;

	(void)state;
	make_trace("u.hft", &small);
	make_trace("t.hft", &odd);
	snprintf(merge, sizeof(merge), "%s,phase=1us", unit_path("u.hft"));
	snprintf(key, sizeof(key), "granule=64k,key=%s",
		 unit_text("key", "0123456789abcdef"));
	steps[18].text = merge;
	steps[19].text = key;
	for (i = 0; i < 20; i++)
		check_rewind(&steps[i]);
}

/* Three kinds of load take turns: 6, 3 and 1 of ten intervals of 10 ms. */
static int kind_of(uint64_t interval)
{
	static const int kinds[] = { 0, 1, 0, 0, 2, 0, 1, 0, 1, 0 };

	return kinds[interval % 10];
}

static void make_phases(uint64_t intervals)
{
	struct hft_writer *w = new_writer(unit_path("t.hft"));
	struct hf_error err = { "" };
	uint64_t i, k, seed = 1;

	for (i = 0; i < intervals; i++) {
		static const uint64_t many[] = { 100, 20, 400 };
		int kind = kind_of(i);

		for (k = 0; k < many[kind]; k++) {
			struct hfr_trace_rec rec = {
				.issue_ns = i * 10000000 +
					    k * 10000000 / many[kind],
				.op = kind == 1 ? HFR_OP_WRITE : HFR_OP_READ,
				.length = 4096U << kind,
				.offset = kind ? k * (4096U << kind) :
					hash_next(&seed) % 65536 * 4096,
			};

			rec.complete_ns = rec.issue_ns + 50000;
			add(w, &rec);
		}
	}
	if (hft_writer_finish(w, 0, 1, PROVENANCE, NULL, &err))
		fail_msg("%s", err.text);
}

static void represents(void **state)
{
	static const uint64_t many[] = { 100, 20, 400 };
	static const int weights[] = { 60, 30, 10 };
	struct hft_file out;
	uint64_t i, seen[3] = { 0 };
	json_t *meta, *step, *list;
	size_t k;

	(void)state;
	make_phases(100);
	out = transformed(unit_path("t.hft"), "o.hft",
			  STEPS({ "represent", "interval=10ms,count=3" }));
	/* One interval of each kind, one behind the other. */
	assert_int_equal(out.count, 520);
	assert_int_equal(out.hdr->wall_start_ns, 0);
	for (i = 0; i < out.count; i++)
		seen[out.recs[i].length / 8192]++;
	for (i = 0; i < 3; i++)
		assert_int_equal(seen[i], many[i]);
	assert_true(out.recs[519].issue_ns < 30000000);
	meta = json_loadb(out.provenance, out.hdr->provenance_size, 0, NULL);
	step = json_array_get(json_object_get(meta, "transform"), 0);
	list = json_object_get(step, "weights");
	assert_int_equal(json_array_size(list), 3);
	for (k = 0; k < 3; k++) {
		const json_t *c = json_array_get(list, k);
		uint64_t from = (uint64_t)json_integer_value(
					json_object_get(c, "from_ns"));
		int kind = kind_of(from / 10000000);
		double w = json_real_value(json_object_get(c, "weight"));

		assert_int_equal(json_integer_value(json_object_get(c, "at_ns")),
				 k * 10000000);
		/* The last of all intervals ends with its last issue. */
		assert_true(w > weights[kind] - 0.02 && w <= weights[kind]);
	}
	json_decref(meta);
	hft_close(&out);
}

/* More are wanted than there are: all are kept, each for itself. */
static void represents_all(void **state)
{
	struct hft_file f, out;

	(void)state;
	make_phases(7);
	f = opened(unit_path("t.hft"));
	out = transformed(f.path, "o.hft",
			  STEPS({ "represent", "interval=10ms,count=100" }));
	/* Alike ones may share a cluster; no time is lost. */
	assert_true(out.count <= f.count);
	assert_true(says(&out, "\"intervals\":7"));
	hft_close(&out);
	hft_close(&f);
}

/* Requests that end where a granule does touch none behind it. */
static void granules_of_an_interval(void **state)
{
	static struct features f;
	double out[FEATURES];
	struct hfr_trace_rec rec = {
		.op = HFR_OP_READ, .length = FEATURES_GRANULE,
	};

	(void)state;
	features_add(&f, &rec);
	rec.offset = 3 * FEATURES_GRANULE - 4096;
	rec.length = 4096;
	features_add(&f, &rec);
	features_end(&f, 1000, out);
	assert_true(fabs(exp2(out[FEATURE_PLACES]) - 1 - 2) < 0.01);
	rec.length = 8192;
	features_add(&f, &rec);
	features_end(&f, 1000, out);
	assert_true(fabs(exp2(out[FEATURE_PLACES]) - 1 - 2) < 0.01);
}

static double square(const double *a, const double *b, size_t dims)
{
	double sum = 0;

	while (dims--)
		sum += (a[dims] - b[dims]) * (a[dims] - b[dims]);
	return sum;
}

/* Every point is in the nearest cluster, every center is a mean. */
static void clusters(void **state)
{
	enum { N = 600, D = 3, K = 7 };
	static double points[N * D], center[K * D];
	uint64_t seed = 99, i, c, d;
	uint32_t label[N], again[N];
	struct cluster_input in = { .points = points, .n = N, .dims = D,
				    .k = K, .seed = 5 };
	double spread, sum = 0, best = 0, mean[K * D] = { 0 };
	size_t count[K] = { 0 };

	(void)state;
	for (i = 0; i < N * D; i++)
		points[i] = (double)(hash_next(&seed) % 1000) +
			    (double)(i / D % K) * 2000;
	cluster_normalise(points, N, D);
	for (d = 0; d < D; d++) {
		double m = 0, v = 0;

		for (i = 0; i < N; i++) {
			m += points[i * D + d];
			v += points[i * D + d] * points[i * D + d];
		}
		assert_true(m / N < 1e-9 && m / N > -1e-9);
		assert_true(v / N > 1 - 1e-9 && v / N < 1 + 1e-9);
	}
	assert_int_equal(cluster(&in, label, center, &spread), 0);
	for (i = 0; i < N; i++) {
		double own = square(points + i * D, center + label[i] * D, D);

		sum += own;
		count[label[i]]++;
		for (d = 0; d < D; d++)
			mean[label[i] * D + d] += points[i * D + d];
		for (c = 0; c < K; c++)
			assert_true(own <= square(points + i * D,
						  center + c * D, D));
		/* The groups lie far apart: it must find them. */
		assert_int_equal(label[i], label[i % K]);
	}
	for (c = 0; c < K; c++)
		for (d = 0; d < D; d++)
			best += count[c] ? (mean[c * D + d] / (double)count[c] -
					    center[c * D + d]) *
				(mean[c * D + d] / (double)count[c] -
				 center[c * D + d]) : 1;
	assert_true(best < 1e-18);
	assert_true(sum - spread < 1e-9 && spread - sum < 1e-9);
	assert_int_equal(cluster(&in, again, center, &spread), 0);
	assert_memory_equal(label, again, sizeof(label));
}

static void ratios(void **state)
{
	static const struct {
		const char *text;
		uint64_t num, den;
	} good[] = {
		{ "2", 2, 1 }, { "0.5", 1, 2 }, { "10%", 1, 10 },
		{ "1/3", 1, 3 }, { "1.5/0.5", 3, 1 }, { "12.5%", 1, 8 },
		{ "0.000000001", 1, 1000000000 }, { "007", 7, 1 },
	};
	static const char *const bad[] = {
		"", "0", "-1", "1/0", "x", "2x", "1.", ".5", "1e3", "2%%",
		"1/3%", "0x10", "1234567890", "0.0000000001", " 1", "nan",
	};
	struct hf_error err;
	struct ratio r;
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(word_ratio(good[i].text, &r, &err), 0);
		assert_int_equal(r.num, good[i].num);
		assert_int_equal(r.den, good[i].den);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!word_ratio(bad[i], &r, &err))
			fail_msg("\"%s\" is taken for a factor", bad[i]);
	r = (struct ratio){ 2, 3 };
	assert_int_equal(ratio_of(&r, 10), 7);
	assert_int_equal(ratio_of(&r, 4), 3);
	assert_true(ratio_of(&(struct ratio){ 2, 1 }, 1ULL << 63) ==
		    UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(split_then_merge),
		cmocka_unit_test(a_part_of_a_split),
		cmocka_unit_test(loops),
		cmocka_unit_test(rewinds),
		cmocka_unit_test(represents),
		cmocka_unit_test(represents_all),
		cmocka_unit_test(granules_of_an_interval),
		cmocka_unit_test(clusters),
		cmocka_unit_test(ratios),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
