// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kst.h"
#include "replay.h"

#define WAIT_MS	20000

struct replay replay_new(const struct spec *spec)
{
	struct replay r = { .c = ctl_open() };
	struct view made;
	int err;

	ASSERT_TRUE(r.c);
	err = ctl_new(r.c, spec, &made);
	if (err)
		kst_failed(__FILE__, __LINE__, true, "session-new: %s: %s",
			   strerror(-err), r.c->text);
	r.id = made.v[A(ID)];
	snprintf(r.node, sizeof(r.node), "%s", made.node);
	return r;
}

struct replay replay_simple(const char *target, uint32_t flags)
{
	const struct spec spec = {
		.target = { target },
		.set = { { A(FLAGS), flags } },
	};

	return replay_new(&spec);
}

int replay_open(const struct replay *r, int flags)
{
	int fd = open(r->node, flags | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int write_all(int fd, const void *buf, size_t size)
{
	const char *p = buf;
	ssize_t n;

	while (size) {
		n = write(fd, p, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -ENODATA;
		p += n;
		size -= n;
	}
	return 0;
}

int replay_feed(const struct replay *r, const struct image *im)
{
	int fd = replay_open(r, O_WRONLY);
	int err;

	if (fd < 0)
		return fd;
	err = write_all(fd, im->bytes, im->size);
	close(fd);
	return err;
}

void replay_load(const struct replay *r, const struct image *im)
{
	int err = replay_feed(r, im);
	struct view view = replay_get(r);

	if (err)
		kst_failed(__FILE__, __LINE__, true, "loading: %s: %s",
			   strerror(-err), view.error);
	ASSERT_EQ(view.v[A(STATE)], ST(READY));
}

void replay_start(const struct replay *r, const struct setting *set)
{
	int err = ctl_start(r->c, r->id, set);

	if (err)
		kst_failed(__FILE__, __LINE__, true, "session-start: %s: %s",
			   strerror(-err), r->c->text);
}

void replay_wait(const struct replay *r, uint32_t state, struct view *view)
{
	ASSERT_TRUE(ctl_wait(r->c, r->id, state, WAIT_MS, view));
}

void replay_run(const struct replay *r, const struct setting *set,
		struct view *view)
{
	replay_start(r, set);
	replay_wait(r, ST(DONE), view);
}

struct view replay_get(const struct replay *r)
{
	struct view view;

	ASSERT_EQ(ctl_get(r->c, r->id, &view), 0);
	return view;
}

ssize_t read_some(int fd, struct hfr_completion_rec *recs, size_t max)
{
	ssize_t n = read(fd, recs, max * sizeof(*recs));

	if (n < 0)
		return -errno;
	ASSERT_EQ(n % sizeof(*recs), 0);
	return n / sizeof(*recs);
}

size_t replay_records(const struct replay *r, struct hfr_completion_rec *recs,
		      size_t max)
{
	int fd = replay_open(r, O_RDONLY);
	size_t total = 0;
	ssize_t n;

	ASSERT_GE(fd, 0);
	while (total < max) {
		n = read_some(fd, recs + total, max - total);
		ASSERT_GE(n, 0);
		if (!n)
			break;
		total += n;
	}
	close(fd);
	return total;
}

struct feed {
	const struct replay *r;
	const struct image *im;
};

static int feed(void *arg)
{
	struct feed *f = arg;

	return -replay_feed(f->r, f->im);
}

int replay_feeder(const struct replay *r, const struct image *im)
{
	struct feed f = { r, im };

	return kst_fork(feed, &f);
}

void replay_stream(const struct replay *r, const struct setting *set)
{
	uint64_t end = kst_now() + WAIT_MS * 1000000ULL;

	while (!replay_get(r).v[A(LOADED)]) {
		ASSERT_LT(kst_now(), end);
		kst_sleep(1);
	}
	replay_start(r, set);
}

unsigned int records_in_flight(const struct hfr_completion_rec *recs, size_t n,
			       size_t i, const struct image *trace)
{
	const struct hfr_trace_rec *t = trace ? trace->rec : NULL;
	size_t count = trace ? trace->count : 1, j;
	unsigned int now = 1;

	for (j = 0; j < n; j++) {
		if (j == i || recs[j].state != HFR_REC_DONE ||
		    (t && t[j % count].target != t[i % count].target))
			continue;
		if (recs[j].issued_ns > recs[i].issued_ns ||
		    (recs[j].issued_ns == recs[i].issued_ns && j > i))
			continue;
		now += recs[j].completed_ns > recs[i].issued_ns;
	}
	return now;
}

void records_sane(const struct hfr_completion_rec *recs, size_t n)
{
	size_t i, wrong = 0;

	for (i = 0; i < n; i++) {
		const struct hfr_completion_rec *c = &recs[i];

		if (c->state == HFR_REC_DONE &&
		    c->completed_ns >= c->issued_ns && c->in_flight &&
		    c->cause < HFR_CAUSE_NR && !c->error)
			continue;
		if (!wrong++)
			kst_note("record %zu: state %u issued %llu completed %llu in flight %u cause %u error %u",
				 i, c->state, (unsigned long long)c->issued_ns,
				 (unsigned long long)c->completed_ns,
				 c->in_flight, c->cause, c->error);
	}
	EXPECT_EQ(wrong, 0);
}
