/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes for write(2): .hft files, and what can be made of them. */
#ifndef STREAM_H
#define STREAM_H

#include "world.h"

/* Most that are of use. */
#define STREAM_RECORDS	3000

/**
 * struct stream - bytes that are written
 * @bytes: the bytes
 * @size: how many
 * @count: records that they hold
 */
struct stream {
	uint8_t *bytes;
	size_t size;
	size_t count;
};

/**
 * stream_make - a trace that fits the session, then spoilt
 * @st: filled
 * @w: the world
 * @session: as session-get tells of it
 * @most: records
 * @spoil: how often something is broken; 0 for a good one
 */
void stream_make(struct stream *st, struct world *w,
		 const struct view *session, size_t most, unsigned int spoil);
void stream_free(struct stream *st);

#endif /* STREAM_H */
