/* SPDX-License-Identifier: GPL-2.0-only */
/* Reordering after RFC 4737, over the order in which requests were issued. */
#ifndef HF_ORDER_H
#define HF_ORDER_H

#include <stdint.h>
#include <linux/hfreplay.h>

/**
 * struct order - how much the issue order differs from the trace order
 * @requests: issued requests that were judged
 * @reordered: of these, those that were issued after a request that follows
 *	them in the trace (Type-P-Reordered: the sequence number is less than
 *	the next expected)
 * @max_extent: largest reordering extent: how many places before a reordered
 *	request the first of those that overtook it was issued
 * @extent_sum: sum of the extents of all reordered requests
 * @first: index in the trace of the first reordered request, HFR_UNKNOWN
 */
struct order {
	uint64_t requests;
	uint64_t reordered;
	uint64_t max_extent;
	uint64_t extent_sum;
	uint64_t first;
};

/**
 * order_judge - judges the order of issue within each target
 * @per_target: one for each target, filled
 * @targets: number of targets
 * @trace: the requests in trace order
 * @requests: how many; the trace begins anew behind them
 * @recs: what became of each
 * @count: how many
 *
 * Requests issued at the same instant count as issued in trace order.
 *
 * Return: 0 or -ENOMEM.
 */
int order_judge(struct order *per_target, unsigned int targets,
		const struct hfr_trace_rec *trace, uint64_t requests,
		const struct hfr_completion_rec *recs, uint64_t count);

/** order_add - adds the figures of one target to a total */
void order_add(struct order *total, const struct order *part);

#endif /* HF_ORDER_H */
