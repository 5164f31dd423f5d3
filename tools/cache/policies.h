/* SPDX-License-Identifier: GPL-2.0-only */
/* The policies, each in a file of its own. */
#ifndef HF_POLICIES_H
#define HF_POLICIES_H

#include "cache-policy.h"

extern const struct cache_policy policy_lru;

#endif /* HF_POLICIES_H */
