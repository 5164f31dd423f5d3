// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "parts.h"

/* Parts looked at where a lookup by first sector does not help. */
#define MAX_SCAN	4096

static struct part **bucket(struct parts *p, uint16_t target, uint64_t sector)
{
	uint64_t h = (sector ^ ((uint64_t)target << 48)) *
		     UINT64_C(0x9e3779b97f4a7c15);

	return &p->buckets[h >> 48];
}

static void hash(struct parts *p, struct part *part)
{
	struct part **b = bucket(p, part->target, part->sector);

	part->chain = *b;
	*b = part;
}

static void unhash(struct parts *p, struct part *part)
{
	struct part **b = bucket(p, part->target, part->sector);

	while (*b != part)
		b = &(*b)->chain;
	*b = part->chain;
}

void parts_init(struct parts *p)
{
	link_init(&p->all);
}

void parts_free(struct parts *p)
{
	struct part *part;

	while (!link_empty(&p->all))
		parts_remove(p, (struct part *)p->all.next);
	while ((part = p->spare)) {
		p->spare = part->chain;
		free(part);
	}
}

static struct part *part_new(struct parts *p)
{
	struct part *part = p->spare;

	if (!part)
		return malloc(sizeof(*part));
	p->spare = part->chain;
	return part;
}

struct part *parts_add(struct parts *p, const struct part *like)
{
	struct part *part = part_new(p);

	if (!part)
		return NULL;
	*part = *like;
	hash(p, part);
	link_add_tail(&p->all, &part->link);
	return part;
}

void parts_remove(struct parts *p, struct part *part)
{
	unhash(p, part);
	link_del(&part->link);
	part->chain = p->spare;
	p->spare = part;
}

void parts_advance(struct parts *p, struct part *part, uint32_t n)
{
	unhash(p, part);
	part->sector += n;
	part->sectors -= n;
	hash(p, part);
}

struct part *parts_find(struct parts *p, const struct part *key, bool newest)
{
	struct part *part, *found = NULL, *exact = NULL;

	for (part = *bucket(p, key->target, key->sector); part;
	     part = part->chain) {
		if (part->sector != key->sector ||
		    part->target != key->target || part->op != key->op)
			continue;
		if (!found || !newest)
			found = part;
		if (part->sectors == key->sectors && (!exact || !newest))
			exact = part;
	}
	return exact ? exact : found;
}

static bool overlaps(const struct part *a, const struct part *b)
{
	return a->target == b->target && a->op == b->op &&
	       a->sector < b->sector + b->sectors &&
	       b->sector < a->sector + a->sectors;
}

struct part *parts_overlap(struct parts *p, const struct part *key)
{
	struct part *found = NULL;
	unsigned int n = 0;
	struct link *l;

	for (l = p->all.prev; l != &p->all && n < MAX_SCAN; l = l->prev, n++) {
		struct part *part = (struct part *)l;

		if (overlaps(part, key) &&
		    (!found || part->sector < found->sector))
			found = part;
	}
	return found;
}
