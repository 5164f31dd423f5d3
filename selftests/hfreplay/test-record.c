// SPDX-License-Identifier: GPL-2.0-only
/* Records that break a rule of linux/hfreplay.h, or lack consent. */
#include <errno.h>
#include <stddef.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

/* The bad record stands here, between good ones. */
#define AT	5
#define COUNT	10

/**
 * struct row - a record that must be refused
 * @title: what it proves
 * @rec: the record
 * @err: wanted errno
 * @text: part of the wanted sentence
 * @session: flags of the session
 * @header: flags of the header
 * @before: record in front of it instead of the ordinary one, if it has an
 *	issue time
 */
struct row {
	const char *title;
	struct hfr_trace_rec rec;
	int err;
	const char *text;
	uint32_t session;
	uint32_t header;
	struct hfr_trace_rec before;
};

/* A good read; what is wrong is written behind it. */
#define READ								\
	.op = HFR_OP_READ, .issue_ns = AT * 1000,			\
	.complete_ns = HFR_UNKNOWN, .offset = 8192, .length = 4096
#define WRITES	FL(ALLOW_WRITES)
#define DEPS	(HFR_FF_DEPS | HFR_FF_COMPLETIONS)
/* The same with a completion, as dependencies need it. */
#define DEP_READ							\
	READ, .complete_ns = HFR_MAX_TIME, .rank = AT, .global_rank = AT

static const struct row rows[] = {
	{ "unknown operation 12 is refused",
	  { READ, .op = HFR_OP_NR }, EINVAL, "operation 12" },
	{ "unknown operation 254 is refused",
	  { READ, .op = 254 }, EINVAL, "operation 254" },
	{ "a trailer before all counted records came is refused",
	  { READ, .op = HFR_OP_END }, EINVAL, "operation 255" },
	{ "reserved0 that is not 0 is refused",
	  { READ, .reserved0 = 1 }, EINVAL, "reserved" },
	{ "a scope without dependencies is refused",
	  { READ, .scope = 1 }, EINVAL, "dependencies" },
	{ "a global rank without dependencies is refused",
	  { READ, .global_rank = 1 }, EINVAL, "dependencies" },
	{ "an unknown flag is refused",
	  { READ, .flags = HFR_RF_ALL + 1 }, EINVAL, "flags 0x400" },
	{ "an offset within a logical block is refused",
	  { READ, .offset = 8193 }, EINVAL, "8193" },
	{ "a length that is not a multiple of a logical block is refused",
	  { READ, .length = 4095 }, EINVAL, "4095" },
	{ "length 0 is refused",
	  { READ, .length = 0 }, EINVAL, "length is 0" },
	{ "a flush with a length is refused",
	  { READ, .op = HFR_OP_FLUSH, .offset = 0 }, EINVAL, "flush" },
	{ "a flush with an offset is refused",
	  { READ, .op = HFR_OP_FLUSH, .length = 0 }, EINVAL, "flush" },
	{ "FUA on a read is refused",
	  { READ, .flags = HFR_RF_FUA }, EINVAL, "FUA" },
	{ "PREFLUSH on a read is refused",
	  { READ, .flags = HFR_RF_PREFLUSH }, EINVAL, "PREFLUSH" },
	{ "FUA on a flush is refused",
	  { READ, .op = HFR_OP_FLUSH, .offset = 0, .length = 0,
	    .flags = HFR_RF_FUA }, EINVAL, "FUA" },
	{ "PREFLUSH on a discard is refused",
	  { READ, .op = HFR_OP_DISCARD, .flags = HFR_RF_PREFLUSH },
	  EINVAL, "PREFLUSH", WRITES },
	{ "SYNC together with ASYNC is refused",
	  { READ, .flags = HFR_RF_SYNC | HFR_RF_ASYNC }, EINVAL, "SYNC" },
	{ "completion before issue is refused",
	  { READ, .complete_ns = AT * 1000 - 1 }, EINVAL, "4999" },
	{ "completion later than the latest time is refused",
	  { READ, .complete_ns = HFR_MAX_TIME + 1 }, EINVAL, "2^53" },
	{ "issue later than the latest time is refused",
	  { READ, .issue_ns = HFR_MAX_TIME + 1 }, EINVAL, "2^53" },
	{ "an unknown issue time is refused",
	  { READ, .issue_ns = HFR_UNKNOWN }, EINVAL, "issue" },
	{ "a record that is issued before the one in front is refused",
	  { READ, .issue_ns = (AT - 1) * 1000 - 1 }, EINVAL, "3999" },
	{ "a target that does not exist is refused",
	  { READ, .target = 1 }, EINVAL, "target 1" },
	{ "target 65535 is refused",
	  { READ, .target = 65535 }, EINVAL, "target 65535" },
	{ "a read that begins beyond the target is refused",
	  { READ, .offset = DEVICE_BYTES }, ERANGE, "beyond" },
	{ "a read that ends beyond the target is refused",
	  { READ, .offset = DEVICE_BYTES - 512, .length = 1024 },
	  ERANGE, "beyond" },
	{ "a read whose end is beyond 2^64 is refused",
	  { READ, .offset = -512ULL, .length = 1024 }, ERANGE, "beyond" },
	{ "a discard that ends beyond the target is refused",
	  { READ, .op = HFR_OP_DISCARD, .offset = DEVICE_BYTES - 4096,
	    .length = 8192 }, ERANGE, "beyond", WRITES },
	{ "a read longer than the header states is refused",
	  { READ, .length = 8192 }, EINVAL, "8192" },
	{ "a write longer than the header states is refused",
	  { READ, .op = HFR_OP_WRITE, .length = 8192 }, EINVAL, "8192", WRITES },
	{ "a rank is refused if the header announces no dependencies",
	  { READ, .rank = 1 }, EINVAL, "dependencies" },
	{ "a dep_lo is refused if the header announces no dependencies",
	  { READ, .dep_lo = 1 }, EINVAL, "dependencies" },
	{ "a dep_hi is refused if the header announces no dependencies",
	  { READ, .dep_hi = 1 }, EINVAL, "dependencies" },
	{ "a dep_hi above the records before is refused",
	  { DEP_READ, .dep_hi = AT + 1 }, EINVAL, "dep_hi 6", 0, DEPS },
	{ "a dep_lo above dep_hi is refused",
	  { DEP_READ, .dep_lo = 3, .dep_hi = 2 }, EINVAL, "dep_lo 3", 0,
	  DEPS },
	{ "a dep_hi below that of the record before is refused",
	  { DEP_READ, .dep_hi = 1 }, EINVAL, "dep_hi", 0, DEPS,
	  { DEP_READ, .issue_ns = 4500, .dep_hi = 2 } },
	{ "a dep_lo below that of the record before is refused",
	  { DEP_READ, .dep_lo = 0, .dep_hi = 2 }, EINVAL, "dep_lo", 0, DEPS,
	  { DEP_READ, .issue_ns = 4500, .dep_lo = 1, .dep_hi = 2 } },
	{ "a write is refused without consent",
	  { READ, .op = HFR_OP_WRITE }, EPERM, "allow-writes" },
	{ "a discard is refused without consent",
	  { READ, .op = HFR_OP_DISCARD }, EPERM, "consent" },
	{ "write-zeroes is refused without consent",
	  { READ, .op = HFR_OP_WRITE_ZEROES }, EPERM, "consent" },
	{ "secure erase is refused without any consent",
	  { READ, .op = HFR_OP_SECURE_ERASE }, EPERM, "consent" },
	{ "secure erase is refused with consent to writes only",
	  { READ, .op = HFR_OP_SECURE_ERASE }, EPERM, "consent", WRITES },
	{ "secure erase is refused with consent to erase but not to writes",
	  { READ, .op = HFR_OP_SECURE_ERASE }, EPERM, "consent",
	  FL(ALLOW_ERASE) },
	{ "a zone reset is refused without consent",
	  { READ, .op = HFR_OP_ZONE_RESET }, EPERM, "consent" },
	{ "what the target cannot do is refused",
	  { READ, .op = HFR_OP_DISCARD }, EOPNOTSUPP, "not possible", WRITES },
	{ "secure erase on a target without it is refused",
	  { READ, .op = HFR_OP_SECURE_ERASE }, EOPNOTSUPP, "not possible",
	  WRITES | FL(ALLOW_ERASE) },
	{ "an append on a target without zones is refused",
	  { READ, .op = HFR_OP_ZONE_APPEND }, EOPNOTSUPP, "not possible",
	  WRITES },
	{ "skipping the unsupported does not skip consent",
	  { READ, .op = HFR_OP_DISCARD }, EPERM, "consent",
	  FL(SKIP_UNSUPPORTED) },
	{ "skipping the unsupported does not skip the check of the address",
	  { READ, .op = HFR_OP_DISCARD, .offset = DEVICE_BYTES }, ERANGE,
	  "beyond", WRITES | FL(SKIP_UNSUPPORTED) },
};

static struct image *bad_image(const struct row *row)
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	uint64_t max_end = im->dev->max_end;
	int i;

	if (row->before.issue_ns)
		im->rec[AT - 1] = row->before;
	im->rec[AT] = row->rec;
	/* Those behind it are good but for it. */
	for (i = AT + 1; i < COUNT; i++) {
		im->rec[i].issue_ns = HFR_MAX_TIME;
		im->rec[i].dep_lo = row->header ? 2 : 0;
		im->rec[i].dep_hi = row->header ? 2 : 0;
	}
	if (row->header & HFR_FF_DEPS)
		image_deps(im, HFR_DEP_GLOBAL, 1);
	image_end(im);
	/* The record is refused for itself, not for what the header tells. */
	im->hdr->flags = row->header;
	im->hdr->max_length = 4096;
	im->hdr->duration_ns = HFR_MAX_TIME;
	im->dev->max_end = max_end;
	return im;
}

TEST_ROWS(bad_record, rows)
{
	const struct row *r = row;
	struct image *im = bad_image(r);
	struct replay replay;
	struct view v;
	int fd;

	device_null("ka", "");
	replay = replay_simple("/dev/ka", r->session);
	fd = replay_open(&replay, O_WRONLY);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(write_all(fd, im->bytes, im->size), -r->err);
	v = replay_get(&replay);
	EXPECT_EQ(v.v[A(STATE)], ST(FAILED));
	ASSERT_TRUE(v.has[A(ERROR_INDEX)]);
	EXPECT_EQ(v.v[A(ERROR_INDEX)], AT);
	EXPECT_TEXT(v.error, r->text);
	EXPECT_TEXT(v.error, "request 5");
	EXPECT_EQ(v.v[A(LOADED)], AT);
	/* Nothing more is taken, nothing can be issued. */
	EXPECT_EQ(write_all(fd, im->bytes, 64), -EPIPE);
	EXPECT_EQ(ctl_start(replay.c, replay.id, NULL), -EBUSY);
	EXPECT_NE(replay.c->text[0], '\0');
	EXPECT_EQ(device_ios("ka"), 0);
	/* It can be used again. */
	EXPECT_EQ(ctl_rewind(replay.c, replay.id), 0);
	v = replay_get(&replay);
	EXPECT_EQ(v.v[A(STATE)], ST(EMPTY));
	EXPECT_TRUE(!v.has[A(ERROR_TEXT)]);
}

TEST(good_edges, "records at the edges of the rules are taken and run")
{
	struct image *im = image_new(1, 12);
	struct hfr_trace_rec *rec;
	struct hfr_completion_rec recs[13];
	struct replay r;
	struct view v;

	device_null("ka", "discard=1 memory_backed=1 cache_size=4");
	image_add(im, HFR_OP_READ, 0, DEVICE_BYTES - 512, 512);
	rec = image_add(im, HFR_OP_READ, 0, 0, 512);
	rec->complete_ns = 0;
	rec = image_add(im, HFR_OP_READ, 1000, 0, 1 << 20);
	rec->complete_ns = HFR_MAX_TIME;
	rec->prio = 2 << 13 | 7;
	rec->stream = ~0U;
	rec->in_flight = 65535;
	rec = image_add(im, HFR_OP_READ, 1000, 512, 1536);
	rec->flags = HFR_RF_SYNC | HFR_RF_META | HFR_RF_RAHEAD | HFR_RF_NOMERGE;
	image_add(im, HFR_OP_FLUSH, 2000, 0, 0);
	rec = image_add(im, HFR_OP_WRITE, 2000, 4096, 4096);
	rec->flags = HFR_RF_FUA | HFR_RF_PREFLUSH;
	rec = image_add(im, HFR_OP_WRITE, 2000, 4096, 4096);
	rec->flags = HFR_RF_ASYNC;
	/* Longer than any read or write. */
	image_add(im, HFR_OP_DISCARD, 3000, 0, DEVICE_BYTES);
	image_end(im);
	ASSERT_EQ(im->hdr->max_length, 1 << 20);
	r = replay_simple("/dev/ka", WRITES);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	ASSERT_EQ(replay_records(&r, recs, 13), im->count);
	records_sane(recs, im->count);
}

TEST(deps, "dependency windows that keep the rules are taken")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	struct replay r;
	int i;

	device_null("ka", "");
	for (i = 0; i < COUNT; i++) {
		im->rec[i].rank = im->rec[i].global_rank = i;
		im->rec[i].dep_hi = i;
		im->rec[i].dep_lo = i / 2;
	}
	image_deps(im, HFR_DEP_GLOBAL, 1);
	image_end(im);
	im->hdr->flags = DEPS;
	r = replay_simple("/dev/ka", 0);
	replay_load(&r, im);
}

TEST(skip, "with the flag skip-unsupported such a record is skipped")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	struct hfr_completion_rec recs[COUNT + 1];
	struct replay r;
	struct view v;
	int i;

	device_null("ka", "");
	im->rec[AT].op = HFR_OP_DISCARD;
	image_end(im);
	r = replay_simple("/dev/ka", WRITES | FL(SKIP_UNSUPPORTED));
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(SKIPPED)], 1);
	EXPECT_EQ(v.v[A(ISSUED)], COUNT - 1);
	EXPECT_EQ(device_ios("ka"), COUNT - 1);
	ASSERT_EQ(replay_records(&r, recs, COUNT + 1), COUNT);
	for (i = 0; i < COUNT; i++)
		EXPECT_EQ(recs[i].state,
			  i == AT ? HFR_REC_SKIPPED : HFR_REC_DONE);
	EXPECT_EQ(recs[AT].issued_ns, 0);
}

TEST(blocks, "the logical block of the target decides what is aligned")
{
	struct image *im = image_new(1, 1);
	struct replay r;
	struct view v;

	device_null("ka", "blocksize=4096");
	image_add(im, HFR_OP_READ, 0, 512, 4096);
	image_end(im);
	r = replay_simple("/dev/ka", 0);
	EXPECT_EQ(replay_feed(&r, im), -EINVAL);
	v = replay_get(&r);
	EXPECT_TEXT(v.error, "4096");
	EXPECT_EQ(v.v[A(ERROR_INDEX)], 0);
}
