/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's own tracer saw of a replay. */
#ifndef SEEN_H
#define SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tracefs.h"

/**
 * struct seen_event - a tracepoint that is recorded
 * @id: its number; 0: it is not recorded
 * @field: the field that is taken from it
 */
struct seen_event {
	uint16_t id;
	struct trace_field field;
};

/**
 * struct seen_switch - the CPU went to another task
 * @time: CLOCK_MONOTONIC, ns
 * @comm: name of that task
 */
struct seen_switch {
	uint64_t time;
	char comm[16];
};

/**
 * struct seen - requests in the order in which they were seen
 * @t: instance of the tracer
 * @request: event of a request
 * @to: event of a switch of tasks
 * @time: CLOCK_MONOTONIC, ns
 * @sector: first sector
 * @turned: it was the first on a page of the tracer, which turned it then
 * @count: requests
 * @room: requests there is room for
 * @switches: switches of tasks
 * @switch_count: how many
 */
struct seen {
	struct tracefs t;
	struct seen_event request, to;
	uint64_t *time;
	uint64_t *sector;
	bool *turned;
	size_t count;
	size_t room;
	struct seen_switch *switches;
	size_t switch_count;
};

/*
 * Each ends the program if it fails. Nothing else uses a block device in the
 * virtual machine: events are not filtered, which would cost the replay time.
 */

/**
 * seen_start - has an event recorded
 * @s: filled
 * @event: of group block
 * @room: requests at most; the tracer's buffer holds them all
 */
void seen_start(struct seen *s, const char *event, size_t room);

/** seen_switches_too - has switches of tasks recorded too, a few a request */
void seen_switches_too(struct seen *s);

/** seen_finish - reads what was recorded; no event may have been lost */
void seen_finish(struct seen *s);

#endif /* SEEN_H */
