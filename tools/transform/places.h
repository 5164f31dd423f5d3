/* SPDX-License-Identifier: GPL-2.0-only */
/* Which granules of a device are used, and how they lie without gaps. */
#ifndef HF_PLACES_H
#define HF_PLACES_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct places_word - 64 granules side by side
 * @key: number of the word plus 1; 0 is an empty slot
 * @bits: which of them are used
 * @rank: used granules before the word, after places_pack()
 */
struct places_word {
	uint64_t key;
	uint64_t bits;
	uint64_t rank;
};

/**
 * struct places - used granules
 * @granule: bytes
 * @slots: hash table of words, @size entries, a power of two; owned
 * @size: entries
 * @words: entries used
 * @used: granules used, after places_pack()
 * @end: highest byte used, plus 1
 *
 * 24 bytes and the slack of a hash table per 64 granules with one used.
 */
struct places {
	uint64_t granule;
	struct places_word *slots;
	size_t size, words;
	uint64_t used;
	uint64_t end;
};

/** places_add - the granules of a range are used; 0 or -ENOMEM */
int places_add(struct places *p, uint64_t offset, uint64_t length);

/** places_pack - all are known; 0 or -ENOMEM */
int places_pack(struct places *p);

/**
 * places_find - where an address is when unused granules are left out
 * @p: packed
 * @offset: in a granule that was added
 *
 * Return: the address; neighbours stay neighbours.
 */
uint64_t places_find(const struct places *p, uint64_t offset);

void places_free(struct places *p);

#endif /* HF_PLACES_H */
