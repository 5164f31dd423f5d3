/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of each block that a trace writes (kmod/verify-cell.h). */
#ifndef HF_CELLS_H
#define HF_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "kmod/verify-cell.h"
#include "hft.h"

/* Cells of a group: they are found together. */
#define CELLS_SHIFT	6
#define CELLS_GROUP	(1U << CELLS_SHIFT)

/**
 * struct cells - of a target
 * @groups: numbers of the groups that there are, ascending
 * @count: number of groups
 * @all: CELLS_GROUP cells for each
 * @shift: bytes of a block, as a power of two
 */
struct cells {
	uint64_t *groups;
	uint64_t count;
	struct hfr_cell *all;
	uint32_t shift;
};

/**
 * cells_make - makes those of the blocks that a trace writes
 * @c: filled
 * @trace: the trace
 * @target: number of the target
 * @block: bytes of a block, a power of two
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int cells_make(struct cells *c, const struct hft_file *trace, uint32_t target,
	       uint32_t block);
void cells_free(struct cells *c);

/**
 * cells_find - the cells of some blocks
 * @c: cells
 * @block: first block
 * @end: block behind the last
 * @cells: gets the cell of @block; NULL where the trace never writes
 *
 * Return: how many blocks that is true of, at most CELLS_GROUP.
 */
uint32_t cells_find(const struct cells *c, uint64_t block, uint64_t end,
		    struct hfr_cell **cells);

#endif /* HF_CELLS_H */
