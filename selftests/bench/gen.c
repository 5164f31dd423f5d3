// SPDX-License-Identifier: GPL-2.0-only
/*
 * gen: writes a trace of 4 KiB reads whose arrivals have a given pattern. With
 * completions it has dependencies too, and their mean number is printed.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "hft.h"
#include "windows.h"

#define BLOCK	4096
/* Requests of a burst; they arrive at 8 times the rate, then none do. */
#define BURST	64
#define BURST_SPEED	8

static uint64_t state = 0x9e3779b97f4a7c15;

static uint64_t random_bits(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static double random_part(void)
{
	return ((random_bits() >> 11) + 1) * 0x1p-53;
}

static double wait_constant(uint64_t i, double mean)
{
	return mean;
}

static double wait_poisson(uint64_t i, double mean)
{
	return -mean * log(random_part());
}

/* A burst and the pause behind it take as long as at a constant rate. */
static double wait_bursty(uint64_t i, double mean)
{
	double within = mean / BURST_SPEED;

	return (i + 1) % BURST ? within : BURST * mean - (BURST - 1) * within;
}

static const struct kind {
	const char *name;
	double (*wait)(uint64_t i, double mean);
} kinds[] = {
	{ "constant", wait_constant },
	{ "poisson", wait_poisson },
	{ "bursty", wait_bursty },
};

/**
 * struct load - what a trace is made of
 * @kind: pattern of the arrivals
 * @gap: mean time between two, ns
 * @count: requests
 * @size: bytes of the device
 * @service: mean service time, ns, from 3 to 5 quarters of it; 0: completions
 *	are unknown
 */
struct load {
	const struct kind *kind;
	double gap;
	uint64_t count;
	uint64_t size;
	double service;
};

/* A factor that takes @i to a different place for each i below @blocks. */
static uint64_t scatter(uint64_t blocks)
{
	uint64_t factor = 2654435761, a, b, r;

	for (;; factor++) {
		for (a = factor, b = blocks; b; a = b, b = r)
			r = a % b;
		if (a == 1)
			return factor % blocks;
	}
}

static struct hfr_trace_rec *make_records(const struct load *load)
{
	struct hfr_trace_rec *recs = calloc(load->count, sizeof(*recs));
	uint64_t i, blocks = load->size / BLOCK, factor = scatter(blocks);
	double t = 0;

	for (i = 0; i < load->count; i++) {
		recs[i].op = HFR_OP_READ;
		recs[i].length = BLOCK;
		recs[i].issue_ns = t;
		recs[i].offset = i * factor % blocks * BLOCK;
		recs[i].complete_ns = load->service ?
			recs[i].issue_ns + 1 +
			load->service * (0.75 + 0.5 * random_part()) :
			HFR_UNKNOWN;
		t += load->kind->wait(i, load->gap);
	}
	return recs;
}

static int add_dependencies(struct hft_writer *w, const struct load *load,
			    struct hfr_trace_rec *recs, struct hf_error *err)
{
	struct hft_dep_info info;

	printf("parents %.2f\n", windows_find(recs, load->count, &info));
	return hft_writer_deps(w, &info, err);
}

static int write_trace(const char *path, const struct load *load,
		       struct hf_error *err)
{
	struct hfr_trace_rec *recs = make_records(load);
	struct hft_writer *w;
	int rc = hft_writer_open(&w, path, err);
	uint64_t i;

	if (rc)
		return rc;
	hft_writer_geometry(w, hft_writer_device(w, "bench", 0, 0), load->size,
			    512);
	if (load->service)
		rc = add_dependencies(w, load, recs, err);
	for (i = 0; !rc && i < load->count; i++)
		rc = hft_writer_add(w, &recs[i], err);
	free(recs);
	if (!rc)
		return hft_writer_finish(w, load->service ? HFR_FF_DEPS : 0, 0,
					 "{}", NULL, err);
	hft_writer_abort(w);
	return rc;
}

static const struct kind *find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

int main(int argc, char **argv)
{
	struct hf_error err = { 0 };
	struct load load = { 0 };

	if (argc >= 6)
		load.kind = find_kind(argv[1]);
	if (!load.kind || argc > 7) {
		fputs("usage: gen constant|poisson|bursty RATE COUNT BYTES FILE [SERVICE-NS]\n"
		      "RATE is in requests a second, BYTES the size of the device\n",
		      stderr);
		return 2;
	}
	load.gap = 1e9 / atof(argv[2]);
	load.count = strtoull(argv[3], NULL, 10);
	load.size = strtoull(argv[4], NULL, 10);
	load.service = argc > 6 ? atof(argv[6]) : 0;
	if (write_trace(argv[5], &load, &err)) {
		fprintf(stderr, "gen: %s\n", err.text);
		return 1;
	}
	return 0;
}
