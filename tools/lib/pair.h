/* SPDX-License-Identifier: GPL-2.0-only */
/* Events of the block layer (queue, issue, complete) paired into requests. */
#ifndef HF_PAIR_H
#define HF_PAIR_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"

/**
 * enum event_kind - the events that matter
 * @EVENT_QUEUE: a bio enters the block layer
 * @EVENT_SPLIT: a queued bio is cut in two at @cut
 * @EVENT_ISSUE: a request goes to the driver
 * @EVENT_REQUEUE: the driver gave it back; another issue follows
 * @EVENT_COMPLETE: a request, a part of one, or a bio has ended
 * @EVENT_REMAP: sectors of a device go to another one below it
 */
enum event_kind {
	EVENT_QUEUE,
	EVENT_SPLIT,
	EVENT_ISSUE,
	EVENT_REQUEUE,
	EVENT_COMPLETE,
	EVENT_REMAP,
};

/**
 * struct block_event - one event
 * @time: ns on any clock
 * @sector: first sector, 512 bytes; nothing for a flush
 * @cut: first sector of the second part (EVENT_SPLIT), or on the device above
 *	(EVENT_REMAP)
 * @sectors: how many; 0 for a flush
 * @pid: who was running
 * @flags: HFR_RF_* without HFR_RF_ASYNC
 * @target: index of the device
 * @from: index of the device above (EVENT_REMAP)
 * @prio: class << 13 | level
 * @kind: enum event_kind
 * @op: enum hfr_op
 * @flush_rq: a request of the flush machinery itself, not a bio that asked
 *	for a flush
 * @bio: the end of a bio, not of a request
 */
struct block_event {
	uint64_t time;
	uint64_t sector;
	uint64_t cut;
	uint32_t sectors;
	uint32_t pid;
	uint32_t flags;
	uint16_t target;
	uint16_t from;
	uint16_t prio;
	uint8_t kind;
	uint8_t op;
	bool flush_rq;
	bool bio;
};

/**
 * struct pair_stats - what the pairing found
 * @requests: requests given to the caller
 * @incomplete: of these, without completion in a trace that has completions
 * @unmatched: completions without a request
 * @stacked: requests of a device whose sectors went on to another one that has
 *	requests in the trace too
 * @completions: the trace has completions
 * @end: time of the last event
 */
struct pair_stats {
	uint64_t requests;
	uint64_t incomplete;
	uint64_t unmatched;
	uint64_t stacked;
	bool completions;
	uint64_t end;
};

/* Takes a request: returns 0, or -errno with a sentence. */
typedef int (*pair_emit_fn)(void *ctx, const struct hfr_trace_rec *rec,
			    struct hf_error *err);

struct pair;

/**
 * pair_new - starts pairing
 * @queue: requests are bios as queued; else as issued to the driver
 * @emit: gets every request, in the order of their issue events but for those
 *	that stay open while very many others come and go
 * @ctx: for @emit
 *
 * A request is open from its first event until completions have covered all
 * its sectors. One whose completion is missing counts as incomplete; its
 * completion time is HFR_UNKNOWN.
 *
 * Return: the pairing, or NULL without memory.
 */
struct pair *pair_new(bool queue, pair_emit_fn emit, void *ctx);
void pair_free(struct pair *p);

/**
 * pair_event - takes an event
 * @p: the pairing
 * @ev: the event; about sorted by time. A completion may come up to 50 us
 *	before its request, as it does when the clocks of two CPUs differ
 * @err: on failure, a sentence
 *
 * Events of the other level are ignored.
 *
 * Return: 0 or -errno.
 */
int pair_event(struct pair *p, const struct block_event *ev,
	       struct hf_error *err);

/**
 * pair_dedup - requests that count as stacked are not given out: those of the
 *	device below are the same once more
 */
void pair_dedup(struct pair *p);

/** pair_lossy - states that events are missing from here on */
void pair_lossy(struct pair *p);

/**
 * pair_finish - the trace has ended: gives out all that is still open
 * @p: the pairing, good for pair_free() only from now on
 * @stats: filled
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int pair_finish(struct pair *p, struct pair_stats *stats,
		struct hf_error *err);

#endif /* HF_PAIR_H */
