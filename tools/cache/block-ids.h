/* SPDX-License-Identifier: GPL-2.0-only */
/* Dense numbers for blocks: 0, 1, 2, … as they first occur. */
#ifndef HF_BLOCK_IDS_H
#define HF_BLOCK_IDS_H

#include <stdint.h>

/* Blocks that fit: 31 bits, so that slots and links of them fit 32. */
#define BLOCK_IDS_MOST	0x7f000000U

/**
 * struct block_id_cell - a block in the table
 * @key: number of the block + 1; 0 in an empty cell
 * @id: its dense number
 */
struct block_id_cell {
	uint64_t key;
	uint32_t id;
};

/**
 * struct block_ids - hash table from blocks to ids, open addressing
 * @cells: 2^@bits of them; owned
 * @bits: see @cells
 * @count: blocks in it
 */
struct block_ids {
	struct block_id_cell *cells;
	unsigned int bits;
	uint32_t count;
};

/** block_ids_init - an empty table; 0 or -ENOMEM */
int block_ids_init(struct block_ids *t);
void block_ids_free(struct block_ids *t);

/**
 * block_hash - hash of a block's number; each number has one of its own
 * @block: the number
 *
 * The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
 */
static inline uint64_t block_hash(uint64_t block)
{
	uint64_t h = block + 0x9e3779b97f4a7c15ULL;

	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9ULL;
	h = (h ^ h >> 27) * 0x94d049bb133111ebULL;
	return h ^ h >> 31;
}

/* The high bits of the hash decide what is in a sample: places are low bits. */
static inline uint64_t block_ids_place(const struct block_ids *t,
				       uint64_t hash)
{
	return hash & ((1ULL << t->bits) - 1);
}

/** block_ids_prefetch - brings the cell of a block near */
static inline __attribute__((always_inline)) void
block_ids_prefetch(const struct block_ids *t, uint64_t hash)
{
	__builtin_prefetch(&t->cells[block_ids_place(t, hash)], 1);
}

/**
 * block_ids_get - finds the id of a block, gives it the next if it has none
 * @t: the table
 * @block: number of the block
 * @hash: block_hash() of it
 * @id: gets the id
 *
 * Return: 0, -ENOMEM, or -EFBIG when there are BLOCK_IDS_MOST blocks.
 */
int block_ids_get(struct block_ids *t, uint64_t block, uint64_t hash,
		  uint32_t *id);

/**
 * block_ids_keep - drops blocks and gives the others new ids
 * @t: the table
 * @below: blocks with a smaller hash stay
 * @renumber: room for t->count entries; gets the new id of each old one, or
 *	UINT32_MAX; the order of the ids stays
 *
 * Return: 0 or -ENOMEM, the table unchanged.
 */
int block_ids_keep(struct block_ids *t, uint64_t below, uint32_t *renumber);

#endif /* HF_BLOCK_IDS_H */
