/* SPDX-License-Identifier: GPL-2.0-only */
/* The character device of a session: trace in, completion records out. */
#ifndef HF_NODE_H
#define HF_NODE_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "control.h"
#include "error.h"
#include "hft.h"
#include "session.h"

/**
 * node_open - opens the node of a session, waiting until it is there
 * @s: the session
 * @flags: of open(2)
 * @err: on failure, a sentence
 *
 * Return: a descriptor or -errno.
 */
int node_open(const struct session *s, int flags, struct hf_error *err);

/**
 * struct node_feed - a trace on its way into a node
 * @fd: the node
 * @trace: what is written
 * @done: bytes written
 */
struct node_feed {
	int fd;
	const struct hft_file *trace;
	size_t done;
};

/**
 * node_feed_some - writes the next piece of the trace
 * @feed: how far it is
 *
 * Return: 1 if there is more, 0 when all is written, -EAGAIN or -EINTR when
 * nothing was, or another -errno for which node_feed_error() has a sentence.
 */
int node_feed_some(struct node_feed *feed);

/**
 * node_feed_error - says why the kernel took no more
 * @feed: how far it was
 * @code: what node_feed_some() returned
 * @c: asks for the session's own sentence
 * @who: the session
 * @err: gets the sentence
 *
 * Return: @code.
 */
int node_feed_error(const struct node_feed *feed, int code, struct control *c,
		    const char *who, struct hf_error *err);

/**
 * struct node_take - completion records on their way out of a node
 * @fd: the node
 * @recs: those that came; owned
 * @count: their number
 * @room: records for which @recs has space
 * @ended: the replay has ended and all were read
 */
struct node_take {
	int fd;
	struct hfr_completion_rec *recs;
	uint64_t count;
	uint64_t room;
	bool ended;
};

/**
 * node_take_some - reads the next completion records
 * @take: appended to; @take->ended is set at the end
 * @err: on failure, a sentence
 *
 * Return: number of records read, 0 at the end and when none are there yet,
 * or -errno.
 */
int64_t node_take_some(struct node_take *take, struct hf_error *err);

#endif /* HF_NODE_H */
