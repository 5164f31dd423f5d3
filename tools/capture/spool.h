/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The spool of a capture: one text file per CPU, in the form in which tracefs
 * prints events, with ns stamps. `hfctl convert` reads it.
 */
#ifndef HF_SPOOL_H
#define HF_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "blockdev.h"
#include "error.h"

#define SPOOL_BUFFER	65536

/**
 * struct spool - the file of one CPU
 * @path: its name; owned; NULL until something is written
 * @fd: its descriptor, -1 if it is not open
 * @cpu: number of the CPU
 * @len: bytes in @buf, whole lines
 * @buf: what is not written yet
 */
struct spool {
	char *path;
	int fd;
	unsigned int cpu;
	size_t len;
	char buf[SPOOL_BUFFER];
};

/**
 * struct spool_event - an event to be written
 * @time: ns
 * @name: name of the tracepoint
 * @sector: first sector on the device
 * @sectors: how many (the first sector of the second part, if @split)
 * @bytes: as the event says; -1 if it says nothing
 * @pid: process
 * @prio: I/O priority; -1 if the event has none
 * @error: as the event says; ignored if @comm is not empty
 * @command: the event has the column of the command
 * @passthrough: the command is not empty
 * @split: the event is a split
 * @rwbs: letters
 * @comm: name of the process, empty if the event has none
 */
struct spool_event {
	uint64_t time;
	const char *name;
	uint64_t sector;
	uint64_t sectors;
	int64_t bytes;
	uint32_t pid;
	int32_t prio;
	int32_t error;
	bool command;
	bool passthrough;
	bool split;
	char rwbs[16];
	char comm[17];
};

/**
 * spool_init - prepares the file of a CPU
 * @s: the spool
 * @prefix: its name is this, a dot and the CPU
 * @cpu: number of the CPU
 *
 * The file is made when the first line is written.
 *
 * Return: 0 or -ENOMEM.
 */
int spool_init(struct spool *s, const char *prefix, unsigned int cpu);

/** spool_check - 0, or -EEXIST if an earlier capture left the file behind */
int spool_check(const struct spool *s, struct hf_error *err);

/**
 * spool_header - writes what is to be known of the device and the clock
 * @s: the spool
 * @dev: the device
 * @mono: CLOCK_MONOTONIC
 * @real: CLOCK_REALTIME at the same moment
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int spool_header(struct spool *s, const struct blockdev *dev, uint64_t mono,
		 uint64_t real, struct hf_error *err);

/** spool_put - writes an event of a device */
int spool_put(struct spool *s, const struct blockdev *dev,
	      const struct spool_event *ev, struct hf_error *err);

/** spool_lost - writes that events were lost */
int spool_lost(struct spool *s, uint64_t n, struct hf_error *err);

/** spool_flush - hands all lines to the kernel */
int spool_flush(struct spool *s, struct hf_error *err);

/** spool_close - flushes and closes; the file stays */
int spool_close(struct spool *s, struct hf_error *err);

/** spool_free - closes without flushing, frees; the file stays */
void spool_free(struct spool *s);

#endif /* HF_SPOOL_H */
