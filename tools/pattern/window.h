/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A trace of a server cut into windows of time, and the pattern of each: the
 * steps from file and offset of a request to those of the next. After Boito et
 * al., On server-side file access pattern matching, HPCS 2019, and AGIOS.
 */
#ifndef HF_WINDOW_H
#define HF_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "hft.h"

/* KiB from the start of a file to that of the next, where files count. */
#define WINDOW_FILE_KIB (100LL << 20)

/**
 * enum window_ops - which requests make a sequence of windows of a server
 * @WINDOW_ALL: all of them
 * @WINDOW_READS: reads
 * @WINDOW_WRITES: writes
 */
enum window_ops {
	WINDOW_ALL,
	WINDOW_READS,
	WINDOW_WRITES,
};

/**
 * struct window_opts - how a trace is cut
 * @period_ns: a window ends with the first request this much after its first
 *	one; time without requests is in none
 * @split: reads and writes are sequences of their own
 */
struct window_opts {
	uint64_t period_ns;
	bool split;
};

/**
 * struct window - the requests of a window
 * @target: server; index of the device
 * @ops: which requests
 * @start_ns: time of the first
 * @reads: how many
 * @writes: how many
 * @bytes: of both
 * @files: different ones
 * @x: the series; the first value is the place of the first request, each
 *	other one the step to the next; KiB. Valid until the next window
 * @n: how many, @reads + @writes
 */
struct window {
	uint16_t target;
	enum window_ops ops;
	uint64_t start_ns;
	uint64_t reads, writes;
	uint64_t bytes;
	uint32_t files;
	const int64_t *x;
	size_t n;
};

/**
 * typedef window_fn - takes a window
 * @ctx: as given to windows_of()
 * @w: the window
 * @err: on failure, a sentence
 *
 * Return: 0 to go on, else windows_of() returns it.
 */
typedef int (*window_fn)(void *ctx, const struct window *w,
			 struct hf_error *err);

struct files;

/**
 * windows_of - gives all windows of a trace, one server after the other
 * @file: the trace
 * @files: which file lies where
 * @opts: how to cut
 * @each: takes the windows of a server and kind in the order of time
 * @ctx: for @each
 * @err: on failure, a sentence
 *
 * Flushes and all else that is neither read nor written is left out.
 *
 * Return: 0, -ENOMEM, or what @each returned.
 */
int windows_of(const struct hft_file *file, const struct files *files,
	       const struct window_opts *opts, window_fn each, void *ctx,
	       struct hf_error *err);

/** window_ops_name - "all", "read" or "write" */
const char *window_ops_name(enum window_ops ops);

#endif /* HF_WINDOW_H */
