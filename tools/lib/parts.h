/* SPDX-License-Identifier: GPL-2.0-only */
/* Sectors in flight, found by where they start. */
#ifndef HF_PARTS_H
#define HF_PARTS_H

#include <stdbool.h>
#include <stdint.h>

/* A circular list with a head. */
struct link {
	struct link *prev, *next;
};

static inline void link_init(struct link *head)
{
	head->prev = head;
	head->next = head;
}

static inline bool link_empty(const struct link *head)
{
	return head->next == head;
}

static inline void link_del(struct link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
}

static inline void link_add_tail(struct link *head, struct link *l)
{
	l->prev = head->prev;
	l->next = head;
	head->prev->next = l;
	head->prev = l;
}

/**
 * struct part - a run of sectors that has not been completed
 * @link: in parts.all, oldest first; the first member
 * @chain: next in the bucket, newest first
 * @owner: whose they are
 * @sector: the first
 * @sectors: how many; 0 for a flush
 * @target: index of the device
 * @op: enum hfr_op
 */
struct part {
	struct link link;
	struct part *chain;
	void *owner;
	uint64_t sector;
	uint32_t sectors;
	uint16_t target;
	uint8_t op;
};

#define PARTS_BUCKETS	65536

/**
 * struct parts - all parts that are in flight
 * @all: the parts, oldest first
 * @spare: parts that were removed, to be used again; their @chain links them
 * @buckets: by target and first sector
 */
struct parts {
	struct link all;
	struct part *spare;
	struct part *buckets[PARTS_BUCKETS];
};

void parts_init(struct parts *p);

/** parts_free - frees all that parts_add() gave */
void parts_free(struct parts *p);

/**
 * parts_add - adds a part
 * @p: the parts
 * @like: what it is, but for its links; copied
 *
 * Return: the part, or NULL without memory.
 */
struct part *parts_add(struct parts *p, const struct part *like);
void parts_remove(struct parts *p, struct part *part);

/** parts_advance - takes @n sectors off the front; fewer than it has */
void parts_advance(struct parts *p, struct part *part, uint32_t n);

/**
 * parts_find - the part that starts at a sector
 * @p: the parts
 * @key: target, op and sector; a part of the same length is preferred
 * @newest: of several that fit equally well, the newest; else the oldest
 *
 * Return: the part or NULL.
 */
struct part *parts_find(struct parts *p, const struct part *key, bool newest);

/**
 * parts_overlap - the part with the lowest sector that overlaps a range
 * @p: the parts
 * @key: target, op, sector and sectors
 *
 * Looks at a bounded number of parts, the newest first.
 *
 * Return: the part or NULL.
 */
struct part *parts_overlap(struct parts *p, const struct part *key);

#endif /* HF_PARTS_H */
