/* SPDX-License-Identifier: GPL-2.0-only */
/* Where items are, and how long: an item is what a request reads or writes. */
#ifndef HF_EXTENTS_H
#define HF_EXTENTS_H

#include "alias.h"

#define SIZES_MOST	4096U

/**
 * struct sizes - lengths of items
 * @which: chooses one
 * @list: bytes, multiples of 512; owned
 * @n: how many
 * @longest: the longest of them
 * @shortest: the shortest
 */
struct sizes {
	struct alias which;
	uint32_t *list;
	uint32_t n;
	uint32_t longest, shortest;
};

/**
 * sizes_parse - reads lengths with weights
 * @s: filled; free with sizes_free()
 * @text: SIZE[=WEIGHT],.. or file=FILE with a size and a weight in each line
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int sizes_parse(struct sizes *s, const char *text, struct hf_error *err);
void sizes_free(struct sizes *s);

/** sizes_draw - a length, bytes */
static inline uint32_t sizes_draw(const struct sizes *s, struct draw *d)
{
	return s->n == 1 ? s->list[0] : s->list[alias_draw(&s->which, d)];
}

/**
 * struct extents - items side by side
 * @starts: where each begins, and where the last ends, bytes; NULL if all are
 *	of one length; owned
 * @length: the one length
 * @items: how many
 * @bytes: all together
 *
 * An item has one length for ever. What a cache of blocks sees is then what it
 * would see of blocks that are used by themselves, with distances and sizes
 * longer by the mean length of an item.
 */
struct extents {
	uint64_t *starts;
	uint32_t length;
	uint64_t items;
	uint64_t bytes;
};

/**
 * extents_make - lays out items
 * @e: filled; free with extents_free()
 * @s: their lengths, drawn for each
 * @items: how many, or 0
 * @bytes: if @items is 0, as many as fit in it
 * @d: draws
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int extents_make(struct extents *e, const struct sizes *s, uint64_t items,
		 uint64_t bytes, struct draw *d, struct hf_error *err);
void extents_free(struct extents *e);

/** extents_place - where item @i is; returns its length */
static inline uint32_t extents_place(const struct extents *e, uint64_t i,
				     uint64_t *offset)
{
	if (!e->starts) {
		*offset = i * e->length;
		return e->length;
	}
	*offset = e->starts[i];
	return (uint32_t)(e->starts[i + 1] - e->starts[i]);
}

#endif /* HF_EXTENTS_H */
