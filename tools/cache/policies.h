/* SPDX-License-Identifier: GPL-2.0-only */
/* The policies, each in a file of its own. */
#ifndef HF_POLICIES_H
#define HF_POLICIES_H

#include "cache-policy.h"

extern const struct cache_policy policy_2q, policy_aet, policy_arc,
	policy_clock, policy_fifo, policy_lecar, policy_lfu, policy_lirs,
	policy_lru, policy_min, policy_random_block, policy_s3fifo,
	policy_sieve, policy_slru, policy_wtinylfu;

#endif /* HF_POLICIES_H */
