/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The spool of a capture: one text file per device and CPU, in the form in
 * which tracefs prints events, with ns stamps. `hfctl convert` reads it.
 */
#ifndef HF_SPOOL_H
#define HF_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "blockdevs.h"
#include "error.h"

#define SPOOL_BUFFER	65536

/**
 * struct spool - the file of one device and CPU
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
 * @number: the device
 * @from: the device above (@remap)
 * @from_sector: first sector there
 * @sector: first sector on the device
 * @sectors: how many (the first sector of the second part, if @split)
 * @bytes: as the event says; -1 if it says nothing
 * @pid: process
 * @prio: I/O priority; -1 if the event has none
 * @error: as the event says; ignored if @comm is not empty
 * @command: the event has the column of the command
 * @passthrough: the command is not empty
 * @split: the event is a split
 * @remap: sectors of a device go on to the one below it
 * @rwbs: letters
 * @comm: name of the process, empty if the event has none
 */
struct spool_event {
	uint64_t time;
	const char *name;
	dev_t number;
	dev_t from;
	uint64_t from_sector;
	uint64_t sector;
	uint64_t sectors;
	int64_t bytes;
	uint32_t pid;
	int32_t prio;
	int32_t error;
	bool command;
	bool passthrough;
	bool split;
	bool remap;
	char rwbs[16];
	char comm[17];
};

/**
 * spool_init - prepares the file of a device and CPU
 * @s: the spool
 * @prefix: its name is this, a dot, ...
 * @device: ... this, a dot ...
 * @cpu: ... and the number of the CPU
 *
 * The file is made when the first line is written.
 *
 * Return: 0 or -ENOMEM.
 */
int spool_init(struct spool *s, const char *prefix, const char *device,
	       unsigned int cpu);

/**
 * spool_check - whether an earlier capture left files behind
 * @prefix: as for spool_init()
 * @err: on failure, a sentence
 *
 * Return: 0, -EEXIST if there is one, or -errno.
 */
int spool_check(const char *prefix, struct hf_error *err);

/**
 * spool_header - writes what is to be known of the devices and the clock
 * @s: the spool
 * @devs: all devices of the capture: each file says which are its targets
 * @mono: CLOCK_MONOTONIC
 * @real: CLOCK_REALTIME at the same moment
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int spool_header(struct spool *s, const struct blockdevs *devs, uint64_t mono,
		 uint64_t real, struct hf_error *err);

/** spool_put - writes an event */
int spool_put(struct spool *s, const struct spool_event *ev,
	      struct hf_error *err);

/** spool_lost - writes that events were lost */
int spool_lost(struct spool *s, uint64_t n, struct hf_error *err);

/** spool_flush - hands all lines to the kernel */
int spool_flush(struct spool *s, struct hf_error *err);

/** spool_close - flushes and closes; the file stays */
int spool_close(struct spool *s, struct hf_error *err);

/** spool_free - closes without flushing, frees; the file stays */
void spool_free(struct spool *s);

#endif /* HF_SPOOL_H */
