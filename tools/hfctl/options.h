/* SPDX-License-Identifier: GPL-2.0-only */
/* Options with words and numbers, read by tables. */
#ifndef HFCTL_OPTIONS_H
#define HFCTL_OPTIONS_H

#include "command.h"

/**
 * struct option_word - a word of an option and what it stands for
 * @text: the word; NULL ends the list
 * @value: the number
 */
struct option_word {
	const char *text;
	uint32_t value;
};

/**
 * option_word - reads an option that is one of some words
 * @args: the command line
 * @name: the option
 * @words: the words, two at least
 * @value: gets the number
 * @err: on failure, a sentence with all words
 *
 * Return: 1 if it was given, 0 if not, -EINVAL.
 */
int option_word(const struct args *args, const char *name,
		const struct option_word *words, uint32_t *value,
		struct hf_error *err);

/**
 * enum option_unit - how a number is written
 * @OPTION_COUNT: 8, 64k
 * @OPTION_TIME: 20us, becomes ns
 * @OPTION_FACTOR: 2.5, becomes thousandths
 */
enum option_unit {
	OPTION_COUNT,
	OPTION_TIME,
	OPTION_FACTOR,
};

/**
 * struct option_number - an option that is a number
 * @name: the option
 * @unit: how it is written
 * @least: smallest that is allowed, as it is stored
 * @most: largest
 */
struct option_number {
	const char *name;
	enum option_unit unit;
	uint64_t least, most;
};

/**
 * option_number - reads one
 * @args: the command line
 * @opt: which
 * @value: gets it as it is stored
 * @err: on failure, a sentence with the bounds
 *
 * Return: 1 if it was given, 0 if not, -EINVAL.
 */
int option_number(const struct args *args, const struct option_number *opt,
		  uint64_t *value, struct hf_error *err);

#endif /* HFCTL_OPTIONS_H */
