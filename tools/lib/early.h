/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Requests of an input that is about in order are written while it is still
 * read, without a temporary file. That takes that nothing that is known only at
 * the end would change them: all or none have completions, stamps are not
 * coarse, and targets keep their numbers as more devices appear. Else they are
 * read back, and take the way of an unsorted input.
 */
#ifndef HF_EARLY_H
#define HF_EARLY_H

#include <stdbool.h>
#include <stdint.h>

#include "hft.h"
#include "sorter.h"

struct importer;

/**
 * struct early - the file that is written while the input is read
 * @out: its path, NULL for a file without a name; not owned
 * @w: the file, NULL before the first request; owned
 * @start_ns: issue time of the first request
 * @known: requests with a completion were written
 * @open: requests without were
 * @placed: devices that have a target number
 */
struct early {
	const char *out;
	struct hft_writer *w;
	uint64_t start_ns;
	bool known, open;
	int placed;
};

/** early_sink - what the sorter needs to know of @imp's struct early */
struct sorter_sink early_sink(struct importer *imp);

/** early_holds - whether what was written is what is to be written, now that
 * all was read
 */
bool early_holds(struct importer *imp);

#endif /* HF_EARLY_H */
