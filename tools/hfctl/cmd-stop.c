// SPDX-License-Identifier: GPL-2.0-only
/* hfctl stop: ends a replay early. */
#include "args.h"
#include "show.h"
#include "wait.h"

static const struct option_desc options[] = {
	{ "wait", 'W', NULL, "Wait until no request is in flight any more.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"No further request is issued; those in flight complete. What was collected stays and can be read with hfctl results and hfctl report.",
	NULL
};

static const char *const examples[] = {
	"hfctl stop 1 --wait",
	NULL
};

static enum exit_code wait_and_show(struct control *c, const char *who,
				    bool json, struct hf_error *err)
{
	struct session end;
	enum exit_code code = wait_for_end(c, who, false, &end, err);

	if (code == HFCTL_FAILED)
		return code;
	if (json)
		show_json(session_json(&end));
	session_free(&end);
	return code;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	const char *who = args_pos(args, 0);
	struct control *c;
	enum exit_code code = module_open(&c, err);

	if (code != HFCTL_OK)
		return code;
	if (control_stop(c, who, err))
		code = HFCTL_FAILED;
	else if (args_has(args, "wait"))
		code = wait_and_show(c, who, args_has(args, "json"), err);
	control_close(c);
	return code;
}

const struct command cmd_stop = {
	.name = "stop",
	.summary = "Stop a replay and keep what was collected",
	.usage = "ID|NAME",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
