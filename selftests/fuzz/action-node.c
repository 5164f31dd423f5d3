// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "action.h"
#include "kst.h"
#include "stream.h"

/* A call that blocks is interrupted after so long, us. */
#define PATIENCE_US	50000

static struct stream st;

/* ---- a node ---- */

static int open_node(struct world *w, struct view *v, int flags)
{
	if (ctl_get(w->ctl, world_session(w), v))
		return -1;
	if (rng_one_in(&w->rng, 3))
		flags |= O_NONBLOCK;
	return open(v->node, flags | O_CLOEXEC);
}

/* Calls that block are let do so for a while. */
static void patience(unsigned int us)
{
	const struct itimerval t = {
		.it_value.tv_usec = us,
		.it_interval.tv_usec = us,
	};

	setitimer(ITIMER_REAL, &t, NULL);
}

static const int write_errors[] = {
	EINVAL, EBADMSG, EFBIG, EPERM, ERANGE, EOPNOTSUPP, ENOMEM, EBUSY,
	EAGAIN, EFAULT, EINTR, EPIPE, ENODEV,
};

static void judge_write(struct world *w, int err)
{
	size_t i;

	for (i = 0; i < KST_COUNT(write_errors); i++)
		if (err == write_errors[i])
			return;
	world_finding(w, "write(2) fails with error %d, which is not documented",
		      err);
}

/* One piece; sometimes in several buffers, of which one may not be there. */
static ssize_t write_piece(struct world *w, int fd, uint8_t *bytes, size_t n)
{
	struct rng *r = &w->rng;
	size_t a = rng_below(r, n + 1), b = rng_below(r, n - a + 1);
	struct iovec iov[] = {
		{ bytes, a },
		{ rng_one_in(r, 8) ? (uint8_t *)16 : bytes + a, b },
		{ bytes + a + b, n - a - b },
	};
	ssize_t ret;

	if (rng_one_in(r, 4))
		ret = writev(fd, iov, 3);
	else
		ret = write(fd, bytes, n);
	if (ret < 0)
		judge_write(w, errno);
	if (ret > (ssize_t)n)
		world_finding(w, "write(2) takes %zd of %zu bytes", ret, n);
	return ret < 0 ? -errno : ret;
}

static size_t piece_size(struct rng *r, size_t rest)
{
	unsigned int how = rng_below(r, 4);

	if (how == 0 || (how == 1 && rest < 64))
		return rest;
	if (how == 1)
		return 64 * (1 + rng_below(r, rest / 64));
	return 1 + rng_small(r, rest - 1);
}

/* A record is nothing but what it says that it is. */
static void judge_records(struct world *w, const struct hfr_completion_rec *rec,
			  size_t n)
{
	static const struct hfr_completion_rec none;

	for (; n; n--, rec++) {
		struct hfr_completion_rec rest = *rec;

		rest.state = 0;
		if (rec->state == HFR_REC_EMPTY || rec->state > 3)
			world_finding(w, "a completion record of state %u",
				      rec->state);
		else if (rec->state != HFR_REC_DONE &&
			 memcmp(&rest, &none, sizeof(none)))
			world_finding(w, "a record of state %u holds more",
				      rec->state);
		else if (rec->state == HFR_REC_DONE &&
			 (rec->completed_ns < rec->issued_ns ||
			  rec->cause >= HFR_CAUSE_NR || rec->error > 133))
			world_finding(w, "a record of issue %llu, completion %llu, cause %u, error %u",
				      (unsigned long long)rec->issued_ns,
				      (unsigned long long)rec->completed_ns,
				      rec->cause, rec->error);
	}
}

static ssize_t read_piece(struct world *w, int fd)
{
	static struct hfr_completion_rec recs[512];
	size_t size = rng_one_in(&w->rng, 4) ?
		rng_below(&w->rng, sizeof(recs)) :
		(1 + rng_small(&w->rng, 511)) * sizeof(recs[0]);
	ssize_t n = read(fd, recs, size);

	if (n < 0)
		return -errno;
	if (n % sizeof(recs[0]) || (size_t)n > size) {
		world_finding(w, "read(2) of %zu bytes gives %zd", size, n);
		return n;
	}
	world_scan(w, recs, n, "a completion record");
	judge_records(w, recs, n / sizeof(recs[0]));
	return n;
}

/* ---- actions ---- */

static void write_stream(struct world *w, int fd)
{
	size_t at = 0;
	ssize_t n;

	patience(PATIENCE_US);
	while (at < st.size) {
		n = write_piece(w, fd, st.bytes + at,
				piece_size(&w->rng, st.size - at));
		if (n == -EFAULT)
			continue;
		if (n <= 0)
			break;
		at += n;
	}
	patience(0);
}

static void feed_session(struct world *w, const struct view *v, size_t most,
			 unsigned int spoil)
{
	int fd = open(v->node, O_WRONLY | O_CLOEXEC |
		      (rng_one_in(&w->rng, 3) ? O_NONBLOCK : 0));

	if (fd < 0)
		return;
	stream_make(&st, w, v, most, spoil);
	write_stream(w, fd);
	stream_free(&st);
	close(fd);
}

static void feed_some(struct world *w, unsigned int spoil)
{
	struct view v;

	if (!ctl_get(w->ctl, world_session(w), &v))
		feed_session(w, &v, STREAM_RECORDS, spoil);
}

/* A session of its own, so that it is the first that this one is fed with. */
static void feed_new(struct world *w, unsigned int spoil)
{
	const struct spec spec = {
		.target = { world_path(&w->rng),
			    rng_one_in(&w->rng, 2) ? world_path(&w->rng) : NULL },
		.set = { { A(FLAGS), world_flags(w) & ~FL(AUTOCLEAR) },
			 { A(WINDOW), 64 } },
	};
	unsigned int tries = 30;
	struct view v;
	uint32_t id;

	if (ctl_new(w->ctl, &spec, &v))
		return;
	id = v.v[A(ID)];
	while (tries-- && !ctl_get(w->ctl, id, &v)) {
		feed_session(w, &v, 20, spoil);
		ctl_rewind(w->ctl, id);
	}
	ctl_del(w->ctl, id);
}

static void feed(struct world *w)
{
	feed_some(w, 0);
}

static void feed_spoiled(struct world *w)
{
	feed_some(w, 1 + rng_small(&w->rng, 4));
}

static void feed_new_spoiled(struct world *w)
{
	feed_new(w, 1 + rng_small(&w->rng, 2));
}

static void read_records(struct world *w)
{
	unsigned int n = 1 + rng_small(&w->rng, 20);
	struct view v;
	int fd = open_node(w, &v, O_RDONLY);

	if (fd < 0)
		return;
	patience(PATIENCE_US);
	while (n-- && read_piece(w, fd) > 0)
		;
	patience(0);
	close(fd);
}

/* Writes, starts and reads, as one tool would. */
static void stream_through(struct world *w)
{
	struct view v;
	int fd = open_node(w, &v, O_RDWR | O_NONBLOCK);
	unsigned int rounds = 60;
	size_t at = 0;
	ssize_t n;

	if (fd < 0)
		return;
	stream_make(&st, w, &v, STREAM_RECORDS, rng_below(&w->rng, 4) / 3);
	while (rounds--) {
		struct pollfd p = { .fd = fd, .events = POLLIN | POLLOUT };

		n = at < st.size ? write_piece(w, fd, st.bytes + at,
			piece_size(&w->rng, st.size - at)) : 0;
		at += n > 0 ? n : 0;
		if (rounds == 50)
			ctl_start(w->ctl, v.v[A(ID)], NULL);
		if (n < 0 && n != -EAGAIN && n != -EFAULT)
			break;
		if (!read_piece(w, fd))
			break;
		poll(&p, 1, 2);
	}
	stream_free(&st);
	close(fd);
}

/* From new to deleted without a fault, so that all states are seen. */
static void whole_life(struct world *w)
{
	uint32_t flags = world_flags(w) & ~FL(AUTOCLEAR);
	const struct spec spec = {
		.target = { world_path(&w->rng),
			    rng_one_in(&w->rng, 2) ? world_path(&w->rng) : NULL },
		.set = { { A(FLAGS), flags },
			 { A(WINDOW), 64U << rng_below(&w->rng, 7) } },
	};
	unsigned int n = 1 + rng_below(&w->rng, 3);
	struct view v;
	uint32_t id;
	int fd;

	if (ctl_new(w->ctl, &spec, &v) || ctl_get(w->ctl, v.v[A(ID)], &v))
		return;
	id = v.v[A(ID)];
	while (n--) {
		fd = open(v.node, O_RDWR | O_CLOEXEC);
		stream_make(&st, w, &v, STREAM_RECORDS, 0);
		if (fd >= 0)
			write_stream(w, fd);
		stream_free(&st);
		ctl_start(w->ctl, id, NULL);
		patience(PATIENCE_US);
		while (fd >= 0 && read_piece(w, fd) > 0)
			;
		patience(0);
		ctl_get(w->ctl, id, &v);
		ctl_stop(w->ctl, id);
		if (fd >= 0)
			close(fd);
		ctl_rewind(w->ctl, id);
	}
	ctl_del(w->ctl, id);
}

/* What else there is to do with a file. */
static void odd_calls(struct world *w)
{
	const struct iovec nowhere = { (void *)16, 4096 };
	struct pollfd p = { .events = POLLIN | POLLOUT };
	struct view v;
	void *map;

	p.fd = open_node(w, &v, rng_below(&w->rng, 3));
	if (p.fd < 0)
		return;
	poll(&p, 1, rng_below(&w->rng, 3));
	lseek(p.fd, rng_next(&w->rng), SEEK_SET);
	ioctl(p.fd, rng_next(&w->rng), NULL);
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, p.fd, 0);
	if (map != MAP_FAILED) {
		world_finding(w, "the node can be mapped");
		munmap(map, 4096);
	}
	patience(PATIENCE_US);
	if (readv(p.fd, &nowhere, 1) > 0)
		world_finding(w, "read(2) into nothing");
	patience(0);
	close(p.fd);
}

const struct action node_actions[] = {
	{ "feed", 8, feed },
	{ "feed, spoilt", 8, feed_spoiled },
	{ "feed new, spoilt", 8, feed_new_spoiled },
	{ "read", 6, read_records },
	{ "stream", 6, stream_through },
	{ "whole life", 4, whole_life },
	{ "odd calls", 2, odd_calls },
};

const unsigned int node_actions_count = KST_COUNT(node_actions);
