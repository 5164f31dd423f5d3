/* SPDX-License-Identifier: GPL-2.0-only */
/* Pipelines in unit tests: a made-up trace goes in, a file comes out. */
#ifndef TRANSFORM_FILES_H
#define TRANSFORM_FILES_H

#include "hft-files.h"

#include "hashing.h"
#include "hft-rules.h"
#include "pipeline.h"

#define BLOCK 4096ULL
/* Blocks that requests of a made-up trace lie in, on each device. */
#define BLOCKS 4096U

/**
 * struct made - how a trace is made up
 * @n: requests
 * @seed: another seed, another trace
 * @open_ends: some requests have no completion
 * @plain: reads and writes only
 * @apart: no two requests are issued at once
 */
struct made {
	uint64_t n, seed;
	bool open_ends, plain, apart;
};

static inline uint8_t made_op(uint64_t r, bool plain)
{
	if (plain || r % 10 < 8)
		return r % 10 < 5 ? HFR_OP_READ : HFR_OP_WRITE;
	return r % 10 == 8 ? HFR_OP_FLUSH : HFR_OP_DISCARD;
}

static inline struct hfr_trace_rec made_rec(const struct made *how,
					    uint64_t *state, uint64_t *now)
{
	uint64_t r = hash_next(state), q = hash_next(state);
	struct hfr_trace_rec rec = {
		.op = made_op(r, how->plain),
		.target = r >> 8 & 1,
		.stream = 100 + (r >> 16) % 7,
	};

	/* A third of the requests are issued at once with another. */
	if (how->apart || r >> 24 & 3)
		*now += 1 + (r >> 32) % 50000;
	rec.issue_ns = *now;
	rec.complete_ns = *now + q % 200000;
	if (how->open_ends && q >> 20 & 1)
		rec.complete_ns = HFR_UNKNOWN;
	if (rec.op == HFR_OP_FLUSH)
		return rec;
	rec.length = (uint32_t)(BLOCK * (1 + (q >> 32) % 24));
	rec.offset = BLOCK * ((q >> 40) % (BLOCKS - 24));
	if (rec.op == HFR_OP_WRITE && !(q >> 21 & 7))
		rec.flags = HFR_RF_PREFLUSH | HFR_RF_FUA;
	return rec;
}

/* Writes a trace, of two devices, of which the second may end within a MiB. */
static inline const char *make_trace(const char *name, const struct made *how)
{
	const char *path = unit_path(name);
	struct hft_writer *w = new_writer(path);
	uint64_t state = hash_mix(how->seed), now = 12345, i;
	struct hf_error err = { "" };

	hft_writer_geometry(w, 0, BLOCK * BLOCKS, 512);
	for (i = 0; i < how->n; i++) {
		struct hfr_trace_rec rec = made_rec(how, &state, &now);

		add(w, &rec);
	}
	if (hft_writer_finish(w, 0, 1234567890123ULL,
			      "{\"tool\":\"test\",\"secret\":\"sdq\"}", NULL,
			      &err))
		fail_msg("%s", err.text);
	return path;
}

/* One step of a list, which a step without name ends. */
struct step {
	const char *name, *text;
};

static inline int try_steps(struct pipeline *p, const struct step *steps,
			    struct hf_error *err)
{
	int rc = 0;

	for (; !rc && steps->name; steps++)
		rc = pipeline_add(p, steps->name, steps->text, err);
	return rc;
}

/* Runs steps; returns what pipeline_run() does. */
static inline int try_transform(const char *in, const char *out,
				const struct step *steps,
				struct pipeline_result *result,
				struct hf_error *err)
{
	const struct import_opts opts = { 0 };
	const struct pipeline_job job = {
		.ins = &in, .nins = 1, .out = out, .opts = &opts,
		.command = "hfctl transform",
	};
	struct pipeline *p = pipeline_new();
	int rc = try_steps(p, steps, err);

	if (!rc)
		rc = pipeline_run(p, &job, result, err);
	pipeline_free(p);
	return rc;
}

/* Runs steps that must work, and opens what they write: hft_open() checks
 * every record against the rules of the format, count and checksum.
 */
static inline struct hft_file transformed(const char *in, const char *out,
					  const struct step *steps)
{
	struct pipeline_result result;
	struct hf_error err = { "" };
	struct hft_file file;

	if (try_transform(in, unit_path(out), steps, &result, &err))
		fail_msg("--%s %s: %s", steps->name, steps->text, err.text);
	open_good(&file, unit_path(out));
	assert_int_equal(file.count, result.requests_out);
	return file;
}

#define STEPS(...) ((const struct step[]){ __VA_ARGS__, { NULL, NULL } })

static inline struct hft_file opened(const char *path)
{
	struct hft_file file;

	open_good(&file, path);
	return file;
}

static inline bool says(const struct hft_file *f, const char *text)
{
	return memmem(f->provenance, f->hdr->provenance_size, text,
		      strlen(text));
}

/* The same but for what the writer counts. */
static inline void same_rec(const struct hfr_trace_rec *a,
			    const struct hfr_trace_rec *b)
{
	struct hfr_trace_rec x = *a, y = *b;

	x.in_flight = 0;
	y.in_flight = 0;
	assert_memory_equal(&x, &y, sizeof(x));
}

static inline void same_records(const struct hft_file *a,
				const struct hft_file *b)
{
	uint64_t i;

	assert_int_equal(a->count, b->count);
	for (i = 0; i < a->count; i++)
		same_rec(&a->recs[i], &b->recs[i]);
}

/* How often each block is touched by what moves data or discards. */
static inline uint32_t *touches(const struct hft_file *f, uint64_t blocks)
{
	uint32_t *count = calloc(2 * blocks, sizeof(*count));
	uint64_t i, b;

	for (i = 0; i < f->count; i++) {
		const struct hfr_trace_rec *rec = &f->recs[i];

		assert_true(rec->offset + rec->length <= blocks * BLOCK);
		for (b = 0; b < rec->length / BLOCK; b++)
			count[rec->target * blocks + rec->offset / BLOCK + b]++;
	}
	return count;
}

#endif /* TRANSFORM_FILES_H */
