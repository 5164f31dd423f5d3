/* SPDX-License-Identifier: GPL-2.0-only */
/* What a trace asks for: requests, bytes, window, memory. */
#ifndef HF_PLAN_H
#define HF_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "hft.h"

/**
 * struct plan - the demands of a trace
 * @requests: number per operation
 * @bytes: bytes per operation
 * @count: requests in all
 * @changes: requests that change what a device holds
 * @change_bytes: bytes of these
 * @window: slots that hold the whole trace, a power of two; 0 if there are
 *	more requests than a window can have
 * @span: slots that a stream of it needs, a power of two; 0 not known
 * @memory: bytes of the rings for @window; the pages of the requests come on
 *	top
 */
struct plan {
	uint64_t requests[HFR_OP_NR];
	uint64_t bytes[HFR_OP_NR];
	uint64_t count;
	uint64_t changes;
	uint64_t change_bytes;
	uint32_t window;
	uint32_t span;
	uint64_t memory;
};

/* Window sizes of the module, in slots. */
#define PLAN_MIN_WINDOW		64U
#define PLAN_DEF_WINDOW		65536U

/** plan_trace - finds out what a trace asks for */
void plan_trace(struct plan *plan, const struct hft_file *trace);

/** plan_memory - bytes of the rings: @window slots, @results of records */
uint64_t plan_memory(uint64_t window, uint64_t results);

/** plan_slots - @n rounded up to what a window can have, 0 if it is too much */
uint32_t plan_slots(uint64_t n);

/** plan_op_changes - whether an operation changes what a device holds */
bool plan_op_changes(uint8_t op);

#endif /* HF_PLAN_H */
