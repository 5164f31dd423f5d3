// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "hashing.h"
#include "places.h"

static struct places_word *slot(const struct places *p, uint64_t key)
{
	size_t i = hash_mix(key) & (p->size - 1);

	while (p->slots[i].key && p->slots[i].key != key)
		i = (i + 1) & (p->size - 1);
	return &p->slots[i];
}

static int grow(struct places *p)
{
	struct places old = *p;
	size_t i;

	p->size = old.size ? old.size * 2 : 1024;
	p->slots = calloc(p->size, sizeof(*p->slots));
	if (!p->slots) {
		*p = old;
		return -ENOMEM;
	}
	for (i = 0; i < old.size; i++)
		if (old.slots[i].key)
			*slot(p, old.slots[i].key) = old.slots[i];
	free(old.slots);
	return 0;
}

static int add_bits(struct places *p, uint64_t word, uint64_t bits)
{
	struct places_word *w;

	if (p->words * 4 >= p->size * 3 && grow(p))
		return -ENOMEM;
	w = slot(p, word + 1);
	p->words += !w->key;
	w->key = word + 1;
	w->bits |= bits;
	return 0;
}

int places_add(struct places *p, uint64_t offset, uint64_t length)
{
	uint64_t first = offset / p->granule;
	uint64_t last = (offset + length - !!length) / p->granule;
	int rc = 0;

	if (offset + length > p->end)
		p->end = offset + length;
	while (!rc && first <= last) {
		uint64_t word = first / 64, bit = first % 64;
		uint64_t n = last - first + 1;

		if (n > 64 - bit)
			n = 64 - bit;
		rc = add_bits(p, word, (n == 64 ? ~0ULL : (1ULL << n) - 1)
				       << bit);
		first += n;
	}
	return rc;
}

static int by_key(const void *a, const void *b)
{
	const struct places_word *const *x = a, *const *y = b;

	return (*x)->key < (*y)->key ? -1 : (*x)->key > (*y)->key;
}

int places_pack(struct places *p)
{
	struct places_word **order = calloc(p->words + 1, sizeof(*order));
	size_t i, n = 0;

	if (!order)
		return -ENOMEM;
	for (i = 0; i < p->size; i++)
		if (p->slots[i].key)
			order[n++] = &p->slots[i];
	qsort(order, n, sizeof(*order), by_key);
	p->used = 0;
	for (i = 0; i < n; i++) {
		order[i]->rank = p->used;
		p->used += (uint64_t)__builtin_popcountll(order[i]->bits);
	}
	free(order);
	return 0;
}

uint64_t places_find(const struct places *p, uint64_t offset)
{
	uint64_t granule = offset / p->granule;
	const struct places_word *w = slot(p, granule / 64 + 1);
	uint64_t before = w->bits & ((1ULL << granule % 64) - 1);

	return (w->rank + (uint64_t)__builtin_popcountll(before)) *
	       p->granule + offset % p->granule;
}

void places_free(struct places *p)
{
	free(p->slots);
	*p = (struct places){ 0 };
}
