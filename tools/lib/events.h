/* SPDX-License-Identifier: GPL-2.0-only */
/* What the formats of event traces share: from events to the importer. */
#ifndef HF_EVENTS_H
#define HF_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format.h"
#include "pair.h"

struct events;

/**
 * struct event_reader - how a format gives its events
 * @state_size: bytes of state per input, zero at first
 * @next: the next event of an input. Returns 1, 0 at the end, or -errno with
 *	a sentence. @ev is zero at first; @ev->target is from events_device()
 */
struct event_reader {
	size_t state_size;
	int (*next)(struct events *evs, struct input *in, void *state,
		    struct block_event *ev, struct hf_error *err);
};

/**
 * events_read - reads a whole trace of events
 * @ins: its files, each about sorted by time; merged
 * @nins: how many
 * @imp: gets the requests
 * @reader: the format
 * @err: on failure, a sentence
 *
 * Chooses the level as import_opts.level says. Where that leaves the choice,
 * the driver level is taken if it is among the first 65,536 events.
 *
 * Return: 0 or -errno.
 */
int events_read(struct input *const *ins, int nins, struct importer *imp,
		const struct event_reader *reader, struct hf_error *err);

struct importer *events_importer(struct events *evs);

/**
 * events_device - index of a device for block_event.target
 * @evs: the events
 * @major: device number
 * @minor: device number
 * @err: on failure, a sentence
 *
 * Return: the index or -errno.
 */
int events_device(struct events *evs, uint32_t major, uint32_t minor,
		  struct hf_error *err);

/**
 * events_remap - completes an event of kind EVENT_REMAP
 * @evs: the events
 * @ev: all but @from and @cut are filled
 * @major: number of the device above
 * @minor: number of the device above
 * @sector: first sector there
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int events_remap(struct events *evs, struct block_event *ev, uint32_t major,
		 uint32_t minor, uint64_t sector, struct hf_error *err);

/** events_name - states the name that a device has from here on */
int events_name(struct events *evs, uint32_t major, uint32_t minor,
		const char *name, struct hf_error *err);

/** events_lost - the tracer says that it lost events, at least @n */
void events_lost(struct events *evs, uint64_t n);

/** events_unsupported - counts a request that cannot be replayed, if @ev
 * begins one
 */
void events_unsupported(struct events *evs, const struct block_event *ev);

/* What events_rwbs() makes of the letters. */
enum rwbs {
	RWBS_OK,
	RWBS_UNSUPPORTED,
	RWBS_NONSENSE,
};

/**
 * events_rwbs - operation and flags from the letters of a trace ("FWFSM")
 * @ev: kind and sectors are set; op, flags and flush_rq are filled
 * @rwbs: the letters; a space or NUL ends them
 *
 * The kernel gives the letter N to whatever has no letter of its own: a
 * write-zeroes if it has sectors, else a passthrough or zone command.
 *
 * Return: what it is.
 */
enum rwbs events_rwbs(struct block_event *ev, const char *rwbs);

#endif /* HF_EVENTS_H */
