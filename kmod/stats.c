// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#define TOP	(1ULL << HFR_HIST_TOP)

u64 hfr_hist_grow(struct hfr_hist *h, u64 value)
{
	if (value > h->max)
		h->max = value;
	h->seen = min(h->max, TOP - 1);
	return min(value, TOP);
}

u64 hfr_hist_count(const struct hfr_hist *h)
{
	u64 n = 0;
	u32 i;

	for (i = 0; i < HFR_HIST_BUCKETS; i++)
		n += h->bucket[i];
	return n;
}

/* Returns the number of values. */
static u64 hist_merge(struct hfr_hist *sum, const struct hfr_hist *one)
{
	u64 most = READ_ONCE(one->max), n = 0, count;
	u32 i;

	for (i = 0; i < HFR_HIST_BUCKETS; i++) {
		count = READ_ONCE(one->bucket[i]);
		sum->bucket[i] += count;
		n += count;
	}
	sum->sum += READ_ONCE(one->sum);
	if (most > sum->max)
		sum->max = most;
	return n;
}

/*
 * In the opposite order of what happens to a request: there are not more late
 * ones than completed ones, nor more of these than were issued.
 */
void hfr_op_stats_merge(struct hfr_op_stats *sum, const struct hfr_op_stats *one)
{
	u64 late = hist_merge(&sum->lateness, &one->lateness);
	u64 all = hist_merge(&sum->latency, &one->latency);

	sum->lateness.bucket[0] += all - min(all, late);
	sum->completed += all;
	sum->errors += READ_ONCE(one->errors);
	sum->bytes += READ_ONCE(one->bytes);
	sum->issued += READ_ONCE(one->issued);
}
