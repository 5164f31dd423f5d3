// SPDX-License-Identifier: GPL-2.0-only
/* What a trace asks for, its reads alone, and whether it fits a target. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "plan.h"
#include "cut.h"
#include "target.h"

static struct hf_error err;

static const struct {
	uint8_t op;
	uint64_t offset;
	uint32_t length;
} load[] = {
	{ HFR_OP_WRITE, 0, 4096 },
	{ HFR_OP_READ, 8192, 8192 },
	{ HFR_OP_FLUSH, 0, 0 },
	{ HFR_OP_DISCARD, 65536, 65536 },
	{ HFR_OP_READ, 1 << 20, 512 },
	{ HFR_OP_WRITE_ZEROES, 4096, 4096 },
};

#define NLOAD (sizeof(load) / sizeof(load[0]))

/* Writes the first @n requests, 1 ms apart; each takes 10 ms. */
static void make_trace(struct hft_file *f, size_t n)
{
	struct hfr_trace_rec rec;
	struct hft_writer *w;
	size_t i;
	int fd;

	assert_int_equal(hft_writer_open(&w, NULL, &err), 0);
	assert_int_equal(hft_writer_device(w, "sda", 8, 0), 0);
	hft_writer_geometry(w, 0, 1 << 30, 512);
	for (i = 0; i < n; i++) {
		memset(&rec, 0, sizeof(rec));
		rec.op = load[i].op;
		rec.offset = load[i].offset;
		rec.length = load[i].length;
		rec.issue_ns = i * 1000000;
		rec.complete_ns = rec.issue_ns + 10000000;
		assert_int_equal(hft_writer_add(w, &rec, &err), 0);
	}
	assert_int_equal(hft_writer_finish(w, 0, 12345, "{\"source\": 1}",
					   &fd, &err), 0);
	assert_int_equal(hft_open_fd(f, fd, "t.hft", &err), 0);
	close(fd);
}

static void demands(void **state)
{
	struct hft_file f;
	struct plan p;

	(void)state;
	make_trace(&f, NLOAD);
	plan_trace(&p, &f);
	assert_int_equal(p.count, NLOAD);
	assert_int_equal(p.requests[HFR_OP_READ], 2);
	assert_int_equal(p.bytes[HFR_OP_READ], 8704);
	assert_int_equal(p.requests[HFR_OP_FLUSH], 1);
	assert_int_equal(p.changes, 3);
	assert_int_equal(p.change_bytes, 4096 + 65536 + 4096);
	assert_int_equal(p.window, 64);
	assert_int_equal(p.memory, 64 * (64 + 32));
	hft_close(&f);
}

static void slots(void **state)
{
	(void)state;
	assert_int_equal(plan_slots(0), 64);
	assert_int_equal(plan_slots(64), 64);
	assert_int_equal(plan_slots(65), 128);
	assert_int_equal(plan_slots(1U << 31), 1U << 31);
	assert_int_equal(plan_slots((1ULL << 31) + 1), 0);
	assert_int_equal(plan_slots(~0ULL), 0);
}

static void only_reads_are_left(void **state)
{
	struct hft_file f, r;
	uint64_t left_out;

	(void)state;
	make_trace(&f, NLOAD);
	assert_int_equal(reads_only(&f, NULL, &r, &left_out, &err), 0);
	assert_int_equal(left_out, 3);
	assert_int_equal(r.count, 3);
	assert_int_equal(r.recs[0].op, HFR_OP_READ);
	assert_int_equal(r.recs[1].op, HFR_OP_FLUSH);
	assert_int_equal(r.recs[2].op, HFR_OP_READ);
	/* Times stay, company is counted anew. */
	assert_int_equal(r.recs[0].issue_ns, 1000000);
	assert_int_equal(f.recs[1].in_flight, 2);
	assert_int_equal(r.recs[0].in_flight, 1);
	assert_int_equal(r.hdr->wall_start_ns, 12345);
	assert_string_equal((const char *)r.devs[0].name, "sda");
	assert_int_equal(r.devs[0].size, 1 << 30);
	assert_non_null(memmem(r.provenance, r.hdr->provenance_size,
			       "\"source\"", 8));
	assert_non_null(memmem(r.provenance, r.hdr->provenance_size,
			       "\"left_out\":3", 12));
	hft_close(&r);
	hft_close(&f);
}

static void nothing_left_is_refused(void **state)
{
	struct hft_file f, r;
	uint64_t left_out;

	(void)state;
	make_trace(&f, 1);
	assert_int_equal(reads_only(&f, NULL, &r, &left_out, &err), -ENODATA);
	assert_non_null(strstr(err.text, "--allow-writes"));
	hft_close(&f);
}

#define CHECK(t, f)	target_check_trace(t, f, "t.hft", 0, &err)

static void fit(void **state)
{
	struct target t = {
		.path = "/dev/x", .size = 2 << 20, .logical_block = 512,
		.discard = true, .write_zeroes = true,
	};
	struct hft_file f;

	(void)state;
	make_trace(&f, NLOAD);
	assert_int_equal(CHECK(&t, &f), 0);
	t.size = (1 << 20) + 512;
	assert_int_equal(CHECK(&t, &f), 0);
	t.size--;
	assert_int_equal(CHECK(&t, &f), -ERANGE);
	assert_non_null(strstr(err.text, "request 4 (read) ends at byte 1049088"));
	t.size = 2 << 20;
	t.logical_block = 4096;
	assert_int_equal(CHECK(&t, &f), -EINVAL);
	assert_non_null(strstr(err.text, "request 4"));
	t.logical_block = 512;
	t.discard = false;
	assert_int_equal(CHECK(&t, &f), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "request 3 is a discard"));
	assert_int_equal(target_check_trace(&t, &f, "t.hft",
					    TARGET_LEAVE_UNSUPPORTED, &err), 0);
	assert_int_equal(target_check_trace(&t, &f, "t.hft",
					    TARGET_LEAVE_CHANGES, &err), 0);
	hft_close(&f);
}

static int check_one(const struct target *t, struct hfr_trace_rec rec,
		     unsigned int leave)
{
	const struct hft_file f = { .recs = &rec, .count = 1 };

	return target_check_trace(t, &f, "t.hft", leave, &err);
}

static void zones(void **state)
{
	const struct hfr_trace_rec reset = { .op = HFR_OP_ZONE_RESET,
					     .offset = 1 << 20 };
	struct hfr_trace_rec append = { .op = HFR_OP_ZONE_APPEND,
					.length = 8192 };
	struct target t = {
		.path = "/dev/x", .size = 4 << 20, .logical_block = 512,
	};

	(void)state;
	assert_int_equal(check_one(&t, reset, 0), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "request 0 is a zone-reset"));
	assert_int_equal(check_one(&t, append, 0), -EOPNOTSUPP);
	assert_int_equal(check_one(&t, reset, TARGET_LEAVE_UNSUPPORTED), 0);
	t.zone = 1 << 20;
	t.append_max = 4096;
	assert_int_equal(check_one(&t, reset, 0), 0);
	assert_int_equal(check_one(&t, append, 0), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "can do 4096 at most"));
	assert_int_equal(check_one(&t, append, TARGET_LEAVE_UNSUPPORTED), 0);
	t.append_max = 8192;
	assert_int_equal(check_one(&t, append, 0), 0);
	append.offset = 512;
	assert_int_equal(check_one(&t, append, 0), -EINVAL);
	assert_non_null(strstr(err.text, "does not begin where a zone"));
}

static void atomic(void **state)
{
	const struct hfr_trace_rec rec = { .op = HFR_OP_WRITE, .length = 8192,
					   .flags = HFR_RF_ATOMIC };
	struct target t = {
		.path = "/dev/x", .size = 4 << 20, .logical_block = 512,
	};

	(void)state;
	assert_int_equal(check_one(&t, rec, 0), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "atomic write of 8192 bytes"));
	assert_int_equal(check_one(&t, rec, TARGET_LEAVE_UNSUPPORTED), 0);
	t.atomic_max = 8192;
	assert_int_equal(check_one(&t, rec, 0), 0);
}

static void use(void **state)
{
	struct target t = { .path = "/dev/x", .size = 1 << 20 };

	(void)state;
	assert_int_equal(target_check_use(&t, true, &err), 0);
	t.read_only = true;
	assert_int_equal(target_check_use(&t, false, &err), 0);
	assert_int_equal(target_check_use(&t, true, &err), -EROFS);
	strcpy(t.busy, "it is mounted on /home");
	assert_int_equal(target_check_use(&t, false, &err), -EBUSY);
	assert_non_null(strstr(err.text, "mounted on /home"));
}

static void probing_what_is_no_device(void **state)
{
	struct target t;

	(void)state;
	assert_int_equal(target_probe(&t, "/dev/null", &err), -ENOTBLK);
	assert_int_equal(target_probe(&t, "/dev/there-is-no-such", &err),
			 -ENOENT);
	assert_int_equal(target_probe(&t, "/", &err), -ENOTBLK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(demands),
		cmocka_unit_test(slots),
		cmocka_unit_test(only_reads_are_left),
		cmocka_unit_test(nothing_left_is_refused),
		cmocka_unit_test(fit),
		cmocka_unit_test(zones),
		cmocka_unit_test(atomic),
		cmocka_unit_test(use),
		cmocka_unit_test(probing_what_is_no_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
