// SPDX-License-Identifier: GPL-2.0-only
/* The table of policies. */
#include "array.h"
#include "policies.h"

static const struct cache_policy *const policies[] = {
	&policy_lru,
};

const struct cache_policy *cache_policy_at(unsigned int n)
{
	return n < ARRAY_SIZE(policies) ? policies[n] : NULL;
}
