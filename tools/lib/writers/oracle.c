// SPDX-License-Identifier: GPL-2.0-only
/*
 * oracleGeneral of libCacheSim: packed little-endian records of 24 bytes, u32
 * time in s, u64 object, u32 size in bytes, i64 which request is the next for
 * the same object (the first of the trace is 1; -1 for none). The object is the
 * first block of a request, in 512 bytes, as libCacheSim has it for vscsi.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "writer.h"

#define S		UINT64_C(1000000000)
#define SECTOR		512
#define RECORD_SIZE	24

/* A request that is written: its object, and its place among them. */
struct access {
	uint64_t object;
	uint64_t place;
};

/**
 * struct oracle_state - a trace that is being written
 * @next: for each request, the one after it that has the same object, or -1;
 *	owned
 * @place: of the request that is written next
 */
struct oracle_state {
	int64_t *next;
	uint64_t place;
};

static int by_object(const void *a, const void *b)
{
	const struct access *x = a, *y = b;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static uint64_t list_accesses(const struct export *ex, struct access *list)
{
	uint64_t i, n = 0;

	for (i = 0; i < ex->trace->count; i++) {
		struct hfr_trace_rec rec = ex->trace->recs[i];

		if (projection_apply(&ex->holds, &rec))
			continue;
		list[n].object = rec.offset / SECTOR;
		list[n].place = n;
		n++;
	}
	return n;
}

/* Accesses of an object stand beside each other once they are sorted. */
static void link_accesses(struct access *list, uint64_t n, int64_t *next)
{
	uint64_t i;

	qsort(list, n, sizeof(*list), by_object);
	for (i = 0; i < n; i++) {
		next[list[i].place] = -1;
		if (i + 1 < n && list[i + 1].object == list[i].object)
			next[list[i].place] = (int64_t)list[i + 1].place + 1;
	}
}

static int oracle_begin(struct export *ex, struct hf_error *err)
{
	struct oracle_state *st = ex->state;
	uint64_t n = ex->sum->sum.written;
	struct access *list = calloc(n + 1, sizeof(*list));

	st->next = calloc(n + 1, sizeof(*st->next));
	if (!list || !st->next) {
		free(list);
		return hf_fail(err, ENOMEM,
			       "no memory to find the next access of each object (24 bytes a request); take a part of the trace");
	}
	link_accesses(list, list_accesses(ex, list), st->next);
	free(list);
	return 0;
}

static int oracle_request(struct export *ex, const struct hfr_trace_rec *rec,
			  struct hf_error *err)
{
	struct oracle_state *st = ex->state;
	uint32_t time = htole32((uint32_t)(rec->issue_ns / S));
	uint64_t object = htole64(rec->offset / SECTOR);
	uint32_t size = htole32(rec->length);
	uint64_t next = htole64((uint64_t)st->next[st->place++]);
	uint8_t bytes[RECORD_SIZE];

	memcpy(bytes, &time, 4);
	memcpy(bytes + 4, &object, 8);
	memcpy(bytes + 12, &size, 4);
	memcpy(bytes + 16, &next, 8);
	return outstream_write(ex->out, bytes, sizeof(bytes), err);
}

static void oracle_free(struct export *ex)
{
	struct oracle_state *st = ex->state;

	free(st->next);
}

const struct writer writer_oracle = {
	.name = "oraclegeneral",
	.from = "oraclegeneral",
	.about = "oracleGeneral of libCacheSim, 24 bytes a record",
	.remark = "An object is the first block of a request, in 512 bytes.",
	.suffixes = ".oracleGeneral .oracleGeneral.bin",
	.holds = {
		.ops = HOLDS_READ_WRITE,
		.holds = OP_UNTOLD,
		.time_ns = S,
		.unit = SECTOR,
		.devices = 1,
	},
	.state_size = sizeof(struct oracle_state),
	.begin = oracle_begin,
	.request = oracle_request,
	.free = oracle_free,
};
