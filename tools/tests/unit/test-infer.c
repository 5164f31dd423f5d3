// SPDX-License-Identifier: GPL-2.0-only
/* Inference of dependencies against its definition, on random traces. */
#include "hft-files.h"

#include "brute-deps.h"
#include "pending.h"

static void check_one(uint64_t i, const struct hfr_trace_rec *rec,
		      const struct infer_opts *opts)
{
	bool all = opts->kind != HFR_DEP_GLOBAL && !opts->apart &&
		   is_first(i) && has_any_before(i);
	uint64_t a;

	assert_int_equal(rec->issue_ns, recs[i].issue_ns);
	assert_int_equal(rec->scope, scope_of[i]);
	assert_int_equal(rec->rank, rank_of(i, false));
	assert_int_equal(rec->global_rank, rank_of(i, true));
	assert_int_equal(rec->flags,
			 HFR_RF_SYNC | (all ? HFR_RF_DEP_GLOBAL : 0));
	for (a = 0; a < trace.count; a++) {
		uint32_t rank = rank_of(a, all);
		bool in = among(a, scope_of[i], all) && rank >= rec->dep_lo &&
			  rank < rec->dep_hi;

		assert_int_equal(in, is_parent(i, a, all));
	}
}

static void infer_and_check(const struct infer_opts *opts)
{
	struct hf_error err = { "" };
	struct hfr_trace_rec rec;
	struct infer *inf;
	uint64_t i;

	number_scopes(opts->kind);
	count_ranks();
	assert_int_equal(infer_new(&inf, &trace, opts, &err), 0);
	for (i = 0; i < trace.count; i++) {
		assert_int_equal(infer_next(inf, &rec, &err), 1);
		check_one(i, &rec, opts);
	}
	assert_int_equal(infer_next(inf, &rec, &err), 0);
	assert_int_equal(infer_next(inf, &rec, &err), 0);
	infer_free(inf);
}

static void windows_are_the_reduced_graph(void **state)
{
	uint64_t seed = 20260101;
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		struct infer_opts opts = {
			.kind = (uint32_t)i % HFR_DEP_NR,
			.apart = i % 2,
		};

		random_trace(&seed, i % 5 < 3);
		opts.threshold_ns = threshold;
		infer_and_check(&opts);
	}
}

/* More parents than fit 8 bits, after a think time of more than 32. */
static void many_parents(void **state)
{
	uint64_t seed = 8, i, parents = 0;
	struct infer_opts opts = { .kind = HFR_DEP_GLOBAL };
	struct hf_error err = { "" };
	struct hft_dep_info info;
	struct depstat *st;

	(void)state;
	random_trace(&seed, true);
	threshold = 10000;
	opts.threshold_ns = threshold;
	trace.count = MOST;
	for (i = 0; i < MOST; i++) {
		uint64_t r = unit_random(&seed);

		recs[i].issue_ns = i < 290 ? r % 2 : 6000000000 + i / 3;
		if (i == 1)
			recs[i].issue_ns = recs[0].issue_ns;
		recs[i].complete_ns = recs[i].issue_ns + r / 64 % 900;
		recs[i].flags = HFR_RF_SYNC;
	}
	for (i = 1; i < 290; i++)
		if (recs[i].issue_ns < recs[i - 1].issue_ns)
			recs[i].issue_ns = recs[i - 1].issue_ns;
	infer_and_check(&opts);
	for (i = 0; i < MOST; i++)
		parents += is_parent(MOST - 1, i, true);
	assert_true(parents > 255);
	assert_int_equal(infer_all(&trace, &opts, &info, &st, &err), 0);
	assert_int_equal(st->most, parents);
	assert_int_equal(st->width, 290);
	free(st);
}

/* The format's own rules hold, with the nodes that are stated and not less. */
static void write_as_stated(const struct infer_opts *opts, int less, int want)
{
	struct hf_error err = { "" };
	struct hft_dep_info info;
	struct hfr_trace_rec rec;
	struct hft_writer *w;
	struct depstat *st;
	struct infer *inf;
	int ret = 0, d;

	assert_int_equal(infer_all(&trace, opts, &info, &st, &err), 0);
	free(st);
	info.nodes -= (uint32_t)less;
	assert_int_equal(hft_writer_open(&w, NULL, &err), 0);
	for (d = 0; d < 3; d++)
		assert_int_equal(hft_writer_device(w, "dev", 8,
						   (uint32_t)d), d);
	assert_int_equal(hft_writer_deps(w, &info, &err), 0);
	assert_int_equal(infer_new(&inf, &trace, opts, &err), 0);
	while (!ret && infer_next(inf, &rec, &err) > 0)
		ret = hft_writer_add(w, &rec, &err);
	infer_free(inf);
	if (!ret)
		ret = hft_writer_finish(w, HFR_FF_DEPS, 0, PROVENANCE, NULL,
					&err);
	else
		hft_writer_abort(w);
	if (ret != want)
		fail_msg("%d, not %d: %s", ret, want, err.text);
	if (want)
		assert_says(&err, "nodes");
}

static void files_with_it_are_valid(void **state)
{
	uint64_t seed = 99;
	int i;

	(void)state;
	for (i = 0; i < 150; i++) {
		struct infer_opts opts = {
			.kind = (uint32_t)i % HFR_DEP_NR, .apart = i % 4 == 0,
		};

		random_trace(&seed, i % 2);
		opts.threshold_ns = threshold;
		write_as_stated(&opts, 0, 0);
		write_as_stated(&opts, 1, -EINVAL);
	}
}

static void unknown_completions_are_refused(void **state)
{
	struct infer_opts opts = { .kind = HFR_DEP_GLOBAL };
	struct hf_error err = { "" };
	struct hft_dep_info info;
	uint64_t seed = 5;
	struct depstat *st;

	(void)state;
	random_trace(&seed, false);
	hdr.flags = 0;
	assert_int_equal(infer_all(&trace, &opts, &info, &st, &err), -ENODATA);
	assert_says(&err, "random.hft lacks completion times");
	hdr.flags = HFR_FF_COMPLETIONS;
	recs[trace.count / 2].complete_ns = HFR_UNKNOWN;
	assert_int_equal(infer_all(&trace, &opts, &info, &st, &err), -ENODATA);
	assert_says(&err, "has no completion time");
}

static void nothing_has_no_dependencies(void **state)
{
	struct infer_opts opts = { .kind = HFR_DEP_STREAM };
	struct hf_error err = { "" };
	struct hft_dep_info info;
	struct depstat *st;

	(void)state;
	trace.count = 0;
	hdr.flags = 0;
	assert_int_equal(infer_all(&trace, &opts, &info, &st, &err), 0);
	assert_int_equal(info.scopes, 1);
	assert_int_equal(st->requests, 0);
	assert_true(depstat_mean(st) == 0);
	assert_int_equal(depstat_percentile(st, 0.5), 0);
	free(st);
}

/* 100 requests deep, a million long, and a request that outlives all. */
static void long_traces(void **state)
{
	const uint64_t n = 1000000;
	struct hfr_trace_rec *many = calloc(n, sizeof(*many));
	struct infer_opts opts = { .kind = HFR_DEP_GLOBAL };
	struct hft_file big = trace;
	struct hf_error err = { "" };
	struct hft_dep_info info;
	struct depstat *st;
	uint64_t i;

	(void)state;
	assert_non_null(many);
	for (i = 0; i < n; i++) {
		many[i].issue_ns = i * 1000;
		many[i].complete_ns = i * 1000 + 99500;
	}
	many[0].complete_ns = HFR_MAX_TIME;
	hdr.flags = HFR_FF_COMPLETIONS;
	big.recs = many;
	big.count = n;
	assert_int_equal(infer_all(&big, &opts, &info, &st, &err), 0);
	assert_int_equal(st->roots, 101);
	assert_int_equal(st->most, 100);
	assert_int_equal(st->depth, 1 + (n - 2) / 100);
	/* The window of a request begins 199 records before it. */
	assert_in_range(info.nodes, 199, 202);
	free(st);
	free(many);
}

/* Many streams: the table of scopes grows and finds each again. */
static void many_streams(void **state)
{
	const uint32_t n = 200000, streams = 50000;
	struct hfr_trace_rec *many = calloc(n, sizeof(*many)), rec;
	struct infer_opts opts = { .kind = HFR_DEP_STREAM, .apart = true };
	struct hft_file big = trace;
	struct hf_error err = { "" };
	struct infer *inf;
	uint32_t i;

	(void)state;
	assert_non_null(many);
	for (i = 0; i < n; i++) {
		many[i].issue_ns = i;
		many[i].complete_ns = i;
		many[i].stream = i % streams * 2654435769U;
	}
	hdr.flags = HFR_FF_COMPLETIONS;
	big.recs = many;
	big.count = n;
	assert_int_equal(infer_new(&inf, &big, &opts, &err), 0);
	for (i = 0; i < n; i++) {
		assert_int_equal(infer_next(inf, &rec, &err), 1);
		assert_int_equal(rec.scope, i % streams);
		assert_int_equal(rec.rank, i / streams);
		assert_int_equal(rec.dep_hi, i / streams);
	}
	infer_free(inf);
	free(many);
}

static void completions_come_in_order(void **state)
{
	struct pending p = { NULL };
	struct pending_end last = { 0, 0 };
	uint64_t seed = 3, i;

	(void)state;
	assert_null(pending_first(&p));
	for (i = 0; i < 5000; i++)
		assert_int_equal(pending_push(&p, (struct pending_end){
				 unit_random(&seed) % 500, i }), 0);
	for (i = 0; i < 5000; i++) {
		struct pending_end now = *pending_first(&p);

		assert_true(!i || now.complete_ns > last.complete_ns ||
			    (now.complete_ns == last.complete_ns &&
			     now.index > last.index));
		last = now;
		pending_pop(&p);
	}
	assert_null(pending_first(&p));
	pending_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_are_the_reduced_graph),
		cmocka_unit_test(many_parents),
		cmocka_unit_test(files_with_it_are_valid),
		cmocka_unit_test(unknown_completions_are_refused),
		cmocka_unit_test(nothing_has_no_dependencies),
		cmocka_unit_test(long_traces),
		cmocka_unit_test(many_streams),
		cmocka_unit_test(completions_come_in_order),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
