// SPDX-License-Identifier: GPL-2.0-only
#include "hit-count.h"

#include <math.h>
#include <string.h>

void hit_counter_init(struct hit_counter *c, const struct block_refs *of)
{
	memset(c, 0, sizeof(*c));
	c->of = of;
	c->whole = true;
}

static void add_bytes(struct hit_counter *c, const uint8_t *hits, size_t n)
{
	const uint32_t *bytes = c->of->bytes + c->at;
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (uint64_t)bytes[i] * hits[i];
	c->count.bytes += sum;
}

static void add_requests(struct hit_counter *c, const uint8_t *hits, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		c->whole &= hits[i];
		if (!refs_ends(c->of, c->at + i))
			continue;
		c->count.requests += c->whole;
		c->whole = true;
	}
}

void hit_counter_add(struct hit_counter *c, const uint8_t *hits, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += hits[i];
	c->count.refs += sum;
	if (c->of->bytes)
		add_bytes(c, hits, n);
	if (c->of->ends)
		add_requests(c, hits, n);
	c->at += n;
}

void hit_counter_end(struct hit_counter *c)
{
	if (!c->of->bytes)
		c->count.bytes = c->count.refs * c->of->block;
	if (!c->of->requests)
		c->count.requests = HITS_UNKNOWN;
	else if (!c->of->ends)
		c->count.requests = c->count.refs;
}

double hit_ratio(uint64_t hits, uint64_t all)
{
	if (hits == HITS_UNKNOWN || all == HITS_UNKNOWN || !all)
		return NAN;
	return (double)hits / (double)all;
}
