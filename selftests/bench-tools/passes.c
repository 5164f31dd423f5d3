// SPDX-License-Identifier: GPL-2.0-only
/*
 * passes KIND N: passes over N requests in memory, the same ones each time, and
 * what they cost in CPU time and memory.
 *
 * stats	statistics of requests of 4 to 16 KiB over 40 GB; prints ns for
 *		each block of 4 KiB touched, bytes for each different one
 * deps		inference of dependencies with 32 requests in flight; prints ns
 *		and bytes for each request
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "infer.h"
#include "random.h"
#include "tracestat.h"

#define BLOCKS	10000000ULL
#define DEPTH	32

static double cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

/* Most that was resident, bytes. */
static double resident(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (double)use.ru_maxrss * 1024;
}

static struct hfr_file_hdr hdr;
static struct hfr_file_dev dev;

static void make_stats(struct hfr_trace_rec *recs, uint64_t n)
{
	uint64_t now = 0, i;

	for (i = 0; i < n; i++) {
		uint64_t r = random_u64();

		now += r % 100000;
		recs[i].issue_ns = now;
		recs[i].complete_ns = now + 50000 + (r >> 32) % 100000;
		recs[i].op = (r >> 20) % 3 ? HFR_OP_READ : HFR_OP_WRITE;
		recs[i].length = 4096 * (1 + (r >> 24) % 4);
		recs[i].offset = random_u64() % (BLOCKS - 4) * 4096;
		recs[i].in_flight = 1;
	}
	dev.max_end = BLOCKS * 4096;
	hdr.duration_ns = now + 150000;
}

/* Each of 32 processes issues a request after its last one has ended. */
static void make_deps(struct hfr_trace_rec *recs, uint64_t n)
{
	uint64_t ready[DEPTH] = { 0 }, i;

	for (i = 0; i < n; i++) {
		unsigned int first = 0, k;

		for (k = 1; k < DEPTH; k++)
			if (ready[k] < ready[first])
				first = k;
		recs[i].issue_ns = ready[first];
		recs[i].complete_ns = ready[first] + 50000 +
				      random_u64() % 100000;
		recs[i].length = 4096;
		ready[first] = recs[i].complete_ns + 11000 +
			       random_u64() % 4000;
		hdr.duration_ns = recs[i].complete_ns;
	}
}

static int run_stats(const struct hft_file *trace, struct hf_error *err)
{
	const struct tracestat_opts opts = { TRACESTAT_BLOCK, 0 };
	double start = cpu_ns(), touched;
	struct tracestat st;
	int ret = tracestat_collect(&st, trace, &opts, err);

	if (ret)
		return ret;
	touched = (double)(st.all->reuse->reads + st.all->reuse->writes);
	printf("%.1f %.2f\n", (cpu_ns() - start) / touched,
	       (double)st.map_bytes / (double)st.all->blocks->blocks);
	tracestat_free(&st);
	return 0;
}

static int run_deps(const struct hft_file *trace, struct hf_error *err)
{
	const struct infer_opts opts = { .threshold_ns = INFER_THRESHOLD_NS };
	double start = cpu_ns(), before = resident();
	struct hft_dep_info info;
	struct depstat *stats;
	int ret = infer_all(trace, &opts, &info, &stats, err);

	if (ret)
		return ret;
	printf("%.1f %.2f\n", (cpu_ns() - start) / (double)trace->count,
	       (resident() - before) / (double)trace->count);
	free(stats);
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t n = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	struct hfr_trace_rec *recs = calloc(n, sizeof(*recs));
	struct hf_error err = { "" };
	struct hft_file trace = {
		.path = (char *)"made", .hdr = &hdr, .devs = &dev,
		.recs = recs, .count = n,
	};
	int deps = argc == 3 && !strcmp(argv[1], "deps");

	if (!n || !recs || (!deps && strcmp(argv[1], "stats"))) {
		fputs("usage: passes stats|deps N\n", stderr);
		return 2;
	}
	hdr.device_count = 1;
	hdr.flags = HFR_FF_COMPLETIONS;
	(deps ? make_deps : make_stats)(recs, n);
	if ((deps ? run_deps : run_stats)(&trace, &err)) {
		fprintf(stderr, "passes: %s\n", err.text);
		return 1;
	}
	free(recs);
	return 0;
}
