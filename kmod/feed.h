/* SPDX-License-Identifier: GPL-2.0-only */
/* The feed: from the bytes of an .hft file to the window. */
#ifndef HFR_FEED_H
#define HFR_FEED_H

#include <linux/types.h>
#include <linux/uio.h>
#include <linux/xxhash.h>

#include "check.h"

struct hfr_session;

/* Longest thing that is gathered before it is looked at, bytes. */
#define HFR_CARRY	128

/**
 * enum hfr_feed_stage - what the next bytes are
 * @HFR_FEED_HEADER: struct hfr_file_hdr
 * @HFR_FEED_DEVICES: the device table
 * @HFR_FEED_SKIP: provenance and padding
 * @HFR_FEED_RECORDS: records, or a trailer if the count is not known
 * @HFR_FEED_END: the trailer
 * @HFR_FEED_DONE: nothing
 */
enum hfr_feed_stage {
	HFR_FEED_HEADER = 0,
	HFR_FEED_DEVICES,
	HFR_FEED_SKIP,
	HFR_FEED_RECORDS,
	HFR_FEED_END,
	HFR_FEED_DONE,
};

/**
 * struct hfr_feed - how far a trace was read
 * @stage: what comes next
 * @have: bytes in @carry
 * @devices: entries of the device table seen
 * @skip: bytes of provenance and padding still to come
 * @check: what records are checked against; its index counts them
 * @deps: the part of it for dependency windows
 * @ops: bit N set: operation N has statistics, by target
 * @hash: of the records so far
 * @checksum: of all records, once the trailer was seen
 * @hdr: the header
 * @carry: a thing that came in part; writes may have any length
 */
struct hfr_feed {
	enum hfr_feed_stage stage;
	u32 have;
	u32 devices;
	u32 skip;
	struct hfr_check check;
	struct hfr_check_deps deps;
	u16 ops[HFR_MAX_DEVICES];
	struct xxh64_state hash;
	u64 checksum;
	struct hfr_file_hdr hdr;
	u8 carry[HFR_CARRY] __aligned(8);
};

/** hfr_feed_reset - forgets the trace; the caller holds feed_lock */
void hfr_feed_reset(struct hfr_session *s);

/** hfr_feed_free - frees what the check of a trace needed; nobody feeds */
void hfr_feed_free(struct hfr_feed *f);

/**
 * hfr_feed_some - takes bytes of a trace as far as there is room
 * @s: the session; the caller holds feed_lock
 * @from: the bytes
 *
 * Return: bytes taken, -EAGAIN if the window is full, or -errno with the
 * session failed.
 */
ssize_t hfr_feed_some(struct hfr_session *s, struct iov_iter *from);

/** hfr_feed_room - slots of the window that are free */
u64 hfr_feed_room(const struct hfr_session *s);

#endif /* HFR_FEED_H */
