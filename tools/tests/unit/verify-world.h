/* SPDX-License-Identifier: GPL-2.0-only */
/* A small device that a replay has written to, for tests of hfctl verify. */
#ifndef TEST_VERIFY_WORLD_H
#define TEST_VERIFY_WORLD_H

#include <linux/hfreplay_stamp.h>

#include "medium.h"
#include "unit-files.h"

#define SEED 77
#define RUN 1234567
#define SECTORS 24
#define MOST 40

/**
 * struct world - a small trace, its replay, and a device
 * @rec: requests
 * @done: their completion records
 * @n: number of them
 * @disk: the device, in sectors
 * @faults: what was reported
 * @nfaults: how many
 */
struct world {
	struct hfr_trace_rec rec[MOST];
	struct hfr_completion_rec done[MOST];
	uint64_t n;
	uint64_t disk[SECTORS][HFR_STAMP_WORDS];
	struct fault faults[SECTORS];
	int nfaults;
};

static uint64_t rnd;

static inline uint64_t below(uint64_t n)
{
	return unit_random(&rnd) % n;
}

static inline struct hfr_trace_rec *add(struct world *w, uint8_t op, uint64_t sector,
				 uint64_t sectors, uint64_t issued,
				 uint64_t completed)
{
	struct hfr_completion_rec *c = &w->done[w->n];
	struct hfr_trace_rec *rec = &w->rec[w->n++];

	assert_true(w->n <= MOST);
	*rec = (struct hfr_trace_rec){
		.op = op, .offset = sector * HFR_STAMP_SECTOR,
		.length = (uint32_t)(sectors * HFR_STAMP_SECTOR),
	};
	*c = (struct hfr_completion_rec){
		.issued_ns = issued, .completed_ns = completed,
		.state = HFR_REC_DONE,
	};
	return rec;
}

static inline void put(struct world *w, uint64_t number, uint64_t sector)
{
	struct hfr_stamp s = {
		.seed = SEED, .run = RUN, .index = number, .sector = sector,
	};

	hfr_stamp_write(w->disk[sector], &s);
}

/* What request @number leaves there when it reaches the medium. */
static inline void apply(struct world *w, uint64_t number)
{
	const struct hfr_trace_rec *rec = &w->rec[number];
	uint64_t s = rec->offset / HFR_STAMP_SECTOR;
	uint64_t end = s + rec->length / HFR_STAMP_SECTOR;

	for (; s < end; s++) {
		if (rec->op == HFR_OP_WRITE)
			put(w, number, s);
		else if (rec->op == HFR_OP_WRITE_ZEROES)
			memset(w->disk[s], 0, HFR_STAMP_SECTOR);
		else if (rec->op == HFR_OP_DISCARD)
			memset(w->disk[s], (int)below(256), HFR_STAMP_SECTOR);
	}
}

static inline void keep_fault(void *ctx, const struct fault *f)
{
	struct world *w = ctx;

	assert_true(w->nfaults < SECTORS);
	w->faults[w->nfaults++] = *f;
}

/* Looks at the whole device; the number of blocks at fault. */
static inline uint64_t look(struct world *w, bool crash, uint32_t block)
{
	struct hft_file trace = { .recs = w->rec, .count = w->n };
	struct expect_run run = {
		.trace = &trace, .recs = w->done, .count = w->n, .loops = 1,
		.crash = crash,
	};
	struct hf_error err = { "" };
	struct atomics atomics;
	struct expect e;
	struct medium m = {
		.expect = &e, .seed = SEED, .run = RUN, .block = block,
		.atomics = &atomics,
		.report = keep_fault, .ctx = w,
	};
	size_t i;

	w->nfaults = 0;
	assert_int_equal(expect_make(&e, &run, 0, &err), 0);
	atomics_init(&atomics, &e);
	for (i = 0; i < e.ncells; i++)
		medium_check(&m, &e.cells[i], e.cells[i].start,
			     w->disk[e.cells[i].start],
			     e.cells[i].end - e.cells[i].start);
	assert_int_equal(medium_end(&m), 0);
	atomics_free(&atomics);
	expect_free(&e);
	return medium_faults(&m);
}

static inline void expect_fault(struct world *w, bool crash, enum fault_kind kind,
			 uint64_t must, uint64_t found)
{
	assert_true(look(w, crash, 1) > 0);
	assert_int_equal(w->nfaults, 1);
	assert_int_equal(w->faults[0].kind, kind);
	assert_int_equal(w->faults[0].must, must);
	assert_int_equal(w->faults[0].found, found);
}

#endif /* TEST_VERIFY_WORLD_H */
