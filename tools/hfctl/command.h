/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands are data. One table per command gives its arguments, options and
 * help; the parser, --help, the man pages and the bash completion are made
 * from it.
 */
#ifndef HFCTL_COMMAND_H
#define HFCTL_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

/* Exit codes, the same for every command. */
enum exit_code {
	HFCTL_OK		= 0,
	HFCTL_FAILED		= 1,
	HFCTL_USAGE		= 2,
	HFCTL_NO_MODULE		= 3,
	HFCTL_DIFFERENCE	= 4,
	HFCTL_INTERRUPTED	= 130,
};

/**
 * struct option_desc - an option of a command
 * @name: long name without dashes
 * @letter: short form or 0
 * @arg: name of its argument ("SIZE"), NULL for a switch
 * @help: what it does, one or two sentences
 * @many: may be given more than once
 */
struct option_desc {
	const char *name;
	char letter;
	const char *arg;
	const char *help;
	bool many;
};

struct args;

/**
 * struct command - a command
 * @name: word on the command line
 * @summary: one line, no full stop
 * @usage: arguments after the options ("FILE... [OUT]")
 * @min_args: fewest positional arguments
 * @max_args: most, -1 for any number
 * @options: ends with an entry without name; NULL for none
 * @details: paragraphs of the man page and --help, NULL terminated
 * @examples: command lines, NULL terminated
 * @run: does it; returns an enum exit_code. @err is printed by the caller
 *	when the code is not HFCTL_OK and it is not empty
 */
struct command {
	const char *name;
	const char *summary;
	const char *usage;
	int min_args;
	int max_args;
	const struct option_desc *options;
	const char *const *details;
	const char *const *examples;
	enum exit_code (*run)(const struct args *args, struct hf_error *err);
};

#define OPTIONS_END	{ .name = NULL }
/* The option that every printing command has. */
#define OPTION_JSON	{ .name = "json", .help = "Print JSON." }

/** args_takes - whether the command has an option of this name */
bool args_takes(const struct args *args, const char *name);
/** args_has - whether a switch or option was given */
bool args_has(const struct args *args, const char *name);
/** args_get - value of an option (the last one given), NULL if absent */
const char *args_get(const struct args *args, const char *name);
/** args_nth - value of the Nth occurrence of an option, NULL if absent */
const char *args_nth(const struct args *args, const char *name,
		     unsigned int n);
/**
 * args_given - the Nth option of the command line, for options whose order
 *	matters
 * @args: the command line
 * @n: counted from 0
 * @value: gets its value, NULL for a switch
 *
 * Return: its name, NULL beyond the last.
 */
const char *args_given(const struct args *args, unsigned int n,
		       const char **value);
/** args_count - number of positional arguments */
int args_count(const struct args *args);
/** args_pos - a positional argument, NULL beyond the last */
const char *args_pos(const struct args *args, int n);
/** args_list - all positional arguments */
const char *const *args_list(const struct args *args);
/** args_command_line - the command as typed, for provenance */
const char *args_command_line(const struct args *args);

/*
 * Values with a unit: the default when the option is absent; on nonsense a
 * sentence in @err and -EINVAL (the command then returns HFCTL_USAGE).
 */
int args_size(const struct args *args, const char *name, uint64_t def,
	      uint64_t *value, struct hf_error *err);
int args_duration(const struct args *args, const char *name, uint64_t def,
		  uint64_t *value, struct hf_error *err);
int args_u64(const struct args *args, const char *name, uint64_t def,
	     uint64_t *value, struct hf_error *err);

/** interrupted - whether SIGINT or SIGTERM came; commands poll it */
bool interrupted(void);

/* The commands, one per file cmd-NAME.c. */
extern const struct command cmd_compare_traces, cmd_convert, cmd_deps,
	cmd_doctor, cmd_gen, cmd_hrc, cmd_import, cmd_info, cmd_live, cmd_load,
	cmd_observe, cmd_patterns, cmd_record, cmd_replay, cmd_report,
	cmd_results, cmd_rewind, cmd_set, cmd_start, cmd_stats, cmd_status,
	cmd_stop, cmd_transform, cmd_unload, cmd_verify, cmd_watch;

#endif /* HFCTL_COMMAND_H */
