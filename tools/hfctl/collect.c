// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collect.h"
#include "engine.h"
#include "kept.h"
#include "meta.h"
#include "node.h"
#include "progress.h"
#include "wait.h"

#define LOOK_MS 200

static bool is_stream(const struct session *s)
{
	return s->flags & HFREPLAY_SESSION_FLAGS_STREAM;
}

static int check_started(const struct session *s, struct hf_error *err)
{
	if (session_ended(s) || session_runs(s) || is_stream(s))
		return 0;
	return hf_fail(err, ENODATA,
		       "session %u (%s) has not run yet: it is %s; hfctl start %u --wait runs it",
		       s->id, s->name, session_state_name(s->state), s->id);
}

/* What gives each record once has to be drained while it runs. */
static int drain(struct node_take *take, struct control *c, const char *who,
		 struct hf_error *err)
{
	struct pollfd pfd = { .fd = take->fd, .events = POLLIN };
	struct session now;
	int64_t n = 0;

	while (!take->ended && n >= 0 && !interrupted()) {
		if (poll(&pfd, 1, LOOK_MS) > 0) {
			n = node_take_some(take, err);
		} else if (!control_get(c, who, &now, err)) {
			progress_session(&now);
			session_free(&now);
		} else {
			n = -EIO;
		}
	}
	progress_end();
	return n < 0 ? (int)n : 0;
}

/* All that is there now. */
static int take_all(struct node_take *take, struct hf_error *err)
{
	int64_t n;

	do {
		n = node_take_some(take, err);
	} while (n > 0);
	return n < 0 ? (int)n : 0;
}

static int take_records(struct node_take *take, struct control *c,
			const char *who, const struct session *s,
			struct hf_error *err)
{
	int ret;

	take->fd = node_open(s, O_RDONLY | O_NONBLOCK, err);
	if (take->fd < 0)
		return take->fd;
	ret = session_drains(s) ? drain(take, c, who, err)
				: take_all(take, err);
	close(take->fd);
	return ret;
}

static json_t *make_meta(struct control *c, const struct session *s)
{
	struct hf_error unused;
	struct kept k;
	struct caps caps;
	json_t *meta;
	bool known = !kept_read(s->name, &k, &unused);

	/* Another trace may have been loaded by other means since. */
	if (known && session_has(s, CHECKSUM) && k.checksum != s->checksum) {
		kept_free(&k);
		known = false;
	}
	meta = meta_build(&(struct meta_source){
		.engine = engine_kernel.name,
		.session = s,
		.caps = control_caps(c, &caps, &unused) ? NULL : &caps,
		.trace_path = known ? k.trace : NULL,
		.command = known ? k.command : NULL,
	});
	kept_free(&k);
	return meta;
}

/* The session as it is when the records are read. */
static enum exit_code find_session(struct control *c, const char *who,
				   struct session *s, struct hf_error *err)
{
	int ret = control_get(c, who, s, err);

	if (!ret)
		ret = check_started(s, err);
	if (ret)
		return HFCTL_FAILED;
	if (session_drains(s) || session_ended(s))
		return HFCTL_OK;
	session_free(s);
	return wait_for_end(c, who, false, s, err);
}

/*
 * Records of a stream carry no index: what was read by somebody else before
 * would shift all that follows.
 */
static int check_whole(const struct session *s, uint64_t count,
		       struct hf_error *err)
{
	if (!is_stream(s) || !session_ended(s) || count == s->last_index)
		return 0;
	return hf_fail(err, ENODATA,
		       "session %u (%s) was streamed, which gives each completion record once, and %" PRIu64 " of %" PRIu64 " were read before; hfctl results -o FILE keeps them",
		       s->id, s->name, (uint64_t)(s->last_index - count),
		       s->last_index);
}

enum exit_code collect_session(struct control *c, const char *who,
			       struct results *res, struct hf_error *err)
{
	struct node_take take = { .fd = -1 };
	struct session s = { .have = 0 };
	enum exit_code code = find_session(c, who, &s, err);

	memset(res, 0, sizeof(*res));
	if (code != HFCTL_FAILED && take_records(&take, c, who, &s, err))
		code = HFCTL_FAILED;
	session_free(&s);
	if (code != HFCTL_FAILED &&
	    (control_get(c, who, &s, err) || check_whole(&s, take.count, err)))
		code = HFCTL_FAILED;
	if (code == HFCTL_FAILED) {
		free(take.recs);
		session_free(&s);
		return code;
	}
	res->recs = take.recs;
	res->count = take.count;
	res->meta = make_meta(c, &s);
	session_free(&s);
	return interrupted() ? HFCTL_INTERRUPTED : code;
}

bool is_results_file(const char *arg)
{
	size_t len = strlen(arg);
	struct stat st;

	if (strchr(arg, '/') || (len > 4 && !strcmp(arg + len - 4, ".hfr")))
		return true;
	return !stat(arg, &st) && S_ISREG(st.st_mode) &&
	       strspn(arg, "0123456789") != len;
}

enum exit_code collect(const char *arg, struct results *res,
		       struct hf_error *err)
{
	enum exit_code code;
	struct control *c;

	if (is_results_file(arg))
		return results_read(res, arg, err) ? HFCTL_FAILED : HFCTL_OK;
	code = module_open(&c, err);
	if (code != HFCTL_OK)
		return code;
	code = collect_session(c, arg, res, err);
	control_close(c);
	return code;
}
