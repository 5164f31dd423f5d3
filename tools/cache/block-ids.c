// SPDX-License-Identifier: GPL-2.0-only
#include "block-ids.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "big-array.h"

#define LEAST_BITS	12
#define SMALL_BITS	18

static int make_cells(struct block_ids *t, unsigned int bits)
{
	t->cells = big_array(1ULL << bits, sizeof(*t->cells));
	t->bits = bits;
	return t->cells ? 0 : -ENOMEM;
}

int block_ids_init(struct block_ids *t)
{
	t->count = 0;
	return make_cells(t, LEAST_BITS);
}

void block_ids_free(struct block_ids *t)
{
	big_array_free(t->cells);
	t->cells = NULL;
	t->count = 0;
}

/* The cell of a block, or the empty one where it belongs. */
static struct block_id_cell *find(const struct block_ids *t, uint64_t key,
				  uint64_t hash)
{
	uint64_t mask = (1ULL << t->bits) - 1, place = block_ids_place(t, hash);

	while (t->cells[place].key && t->cells[place].key != key)
		place = (place + 1) & mask;
	return &t->cells[place];
}

static void put(struct block_ids *t, const struct block_id_cell *cell)
{
	*find(t, cell->key, block_hash(cell->key - 1)) = *cell;
}

static int grow(struct block_ids *t)
{
	struct block_ids old = *t;

	if (make_cells(t, old.bits + 1)) {
		*t = old;
		return -ENOMEM;
	}
	for (uint64_t i = 0; i < 1ULL << old.bits; i++)
		if (old.cells[i].key)
			put(t, &old.cells[i]);
	big_array_free(old.cells);
	return 0;
}

/*
 * Small tables, which the processor's cache holds, are at most 5/16 full, so that
 * the first place is mostly the right one; large ones 5/8, for the memory.
 */
static bool is_crowded(const struct block_ids *t)
{
	return t->count >= 5ULL << (t->bits - (t->bits < SMALL_BITS ? 4 : 3));
}

int block_ids_get(struct block_ids *t, uint64_t block, uint64_t hash,
		  uint32_t *id)
{
	struct block_id_cell *cell = find(t, block + 1, hash);

	if (!cell->key) {
		if (t->count == BLOCK_IDS_MOST)
			return -EFBIG;
		cell->key = block + 1;
		cell->id = t->count++;
	}
	*id = cell->id;
	return is_crowded(t) ? grow(t) : 0;
}

/* Ids of those that stay, in the order of the old ones. */
static uint32_t number_anew(const struct block_ids *t, uint64_t below,
			    uint32_t *renumber)
{
	uint32_t n = 0;

	memset(renumber, 0, t->count * sizeof(*renumber));
	for (uint64_t i = 0; i < 1ULL << t->bits; i++)
		if (t->cells[i].key && block_hash(t->cells[i].key - 1) < below)
			renumber[t->cells[i].id] = 1;
	for (uint32_t i = 0; i < t->count; i++)
		renumber[i] = renumber[i] ? n++ : UINT32_MAX;
	return n;
}

int block_ids_keep(struct block_ids *t, uint64_t below, uint32_t *renumber)
{
	struct block_ids old = *t;
	struct block_id_cell cell;

	if (make_cells(t, old.bits)) {
		*t = old;
		return -ENOMEM;
	}
	t->count = number_anew(&old, below, renumber);
	for (uint64_t i = 0; i < 1ULL << old.bits; i++) {
		cell = old.cells[i];
		if (!cell.key || renumber[cell.id] == UINT32_MAX)
			continue;
		cell.id = renumber[cell.id];
		put(t, &cell);
	}
	big_array_free(old.cells);
	return 0;
}
