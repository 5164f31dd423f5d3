/* SPDX-License-Identifier: GPL-2.0-only */
/* The blocks that requests touch, in batches that hide the memory's latency. */
#ifndef HF_STAT_TOUCH_H
#define HF_STAT_TOUCH_H

#include "blockmap.h"
#include "tracestat.h"

#define TOUCH_BATCH	128

/**
 * struct touch - a block that a request touches
 * @hash: of the block
 * @tick: time
 * @target: of the request
 * @write: it is a write
 */
struct touch {
	uint64_t hash;
	uint64_t tick;
	uint32_t target;
	uint32_t write;
};

/**
 * struct toucher - all of them
 * @st: gets the figures
 * @map: the blocks
 * @base: number of the first block of each target, and of the one behind
 * @shift: a block is 2^shift bytes
 * @batch: those that wait
 * @n: how many
 */
struct toucher {
	struct tracestat *st;
	struct blockmap map;
	uint64_t base[HFR_MAX_DEVICES + 1];
	unsigned int shift;
	struct touch batch[TOUCH_BATCH];
	unsigned int n;
};

/** toucher_init - begins; 0 or -errno with a sentence */
int toucher_init(struct toucher *t, struct tracestat *st, struct hf_error *err);

/** toucher_add - takes a request that moves data; 0 or -ENOMEM */
int toucher_add(struct toucher *t, const struct hfr_trace_rec *rec);

/** toucher_end - counts what is left, then the blocks; 0 or -ENOMEM */
int toucher_end(struct toucher *t);
void toucher_free(struct toucher *t);

#endif /* HF_STAT_TOUCH_H */
