// SPDX-License-Identifier: GPL-2.0-only
/* hfctl set: changes a session, also while it runs. */
#include <errno.h>

#include "args.h"
#include "choices.h"
#include "wait.h"

static const struct option_desc options[] = {
	OPTIONS_LIVE,
	OPTIONS_END
};

static const char *const details[] = {
	"Changes speed, think scale or limit of a session. A replay that runs goes on from where it is in the trace: with twice the speed it takes half of what is left of its time.",
	"What is not given stays as it is.",
	NULL
};

static const char *const examples[] = {
	"hfctl set 1 --speed 2",
	"hfctl set prod --limit 64",
	NULL
};

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct session choices = { .have = 0 };
	struct control *c;
	enum exit_code code;

	if (choices_start(args, &choices, err))
		return HFCTL_USAGE;
	if (!choices.have) {
		hf_fail(err, EINVAL,
			"nothing is to be changed: give --speed, --think-scale or --limit");
		return HFCTL_USAGE;
	}
	code = module_open(&c, err);
	if (code != HFCTL_OK)
		return code;
	if (control_set(c, args_pos(args, 0), &choices, err))
		code = HFCTL_FAILED;
	control_close(c);
	return code;
}

const struct command cmd_set = {
	.name = "set",
	.summary = "Change speed, think scale or limit of a session that may be running",
	.usage = "ID|NAME",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
