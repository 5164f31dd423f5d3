/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether atomic writes are on a device as a whole or not at all.
 *
 * An atomic write that is seen in one block has happened; then no other of its
 * blocks may hold what is older. What may have come after it may be there.
 */
#ifndef HF_ATOMIC_H
#define HF_ATOMIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expect.h"

/**
 * struct atomic_piece - neighbouring sectors that hold the same version
 * @start: first sector
 * @end: sector behind the last
 * @number: request that wrote it; EXPECT_NONE: none of the run
 */
struct atomic_piece {
	uint64_t start;
	uint64_t end;
	uint64_t number;
};

/**
 * struct atomics - atomic writes of one target
 * @expect: what may be there
 * @wanted: there are atomic writes; nothing is kept otherwise
 * @in_order: requests of the target are issued in the order of the trace, as far
 *	as is known
 * @pieces: what was found, in the order of the device; owned
 * @count: number of them
 * @room: for how many there is memory
 * @no_memory: there was none for the next
 */
struct atomics {
	const struct expect *expect;
	bool wanted;
	bool in_order;
	struct atomic_piece *pieces;
	size_t count;
	size_t room;
	bool no_memory;
};

/** atomics_init - looks for atomic writes; free with atomics_free() */
void atomics_init(struct atomics *a, const struct expect *e);
void atomics_free(struct atomics *a);

/**
 * atomics_found - notes a block that holds what it may hold
 * @a: the writes
 * @sector: its first sector, behind those of the block noted before
 * @sectors: its size
 * @number: request that wrote it; EXPECT_NONE if none of the run has changed it
 */
void atomics_found(struct atomics *a, uint64_t sector, uint32_t sectors,
		   uint64_t number);

/**
 * atomics_judge - finds the atomic writes that are there in part
 * @a: the writes; all blocks have been noted
 * @torn: gets the write, and a piece of it that is older than the write
 * @ctx: its first argument
 *
 * A request without a completion record was issued behind those in front of it
 * in the trace, if all requests of the target that are known went in order and
 * by one worker. Otherwise only content that is not of the run is older.
 *
 * Return: 0, or -ENOMEM if not all blocks could be noted.
 */
int atomics_judge(const struct atomics *a,
		  void (*torn)(void *ctx, uint64_t number,
			       const struct atomic_piece *older),
		  void *ctx);

#endif /* HF_ATOMIC_H */
