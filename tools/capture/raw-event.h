/* SPDX-License-Identifier: GPL-2.0-only */
/* Tracepoints of the block layer in binary form. */
#ifndef HF_RAW_EVENT_H
#define HF_RAW_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "devstack.h"
#include "spool.h"
#include "tracefs.h"

/**
 * struct raw_event - a tracepoint that is recorded
 * @name: its name
 * @begins: it begins a request
 * @remap: it says where a request goes on to
 * @id: the kernel's number for it
 * @dev: fields ...
 * @sector: ...
 * @nr_sector: ... that all of them have; of a split, new_sector
 * @rwbs: and those ...
 * @bytes: ... that some have
 * @comm: ...
 * @cmd: ...
 * @ioprio: ...
 * @error: ...
 * @old_dev: ...
 * @old_sector: ...
 */
struct raw_event {
	const char *name;
	bool begins;
	bool remap;
	uint16_t id;
	struct trace_field dev, sector, nr_sector, rwbs, bytes, comm, cmd,
		ioprio, error, old_dev, old_sector;
};

#define RAW_EVENTS_MAX	5

/**
 * raw_events_start - chooses the tracepoints and has them recorded
 * @events: filled; RAW_EVENTS_MAX of them at most
 * @t: the instance, tracing off
 * @queue: those of bios, else those of requests
 * @dev: the device whose events are wanted
 * @below: the devices whose remap events are wanted; NULL for none
 * @err: on failure, a sentence
 *
 * Return: how many, or -errno.
 */
int raw_events_start(struct raw_event *events, const struct tracefs *t,
		     bool queue, const struct blockdev *dev,
		     const struct devstack *below, struct hf_error *err);

/**
 * raw_event_decode - takes an event apart
 * @ev: filled, but for its time
 * @event: which it is
 * @data: its bytes
 * @len: how many
 *
 * Return: false if it is shorter than its format says.
 */
bool raw_event_decode(struct spool_event *ev, const struct raw_event *event,
		      const uint8_t *data, size_t len);

#endif /* HF_RAW_EVENT_H */
