/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line, parsed by the table of a command. */
#ifndef HFCTL_ARGS_H
#define HFCTL_ARGS_H

#include "command.h"

/**
 * args_parse - reads a command line
 * @out: the result; free with args_free(). NULL on failure
 * @cmd: the command, whose table says what is allowed
 * @argc: number of words
 * @argv: the words; [0] is the name of the command. They must outlive @out
 * @err: on failure, a sentence
 *
 * Options and arguments come in any order; "--" ends the options, "-" is an
 * argument. --help and -h are known to every command and switch off the
 * check of the number of arguments.
 *
 * Return: 0 or -errno.
 */
int args_parse(struct args **out, const struct command *cmd, int argc,
	       char *const *argv, struct hf_error *err);
void args_free(struct args *args);

/** args_option_at - the Nth option of a command, those that all have last */
const struct option_desc *args_option_at(const struct command *cmd,
					 unsigned int n);

#endif /* HFCTL_ARGS_H */
