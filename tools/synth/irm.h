/* SPDX-License-Identifier: GPL-2.0-only */
/* How often items are used, each use independent of the others. */
#ifndef HF_IRM_H
#define HF_IRM_H

#include <stdbool.h>

#include "alias.h"

/* More classes than this have no weights of 2^-32 of the whole any more. */
#define IRM_MOST_CLASSES	(1U << 30)

/**
 * struct irm_class - items side by side that are used equally often
 * @first: the first of them
 * @items: how many
 */
struct irm_class {
	uint64_t first, items;
};

/**
 * struct irm - a distribution over items
 * @which: chooses a class
 * @classes: the classes; owned; NULL if each item is one
 * @items: items, counted from 0
 * @in_turn: no distribution: items in their order, again and again
 * @turn: the item whose turn it is
 */
struct irm {
	struct alias which;
	struct irm_class *classes;
	uint64_t items;
	bool in_turn;
	uint64_t turn;
};

/**
 * irm_make - makes a distribution from a description
 * @irm: filled; free with irm_free()
 * @text: what --irm takes, see generation.rst
 * @items: items; classes are of items / classes each, the rest spread evenly
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int irm_make(struct irm *irm, const char *text, uint64_t items,
	     struct hf_error *err);
void irm_free(struct irm *irm);

/** irm_draw - an item */
static inline uint64_t irm_draw(struct irm *irm, struct draw *d)
{
	uint64_t i;

	if (irm->in_turn) {
		i = irm->turn++;
		if (irm->turn == irm->items)
			irm->turn = 0;
		return i;
	}
	i = alias_draw(&irm->which, d);
	if (!irm->classes)
		return i;
	return irm->classes[i].first + draw_below(d, irm->classes[i].items);
}

#endif /* HF_IRM_H */
