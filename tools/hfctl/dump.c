// SPDX-License-Identifier: GPL-2.0-only
#include <jansson.h>

#include "args.h"
#include "dump.h"
#include "help.h"

static json_t *dump_option(const struct option_desc *opt)
{
	char letter[2] = { opt->letter, '\0' };

	return json_pack("{s:s, s:s?, s:s?, s:s, s:b}", "name", opt->name,
			 "letter", opt->letter ? letter : NULL, "arg",
			 opt->arg, "help", opt->help, "many", opt->many);
}

static json_t *dump_command(const struct command *cmd)
{
	json_t *options = json_array();
	const struct option_desc *opt;
	unsigned int n;

	for (n = 0; (opt = args_option_at(cmd, n)); n++)
		json_array_append_new(options, dump_option(opt));
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:o}", "name", cmd->name,
			 "summary", cmd->summary, "usage",
			 cmd->usage ? cmd->usage : "", "min_args",
			 cmd->min_args, "max_args", cmd->max_args, "options",
			 options);
}

enum exit_code dump_commands(FILE *out)
{
	json_t *commands = json_array(), *all;
	const struct command *cmd;
	unsigned int n;
	int bad;

	for (n = 0; (cmd = command_at(n)); n++)
		json_array_append_new(commands, dump_command(cmd));
	all = json_pack("{s:i, s:o}", "format", 1, "commands", commands);
	bad = json_dumpf(all, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(all);
	return bad ? HFCTL_FAILED : HFCTL_OK;
}
