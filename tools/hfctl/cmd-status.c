// SPDX-License-Identifier: GPL-2.0-only
/* hfctl status: which sessions there are and where they stand. */
#include <stdio.h>

#include "args.h"
#include "show.h"
#include "wait.h"

static const struct option_desc options[] = {
	OPTION_JSON,
	OPTIONS_END
};

static const char *const details[] = {
	"Without an argument, a line for each session of the kernel module; with one, everything about that session.",
	"A session is empty, loading, ready, running, draining (all was issued, or a stop was asked for, and requests are in flight), done, stopped, or failed.",
	NULL
};

static const char *const examples[] = {
	"hfctl status",
	"hfctl status 1 --json",
	NULL
};

static void print_list(const struct session *list, unsigned int n, bool json)
{
	json_t *array;
	unsigned int i;

	if (!json) {
		show_session_header();
		for (i = 0; i < n; i++)
			show_session_line(&list[i]);
		return;
	}
	array = json_array();
	for (i = 0; i < n; i++)
		json_array_append_new(array, session_json(&list[i]));
	show_json(json_pack("{s:o}", "sessions", array));
}

static int status_all(struct control *c, bool json, struct hf_error *err)
{
	struct session *list;
	unsigned int n;
	int ret = control_list(c, &list, &n, err);

	if (ret)
		return ret;
	print_list(list, n, json);
	control_list_free(list, n);
	return 0;
}

static int status_one(struct control *c, const char *who, bool json,
		      struct hf_error *err)
{
	struct session s;
	int ret = control_get(c, who, &s, err);

	if (ret)
		return ret;
	if (json)
		show_json(session_json(&s));
	else
		show_session(&s);
	session_free(&s);
	return 0;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	bool json = args_has(args, "json");
	struct control *c;
	enum exit_code code = module_open(&c, err);
	int ret;

	if (code != HFCTL_OK)
		return code;
	if (args_count(args))
		ret = status_one(c, args_pos(args, 0), json, err);
	else
		ret = status_all(c, json, err);
	control_close(c);
	return ret ? HFCTL_FAILED : HFCTL_OK;
}

const struct command cmd_status = {
	.name = "status",
	.summary = "Show the sessions of the kernel module",
	.usage = "[ID|NAME]",
	.min_args = 0,
	.max_args = 1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
