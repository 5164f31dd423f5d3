/* SPDX-License-Identifier: GPL-2.0-only */
/* Times of requests in traces that have an order and no times. */
#ifndef HF_ORDINAL_H
#define HF_ORDINAL_H

#include "format.h"

/* Time from one request to the next unless the user says otherwise, ns. */
#define ORDINAL_SPACING 100000

/** ordinal_time - ns at which request number @n, from 0, is issued */
static inline uint64_t ordinal_time(const struct importer *imp, uint64_t n)
{
	uint64_t step = importer_opts(imp)->spacing_ns;

	return n * (step ? step : ORDINAL_SPACING);
}

#endif /* HF_ORDINAL_H */
