/* SPDX-License-Identifier: GPL-2.0-only */
/* What one worker has in flight at one target, and how much that may be. */
#ifndef HFR_LANE_H
#define HFR_LANE_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "stats.h"
#include "target.h"

/**
 * struct hfr_lane - one worker's way to one target
 * @target: the device
 * @index: number of the target
 * @sharers: workers that issue to the target
 * @share: number of this one among them
 * @in_flight: requests in flight: issued and not yet taken back
 * @tags: requests of the block layer that these are
 * @depth: tags of the target that are this worker's, 0 if it has none
 * @limit: requests that may be in flight, if that is the same for all
 * @stats: what was counted
 *
 * Limits are those of a target; where several workers issue to it each has a
 * share of them, one request at least, so that they need not count together.
 */
struct hfr_lane {
	struct hfr_target *target;
	u32 index;
	u32 sharers;
	u32 share;
	u32 in_flight;
	u32 tags;
	u32 depth;
	u32 limit;
	struct hfr_stats stats;
};

/** hfr_lane_share - the part of a target's number that is this lane's */
static inline u32 hfr_lane_share(const struct hfr_lane *l, u32 number)
{
	if (likely(l->sharers == 1))
		return number;
	return max((number + l->sharers - 1 - l->share) / l->sharers, 1U);
}

/** hfr_lane_begin - a run begins: nothing is in flight */
static inline void hfr_lane_begin(struct hfr_lane *l, u32 sharers, u32 share)
{
	l->sharers = sharers;
	l->share = share;
	l->in_flight = 0;
	l->tags = 0;
	l->depth = l->target->depth ?
		hfr_lane_share(l, l->target->depth) : 0;
}

/** hfr_lane_open - whether a request of @tags pieces may go; one of more
 * pieces than there are tags goes when it is alone
 */
static inline bool hfr_lane_open(const struct hfr_lane *l, u32 limit, u32 tags)
{
	return l->in_flight < limit &&
		(!l->depth || !l->in_flight || l->tags + tags <= l->depth);
}

#endif /* HFR_LANE_H */
