/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of each block that a trace touches, in at most 24 bytes for
 * each of them.
 *
 * The cells lie in one array in the order of the blocks' hashes, with gaps:
 * linear probing where the place of a hash grows with the hash. So the array
 * can be spread over more memory in its own place, and the blocks of a spatial
 * sample, those with small hashes, are its beginning.
 */
#ifndef HF_BLOCKMAP_H
#define HF_BLOCKMAP_H

#include <stddef.h>
#include <stdint.h>

/* Numbers of blocks and their hashes have so many bits. */
#define BLOCKMAP_BITS	48
/* Times in cells have so many bits. */
#define BLOCKMAP_TICK_BITS 39

/**
 * struct block_cell - a block
 * @w: 0: low half of the hash; 1: its high 16 bits, then 8 high bits each of
 *	access and write; 2: access; 3: write; 4: reads << 16 | writes, 0 in an
 *	empty cell
 *
 * Access is the time of the latest access << 1 | whether it was a write; write
 * the time of the latest write plus 1, 0 if there was none.
 */
struct block_cell {
	uint32_t w[5];
};

/**
 * struct block_extra - reads and writes of a block that its cell has no room
 *	for
 * @hash: of the block
 * @reads: to be added
 * @writes: to be added
 */
struct block_extra {
	uint64_t hash;
	uint64_t reads;
	uint64_t writes;
};

/**
 * struct blockmap - all blocks
 * @cells: @room of them
 * @reserve: address space that they lie in, so that they never move; owned
 * @reserved: bytes of it from @cells on
 * @places: hashes are spread over this many; those behind take what overflows
 * @room: cells there are
 * @count: cells in use
 * @halvings: blocks whose hash has this many leading zeros are kept: one in
 *	2^halvings
 * @max_bytes: rather than to take more memory the sample is halved; 0 for no
 *	limit
 * @extra: in the order of the hashes; owned
 * @nextra: entries of @extra
 */
struct blockmap {
	struct block_cell *cells;
	void *reserve;
	uint64_t reserved;
	uint64_t places, room, count;
	unsigned int halvings;
	uint64_t max_bytes;
	struct block_extra *extra;
	size_t nextra;
};

/**
 * blockmap_init - makes an empty map
 * @m: filled; free with blockmap_free(), also after a failure
 * @most: no more blocks than this will come
 * @max_bytes: limit of its memory, or 0
 *
 * Return: 0 or -ENOMEM.
 */
int blockmap_init(struct blockmap *m, uint64_t most, uint64_t max_bytes);
void blockmap_free(struct blockmap *m);

/** blockmap_bytes - memory that it takes */
uint64_t blockmap_bytes(const struct blockmap *m);

/** blockmap_hash - hash of a block's number; each number has one of its own */
static inline uint64_t blockmap_hash(uint64_t block)
{
	const uint64_t mask = (1ULL << BLOCKMAP_BITS) - 1;
	uint64_t h = block;

	/* Shifts by half of the bits and odd factors can be undone. */
	h = (h ^ h >> 24) * 0xff51afd7ed558ccdULL & mask;
	h = (h ^ h >> 24) * 0xc4ceb9fe1a85ec53ULL & mask;
	return h ^ h >> 24;
}

/** blockmap_block - number of the block that has this hash */
uint64_t blockmap_block(uint64_t hash);

/** blockmap_sampled - whether a block is in the sample */
static inline int blockmap_sampled(const struct blockmap *m, uint64_t hash)
{
	return !(hash >> (BLOCKMAP_BITS - m->halvings));
}

static inline uint64_t blockmap_place(const struct blockmap *m, uint64_t hash)
{
	hash <<= 64 - BLOCKMAP_BITS + m->halvings;
	return (uint64_t)((__uint128_t)hash * m->places >> 64);
}

/*
 * gcc takes a function that only prefetches for one without effect, and drops
 * calls of it that are not inlined early.
 */
#define BLOCKMAP_INLINE static inline __attribute__((always_inline))

/** blockmap_prefetch - brings the cell of a block near, if it is in the sample */
BLOCKMAP_INLINE void blockmap_prefetch(const struct blockmap *m, uint64_t hash)
{
	const char *at = (const char *)&m->cells[blockmap_place(m, hash)];

	__builtin_prefetch(at, 1);
	__builtin_prefetch(at + 64, 1);
}

/**
 * blockmap_get - finds the cell of a block, makes it if there is none
 * @m: the map
 * @hash: of the block
 *
 * A new cell has no reads and writes; the caller counts one before the next
 * call.
 *
 * Return: the cell, good until the next call; NULL without memory, or if the
 *	block is no longer in the sample (blockmap_sampled()).
 */
struct block_cell *blockmap_get(struct blockmap *m, uint64_t hash);

/**
 * blockmap_count - counts an access
 * @m: the map
 * @c: the cell
 * @write: 1 for a write, 0 for a read
 *
 * Return: 0 or -ENOMEM.
 */
int blockmap_count(struct blockmap *m, struct block_cell *c, int write);

/** blockmap_totals - all reads and writes of a block */
void blockmap_totals(const struct blockmap *m, const struct block_cell *c,
		     uint64_t *reads, uint64_t *writes);

static inline uint64_t cell_hash(const struct block_cell *c)
{
	return (uint64_t)(c->w[1] >> 16) << 32 | c->w[0];
}

static inline uint64_t cell_access(const struct block_cell *c)
{
	return (uint64_t)(c->w[1] >> 8 & 0xff) << 32 | c->w[2];
}

static inline uint64_t cell_write(const struct block_cell *c)
{
	return (uint64_t)(c->w[1] & 0xff) << 32 | c->w[3];
}

static inline void cell_set_access(struct block_cell *c, uint64_t access)
{
	c->w[1] = (c->w[1] & ~0xff00U) | (uint32_t)(access >> 32) << 8;
	c->w[2] = (uint32_t)access;
}

static inline void cell_set_write(struct block_cell *c, uint64_t write)
{
	c->w[1] = (c->w[1] & ~0xffU) | (uint32_t)(write >> 32);
	c->w[3] = (uint32_t)write;
}

#endif /* HF_BLOCKMAP_H */
