/* SPDX-License-Identifier: GPL-2.0-only */
/* The requests that a worker can have in flight. */
#ifndef HF_SLOTS_H
#define HF_SLOTS_H

#include <stdint.h>
#include <linux/hfreplay.h>

#include "kmod/dep.h"

struct lane;

/**
 * struct slot - a request
 * @next: in the list of those that are free, or have come back
 * @lane: where it goes
 * @req: what it is
 * @rec: its completion record
 * @index: of the record, loops included
 * @due: clock
 * @completed: clock
 * @tags: requests of the block layer that it is
 * @result: bytes, or -errno; of a flush and the like 0
 * @data: what a write writes, or where a read goes
 * @own: memory of its own, or NULL
 * @changes: of a verified read: changes of its target before it
 * @done: what dependencies want to know of it
 */
struct slot {
	struct slot *next;
	struct lane *lane;
	const struct hfr_trace_rec *req;
	struct hfr_completion_rec *rec;
	uint64_t index;
	uint64_t due;
	uint64_t completed;
	uint32_t tags;
	int32_t result;
	void *data;
	void *own;
	uint32_t changes;
	struct hfr_dep_done done;
};

/**
 * struct slots - those of a worker
 * @all: @count of them; owned
 * @count: number
 * @free: list
 */
struct slots {
	struct slot *all;
	uint32_t count;
	struct slot *free;
};

/**
 * slots_init - makes them
 * @s: filled
 * @count: how many
 * @own: memory, @stride bytes for each, or NULL
 * @stride: see @own
 *
 * Return: 0 or -ENOMEM.
 */
int slots_init(struct slots *s, uint32_t count, char *own, uint64_t stride);
void slots_free(struct slots *s);

static inline struct slot *slots_get(struct slots *s)
{
	struct slot *slot = s->free;

	if (slot)
		s->free = slot->next;
	return slot;
}

static inline void slots_put(struct slots *s, struct slot *slot)
{
	slot->next = s->free;
	s->free = slot;
}

#endif /* HF_SLOTS_H */
