// SPDX-License-Identifier: GPL-2.0-only
/* hfctl watch: what happens to sessions, as it happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "args.h"
#include "show.h"
#include "wait.h"

static const struct option_desc options[] = {
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Prints a line when a session changes its state, makes progress, or is deleted. With an argument only that session counts, and the command ends when its replay has ended or it is deleted; otherwise Ctrl-C ends it.",
	"When the kernel had to drop events, because they came faster than they were read, the sessions are read and printed anew.",
	NULL
};

static const char *const examples[] = {
	"hfctl watch",
	"hfctl watch prod --json",
	NULL
};

#define LOOK_MS 500

/**
 * struct view - what is watched
 * @control: to read sessions
 * @watch: the events
 * @id: the session that counts, 0 for all
 * @json: print JSON
 * @over: the session that counts has ended
 */
struct view {
	struct control *control;
	struct watch *watch;
	uint32_t id;
	bool json;
	bool over;
};

static void print_line(const struct session *s, bool deleted)
{
	char clock[32];
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	printf("%s ", clock);
	if (deleted)
		printf("%4u %-16s deleted\n", s->id, s->name);
	else
		show_session_line(s);
	fflush(stdout);
}

static void print_event(struct view *v, const struct session *s,
			const char *event)
{
	bool deleted = !strcmp(event, "deleted");
	json_t *o;

	if (v->id && s->id != v->id)
		return;
	if (v->json) {
		o = json_pack("{s:s}", "event", event);
		json_object_update_new(o, session_json(s));
		show_json_line(o);
	} else {
		print_line(s, deleted);
	}
	if (v->id && (deleted || session_ended(s)))
		v->over = true;
}

/* Prints what is there now; a session that is not there any more is over. */
static int print_all(struct view *v, struct hf_error *err)
{
	struct session *list;
	unsigned int n, i;
	bool found = false;
	int ret = control_list(v->control, &list, &n, err);

	if (ret)
		return ret;
	for (i = 0; i < n; i++) {
		found = found || list[i].id == v->id;
		print_event(v, &list[i], "state");
	}
	control_list_free(list, n);
	if (v->id && !found)
		v->over = true;
	return 0;
}

static int look(struct view *v, struct hf_error *err)
{
	struct session s;
	int event = watch_next(v->watch, LOOK_MS, &s, err);
	int ret = event < 0 ? event : 0;

	if (event == WATCH_CHANGED)
		print_event(v, &s, "changed");
	else if (event == WATCH_DELETED)
		print_event(v, &s, "deleted");
	else if (event == WATCH_LOST)
		ret = print_all(v, err);
	session_free(&s);
	return ret;
}

static int find_id(struct view *v, const char *who, struct hf_error *err)
{
	struct session s;
	int ret;

	if (!who)
		return 0;
	ret = control_get(v->control, who, &s, err);
	if (!ret)
		v->id = s.id;
	session_free(&s);
	return ret;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	struct view v = { .json = args_has(args, "json") };
	enum exit_code code = module_open(&v.control, err);
	int ret;

	if (code != HFCTL_OK)
		return code;
	ret = find_id(&v, args_pos(args, 0), err);
	if (!ret)
		ret = watch_open(&v.watch, v.control, err);
	if (!ret)
		ret = print_all(&v, err);
	while (!ret && !v.over && !interrupted() && !ferror(stdout))
		ret = look(&v, err);
	watch_close(v.watch);
	control_close(v.control);
	if (ret)
		return HFCTL_FAILED;
	return interrupted() ? HFCTL_INTERRUPTED : HFCTL_OK;
}

const struct command cmd_watch = {
	.name = "watch",
	.summary = "Print the events of sessions as they happen",
	.usage = "[ID|NAME]",
	.min_args = 0,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
