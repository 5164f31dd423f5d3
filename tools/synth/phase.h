/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests of one kind for some time: what, where, how long, when. */
#ifndef HF_PHASE_H
#define HF_PHASE_H

#include <linux/hfreplay.h>

#include "refs.h"

/**
 * struct phase_opts - what a phase is like
 * @p_irm: as in struct refs_opts
 * @p_inf: as in struct refs_opts
 * @irm: as in struct refs_opts
 * @ird: as in struct refs_opts
 * @start: as in struct refs_opts
 * @items: items, or 0
 * @footprint: if @items is 0, bytes that they fit in
 * @requests: after as many it ends; UINT64_MAX if only @duration_ns ends it
 * @duration_ns: it ends when it took so long; 0 if only @requests end it
 * @sizes: lengths of items, see sizes_parse()
 * @reads: see readmix_make()
 * @arrival: see arrival_new()
 * @seed: another seed is another phase
 */
struct phase_opts {
	struct ratio p_irm, p_inf;
	const char *irm;
	const char *ird;
	enum refs_start start;
	uint64_t items;
	uint64_t footprint;
	uint64_t requests;
	uint64_t duration_ns;
	const char *sizes;
	const char *reads;
	const char *arrival;
	uint64_t seed;
};

/**
 * struct phase_sum - what a phase was like
 * @items: items that are used again and again
 * @footprint: bytes of these
 * @longest: see refs_longest()
 * @requests: requests
 * @reads: reads among them
 * @bytes: read and written
 * @once: items that were used once
 */
struct phase_sum {
	uint64_t items;
	uint64_t footprint;
	double longest;
	uint64_t requests;
	uint64_t reads;
	uint64_t bytes;
	uint64_t once;
};

struct phase;

/**
 * phase_new - begins a phase
 * @out: it; free with phase_free()
 * @opts: what it is like; must stay, with its texts
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int phase_new(struct phase **out, const struct phase_opts *opts,
	      struct hf_error *err);
void phase_free(struct phase *p);

/**
 * phase_next - the next request
 * @p: the phase
 * @rec: gets time from the start of the phase, offset from the first item,
 *	length and operation; nothing else is touched. An item that is used once
 *	has its place behind @once
 * @once: where the next item that is used once goes, from the first item;
 *	moved behind it if this is one
 *
 * Return: whether there is one.
 */
bool phase_next(struct phase *p, struct hfr_trace_rec *rec, uint64_t *once);

/** phase_sum - what it was like up to now */
const struct phase_sum *phase_sum(const struct phase *p);

#endif /* HF_PHASE_H */
