// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binary traces of blktrace: one file per CPU as the kernel writes them, or
 * what blkparse -d merged. Version 7 and, with 64-bit actions, version 8; in
 * either byte order.
 */
#include <byteswap.h>
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "events.h"

#define MAGIC		0x65617400
#define MAGIC_MASK	0xffffff00
#define V7_SIZE		48
#define V8_SIZE		64

/* Low half of an action: the event. Bit 8: a control group id comes first. */
#define TA_MASK		0xff
#define TA_CGROUP	0x100
enum {
	TA_QUEUE = 1, TA_REQUEUE = 6, TA_ISSUE = 7, TA_COMPLETE = 8,
	TA_SPLIT = 13, TA_REMAP = 15,
};

/* With the notify category: */
enum { TN_PROCESS, TN_TIMESTAMP, TN_MESSAGE };

/* High half of an action: categories. */
#define TC(n)		(UINT64_C(1) << ((n) + 16))
#define TC_WRITE	TC(1)
#define TC_FLUSH	TC(2)
#define TC_SYNC		TC(3)
#define TC_PC		TC(9)
#define TC_NOTIFY	TC(10)
#define TC_AHEAD	TC(11)
#define TC_META		TC(12)
#define TC_DISCARD	TC(13)
#define TC_FUA		TC(15)
/* Version 8 only; version 7 shows these as plain writes. */
#define TC_ZONE		(TC(16) | TC(17) | TC(18) | TC(19) | TC(20) | TC(21))
#define TC_WRITE_ZEROES	TC(22)

#define MINOR_BITS	20
#define MINOR_MASK	((1U << MINOR_BITS) - 1)

struct raw_v7 {
	uint32_t magic, sequence;
	uint64_t time, sector;
	uint32_t bytes, action, pid, device, cpu;
	uint16_t error, pdu_len;
};

struct raw_v8 {
	uint32_t magic, sequence;
	uint64_t time, sector;
	uint32_t bytes, pid;
	uint64_t action;
	uint32_t device, cpu;
	uint16_t error, pdu_len;
	uint8_t pad[12];
};

_Static_assert(sizeof(struct raw_v7) == V7_SIZE, "layout");
_Static_assert(sizeof(struct raw_v8) == V8_SIZE, "layout");

/* What is used of a record, in host order. */
struct raw {
	uint64_t time, sector, action;
	uint32_t bytes, pid, device;
	uint16_t pdu_len;
	uint8_t version;
	bool swap;
	uint8_t pdu[16]; /* what is used of it */
};

static uint64_t swap64(bool swap, uint64_t v)
{
	return swap ? bswap_64(v) : v;
}

static uint32_t swap32(bool swap, uint32_t v)
{
	return swap ? bswap_32(v) : v;
}

static uint16_t swap16(bool swap, uint16_t v)
{
	return swap ? bswap_16(v) : v;
}

/* Version of the record that begins with @magic, or 0. */
static uint8_t magic_version(uint32_t magic, bool *swap)
{
	*swap = (magic & MAGIC_MASK) != MAGIC;
	magic = swap32(*swap, magic);
	if ((magic & MAGIC_MASK) != MAGIC)
		return 0;
	magic &= ~MAGIC_MASK;
	return magic == 7 || magic == 8 ? magic : 0;
}

static void decode_v7(struct raw *r, const void *bytes)
{
	struct raw_v7 h;

	memcpy(&h, bytes, sizeof(h));
	r->time = swap64(r->swap, h.time);
	r->sector = swap64(r->swap, h.sector);
	r->action = swap32(r->swap, h.action);
	r->bytes = swap32(r->swap, h.bytes);
	r->pid = swap32(r->swap, h.pid);
	r->device = swap32(r->swap, h.device);
	r->pdu_len = swap16(r->swap, h.pdu_len);
}

static void decode_v8(struct raw *r, const void *bytes)
{
	struct raw_v8 h;

	memcpy(&h, bytes, sizeof(h));
	r->time = swap64(r->swap, h.time);
	r->sector = swap64(r->swap, h.sector);
	r->action = swap64(r->swap, h.action);
	r->bytes = swap32(r->swap, h.bytes);
	r->pid = swap32(r->swap, h.pid);
	r->device = swap32(r->swap, h.device);
	r->pdu_len = swap16(r->swap, h.pdu_len);
}

/* Skips to what may be the next record: byte by byte to a magic. */
static int resync(struct input *in, struct hf_error *err)
{
	for (;;) {
		const uint8_t *head;
		uint32_t magic;
		uint8_t byte;
		size_t got;
		bool swap;

		if (input_read(in, &byte, 1, err) < 0)
			return -EIO;
		head = input_peek(in, sizeof(magic), &got, err);
		if (!head)
			return -EIO;
		if (got < sizeof(magic))
			return 0;
		memcpy(&magic, head, sizeof(magic));
		if (magic_version(magic, &swap))
			return 0;
	}
}

/* Takes the payload, keeps what may be of use. 1, 0 if it is cut off, -errno. */
static int read_pdu(struct input *in, struct raw *r, struct hf_error *err)
{
	size_t skip = r->action & TA_CGROUP ? 8 : 0, got, n;
	const uint8_t *pdu;

	memset(r->pdu, 0, sizeof(r->pdu));
	if (!r->pdu_len)
		return 1;
	pdu = input_take(in, r->pdu_len, &got, err);
	if (!pdu)
		return -EIO;
	if (got < r->pdu_len)
		return 0;
	n = got > skip ? got - skip : 0;
	memcpy(r->pdu, pdu + skip, n < sizeof(r->pdu) ? n : sizeof(r->pdu));
	return 1;
}

static int junk(struct importer *imp, struct input *in, struct hf_error *err)
{
	int ret = importer_junk(imp, in, err, "not a blktrace record");

	if (!ret)
		ret = resync(in, err);
	return ret < 0 ? ret : -EAGAIN;
}

/*
 * Reads a record. Returns 1, 0 at the end (a record that is cut off there is
 * noted), or -errno; -EAGAIN after junk.
 */
static int read_raw(struct importer *imp, struct input *in, struct raw *r,
		    struct hf_error *err)
{
	const uint8_t *head;
	uint32_t magic;
	size_t got, size;
	int ret;

	head = input_peek(in, V7_SIZE, &got, err);
	if (!head)
		return -EIO;
	if (got < V7_SIZE)
		goto end;
	memcpy(&magic, head, sizeof(magic));
	r->version = magic_version(magic, &r->swap);
	if (!r->version)
		return junk(imp, in, err);
	size = r->version == 8 ? V8_SIZE : V7_SIZE;
	head = input_take(in, size, &got, err);
	if (!head)
		return -EIO;
	if (got < size)
		goto end;
	if (r->version == 8)
		decode_v8(r, head);
	else
		decode_v7(r, head);
	ret = read_pdu(in, r, err);
	if (ret)
		return ret;
end:
	if (got)
		importer_cut_off(imp, in);
	return 0;
}

static uint64_t be64_at(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return be64toh(v);
}

/* Notes; the time of day at which the trace began is of use. */
static void take_note(struct importer *imp, const struct raw *r)
{
	uint32_t words[2];

	if ((r->action & TA_MASK) != TN_TIMESTAMP || r->pdu_len < sizeof(words))
		return;
	memcpy(words, r->pdu, sizeof(words));
	importer_wall_clock(imp, r->time,
			    swap32(r->swap, words[0]) * UINT64_C(1000000000) +
			    swap32(r->swap, words[1]));
}

static bool event_kind(const struct raw *r, uint8_t *kind)
{
	switch (r->action & TA_MASK) {
	case TA_QUEUE:
		*kind = EVENT_QUEUE;
		return true;
	case TA_SPLIT:
		*kind = EVENT_SPLIT;
		return true;
	case TA_ISSUE:
		*kind = EVENT_ISSUE;
		return true;
	case TA_REQUEUE:
		*kind = EVENT_REQUEUE;
		return true;
	case TA_REMAP:
		*kind = EVENT_REMAP;
		return r->pdu_len >= sizeof(r->pdu);
	case TA_COMPLETE:
		*kind = EVENT_COMPLETE;
		return true;
	default:
		return false;
	}
}

/*
 * The operation. Version 7 gives write-zeroes no category of its own; what
 * calls itself a write and is longer than any write must be one.
 */
static uint8_t data_op(const struct raw *r)
{
	if (r->action & TC_DISCARD)
		return HFR_OP_DISCARD;
	if (r->action & TC_WRITE_ZEROES && r->version == 8)
		return HFR_OP_WRITE_ZEROES;
	if (!(r->action & TC_WRITE))
		return HFR_OP_READ;
	return r->bytes > HFR_MAX_LENGTH ? HFR_OP_WRITE_ZEROES : HFR_OP_WRITE;
}

static uint32_t event_flags(uint64_t action)
{
	return (action & TC_FUA ? HFR_RF_FUA : 0) |
	       (action & TC_FLUSH ? HFR_RF_PREFLUSH : 0) |
	       (action & TC_SYNC ? HFR_RF_SYNC : 0) |
	       (action & TC_META ? HFR_RF_META : 0) |
	       (action & TC_AHEAD ? HFR_RF_RAHEAD : 0);
}

/* Whether the event can be replayed; fills what depends on its kind. */
static bool event_op(const struct raw *r, struct block_event *ev)
{
	if (r->action & TC_PC || (r->version == 8 && r->action & TC_ZONE))
		return false;
	ev->flags = event_flags(r->action);
	ev->sectors = r->bytes >> 9;
	if (ev->kind == EVENT_SPLIT) {
		ev->cut = be64_at(r->pdu);
		ev->sectors = ev->cut - r->sector;
	}
	ev->op = data_op(r);
	if (ev->sectors)
		return true;
	if (r->action & TC_FLUSH) {
		ev->flush_rq = ev->op != HFR_OP_WRITE;
		ev->op = HFR_OP_FLUSH;
		return true;
	}
	/* The end of a flush sequence is a write without sectors. */
	return ev->op == HFR_OP_WRITE && ev->kind == EVENT_COMPLETE;
}

/*
 * The payload is big endian on all machines: device above, device below,
 * first sector above. Returns 1 or -errno.
 */
static int remap(struct events *evs, const struct raw *r,
		 struct block_event *ev, struct hf_error *err)
{
	uint32_t from = (uint32_t)(be64_at(r->pdu) >> 32);
	int ret = events_remap(evs, ev, from >> MINOR_BITS, from & MINOR_MASK,
			       be64_at(r->pdu + 8), err);

	return ret ? ret : 1;
}

/* Returns 1 if the record is an event of use, 0, or -errno. */
static int take_raw(struct events *evs, struct input *in, const struct raw *r,
		    struct block_event *ev, struct hf_error *err)
{
	struct importer *imp = events_importer(evs);
	int ret;

	if (r->action & TC_NOTIFY) {
		take_note(imp, r);
		return 0;
	}
	if (!event_kind(r, &ev->kind))
		return 0;
	if (r->bytes & 511 && !(r->action & TC_PC))
		return importer_junk(imp, in, err,
				     "a length of %u bytes is not in sectors",
				     r->bytes);
	ret = events_device(evs, r->device >> MINOR_BITS,
			    r->device & MINOR_MASK, err);
	if (ret < 0)
		return ret;
	ev->target = ret;
	ev->time = r->time;
	ev->sector = r->sector;
	ev->pid = r->pid;
	if (event_op(r, ev))
		return ev->kind == EVENT_REMAP ? remap(evs, r, ev, err) : 1;
	events_unsupported(evs, ev);
	return 0;
}

static int blktrace_next(struct events *evs, struct input *in, void *state,
			 struct block_event *ev, struct hf_error *err)
{
	(void)state;
	for (;;) {
		struct raw r;
		int ret;

		ret = read_raw(events_importer(evs), in, &r, err);
		if (ret == -EAGAIN)
			continue;
		if (ret <= 0)
			return ret;
		ret = take_raw(evs, in, &r, ev, err);
		if (ret)
			return ret;
	}
}

static const struct event_reader blktrace_reader = { .next = blktrace_next };

static int blktrace_read(struct input *const *ins, int nins,
			 struct importer *imp, struct hf_error *err)
{
	return events_read(ins, nins, imp, &blktrace_reader, err);
}

static bool blktrace_sniff(const uint8_t *head, size_t len)
{
	uint32_t magic;
	bool swap;

	if (len < V7_SIZE)
		return false;
	memcpy(&magic, head, sizeof(magic));
	return magic_version(magic, &swap);
}

const struct format format_blktrace = {
	.name = "blktrace",
	.about = "binary trace of blktrace, one file per CPU or merged",
	.sniff = blktrace_sniff,
	.read = blktrace_read,
};
