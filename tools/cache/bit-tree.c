// SPDX-License-Identifier: GPL-2.0-only
#include "bit-tree.h"

#include <errno.h>
#include <string.h>

#include "big-array.h"

int bit_tree_init(struct bit_tree *t, uint64_t n)
{
	memset(t, 0, sizeof(*t));
	do {
		n = (n + 63) / 64;
		t->level[t->levels] = big_array(n, sizeof(uint64_t));
		if (!t->level[t->levels])
			return -ENOMEM;
		t->levels++;
	} while (n > 1);
	return 0;
}

void bit_tree_free(struct bit_tree *t)
{
	for (unsigned int l = 0; l < t->levels; l++)
		big_array_free(t->level[l]);
	memset(t, 0, sizeof(*t));
}
