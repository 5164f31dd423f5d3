// SPDX-License-Identifier: GPL-2.0-only
#include "policies.h"

const struct cache_policy policy_aet = {
	.name = "aet",
	.title = "AET",
	.about = "no policy but a model of LRU: the average eviction time that the inter-reference distances imply (Hu et al., USENIX ATC 2016)",
	.kind = POLICY_MODEL,
	.least = 1,
};
