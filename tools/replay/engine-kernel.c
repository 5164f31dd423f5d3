// SPDX-License-Identifier: GPL-2.0-only
/* The engine in the kernel: make a session, feed it, start it, collect. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "engine.h"
#include "meta.h"
#include "node.h"
#include "watch.h"

/* Longest time between two looks at Ctrl-C and progress. */
#define LOOK_MS		200

/**
 * struct run - a replay in the kernel
 * @job: what is asked for
 * @control: commands go here
 * @caps: what the module can do
 * @made: the session
 * @who: its id as text
 * @fd: its node, open for both ways; autoclear: closing it ends all
 * @feed: the trace on its way in
 * @take: completion records on their way out
 * @stopped: a stop was sent
 * @looked_ns: when progress was looked at last
 * @feed_error: why the trace could not be fed to its end, or empty
 */
struct run {
	const struct engine_job *job;
	struct control *control;
	struct caps caps;
	struct session made;
	char who[16];
	int fd;
	struct node_feed feed;
	struct node_take take;
	bool stopped;
	uint64_t looked_ns;
	struct hf_error feed_error;
};

static bool streams(const struct run *r)
{
	return r->job->choices->flags & HFREPLAY_SESSION_FLAGS_STREAM;
}

/* Records of all loops may not fit the ring: it is read while it runs. */
static bool loops(const struct run *r)
{
	return r->job->choices->loops > 1;
}

static int make_session(struct run *r, struct hf_error *err)
{
	struct session want = *r->job->choices;
	int ret;

	want.flags |= HFREPLAY_SESSION_FLAGS_AUTOCLEAR;
	want.have |= SESSION_BIT(FLAGS);
	ret = control_new(r->control, &want, &r->made, err);
	if (ret)
		return ret;
	snprintf(r->who, sizeof(r->who), "%u", r->made.id);
	r->fd = node_open(&r->made, O_RDWR | O_NONBLOCK, err);
	if (r->fd < 0)
		return r->fd;
	r->feed.fd = r->fd;
	r->feed.trace = r->job->trace;
	r->take.fd = r->fd;
	return 0;
}

/* Feeds until the window is full or all is in. */
static int fill(struct run *r, struct hf_error *err)
{
	int ret;

	do {
		if (r->job->interrupted())
			return hf_fail(err, EINTR,
				       "interrupted while the trace was loaded; nothing was issued");
		ret = node_feed_some(&r->feed);
	} while (ret > 0 || ret == -EINTR);
	if (ret == 0 || (ret == -EAGAIN && streams(r)))
		return 0;
	return node_feed_error(&r->feed, ret, r->control, r->who, err);
}

static void stop_if_interrupted(struct run *r)
{
	struct hf_error unused;

	if (r->stopped || !r->job->interrupted())
		return;
	/* It may have ended by itself meanwhile: then there is no more to do. */
	control_stop(r->control, r->who, &unused);
	r->stopped = true;
}

static int look(struct run *r, struct session *now, struct hf_error *err)
{
	int ret;

	stop_if_interrupted(r);
	ret = control_get(r->control, r->who, now, err);
	if (!ret && r->job->progress)
		r->job->progress(now);
	return ret;
}

/*
 * The kernel keeps the records of a whole trace: nothing is read while it
 * runs, which would only take time from the replay.
 */
static int wait_for_end(struct run *r, struct hf_error *err)
{
	struct session now, seen;
	struct watch *w;
	bool ended = false;
	int ret = watch_open(&w, r->control, err);

	while (!ret && !ended) {
		ret = look(r, &now, err);
		if (ret)
			break;
		ended = session_ended(&now);
		session_free(&now);
		if (ended)
			break;
		ret = watch_next(w, LOOK_MS, &seen, err);
		session_free(&seen);
		ret = ret < 0 ? ret : 0;
	}
	watch_close(w);
	return ret;
}

static int collect_all(struct run *r, struct hf_error *err)
{
	int64_t n = 0;

	while (!r->take.ended && n >= 0)
		n = node_take_some(&r->take, err);
	return n < 0 ? (int)n : 0;
}

/*
 * The feed may end early: after a stop or a failure no more is taken. What
 * was issued until then is still collected.
 */
static void feed_more(struct run *r, bool *fed)
{
	int ret = node_feed_some(&r->feed);
	struct hf_error unused;

	if (ret == -EAGAIN || ret == -EINTR || ret > 0)
		return;
	*fed = true;
	if (ret == 0 || ret == -EPIPE || ret == -EBUSY || r->stopped)
		return;
	node_feed_error(&r->feed, ret, r->control, r->who, &r->feed_error);
	control_stop(r->control, r->who, &unused);
	r->stopped = true;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static int look_if_due(struct run *r, struct hf_error *err)
{
	struct session now;
	int ret;

	stop_if_interrupted(r);
	if (now_ns() - r->looked_ns < LOOK_MS * 1000000ULL)
		return 0;
	ret = look(r, &now, err);
	if (!ret)
		session_free(&now);
	r->looked_ns = now_ns();
	return ret;
}

/* Feeds and collects at once, each when the kernel is ready for it. */
static int pump(struct run *r, struct hf_error *err)
{
	struct pollfd pfd = { .fd = r->fd };
	bool fed = r->feed.done == r->job->trace->size;
	int64_t n = 0;
	int ret = 0;

	while (!ret && !r->take.ended) {
		ret = look_if_due(r, err);
		fed = fed || r->stopped;
		pfd.events = fed ? POLLIN : POLLIN | POLLOUT;
		if (ret || poll(&pfd, 1, LOOK_MS) <= 0)
			continue;
		if (!fed && (pfd.revents & POLLOUT))
			feed_more(r, &fed);
		if (pfd.revents & (POLLIN | POLLHUP | POLLERR)) {
			n = node_take_some(&r->take, err);
			ret = n < 0 ? (int)n : 0;
		}
	}
	return ret;
}

/* All else was chosen when the session was made. */
static int start(struct run *r, struct hf_error *err)
{
	struct session at = { .have = 0 };

	start_at_apply(r->job->start_at, &at);
	return control_start(r->control, r->who, &at, err);
}

static int play(struct run *r, struct hf_error *err)
{
	int ret = make_session(r, err);

	if (!ret)
		ret = fill(r, err);
	if (!ret)
		ret = start(r, err);
	if (ret)
		return ret;
	if (streams(r) || loops(r))
		return pump(r, err);
	ret = wait_for_end(r, err);
	return ret ? ret : collect_all(r, err);
}

static int finish(struct run *r, struct results *res, struct hf_error *err)
{
	struct session end;
	int ret = look(r, &end, err);

	if (ret)
		return ret;
	res->meta = meta_build(&(struct meta_source){
		.engine = engine_kernel.name,
		.session = &end,
		.caps = &r->caps,
		.trace = r->job->trace,
		.trace_path = r->job->trace_path,
		.command = r->job->command,
	});
	if (r->feed_error.text[0]) {
		json_object_set_new(res->meta, "state", json_string("failed"));
		json_object_set_new(res->meta, "error",
				    json_string(r->feed_error.text));
	}
	res->recs = r->take.recs;
	res->count = r->take.count;
	r->take.recs = NULL;
	session_free(&end);
	return 0;
}

static int run_kernel(const struct engine_job *job, struct results *res,
		      struct hf_error *err)
{
	struct run r = { .job = job, .fd = -1 };
	int ret;

	memset(res, 0, sizeof(*res));
	ret = control_open(&r.control, err);
	if (!ret)
		ret = control_caps(r.control, &r.caps, err);
	if (!ret)
		ret = play(&r, err);
	if (!ret)
		ret = finish(&r, res, err);
	if (r.fd >= 0)
		close(r.fd);
	session_free(&r.made);
	free(r.take.recs);
	control_close(r.control);
	return ret;
}

const struct engine engine_kernel = {
	.name = "kernel",
	.about = "the module hfreplay.ko",
	.run = run_kernel,
};
