/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Distances between two uses of an item (inter-reference distances): a density
 * of steps of equal width, and times of sleep drawn from it.
 */
#ifndef HF_DENSITY_H
#define HF_DENSITY_H

#include "alias.h"
#include "parse.h"

#define DENSITY_MOST_BINS	(1U << 20)

/**
 * enum fgen_kind - what epsilon means for a density of spikes and holes
 * @FGEN_PAPER: the mass of all holes together
 * @FGEN_PYTHON: the mass of each hole, where the spikes have 1 - epsilon
 *	together; then divided by the sum
 * @FGEN_CLI: the mass of each hole, where each spike has 1 - epsilon; then
 *	divided by the sum
 */
enum fgen_kind {
	FGEN_PAPER,
	FGEN_PYTHON,
	FGEN_CLI,
};

/**
 * struct density - a density of steps
 * @weights: mass of each step, sum below ALIAS_MOST; owned
 * @bins: steps
 */
struct density {
	uint64_t *weights;
	uint32_t bins;
};

/**
 * density_parse - makes a density from a description
 * @ird: filled; free with density_free()
 * @text: fgen,bins=K,spikes=I+J+..,epsilon=E[,variant=paper|python|cli]; or
 *	pdf,weights=W+W+.. or pdf,file=FILE; or
 *	b, c, d, e, f, f20[,variant=..] for those of 2DIO
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int density_parse(struct density *ird, const char *text, struct hf_error *err);
void density_free(struct density *ird);

/** density_longest - longest distance, where the mean is 1: T_max / M of 2DIO */
double density_longest(const struct density *ird);

/**
 * struct sleep - draws times of sleep
 * @step: chooses a step
 * @first: chooses the step in which an item is when time begins
 * @width: ticks of a step, in units of 2^-32
 * @ticks: every sleep is shorter
 */
struct sleep {
	struct alias step;
	struct alias first;
	uint64_t width;
	uint32_t ticks;
};

/**
 * sleep_make - prepares to draw
 * @s: filled; free with sleep_free()
 * @ird: the density
 * @items: items that sleep; the mean sleep is about as many ticks
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int sleep_make(struct sleep *s, const struct density *ird, uint64_t items,
	       struct hf_error *err);
void sleep_free(struct sleep *s);

/** sleep_draw - a time of sleep, ticks */
static inline uint32_t sleep_draw(const struct sleep *s, struct draw *d)
{
	unsigned __int128 at = (uint64_t)alias_draw(&s->step, d) << 32;

	at |= draw_next(d) >> 32;
	return (uint32_t)(at * s->width >> 64);
}

/**
 * sleep_draw_rest - what is left of a sleep at a time chosen at random
 *
 * Its step is chosen by mass times length, the length within the step in
 * proportion to itself, and of that a part that is uniform: items then wake as
 * if they had slept for ever, and not all together as at the first wake.
 */
uint32_t sleep_draw_rest(const struct sleep *s, struct draw *d);

#endif /* HF_DENSITY_H */
