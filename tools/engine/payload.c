// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "payload.h"

/* Places in the pool where the data of a write can begin, bytes. */
#define POOL_RANGE	(1U << 20)

/* The finalizer of splitmix64. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

static void fill_random(char *at, uint64_t bytes, uint64_t seed)
{
	uint64_t word, i;

	for (i = 0; i < bytes; i += sizeof(word)) {
		seed += 0x9e3779b97f4a7c15ULL;
		word = mix(seed);
		memcpy(at + i, &word, sizeof(word));
	}
}

/* Zeroed, which also brings the pages in before anything is timed. */
char *payload_alloc(uint64_t bytes)
{
	void *at;

	if (posix_memalign(&at, PAYLOAD_ALIGN, bytes))
		return NULL;
	memset(at, 0, bytes);
	return at;
}

int payload_init(struct payload *p, uint32_t max_length, bool random,
		 uint64_t seed)
{
	uint64_t length = max_length ? max_length : 1;

	p->stride = (length + PAYLOAD_ALIGN - 1) / PAYLOAD_ALIGN *
		    PAYLOAD_ALIGN;
	p->pool_size = POOL_RANGE + p->stride;
	p->pool = payload_alloc(p->pool_size);
	p->sink = payload_alloc(p->stride);
	if (!p->pool || !p->sink) {
		payload_free(p);
		return -ENOMEM;
	}
	if (random)
		fill_random(p->pool, p->pool_size, seed);
	return 0;
}

void payload_free(struct payload *p)
{
	free(p->pool);
	free(p->sink);
	*p = (struct payload){ .pool = NULL };
}

void *payload_at(const struct payload *p, const struct hfr_trace_rec *rec)
{
	uint64_t salt = mix(rec->offset ^ rec->issue_ns);

	return p->pool + salt % (POOL_RANGE / PAYLOAD_ALIGN) * PAYLOAD_ALIGN;
}
