/* SPDX-License-Identifier: GPL-2.0-only */
/* Arguments of steps: words with commas between, each KEY OP VALUE. */
#ifndef HF_WORDS_H
#define HF_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

#define WORDS_MAX 32

/**
 * enum word_op - what stands between key and value
 * @WORD_BARE: nothing: the word is a value
 */
enum word_op {
	WORD_BARE,
	WORD_EQ,
	WORD_NE,
	WORD_LT,
	WORD_LE,
	WORD_GT,
	WORD_GE,
};

/**
 * struct word - one word
 * @key: what stands before the operator; "" if there is none
 * @op: the operator
 * @value: what stands behind it
 */
struct word {
	const char *key;
	enum word_op op;
	const char *value;
};

/**
 * struct words - an argument taken to pieces
 * @text: copy of it, to whose parts the words point; owned
 * @list: its words
 * @n: how many
 */
struct words {
	char *text;
	struct word list[WORDS_MAX];
	unsigned int n;
};

/**
 * words_split - takes an argument to pieces
 * @w: filled; free with words_free()
 * @text: the argument
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int words_split(struct words *w, const char *text, struct hf_error *err);
void words_free(struct words *w);

/** words_plain - refuses any word whose operator is not "=" or none, keys that
 * come twice and keys not in @keys (NULL terminated); 0 or -EINVAL
 */
int words_plain(const struct words *w, const char *const *keys,
		struct hf_error *err);

/** words_get - value of the word with this key, NULL if there is none */
const char *words_get(const struct words *w, const char *key);

/** A value read by unit, or -EINVAL with a sentence. */
int word_size(const char *text, uint64_t *value, struct hf_error *err);
/** word_granule - a size from 4 KiB on that is a multiple of @of */
int word_granule(const char *text, uint64_t of, uint64_t *value,
		 struct hf_error *err);
int word_time(const char *text, uint64_t *value, struct hf_error *err);
int word_count(const char *text, uint64_t *value, struct hf_error *err);
/** word_signed - the same with a sign in front; magnitude below 2^63 */
int word_signed(const char *text,
		int (*parse)(const char *, uint64_t *, struct hf_error *),
		int64_t *value, struct hf_error *err);

/**
 * word_range - reads A..B, either end of which may be left out
 * @text: the range
 * @parse: one of the above
 * @from: first value that is in it; 0 if left out
 * @to: first value behind it; UINT64_MAX if left out
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int word_range(const char *text,
	       int (*parse)(const char *, uint64_t *, struct hf_error *),
	       uint64_t *from, uint64_t *to, struct hf_error *err);

/**
 * struct ratio - a factor, exactly
 * @num: numerator, not 0
 * @den: denominator, not 0
 */
struct ratio {
	uint64_t num, den;
};

/**
 * word_ratio - reads 2, 0.25, 10% or 1/3
 * @text: the factor, above 0; at most nine digits before and behind the point
 * @ratio: gets it, reduced
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int word_ratio(const char *text, struct ratio *ratio, struct hf_error *err);

/** ratio_of - @value * num / den, rounded to the nearest, UINT64_MAX if it
 * does not fit
 */
uint64_t ratio_of(const struct ratio *r, uint64_t value);

#endif /* HF_WORDS_H */
