/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A replay from user space: threads issue the requests of a trace by the rules
 * of the kernel's engine and leave the same completion records.
 *
 * Clocks are CLOCK_MONOTONIC, ns.
 */
#ifndef HF_PLAY_H
#define HF_PLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <linux/hfreplay.h>
#include <linux/hfreplay_netlink.h>

#include "error.h"
#include "hft.h"

/* Workers of a target, at most. */
#define PLAY_MAX_WORKERS	16

struct backend;

/**
 * struct play_target - a device or file that is replayed on
 * @path: its name for people
 * @fd: open for what the trace does to it; -1 if the backend needs none
 * @major: device number, 0 of a file
 * @minor: device number
 * @block: bytes that offsets and lengths are multiples of, a power of two
 * @ops: bit N set: it can do operation N (enum hfr_op)
 * @file: a regular file
 * @own_sink: each read needs memory of its own: somebody below computes in it
 * @depth: tags that may be taken, 0 if it has none
 * @piece: longest read or write that is not split, bytes; 0 if none is
 * @cpus: one for each worker, or NULL: any
 */
struct play_target {
	const char *path;
	int fd;
	uint32_t major;
	uint32_t minor;
	uint32_t block;
	uint32_t ops;
	bool file;
	bool own_sink;
	uint32_t depth;
	uint32_t piece;
	const uint32_t *cpus;
};

/**
 * struct play_choices - how it is replayed
 * @mode: enum hfreplay_mode
 * @limit: enum hfreplay_limit
 * @limit_value: requests in flight per target, with HFREPLAY_LIMIT_FIXED
 * @payload: enum hfreplay_payload
 * @seed: of the payload
 * @on_error: enum hfreplay_on_error
 * @error_max: failures that end the replay, with HFREPLAY_ON_ERROR_STOP
 * @spread: enum hfreplay_spread
 * @workers: threads per target, 1 to PLAY_MAX_WORKERS
 * @speed: thousandths, not 0
 * @think: scale of think times, thousandths
 * @loops: how often the trace is played, not 0
 * @duration: nothing is issued after this, ns; 0: no end
 * @bundle: requests nearer than this go together, ns of the trace
 * @bundle_max: most that go together, 1 to 256
 * @plug: most that are handed over together in modes other than hf, 0 as 1
 * @spin: busy waiting before a due time, ns
 * @tolerance: lateness without a cause, ns
 * @start_at: wall clock to start at, ns; 0: at once
 * @start_clock: of @start_at
 * @sqpoll: a thread of the kernel takes the requests (io_uring)
 */
struct play_choices {
	uint32_t mode;
	uint32_t limit;
	uint32_t limit_value;
	uint32_t payload;
	uint64_t seed;
	uint32_t on_error;
	uint32_t error_max;
	uint32_t spread;
	uint32_t workers;
	uint32_t speed;
	uint32_t think;
	uint32_t loops;
	uint64_t duration;
	uint64_t bundle;
	uint32_t bundle_max;
	uint32_t plug;
	uint32_t spin;
	uint32_t tolerance;
	uint64_t start_at;
	clockid_t start_clock;
	bool sqpoll;
};

/**
 * struct play_counters - what was done so far
 *
 * Those of one worker are written by it alone.
 */
struct play_counters {
	uint64_t issued;
	uint64_t completed;
	uint64_t skipped;
	uint64_t errors;
	uint64_t again;
	uint64_t late;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t verified;
	uint64_t verify_errors;
	uint64_t last_index;
};

/**
 * struct play_job - a replay
 * @backend: takes the requests
 * @trace: what is played; stays as it is
 * @targets: one for each entry of the device table
 * @choices: how
 * @interrupted: whether to stop early; polled
 * @progress: told now and then how far it is; @ctx is its argument
 * @ctx: see @progress
 */
struct play_job {
	const struct backend *backend;
	const struct hft_file *trace;
	const struct play_target *targets;
	struct play_choices choices;
	bool (*interrupted)(void);
	void (*progress)(void *ctx, const struct play_counters *sum,
			 uint64_t elapsed_ns);
	void *ctx;
};

/**
 * struct play_outcome - what came of it
 * @recs: completion records, @count of them; the caller frees them
 * @count: requests up to the last that was issued
 * @state: enum hfreplay_session_state: DONE, STOPPED or FAILED
 * @error: a sentence, if it failed
 * @error_index: request that it failed with, HFR_UNKNOWN: none
 * @sum: counters
 * @elapsed: from the start to the last completion, ns
 * @wall_start: CLOCK_REALTIME of the start, ns
 * @slots: requests that each worker could have in flight
 * @memory: bytes of records and payload
 */
struct play_outcome {
	struct hfr_completion_rec *recs;
	uint64_t count;
	uint32_t state;
	char error[256];
	uint64_t error_index;
	struct play_counters sum;
	uint64_t elapsed;
	uint64_t wall_start;
	uint32_t slots;
	uint64_t memory;
};

/**
 * play - replays
 * @job: what
 * @out: filled on success
 * @err: on failure, a sentence
 *
 * A replay that was stopped or failed on the way is a success: @out->state
 * says so.
 *
 * Return: 0, or -errno with nothing issued and nothing to free.
 */
int play(const struct play_job *job, struct play_outcome *out,
	 struct hf_error *err);

#endif /* HF_PLAY_H */
