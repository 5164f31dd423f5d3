// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node.h"

/* Bytes of one write: long enough to cost little, short enough for Ctrl-C. */
#define WRITE_MAX	(1U << 20)
/* Records of one read. */
#define READ_RECS	32768U
/* How long a node may take to appear, and between two looks. */
#define WAIT_TRIES	40
#define WAIT_NS		50000000

int node_open(const struct session *s, int flags, struct hf_error *err)
{
	const struct timespec pause = { 0, WAIT_NS };
	char path[128];
	int fd, i;

	snprintf(path, sizeof(path), "/dev/%s", s->node);
	for (i = 0; i < WAIT_TRIES; i++) {
		fd = open(path, flags | O_CLOEXEC);
		if (fd >= 0)
			return fd;
		if (errno != ENOENT)
			break;
		nanosleep(&pause, NULL);
	}
	if (errno == EBUSY)
		return hf_fail(err, EBUSY,
			       "%s is in use by another process", path);
	if (errno == EACCES || errno == EPERM)
		return hf_fail(err, errno, "cannot open %s: this needs root",
			       path);
	if (errno == ENOENT)
		return hf_fail(err, ENOENT,
			       "%s does not appear; is /dev a devtmpfs, or is the device manager slow?",
			       path);
	return hf_fail(err, errno, "cannot open %s: %s", path,
		       strerror(errno));
}

int node_feed_some(struct node_feed *feed)
{
	size_t left = feed->trace->size - feed->done;
	const char *from = (const char *)feed->trace->map + feed->done;
	ssize_t n;

	if (!left)
		return 0;
	n = write(feed->fd, from, left < WRITE_MAX ? left : WRITE_MAX);
	if (n < 0)
		return -errno;
	feed->done += (size_t)n;
	return feed->done < feed->trace->size;
}

/* Names the place in the file that a record came from. */
static int record_error(const struct node_feed *feed, int code,
			const struct session *s, struct hf_error *err)
{
	uint64_t offset = feed->trace->hdr->header_size +
			  s->error_index * sizeof(struct hfr_trace_rec);

	return hf_fail(err, -code,
		       "%s: %s (record %" PRIu64 ", byte offset %" PRIu64 ")",
		       feed->trace->path, s->error_text, s->error_index,
		       offset);
}

int node_feed_error(const struct node_feed *feed, int code, struct control *c,
		    const char *who, struct hf_error *err)
{
	struct hf_error unused;
	struct session s;

	if (control_get(c, who, &s, &unused) || !session_has(&s, ERROR_TEXT) ||
	    !s.error_text[0])
		hf_fail(err, -code, "%s: the module takes no more at byte offset %zu: %s",
			feed->trace->path, feed->done, strerror(-code));
	else if (session_has(&s, ERROR_INDEX) && s.error_index != HFR_UNKNOWN)
		record_error(feed, code, &s, err);
	else
		hf_fail(err, -code, "%s: %s", feed->trace->path,
			s.error_text);
	session_free(&s);
	return code;
}

static int make_room(struct node_take *take)
{
	uint64_t room = take->room + take->room / 2 + READ_RECS;
	struct hfr_completion_rec *recs;

	if (take->room - take->count >= READ_RECS)
		return 0;
	recs = realloc(take->recs, room * sizeof(*recs));
	if (!recs)
		return -ENOMEM;
	take->recs = recs;
	take->room = room;
	return 0;
}

int64_t node_take_some(struct node_take *take, struct hf_error *err)
{
	ssize_t n;

	if (make_room(take))
		return hf_fail(err, ENOMEM,
			       "out of memory after %" PRIu64 " completion records",
			       take->count);
	n = read(take->fd, take->recs + take->count,
		 READ_RECS * sizeof(*take->recs));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0)
		return hf_fail(err, errno,
			       "cannot read completion record %" PRIu64 ": %s",
			       take->count, strerror(errno));
	if (n == 0)
		take->ended = true;
	n /= (ssize_t)sizeof(*take->recs);
	take->count += (uint64_t)n;
	return n;
}
