/* SPDX-License-Identifier: GPL-2.0-only */
/* Recording of live block devices. */
#ifndef HF_CAPTURE_H
#define HF_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "blockdevs.h"
#include "error.h"

/**
 * struct capture_count - what was taken
 * @events: events taken
 * @requests: of these, those that begin a request
 * @lost: events the kernel had no room for
 */
struct capture_count {
	uint64_t events;
	uint64_t requests;
	uint64_t lost;
};

/**
 * struct capture_stats - how far a capture is
 * @all: what was taken of all devices
 * @devs: and of each
 * @elapsed_ns: since it began
 */
struct capture_stats {
	struct capture_count all;
	struct capture_count devs[HFR_MAX_DEVICES];
	uint64_t elapsed_ns;
};

/**
 * struct capture_opts - what to record
 * @devs: the devices
 * @spool: the events go to files of this name, a dot, the device, a dot and
 *	the CPU
 * @queue: record bios as queued; else requests as issued
 * @duration_ns: stop after this time; 0: do not
 * @count: stop after about so many requests; 0: do not
 * @buffer: bytes of kernel memory per device and CPU
 * @force: remove what a killed capture of such a device left behind
 * @stop: asked often: whether to stop
 * @begun: called when all devices are being recorded; NULL for nothing
 * @progress: called once a second; NULL for nothing
 */
struct capture_opts {
	const struct blockdevs *devs;
	const char *spool;
	bool queue;
	uint64_t duration_ns;
	uint64_t count;
	uint64_t buffer;
	bool force;
	bool (*stop)(void);
	void (*begun)(const struct blockdevs *devs);
	void (*progress)(const struct capture_stats *stats);
};

/**
 * struct capture_files - the files that a capture wrote
 * @paths: their names; owned
 * @n: how many
 */
struct capture_files {
	char **paths;
	int n;
};

/**
 * capture_run - records until told to stop
 * @opts: what
 * @files: the files written, also on failure; free with capture_files_free()
 * @stats: filled, also on failure
 * @err: on failure, a sentence
 *
 * Nothing stays behind in the kernel, whatever happens but SIGKILL.
 *
 * Return: 0 or -errno.
 */
int capture_run(const struct capture_opts *opts, struct capture_files *files,
		struct capture_stats *stats, struct hf_error *err);

/** capture_files_free - frees the names; @remove: removes the files too */
void capture_files_free(struct capture_files *files, bool remove);

#endif /* HF_CAPTURE_H */
