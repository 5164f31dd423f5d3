/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a device was seen to get, request by request beside what it was to get:
 * so that any tool can be judged, whatever it says of itself.
 */
#ifndef HF_PAIRING_H
#define HF_PAIRING_H

#include <stdint.h>
#include <linux/hfreplay.h>

/* Requests that set time 0, as many as those at the end that show the drift. */
#define PAIRING_START_REQUESTS	100

/**
 * struct pairing - what came of the requests of a trace
 * @recs: completion records, one for each request of the trace, which are
 *	HFR_REC_NOT_ISSUED where nothing was seen; owned
 * @wanted: requests of the trace
 * @seen: requests that were seen
 * @paired: requests of the trace that were seen as they are
 * @changed: others of which a part at least was seen, in requests of another
 *	place or length: split, merged, moved
 * @lost: those of which nothing was seen
 * @added: requests seen that no request of the trace asks for
 * @start_ns: time of the observation that is time 0 of the trace
 */
struct pairing {
	struct hfr_completion_rec *recs;
	uint64_t wanted;
	uint64_t seen;
	uint64_t paired;
	uint64_t changed;
	uint64_t lost;
	uint64_t added;
	int64_t start_ns;
};

/**
 * pairing_make - pairs requests
 * @p: filled
 * @want: the trace
 * @nwant: how many
 * @seen: what was seen, by issue time
 * @nseen: how many
 * @speed: the trace was to run so many times as fast
 *
 * Requests pair that have the same operation, offset and length; the Nth of the
 * trace with the Nth that was seen. Of a kind that was seen more often than it
 * is wanted those in front are left out, so that the first that counts comes
 * nearest to its time. When a tool meant to begin nobody knows:
 * time 0 is set so that the median issue-time error of the first
 * PAIRING_START_REQUESTS that were seen is 0.
 *
 * Return: 0 or -ENOMEM with nothing to free.
 */
int pairing_make(struct pairing *p, const struct hfr_trace_rec *want,
		 uint64_t nwant, const struct hfr_trace_rec *seen,
		 uint64_t nseen, double speed);
void pairing_free(struct pairing *p);

#endif /* HF_PAIRING_H */
