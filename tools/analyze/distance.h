/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far a replay is from its trace, as distances between distributions and
 * between courses over time. Documentation/fidelity.rst has the formulas.
 */
#ifndef HF_DISTANCE_H
#define HF_DISTANCE_H

#include <stdint.h>

#include "fidelity.h"

/**
 * struct distance - between the original, at the replay's speed, and the replay
 * @span: first to last issue: (replay - original) / original
 * @gaps_ks: times between issues: largest difference of the distributions, 0 to
 *	1
 * @flight_l1: requests in flight: area between the two courses, divided by the
 *	area below the original's
 * @latency_mean: mean latency: (replay - original) / original
 * @latency_p99: 99th percentile of latency, likewise
 * @latency_ks: latency: largest difference of the distributions, 0 to 1
 * @latency_w1: latency: Wasserstein distance, ns
 *
 * Signed where it says (replay - original), else not below 0.
 */
struct distance {
	double span;
	double gaps_ks;
	double flight_l1;
	double latency_mean;
	double latency_p99;
	double latency_ks;
	double latency_w1;
};

/* What is unknown: @has says of each that there are data. */
#define DISTANCE_SPAN		(1U << 0)
#define DISTANCE_GAPS		(1U << 1)
#define DISTANCE_FLIGHT		(1U << 2)
#define DISTANCE_LATENCY	(1U << 3)

/**
 * distance_measure - measures over the requests that were issued without error
 * @d: filled
 * @has: gets DISTANCE_*, those that could be measured
 * @in: the replay
 *
 * Latencies and what is in flight need the original's completion times.
 *
 * Return: 0 or -ENOMEM.
 */
int distance_measure(struct distance *d, unsigned int *has,
		     const struct fidelity_input *in);

#endif /* HF_DISTANCE_H */
