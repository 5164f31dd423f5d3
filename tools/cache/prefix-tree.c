// SPDX-License-Identifier: GPL-2.0-only
#include "prefix-tree.h"

#include <errno.h>
#include <string.h>

#include "big-array.h"

const uint32_t prefix_ones[2 * PREFIX_FAN] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};

int prefix_tree_init(struct prefix_tree *t, uint32_t n)
{
	memset(t, 0, sizeof(*t));
	do {
		uint32_t nodes = n / PREFIX_FAN + !!(n % PREFIX_FAN);

		t->entries[t->levels] = nodes * PREFIX_FAN;
		t->level[t->levels] = big_array(nodes * PREFIX_FAN,
						sizeof(uint32_t));
		if (!t->level[t->levels])
			return -ENOMEM;
		t->levels++;
		n = nodes;
	} while (n > 1);
	return 0;
}

void prefix_tree_free(struct prefix_tree *t)
{
	for (unsigned int l = 0; l < PREFIX_LEVELS; l++)
		big_array_free(t->level[l]);
	memset(t, 0, sizeof(*t));
}

void prefix_tree_reset(struct prefix_tree *t)
{
	for (unsigned int l = 0; l < t->levels; l++)
		memset(t->level[l], 0, t->entries[l] * sizeof(uint32_t));
}
