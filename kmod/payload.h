/* SPDX-License-Identifier: GPL-2.0-only */
/* The pages that writes take their data from and reads land in. */
#ifndef HFR_PAYLOAD_H
#define HFR_PAYLOAD_H

#include <linux/bio.h>
#include <linux/mm.h>
#include <linux/types.h>

/* Chunks of the pool of a session; a power of two. */
#define HFR_POOL_CHUNKS	16

/**
 * struct hfr_pages - chunks of contiguous pages, equal in size
 * @chunk: head pages
 * @count: number of chunks
 * @order: pages of a chunk, as a power of two
 * @size: bytes of a chunk
 */
struct hfr_pages {
	struct page **chunk;
	u32 count;
	u32 order;
	u32 size;
};

/**
 * struct hfr_payload - data of a session
 * @pool: what writes write; never changes after hfr_payload_init()
 * @sink: one chunk that all reads of ordinary targets land in
 * @max_length: longest request, bytes
 * @own_pages: each slot has pages of its own, which its writes write
 */
struct hfr_payload {
	struct hfr_pages pool;
	struct hfr_pages sink;
	u32 max_length;
	bool own_pages;
};

/**
 * hfr_payload_init - makes the pages of a session
 * @p: filled
 * @max_length: longest read or write, bytes
 * @random: random data from @seed, else zeroes
 * @seed: seed of the data
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_payload_init(struct hfr_payload *p, u32 max_length, bool random,
		     u64 seed);
void hfr_payload_free(struct hfr_payload *p);

/** hfr_payload_bytes - memory that hfr_payload_init() takes at most */
u64 hfr_payload_bytes(u32 max_length);

/** hfr_payload_sink_bytes - memory of hfr_pages_alloc_sink() at most */
u64 hfr_payload_sink_bytes(u32 max_length);

/** hfr_payload_vecs - entries of a bio_vec table for the longest request */
u32 hfr_payload_vecs(const struct hfr_payload *p);

/**
 * hfr_pages_alloc_sink - chunks for the longest request
 * @pages: filled
 * @p: payload of the session
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int hfr_pages_alloc_sink(struct hfr_pages *pages, const struct hfr_payload *p);
void hfr_pages_free(struct hfr_pages *pages);

/** hfr_pages_at - byte @offset of pages that a request fills from the start */
static inline void *hfr_pages_at(const struct hfr_pages *pages, u32 offset)
{
	return page_address(pages->chunk[offset / pages->size]) +
		offset % pages->size;
}

/**
 * hfr_payload_add - puts data pages into a bio
 * @bio: freshly reset
 * @pages: pool or sink
 * @length: bytes, at most max_length
 * @salt: chooses the place in the pool; 0 for a sink
 */
void hfr_payload_add(struct bio *bio, const struct hfr_pages *pages,
		     u32 length, u32 salt);

/** hfr_payload_add_sink - the same for a sink */
static __always_inline void hfr_payload_add_sink(struct bio *bio,
						 const struct hfr_pages *pages,
						 u32 length)
{
	if (unlikely(length > pages->size)) {
		hfr_payload_add(bio, pages, length, 0);
		return;
	}
	bio->bi_io_vec->bv_page = pages->chunk[0];
	bio->bi_io_vec->bv_len = length;
	bio->bi_io_vec->bv_offset = 0;
	bio->bi_iter.bi_size = length;
	bio->bi_vcnt = 1;
}

#endif /* HFR_PAYLOAD_H */
