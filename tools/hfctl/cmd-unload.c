// SPDX-License-Identifier: GPL-2.0-only
/* hfctl unload: deletes sessions and frees their targets. */
#include <errno.h>
#include <stdio.h>

#include "args.h"
#include "kept.h"
#include "wait.h"

static const struct option_desc options[] = {
	{ "all", 'a', NULL, "Delete every session.", false },
	{ "no-wait", 0, NULL, "Do not wait until the targets are free.",
	  false },
	OPTIONS_END
};

static const char *const details[] = {
	"Deletes sessions, stopping them first, and waits until their targets are free. Completion records that were not collected are lost. A trace that hfctl load converted is removed; one that was loaded as it is stays.",
	NULL
};

static const char *const examples[] = {
	"hfctl unload 1",
	"hfctl unload --all",
	NULL
};

static enum exit_code unload(struct control *c, const char *who, bool wait,
			     struct hf_error *err)
{
	enum exit_code code = HFCTL_FAILED;
	struct watch *w = NULL;
	struct session s;

	if (control_get(c, who, &s, err))
		return code;
	if (!watch_open(&w, c, err) && !control_del(c, who, err)) {
		kept_forget(s.name);
		code = wait ? wait_until_gone(c, w, s.id, err) : HFCTL_OK;
	}
	watch_close(w);
	session_free(&s);
	return code;
}

static enum exit_code unload_all(struct control *c, bool wait,
				 struct hf_error *err)
{
	enum exit_code code = HFCTL_OK;
	struct session *list;
	unsigned int n, i;
	char who[16];

	if (control_list(c, &list, &n, err))
		return HFCTL_FAILED;
	for (i = 0; i < n && code == HFCTL_OK; i++) {
		snprintf(who, sizeof(who), "%u", list[i].id);
		code = unload(c, who, wait, err);
	}
	control_list_free(list, n);
	return code;
}

static enum exit_code run(const struct args *args, struct hf_error *err)
{
	bool all = args_has(args, "all"), wait = !args_has(args, "no-wait");
	enum exit_code code;
	struct control *c;
	int i;

	if (all == (args_count(args) > 0)) {
		hf_fail(err, EINVAL, all ? "--all goes without a session"
					 : "a session or --all is missing");
		return HFCTL_USAGE;
	}
	code = module_open(&c, err);
	if (code != HFCTL_OK)
		return code;
	if (all)
		code = unload_all(c, wait, err);
	for (i = 0; i < args_count(args) && code == HFCTL_OK; i++)
		code = unload(c, args_pos(args, i), wait, err);
	control_close(c);
	return code;
}

const struct command cmd_unload = {
	.name = "unload",
	.summary = "Delete sessions and free their targets",
	.usage = "[ID|NAME...]",
	.min_args = 0,
	.max_args = -1,
	.options = options,
	.details = details,
	.examples = examples,
	.run = run,
};
