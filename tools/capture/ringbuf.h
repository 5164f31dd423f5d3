/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages of the kernel's trace ring buffer, as trace_pipe_raw gives them. */
#ifndef HF_RINGBUF_H
#define HF_RINGBUF_H

#include <stdint.h>
#include <stddef.h>

#include "error.h"

/* Takes an event: returns 0 or -errno, which ends the page. */
typedef int (*ringbuf_event_fn)(void *ctx, uint64_t time, const uint8_t *data,
				size_t len, struct hf_error *err);

/**
 * ringbuf_page - takes a page apart
 * @page: the page
 * @size: its bytes
 * @event: gets every event with its time stamp
 * @ctx: for @event
 * @lost: events lost before this page are added to it; at least 1 where the
 *	kernel gives no number
 * @err: on failure, a sentence
 *
 * Return: 0, -EBADMSG for what is not a page, or what @event returned.
 */
int ringbuf_page(const uint8_t *page, size_t size, ringbuf_event_fn event,
		 void *ctx, uint64_t *lost, struct hf_error *err);

#endif /* HF_RINGBUF_H */
