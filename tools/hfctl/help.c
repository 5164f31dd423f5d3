// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "args.h"
#include "help.h"
#include "version.h"

#define WIDTH		79
#define OPTION_COLUMN	28

/* Prints words from column @at on, indented by @indent, and a newline. */
static void wrap(FILE *out, const char *text, int indent, int at)
{
	while (*text) {
		int len = (int)strcspn(text, " ");

		if (at > indent && at + 1 + len > WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", len, text);
		at += len;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void print_option(const struct option_desc *opt, FILE *out)
{
	int at = 0;

	if (opt->letter)
		at += fprintf(out, "  -%c, ", opt->letter);
	else
		at += fprintf(out, "      ");
	at += fprintf(out, "--%s", opt->name);
	if (opt->arg)
		at += fprintf(out, " %s", opt->arg);
	if (at > OPTION_COLUMN - 2) {
		fputc('\n', out);
		at = 0;
	}
	fprintf(out, "%*s", OPTION_COLUMN - at, "");
	wrap(out, opt->help, OPTION_COLUMN, OPTION_COLUMN);
}

static void print_exits(FILE *out)
{
	const struct exit_desc *e;
	unsigned int n;

	fprintf(out, "\nExit status:\n");
	for (n = 0; (e = exit_desc_at(n)); n++) {
		fprintf(out, "  %3d  ", e->code);
		wrap(out, e->meaning, 7, 7);
	}
}

void help_overview(FILE *out)
{
	const struct command *cmd;
	unsigned int n;

	fprintf(out,
		"hfctl %s - capture block I/O traces and replay them from inside the kernel\n"
		"\n"
		"Usage: hfctl COMMAND [OPTION...] [ARGUMENT...]\n"
		"\n"
		"Commands:\n", HFCTL_VERSION);
	for (n = 0; (cmd = command_at(n)); n++)
		fprintf(out, "  %-10s %s\n", cmd->name, cmd->summary);
	fprintf(out,
		"\n"
		"hfctl COMMAND --help tells more about a command.\n"
		"\n"
		"Options:\n"
		"  -h, --help               Show this help.\n"
		"      --version            Show the version.\n"
		"      --man [COMMAND]      Print a manual page (mdoc).\n"
		"      --dump-man DIR       Write all manual pages to a folder.\n"
		"      --dump-commands      Print all commands and options as JSON.\n"
		"      --completion bash    Print the completion script for a shell.\n");
	print_exits(out);
}

void help_command(const struct command *cmd, FILE *out)
{
	const struct option_desc *opt;
	unsigned int n;

	fprintf(out, "hfctl %s - %s\n\n", cmd->name, cmd->summary);
	fprintf(out, "Usage: hfctl %s [OPTION...]%s%s\n", cmd->name,
		cmd->usage && *cmd->usage ? " " : "",
		cmd->usage ? cmd->usage : "");
	for (n = 0; cmd->details && cmd->details[n]; n++) {
		fputc('\n', out);
		wrap(out, cmd->details[n], 0, 0);
	}
	fprintf(out, "\nOptions:\n");
	for (n = 0; (opt = args_option_at(cmd, n)); n++)
		print_option(opt, out);
	if (cmd->examples && cmd->examples[0])
		fprintf(out, "\nExamples:\n");
	for (n = 0; cmd->examples && cmd->examples[n]; n++)
		fprintf(out, "  %s\n", cmd->examples[n]);
	print_exits(out);
}
