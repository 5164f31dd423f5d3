// SPDX-License-Identifier: GPL-2.0-only
/* Headers and trailers that are wrong, and files that are none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "kst.h"
#include "replay.h"

#define COUNT	10

enum part { HDR, DEV, REC, END };

/**
 * struct row - a file that is wrong in one field
 * @title: what it proves
 * @part: where the field lies
 * @offset: its offset there
 * @size: its bytes
 * @value: what is written there
 * @err: wanted errno
 * @text: part of the wanted sentence
 */
struct row {
	const char *title;
	enum part part;
	size_t offset;
	size_t size;
	uint64_t value;
	int err;
	const char *text;
};

#define FIELD(part, type, field)					\
	part, offsetof(struct type, field), sizeof(((struct type *)0)->field)
#define H(field)	FIELD(HDR, hfr_file_hdr, field)
#define D(field)	FIELD(DEV, hfr_file_dev, field)
#define E(field)	FIELD(END, hfr_file_end, field)

static const struct row rows[] = {
	{ "a wrong magic is refused", H(magic[0]), 0x88, EINVAL, "magic" },
	{ "a magic that went through a text conversion is refused",
	  H(magic[4]), '\n', EINVAL, "magic" },
	{ "foreign byte order is refused",
	  H(byte_order), 0x04030201, EINVAL, "byte order" },
	{ "a newer version is refused", H(version), 2, EINVAL, "version 2" },
	{ "version 0 is refused", H(version), 0, EINVAL, "version 0" },
	{ "another record size is refused",
	  H(record_size), 128, EINVAL, "record size is 128" },
	{ "a header size that is not a multiple of 64 is refused",
	  H(header_size), 257, EINVAL, "header size 257" },
	{ "a header shorter than its parts is refused",
	  H(header_size), 192, EINVAL, "header size 192" },
	{ "header size 0 is refused", H(header_size), 0, EINVAL, "header size 0" },
	{ "a header longer than 1 MiB is refused",
	  H(header_size), HFR_MAX_HEADER + 64, EINVAL, "header size" },
	{ "provenance that does not fit the header is refused",
	  H(provenance_size), 1, EINVAL, "header size" },
	{ "provenance of 4 GiB is refused",
	  H(provenance_size), ~0U, EINVAL, "header size" },
	{ "no device is refused", H(device_count), 0, EINVAL, "0 devices" },
	{ "65 devices are refused", H(device_count), 65, EINVAL, "65 devices" },
	{ "2^32 - 1 devices are refused",
	  H(device_count), ~0U, EINVAL, "devices" },
	{ "unknown header flags are refused", H(flags), 8, EINVAL, "0x8" },
	{ "a longest request above 64 MiB is refused",
	  H(max_length), HFR_MAX_LENGTH + 512, EINVAL, "longest" },
	{ "reserved0 of the header is checked", H(reserved0), 1, EINVAL, "reserved" },
	{ "the reserved words of the header are checked",
	  H(reserved[3]), 1ULL << 56, EINVAL, "reserved" },
	{ "an unknown count is refused unless the session streams",
	  H(count), HFR_UNKNOWN, EFBIG, "stream" },
	{ "a count above the window is refused and the window named",
	  H(count), 65537, EFBIG, "65536" },
	{ "a device name without end is refused",
	  D(name), 0, EINVAL, "name" },
	{ "reserved0 of a device is checked", D(reserved0), 1, EINVAL, "reserved" },
	{ "the reserved words of a device are checked",
	  D(reserved[0]), 1, EINVAL, "reserved" },
	{ "a device that reaches beyond the target is refused",
	  D(max_end), DEVICE_BYTES + 1, ERANGE, "beyond" },
	{ "a wrong magic of the trailer is refused",
	  E(magic[0]), 'h', EINVAL, "trailer" },
	{ "a trailer without its operation is refused",
	  E(op), 0, EINVAL, "trailer" },
	{ "a trailer that counts one too few is refused",
	  E(count), COUNT - 1, EBADMSG, "9" },
	{ "a trailer that counts one too many is refused",
	  E(count), COUNT + 1, EBADMSG, "11" },
	{ "a wrong checksum is refused",
	  E(checksum), 1, EBADMSG, "checksum" },
	{ "reserved0 of the trailer is checked",
	  E(reserved0[5]), 1, EINVAL, "reserved" },
	{ "reserved1 of the trailer is checked",
	  E(reserved1), 1, EINVAL, "reserved" },
	{ "the reserved words of the trailer are checked",
	  E(reserved[3]), 1, EINVAL, "reserved" },
	{ "a record damaged on the way is found by the checksum",
	  FIELD(REC, hfr_trace_rec, stream), 1, EBADMSG, "checksum" },
	{ "a record lost on the way is found, the trailer is taken for it",
	  H(count), COUNT + 1, EINVAL, "operation 255" },
	{ "a record more than counted is not taken for the trailer",
	  H(count), COUNT - 1, EINVAL, "trailer" },
};

static uint8_t *part_of(struct image *im, enum part part)
{
	switch (part) {
	case HDR:
		return (void *)im->hdr;
	case DEV:
		return (void *)im->dev;
	case REC:
		return (void *)&im->rec[3];
	default:
		return (void *)im->end;
	}
}

/* A file that is refused, in one write and byte by byte. */
static void refused(struct image *im, size_t size, size_t step, int err,
		    const char *text)
{
	struct replay r = replay_simple("/dev/ka", 0);
	int fd = replay_open(&r, O_WRONLY), ret = 0;
	struct view v;
	size_t at;

	ASSERT_GE(fd, 0);
	for (at = 0; !ret && at < size; at += step)
		ret = write_all(fd, im->bytes + at,
				size - at < step ? size - at : step);
	EXPECT_EQ(ret, -err);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(STATE)], ST(FAILED));
	EXPECT_TEXT(v.error, text);
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EBUSY);
	close(fd);
	EXPECT_EQ(device_ios("ka"), 0);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
}

TEST_ROWS(bad_field, rows)
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	const struct row *r = row;
	uint8_t *field = part_of(im, r->part) + r->offset;

	device_null("ka", "");
	if (r->size > 8)
		memset(field, 'x', r->size);
	else
		memcpy(field, &r->value, r->size);
	refused(im, im->size, im->size, r->err, r->text);
	refused(im, im->size, 1, r->err, r->text);
}

TEST(more_devices, "more devices than targets are refused, fewer too")
{
	struct image *im = image_new(2, 1);
	struct replay r;
	struct view v;

	device_null("ka", "");
	device_null("kb", "");
	image_add(im, HFR_OP_READ, 0, 0, 4096);
	image_end(im);
	refused(im, im->size, im->size, EINVAL, "2 devices, the session 1");
	im = image_reads(1, 0, DEVICE_BYTES);
	r = replay_new(&(struct spec){ .target = { "/dev/ka", "/dev/kb" } });
	EXPECT_EQ(replay_feed(&r, im), -EINVAL);
	v = replay_get(&r);
	EXPECT_TEXT(v.error, "1 devices, the session 2");
}

TEST(second_device, "an error in the second device of the table names it")
{
	struct image *im = image_new(2, 1);
	struct replay r;
	struct view v;

	device_null("ka", "");
	device_null("kb", "size=1");
	image_add(im, HFR_OP_READ, 0, 0, 4096);
	image_end(im);
	im->dev[1].max_end = 2 << 20;
	r = replay_new(&(struct spec){ .target = { "/dev/ka", "/dev/kb" } });
	EXPECT_EQ(replay_feed(&r, im), -ERANGE);
	v = replay_get(&r);
	EXPECT_TEXT(v.error, "device 1");
}

TEST(text, "a text file is refused, long or short")
{
	struct image im = { .bytes = malloc(4096) };
	struct replay r;

	device_null("ka", "");
	memset(im.bytes, 'a', 4096);
	refused(&im, 4096, 4096, EINVAL, "magic");
	refused(&im, 4096, 50, EINVAL, "magic");
	/* Too short to be told from the beginning of a trace. */
	r = replay_simple("/dev/ka", 0);
	im.size = 20;
	EXPECT_EQ(replay_feed(&r, &im), 0);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(LOADING));
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EBUSY);
}

TEST(empty, "an empty write and an empty file change nothing")
{
	struct replay r;
	int fd;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	fd = replay_open(&r, O_WRONLY);
	ASSERT_GE(fd, 0);
	EXPECT_EQ(write(fd, "", 0), 0);
	close(fd);
	EXPECT_EQ(kst_sh("cat /dev/null >%s", r.node), 0);
	EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(EMPTY));
	EXPECT_EQ(ctl_start(r.c, r.id, NULL), -ENODATA);
	EXPECT_TEXT(r.c->text, "no trace");
}

/* Cut in the header, its tables, between and in records, in the trailer. */
TEST(truncated, "a truncated trace is never ready, its rest completes it")
{
	static const size_t cuts[] = {
		1, 64, 127, 128, 129, 255, 256, 257, 320, 400, 256 + 10 * 64,
		256 + 10 * 64 + 1, 256 + 11 * 64 - 1,
	};
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	struct image part = *im;
	struct replay r;
	size_t i;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(cuts); i++) {
		r = replay_simple("/dev/ka", 0);
		part.bytes = im->bytes;
		part.size = cuts[i];
		EXPECT_EQ(replay_feed(&r, &part), 0);
		EXPECT_EQ(replay_get(&r).v[A(STATE)], ST(LOADING));
		EXPECT_EQ(ctl_start(r.c, r.id, NULL), -EBUSY);
		EXPECT_TEXT(r.c->text, "not complete");
		part.bytes += cuts[i];
		part.size = im->size - cuts[i];
		replay_load(&r, &part);
		EXPECT_EQ(ctl_del(r.c, r.id), 0);
		EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	}
	EXPECT_EQ(device_ios("ka"), 0);
}

TEST(abandon, "a rewind of a trace that is not complete forgets it")
{
	struct image *im = image_reads(COUNT, 1000, DEVICE_BYTES);
	struct image part = *im;
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = replay_simple("/dev/ka", 0);
	part.size = 400;
	EXPECT_EQ(replay_feed(&r, &part), 0);
	EXPECT_EQ(ctl_rewind(r.c, r.id), 0);
	v = replay_get(&r);
	EXPECT_EQ(v.v[A(STATE)], ST(EMPTY));
	EXPECT_EQ(v.v[A(LOADED)], 0);
	EXPECT_TRUE(!v.has[A(COUNT)]);
	replay_load(&r, im);
	replay_run(&r, NULL, &v);
	EXPECT_EQ(v.v[A(COMPLETED)], COUNT);
}

/* The header with @text bytes of provenance, padded, in front of the records. */
static struct image *with_provenance(uint32_t text)
{
	struct image *plain = image_reads(COUNT, 1000, DEVICE_BYTES);
	uint32_t pad = (text + HFR_UNIT - 1) / HFR_UNIT * HFR_UNIT;
	size_t head = plain->hdr->header_size;
	struct image *im = calloc(1, sizeof(*im));

	im->size = plain->size + pad;
	im->bytes = calloc(1, im->size);
	memcpy(im->bytes, plain->bytes, head);
	memset(im->bytes + head, '{', text);
	memcpy(im->bytes + head + pad, plain->bytes + head,
	       plain->size - head);
	im->hdr = (void *)im->bytes;
	im->hdr->header_size += pad;
	im->hdr->provenance_size = text;
	return im;
}

TEST(provenance, "provenance of any length is passed over")
{
	static const uint32_t lengths[] = { 1, 63, 64, 65, 5000, 100000,
					    HFR_MAX_HEADER - 256 };
	struct replay r;
	size_t i;

	device_null("ka", "");
	for (i = 0; i < KST_COUNT(lengths); i++) {
		r = replay_simple("/dev/ka", 0);
		replay_load(&r, with_provenance(lengths[i]));
		EXPECT_EQ(replay_get(&r).v[A(LOADED)], COUNT);
		EXPECT_EQ(ctl_del(r.c, r.id), 0);
		EXPECT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	}
}

TEST(window, "a trace that fills the window is taken, one more is not")
{
	struct spec spec = { .target = { "/dev/ka" },
			     .set = { { A(WINDOW), 64 } } };
	static struct hfr_completion_rec recs[65];
	struct replay r;
	struct view v;

	device_null("ka", "");
	r = replay_new(&spec);
	replay_load(&r, image_reads(64, 1000, DEVICE_BYTES));
	replay_run(&r, NULL, &v);
	EXPECT_EQ(replay_records(&r, recs, 65), 64);
	records_sane(recs, 64);
	EXPECT_EQ(ctl_del(r.c, r.id), 0);
	ASSERT_TRUE(ctl_wait_gone(r.c, r.id, 5000));
	r = replay_new(&spec);
	EXPECT_EQ(replay_feed(&r, image_reads(65, 1000, DEVICE_BYTES)), -EFBIG);
	v = replay_get(&r);
	EXPECT_TEXT(v.error, "65 requests");
	EXPECT_TEXT(v.error, "64 slots");
}
