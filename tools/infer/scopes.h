/* SPDX-License-Identifier: GPL-2.0-only */
/* The scopes of a trace: which requests can depend on each other. */
#ifndef HF_SCOPES_H
#define HF_SCOPES_H

#include <stdint.h>
#include <linux/hfreplay.h>

#include "sweep.h"

/**
 * struct scope - the requests that can depend on each other
 * @sweep: their completions
 * @issued: their number so far
 * @span: most of them from the first parent of one to that one, both counted
 * @width: most of them of which none waits for another
 * @slip_ns: of what the first waited for, on a device that takes no time
 * @ready_ns: the first waited until then, on such a device
 */
struct scope {
	struct sweep sweep;
	uint64_t issued;
	uint64_t span;
	uint64_t width;
	int64_t slip_ns;
	uint64_t ready_ns;
};

/**
 * struct scopes - all of them
 * @kind: enum hfr_dep_scope
 * @all: by number; owned
 * @count: number of them
 * @room: entries of @all
 * @slots: hash table of @nslots (a power of two) numbers plus 1, by stream
 * @streams: the stream of each scope; owned
 * @nslots: entries of @slots
 */
struct scopes {
	uint32_t kind;
	struct scope *all;
	uint32_t count, room;
	uint32_t *slots;
	uint32_t *streams;
	uint32_t nslots;
};

/**
 * scopes_start - begins
 * @sc: filled; free with scopes_free(), also after a failure
 * @kind: enum hfr_dep_scope
 * @devices: targets of the trace
 *
 * Return: 0 or -ENOMEM.
 */
int scopes_start(struct scopes *sc, uint32_t kind, uint32_t devices);

/**
 * scopes_find - number of the scope of a request
 * @sc: the scopes; grows with each stream that is new
 * @rec: the request
 *
 * Return: the number, -ENOMEM, or -E2BIG with more than HFR_MAX_SCOPES.
 */
int64_t scopes_find(struct scopes *sc, const struct hfr_trace_rec *rec);
void scopes_free(struct scopes *sc);

#endif /* HF_SCOPES_H */
