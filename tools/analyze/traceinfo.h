/* SPDX-License-Identifier: GPL-2.0-only */
/* What is in a trace, in figures. */
#ifndef HF_TRACEINFO_H
#define HF_TRACEINFO_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "dist.h"
#include "hft.h"

/**
 * struct traceinfo_target - a device of the trace
 * @name: as the trace calls it
 * @size: bytes, 0 unknown
 * @logical_block: bytes, 0 unknown
 * @requests: requests to it
 * @max_end: highest byte touched, plus 1
 * @sequential: reads and writes that start where the one before ended
 */
struct traceinfo_target {
	char name[64];
	uint64_t size;
	uint32_t logical_block;
	uint64_t requests;
	uint64_t max_end;
	uint64_t sequential;
};

/**
 * struct traceinfo - a trace
 * @requests: in all
 * @ops: by operation
 * @op_bytes: length by operation
 * @fua: writes with FUA
 * @preflush: writes with PREFLUSH
 * @read_bytes: bytes read
 * @write_bytes: bytes written, discards and zeroing apart
 * @discard_bytes: bytes discarded
 * @duration_ns: to the latest issue or completion
 * @max_in_flight: most in flight at once per target, 0 unknown
 * @has_completions: every request has a completion time
 * @queue_level: requests are bios as queued, not as the driver got them
 * @wall_start_ns: CLOCK_REALTIME at time 0, 0 unknown
 * @sequential: over all targets
 * @sizes: bytes of reads and writes
 * @gaps: ns between issues
 * @latency: ns from issue to completion, where known
 * @ntargets: used entries of @targets
 * @targets: by target index
 */
struct traceinfo {
	uint64_t requests;
	uint64_t ops[HFR_OP_NR];
	uint64_t op_bytes[HFR_OP_NR];
	uint64_t fua;
	uint64_t preflush;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t discard_bytes;
	uint64_t duration_ns;
	uint32_t max_in_flight;
	bool has_completions;
	bool queue_level;
	uint64_t wall_start_ns;
	uint64_t sequential;
	struct dist sizes;
	struct dist gaps;
	struct dist latency;
	unsigned int ntargets;
	struct traceinfo_target targets[HFR_MAX_DEVICES];
};

/**
 * traceinfo_collect - reads a trace's figures
 * @info: filled
 * @trace: the trace
 *
 * Return: 0 or -ENOMEM.
 */
int traceinfo_collect(struct traceinfo *info, const struct hft_file *trace);

#endif /* HF_TRACEINFO_H */
