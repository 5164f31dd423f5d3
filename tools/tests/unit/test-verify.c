// SPDX-License-Identifier: GPL-2.0-only
/* What may be on a device after a replay, against brute force. */
#include <errno.h>
#include <linux/hfreplay_stamp.h>

#include "verify-world.h"

/* ---- stamps ---- */

static void test_stamp(void **state)
{
	struct hfr_stamp s = { .seed = 1, .run = 2, .index = 3, .sector = 4 };
	uint64_t sector[HFR_STAMP_WORDS], word;
	unsigned int i, bit;

	(void)state;
	assert_int_equal(sizeof(struct hfr_stamp), 56);
	hfr_stamp_write(sector, &s);
	assert_int_equal(hfr_stamp_read(sector), HFR_STAMP_GOOD);
	assert_memory_equal(sector, &s, sizeof(s));
	for (i = 0; i < HFR_STAMP_WORDS; i++) {
		bit = i % 64;
		word = sector[i];
		sector[i] ^= 1ULL << bit;
		assert_int_equal(hfr_stamp_read(sector), !i ? HFR_STAMP_NONE :
				 i < HFR_STAMP_HEAD ? HFR_STAMP_DAMAGED :
				 HFR_STAMP_TORN);
		sector[i] = word;
	}
	memset(sector, 0, sizeof(sector));
	assert_int_equal(hfr_stamp_read(sector), HFR_STAMP_NONE);
}

/* The medium outlives the program: what it holds must be read for ever. */
static void test_stamp_is_fixed(void **state)
{
	struct hfr_stamp s = {
		.seed = 0x0123456789abcdefULL, .run = 1700000000000000000ULL,
		.index = 42, .sector = 4096, .target = 3,
	};
	uint64_t sector[HFR_STAMP_WORDS];

	(void)state;
	hfr_stamp_write(sector, &s);
	assert_memory_equal(sector, "hfrstamp", 8);
	assert_int_equal(s.hash, 0x8e14a9e30cfab434ULL);
	assert_int_equal(sector[HFR_STAMP_WORDS - 1],
			 0xfe58847b32ca91e2ULL);
}

/* ---- by hand ---- */

static void test_kinds(void **state)
{
	struct world w = { .n = 0 };

	(void)state;
	add(&w, HFR_OP_WRITE, 0, 4, 10, 20);
	add(&w, HFR_OP_WRITE, 2, 4, 30, 40);
	add(&w, HFR_OP_READ, 8, 8, 40, 45);
	add(&w, HFR_OP_WRITE, 6, 2, 50, 60);
	w.done[3].state = HFR_REC_NOT_ISSUED;
	apply(&w, 0);
	apply(&w, 1);
	assert_int_equal(look(&w, false, 1), 0);
	put(&w, 0, 3);
	expect_fault(&w, false, FAULT_OLD, 1, 0);
	assert_int_equal(w.faults[0].start, 3);
	assert_int_equal(w.faults[0].end, 4);
	put(&w, 1, 3);
	memset(w.disk[1], 0, HFR_STAMP_SECTOR);
	expect_fault(&w, false, FAULT_LOST, 0, EXPECT_NONE);
	put(&w, 0, 1);
	memcpy(w.disk[4], w.disk[5], HFR_STAMP_SECTOR);
	expect_fault(&w, false, FAULT_MISPLACED, 1, 1);
	assert_int_equal(w.faults[0].place, 5);
	put(&w, 1, 4);
	w.disk[2][40] ^= 1;
	expect_fault(&w, false, FAULT_TORN, 1, 1);
	put(&w, 3, 2);
	expect_fault(&w, false, FAULT_STRAY, 1, 3);
	put(&w, 99, 2);
	expect_fault(&w, false, FAULT_STRAY, 1, 99);
	put(&w, 1, 2);
	assert_int_equal(look(&w, false, 1), 0);
}

static void test_block_is_whole(void **state)
{
	struct world w = { .n = 0 };

	(void)state;
	add(&w, HFR_OP_WRITE, 0, 8, 10, 20);
	add(&w, HFR_OP_WRITE, 0, 8, 10, 20);
	apply(&w, 0);
	put(&w, 1, 4);
	put(&w, 1, 5);
	/* Either may be there, but not half of each. */
	assert_int_equal(look(&w, false, 1), 0);
	assert_int_equal(look(&w, false, 2), 0);
	assert_int_equal(look(&w, false, 4), 1);
	assert_int_equal(w.faults[0].kind, FAULT_TORN);
	assert_int_equal(w.faults[0].start, 4);
}

static void test_other_runs(void **state)
{
	struct hfr_stamp other = { .seed = SEED, .run = RUN + 1 };
	struct world w = { .n = 0 };

	(void)state;
	add(&w, HFR_OP_WRITE, 0, 1, 10, 20);
	hfr_stamp_write(w.disk[0], &other);
	expect_fault(&w, false, FAULT_LOST, 0, EXPECT_NONE);
	/* Before anything is certain the past may be there. */
	assert_int_equal(look(&w, true, 1), 0);
	w.done[0].state = HFR_REC_EMPTY;
	assert_int_equal(look(&w, false, 1), 0);
}

static void test_flushes(void **state)
{
	struct world w = { .n = 0 };

	(void)state;
	add(&w, HFR_OP_WRITE, 0, 1, 10, 20);
	add(&w, HFR_OP_FLUSH, 0, 0, 15, 40);
	assert_int_equal(look(&w, true, 1), 0);		/* issued too early */
	add(&w, HFR_OP_FLUSH, 0, 0, 25, 50);
	expect_fault(&w, true, FAULT_LOST, 0, EXPECT_NONE);
	w.done[2].error = 5;
	assert_int_equal(look(&w, true, 1), 0);		/* failed */
	w.done[2].error = 0;
	w.done[2].state = HFR_REC_EMPTY;
	assert_int_equal(look(&w, true, 1), 0);		/* not complete */
	w.rec[1] = (struct hfr_trace_rec){
		.op = HFR_OP_WRITE, .flags = HFR_RF_PREFLUSH,
		.offset = 4096, .length = 512,
	};
	w.done[1].issued_ns = 30;
	expect_fault(&w, true, FAULT_LOST, 0, EXPECT_NONE);
	w.rec[1].flags = 0;
	assert_int_equal(look(&w, true, 1), 0);
	w.rec[0].flags = HFR_RF_FUA;
	expect_fault(&w, true, FAULT_LOST, 0, EXPECT_NONE);
}

static void test_zeroes_and_discards(void **state)
{
	struct world w = { .n = 0 };

	(void)state;
	add(&w, HFR_OP_WRITE, 0, 4, 10, 20);
	add(&w, HFR_OP_WRITE_ZEROES, 0, 2, 30, 40);
	add(&w, HFR_OP_DISCARD, 2, 2, 30, 40);
	apply(&w, 0);
	apply(&w, 1);
	apply(&w, 2);
	assert_int_equal(look(&w, false, 1), 0);
	put(&w, 0, 1);
	expect_fault(&w, false, FAULT_OLD, 1, 0);
	put(&w, 0, 3);
	memset(w.disk[1], 0, HFR_STAMP_SECTOR);
	assert_int_equal(look(&w, false, 1), 0);
	memset(w.disk[1], 1, HFR_STAMP_SECTOR);
	expect_fault(&w, false, FAULT_LOST, 1, EXPECT_NONE);
	/* A write puts an end to both. */
	add(&w, HFR_OP_WRITE, 1, 2, 50, 60);
	apply(&w, 3);
	assert_int_equal(look(&w, false, 1), 0);
	memset(w.disk[1], 0, HFR_STAMP_SECTOR);
	memset(w.disk[2], 0, HFR_STAMP_SECTOR);
	expect_fault(&w, false, FAULT_LOST, 3, EXPECT_NONE);
	assert_int_equal(w.faults[0].end - w.faults[0].start, 2);
}

static void test_zones_are_refused(void **state)
{
	struct world w = { .n = 0 };
	struct hft_file trace = { .recs = w.rec, .count = 1 };
	struct expect_run run = { .trace = &trace, .loops = 1 };
	struct hf_error err = { "" };
	struct expect e;

	(void)state;
	add(&w, HFR_OP_ZONE_APPEND, 0, 4, 10, 20);
	assert_int_equal(expect_make(&e, &run, 0, &err), -EOPNOTSUPP);
	assert_says(&err, "request 0 is a zone-append");
}

/* ---- random runs of a device with a write cache ---- */

static bool covers(const struct hfr_trace_rec *rec, uint64_t sector)
{
	return sector * HFR_STAMP_SECTOR >= rec->offset &&
		sector * HFR_STAMP_SECTOR < rec->offset + rec->length;
}

static void make_run(struct world *w)
{
	static const uint8_t ops[] = {
		HFR_OP_WRITE, HFR_OP_WRITE, HFR_OP_WRITE, HFR_OP_WRITE,
		HFR_OP_WRITE, HFR_OP_FLUSH, HFR_OP_FLUSH, HFR_OP_WRITE_ZEROES,
		HFR_OP_DISCARD, HFR_OP_READ,
	};
	uint64_t n = 5 + below(MOST - 5), at = 0, i;

	memset(w, 0, sizeof(*w));
	for (i = 0; i < n; i++) {
		uint8_t op = ops[below(sizeof(ops))];
		uint64_t first = below(SECTORS);
		uint64_t len = 1 + below(SECTORS - first);
		struct hfr_trace_rec *rec;

		at += below(4);
		rec = add(w, op, op == HFR_OP_FLUSH ? 0 : first,
			  op == HFR_OP_FLUSH ? 0 : len % 6 + 1, at,
			  at + below(12));
		if (first + len % 6 + 1 > SECTORS && op != HFR_OP_FLUSH)
			rec->length = HFR_STAMP_SECTOR;
		if (op == HFR_OP_WRITE && !below(4))
			rec->flags |= HFR_RF_FUA;
		if (op == HFR_OP_WRITE && !below(6))
			rec->flags |= HFR_RF_PREFLUSH;
	}
	memset(w->disk, 0x5a, sizeof(w->disk));
}

static bool flushes(const struct hfr_trace_rec *rec)
{
	return rec->op == HFR_OP_FLUSH || rec->flags & HFR_RF_PREFLUSH;
}

/* Whether the request's effect must have survived a crash at @now. */
static bool durable(const struct world *w, uint64_t i, uint64_t now)
{
	uint64_t f;

	if (w->done[i].completed_ns > now)
		return false;
	if (w->rec[i].flags & HFR_RF_FUA)
		return true;
	for (f = 0; f < w->n; f++)
		if (flushes(&w->rec[f]) && w->done[f].completed_ns <= now &&
		    w->done[f].issued_ns > w->done[i].completed_ns)
			return true;
	return false;
}

static int changes_device(const struct hfr_trace_rec *rec)
{
	return rec->op == HFR_OP_WRITE || rec->op == HFR_OP_WRITE_ZEROES ||
		rec->op == HFR_OP_DISCARD;
}

/*
 * A crash: what is durable reaches the medium, of the rest any part; each at
 * some moment between issue and completion. @without is lost though it must
 * not be.
 */
static void crash(struct world *w, uint64_t now, uint64_t without)
{
	uint64_t when[MOST], order[MOST], n = 0, i, j;

	for (i = 0; i < w->n; i++) {
		const struct hfr_completion_rec *c = &w->done[i];

		if (i == without || c->issued_ns > now ||
		    !changes_device(&w->rec[i]) ||
		    (!durable(w, i, now) && below(2)))
			continue;
		when[i] = c->issued_ns +
			below(c->completed_ns - c->issued_ns + 1);
		for (j = n++; j && when[order[j - 1]] > when[i]; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
	for (i = 0; i < n; i++)
		apply(w, order[i]);
	/* What the machine knew when it went down. */
	for (i = 0; i < w->n; i++)
		if (w->done[i].completed_ns > now)
			memset(&w->done[i], 0, sizeof(w->done[i]));
}

/* A durable write that had a sector for itself when it was issued and since. */
static uint64_t find_victim(const struct world *w, uint64_t now)
{
	uint64_t i, j, s;

	for (i = 0; i < w->n; i++) {
		if (w->rec[i].op != HFR_OP_WRITE || !durable(w, i, now))
			continue;
		for (s = 0; s < SECTORS; s++) {
			if (!covers(&w->rec[i], s))
				continue;
			for (j = 0; j < w->n; j++)
				if (j != i && changes_device(&w->rec[j]) &&
				    covers(&w->rec[j], s) &&
				    w->done[j].completed_ns >=
				    w->done[i].issued_ns)
					break;
			if (j == w->n)
				return i;
		}
	}
	return EXPECT_NONE;
}

static void test_crashes(void **state)
{
	static struct world w;
	uint64_t victim, now, i, caught = 0;
	int k, named;

	(void)state;
	rnd = 99;
	for (i = 0; i < 20000; i++) {
		make_run(&w);
		now = below(w.done[w.n - 1].issued_ns + 12);
		victim = i % 2 ? find_victim(&w, now) : EXPECT_NONE;
		crash(&w, now, victim);
		look(&w, true, 1);
		named = 0;
		for (k = 0; k < w.nfaults; k++)
			named += w.faults[k].must == victim;
		if (victim == EXPECT_NONE) {
			assert_int_equal(w.nfaults, 0);
		} else {
			assert_true(named > 0);
			assert_int_equal(named, w.nfaults);
			caught++;
		}
	}
	assert_true(caught > 1000);
}

/* Every version on every sector, against the rule as it is written. */
static void test_rule(void **state)
{
	static struct world w;
	struct hft_file trace = { .recs = w.rec };
	struct expect_run run = {
		.trace = &trace, .recs = w.done, .loops = 1, .crash = true,
	};
	struct hf_error err = { "" };
	uint64_t i, j, v, seen[3] = { 0 };
	struct expect e;
	size_t c;

	(void)state;
	rnd = 7;
	for (i = 0; i < 2000; i++) {
		make_run(&w);
		trace.count = w.n;
		run.count = w.n;
		assert_int_equal(expect_make(&e, &run, 0, &err), 0);
		for (c = 0; c < e.ncells; c++)
			for (v = 0; v < w.n; v++) {
				uint64_t s = e.cells[c].start;
				enum expect_found want = EXPECT_FINE;

				for (j = 0; j < w.n; j++)
					if (covers(&w.rec[j], s) &&
					    changes_device(&w.rec[j]) &&
					    w.rec[j].op != HFR_OP_DISCARD &&
					    durable(&w, j, EXPECT_NONE) &&
					    w.done[j].issued_ns >
					    w.done[v].completed_ns)
						want = EXPECT_OLD;
				if (w.rec[v].op != HFR_OP_WRITE ||
				    !covers(&w.rec[v], s))
					want = EXPECT_NEVER;
				assert_int_equal(expect_version(&e, &e.cells[c],
								s, v), want);
				seen[want]++;
			}
		expect_free(&e);
	}
	assert_true(seen[0] > 1000 && seen[1] > 1000 && seen[2] > 1000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stamp),
		cmocka_unit_test(test_stamp_is_fixed),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_block_is_whole),
		cmocka_unit_test(test_other_runs),
		cmocka_unit_test(test_flushes),
		cmocka_unit_test(test_zeroes_and_discards),
		cmocka_unit_test(test_zones_are_refused),
		cmocka_unit_test(test_crashes),
		cmocka_unit_test(test_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
