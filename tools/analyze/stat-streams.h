/* SPDX-License-Identifier: GPL-2.0-only */
/* The streams of a trace that have most requests. */
#ifndef HF_STAT_STREAMS_H
#define HF_STAT_STREAMS_H

#include <stdint.h>
#include <linux/hfreplay.h>

/* Streams that are looked at one by one: those with most requests. */
#define STREAMS_SHOWN	256
/* Streams that are counted to find these. */
#define STREAMS_COUNTED	(1U << 20)

/**
 * struct stream_count - requests of a stream at a target
 * @key: stream | target << 32, plus 1; 0 in an empty slot
 * @value: number of requests; later the index of the group
 */
struct stream_count {
	uint64_t key;
	uint64_t value;
};

/**
 * struct stat_streams - streams of a trace, a hash table
 * @slots: owned
 * @size: number of slots, a power of two
 * @count: streams in the table
 * @uncounted: requests of streams that had no place in it
 */
struct stat_streams {
	struct stream_count *slots;
	uint64_t size, count, uncounted;
};

/**
 * stat_streams_find - finds the streams with most requests
 * @s: filled: the value of each is its index from 0, the first has most
 * @recs: the trace
 * @count: its requests
 *
 * A process that uses two targets is two streams. Requests whose stream is not
 * known (0) belong to none.
 *
 * Return: 0 or -ENOMEM.
 */
int stat_streams_find(struct stat_streams *s, const struct hfr_trace_rec *recs,
		      uint64_t count);
void stat_streams_free(struct stat_streams *s);

/** stat_streams_index - index of the stream of a request, -1 for none */
int64_t stat_streams_index(const struct stat_streams *s,
			   const struct hfr_trace_rec *rec);

#endif /* HF_STAT_STREAMS_H */
