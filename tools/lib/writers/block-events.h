/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests as the events that blktrace sees of them. */
#ifndef HF_BLOCK_EVENTS_H
#define HF_BLOCK_EVENTS_H

#include "event-order.h"
#include "writer.h"

/**
 * struct event_out - an event
 * @rec: its request
 * @time: ns from the start of the trace
 * @major: number of its device
 * @minor: the same
 * @sectors: 512 bytes; 0 for a flush and for @sequence_end
 * @action: 'Q' queue, 'D' issue or 'C' completion
 * @bio: a flush is a bio that asks for one, not a request of the flush
 *	machinery
 * @sequence_end: what asked for a flush before its data is over
 */
struct event_out {
	const struct hfr_trace_rec *rec;
	uint64_t time;
	uint32_t major, minor;
	uint32_t sectors;
	char action;
	bool bio;
	bool sequence_end;
};

/**
 * struct block_events - first member of the state of a writer of events
 * @put: writes an event; returns 0 or -errno with a sentence
 * @order: puts the events in order; owned
 * @major: device number of each target
 * @minor: the same
 * @queue: the trace is one of bios as queued
 */
struct block_events {
	int (*put)(struct export *ex, const struct event_out *ev,
		   struct hf_error *err);
	struct event_order *order;
	uint32_t major[HFR_MAX_DEVICES], minor[HFR_MAX_DEVICES];
	bool queue;
};

/** block_events_begin - starts; ex->state is zeroed but for @put */
int block_events_begin(struct export *ex, struct hf_error *err);

/* For struct writer. */
int block_events_request(struct export *ex, const struct hfr_trace_rec *rec,
			 struct hf_error *err);
int block_events_end(struct export *ex, struct hf_error *err);
void block_events_free(struct export *ex);

/* What these formats hold. */
#define BLOCK_EVENTS_FLAGS						\
	(HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_SYNC | HFR_RF_META |	\
	 HFR_RF_RAHEAD)

#define BLOCK_EVENTS_FIELDS						\
	(HOLDS_STREAM | HOLDS_LEVEL | HOLDS_NUMBER | WRITES_ASYNC | PAIRED)

#define BLOCK_EVENTS_LIMITS						\
	.time_ns = 1,							\
	.latency_ns = 1,						\
	.unit = 512,							\
	.devices = HFR_MAX_DEVICES

#endif /* HF_BLOCK_EVENTS_H */
