/* SPDX-License-Identifier: GPL-2.0-only */
/* A sequence of uses of items, from a profile. */
#ifndef HF_REFS_H
#define HF_REFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "words.h"

struct refs;

/**
 * enum refs_start - when items are used for the first time
 * @REFS_EQUILIBRIUM: as if they had slept for ever, see sleep_draw_rest()
 * @REFS_PAPER: after a sleep that begins with the trace
 */
enum refs_start {
	REFS_EQUILIBRIUM,
	REFS_PAPER,
};

/**
 * struct refs_opts - a profile, and how much of it
 * @p_irm: share of uses that are independent, from 0 to 1
 * @p_inf: share, among the others, of items that are used only once, below 1
 * @irm: distribution of the independent uses, see irm_make(); may be NULL if
 *	@p_irm is 0
 * @ird: distances of the others, see density_parse(); may be NULL if @p_irm is 1
 * @items: items that are used more than once, 1 to REFS_MOST_ITEMS
 * @start: when time begins
 * @seed: another seed is another sequence
 */
struct refs_opts {
	struct ratio p_irm, p_inf;
	const char *irm;
	const char *ird;
	uint64_t items;
	enum refs_start start;
	uint64_t seed;
};

#define REFS_MOST_ITEMS	(UINT32_MAX - 1)

/**
 * refs_new - starts a sequence
 * @out: it; free with refs_free()
 * @opts: what is wanted; need not stay
 * @err: on failure, a sentence
 *
 * Gen-from-2D of 2DIO; with @p_irm 0 Gen-from-IRD. Memory is that of the timing
 * wheel and of the tables of the distributions, and does not grow with the
 * length.
 *
 * Return: 0 or -errno.
 */
int refs_new(struct refs **out, const struct refs_opts *opts,
	     struct hf_error *err);
void refs_free(struct refs *r);

/**
 * refs_fill - the next uses
 * @r: the sequence
 * @items: gets numbers of items: below refs_opts.items, and from there on one
 *	after the other those that are used once
 * @n: how many
 */
void refs_fill(struct refs *r, uint64_t *items, size_t n);

/** refs_longest - longest distance of dependent uses, where the mean of these
 * is 1; 0 if there are none
 */
double refs_longest(const struct refs *r);

#endif /* HF_REFS_H */
