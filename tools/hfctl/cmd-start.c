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
#include "when.h"

static const struct option_desc options[] = {
	OPTIONS_START,
	OPTIONS_WHEN,
	{ "wait", 'W', NULL,
	  "Wait for the end, with a progress bar; Ctrl-C stops the replay.",
	  false },
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Starts the replay of a session that hfctl load has made. What is given overrides what was chosen when it was loaded; a mode without a limit brings its own.",
	"The mode dep needs a trace with dependencies: hfctl deps -o writes one, and hfctl load infers them with --mode dep or --deps.",
	"Without --wait the command returns at once. With it the exit status is 0 when all requests were replayed, 1 when the replay failed or was stopped by somebody else, and 130 after Ctrl-C, which stops the replay and waits for the requests in flight.",
	NULL
};

static const char *const examples[] = {
	"hfctl start 1 --wait",
	"hfctl start prod --mode afap --limit 32",
	"hfctl start 1 --start-at 2026-01-31T12:00:00Z",
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

/*
 * Loops that were not known when the session was made: their records may need
 * a reader, for which a replay that nobody reads would wait for ever.
 */
static int check_records(struct control *c, const char *who,
			 const struct session *choices, bool wait,
			 struct hf_error *err)
{
	struct session s;
	int ret = control_get(c, who, &s, err);
	uint64_t all;

	if (ret)
		return ret;
	if (session_has(choices, LOOPS))
		s.loops = choices->loops;
	all = s.loops * s.loaded;
	if (s.flags & HFREPLAY_SESSION_FLAGS_STREAM || !session_drains(&s)) {
		session_free(&s);
		return 0;
	}
	if (wait)
		ret = hf_fail(err, ENOBUFS,
			      "%u loops make %" PRIu64 " completion records and session %s keeps %u of them: load it with --loops %u or --no-records, or start it without --wait and read them while it runs (hfctl results %s -o FILE)",
			      s.loops, all, s.name, s.results, s.loops, s.name);
	else
		fprintf(stderr, "session %s keeps %u of %" PRIu64 " completion records: it waits for hfctl results %s -o FILE to read them\n",
			s.name, s.results, all, s.name);
	session_free(&s);
	return ret;
}

static int start(struct control *c, const char *who, struct session *choices,
		 const struct start_at *start_at, struct hf_error *err)
{
	start_at_apply(start_at, choices);
	return control_start(c, who, choices, err);
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	const char *who = args_pos(args, 0);
	struct session choices = { .have = 0 };
	struct start_at start_at;
	struct control *c;
	enum exit_code code;

	if (choices_start(args, &choices, err) ||
	    when_options(args, &start_at, err))
		return HFCTL_USAGE;
	code = module_open(&c, err);
	if (code != HFCTL_OK)
		return code;
	if (check_records(c, who, &choices, args_has(args, "wait"), err) ||
	    start(c, who, &choices, &start_at, err))
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
