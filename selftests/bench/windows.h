/* SPDX-License-Identifier: GPL-2.0-only */
/* Dependencies of a made-up trace, all in one scope. */
#ifndef WINDOWS_H
#define WINDOWS_H

#include <stddef.h>

#include "hft.h"
#include "hft-deps.h"

/**
 * windows_find - gives each record the window of its parents
 * @recs: sorted by issue time, all completion times known; each completion
 *	lies behind its issue
 * @count: how many
 * @info: what the header is to say of them
 *
 * A request depends on those that had completed before it was issued, but for
 * those that another of these depends on.
 *
 * Return: mean number of parents.
 */
double windows_find(struct hfr_trace_rec *recs, size_t count,
		    struct hft_dep_info *info);

#endif /* WINDOWS_H */
