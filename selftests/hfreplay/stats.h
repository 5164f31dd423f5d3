/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command stats-get says, and what completion records say of it. */
#ifndef STATS_H
#define STATS_H

#include "ctl.h"
#include "image.h"

#define STATS_TARGETS	4
#define STATS_BUCKETS	1200

/** struct stats_hist - a histogram; buckets as the kernel sends them */
struct stats_hist {
	bool there;
	uint64_t sum;
	uint64_t largest;
	size_t n;
	struct {
		uint64_t from;
		uint64_t to;
		uint64_t count;
	} bucket[STATS_BUCKETS];
};

/** struct stats_op - an operation at a target */
struct stats_op {
	bool there;
	uint64_t issued;
	uint64_t completed;
	uint64_t errors;
	uint64_t bytes;
	struct stats_hist hist[2];	/* by enum hfreplay_histogram */
};

/**
 * struct stats - the answer
 * @messages: how many came
 * @longest: bytes of the longest
 * @split: histograms that took more than one
 * @odd: messages or buckets that break a rule of the protocol
 * @op: by target and operation
 */
struct stats {
	unsigned int messages;
	size_t longest;
	unsigned int split;
	unsigned int odd;
	struct stats_op op[STATS_TARGETS][HFR_OP_NR];
};

/** stats_get - asks; 0 or -errno */
int stats_get(struct ctl *c, uint32_t id, struct stats *st);

/** stats_count - number of values in a histogram */
uint64_t stats_count(const struct stats_hist *h);

/**
 * stats_match - EXPECTs that statistics are those of completion records
 * @st: the statistics
 * @im: the trace
 * @recs: its records
 * @n: how many; more than the trace has are those of further loops
 */
void stats_match(const struct stats *st, const struct image *im,
		 const struct hfr_completion_rec *recs, size_t n);

#endif /* STATS_H */
