/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether what is on a device is what a replay may have left there. */
#ifndef HF_MEDIUM_H
#define HF_MEDIUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "atomic.h"

/**
 * enum fault_kind - what is wrong with a block
 * @FAULT_OLD: an older version than the one that must be there
 * @FAULT_LOST: nothing that the run wrote, though something must be there
 * @FAULT_TORN: parts of several versions, or a damaged one
 * @FAULT_MISPLACED: what was written to another place
 * @FAULT_STRAY: a version by a request that did not write there
 * @FAULT_ATOMIC: what is older than an atomic write that has reached other
 *	blocks
 * @FAULT_UNREADABLE: the device reports an error
 * @FAULT_NR: number of kinds
 */
enum fault_kind {
	FAULT_OLD,
	FAULT_LOST,
	FAULT_TORN,
	FAULT_MISPLACED,
	FAULT_STRAY,
	FAULT_ATOMIC,
	FAULT_UNREADABLE,
	FAULT_NR,
};

/** fault_name - "old", "lost", ... */
const char *fault_name(enum fault_kind kind);

/**
 * struct fault - neighbouring blocks with the same fault
 * @kind: what is wrong
 * @start: first sector of 512 bytes
 * @end: sector behind the last
 * @must: request that must be there unless a newer one is, or EXPECT_NONE;
 *	of FAULT_ATOMIC the atomic write
 * @found: request that wrote what was found, or EXPECT_NONE
 * @place: misplaced: sector that the first block belongs to
 * @target: misplaced: target that it belongs to
 */
struct fault {
	enum fault_kind kind;
	uint64_t start;
	uint64_t end;
	uint64_t must;
	uint64_t found;
	uint64_t place;
	uint32_t target;
};

/**
 * struct medium - a check of one target
 * @expect: what may be there
 * @seed: seed of the session
 * @run: attribute wall-start of the run; 0 takes those of any run
 * @atomics: gets what is found; NULL: atomic writes are not looked after
 * @block: sectors of 512 bytes that a write changes at once or not at all
 * @report: gets each fault
 * @ctx: its first argument
 * @checked: sectors looked at
 * @found: sectors with a version of the run
 * @undefined: sectors where anything may be
 * @faults: blocks at fault, by kind
 * @last: fault that may go on; internal
 */
struct medium {
	const struct expect *expect;
	uint64_t seed;
	uint64_t run;
	struct atomics *atomics;
	uint32_t block;
	void (*report)(void *ctx, const struct fault *f);
	void *ctx;
	uint64_t checked;
	uint64_t found;
	uint64_t undefined;
	uint64_t faults[FAULT_NR];
	struct fault last;
};

/**
 * medium_check - looks at the content of blocks
 * @m: the check
 * @c: the cell that they all lie in
 * @sector: the first of them
 * @data: what was read, aligned to 8 bytes; NULL if that failed
 * @sectors: how many, whole blocks; cells and blocks come in order
 */
void medium_check(struct medium *m, const struct expect_cell *c,
		  uint64_t sector, const void *data, uint64_t sectors);

/**
 * medium_end - reports what is still held back, and atomic writes that are torn
 *
 * Return: 0, or -ENOMEM: atomic writes are not judged.
 */
int medium_end(struct medium *m);

/** medium_faults - blocks at fault */
uint64_t medium_faults(const struct medium *m);

#endif /* HF_MEDIUM_H */
