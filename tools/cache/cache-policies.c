// SPDX-License-Identifier: GPL-2.0-only
/* The table of policies. */
#include "array.h"
#include "policies.h"

static const struct cache_policy *const policies[] = {
	&policy_lru, &policy_fifo, &policy_clock, &policy_lfu, &policy_arc,
	&policy_2q, &policy_slru, &policy_lirs, &policy_s3fifo, &policy_sieve,
	&policy_lecar, &policy_wtinylfu, &policy_random_block, &policy_min,
	&policy_aet,
};

const struct cache_policy *cache_policy_at(unsigned int n)
{
	return n < ARRAY_SIZE(policies) ? policies[n] : NULL;
}
