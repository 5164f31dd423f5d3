// SPDX-License-Identifier: GPL-2.0-only
/* Figures of the graph of dependencies against brute force; a real trace. */
#include "hft-files.h"

#include "brute-deps.h"
#include "import.h"

/* Requests in the longest chain that ends with @i, as the replay waits. */
static uint64_t brute_depth(uint64_t i, uint64_t *finish)
{
	static uint64_t depth[MOST], end[MOST];
	uint64_t a;

	depth[i] = 1;
	end[i] = 0;
	for (a = 0; a < i; a++) {
		if (!follows(i, a))
			continue;
		if (depth[a] >= depth[i])
			depth[i] = depth[a] + 1;
		if (end[a] > end[i])
			end[i] = end[a];
	}
	end[i] += recs[i].complete_ns - recs[i].issue_ns;
	*finish = end[i];
	return depth[i];
}

/*
 * The same replayed on a device that takes no time, by the words of the page on
 * dependencies: when each request is issued.
 */
static uint64_t brute_fast(const struct infer_opts *opts)
{
	bool rooted = opts->kind != HFR_DEP_GLOBAL && !opts->apart;
	static uint64_t issued[MOST], ready[MOST];
	static int64_t anchor[MOST];
	uint64_t a, b, latest = 0, roots_ready = 0;

	for (b = 0; b < trace.count; b++) {
		bool first = is_first(b), all = rooted && first;
		int64_t slip = INT64_MIN;

		ready[b] = 0;
		for (a = 0; a < b; a++) {
			if (!is_parent(b, a, all))
				continue;
			if (issued[a] > ready[b])
				ready[b] = issued[a];
			if ((int64_t)(issued[a] - recs[a].complete_ns) > slip)
				slip = (int64_t)(issued[a] -
						 recs[a].complete_ns);
		}
		if (all && slip != INT64_MIN) {
			if (ready[b] > roots_ready)
				roots_ready = ready[b];
			ready[b] = roots_ready;
		}
		for (a = 0; rooted && !first && a < b; a++) {
			if (scope_of[a] != scope_of[b])
				continue;
			slip = slip == INT64_MIN ? anchor[a] : slip;
			ready[b] = ready[a] > ready[b] ? ready[a] : ready[b];
			break;
		}
		anchor[b] = slip == INT64_MIN ? 0 : slip;
		issued[b] = recs[b].issue_ns + (uint64_t)anchor[b];
		if (issued[b] < ready[b])
			issued[b] = ready[b];
		latest = issued[b] > latest ? issued[b] : latest;
	}
	return latest;
}

/* Requests that @i does not follow, and that do not follow each other. */
static uint64_t brute_width(uint32_t scope)
{
	uint64_t i, k, n, width = 0;

	for (i = 0; i < trace.count; i++) {
		for (k = n = 0; k <= i; k++)
			n += scope_of[k] == scope && !follows(i, k);
		if (scope_of[i] == scope && n > width)
			width = n;
	}
	return width;
}

static void check_stats(const struct depstat *st)
{
	uint64_t depth = 0, critical = 0, edges = 0, roots = 0, latency = 0;
	uint64_t i, a, n, finish;

	for (i = 0; i < trace.count; i++) {
		n = brute_depth(i, &finish);
		depth = n > depth ? n : depth;
		critical = finish > critical ? finish : critical;
		latency += recs[i].complete_ns - recs[i].issue_ns;
		for (a = n = 0; a < trace.count; a++)
			n += is_parent(i, a, true);
		edges += n;
		roots += !n;
	}
	assert_int_equal(st->requests, trace.count);
	assert_int_equal(st->depth, depth);
	assert_int_equal(st->critical_ns, critical);
	assert_int_equal(st->latency_ns, latency);
	assert_int_equal(st->edges, edges);
	assert_int_equal(st->roots, roots);
	assert_int_equal(st->joined, 0);
}

static void figures_are_those_of_the_graph(void **state)
{
	uint64_t seed = 4711;
	int i;

	(void)state;
	for (i = 0; i < 200; i++) {
		struct infer_opts opts = { .kind = HFR_DEP_GLOBAL };
		struct hf_error err = { "" };
		struct hft_dep_info info;
		struct depstat *st;

		random_trace(&seed, i % 2);
		opts.threshold_ns = threshold;
		number_scopes(opts.kind);
		assert_int_equal(infer_all(&trace, &opts, &info, &st, &err), 0);
		check_stats(st);
		assert_int_equal(info.scopes, 1);
		free(st);
	}
}

static void fast_device(void **state)
{
	uint64_t seed = 815;
	int i;

	(void)state;
	for (i = 0; i < 1500; i++) {
		struct infer_opts opts = {
			.kind = (uint32_t)i % HFR_DEP_NR, .apart = i % 2,
		};
		struct hf_error err = { "" };
		struct hft_dep_info info;
		uint64_t width = 0;
		struct depstat *st;
		uint32_t scope;

		random_trace(&seed, i % 5 < 2);
		opts.threshold_ns = threshold;
		number_scopes(opts.kind);
		assert_int_equal(infer_all(&trace, &opts, &info, &st, &err), 0);
		assert_int_equal(st->fast_ns, brute_fast(&opts));
		for (scope = 0; scope < info.scopes; scope++)
			width += brute_width(scope);
		assert_int_equal(st->width, width);
		free(st);
	}
}

/*
 * A real trace of up to 511 requests in flight, request by request: those that
 * it follows are parents but for those followed by another of these.
 */
static void a_trace_of_hfplayer(void **state)
{
	const char *path = "../shared/traces/hfplayer/trace_synthetic_original.gz";
	struct infer_opts opts = { .threshold_ns = INFER_THRESHOLD_NS };
	const struct import_opts how = { .from = NULL };
	struct hf_error err = { "" };
	struct hfr_trace_rec rec;
	const struct hfr_trace_rec *r;
	struct hft_file file;
	static uint32_t rank[32768];
	struct infer *inf;
	uint64_t a, b, most = 0;

	(void)state;
	if (access(path, R_OK))
		skip();
	if (import_open(&path, 1, &how, &file, NULL, &err))
		fail_msg("%s", err.text);
	r = file.recs;
	threshold = opts.threshold_ns;
	assert_int_equal(file.count, 32768);
	assert_int_equal(infer_new(&inf, &file, &opts, &err), 0);
	for (b = 0; b < file.count; b++) {
		uint64_t n = 0, latest = 0, wrong = 0;

		assert_int_equal(infer_next(inf, &rec, &err), 1);
		rank[b] = rec.rank;
		/* Whoever is followed by one of them is by the latest. */
		for (a = 0; a < b; a++)
			if (r[a].complete_ns + threshold < r[b].issue_ns &&
			    r[a].issue_ns > latest)
				latest = r[a].issue_ns;
		for (a = 0; a < b; a++) {
			uint64_t end = r[a].complete_ns + threshold;
			bool parent = end < r[b].issue_ns && end >= latest;

			n += parent;
			wrong += parent != (rank[a] >= rec.dep_lo &&
					    rank[a] < rec.dep_hi);
		}
		assert_int_equal(wrong, 0);
		assert_int_equal(rec.dep_hi - rec.dep_lo, n);
		most = n > most ? n : most;
	}
	assert_true(most > 255);
	infer_free(inf);
	hft_close(&file);
}

static void percentiles_are_by_nearest_rank(void **state)
{
	struct depstat *st = calloc(1, sizeof(*st));
	struct depstat_request req = { .issue_ns = 2000000000,
				       .complete_ns = 2000000001 };
	uint64_t i;

	(void)state;
	assert_non_null(st);
	for (i = 0; i < 100; i++) {
		req.parents = i == 99 ? 10 * DEPSTAT_PARENTS : i;
		depstat_add(st, &req);
	}
	assert_int_equal(depstat_percentile(st, 0), 0);
	assert_int_equal(depstat_percentile(st, 0.5), 49);
	assert_int_equal(depstat_percentile(st, 0.99), 98);
	assert_int_equal(depstat_percentile(st, 1), 10 * DEPSTAT_PARENTS);
	assert_int_equal(st->roots, 1);
	assert_int_equal(st->late_roots, 1);
	free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_those_of_the_graph),
		cmocka_unit_test(fast_device),
		cmocka_unit_test(a_trace_of_hfplayer),
		cmocka_unit_test(percentiles_are_by_nearest_rank),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
