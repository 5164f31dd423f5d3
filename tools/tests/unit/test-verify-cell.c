// SPDX-License-Identifier: GPL-2.0-only
/* What the module expects of a block that is read, against brute force. */
#include "unit-files.h"
#include "../../../kmod/verify-cell.h"

#define CHANGES 12
#define STEPS 40

/**
 * struct change - a write or discard of the block
 * @begun: step in which it was issued, 0 before
 * @ended: step in which it completed
 * @write: it is a write
 * @ok: it completes without error
 */
struct change {
	int begun;
	int ended;
	bool write;
	bool ok;
};

static uint64_t rnd;

static uint32_t below(uint32_t n)
{
	return (uint32_t)(unit_random(&rnd) % n);
}

/*
 * What a sound device may return to a read from step @from to step @to: what
 * any change wrote that had begun when the read ended, unless another one
 * began after its end and ended before the read began.
 */
static bool may_return(const struct change *c, uint32_t n, int from, int to)
{
	uint32_t i;

	if (!c[n].begun || c[n].begun > to)
		return false;
	for (i = 0; i < CHANGES; i++)
		if (i != n && c[i].begun > c[n].ended && c[n].ended &&
		    c[i].ended && c[i].ended < from)
			return false;
	return true;
}

/* Takes one step: something begins or something ends. */
static void step(struct hfr_cell *cell, struct change *c, uint32_t base,
		 uint32_t *seq, int now)
{
	uint32_t i = below(CHANGES), n;

	/* Rather what is in flight, or it is never quiet. */
	for (n = 0; n < CHANGES && below(8); n++)
		if (c[(i + n) % CHANGES].begun && !c[(i + n) % CHANGES].ended)
			i = (i + n) % CHANGES;
	if (!c[i].begun) {
		c[i].begun = now;
		hfr_cell_begin(cell, base + i, ++*seq, c[i].write);
	} else if (!c[i].ended) {
		c[i].ended = now;
		hfr_cell_end(cell, ++*seq, c[i].ok);
	}
}

static bool one_run(uint32_t base, bool sound)
{
	struct change c[CHANGES] = { 0 };
	struct hfr_cell cell = { 0 };
	uint32_t i, seq = base ^ 0x5a5a5a5a, read_seq = 0;
	int now, from = 2 + (int)below(STEPS / 2);
	int to = from + 1 + (int)below(STEPS / 4);

	/* As if it had been discarded: counts wrap somewhere for some @base. */
	hfr_cell_begin(&cell, 0, seq, false);
	hfr_cell_end(&cell, seq, true);
	for (i = 0; i < CHANGES; i++) {
		c[i].write = sound || below(8);
		c[i].ok = sound || below(8);
	}
	for (now = 1; now <= to; now++) {
		if (now == from)
			read_seq = seq;
		if (!sound || now < from)
			step(&cell, c, base, &seq, now);
	}
	if (!hfr_cell_settled(&cell, read_seq))
		return false;
	/* Nothing that a sound device returns is found wrong. */
	for (i = 0; i < CHANGES; i++)
		if (may_return(c, i, from, to)) {
			assert_true(c[i].write || !sound);
			assert_true(hfr_cell_holds(&cell, base + i) ||
				    !c[i].ok || !c[i].write);
			/* ... and whatever is undefined is not settled. */
			assert_true(c[i].write && c[i].ok);
		}
	return true;
}

static void test_sound(void **state)
{
	uint32_t i, settled = 0;

	(void)state;
	rnd = 4711;
	for (i = 0; i < 200000; i++)
		settled += one_run((uint32_t)unit_random(&rnd), i % 2);
	assert_true(settled > 10000);
}

static void test_exact(void **state)
{
	struct hfr_cell cell = { 0 };

	(void)state;
	assert_false(hfr_cell_settled(&cell, 0));
	hfr_cell_begin(&cell, UINT32_MAX, 1, true);
	assert_false(hfr_cell_settled(&cell, 1));
	hfr_cell_begin(&cell, 0, 2, true);
	hfr_cell_end(&cell, 3, true);
	assert_false(hfr_cell_settled(&cell, 3));
	hfr_cell_end(&cell, 4, true);
	/* Two that met, across the end of the numbers: either. */
	assert_true(hfr_cell_settled(&cell, 4));
	assert_false(hfr_cell_settled(&cell, 3));
	assert_true(hfr_cell_holds(&cell, UINT32_MAX));
	assert_true(hfr_cell_holds(&cell, 0));
	assert_false(hfr_cell_holds(&cell, 1));
	assert_false(hfr_cell_holds(&cell, UINT32_MAX - 1));
	/* One alone: none but it. */
	hfr_cell_begin(&cell, 7, 5, true);
	hfr_cell_end(&cell, 6, true);
	assert_true(hfr_cell_settled(&cell, 6));
	assert_true(hfr_cell_holds(&cell, 7));
	assert_false(hfr_cell_holds(&cell, 0));
	assert_false(hfr_cell_holds(&cell, 8));
	/* What failed, and what is no write, is not known; the next is. */
	hfr_cell_begin(&cell, 8, 7, true);
	hfr_cell_end(&cell, 8, false);
	assert_false(hfr_cell_settled(&cell, 9));
	hfr_cell_begin(&cell, 9, 9, true);
	hfr_cell_begin(&cell, 10, 10, false);
	hfr_cell_end(&cell, 11, true);
	hfr_cell_end(&cell, 12, true);
	assert_false(hfr_cell_settled(&cell, 12));
	hfr_cell_begin(&cell, 11, 13, true);
	hfr_cell_end(&cell, 14, true);
	assert_true(hfr_cell_settled(&cell, 14));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
