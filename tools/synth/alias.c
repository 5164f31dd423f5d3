// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "alias.h"

/**
 * struct build - a table under construction
 * @left: of each choice, what it has yet to give, times the number of choices
 * @todo: choices with less than a slot from the front, the others from the end
 * @small: how many in front
 * @large: where those at the end begin
 * @slot: what a slot holds: the sum of the weights
 */
struct build {
	unsigned __int128 *left;
	uint32_t *todo;
	uint32_t small, large;
	uint64_t slot;
};

static void put(struct build *b, uint32_t i)
{
	if (b->left[i] < b->slot)
		b->todo[b->small++] = i;
	else
		b->todo[--b->large] = i;
}

static void fill(struct alias *a, struct build *b)
{
	uint32_t i, n = a->n;

	for (i = 0; i < n; i++)
		a->slots[i] = (struct alias_slot){ UINT64_MAX, i };
	/* All numbers are exact: what is left over fills its slot. */
	while (b->small && b->large < n) {
		uint32_t lack = b->todo[--b->small];
		uint32_t give = b->todo[b->large++];

		a->slots[lack].keep = (uint64_t)((b->left[lack] << 64) /
						 b->slot);
		a->slots[lack].other = give;
		b->left[give] -= b->slot - b->left[lack];
		put(b, give);
	}
}

int alias_build(struct alias *a, const uint64_t *weights, uint32_t n,
		struct hf_error *err)
{
	struct build b = { .large = n };
	uint32_t i;

	*a = (struct alias){ calloc(n, sizeof(*a->slots)), n };
	b.left = calloc(n, sizeof(*b.left));
	b.todo = calloc(n, sizeof(*b.todo));
	for (i = 0; i < n; i++)
		b.slot += weights[i];
	if (a->slots && b.left && b.todo && b.slot) {
		for (i = 0; i < n; i++) {
			b.left[i] = (unsigned __int128)weights[i] * n;
			put(&b, i);
		}
		fill(a, &b);
	}
	free(b.left);
	free(b.todo);
	if (a->slots && b.slot)
		return 0;
	alias_free(a);
	return hf_fail(err, b.slot ? ENOMEM : EINVAL,
		       b.slot ? "no memory to choose among %u" :
				"all of %u weights are 0", n);
}

void alias_free(struct alias *a)
{
	free(a->slots);
	*a = (struct alias){ 0 };
}
