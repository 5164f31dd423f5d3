/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests that are in a trace twice because it was taken at two devices of a
 * stack that share addresses and a name, as traces without remap events are.
 */
#ifndef HF_REPEATS_H
#define HF_REPEATS_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/* Requests that one may repeat, and how much later it may come. */
#define REPEATS_KEPT	16U
#define REPEATS_NS	100000U

/**
 * struct repeats - the requests that came last, in a ring
 * @recs: the requests; those not used have a length of 0
 * @next: where the next one goes
 * @tick_ns: the longest time that all stamps are multiples of, 0 while all of
 *	them are 0
 */
struct repeats {
	struct hfr_trace_rec recs[REPEATS_KEPT];
	unsigned int next;
	uint64_t tick_ns;
};

/**
 * repeats_add - whether a request repeats one of the last
 * @r: zeroed before the first
 * @rec: the request
 *
 * It does if device, operation, offset and length are the same and it was
 * issued no more than REPEATS_NS later. It then is not one that another may
 * repeat, but the one that it repeats still is. Requests without a length never
 * do.
 *
 * Return: true if it does.
 */
bool repeats_add(struct repeats *r, const struct hfr_trace_rec *rec);

/**
 * repeats_coarse - whether the stamps were too coarse to say what is a repeat:
 *	requests that follow each other may share one
 */
bool repeats_coarse(const struct repeats *r);

#endif /* HF_REPEATS_H */
