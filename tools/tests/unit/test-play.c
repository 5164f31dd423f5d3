// SPDX-License-Identifier: GPL-2.0-only
/* Replays from user space, on a device in memory. */
#include "play-world.h"

#define REQUESTS	400

static const uint32_t modes[] = {
	HFREPLAY_MODE_HF, HFREPLAY_MODE_AFAP, HFREPLAY_MODE_LOAD,
	HFREPLAY_MODE_DEP,
};

/* Each request once, whole, and issued no later than it completed. */
static void all_done(const struct play_job *job,
		     const struct play_outcome *out)
{
	uint64_t i, n = job->trace->count * job->choices.loops;

	assert_int_equal(out->state, HFREPLAY_SESSION_STATE_DONE);
	assert_int_equal(out->count, n);
	assert_int_equal(out->sum.issued, n);
	assert_int_equal(out->sum.completed, n);
	for (i = 0; i < n; i++) {
		const struct hfr_completion_rec *rec = &out->recs[i];

		assert_int_equal(rec->state, HFR_REC_DONE);
		assert_int_equal(rec->error, 0);
		assert_true(rec->completed_ns >= rec->issued_ns);
		assert_in_range(rec->in_flight, 1, 4096);
	}
}

static void every_mode_issues_all(void **state)
{
	static const struct backend *const backends[] = {
		&backend_null, &backend_world,
	};
	struct play_outcome out;
	struct hft_file file;
	unsigned int i;

	(void)state;
	make_world_trace(&file, REQUESTS);
	infer_world(&file, HFR_DEP_STREAM);
	for (i = 0; i < 32; i++) {
		struct play_job job = make_job(&file, backends[i % 2]);

		job.choices.mode = modes[i / 2 % 4];
		job.choices.workers = i / 8 % 2 ? 3 : 1;
		job.choices.loops = i / 16 ? 2 : 1;
		job.choices.plug = i % 3 * 4;
		job.choices.spread = i % 3 ? HFREPLAY_SPREAD_STREAM :
				     HFREPLAY_SPREAD_REQUEST;
		play_well(&job, &out);
		all_done(&job, &out);
		free(out.recs);
	}
	hft_close(&file);
}

/* ---- when ---- */

static void hf_is_never_early_and_in_order(void **state)
{
	struct play_outcome out;
	struct play_job job;
	struct hft_file file;
	uint64_t i, due, last[2] = { 0, 0 };

	(void)state;
	make_world_trace(&file, REQUESTS);
	job = make_job(&file, &backend_world);
	job.choices.speed = 2000;
	job.choices.loops = 2;
	play_well(&job, &out);
	all_done(&job, &out);
	for (i = 0; i < out.count; i++) {
		const struct hfr_completion_rec *rec = &out.recs[i];
		const struct hfr_trace_rec *req =
			&file.recs[i % file.count];

		due = (i / file.count * file.hdr->duration_ns +
		       req->issue_ns) / 2;
		assert_true(rec->issued_ns >= due);
		assert_int_equal(rec->lateness, (rec->issued_ns - due) /
				 HFR_COST_UNIT);
		assert_true(rec->issued_ns >= last[req->target]);
		assert_int_equal(rec->worker, req->target);
		assert_true(rec->lateness * HFR_COST_UNIT <= 10000 ||
			    rec->cause != HFR_CAUSE_NONE);
		last[req->target] = rec->issued_ns;
	}
	free(out.recs);
	hft_close(&file);
}

static void a_bundle_goes_together(void **state)
{
	struct play_outcome out;
	struct play_job job;
	struct hft_file file;
	uint64_t i, bundled = 0;
	int64_t before[2] = { -1, -1 };
	uint32_t chain[2] = { 0, 0 };

	(void)state;
	make_world_trace(&file, REQUESTS);
	job = make_job(&file, &backend_null);
	job.choices.bundle = 15000;
	job.choices.bundle_max = 4;
	play_well(&job, &out);
	all_done(&job, &out);
	for (i = 0; i < out.count; i++) {
		const struct hfr_completion_rec *rec = &out.recs[i];
		uint32_t target = file.recs[i].target;

		chain[target] = rec->flags & HFR_CF_BUNDLED ?
				chain[target] + 1 : 1;
		assert_in_range(chain[target], 1, 4);
		if (rec->flags & HFR_CF_BUNDLED) {
			bundled++;
			assert_true(before[target] >= 0);
			assert_int_equal(rec->issued_ns,
					 out.recs[before[target]].issued_ns);
			assert_true(file.recs[i].issue_ns -
				    file.recs[before[target]].issue_ns <
				    15000);
		}
		before[target] = (int64_t)i;
	}
	assert_true(bundled > REQUESTS / 8);
	free(out.recs);
	hft_close(&file);
}

/* Requests of the same target in flight when @i was issued, itself included. */
static uint32_t in_flight(const struct hft_file *file,
			  const struct play_outcome *out, uint64_t i)
{
	uint64_t k, at = out->recs[i].issued_ns;
	uint32_t n = 1;

	for (k = 0; k < i; k++)
		n += file->recs[k].target == file->recs[i].target &&
		     out->recs[k].completed_ns > at;
	return n;
}

static uint32_t power_of_two(uint32_t n)
{
	uint32_t p = 1;

	while (p < n)
		p *= 2;
	return p;
}

static void limits_hold(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	uint64_t i, limited = 0;
	uint32_t pass, most;

	(void)state;
	make_world_trace(&file, REQUESTS);
	for (pass = 0; pass < 3; pass++) {
		struct play_job job = make_job(&file, &backend_world);

		world.slower = 4;
		job.choices.mode = pass == 2 ? HFREPLAY_MODE_LOAD :
				   HFREPLAY_MODE_HF;
		job.choices.limit = pass ? HFREPLAY_LIMIT_TRACE :
				    HFREPLAY_LIMIT_FIXED;
		job.choices.limit_value = 3;
		play_well(&job, &out);
		all_done(&job, &out);
		for (i = 0; i < out.count; i++) {
			most = file.recs[i].in_flight;
			most = pass == 0 ? 3 : pass == 1 ? power_of_two(most) :
			       most;
			assert_in_range(in_flight(&file, &out, i), 1, most);
			limited += !!(out.recs[i].flags & HFR_CF_LIMITED);
		}
		free(out.recs);
	}
	assert_true(limited > 10);
	hft_close(&file);
}

static void tags_are_not_exceeded(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	struct play_job job;
	uint64_t i, waited = 0;

	(void)state;
	make_world_trace(&file, REQUESTS);
	job = make_job(&file, &backend_world);
	world.slower = 4;
	world_targets[0].depth = 2;
	world_targets[1].depth = 2;
	play_well(&job, &out);
	all_done(&job, &out);
	for (i = 0; i < out.count; i++) {
		assert_in_range(in_flight(&file, &out, i), 1, 2);
		waited += !!(out.recs[i].flags & HFR_CF_TAG_WAIT);
	}
	assert_true(waited > 10);
	free(out.recs);
	hft_close(&file);
}

/* ---- dependencies, by their definition ---- */

/*
 * Within a scope all that was over before. The first of a scope waits for its
 * window among all: what these followed in other scopes they did not wait for.
 */
static bool waits_for(const struct hft_file *file, uint64_t b, uint64_t a)
{
	const struct hfr_trace_rec *x = &file->recs[a], *y = &file->recs[b];

	if (y->flags & HFR_RF_DEP_GLOBAL)
		return x->global_rank >= y->dep_lo &&
		       x->global_rank < y->dep_hi;
	return x->scope == y->scope && x->complete_ns + 500 < y->issue_ns;
}

static void check_order(const struct hft_file *file,
			const struct hfr_completion_rec *recs)
{
	uint64_t a, b, pairs = 0;

	for (b = 0; b < file->count; b++) {
		for (a = 0; a < b; a++) {
			if (!waits_for(file, b, a))
				continue;
			pairs++;
			assert_true(recs[a].completed_ns <=
				    recs[b].issued_ns);
		}
	}
	assert_true(pairs > 100);
}

static void parents_complete_first(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	unsigned int i;

	(void)state;
	for (i = 0; i < 12; i++) {
		struct play_job job;

		make_world_trace(&file, REQUESTS);
		infer_world(&file, i % HFR_DEP_NR);
		job = make_job(&file, &backend_world);
		world.slower = 1 + i / 3;
		job.choices.mode = HFREPLAY_MODE_DEP;
		job.choices.workers = 1 + i % 4;
		job.choices.loops = 2;
		job.choices.think = i * 150;
		play_well(&job, &out);
		all_done(&job, &out);
		check_order(&file, out.recs);
		check_order(&file, out.recs + file.count);
		free(out.recs);
		hft_close(&file);
	}
}

/* ---- errors and ends ---- */

static void errors_are_counted_or_end_it(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	struct play_job job;

	(void)state;
	make_world_trace(&file, REQUESTS);
	job = make_job(&file, &backend_world);
	job.choices.mode = HFREPLAY_MODE_AFAP;
	job.choices.limit = HFREPLAY_LIMIT_FIXED;
	job.choices.limit_value = 2;
	world_targets[1].ops = world_targets[0].ops;
	world.fail_every = 1;
	play_well(&job, &out);
	assert_int_equal(out.state, HFREPLAY_SESSION_STATE_DONE);
	assert_int_equal(out.sum.errors, REQUESTS);
	assert_int_equal(out.recs[17].error, EIO);
	free(out.recs);

	world.fail_every = 0;
	world.short_every = 1;
	play_well(&job, &out);
	assert_true(out.sum.errors > REQUESTS / 2);
	assert_true(out.recs[0].flags & HFR_CF_SHORT);
	assert_int_equal(out.recs[0].error, EIO);
	free(out.recs);

	world.short_every = 0;
	world.fail_every = 1;
	job.choices.on_error = HFREPLAY_ON_ERROR_STOP;
	job.choices.error_max = 5;
	play_well(&job, &out);
	assert_int_equal(out.state, HFREPLAY_SESSION_STATE_FAILED);
	assert_in_range(out.sum.errors, 5, 12);
	assert_non_null(strstr(out.error, "so many end the replay"));
	assert_in_range(out.error_index, 0, out.count - 1);
	free(out.recs);
	hft_close(&file);
}

static bool at_once(void)
{
	return true;
}

static void it_ends_when_told(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	struct play_job job;
	uint64_t i;

	(void)state;
	make_world_trace(&file, REQUESTS);
	infer_world(&file, HFR_DEP_TARGET);
	for (i = 0; i < 4; i++) {
		job = make_job(&file, &backend_world);
		job.choices.mode = modes[i];
		job.choices.loops = 1000;
		job.interrupted = at_once;
		play_well(&job, &out);
		assert_int_equal(out.state, HFREPLAY_SESSION_STATE_STOPPED);
		assert_in_range(out.count, 1, 999 * REQUESTS);
		free(out.recs);

		job.interrupted = never;
		job.choices.duration = 20000000;
		play_well(&job, &out);
		assert_int_equal(out.state, HFREPLAY_SESSION_STATE_DONE);
		assert_in_range(out.count, 1, 999 * REQUESTS);
		assert_in_range(out.elapsed, 1000000, 2000000000);
		free(out.recs);
	}
	hft_close(&file);
}

static void a_broken_backend_ends_it(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	struct play_job job;

	(void)state;
	make_world_trace(&file, REQUESTS);
	job = make_job(&file, &backend_world);
	world.break_after = 50;
	play_well(&job, &out);
	assert_int_equal(out.state, HFREPLAY_SESSION_STATE_FAILED);
	assert_non_null(strstr(out.error, "world takes no more requests"));
	assert_in_range(out.sum.issued, 50, 110);
	free(out.recs);
	hft_close(&file);
}

static void what_cannot_be_done_is_skipped(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	uint64_t i, m, writes;

	(void)state;
	make_world_trace(&file, REQUESTS);
	infer_world(&file, HFR_DEP_GLOBAL);
	for (m = 0; m < 4; m++) {
		struct play_job job = make_job(&file, &backend_world);

		job.choices.mode = modes[m];
		job.choices.bundle = 20000;
		world_targets[0].ops &= ~(1U << HFR_OP_WRITE);
		play_well(&job, &out);
		for (i = 0, writes = 0; i < out.count; i++) {
			bool skipped = file.recs[i].op == HFR_OP_WRITE &&
				       !file.recs[i].target;

			writes += skipped;
			assert_int_equal(out.recs[i].state, skipped ?
					 HFR_REC_SKIPPED : HFR_REC_DONE);
		}
		assert_int_equal(out.sum.skipped, writes);
		assert_int_equal(out.sum.completed, REQUESTS - writes);
		free(out.recs);
	}
	hft_close(&file);
}

/* ---- data ---- */

static void what_is_read_is_verified(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	uint32_t i;

	(void)state;
	make_world_trace(&file, 2 * REQUESTS);
	for (i = 0; i < 4; i++) {
		struct play_job job = make_job(&file, &backend_world);

		job.choices.payload = HFREPLAY_PAYLOAD_VERIFY;
		job.choices.mode = i % 2 ? HFREPLAY_MODE_AFAP :
				   HFREPLAY_MODE_HF;
		world.corrupt_every = i / 2;
		play_well(&job, &out);
		assert_true(out.sum.verified > 50);
		if (i / 2)
			assert_true(out.sum.verify_errors > 20);
		else
			assert_int_equal(out.sum.verify_errors, 0);
		free(out.recs);
	}
	hft_close(&file);
}

static void zeroes_are_written(void **state)
{
	struct play_outcome out;
	struct hft_file file;
	struct play_job job;
	uint8_t want[2][DISK_SIZE];
	uint64_t i;

	(void)state;
	make_world_trace(&file, REQUESTS);
	job = make_job(&file, &backend_world);
	job.choices.payload = HFREPLAY_PAYLOAD_ZERO;
	memset(world.disk, 0xaa, sizeof(world.disk));
	memset(want, 0xaa, sizeof(want));
	for (i = 0; i < file.count; i++)
		if (file.recs[i].op == HFR_OP_WRITE)
			memset(&want[file.recs[i].target][file.recs[i].offset],
			       0, file.recs[i].length);
	play_well(&job, &out);
	assert_memory_equal(world.disk, want, sizeof(want));
	free(out.recs);
	hft_close(&file);
}

/* ---- refusals ---- */

static void what_cannot_be_played_is_refused(void **state)
{
	struct hft_file file;
	struct play_job job;

	(void)state;
	make_world_trace(&file, 20);
	job = make_job(&file, &backend_null);
	job.choices.payload = HFREPLAY_PAYLOAD_VERIFY;
	play_refused(&job, EINVAL, "which null does not");
	job = make_job(&file, &backend_world);
	job.choices.mode = HFREPLAY_MODE_DEP;
	play_refused(&job, EINVAL, "needs a trace with dependencies");
	job = make_job(&file, &backend_world);
	job.choices.workers = 3;
	job.choices.limit = HFREPLAY_LIMIT_FIXED;
	job.choices.limit_value = 2;
	play_refused(&job, EINVAL, "cannot share a limit of 2");
	job = make_job(&file, &backend_world);
	job.choices.start_at = 1000;
	job.choices.start_clock = CLOCK_REALTIME;
	play_refused(&job, ETIME, "has passed");
	job.choices.start_at = 1ULL << 63;
	play_refused(&job, ERANGE, "too far away");
	job = make_job(&file, &backend_world);
	job.choices.loops = UINT32_MAX;
	world.slower = 1;
	play_refused(&job, ENOMEM, "no memory for 20 requests, 4294967295");
	hft_close(&file);
}

static void a_trace_without_ends_has_no_load(void **state)
{
	struct hft_file file;
	struct play_job job;

	(void)state;
	open_good(&file, write_trace("endless.hft", 20, false));
	job = make_job(&file, &backend_null);
	job.choices.mode = HFREPLAY_MODE_LOAD;
	play_refused(&job, EINVAL, "needs a trace with completion times");
	hft_close(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mode_issues_all),
		cmocka_unit_test(hf_is_never_early_and_in_order),
		cmocka_unit_test(a_bundle_goes_together),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(tags_are_not_exceeded),
		cmocka_unit_test(parents_complete_first),
		cmocka_unit_test(errors_are_counted_or_end_it),
		cmocka_unit_test(it_ends_when_told),
		cmocka_unit_test(a_broken_backend_ends_it),
		cmocka_unit_test(what_cannot_be_done_is_skipped),
		cmocka_unit_test(what_is_read_is_verified),
		cmocka_unit_test(zeroes_are_written),
		cmocka_unit_test(what_cannot_be_played_is_refused),
		cmocka_unit_test(a_trace_without_ends_has_no_load),
	};

	return cmocka_run_group_tests(tests, unit_setup, unit_teardown);
}
