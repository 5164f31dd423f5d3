/* SPDX-License-Identifier: GPL-2.0-only */
/* What the block layer itself says was issued, from its tracepoints. */
#ifndef BLKTRACE_H
#define BLKTRACE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct blk_event - a request that was seen
 * @rwbs: as the tracepoint writes it: "R", "WS", "FWFS", ...
 * @sector: first
 * @sectors: number
 */
struct blk_event {
	char rwbs[12];
	uint64_t sector;
	unsigned int sectors;
};

/** blk_trace_start - begins to record a tracepoint of group block, of all
 * devices; ends the test if that cannot be
 */
void blk_trace_start(const char *event);

/** blk_trace_read - ends it; number of requests seen, at most @max filled in */
size_t blk_trace_read(struct blk_event *events, size_t max);

#endif /* BLKTRACE_H */
