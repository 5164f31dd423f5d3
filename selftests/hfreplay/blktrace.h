/* SPDX-License-Identifier: GPL-2.0-only */
/* What the block layer itself says was issued, from its tracepoints. */
#ifndef BLKTRACE_H
#define BLKTRACE_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct blk_event - a request that was seen
 * @name: tracepoint: "block_rq_issue"
 * @rwbs: as the tracepoint writes it: "R", "WS", "FWFS", ...
 * @sector: first
 * @sectors: number
 */
struct blk_event {
	char name[24];
	char rwbs[12];
	uint64_t sector;
	unsigned int sectors;
};

/** blk_trace_start - begins to record a tracepoint of group block, of all
 * devices; ends the test if that cannot be
 */
void blk_trace_start(const char *event);

/** blk_trace_also - records another one as well, once it has begun */
void blk_trace_also(const char *event);

/** blk_trace_read - ends it; number of requests seen, at most @max filled in */
size_t blk_trace_read(struct blk_event *events, size_t max);

/**
 * struct blk_bio - what a bio carried when it was submitted
 * @opf: operation and flags, in the kernel's own bits
 * @prio: I/O priority
 */
struct blk_bio {
	uint32_t opf;
	uint16_t prio;
};

/** blk_bio_start - begins to record the bios that are submitted, of all
 * devices; ends the test if that cannot be
 */
void blk_bio_start(void);

/** blk_bio_read - ends it; number of bios seen, at most @max filled in */
size_t blk_bio_read(struct blk_bio *bios, size_t max);

#endif /* BLKTRACE_H */
