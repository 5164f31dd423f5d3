// SPDX-License-Identifier: GPL-2.0-only
#include "policies.h"

const struct cache_policy policy_lru = {
	.name = "lru",
	.title = "LRU",
	.about = "least recently used; exact at all sizes from one walk",
	.kind = POLICY_STACK,
	.least = 1,
};
