/* SPDX-License-Identifier: GPL-2.0-only */
/* Values of generators as people type them, on top of words.h. */
#ifndef HF_SYNTH_PARSE_H
#define HF_SYNTH_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "words.h"

/** parse_share - reads 0, 0.25, 10% or 1/3: from 0 to 1; 0 or -EINVAL */
int parse_share(const char *text, struct ratio *share, struct hf_error *err);

/** parse_count - reads 500, 20k, 1M, 2.5G (powers of 1000), above 0 */
int parse_count(const char *text, uint64_t *value, struct hf_error *err);

/** share_of_draws - the numbers below it are this share of all 64-bit ones */
uint64_t share_of_draws(const struct ratio *share);

/**
 * struct numbers - weights or indices
 * @list: owned
 * @n: how many
 */
struct numbers {
	uint64_t *list;
	size_t n;
};

/**
 * parse_weights - reads weights with + between
 * @text: decimal numbers, not all 0
 * @out: gets integers that are in the same proportion up to 2^-40 of the
 *	largest, with a sum below 2^62; free with numbers_free()
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int parse_weights(const char *text, struct numbers *out, struct hf_error *err);

/** read_weights - the same from the lines of a file; # begins a comment */
int read_weights(const char *path, struct numbers *out, struct hf_error *err);

/** parse_list - reads whole numbers with + between */
int parse_list(const char *text, struct numbers *out, struct hf_error *err);

/** numbers_add - appends one; 0 or -ENOMEM with a sentence */
int numbers_add(struct numbers *out, uint64_t value, struct hf_error *err);
void numbers_free(struct numbers *out);

#endif /* HF_SYNTH_PARSE_H */
