/* SPDX-License-Identifier: GPL-2.0-only */
/* Which requests read and which write. */
#ifndef HF_READMIX_H
#define HF_READMIX_H

#include <stdbool.h>
#include <stdint.h>

#include "draw.h"
#include "error.h"

/**
 * struct readmix - chooses between read and write
 * @below: what is drawn below it is a read
 * @by_item: an item is read always or never
 * @runs: what comes next depends on what came last
 * @read_ends: with @runs, a draw below it ends a run of reads
 * @write_ends: the same of writes
 * @reading: the run is one of reads
 * @seed: of the hash of an item
 * @draw: decides
 */
struct readmix {
	uint64_t below;
	bool by_item, runs;
	uint64_t read_ends, write_ends;
	bool reading;
	uint64_t seed;
	struct draw draw;
};

/**
 * readmix_make - reads SHARE[,by=item|request][,run=N]
 * @m: filled
 * @text: the share of reads; by request (default) each for itself, by item the
 *	same for all uses of one; run is the mean length of a run of reads, of a
 *	chain of two states
 * @seed: another seed is another sequence
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int readmix_make(struct readmix *m, const char *text, uint64_t seed,
		 struct hf_error *err);

/** readmix_next - whether the next request, to an item, is a read */
bool readmix_next(struct readmix *m, uint64_t item);

#endif /* HF_READMIX_H */
