/* SPDX-License-Identifier: GPL-2.0-only */
/* A command that runs while a device is recorded. */
#ifndef HFCTL_OBSERVING_H
#define HFCTL_OBSERVING_H

#include "blockdev.h"
#include "capture.h"
#include "hft.h"
#include "import.h"

/**
 * struct observing - what is observed
 * @dev: the device
 * @command: what runs, NULL at the end
 * @queue: record bios as queued; else requests as issued
 * @buffer: bytes of kernel memory per CPU
 * @force: see struct capture_opts
 * @out: path of the .hft file of what was seen, NULL for none
 * @line: hfctl's command line, for the provenance
 */
struct observing {
	struct blockdev dev;
	const char *const *command;
	bool queue;
	uint64_t buffer;
	bool force;
	const char *out;
	const char *line;
};

/**
 * struct observed - what came of it
 * @seen: the requests that the device got; no file if there were none
 * @any: there were some
 * @sum: how they were read
 * @stats: of the capture
 * @status: of the command, as waitpid() gives it
 */
struct observed {
	struct hft_file seen;
	bool any;
	struct import_summary sum;
	struct capture_stats stats;
	int status;
};

/**
 * observing_run - runs the command and records the device from before it begins
 *	until it has ended
 * @what: what
 * @out: filled; close with observed_close()
 * @err: on failure, a sentence
 *
 * The command is told to end when hfctl is. A command that fails is no failure
 * here: @out->status says so.
 *
 * Return: 0 or -errno.
 */
int observing_run(const struct observing *what, struct observed *out,
		  struct hf_error *err);
void observed_close(struct observed *o);

#endif /* HFCTL_OBSERVING_H */
