/* SPDX-License-Identifier: GPL-2.0-only */
/* Several streams of requests, each in phases, on several targets. */
#ifndef HF_WORKLOAD_H
#define HF_WORKLOAD_H

#include "phase.h"

#define WORKLOAD_STREAMS	64U
#define WORKLOAD_PHASES		64U

/**
 * struct stream_opts - a stream
 * @name: what it is called
 * @target: name of its device
 * @at: first byte of its items on the target; UINT64_MAX: behind what other
 *	streams have there
 * @phases: one after the other
 * @nphases: how many, at least 1
 */
struct stream_opts {
	const char *name;
	const char *target;
	uint64_t at;
	struct phase_opts phases[WORKLOAD_PHASES];
	unsigned int nphases;
};

struct workload;

/**
 * workload_new - prepares streams
 * @out: the workload; free with workload_free()
 * @streams: what they are like; must stay
 * @n: how many, 1 to WORKLOAD_STREAMS
 * @err: on failure, a sentence
 *
 * Every phase is made once, so that what is wrong with one is said now.
 *
 * Return: 0 or -errno.
 */
int workload_new(struct workload **out, const struct stream_opts *streams,
		 unsigned int n, struct hf_error *err);
void workload_free(struct workload *w);

/** workload_target - name of the Nth target, NULL beyond the last */
const char *workload_target(const struct workload *w, unsigned int n);

/**
 * workload_next - the next request of all streams
 * @w: the workload
 * @rec: gets it; the first has the issue time 0, completion times are not known
 * @err: on failure, a sentence
 *
 * Return: 1, 0 behind the last, or -errno.
 */
int workload_next(struct workload *w, struct hfr_trace_rec *rec,
		  struct hf_error *err);

/** workload_expected - requests there will be, 0 if that is not known */
uint64_t workload_expected(const struct workload *w);

/** workload_sum - what a phase of a stream was like, NULL if it has not begun */
const struct phase_sum *workload_sum(const struct workload *w,
				     unsigned int stream, unsigned int phase);

/** workload_at - first byte of a stream on its target */
uint64_t workload_at(const struct workload *w, unsigned int stream);

#endif /* HF_WORKLOAD_H */
