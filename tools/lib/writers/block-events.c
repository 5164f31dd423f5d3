// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>

#include "block-events.h"

/* Linux sets this major aside for local use. */
#define LOCAL_MAJOR	240
/* The most that the 32 bits of a device have room for. */
#define MAX_MAJOR	0xfffU
#define MAX_MINOR	0xfffffU

static bool known(const struct hfr_file_dev *dev)
{
	return (dev->major || dev->minor) && dev->major <= MAX_MAJOR &&
	       dev->minor <= MAX_MINOR;
}

static bool taken(const struct hft_file *trace, uint32_t minor)
{
	uint32_t i;

	for (i = 0; i < trace->hdr->device_count; i++)
		if (known(&trace->devs[i]) &&
		    trace->devs[i].major == LOCAL_MAJOR &&
		    trace->devs[i].minor == minor)
			return true;
	return false;
}

static void number_devices(struct export *ex, struct block_events *be)
{
	uint32_t i, next = 0;

	for (i = 0; i < ex->trace->hdr->device_count; i++) {
		const struct hfr_file_dev *dev = &ex->trace->devs[i];

		be->major[i] = dev->major;
		be->minor[i] = dev->minor;
		if (known(dev))
			continue;
		while (taken(ex->trace, next))
			next++;
		be->major[i] = LOCAL_MAJOR;
		be->minor[i] = next++;
		if (dev->requests)
			export_note(ex, "device %.63s is written as %u,%u",
				    dev->name, be->major[i], be->minor[i]);
	}
}

static int put(struct export *ex, struct event_out *ev, char action,
	       struct hf_error *err)
{
	struct block_events *be = ex->state;

	ev->action = action;
	return be->put(ex, ev, err);
}

/*
 * A bio with PREFLUSH ends after its data: the block layer reports that with
 * an event without sectors, for which readers wait.
 */
static int complete(struct export *ex, struct event_out *ev,
		    struct hf_error *err)
{
	int ret = put(ex, ev, 'C', err);

	if (ret || !ev->bio || !(ev->rec->flags & HFR_RF_PREFLUSH))
		return ret;
	ev->sequence_end = true;
	ev->sectors = 0;
	return put(ex, ev, 'C', err);
}

/*
 * Tools start from different events: fio from Q, btt from Q and D. So a request
 * that the driver got has a Q as well, at the time of its D.
 */
static int emit(void *ctx, const struct hfr_trace_rec *rec, bool completion,
		struct hf_error *err)
{
	struct export *ex = ctx;
	struct block_events *be = ex->state;
	struct event_out ev = {
		.rec = rec,
		.time = completion ? rec->complete_ns : rec->issue_ns,
		.major = be->major[rec->target],
		.minor = be->minor[rec->target],
		.sectors = rec->length >> 9,
		.bio = be->queue,
	};
	int ret;

	if (completion)
		return complete(ex, &ev, err);
	ret = put(ex, &ev, 'Q', err);
	return ret || be->queue ? ret : put(ex, &ev, 'D', err);
}

int block_events_begin(struct export *ex, struct hf_error *err)
{
	struct block_events *be = ex->state;

	be->queue = ex->trace->hdr->flags & HFR_FF_LEVEL_QUEUE;
	be->order = event_order_new(emit, ex);
	if (!be->order)
		return hf_fail(err, ENOMEM, "no memory to put events in order");
	number_devices(ex, be);
	if (!be->queue)
		export_note(ex, "a Q event stands beside each D event");
	return 0;
}

int block_events_request(struct export *ex, const struct hfr_trace_rec *rec,
			 struct hf_error *err)
{
	struct block_events *be = ex->state;

	return event_order_add(be->order, rec, err);
}

int block_events_end(struct export *ex, struct hf_error *err)
{
	struct block_events *be = ex->state;
	int ret = event_order_end(be->order, err);
	uint64_t mixed = event_order_mixed(be->order);

	if (!ret && mixed)
		export_note(ex, "%" PRIu64
			    " requests complete before an equal one that is in flight: readers exchange their completions",
			    mixed);
	return ret;
}

void block_events_free(struct export *ex)
{
	struct block_events *be = ex->state;

	event_order_free(be->order);
}
