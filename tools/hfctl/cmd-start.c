// SPDX-License-Identifier: GPL-2.0-only
/* hfctl start: starts a loaded session. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "args.h"
#include "choices.h"
#include "show.h"
#include "units.h"
#include "wait.h"

static const struct option_desc options[] = {
	OPTIONS_START,
	{ "wait", 'W', NULL,
	  "Wait for the end, with a progress bar; Ctrl-C stops the replay.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Starts the replay of a session that hfctl load has made. Mode, speed and limit override what was chosen when it was loaded.",
	"Without --wait the command returns at once. With it the exit status is 0 when all requests were replayed, 1 when the replay failed or was stopped by somebody else, and 130 after Ctrl-C, which stops the replay and waits for the requests in flight.",
	NULL
};

static const char *const examples[] = {
	"hfctl start 1 --wait",
	"hfctl start prod --mode afap --limit 32",
	NULL
};

static void print_end(const struct session *s, bool json)
{
	char buf[32];

	if (json) {
		show_json(session_json(s));
		return;
	}
	printf("%s: %" PRIu64 " requests issued, %" PRIu64 " late, %" PRIu64
	       " failed, in %s\n", session_state_name(s->state), s->issued,
	       s->late, s->errors,
	       hf_format_duration(buf, sizeof(buf), (int64_t)s->elapsed));
}

static enum exit_code wait_and_print(struct control *c, const char *who,
				     bool json, struct hf_error *err)
{
	struct session end;
	enum exit_code code = wait_for_end(c, who, true, &end, err);

	if (code == HFCTL_FAILED)
		return code;
	print_end(&end, json);
	if (end.state == HFREPLAY_SESSION_STATE_FAILED) {
		code = HFCTL_FAILED;
		hf_fail(err, EIO, "the replay failed: %s",
			end.error_text[0] ? end.error_text
					  : "the module does not say why");
	} else if (code == HFCTL_OK &&
		   end.state == HFREPLAY_SESSION_STATE_STOPPED) {
		code = HFCTL_FAILED;
		hf_fail(err, EIO, "the replay was stopped");
	}
	session_free(&end);
	return code;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	const char *who = args_pos(args, 0);
	struct session choices = { .have = 0 };
	struct control *c;
	enum exit_code code;

	if (choices_start(args, &choices, err))
		return HFCTL_USAGE;
	code = module_open(&c, err);
	if (code != HFCTL_OK)
		return code;
	if (control_start(c, who, &choices, err))
		code = HFCTL_FAILED;
	else if (args_has(args, "wait"))
		code = wait_and_print(c, who, args_has(args, "json"), err);
	control_close(c);
	return code;
}

const struct command cmd_start = {
	.name = "start",
	.summary = "Start a loaded session",
	.usage = "ID|NAME",
	.min_args = 1,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
