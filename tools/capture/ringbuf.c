// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page begins with a stamp (u64), the number of data bytes with flags
 * (long), then events. An event begins with a word: 5 bits of type or length,
 * 27 bits of time since the event before.
 */
#include <errno.h>
#include <string.h>

#include "ringbuf.h"

#define PAGE_HEADER	(sizeof(uint64_t) + sizeof(long))
#define COMMIT_MASK	((1UL << 27) - 1)
#define MISSED_EVENTS	(1UL << 31)
#define MISSED_STORED	(1UL << 30)

#define TYPE_BITS	5
#define TYPE_MASK	((1U << TYPE_BITS) - 1)
#define DELTA_BITS	27
#define TYPE_LONG	0
#define TYPE_PADDING	29
#define TYPE_EXTEND	30
#define TYPE_STAMP	31
/* What an absolute stamp has no room for comes from the page's. */
#define STAMP_HIGH	(~UINT64_C(0) << 59)

static uint32_t word_at(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/**
 * struct record - an event or what else stands in a page
 * @type: the low bits of its first word
 * @data: what it holds
 * @len: bytes of @data
 * @size: bytes to the next record, 0: there is none
 */
struct record {
	unsigned int type;
	const uint8_t *data;
	size_t len;
	size_t size;
};

/* @left is at least 8. */
static struct record record_at(const uint8_t *p)
{
	uint32_t word = word_at(p), next = word_at(p + 4);
	struct record r = { .type = word & TYPE_MASK };

	switch (r.type) {
	case TYPE_PADDING:
		r.size = word >> TYPE_BITS ? (size_t)next + 4 : 0;
		break;
	case TYPE_EXTEND:
	case TYPE_STAMP:
		r.size = 8;
		break;
	case TYPE_LONG:
		r.data = p + 8;
		r.len = next >= 4 ? next - 4 : 0;
		r.size = (size_t)next + 4;
		break;
	default:
		r.data = p + 4;
		r.len = r.type * 4;
		r.size = r.len + 4;
		break;
	}
	return r;
}

static uint64_t advance(uint64_t time, uint64_t page_time, const uint8_t *p)
{
	uint64_t delta = word_at(p) >> TYPE_BITS;
	uint64_t high = (uint64_t)word_at(p + 4) << DELTA_BITS;

	switch (word_at(p) & TYPE_MASK) {
	case TYPE_EXTEND:
		return time + high + delta;
	case TYPE_STAMP:
		return (high + delta) | (page_time & STAMP_HIGH);
	default:
		return time + delta;
	}
}

static int events(const uint8_t *p, size_t left, uint64_t page_time,
		  ringbuf_event_fn event, void *ctx, struct hf_error *err)
{
	uint64_t time = page_time;

	while (left >= 8) {
		struct record r = record_at(p);
		int ret;

		if (!r.size)
			return 0;
		if (r.size > left)
			return hf_fail(err, EBADMSG,
				       "the kernel's trace buffer holds an event that ends beyond its page");
		time = advance(time, page_time, p);
		if (r.data) {
			ret = event(ctx, time, r.data, r.len, err);
			if (ret)
				return ret;
		}
		p += r.size;
		left -= r.size;
	}
	return 0;
}

/* The number stands behind the data, if the kernel had room for it. */
static uint64_t missed(const uint8_t *page, size_t size, unsigned long commit)
{
	size_t end = PAGE_HEADER + (commit & COMMIT_MASK);
	unsigned long n;

	if (!(commit & MISSED_EVENTS))
		return 0;
	if (!(commit & MISSED_STORED) || end + sizeof(n) > size)
		return 1;
	memcpy(&n, page + end, sizeof(n));
	return n ? n : 1;
}

int ringbuf_page(const uint8_t *page, size_t size, ringbuf_event_fn event,
		 void *ctx, uint64_t *lost, struct hf_error *err)
{
	unsigned long commit;
	uint64_t time;
	size_t len;

	if (size < PAGE_HEADER)
		return hf_fail(err, EBADMSG,
			       "the kernel gave %zu bytes of its trace buffer: not a page",
			       size);
	memcpy(&time, page, sizeof(time));
	memcpy(&commit, page + sizeof(time), sizeof(commit));
	len = commit & COMMIT_MASK;
	if (len > size - PAGE_HEADER)
		return hf_fail(err, EBADMSG,
			       "the kernel gave a page of %zu bytes of its trace buffer that claims %zu",
			       size, len);
	*lost += missed(page, size, commit);
	return events(page + PAGE_HEADER, len, time, event, ctx, err);
}
