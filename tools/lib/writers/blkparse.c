// SPDX-License-Identifier: GPL-2.0-only
/* Text as blkparse prints it by default. */
#include <inttypes.h>
#include <stdio.h>

#include "block-events.h"

#define NS	UINT64_C(1000000000)

/**
 * struct blkparse_state - a trace that is being written
 * @events: the events
 * @sequence: number of the last line
 */
struct blkparse_state {
	struct block_events events;
	uint64_t sequence;
};

/* Letters of the operation. N is what has no direction. */
static const char *op_letters(const struct event_out *ev)
{
	switch (ev->rec->op) {
	case HFR_OP_READ:
		return "R";
	case HFR_OP_FLUSH:
		return ev->bio ? "FW" : "FN";
	case HFR_OP_DISCARD:
		return "D";
	case HFR_OP_WRITE_ZEROES:
		return "WZ";
	case HFR_OP_SECURE_ERASE:
		return "DE";
	default:
		return "W";
	}
}

static const char *say_rwbs(const struct event_out *ev, char *buf, size_t len)
{
	uint32_t flags = ev->rec->flags;

	snprintf(buf, len, "%s%s%s%s%s%s",
		 flags & HFR_RF_PREFLUSH ? "F" : "", op_letters(ev),
		 flags & HFR_RF_FUA ? "F" : "",
		 flags & HFR_RF_RAHEAD ? "A" : "",
		 flags & HFR_RF_SYNC ? "S" : "",
		 flags & HFR_RF_META ? "M" : "");
	return buf;
}

/* What stands behind the letters. */
static int put_range(struct export *ex, const struct event_out *ev,
		     struct hf_error *err)
{
	uint64_t sector = ev->rec->offset >> 9;
	bool ends = ev->action == 'C';

	if (ev->sectors)
		return outstream_print(ex->out, err,
				       "%" PRIu64 " + %u [%s]\n", sector,
				       ev->sectors, ends ? "0" : "(null)");
	if (ends)
		return outstream_print(ex->out, err, "%" PRIu64 " [0]\n",
				       sector);
	return outstream_print(ex->out, err, "[(null)]\n");
}

static int put_event(struct export *ex, const struct event_out *ev,
		     struct hf_error *err)
{
	struct blkparse_state *st = ex->state;
	char rwbs[16];
	int ret;

	ret = outstream_print(ex->out, err,
			      "%3u,%-3u %2d %8" PRIu64 " %5" PRIu64 ".%09" PRIu64
			      " %5u %2c %3s ", ev->major, ev->minor, 0,
			      ++st->sequence, ev->time / NS, ev->time % NS,
			      ev->rec->stream, ev->action,
			      say_rwbs(ev, rwbs, sizeof(rwbs)));
	return ret ? ret : put_range(ex, ev, err);
}

static int blkparse_begin(struct export *ex, struct hf_error *err)
{
	struct blkparse_state *st = ex->state;

	st->events.put = put_event;
	return block_events_begin(ex, err);
}

const struct writer writer_blkparse = {
	.name = "blkparse",
	.from = "blkparse",
	.about = "text of blkparse, default format",
	.remark = "WZ is a write of zeroes and DE a secure erase, as the kernel's own trace events have it.",
	.suffixes = ".blkparse",
	.text = true,
	.holds = {
		.ops = HOLDS_READ_WRITE | HOLDS_OP(HFR_OP_FLUSH) |
		       HOLDS_OP(HFR_OP_DISCARD) |
		       HOLDS_OP(HFR_OP_WRITE_ZEROES) |
		       HOLDS_OP(HFR_OP_SECURE_ERASE),
		.flags = BLOCK_EVENTS_FLAGS,
		.holds = BLOCK_EVENTS_FIELDS,
		BLOCK_EVENTS_LIMITS,
	},
	.state_size = sizeof(struct blkparse_state),
	.begin = blkparse_begin,
	.request = block_events_request,
	.end = block_events_end,
	.free = block_events_free,
};
