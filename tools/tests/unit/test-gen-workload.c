// SPDX-License-Identifier: GPL-2.0-only
/* Requests of generated traces: lengths, operations, times, streams, phases. */
#include <errno.h>
#include <math.h>

#include "arrival.h"
#include "extents.h"
#include "plain-lru.h"
#include "readmix.h"
#include "unit-files.h"
#include "workload.h"

static struct hf_error err;

static struct phase_opts phase(const char *ird, uint64_t items, uint64_t n)
{
	return (struct phase_opts){
		.p_irm = { 0, 1 }, .p_inf = { 0, 1 }, .ird = ird,
		.items = items, .requests = n, .sizes = "4k", .reads = "1",
		.arrival = "constant,rate=1000", .seed = 9,
	};
}

static struct stream_opts stream(const char *name, const char *target)
{
	return (struct stream_opts){
		.name = name, .target = target, .at = UINT64_MAX,
		.nphases = 1,
	};
}

/* All requests; to be freed. */
static struct hfr_trace_rec *generate(const struct stream_opts *streams,
				      unsigned int n, size_t most,
				      size_t *count)
{
	struct hfr_trace_rec *recs = calloc(most, sizeof(*recs));
	struct workload *w;
	int rc;

	assert_non_null(recs);
	if (workload_new(&w, streams, n, &err))
		fail_msg("%s", err.text);
	for (*count = 0; (rc = workload_next(w, &recs[*count], &err)) > 0;
	     ++*count)
		assert_true(*count + 1 < most);
	if (rc)
		fail_msg("%s", err.text);
	workload_free(w);
	return recs;
}

/* The blocks of 4 KiB that requests use. */
static uint64_t *blocks_of(const struct hfr_trace_rec *recs, size_t n,
			   size_t *count)
{
	uint64_t *list, at;
	size_t i;

	*count = 0;
	for (i = 0; i < n; i++)
		*count += recs[i].length / 4096;
	list = calloc(*count, sizeof(*list));
	assert_non_null(list);
	*count = 0;
	for (i = 0; i < n; i++)
		for (at = 0; at < recs[i].length; at += 4096)
			list[(*count)++] = (recs[i].offset + at) / 4096;
	return list;
}

static void curve_of(const char *sizes, const char *ird, const char *irm,
		     struct ratio p_irm, uint64_t footprint, struct curve *c)
{
	struct stream_opts s = stream("s", "sda");
	struct hfr_trace_rec *recs;
	uint64_t *blocks;
	size_t n, count;

	s.phases[0] = phase(ird, 0, 150000);
	s.phases[0].p_irm = p_irm;
	s.phases[0].irm = irm;
	s.phases[0].footprint = footprint;
	s.phases[0].sizes = sizes;
	recs = generate(&s, 1, 200000, &n);
	blocks = blocks_of(recs, n, &count);
	plain_lru_curve(blocks, count, footprint / 4096, c);
	free(blocks);
	free(recs);
}

/*
 * With several lengths a cache of blocks sees the curve that it sees with one:
 * as many items, each used as often, on a footprint as much longer.
 */
static void test_sizes_keep_the_curve(void **state)
{
	static const char *const irds[] = { "b", "c", "e", "d" };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		const struct ratio p = { i == 3, 5 };
		struct curve one, many;
		double mean, most;

		curve_of("4k", irds[i], "zipf", p, 1500 * 4096, &one);
		curve_of("4k,12k,16k", irds[i], "zipf", p, 4000 * 4096, &many);
		curve_differ(&one, &many, &mean, &most);
		print_message("# %s: mean %.4f, most %.4f\n", irds[i], mean,
			      most);
		assert_true(mean <= 0.01);
		assert_true(labs((long)many.items - 4000) <= 4);
	}
}

static void test_sizes_are_as_asked(void **state)
{
	struct stream_opts s = stream("s", "sda");
	size_t n, i, long_ones = 0, once = 0;
	struct hfr_trace_rec *recs;

	(void)state;
	s.at = 1 << 20;
	s.phases[0] = phase("b", 5000, 60000);
	s.phases[0].p_inf = (struct ratio){ 1, 10 };
	s.phases[0].sizes = "4k=3,64k=1,1M=0";
	recs = generate(&s, 1, 70000, &n);
	assert_int_equal(n, 60000);
	for (i = 0; i < n; i++) {
		assert_true(recs[i].length == 4096 || recs[i].length == 65536);
		assert_true(recs[i].offset >= 1 << 20);
		long_ones += recs[i].length == 65536;
		once += recs[i].offset >= (1 << 20) + 5000 * 19456ULL;
	}
	assert_true(fabs((double)long_ones / (double)n - 0.25) < 0.03);
	assert_true(fabs((double)once / (double)n - 0.1) < 0.02);
	free(recs);
}

/* No two items share a byte, whether used once or again. */
static void test_extents_apart(void **state)
{
	struct extents e;
	struct sizes sizes;
	struct draw d;
	uint64_t at, end = 0, i;

	(void)state;
	draw_seed(&d, 1, 1);
	assert_int_equal(sizes_parse(&sizes, "512,4k=2,8k", &err), 0);
	assert_int_equal(extents_make(&e, &sizes, 0, 1000000, &d, &err), 0);
	for (i = 0; i < e.items; i++) {
		uint32_t length = extents_place(&e, i, &at);

		assert_int_equal(at, end);
		end = at + length;
	}
	assert_int_equal(end, e.bytes);
	assert_true(end <= 1000000 && end > 1000000 - 8192);
	extents_free(&e);
	/* A first one that does not fit is no reason to have none. */
	assert_int_equal(extents_make(&e, &sizes, 0, 512, &d, &err), 0);
	assert_int_equal(e.items, 1);
	extents_free(&e);
	sizes_free(&sizes);
}

static void bad_sizes(const char *text, int code, const char *why)
{
	struct sizes s;

	err.text[0] = '\0';
	assert_int_equal(sizes_parse(&s, text, &err), code);
	assert_says(&err, why);
}

static void test_bad_sizes(void **state)
{
	struct extents e;
	struct sizes s;
	struct draw d;
	char text[200];

	(void)state;
	bad_sizes("100", -EINVAL, "not a multiple of 512");
	bad_sizes("0", -EINVAL, "not a multiple of 512");
	bad_sizes("128M", -EINVAL, "up to 64m");
	bad_sizes("4k=x", -EINVAL, "not a number");
	bad_sizes("4k=5000000000", -EINVAL, "too large");
	bad_sizes("4k<3", -EINVAL, "wants \"=\"");
	bad_sizes("4k=0", -EINVAL, "weights are 0");
	bad_sizes("file=/nonexistent/x", -ENOENT, "cannot open");
	snprintf(text, sizeof(text), "file=%s", unit_text("s", "4k 1\n8k\n"));
	bad_sizes(text, -EINVAL, "s, line 2: a line is a size and a weight");
	snprintf(text, sizeof(text), "file=%s", unit_text("s", "# none\n"));
	bad_sizes(text, -ENODATA, "has no size");
	snprintf(text, sizeof(text), "file=%s",
		 unit_text("s", "4k 1\n\n8k 3 # often\n"));
	assert_int_equal(sizes_parse(&s, text, &err), 0);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.longest, 8192);
	draw_seed(&d, 1, 1);
	assert_int_equal(extents_make(&e, &s, 1ULL << 33, 0, &d, &err),
			 -EINVAL);
	assert_says(&err, "are more than");
	assert_int_equal(extents_make(&e, &s, 0, 4095, &d, &err), -EINVAL);
	assert_says(&err, "not one item fits");
	assert_int_equal(extents_make(&e, &s, 0, 1ULL << 50, &d, &err),
			 -EINVAL);
	assert_says(&err, "a footprint of");
	sizes_free(&s);
}

static void count_reads(const char *text, double *share, double *run)
{
	const int n = 200000;
	int i, reads = 0, runs = 0;
	struct readmix m;
	bool last = false;

	if (readmix_make(&m, text, 4, &err))
		fail_msg("%s", err.text);
	for (i = 0; i < n; i++) {
		bool now = readmix_next(&m, (uint64_t)i);

		reads += now;
		runs += now && !last;
		last = now;
	}
	*share = (double)reads / n;
	*run = runs ? (double)reads / runs : 0;
}

static void test_reads(void **state)
{
	double share, run;
	struct readmix m;
	int i;

	(void)state;
	count_reads("1", &share, &run);
	assert_true(share == 1);
	count_reads("0", &share, &run);
	assert_true(share == 0);
	count_reads("70%", &share, &run);
	assert_true(fabs(share - 0.7) < 0.005 && fabs(run - 1 / 0.3) < 0.05);
	count_reads("0.6,run=20", &share, &run);
	assert_true(fabs(share - 0.6) < 0.02 && fabs(run - 20) < 1);
	count_reads("1/4,by=item", &share, &run);
	assert_true(fabs(share - 0.25) < 0.005);
	assert_int_equal(readmix_make(&m, "0.5,by=item", 4, &err), 0);
	for (i = 0; i < 100; i++)
		assert_int_equal(readmix_next(&m, i), readmix_next(&m, i));
}

static void bad_reads(const char *text, const char *why)
{
	struct readmix m;

	err.text[0] = '\0';
	assert_int_equal(readmix_make(&m, text, 4, &err), -EINVAL);
	assert_says(&err, why);
}

static void test_bad_reads(void **state)
{
	(void)state;
	bad_reads("2", "more than everything");
	bad_reads("by=item", "share of reads is missing");
	bad_reads("0.5,by=stream", "not item or request");
	bad_reads("0.5,by=item,run=3", "does not go with by=item");
	bad_reads("1,run=3", "all are of one kind");
	bad_reads("0.5,run=0.5", "too short");
	bad_reads("0.9,run=2", "those of writes would be shorter than 1");
	bad_reads("0.5,x=1", "unknown word");
}

/**
 * struct times - what an arrival process gave
 * @n: requests
 * @seconds: time of the last
 * @cv2: squared coefficient of variation of the gaps
 * @idc: index of dispersion of the counts in 100 ms
 */
struct times {
	int n;
	double seconds, cv2, idc;
};

static struct times times_of(const char *text, int n)
{
	struct times t = { .n = n };
	double sum = 0, squares = 0, counts = 0, counts2 = 0;
	uint64_t last = 0, bin = 100000000, in = 0, bins = 0, now = 0;
	struct arrival *a;
	int i;

	if (arrival_new(&a, text, (uint64_t)n, 3, &err))
		fail_msg("%s: %s", text, err.text);
	for (i = 0; i < n; i++) {
		now = arrival_next(a);
		assert_true(now >= last);
		sum += (double)(now - last);
		squares += (double)(now - last) * (double)(now - last);
		last = now;
		for (; now >= bin; bin += 100000000, in = 0, bins++) {
			counts += (double)in;
			counts2 += (double)(in * in);
		}
		in++;
	}
	arrival_free(a);
	t.seconds = (double)now / 1e9;
	t.cv2 = squares / n / (sum / n * sum / n) - 1;
	counts /= (double)bins;
	t.idc = (counts2 / (double)bins - counts * counts) / counts;
	return t;
}

static void test_arrivals(void **state)
{
	struct times t = times_of("constant,rate=3000", 300000);

	(void)state;
	assert_true(fabs(t.seconds - 100) < 1e-6 && t.cv2 < 1e-9);
	t = times_of("poisson,rate=3000", 300000);
	assert_true(fabs(t.seconds - 100) < 1 && fabs(t.cv2 - 1) < 0.03);
	assert_true(fabs(t.idc - 1) < 0.2);
	/* Half the time at each rate. */
	t = times_of("mmpp,rates=1000+5000,stay=200ms+200ms", 300000);
	assert_true(fabs(t.seconds - 100) < 8 && t.idc > 50);
	t = times_of("mmpp,rates=0+9000,stay=300ms+150ms", 300000);
	assert_true(fabs(t.seconds - 100) < 12);
	/* An even split of the b-model is even, another is in bursts. */
	t = times_of("bmodel,rate=3000,bias=0.5", 1 << 18);
	assert_true(fabs(t.seconds - (1 << 18) / 3000.0) < 0.01);
	assert_true(t.idc < 0.1);
	t = times_of("bmodel,rate=3000,bias=0.8", 1 << 18);
	assert_true(t.seconds <= (1 << 18) / 3000.0 && t.seconds > 40);
	assert_true(t.idc > 100);
}

static void test_arrival_of_a_trace(void **state)
{
	struct arrival *a;
	char text[200];

	(void)state;
	snprintf(text, sizeof(text), "trace,file=%s", unit_text("t.blkparse",
		"  8,16   0        1     0.000000000    77  Q R 8 + 8 [(null)]\n"
		"  8,16   0        2     0.000000250    77  Q R 8 + 8 [(null)]\n"
		"  8,16   0        3     0.000001000    77  Q R 8 + 8 [(null)]\n"));
	assert_int_equal(arrival_new(&a, text, 0, 1, &err), 0);
	assert_int_equal(arrival_next(a), 250);
	assert_int_equal(arrival_next(a), 1000);
	assert_int_equal(arrival_next(a), 1250);
	arrival_free(a);
	snprintf(text, sizeof(text), "trace,file=%s", unit_text("t.blkparse",
		"  8,16   0        1     0.000000000    77  Q R 8 + 8 [(null)]\n"));
	assert_int_equal(arrival_new(&a, text, 0, 1, &err), -ENODATA);
	assert_says(&err, "fewer than two");
}

static void bad_arrival(const char *text, uint64_t n, const char *why)
{
	struct arrival *a;

	err.text[0] = '\0';
	assert_int_equal(arrival_new(&a, text, n, 1, &err), -EINVAL);
	assert_says(&err, why);
}

static void test_bad_arrivals(void **state)
{
	struct arrival *a;

	(void)state;
	bad_arrival("never", 1, "arrivals are constant");
	bad_arrival("constant", 1, "rate= is missing");
	bad_arrival("constant,rate=0", 1, "not a factor above 0");
	bad_arrival("poisson,rate=0.0000000001", 1, "not a factor");
	bad_arrival("poisson,rate=0.00000001", 1, "makes no sense");
	bad_arrival("mmpp,rates=1+2,stay=1s", 1, "as many of each");
	bad_arrival("mmpp,rates=1,stay=1s+2s", 1, "as many of each");
	bad_arrival("mmpp,rates=0+0,stay=1s+2s", 1, "not all silent");
	bad_arrival("mmpp,rates=1+2,stay=1s+0", 1, "a stay of 0");
	bad_arrival("mmpp,rates=1+x,stay=1s+2s", 1, "not a factor");
	bad_arrival("mmpp", 1, "mmpp wants rates=");
	bad_arrival("bmodel,rate=5,bias=0.4", 9, "not from 0.5 to 1");
	bad_arrival("bmodel,rate=5", 0, "must know the number");
	bad_arrival("bmodel,rate=0.001", 1000000000, "longer than 104 days");
	bad_arrival("trace", 1, "file=FILE");
	assert_int_equal(arrival_new(&a, "trace,file=/nonexistent/x", 0, 1,
				     &err), -ENOENT);
}

/* Streams side by side, by time, and phases one behind the other. */
static void test_streams(void **state)
{
	struct stream_opts s[3] = {
		stream("a", "sda"), stream("b", "sda"), stream("c", "sdb"),
	};
	size_t n, i, each[4] = { 0 };
	struct hfr_trace_rec *recs;

	(void)state;
	s[0].phases[0] = phase("b", 1000, 5000);
	s[1].phases[0] = phase("c", 1000, 5000);
	s[1].phases[0].p_inf = (struct ratio){ 1, 2 };
	s[2].phases[0] = phase("b", 300, 1000);
	s[2].phases[1] = phase("d", 200, UINT64_MAX);
	s[2].phases[1].duration_ns = 2000000000;
	s[2].phases[1].reads = "0";
	s[2].nphases = 2;
	recs = generate(s, 3, 14000, &n);
	assert_int_equal(recs[0].issue_ns, 0);
	for (i = 0; i < n; i++) {
		const struct hfr_trace_rec *r = &recs[i];

		assert_true(!i || r->issue_ns >= recs[i - 1].issue_ns);
		assert_int_equal(r->target, r->stream == 3);
		assert_true(r->complete_ns == HFR_UNKNOWN);
		if (r->stream == 1)
			assert_true(r->offset < 1000 * 4096);
		if (r->stream == 2)
			assert_true(r->offset >= 4 << 20);
		if (r->stream == 3)
			assert_int_equal(r->op, each[3] < 1000 ? HFR_OP_READ :
								 HFR_OP_WRITE);
		each[r->stream]++;
	}
	assert_int_equal(each[1], 5000);
	assert_int_equal(each[2], 5000);
	assert_int_equal(each[3], 1000 + 1999);
	free(recs);
}

/* What decides one thing has no part in another. */
static void test_apart(void **state)
{
	struct stream_opts s = stream("a", "sda");
	struct hfr_trace_rec *one, *other;
	size_t n, m, i;

	(void)state;
	s.phases[0] = phase("b", 1000, 3000);
	one = generate(&s, 1, 4000, &n);
	s.phases[0].reads = "0.5";
	s.phases[0].arrival = "poisson,rate=10";
	other = generate(&s, 1, 4000, &m);
	assert_int_equal(n, m);
	for (i = 0; i < n; i++)
		assert_int_equal(one[i].offset, other[i].offset);
	free(other);
	s.phases[0].seed++;
	other = generate(&s, 1, 4000, &m);
	for (i = m = 0; i < n; i++)
		m += one[i].offset == other[i].offset;
	assert_true(m < n / 50);
	free(one);
	free(other);
}

static void test_bad_workloads(void **state)
{
	struct stream_opts s = stream("log", "sda");
	struct hfr_trace_rec rec;
	struct workload *w;
	int rc, i;

	(void)state;
	s.phases[0] = phase("b", 10, 10);
	s.phases[1] = phase("zz", 10, 10);
	s.nphases = 2;
	assert_int_equal(workload_new(&w, &s, 1, &err), -EINVAL);
	assert_says(&err, "stream log, phase 2: distances are");
	s.nphases = 1;
	s.phases[0].reads = "x";
	assert_int_equal(workload_new(&w, &s, 1, &err), -EINVAL);
	assert_says(&err, "stream log: \"x\" is not");
	s.phases[0] = phase("b", 10, 10);
	s.phases[0].arrival = "constant,rate=0.000001";
	assert_int_equal(workload_new(&w, &s, 1, &err), 0);
	for (i = 0; (rc = workload_next(w, &rec, &err)) > 0; i++)
		;
	assert_int_equal(rc, -ERANGE);
	assert_says(&err, "stream log: a request would be later than 104 days");
	workload_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_keep_the_curve),
		cmocka_unit_test(test_sizes_are_as_asked),
		cmocka_unit_test(test_extents_apart),
		cmocka_unit_test(test_bad_sizes),
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_bad_reads),
		cmocka_unit_test(test_arrivals),
		cmocka_unit_test(test_arrival_of_a_trace),
		cmocka_unit_test(test_bad_arrivals),
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_bad_workloads),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
