// SPDX-License-Identifier: GPL-2.0-only
/* The module's rules for headers and records, and that hfctl has the same. */
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../../kmod/check.c"
#include "hft-rules.h"

#define SIZE (1ULL << 30)
#define ALL_OPS ((1U << HFR_OP_NR) - 1)

static const struct hfr_limits targets[2] = {
	{ .size = SIZE, .block_mask = 511, .ops = ALL_OPS },
	{ .size = SIZE, .block_mask = 4095,
	  .ops = ALL_OPS & ~(1U << HFR_OP_DISCARD) },
};

static struct hfr_check make_check(void)
{
	return (struct hfr_check) {
		.targets = targets, .ntargets = 2, .max_length = 1 << 20,
		.allowed = ALL_OPS, .index = 100, .last_issue = 1000,
	};
}

static struct hfr_trace_rec make_rec(void)
{
	return (struct hfr_trace_rec) {
		.issue_ns = 2000, .complete_ns = 3000, .offset = 8192,
		.length = 4096, .op = HFR_OP_WRITE,
	};
}

/* Each case is the good record with a few members changed. */
#pragma GCC diagnostic ignored "-Woverride-init"
#define BAD(_code, _word, ...)						\
	{ _code, _word, { .issue_ns = 2000, .complete_ns = 3000,	\
			  .offset = 8192, .length = 4096,		\
			  .op = HFR_OP_WRITE, __VA_ARGS__ } }

static const struct {
	int code;
	const char *word;
	struct hfr_trace_rec rec;
} bad[] = {
	BAD(EINVAL, "operation 12", .op = HFR_OP_NR),
	BAD(EINVAL, "operation 255", .op = HFR_OP_END),
	BAD(EINVAL, "flags", .flags = HFR_RF_ALL + 1),
	BAD(EINVAL, "reserved", .reserved0 = 1),
	BAD(EINVAL, "reserved", .reserved1 = 1),
	BAD(EINVAL, "target 2", .target = 2),
	BAD(EINVAL, "priority", .prio = 4 << 13),
	BAD(EINVAL, "priority", .prio = 2 << 13 | 8),
	BAD(EINVAL, "priority", .prio = 3),
	BAD(EINVAL, "before", .issue_ns = 999),
	BAD(EINVAL, "2^53", .issue_ns = HFR_MAX_TIME + 1),
	BAD(EINVAL, "before issue", .complete_ns = 1999),
	BAD(EINVAL, "2^53", .complete_ns = HFR_MAX_TIME + 1),
	BAD(EINVAL, "FUA", .op = HFR_OP_READ, .flags = HFR_RF_FUA),
	BAD(EINVAL, "FUA", .op = HFR_OP_DISCARD, .flags = HFR_RF_PREFLUSH),
	BAD(EINVAL, "SYNC", .flags = HFR_RF_SYNC | HFR_RF_ASYNC),
	BAD(EINVAL, "flush", .op = HFR_OP_FLUSH),
	BAD(EINVAL, "flush", .op = HFR_OP_FLUSH, .length = 0),
	BAD(EINVAL, "length is 0", .length = 0),
	BAD(EINVAL, "multiple", .offset = 100),
	BAD(EINVAL, "multiple", .length = 513),
	BAD(EINVAL, "4096 bytes", .target = 1, .offset = 512),
	BAD(EINVAL, "header states", .length = (1 << 20) + 512),
	BAD(ERANGE, "beyond", .offset = SIZE),
	BAD(ERANGE, "beyond", .offset = SIZE - 512),
	BAD(ERANGE, "beyond", .offset = ~0ULL - 511),
	BAD(EINVAL, "dependencies", .rank = 1),
	BAD(EOPNOTSUPP, "not possible", .target = 1, .op = HFR_OP_DISCARD),
};

static void test_every_rule(void **state)
{
	struct hfr_check c = make_check(), before = c;
	struct hfr_trace_rec rec = make_rec();
	char why[HFR_WHY_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(hfr_check_record(&c, &bad[i].rec, why),
				 -bad[i].code);
		if (!strstr(why, bad[i].word))
			fail_msg("case %zu says: %s", i, why);
		assert_memory_equal(&c, &before, sizeof(c));
	}
	assert_int_equal(hfr_check_record(&c, &rec, why), 0);
	assert_int_equal(c.index, 101);
	assert_int_equal(c.last_issue, 2000);
}

static void test_consent(void **state)
{
	struct hfr_check c = make_check();
	struct hfr_trace_rec rec = make_rec();
	char why[HFR_WHY_LEN];
	int op;

	(void)state;
	c.allowed = 1U << HFR_OP_READ | 1U << HFR_OP_FLUSH;
	for (op = 0; op < HFR_OP_NR; op++) {
		rec.op = op;
		rec.offset = op == HFR_OP_FLUSH ? 0 : 8192;
		rec.length = op == HFR_OP_FLUSH ? 0 : 4096;
		assert_int_equal(hfr_check_record(&c, &rec, why),
				 1U << op & HFR_OPS_CHANGE ? -EPERM : 0);
	}
}

static void test_skip(void **state)
{
	struct hfr_check c = make_check();
	struct hfr_trace_rec rec = make_rec();
	char why[HFR_WHY_LEN];

	(void)state;
	c.skip = true;
	rec.target = 1;
	rec.op = HFR_OP_DISCARD;
	assert_int_equal(hfr_check_record(&c, &rec, why), 0);
	/* Skipping is no consent. */
	c.allowed &= ~(1U << HFR_OP_DISCARD);
	assert_int_equal(hfr_check_record(&c, &rec, why), -EPERM);
}

static void test_deps(void **state)
{
	struct hfr_check c = make_check();
	struct hfr_trace_rec rec = make_rec();
	char why[HFR_WHY_LEN];

	(void)state;
	c.deps = true;
	rec.dep_lo = 90;
	rec.dep_hi = 100;
	assert_int_equal(hfr_check_record(&c, &rec, why), 0);
	rec.dep_hi = 102;
	assert_int_equal(hfr_check_record(&c, &rec, why), -EINVAL);
	rec.dep_hi = 99;
	assert_int_equal(hfr_check_record(&c, &rec, why), -EINVAL);
	rec.dep_hi = 101;
	rec.dep_lo = 89;
	assert_int_equal(hfr_check_record(&c, &rec, why), -EINVAL);
	rec.dep_lo = 102;
	assert_int_equal(hfr_check_record(&c, &rec, why), -EINVAL);
	rec.dep_lo = 101;
	assert_int_equal(hfr_check_record(&c, &rec, why), 0);
}

static uint64_t pick(const uint64_t *values, size_t n)
{
	return values[(size_t)random() % n];
}

#define PICK(...)							\
	pick((const uint64_t[]){ __VA_ARGS__ },				\
	     sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

static struct hfr_trace_rec random_rec(void)
{
	return (struct hfr_trace_rec) {
		.issue_ns = PICK(1000, 2000, 2000, 999, HFR_MAX_TIME,
				 HFR_MAX_TIME + 1),
		.complete_ns = PICK(HFR_UNKNOWN, 3000, 2000, HFR_MAX_TIME,
				    HFR_MAX_TIME + 1, HFR_UNKNOWN),
		.offset = PICK(0, 4096, 4096, 512, 100, SIZE - 4096),
		.length = PICK(4096, 4096, 8192, 0, 512, 1 << 20, 2 << 20),
		.target = PICK(0, 0, 1, 2),
		.op = PICK(0, 0, 1, 1, 2, 3, 4, 6, 11, 12, 255),
		.reserved0 = PICK(0, 0, 0, 0, 0, 1),
		.flags = PICK(0, 0, HFR_RF_SYNC, HFR_RF_FUA, HFR_RF_ASYNC,
			      HFR_RF_SYNC | HFR_RF_ASYNC, 1U << 8),
		.prio = PICK(0, 0, 0, 2 << 13 | 4, 2 << 13 | 8, 4 << 13, 1),
		.rank = PICK(0, 0, 0, 1),
		.dep_lo = PICK(0, 0, 90, 91, 101),
		.dep_hi = PICK(0, 0, 95, 96, 100, 101),
		.reserved1 = PICK(0, 0, 0, 0, 0, 1),
	};
}

/* A file that hfctl takes is one that the module takes, and the reverse. */
static void test_hfctl_agrees(void **state)
{
	const struct hfr_file_dev devs[2] = {
		{ .logical_block = 512 }, { .logical_block = 4096 },
	};
	char why[HFR_WHY_LEN], theirs[HFT_WHY];
	int i, good = 0;

	(void)state;
	srandom(1);
	for (i = 0; i < 300000; i++) {
		struct hfr_trace_rec rec = random_rec();
		struct hfr_check c = make_check();
		struct hft_rules r = {
			.devs = devs, .device_count = 2,
			.max_length = c.max_length, .index = c.index,
			.last_issue_ns = c.last_issue,
		};
		int ret;

		c.skip = true;
		c.deps = r.deps = i & 1;
		c.last_lo = r.last_lo = i & 1 ? 90 : 0;
		c.last_hi = r.last_hi = i & 1 ? 95 : 0;
		ret = hfr_check_record(&c, &rec, why);
		if (ret == -ERANGE)
			continue;
		if (!!ret != hft_rule_broken(&r, &rec, theirs))
			fail_msg("module: %s, hfctl: %s", ret ? why : "good",
				 ret ? "good" : theirs);
		good += !ret;
	}
	assert_true(good > 1000);
}

static struct hfr_file_hdr make_hdr(void)
{
	struct hfr_file_hdr hdr = {
		.byte_order = HFR_BYTE_ORDER, .version = HFR_FILE_VERSION,
		.record_size = 64, .header_size = 320, .device_count = 1,
		.provenance_size = 64, .max_length = 4096,
	};

	memcpy(hdr.magic, HFR_FILE_MAGIC, sizeof(hdr.magic));
	return hdr;
}

static void test_header(void **state)
{
	struct hfr_file_hdr hdr = make_hdr();
	char why[HFR_WHY_LEN];

	(void)state;
	assert_int_equal(hfr_check_header(&hdr, why), 0);
#define REFUSED(change)							\
	do {								\
		hdr = make_hdr();					\
		change;							\
		assert_int_equal(hfr_check_header(&hdr, why), -EINVAL);	\
	} while (0)
	REFUSED(hdr.magic[0] = 'x');
	REFUSED(hdr.byte_order = 0x04030201);
	REFUSED(hdr.version++);
	REFUSED(hdr.record_size = 32);
	REFUSED(hdr.device_count = 0);
	REFUSED(hdr.device_count = HFR_MAX_DEVICES + 1);
	REFUSED(hdr.device_count = 2);
	REFUSED(hdr.header_size = 321);
	REFUSED(hdr.header_size = 256);
	REFUSED(hdr.header_size = HFR_MAX_HEADER + 64);
	REFUSED(hdr.provenance_size = UINT32_MAX);
	REFUSED(hdr.flags = HFR_FF_ALL + 1);
	REFUSED(hdr.max_length = HFR_MAX_LENGTH + 1);
	REFUSED(hdr.reserved0 = 1);
	REFUSED(hdr.reserved[6] = 1);
}

static void test_device(void **state)
{
	struct hfr_file_dev dev = { .name = "sda", .max_end = SIZE };
	char why[HFR_WHY_LEN];

	(void)state;
	assert_int_equal(hfr_check_device(&dev, targets, why), 0);
	dev.max_end = SIZE + 1;
	assert_int_equal(hfr_check_device(&dev, targets, why), -ERANGE);
	dev.max_end = HFR_UNKNOWN;
	assert_int_equal(hfr_check_device(&dev, targets, why), 0);
	dev.reserved[2] = 1;
	assert_int_equal(hfr_check_device(&dev, targets, why), -EINVAL);
	dev.reserved[2] = 0;
	memset(dev.name, 'x', sizeof(dev.name));
	assert_int_equal(hfr_check_device(&dev, targets, why), -EINVAL);
}

static void test_end(void **state)
{
	struct hfr_file_end end = { .count = 5, .checksum = 7,
				    .op = HFR_OP_END };
	char why[HFR_WHY_LEN];

	(void)state;
	memcpy(end.magic, HFR_END_MAGIC, sizeof(end.magic));
	assert_int_equal(hfr_check_end(&end, 5, 7, why), 0);
	assert_int_equal(hfr_check_end(&end, 6, 7, why), -EBADMSG);
	assert_int_equal(hfr_check_end(&end, 5, 8, why), -EBADMSG);
	end.op = 0;
	assert_int_equal(hfr_check_end(&end, 5, 7, why), -EINVAL);
	end.op = HFR_OP_END;
	end.reserved[3] = 1;
	assert_int_equal(hfr_check_end(&end, 5, 7, why), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_rule),
		cmocka_unit_test(test_consent),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_deps),
		cmocka_unit_test(test_hfctl_agrees),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
