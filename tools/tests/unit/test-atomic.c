// SPDX-License-Identifier: GPL-2.0-only
/* Atomic writes are on a device as a whole or not at all. */
#include <errno.h>

#include "verify-world.h"

/* Request 1 is atomic, over what request 0 wrote. */
static void make_atomic(struct world *w)
{
	memset(w, 0, sizeof(*w));
	add(w, HFR_OP_WRITE, 0, 8, 10, 20);
	add(w, HFR_OP_WRITE, 2, 4, 30, 40)->flags = HFR_RF_ATOMIC;
	apply(w, 0);
}

static void test_atomic(void **state)
{
	struct world w;
	int i;

	(void)state;
	make_atomic(&w);
	assert_int_equal(look(&w, true, 1), 0);
	apply(&w, 1);
	assert_int_equal(look(&w, true, 1), 0);
	/* Each of its blocks alone. */
	for (i = 2; i < 6; i++) {
		put(&w, 0, i);
		expect_fault(&w, true, FAULT_ATOMIC, 1, 0);
		assert_int_equal(w.faults[0].start, i);
		assert_int_equal(w.faults[0].end, i + 1);
		put(&w, 1, i);
	}
	/* Without the flag each block is for itself. */
	put(&w, 0, 3);
	w.rec[1].flags = 0;
	assert_int_equal(look(&w, true, 1), 0);
	/* Without a crash it must be there, which is worse. */
	w.rec[1].flags = HFR_RF_ATOMIC;
	expect_fault(&w, false, FAULT_OLD, 1, 0);
}

static void test_atomic_on_nothing(void **state)
{
	struct world w;

	(void)state;
	make_atomic(&w);
	add(&w, HFR_OP_WRITE, 10, 2, 50, 60)->flags = HFR_RF_ATOMIC;
	put(&w, 2, 10);
	expect_fault(&w, true, FAULT_ATOMIC, 2, EXPECT_NONE);
	assert_int_equal(w.faults[0].start, 11);
	/* A discard may have come behind it. */
	add(&w, HFR_OP_DISCARD, 11, 1, 55, 70);
	assert_int_equal(look(&w, true, 1), 0);
}

static void test_atomic_among_others(void **state)
{
	struct world w;

	(void)state;
	/* In flight together: the other may have come behind it. */
	make_atomic(&w);
	w.done[0].completed_ns = 30;
	apply(&w, 1);
	put(&w, 0, 3);
	assert_int_equal(look(&w, true, 1), 0);
	/* A newer one, and one that was lost alone. */
	make_atomic(&w);
	add(&w, HFR_OP_WRITE, 3, 1, 50, 60);
	apply(&w, 1);
	put(&w, 2, 3);
	assert_int_equal(look(&w, true, 1), 0);
	put(&w, 0, 3);
	assert_int_equal(look(&w, true, 1), 0);
	put(&w, 0, 4);
	expect_fault(&w, true, FAULT_ATOMIC, 1, 0);
	/* One that failed promises nothing. */
	w.done[1].error = EIO;
	assert_int_equal(look(&w, true, 1), 0);
}

/* In flight when the power went: there is no record of it. */
static void test_atomic_without_record(void **state)
{
	struct world w;

	(void)state;
	make_atomic(&w);
	add(&w, HFR_OP_WRITE, 20, 1, 28, 29);
	/* Two and three change places: the atomic one comes last. */
	w.rec[3] = w.rec[1];
	w.rec[1] = w.rec[2];
	w.rec[2] = w.rec[3];
	w.done[1] = w.done[2];
	w.done[2] = (struct hfr_completion_rec){ .state = HFR_REC_EMPTY };
	put(&w, 2, 2);
	assert_int_equal(look(&w, true, 1), 3);
	assert_int_equal(w.faults[0].kind, FAULT_ATOMIC);
	assert_int_equal(w.faults[0].must, 2);
	/* Two workers, or a request that overtook: nobody knows when. */
	w.done[1].worker = 1;
	assert_int_equal(look(&w, true, 1), 0);
	w.done[1].worker = 0;
	w.done[1].issued_ns = 9;
	assert_int_equal(look(&w, true, 1), 0);
	/* What the run did not write is older in any case. */
	memset(w.disk[4], 0, HFR_STAMP_SECTOR);
	w.done[0].state = HFR_REC_EMPTY;
	put(&w, 2, 3);
	put(&w, 2, 5);
	expect_fault(&w, true, FAULT_ATOMIC, 2, EXPECT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_atomic),
		cmocka_unit_test(test_atomic_on_nothing),
		cmocka_unit_test(test_atomic_among_others),
		cmocka_unit_test(test_atomic_without_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
