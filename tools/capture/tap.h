/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A tap: one device's events, from an instance of the kernel's tracer of its
 * own into the spool. As its buffers hold nothing else, what they lose is
 * known to be the device's.
 */
#ifndef HF_TAP_H
#define HF_TAP_H

#include "capture.h"
#include "raw-event.h"
#include "tracefs.h"

struct tap_cpu;

/**
 * struct capture_clock - when a capture began
 * @mono: CLOCK_MONOTONIC; all earlier events are left out
 * @real: CLOCK_REALTIME
 */
struct capture_clock {
	uint64_t mono, real;
};

/**
 * struct tap - one device
 * @dev: the device
 * @opts: what is recorded
 * @clock: set before the first tap_drain()
 * @count: counts its events
 * @tracefs: the instance
 * @events: the tracepoints; @nevents of them
 * @nevents: how many
 * @cpus: the buffers; owned; @ncpus of them
 * @ncpus: how many
 */
struct tap {
	const struct blockdev *dev;
	const struct capture_opts *opts;
	const struct capture_clock *clock;
	struct capture_count *count;
	struct tracefs tracefs;
	struct raw_event events[RAW_EVENTS_MAX];
	int nevents;
	struct tap_cpu *cpus;
	int ncpus;
};

/**
 * tap_open - prepares all; nothing is recorded yet
 * @tap: its first four members are set, the rest is zero
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; tap_close() is due either way.
 */
int tap_open(struct tap *tap, struct hf_error *err);

/** tap_switch - begins to record, or ends it */
int tap_switch(struct tap *tap, bool on, struct hf_error *err);

/**
 * tap_drain - spools what the buffers have
 * @tap: the tap
 * @busy: set if there is more
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int tap_drain(struct tap *tap, bool *busy, struct hf_error *err);

/** tap_losses - counts what was lost, and spools that it was */
int tap_losses(struct tap *tap, struct hf_error *err);

/** tap_flush - hands to the kernel what is spooled */
int tap_flush(struct tap *tap, struct hf_error *err);

/** tap_finish - flushes and closes the spool */
int tap_finish(struct tap *tap, struct hf_error *err);

/** tap_files - adds the files that were made to @files */
void tap_files(struct tap *tap, struct capture_files *files);

/** tap_close - frees all and takes the instance away */
void tap_close(struct tap *tap);

#endif /* HF_TAP_H */
