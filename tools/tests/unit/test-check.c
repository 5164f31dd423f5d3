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
#undef REFUSE
#include "../../../kmod/check-deps.c"
#include "hft-rules.h"

#define SIZE (1ULL << 30)
#define ZONE (256U << 20)
#define ALL_OPS ((1U << HFR_OP_NR) - 1)
#define NO_ZONES ((1U << HFR_OP_ZONE_APPEND) - 1)

static const struct hfr_limits targets[2] = {
	{ .size = SIZE, .block_mask = 511, .ops = NO_ZONES,
	  .atomic_min = 4096, .atomic_max = 65536 },
	{ .size = SIZE, .block_mask = 4095,
	  .ops = NO_ZONES & ~(1U << HFR_OP_DISCARD), .lacks = HFR_RF_NOWAIT },
};

/* Half a zone is left at the end. */
static const struct hfr_limits zoned = {
	.size = 2 * ZONE + ZONE / 2, .block_mask = 511, .ops = ALL_OPS,
	.append_max = 65536, .zone = ZONE,
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
	BAD(EINVAL, "dependencies", .scope = 1),
	BAD(EINVAL, "dependencies", .global_rank = 1),
	BAD(EINVAL, "dependencies", .flags = HFR_RF_DEP_GLOBAL),
	BAD(EOPNOTSUPP, "atomic writes are not", .target = 1,
	    .flags = HFR_RF_ATOMIC),
	BAD(EOPNOTSUPP, "up to 65536", .length = 69632,
	    .flags = HFR_RF_ATOMIC),
	BAD(EOPNOTSUPP, "multiples of 4096", .length = 4608,
	    .flags = HFR_RF_ATOMIC),
	BAD(EINVAL, "ATOMIC", .op = HFR_OP_READ, .flags = HFR_RF_ATOMIC),
	BAD(EOPNOTSUPP, "flags 0x20", .target = 1, .flags = HFR_RF_NOWAIT),
	BAD(EOPNOTSUPP, "operation 6", .op = HFR_OP_ZONE_APPEND),
	BAD(EOPNOTSUPP, "operation 7", .op = HFR_OP_ZONE_RESET),
	BAD(EINVAL, "all zones", .op = HFR_OP_ZONE_RESET_ALL, .length = 0),
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

#undef BAD
#define BAD(_code, _word, ...) { _code, _word, { __VA_ARGS__ } }

static const struct {
	int code;
	const char *word;
	struct hfr_trace_rec rec;
} zone_recs[] = {
	BAD(0, "", .op = HFR_OP_ZONE_RESET_ALL),
	BAD(0, "", .op = HFR_OP_ZONE_APPEND, .offset = ZONE, .length = 65536),
	BAD(0, "", .op = HFR_OP_ZONE_OPEN, .offset = ZONE),
	BAD(0, "", .op = HFR_OP_ZONE_CLOSE, .offset = ZONE, .length = ZONE),
	BAD(0, "", .op = HFR_OP_ZONE_FINISH, .offset = 2 * ZONE,
	    .length = ZONE / 2),
	BAD(0, "", .op = HFR_OP_WRITE, .offset = 512, .length = 512),
	BAD(EINVAL, "first byte", .op = HFR_OP_ZONE_APPEND, .offset = 512,
	    .length = 512),
	BAD(EINVAL, "length is 0", .op = HFR_OP_ZONE_APPEND),
	BAD(EOPNOTSUPP, "65536", .op = HFR_OP_ZONE_APPEND, .length = 66048),
	BAD(EINVAL, "first byte", .op = HFR_OP_ZONE_RESET,
	    .offset = ZONE / 2),
	BAD(EINVAL, "that of the zone", .op = HFR_OP_ZONE_RESET,
	    .length = ZONE / 2),
	BAD(EINVAL, "that of the zone", .op = HFR_OP_ZONE_OPEN,
	    .length = 2 * ZONE),
	BAD(ERANGE, "beyond", .op = HFR_OP_ZONE_CLOSE, .offset = 3 * ZONE),
	BAD(ERANGE, "beyond", .op = HFR_OP_ZONE_CLOSE, .offset = 2 * ZONE,
	    .length = ZONE),
};

static void test_zones(void **state)
{
	struct hfr_check c = make_check();
	char why[HFR_WHY_LEN];
	size_t i;

	(void)state;
	c.targets = &zoned;
	c.ntargets = 1;
	c.last_issue = 0;
	for (i = 0; i < sizeof(zone_recs) / sizeof(*zone_recs); i++) {
		why[0] = 0;
		if (hfr_check_record(&c, &zone_recs[i].rec, why) !=
		    -zone_recs[i].code || !strstr(why, zone_recs[i].word))
			fail_msg("case %zu says: %s", i, why);
	}
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
		rec.offset = 1U << op & PLACELESS_OPS ? 0 : 8192;
		rec.length = 1U << op & PLACELESS_OPS ? 0 : 4096;
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

/* A scope that was seen: 100 records, the latest with the window [90, 95). */
static struct hfr_check_deps make_deps(struct hfr_scope_seen *scopes)
{
	scopes[0] = (struct hfr_scope_seen) { 100, 90, 95, 20 };
	scopes[1] = (struct hfr_scope_seen) { 0 };
	return (struct hfr_check_deps) {
		.kind = HFR_DEP_STREAM, .count = 2, .scopes = scopes,
		.all = { 100, 0, 0, 0 }, .nodes = 20, .max_nodes = 40,
		.whole = true,
	};
}

#define DEP(...)							\
	{ .issue_ns = 2000, .complete_ns = 3000, .offset = 8192,	\
	  .length = 4096, .rank = 100, .global_rank = 100,		\
	  .dep_lo = 90, .dep_hi = 95, __VA_ARGS__ }
#define FIRST(...)							\
	DEP(.scope = 1, .rank = 0, .flags = HFR_RF_DEP_GLOBAL, __VA_ARGS__)

static const struct {
	const char *word; /* NULL: it is good */
	struct hfr_trace_rec rec;
} windows[] = {
	{ NULL, DEP() },
	{ NULL, DEP(.dep_lo = 100, .dep_hi = 100) },
	{ "above the 100", DEP(.dep_hi = 101, .rank = 101) },
	{ "above dep_hi", DEP(.dep_lo = 96) },
	{ "below that of", DEP(.dep_lo = 89) },
	{ "below that of", DEP(.dep_hi = 94) },
	{ "rank 94", DEP(.rank = 94) },
	{ "scope 2", DEP(.scope = 2) },
	{ "no completion", DEP(.complete_ns = HFR_UNKNOWN) },
	{ NULL, DEP(.scope = 1, .rank = 0, .dep_lo = 0, .dep_hi = 0) },
	{ "above the 0", DEP(.scope = 1, .dep_lo = 0) },
	{ NULL, FIRST() },
	{ "above the 100", FIRST(.dep_hi = 101, .global_rank = 101) },
	{ "rank 94", FIRST(.global_rank = 94) },
	{ "not the first", FIRST(.scope = 0) },
};

static void test_deps(void **state)
{
	struct hfr_scope_seen scopes[2];
	char why[HFR_WHY_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		struct hfr_check_deps d = make_deps(scopes);
		struct hfr_check c = make_check();

		c.deps = &d;
		assert_int_equal(hfr_check_record(&c, &windows[i].rec, why),
				 windows[i].word ? -EINVAL : 0);
		if (windows[i].word && !strstr(why, windows[i].word))
			fail_msg("case %zu: %s", i, why);
		assert_int_equal(d.all.count, windows[i].word ? 100 : 101);
	}
}

static void test_deps_move_on(void **state)
{
	const struct hfr_trace_rec first = FIRST(), next = DEP(.dep_lo = 100,
							       .dep_hi = 100);
	struct hfr_trace_rec wide = DEP();
	struct hfr_scope_seen scopes[2];
	struct hfr_check_deps d = make_deps(scopes);
	struct hfr_check c = make_check();
	char why[HFR_WHY_LEN];

	(void)state;
	c.deps = &d;
	assert_int_equal(hfr_check_record(&c, &next, why), 0);
	assert_int_equal(scopes[0].count, 101);
	assert_int_equal(scopes[0].last_lo, 100);
	assert_int_equal(d.nodes, 20);
	assert_int_equal(hfr_check_record(&c, &first, why), 0);
	assert_int_equal(d.all.last_hi, 95);
	assert_int_equal(scopes[1].last_hi, 0);
	assert_int_equal(d.nodes, 21);
	assert_int_equal(hfr_check_record(&c, &first, why), -EINVAL);
	d.whole = false;
	scopes[1].count = 0;
	assert_int_equal(hfr_check_record(&c, &first, why), -EINVAL);
	assert_non_null(strstr(why, "loaded whole"));
	/* More nodes than the header has. */
	d = make_deps(scopes);
	scopes[0].count = 131;
	assert_int_equal(hfr_check_record(&c, &wide, why), -EINVAL);
	assert_non_null(strstr(why, "40 nodes"));
	/* Ranks go round. */
	scopes[0] = (struct hfr_scope_seen) { 3, ~0U - 5, ~0U - 1, 20 };
	wide.dep_lo = ~0U - 5;
	wide.dep_hi = 2;
	wide.rank = 7;
	assert_int_equal(hfr_check_record(&c, &wide, why), 0);
}

static void test_deps_by_target(void **state)
{
	const struct hfr_trace_rec rec = DEP(.scope = 1, .dep_lo = 0,
					     .dep_hi = 0);
	struct hfr_scope_seen scopes[2];
	struct hfr_check_deps d = make_deps(scopes);
	struct hfr_check c = make_check();
	char why[HFR_WHY_LEN];

	(void)state;
	d.kind = HFR_DEP_TARGET;
	c.deps = &d;
	assert_int_equal(hfr_check_record(&c, &rec, why), -EINVAL);
	assert_non_null(strstr(why, "scope 1"));
	/* One scope: there is only one order. */
	d.kind = HFR_DEP_GLOBAL;
	scopes[1].count = 0;
	assert_int_equal(hfr_check_record(&c, &(struct hfr_trace_rec)
					  DEP(.global_rank = 101), why),
			 -EINVAL);
	assert_non_null(strstr(why, "differ"));
}

static uint64_t pick(const uint64_t *values, size_t n)
{
	return values[(size_t)random() % n];
}

#define PICK(...)							\
	pick((const uint64_t[]){ __VA_ARGS__ },				\
	     sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

/* The good value mostly, so that often only one rule is broken, or none. */
#define MOSTLY(good, ...)						\
	(random() % 4 ? (good) : PICK(__VA_ARGS__))

static struct hfr_trace_rec random_rec(bool deps)
{
	const struct hfr_trace_rec ok = deps ?
		(struct hfr_trace_rec) DEP() : make_rec();

	return (struct hfr_trace_rec) {
		.issue_ns = MOSTLY(ok.issue_ns, 1000, 999, HFR_MAX_TIME,
				   HFR_MAX_TIME + 1),
		.complete_ns = MOSTLY(ok.complete_ns, HFR_UNKNOWN, 2000,
				      HFR_MAX_TIME, HFR_MAX_TIME + 1),
		.offset = MOSTLY(ok.offset, 0, 4096, 512, 100, SIZE - 4096),
		.length = MOSTLY(ok.length, 8192, 0, 512, 1 << 20, 2 << 20),
		.target = MOSTLY(ok.target, 0, 1, 2),
		.op = MOSTLY(ok.op, 0, 1, 2, 3, 4, 6, 11, 12, 255),
		.reserved0 = MOSTLY(ok.reserved0, 0, 0, 1),
		.flags = MOSTLY(ok.flags, HFR_RF_SYNC, HFR_RF_FUA, HFR_RF_ASYNC,
				HFR_RF_SYNC | HFR_RF_ASYNC, HFR_RF_ATOMIC,
				HFR_RF_DEP_GLOBAL, 1U << 10),
		.prio = MOSTLY(ok.prio, 2 << 13 | 4, 2 << 13 | 8, 4 << 13, 1),
		.rank = MOSTLY(ok.rank, 0, 101, 94),
		.dep_lo = MOSTLY(ok.dep_lo, 0, 91, 101),
		.dep_hi = MOSTLY(ok.dep_hi, 0, 96, 100, 101),
		.scope = MOSTLY(ok.scope, 0, 1, 2),
		.global_rank = MOSTLY(ok.global_rank, 0, 101, 94),
	};
}

/* A file that hfctl takes is one that the module takes, and the reverse. */
static void test_hfctl_agrees(void **state)
{
	const struct hfr_file_dev devs[2] = {
		{ .logical_block = 512 }, { .logical_block = 4096 },
	};
	struct hfr_scope_seen scopes[2];
	struct hft_scope_seen same[2];
	char why[HFR_WHY_LEN], theirs[HFT_WHY];
	int i, good = 0, ordinaries = 0;

	(void)state;
	srandom(1);
	for (i = 0; i < 300000; i++) {
		struct hfr_trace_rec rec = random_rec(i & 1);
		struct hfr_check c = make_check();
		struct hft_rules r = {
			.devs = devs, .device_count = 2,
			.max_length = c.max_length, .index = c.index,
			.last_issue_ns = c.last_issue,
		};
		struct hfr_check_deps d = make_deps(scopes);
		struct hft_deps t = { .scopes = same };
		struct hfr_check ordinary;
		bool plain;
		int ret;

		c.skip = true;
		d.kind = i >> 1 & 3 ? HFR_DEP_STREAM : HFR_DEP_TARGET;
		t.info.kind = d.kind;
		t.info.scopes = d.count;
		t.info.nodes = d.max_nodes = i & 8 ? 40 : 22;
		t.nodes = d.nodes;
		memcpy(&t.all, &d.all, sizeof(t.all));
		memcpy(same, scopes, sizeof(same));
		if (i & 1) {
			c.deps = &d;
			r.deps = &t;
		}
		ordinary = c;
		plain = hfr_check_ordinary(&ordinary, &rec);
		ret = hfr_check_record(&c, &rec, why);
		/* The short way takes nothing that the long one refuses. */
		if (plain)
			assert_true(!ret && ordinary.index == c.index &&
				    ordinary.last_issue == c.last_issue);
		ordinaries += plain;
		/* hfctl does not know the targets. */
		if (ret == -ERANGE || ret == -EOPNOTSUPP)
			continue;
		if (!!ret != hft_rule_broken(&r, &rec, theirs))
			fail_msg("module: %s, hfctl: %s", ret ? why : "good",
				 ret ? "good" : theirs);
		good += !ret;
	}
	assert_true(good > 1000);
	assert_true(ordinaries > 1000);
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
	REFUSED(hdr.reserved[3] = 1);
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
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_consent),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_deps),
		cmocka_unit_test(test_deps_move_on),
		cmocka_unit_test(test_deps_by_target),
		cmocka_unit_test(test_hfctl_agrees),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
