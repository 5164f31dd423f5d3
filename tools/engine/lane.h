/* SPDX-License-Identifier: GPL-2.0-only */
/* What one worker has in flight at one target, and how much that may be. */
#ifndef HF_LANE_H
#define HF_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include "play.h"

/**
 * struct lane - one worker's way to one target
 * @target: the target
 * @index: its number
 * @sharers: workers that issue to it
 * @share: number of this one among them
 * @in_flight: requests queued or in flight
 * @tags: requests of the block layer that these are
 * @depth: tags of the target that are this worker's, 0 if it has none
 * @limit: requests that may be in flight, if that is the same for all
 *
 * Limits are those of a target: of several workers each has a share, one
 * request at least, so that they need not count together.
 */
struct lane {
	const struct play_target *target;
	uint32_t index;
	uint32_t sharers;
	uint32_t share;
	uint32_t in_flight;
	uint32_t tags;
	uint32_t depth;
	uint32_t limit;
};

/** lane_share - the part of a target's number that is this lane's */
static inline uint32_t lane_share(const struct lane *l, uint32_t number)
{
	uint32_t part = (uint32_t)(((uint64_t)number + l->sharers - 1 -
				    l->share) / l->sharers);

	return part ? part : 1;
}

/** lane_open - whether a request of @tags pieces may go; one of more pieces
 * than there are tags goes when it is alone
 */
static inline bool lane_open(const struct lane *l, uint32_t limit,
			     uint32_t tags)
{
	return l->in_flight < limit &&
	       (!l->depth || !l->in_flight || l->tags + tags <= l->depth);
}

/** lane_pieces - requests that the block layer makes of one */
static inline uint32_t lane_pieces(const struct lane *l,
				   const struct hfr_trace_rec *rec)
{
	uint32_t piece = l->target->piece;

	if (!piece || rec->length <= piece || rec->op > HFR_OP_WRITE)
		return 1;
	/* One more where splits are aligned to something. */
	return (rec->length - 1) / piece + 2;
}

#endif /* HF_LANE_H */
