/* SPDX-License-Identifier: GPL-2.0-only */
/* What the table of commands says, for people and for shells. */
#ifndef HFCTL_HELP_H
#define HFCTL_HELP_H

#include <stdio.h>

#include "command.h"

/* commands.c: all commands, in the order in which they are met. */

/** command_at - the Nth command, NULL after the last */
const struct command *command_at(unsigned int n);
/** command_find - the command of this name, or NULL */
const struct command *command_find(const char *name);

/**
 * struct exit_desc - what an exit code means
 * @code: enum exit_code
 * @meaning: half a sentence
 */
struct exit_desc {
	int code;
	const char *meaning;
};

/** exit_desc_at - the Nth exit code, NULL after the last */
const struct exit_desc *exit_desc_at(unsigned int n);

/* help.c */

/** help_overview - what hfctl is and which commands it has */
void help_overview(FILE *out);
/** help_command - arguments, options, details and examples of a command */
void help_command(const struct command *cmd, FILE *out);

/* man.c */

/** man_print - the mdoc page of a command, or of hfctl itself for NULL */
void man_print(const struct command *cmd, FILE *out);

/**
 * man_write_all - writes hfctl.1 and hfctl-COMMAND.1 for every command
 * @dir: folder; must exist
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int man_write_all(const char *dir, struct hf_error *err);

/* complete.c */

/** complete_bash - prints the completion function for bash */
void complete_bash(FILE *out);

#endif /* HFCTL_HELP_H */
