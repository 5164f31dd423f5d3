/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ends of requests whose completion is not in the trace.
 *
 * One that was issued so late that it may have been in flight when the trace
 * ended, ends with the trace. Else its completion was lost: while these are
 * fewer than 1 % of all, each gets the longest latency of the trace; from
 * there on their completion time stays HFR_UNKNOWN. In a trace without any
 * completion it does too.
 */
#ifndef HF_ENDS_H
#define HF_ENDS_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/* Open requests of which the issue time is kept: the latest. */
#define ENDS_KEPT	65536

/**
 * struct ends - what the requests of a trace say about their ends
 * @known: requests with a completion
 * @open: requests without
 * @longest: longest latency, ns
 * @end: latest time, ns
 * @issues: issue times of the open requests that came last, in a ring
 */
struct ends {
	uint64_t known, open;
	uint64_t longest;
	uint64_t end;
	uint64_t issues[ENDS_KEPT];
};

/** ends_add - looks at a request; any order, times on any clock */
void ends_add(struct ends *e, const struct hfr_trace_rec *rec);

/** ends_until - the trace goes on to @ns at least */
void ends_until(struct ends *e, uint64_t ns);

/** ends_estimate - whether so few completions were lost that they are
 * estimated; to be asked when all requests were looked at
 */
bool ends_estimate(const struct ends *e);

/**
 * ends_settle - gives a request its end, if it has none and can get one
 * @e: all requests were looked at
 * @estimate: what ends_estimate() said
 * @rec: the request, on the same clock
 */
void ends_settle(const struct ends *e, bool estimate,
		 struct hfr_trace_rec *rec);

#endif /* HF_ENDS_H */
