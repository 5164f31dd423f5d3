/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests whose stamps are coarse: those of one stamp are counted, and spread
 * evenly over the tick of the clock in the order in which they came. The Kth
 * of N gets K/N of a tick; its completion moves with it.
 */
#ifndef HF_SPREAD_H
#define HF_SPREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"
#include "sorter.h"

/**
 * struct spread - a place among the requests of one stamp
 * @sorter: gives the requests, sorted
 * @tick_ns: what the stamps are multiples of
 * @n: requests of this stamp
 * @k: how many of them were taken
 * @shift: of the one taken last, ns
 * @rest: what @shift lacks, in 1/@n ns
 * @shared: requests so far that have the stamp of the one before
 */
struct spread {
	struct sorter *sorter;
	uint64_t tick_ns;
	uint64_t n, k;
	uint64_t shift, rest;
	uint64_t shared;
};

/**
 * spread_shift - how far the request that comes next moves
 * @sp: the place; all but @sorter and @tick_ns 0 at first. To be called before
 *	each sorter_next()
 * @ns: gets the shift
 * @err: on failure, a sentence
 *
 * Return: 0 or -ENOMEM.
 */
int spread_shift(struct spread *sp, uint64_t *ns, struct hf_error *err);

#endif /* HF_SPREAD_H */
