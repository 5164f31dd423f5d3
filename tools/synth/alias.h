/* SPDX-License-Identifier: GPL-2.0-only */
/* A choice among many by weight, in constant time. */
#ifndef HF_ALIAS_H
#define HF_ALIAS_H

#include <stdint.h>

#include "draw.h"
#include "error.h"

/* The weights of a table sum up to less than this. */
#define ALIAS_MOST	(1ULL << 63)

/**
 * struct alias_slot - a choice that shares its slot with another
 * @keep: it is taken when 64 random bits are below this
 * @other: else this is
 */
struct alias_slot {
	uint64_t keep;
	uint32_t other;
};

/**
 * struct alias - a table of choices
 * @slots: one for each; owned
 * @n: how many
 */
struct alias {
	struct alias_slot *slots;
	uint32_t n;
};

/**
 * alias_build - makes a table
 * @a: filled; free with alias_free()
 * @weights: of each choice; their sum is above 0 and below ALIAS_MOST
 * @n: choices
 * @err: on failure, a sentence
 *
 * The method is Walker's with the construction of Vose, "A Linear Algorithm
 * for Generating Random Numbers with a Given Distribution", IEEE TSE 17(9),
 * 1991, in integers: probabilities are exact to 2^-64 of a slot.
 *
 * Return: 0 or -errno.
 */
int alias_build(struct alias *a, const uint64_t *weights, uint32_t n,
		struct hf_error *err);
void alias_free(struct alias *a);

/** alias_draw - one of the choices */
static inline uint32_t alias_draw(const struct alias *a, struct draw *d)
{
	unsigned __int128 x = (unsigned __int128)draw_next(d) * a->n;
	uint32_t i = (uint32_t)(x >> 64);
	const struct alias_slot *slot = &a->slots[i];

	/* Without a branch, which nobody could foretell. */
	return slot->other ^
	       ((slot->other ^ i) & -(uint32_t)((uint64_t)x < slot->keep));
}

#endif /* HF_ALIAS_H */
