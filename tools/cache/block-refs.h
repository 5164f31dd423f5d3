/* SPDX-License-Identifier: GPL-2.0-only */
/* A trace as a cache sees it: references to blocks, one after the other. */
#ifndef HF_BLOCK_REFS_H
#define HF_BLOCK_REFS_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "hft.h"

/* Ids that may be read behind the last reference: they are 0. */
#define REFS_AHEAD	64
/* Bytes of a block, unless told otherwise. */
#define REFS_BLOCK	4096
/* Fewest blocks that a sample must have: with less, curves are noise. */
#define REFS_LEAST_SAMPLE 4096

/** enum refs_ops - requests that refer to blocks */
enum refs_ops { REFS_READS = 1, REFS_WRITES = 2, REFS_BOTH = 3 };

/**
 * struct refs_opts - what to take from a trace
 * @block: bytes of a block, a power of two
 * @ops: of which requests; appends are writes
 * @rate: share of the blocks to take, chosen by a hash; 1 for all
 * @most: most blocks to take, chosen by a hash; 0 for all
 */
struct refs_opts {
	uint64_t block;
	enum refs_ops ops;
	double rate;
	uint32_t most;
};

/**
 * struct block_refs - the references
 * @ids: dense number of each block referred to, below @distinct; owned
 * @bytes: of each reference, how much of the block its request covers; NULL
 *	when all are whole blocks; owned
 * @ends: a bit of each reference: the last of its request; NULL when all
 *	requests are one block, or in a sample; owned
 * @count: references
 * @distinct: different blocks
 * @block: bytes of a block
 * @requests: that they are from; 0 when they are a sample with requests of
 *	several blocks, of which only parts are known
 * @total_bytes: sum of @bytes
 * @all: references of the trace, those out of the sample included
 * @rate: share of the blocks that is in the sample; 1 without sampling
 */
struct block_refs {
	uint32_t *ids;
	uint32_t *bytes;
	uint64_t *ends;
	uint64_t count;
	uint32_t distinct;
	uint64_t block;
	uint64_t requests, total_bytes;
	uint64_t all;
	double rate;
};

/**
 * block_refs_make - takes the references from a trace
 * @refs: filled; free with block_refs_free(), also after a failure
 * @trace: the trace; blocks of its targets are different blocks
 * @opts: which
 * @err: on failure, a sentence
 *
 * A request refers to each block of which it covers a byte, in ascending
 * order. Takes 4 bytes for each reference, 4 more when requests are not whole
 * blocks, 1/8 when they are several blocks; and, until it returns, 26 to 51
 * bytes for each block.
 *
 * Return: 0 or -errno; -ENODATA when there are no references, -ERANGE when a
 * sample has less than REFS_LEAST_SAMPLE blocks.
 */
int block_refs_make(struct block_refs *refs, const struct hft_file *trace,
		    const struct refs_opts *opts, struct hf_error *err);
void block_refs_free(struct block_refs *refs);

/** block_refs_footprint - different blocks of the trace; estimated in a sample */
uint64_t block_refs_footprint(const struct block_refs *refs);

/** refs_ends - whether a reference is the last of its request */
static inline bool refs_ends(const struct block_refs *refs, uint64_t i)
{
	return !refs->ends || refs->ends[i / 64] >> i % 64 & 1;
}

#endif /* HF_BLOCK_REFS_H */
