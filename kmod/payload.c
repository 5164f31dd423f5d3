// SPDX-License-Identifier: GPL-2.0-only
#include <linux/gfp.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "payload.h"

/* 256 KiB: 256 of them hold the longest request, 64 MiB. */
#define MAX_ORDER_WANTED	6

/* Order of the smallest chunk that holds @max_length, within reason. */
static u32 wanted_order(u32 max_length)
{
	return min_t(u32, get_order(max_t(u32, max_length, PAGE_SIZE)),
		     MAX_ORDER_WANTED);
}

void hfr_pages_free(struct hfr_pages *pages)
{
	u32 i;

	for (i = 0; pages->chunk && i < pages->count; i++)
		if (pages->chunk[i])
			__free_pages(pages->chunk[i], pages->order);
	kfree(pages->chunk);
	memset(pages, 0, sizeof(*pages));
}

static int pages_alloc(struct hfr_pages *pages, u32 count, u32 order)
{
	u32 i;

	pages->count = count;
	pages->order = order;
	pages->size = PAGE_SIZE << order;
	pages->chunk = kcalloc(count, sizeof(*pages->chunk), GFP_KERNEL);
	if (!pages->chunk)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		pages->chunk[i] = alloc_pages(GFP_KERNEL | __GFP_ZERO |
					      __GFP_COMP | __GFP_NOWARN, order);
		if (!pages->chunk[i]) {
			hfr_pages_free(pages);
			return -ENOMEM;
		}
	}
	return 0;
}

static void fill_random(const struct hfr_pages *pages, u64 seed)
{
	struct rnd_state rnd;
	u32 i;

	prandom_seed_state(&rnd, seed);
	for (i = 0; i < pages->count; i++)
		prandom_bytes_state(&rnd, page_address(pages->chunk[i]),
				    pages->size);
}

u32 hfr_payload_vecs(const struct hfr_payload *p)
{
	return max_t(u32, 1, DIV_ROUND_UP(p->max_length,
					  p->pool.size));
}

u64 hfr_payload_bytes(u32 max_length)
{
	return (u64)(HFR_POOL_CHUNKS + 1) * PAGE_SIZE <<
		wanted_order(max_length);
}

u64 hfr_payload_sink_bytes(u32 max_length)
{
	u64 chunk = PAGE_SIZE << wanted_order(max_length);

	return roundup(max_t(u64, max_length, 1), chunk);
}

/* Pool and sink with chunks of one order. */
static int payload_alloc(struct hfr_payload *p, u32 order)
{
	int err = pages_alloc(&p->pool, HFR_POOL_CHUNKS, order);

	if (err)
		return err;
	err = pages_alloc(&p->sink, 1, order);
	if (err)
		hfr_pages_free(&p->pool);
	return err;
}

int hfr_payload_init(struct hfr_payload *p, u32 max_length, bool random,
		     u64 seed)
{
	u32 order = wanted_order(max_length);
	int err;

	p->max_length = max_length;
	/* Smaller chunks are easier to find, as long as 256 of them do. */
	while ((err = payload_alloc(p, order)) && order &&
	       max_length <= (u64)BIO_MAX_VECS * PAGE_SIZE << (order - 1))
		order--;
	if (!err && random)
		fill_random(&p->pool, seed);
	return err;
}

void hfr_payload_free(struct hfr_payload *p)
{
	hfr_pages_free(&p->pool);
	hfr_pages_free(&p->sink);
}

int hfr_pages_alloc_sink(struct hfr_pages *pages, const struct hfr_payload *p)
{
	return pages_alloc(pages, hfr_payload_vecs(p), p->pool.order);
}

void hfr_payload_add(struct bio *bio, const struct hfr_pages *pages,
		     u32 length, u32 salt)
{
	u32 size = pages->size;
	/* 4 KiB steps suit the DMA alignment of every device. */
	u32 start = salt & (size - 1) & ~4095U;
	u32 i = salt >> (32 - ilog2(HFR_POOL_CHUNKS));

	if (length > size - start)
		start = 0;
	while (length > size) {
		__bio_add_page(bio, pages->chunk[i], size, 0);
		length -= size;
		i = i + 1 == pages->count ? 0 : i + 1;
	}
	__bio_add_page(bio, pages->chunk[i], length, start);
}
