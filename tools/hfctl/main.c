// SPDX-License-Identifier: GPL-2.0-only
/* hfctl: finds the command, reads its arguments, prints its error. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "dump.h"
#include "help.h"
#include "interrupt.h"
#include "suggest.h"
#include "version.h"

static const char *command_name_at(const void *ctx, unsigned int n)
{
	const struct command *cmd = command_at(n);

	(void)ctx;
	return cmd ? cmd->name : NULL;
}

static int usage_error(const char *sentence, const char *cmd)
{
	fprintf(stderr, "hfctl: %s; see hfctl %s%s--help\n", sentence,
		cmd ? cmd : "", cmd ? " " : "");
	return HFCTL_USAGE;
}

static int unknown_command(const char *name)
{
	const char *near = suggest(name, command_name_at, NULL);
	char sentence[256];

	if (near)
		snprintf(sentence, sizeof(sentence),
			 "unknown command %.60s (did you mean %s?)", name, near);
	else
		snprintf(sentence, sizeof(sentence), "unknown command %.60s",
			 name);
	return usage_error(sentence, NULL);
}

static int print_failure(const struct hf_error *err, int code)
{
	if (err->text[0])
		fprintf(stderr, "hfctl: %s\n", err->text);
	return code;
}

static int man(const char *name)
{
	const struct command *cmd = name ? command_find(name) : NULL;

	if (name && !cmd)
		return unknown_command(name);
	man_print(cmd, stdout);
	return HFCTL_OK;
}

static int top_option(int argc, char **argv)
{
	const char *arg = argc > 2 ? argv[2] : NULL;
	struct hf_error err = { "" };
	char sentence[256];

	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		help_overview(stdout);
		return HFCTL_OK;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("hfctl %s\n", HFCTL_VERSION);
		return HFCTL_OK;
	}
	if (!strcmp(argv[1], "--man"))
		return man(arg);
	if (!strcmp(argv[1], "--dump-commands"))
		return dump_commands(stdout);
	if (!strcmp(argv[1], "--dump-man") && arg) {
		if (man_write_all(arg, &err))
			return print_failure(&err, HFCTL_FAILED);
		return HFCTL_OK;
	}
	if (!strcmp(argv[1], "--completion") && arg && !strcmp(arg, "bash")) {
		complete_bash(stdout);
		return HFCTL_OK;
	}
	snprintf(sentence, sizeof(sentence),
		 "%.60s%s cannot be understood before a command", argv[1],
		 arg ? " ..." : "");
	return usage_error(sentence, NULL);
}

static int run(const struct command *cmd, int argc, char **argv)
{
	struct hf_error err = { "" };
	struct args *args;
	int code;

	if (args_parse(&args, cmd, argc, argv, &err))
		return usage_error(err.text, cmd->name);
	if (args_has(args, "help")) {
		help_command(cmd, stdout);
		code = HFCTL_OK;
	} else {
		interrupt_setup();
		code = cmd->run(args, &err);
	}
	args_free(args);
	if (code == HFCTL_USAGE && err.text[0])
		return usage_error(err.text, cmd->name);
	if (code != HFCTL_OK)
		print_failure(&err, code);
	return code;
}

/* As any filter: a reader that has seen enough ends it silently. */
static void end_by_pipe(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

/* What was printed must have arrived: a full disk is a failure. */
static int finish(int code)
{
	if (fflush(stdout) || ferror(stdout)) {
		if (errno == EPIPE)
			end_by_pipe();
		fprintf(stderr, "hfctl: cannot write to standard output: %m\n");
		return code == HFCTL_OK ? HFCTL_FAILED : code;
	}
	return code;
}

int main(int argc, char **argv)
{
	const struct command *cmd;

	if (argc < 2) {
		help_overview(stderr);
		return HFCTL_USAGE;
	}
	if (argv[1][0] == '-')
		return finish(top_option(argc, argv));
	if (!strcmp(argv[1], "help")) {
		if (argc < 3) {
			help_overview(stdout);
			return finish(HFCTL_OK);
		}
		cmd = command_find(argv[2]);
		if (!cmd)
			return unknown_command(argv[2]);
		help_command(cmd, stdout);
		return finish(HFCTL_OK);
	}
	cmd = command_find(argv[1]);
	if (!cmd)
		return unknown_command(argv[1]);
	return finish(run(cmd, argc - 1, argv + 1));
}
