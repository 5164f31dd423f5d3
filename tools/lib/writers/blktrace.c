// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binary traces of blktrace, version 7, as the one file that blkparse -d makes:
 * include/uapi/linux/blktrace_api.h, in the byte order of the host.
 */
#include <string.h>

#include "block-events.h"

#define MAGIC		(0x65617400 | 7)
/* blkparse takes a first stamp of 0 for none. */
#define START_NS	UINT64_C(1000000000)

/* Low half of an action: the event, or the note. */
enum { TA_QUEUE = 1, TA_ISSUE = 7, TA_COMPLETE = 8 };
enum { TN_TIMESTAMP = 1, TN_MESSAGE = 2 };

/* High half of an action: categories. */
#define TC(n)		(1U << ((n) + 16))
#define TC_READ		TC(0)
#define TC_WRITE	TC(1)
#define TC_FLUSH	TC(2)
#define TC_SYNC		TC(3)
#define TC_QUEUE	TC(4)
#define TC_ISSUE	TC(6)
#define TC_COMPLETE	TC(7)
#define TC_NOTIFY	TC(10)
#define TC_AHEAD	TC(11)
#define TC_META		TC(12)
#define TC_DISCARD	TC(13)
#define TC_FUA		TC(15)

struct raw_v7 {
	uint32_t magic, sequence;
	uint64_t time, sector;
	uint32_t bytes, action, pid, device, cpu;
	uint16_t error, pdu_len;
};

_Static_assert(sizeof(struct raw_v7) == 48, "layout");

/**
 * struct blktrace_state - a trace that is being written
 * @events: the events
 * @sequence: number of the last record
 */
struct blktrace_state {
	struct block_events events;
	uint32_t sequence;
};

static int put_raw(struct export *ex, struct raw_v7 *raw, const void *pdu,
		   struct hf_error *err)
{
	struct blktrace_state *st = ex->state;
	int ret;

	raw->magic = MAGIC;
	raw->sequence = ++st->sequence;
	ret = outstream_write(ex->out, raw, sizeof(*raw), err);
	if (ret || !raw->pdu_len)
		return ret;
	return outstream_write(ex->out, pdu, raw->pdu_len, err);
}

static uint32_t device(uint32_t major, uint32_t minor)
{
	return major << 20 | minor;
}

static uint32_t event_bits(char action)
{
	switch (action) {
	case 'Q':
		return TC_QUEUE | TA_QUEUE;
	case 'D':
		return TC_ISSUE | TA_ISSUE;
	default:
		return TC_COMPLETE | TA_COMPLETE;
	}
}

/* A bio that asks for a flush is an empty write that has the category. */
static uint32_t op_bits(const struct event_out *ev)
{
	switch (ev->rec->op) {
	case HFR_OP_READ:
		return TC_READ;
	case HFR_OP_FLUSH:
		return TC_FLUSH | (ev->bio ? TC_WRITE : TC_READ);
	case HFR_OP_DISCARD:
		return TC_WRITE | TC_DISCARD;
	default:
		return TC_WRITE;
	}
}

static uint32_t flag_bits(uint32_t flags)
{
	return (flags & HFR_RF_FUA ? TC_FUA : 0) |
	       (flags & HFR_RF_PREFLUSH ? TC_FLUSH : 0) |
	       (flags & HFR_RF_SYNC ? TC_SYNC : 0) |
	       (flags & HFR_RF_META ? TC_META : 0) |
	       (flags & HFR_RF_RAHEAD ? TC_AHEAD : 0);
}

static int put_event(struct export *ex, const struct event_out *ev,
		     struct hf_error *err)
{
	const struct hfr_trace_rec *rec = ev->rec;
	struct raw_v7 raw = {
		.time = START_NS + ev->time,
		.sector = rec->offset >> 9,
		.bytes = ev->sectors << 9,
		.action = event_bits(ev->action) | op_bits(ev) |
			  flag_bits(rec->flags),
		.pid = rec->stream,
		.device = device(ev->major, ev->minor),
	};

	return put_raw(ex, &raw, NULL, err);
}

static int put_note(struct export *ex, uint32_t note, const void *pdu,
		    size_t len, struct hf_error *err)
{
	struct blktrace_state *st = ex->state;
	struct raw_v7 raw = {
		.time = START_NS,
		.action = TC_NOTIFY | note,
		.device = device(st->events.major[0], st->events.minor[0]),
		.pdu_len = (uint16_t)len,
	};

	return put_raw(ex, &raw, pdu, err);
}

static int put_wall_clock(struct export *ex, struct hf_error *err)
{
	uint64_t wall = ex->trace->hdr->wall_start_ns;
	uint32_t words[2] = {
		(uint32_t)(wall / 1000000000), (uint32_t)(wall % 1000000000),
	};

	if (!wall)
		return 0;
	if (wall / 1000000000 > UINT32_MAX) {
		export_note(ex, "the time of day is too late to be held");
		return 0;
	}
	return put_note(ex, TN_TIMESTAMP, words, sizeof(words), err);
}

static int blktrace_begin(struct export *ex, struct hf_error *err)
{
	static const char message[] =
		"hfctl: Q stands beside each D, queue times were not recorded";
	struct blktrace_state *st = ex->state;
	int ret;

	st->events.put = put_event;
	ret = block_events_begin(ex, err);
	if (!ret)
		ret = put_wall_clock(ex, err);
	if (ret || st->events.queue)
		return ret;
	return put_note(ex, TN_MESSAGE, message, sizeof(message) - 1, err);
}

const struct writer writer_blktrace = {
	.name = "blktrace",
	.from = "blktrace",
	.about = "binary trace of blktrace, version 7, one file as of blkparse -d",
	.remark = "Secure erases and writes of zeroes have no category in version 7.",
	.suffixes = ".blktrace .blktrace.0",
	.holds = {
		.ops = HOLDS_READ_WRITE | HOLDS_OP(HFR_OP_FLUSH) |
		       HOLDS_OP(HFR_OP_DISCARD),
		.flags = BLOCK_EVENTS_FLAGS,
		.holds = BLOCK_EVENTS_FIELDS | HOLDS_WALL,
		BLOCK_EVENTS_LIMITS,
	},
	.state_size = sizeof(struct blktrace_state),
	.begin = blktrace_begin,
	.request = block_events_request,
	.end = block_events_end,
	.free = block_events_free,
};
