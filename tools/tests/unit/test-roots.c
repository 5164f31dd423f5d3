// SPDX-License-Identifier: GPL-2.0-only
/* Windows among the records of all scopes, shared by the engine's workers. */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../../kmod/roots.c"

#define MAX_ROOTS	20
#define RANKS		200
#define WORKERS		4

static u32 dice_state = 1;

static u32 dice(u32 sides)
{
	dice_state = dice_state * 1664525 + 1013904223;
	return (dice_state >> 8) % sides;
}

struct window {
	u32 lo, hi;
};

/* Windows whose bounds never decrease; some are empty, some leave gaps. */
static u32 make_windows(struct window *windows)
{
	u32 count = 1 + dice(MAX_ROOTS), lo = dice(3) ? dice(20) : 0, hi = lo, i;

	for (i = 0; i < count; i++) {
		lo += dice(2) * dice(12);
		hi = max(hi, lo) + dice(2) * dice(15);
		windows[i].lo = min(lo, RANKS - 1);
		windows[i].hi = min(hi, RANKS - 1);
	}
	return count;
}

static void make_roots(struct hfr_roots *r, const struct window *windows,
		       u32 count)
{
	u32 i;

	assert_int_equal(hfr_roots_init(r, count, WORKERS), 0);
	for (i = 0; i < count; i++)
		hfr_roots_add(r, 10 * i, windows[i].lo, windows[i].hi,
			      i % WORKERS);
	hfr_roots_seal(r);
	hfr_roots_begin(r);
}

/* The roots before the first one with a parent that has not completed. */
static u32 count_resolved(const struct window *windows, u32 count,
			   const bool *done)
{
	u32 i, rank;

	for (i = 0; i < count; i++)
		for (rank = windows[i].lo; rank < windows[i].hi; rank++)
			if (!done[rank])
				return i;
	return count;
}

static s64 largest_value(const struct window *w, const s64 *values)
{
	s64 most = S64_MIN;
	u32 rank;

	for (rank = w->lo; rank < w->hi; rank++)
		most = max(most, values[rank]);
	return most;
}

static void shuffle(u32 *ranks)
{
	u32 i, other, rank;

	for (i = 0; i < RANKS; i++)
		ranks[i] = i;
	for (i = 0; i < RANKS; i++) {
		other = i + dice(RANKS - i);
		rank = ranks[i];
		ranks[i] = ranks[other];
		ranks[other] = rank;
	}
}

static void run_once(struct hfr_roots *r, const struct window *windows,
		     u32 count)
{
	bool done[RANKS] = { false };
	u32 ranks[RANKS], i, from, to, before, after;
	s64 values[RANKS];

	shuffle(ranks);
	for (i = 0; i < RANKS; i++)
		values[i] = (s64)dice(1000) - 500;
	after = count_resolved(windows, count, done);
	assert_int_equal(hfr_roots_resolved(r), after);
	for (i = 0; i < RANKS; i++) {
		u32 rank = ranks[i];
		bool news = hfr_roots_complete(r, dice(WORKERS), rank,
					       values[rank], &from, &to);

		done[rank] = true;
		before = after;
		after = count_resolved(windows, count, done);
		assert_int_equal(hfr_roots_resolved(r), after);
		assert_int_equal(news, after > before);
		if (news) {
			assert_int_equal(from, before);
			assert_int_equal(to, after);
		}
		for (; before < after; before++)
			assert_int_equal(hfr_roots_value(r, before),
					 largest_value(&windows[before],
						       values));
	}
	assert_int_equal(after, count);
}

static void test_resolved_in_order(void **state)
{
	struct window windows[MAX_ROOTS];
	struct hfr_roots r;
	u32 i, count;

	(void)state;
	for (i = 0; i < 2000; i++) {
		count = make_windows(windows);
		make_roots(&r, windows, count);
		run_once(&r, windows, count);
		/* Another loop finds nothing of this one. */
		hfr_roots_begin(&r);
		run_once(&r, windows, count);
		hfr_roots_free(&r);
	}
}

static void test_no_roots(void **state)
{
	struct hfr_roots r;
	u32 from, to;

	(void)state;
	make_roots(&r, NULL, 0);
	assert_int_equal(hfr_roots_resolved(&r), 0);
	assert_false(hfr_roots_complete(&r, 0, 0, 0, &from, &to));
	assert_int_equal(hfr_roots_find(&r, 0), 0);
	hfr_roots_free(&r);
}

static void test_finds(void **state)
{
	const struct window windows[6] = { { 0, 0 } };
	struct hfr_roots r;

	(void)state;
	make_roots(&r, windows, 6);
	assert_int_equal(hfr_roots_find(&r, 0), 0);
	assert_int_equal(hfr_roots_find(&r, 20), 2);
	assert_int_equal(hfr_roots_find(&r, 21), 3);
	assert_int_equal(hfr_roots_find(&r, 51), 6);
	assert_int_equal(hfr_roots_next(&r, 0, 1), 1);
	assert_int_equal(hfr_roots_next(&r, 2, 1), 5);
	assert_int_equal(hfr_roots_next(&r, 6, 1), 6);
	assert_int_equal(hfr_roots_owner(&r, 5), 1);
	assert_int_equal(hfr_roots_resolved(&r), 6);
	assert_int_equal(hfr_roots_value(&r, 3), S64_MIN);
	hfr_roots_free(&r);
}

/* A new pace moves what one worker has completed, and nothing else. */
static void test_shift(void **state)
{
	const struct window windows[2] = { { 0, 1 }, { 1, 4 } };
	struct hfr_roots r;
	u32 from, to;

	(void)state;
	make_roots(&r, windows, 2);
	assert_true(hfr_roots_complete(&r, 0, 0, 7, &from, &to));
	assert_false(hfr_roots_complete(&r, 0, 1, 10, &from, &to));
	assert_false(hfr_roots_complete(&r, 1, 2, 12, &from, &to));
	hfr_roots_shift(&r, 0, 5);
	assert_true(hfr_roots_complete(&r, 2, 3, 0, &from, &to));
	assert_int_equal(hfr_roots_value(&r, 0), 7);
	assert_int_equal(hfr_roots_value(&r, 1), 15);
	hfr_roots_shift(&r, 1, 100);
	assert_int_equal(hfr_roots_value(&r, 1), 15);
	hfr_roots_free(&r);
}

/* ---- workers at the same time ---- */

static struct hfr_roots shared;
static struct window shared_windows[MAX_ROOTS];
static u32 shared_ranks[RANKS];
static bool told[MAX_ROOTS];
static s64 shared_values[RANKS];
static pthread_barrier_t gate;

/* Completes every fourth; what it is told of it may read at once. */
static void *complete_some(void *arg)
{
	u32 worker = (uintptr_t)arg, i, from, to, rank;
	uintptr_t wrong = 0;

	pthread_barrier_wait(&gate);
	for (i = worker; i < RANKS; i += WORKERS) {
		rank = shared_ranks[i];
		if (!hfr_roots_complete(&shared, worker, rank,
					shared_values[rank], &from, &to))
			continue;
		for (; from < to; from++) {
			WRITE_ONCE(told[from], true);
			wrong += hfr_roots_resolved(&shared) <= from;
			wrong += hfr_roots_value(&shared, from) !=
				largest_value(&shared_windows[from],
					     shared_values);
		}
	}
	return (void *)wrong;
}

static void run_threads(u32 count)
{
	pthread_t thread[WORKERS];
	void *wrong;
	u32 i, first = hfr_roots_resolved(&shared);

	memset(told, 0, sizeof(told));
	shuffle(shared_ranks);
	for (i = 0; i < RANKS; i++)
		shared_values[i] = (s64)dice(1000) - 500;
	for (i = 0; i < WORKERS; i++)
		pthread_create(&thread[i], NULL, complete_some,
			       (void *)(uintptr_t)i);
	for (i = 0; i < WORKERS; i++) {
		pthread_join(thread[i], &wrong);
		assert_null(wrong);
	}
	assert_int_equal(hfr_roots_resolved(&shared), count);
	for (i = first; i < count; i++)
		assert_true(told[i]);
}

static void test_workers_race(void **state)
{
	u32 i, count;

	(void)state;
	pthread_barrier_init(&gate, NULL, WORKERS);
	for (i = 0; i < 1000; i++) {
		count = make_windows(shared_windows);
		make_roots(&shared, shared_windows, count);
		run_threads(count);
		hfr_roots_free(&shared);
	}
	pthread_barrier_destroy(&gate);
}

#define ROUNDS	200000

static u32 arrived[2];

/* Both workers come to step @step together; a short wait keeps them close. */
static void meet(u32 worker, u32 step)
{
	u32 spins = 0;

	/* pairs with the load of the other worker */
	smp_store_release(&arrived[worker], step);
	/* pairs with the store of the other worker */
	while (smp_load_acquire(&arrived[!worker]) < step)
		if (++spins > 1000)
			sched_yield();
}

static void *complete_last(void *arg)
{
	u32 worker = (uintptr_t)arg, round, from, to;
	uintptr_t news = 0;

	for (round = 1; round <= ROUNDS; round++) {
		if (worker == 0)
			hfr_roots_begin(&shared);
		meet(worker, 2 * round);
		news += hfr_roots_complete(&shared, worker, worker, 0, &from,
					   &to);
		meet(worker, 2 * round + 1);
	}
	return (void *)news;
}

/* Of two that complete the last parents at the same time just one is told. */
static void test_last_two_race(void **state)
{
	const struct window window = { 0, 2 };
	pthread_t thread[2];
	uintptr_t all = 0;
	void *news;
	u32 i;

	(void)state;
	make_roots(&shared, &window, 1);
	for (i = 0; i < 2; i++)
		pthread_create(&thread[i], NULL, complete_last,
			       (void *)(uintptr_t)i);
	for (i = 0; i < 2; i++) {
		pthread_join(thread[i], &news);
		all += (uintptr_t)news;
	}
	assert_int_equal(all, ROUNDS);
	hfr_roots_free(&shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolved_in_order),
		cmocka_unit_test(test_no_roots),
		cmocka_unit_test(test_finds),
		cmocka_unit_test(test_shift),
		cmocka_unit_test(test_workers_race),
		cmocka_unit_test(test_last_two_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
