/* SPDX-License-Identifier: GPL-2.0-only */
/* The work behind hit-ratio curves, on several threads. */
#ifndef HF_HRC_JOBS_H
#define HF_HRC_JOBS_H

#include "hrc.h"

/**
 * hrc_jobs_run - fills in the hits of all curves
 * @h: references, sizes, and curves with room for hits
 * @opts: threads, seed, stop and progress
 *
 * A job is a curve of LRU, or a policy at one size; each thread takes the next
 * one. The references are read by all, the state of a cache belongs to the
 * thread that runs it.
 *
 * Return: 0, -ENOMEM, -EINTR, or -EFBIG when there are too many references for
 * a policy that knows the future.
 */
int hrc_jobs_run(struct hrc *h, const struct hrc_opts *opts);

#endif /* HF_HRC_JOBS_H */
