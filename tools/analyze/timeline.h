/* SPDX-License-Identifier: GPL-2.0-only */
/* What went on over time, in a bounded number of intervals of equal length. */
#ifndef HF_TIMELINE_H
#define HF_TIMELINE_H

#include <stdint.h>

/* Most intervals: about one for every three pixels of a picture. */
#define TIMELINE_MAX_BINS	240

/**
 * struct timeline_bin - one interval
 * @requests: requests issued in it
 * @bytes: bytes they read and write
 * @busy_ns: sum over all requests of the time in flight within the interval;
 *	divided by the interval's length it is the mean number in flight
 * @error_max_ns: largest issue-time error in absolute value
 * @error_sum_ns: sum of the issue-time errors, with sign
 */
struct timeline_bin {
	uint64_t requests;
	uint64_t bytes;
	double busy_ns;
	uint64_t error_max_ns;
	double error_sum_ns;
};

/**
 * struct timeline - all intervals
 * @bin_ns: length of one
 * @bins: how many are used
 * @bin: the intervals
 * @whole: helper: requests in flight during the whole of an interval, as
 *	differences from the one before
 */
struct timeline {
	uint64_t bin_ns;
	unsigned int bins;
	struct timeline_bin bin[TIMELINE_MAX_BINS];
	int64_t whole[TIMELINE_MAX_BINS + 1];
};

/**
 * timeline_init - an empty timeline
 * @tl: the timeline
 * @span_ns: time that it must cover, from 0
 * @requests: how many will be added: few requests get few intervals
 */
void timeline_init(struct timeline *tl, uint64_t span_ns, uint64_t requests);

/** timeline_bin_at - the interval of a point in time; the last one if later */
struct timeline_bin *timeline_bin_at(struct timeline *tl, uint64_t ns);

/** timeline_busy - adds a request in flight from @start to @end */
void timeline_busy(struct timeline *tl, uint64_t start, uint64_t end);

/** timeline_finish - to be called after the last timeline_busy() */
void timeline_finish(struct timeline *tl);

#endif /* HF_TIMELINE_H */
