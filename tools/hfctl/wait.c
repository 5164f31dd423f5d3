// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "progress.h"
#include "wait.h"

#define LOOK_MS		200
/* How long a deleted session may take to let its targets go. */
#define GONE_LOOKS	150

enum exit_code module_open(struct control **c, struct hf_error *err)
{
	int ret = control_open(c, err);

	if (!ret)
		return HFCTL_OK;
	return ret == -ENOPKG ? HFCTL_NO_MODULE : HFCTL_FAILED;
}

/* The state decides, events only shorten the wait: some may be lost. */
static int wait_for_event(struct watch *w, struct hf_error *err)
{
	struct session seen;
	int ret = watch_next(w, LOOK_MS, &seen, err);

	session_free(&seen);
	return ret < 0 ? ret : 0;
}

static enum exit_code wait_loop(struct control *c, struct watch *w,
				const char *who, bool stop,
				struct session *end, struct hf_error *err)
{
	bool stopping = false;
	struct hf_error unused;

	while (!control_get(c, who, end, err)) {
		progress_session(end);
		if (session_ended(end))
			return stopping ? HFCTL_INTERRUPTED : HFCTL_OK;
		if (interrupted() && !stop)
			return HFCTL_INTERRUPTED;
		if (interrupted() && !stopping) {
			/* Fails if it has just ended: seen the next time. */
			control_stop(c, who, &unused);
			stopping = true;
		}
		session_free(end);
		if (wait_for_event(w, err))
			break;
	}
	return HFCTL_FAILED;
}

enum exit_code wait_for_end(struct control *c, const char *who, bool stop,
			    struct session *end, struct hf_error *err)
{
	enum exit_code code;
	struct watch *w;

	if (watch_open(&w, c, err))
		return HFCTL_FAILED;
	code = wait_loop(c, w, who, stop, end, err);
	progress_end();
	watch_close(w);
	return code;
}

static bool is_listed(struct control *c, uint32_t id)
{
	struct hf_error unused;
	struct session *list;
	unsigned int n, i;
	bool found = false;

	if (control_list(c, &list, &n, &unused))
		return true;
	for (i = 0; i < n; i++)
		found = found || list[i].id == id;
	control_list_free(list, n);
	return found;
}

enum exit_code wait_until_gone(struct control *c, struct watch *w,
			       uint32_t id, struct hf_error *err)
{
	struct session s;
	bool lost = false;
	int i, event, same;

	for (i = 0; i < GONE_LOOKS && !interrupted(); i++) {
		event = watch_next(w, LOOK_MS, &s, err);
		same = s.id == id;
		session_free(&s);
		if (event < 0)
			return HFCTL_FAILED;
		if (event == WATCH_DELETED && same)
			return HFCTL_OK;
		/* The event itself may be among those that were lost. */
		lost = lost || event == WATCH_LOST;
		if (lost && event == WATCH_NOTHING && !is_listed(c, id))
			return HFCTL_OK;
		if (event == WATCH_CHANGED || event == WATCH_DELETED)
			i--;
	}
	if (interrupted())
		return HFCTL_INTERRUPTED;
	hf_fail(err, ETIMEDOUT,
		"session %u is deleted, but a request of it is still in flight after %d s; its targets stay in use until it completes",
		id, GONE_LOOKS * LOOK_MS / 1000);
	return HFCTL_FAILED;
}
