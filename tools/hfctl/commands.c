// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "help.h"

static const struct command *const commands[] = {
	&cmd_record,
	&cmd_convert,
	&cmd_import,
	&cmd_transform,
	&cmd_gen,
	&cmd_info,
	&cmd_stats,
	&cmd_hrc,
	&cmd_compare_traces,
	&cmd_deps,
	&cmd_patterns,
	&cmd_replay,
	&cmd_load,
	&cmd_start,
	&cmd_set,
	&cmd_status,
	&cmd_live,
	&cmd_watch,
	&cmd_stop,
	&cmd_rewind,
	&cmd_results,
	&cmd_report,
	&cmd_verify,
	&cmd_observe,
	&cmd_unload,
	&cmd_doctor,
};

static const struct exit_desc exits[] = {
	{ HFCTL_OK, "it is done" },
	{ HFCTL_FAILED, "it failed; the sentence on standard error says why" },
	{ HFCTL_USAGE, "the command line makes no sense" },
	{ HFCTL_NO_MODULE, "the kernel module is not loaded, or lacks something that was asked for" },
	{ HFCTL_DIFFERENCE, "a comparison found a difference" },
	{ HFCTL_INTERRUPTED, "interrupted; what was collected until then is kept" },
};

const struct command *command_at(unsigned int n)
{
	if (n >= sizeof(commands) / sizeof(commands[0]))
		return NULL;
	return commands[n];
}

const struct command *command_find(const char *name)
{
	const struct command *cmd;
	unsigned int n;

	for (n = 0; (cmd = command_at(n)); n++)
		if (!strcmp(cmd->name, name))
			return cmd;
	return NULL;
}

const struct exit_desc *exit_desc_at(unsigned int n)
{
	return n < sizeof(exits) / sizeof(exits[0]) ? &exits[n] : NULL;
}
