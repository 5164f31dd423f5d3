// SPDX-License-Identifier: GPL-2.0-only
/* hfctl rewind: makes an ended session ready to run again. */
#include "args.h"
#include "wait.h"

static const char *const details[] = {
	"An ended session becomes ready to play the same trace again; one that was streamed becomes empty. Its completion records are gone: collect them before.",
	NULL
};

static const char *const examples[] = {
	"hfctl rewind 1 && hfctl start 1 --speed 2 --wait",
	NULL
};

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct control *c;
	enum exit_code code = module_open(&c, err);

	if (code != HFCTL_OK)
		return code;
	if (control_rewind(c, args_pos(args, 0), err))
		code = HFCTL_FAILED;
	control_close(c);
	return code;
}

const struct command cmd_rewind = {
	.name = "rewind",
	.summary = "Make an ended session ready to run again",
	.usage = "ID|NAME",
	.min_args = 1,
	.max_args = 1,
	.details = details,
	.examples = examples,
	.run = run,
};
