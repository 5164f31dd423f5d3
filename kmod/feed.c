// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "memory.h"
#include "session.h"
#include "spread.h"
#include "state.h"
#include "telemetry.h"

/* Records copied before they are checked and given to the workers. */
#define BATCH	256U

void hfr_feed_free(struct hfr_feed *f)
{
	kvfree(f->deps.scopes);
	hfr_memory_uncharge((u64)f->deps.count * sizeof(*f->deps.scopes));
	memset(&f->deps, 0, sizeof(f->deps));
	f->check.deps = NULL;
}

void hfr_feed_reset(struct hfr_session *s)
{
	struct hfr_feed *f = &s->feed;
	u32 change = s->config.flags & HFREPLAY_SESSION_FLAGS_ALLOW_WRITES ?
		HFR_OPS_CHANGE : 0;

	lockdep_assert_held(&s->feed_lock);
	if (!(s->config.flags & HFREPLAY_SESSION_FLAGS_ALLOW_ERASE))
		change &= ~(1U << HFR_OP_SECURE_ERASE);
	hfr_feed_free(f);
	hfr_verify_forget(&s->verify);
	memset(f, 0, sizeof(*f));
	xxh64_reset(&f->hash, 0);
	f->check.targets = s->limits;
	f->check.ntargets = s->ntargets;
	f->check.allowed = change | 1U << HFR_OP_READ | 1U << HFR_OP_FLUSH;
	f->check.skip = s->config.flags &
		HFREPLAY_SESSION_FLAGS_SKIP_UNSUPPORTED;
	s->window.loaded = 0;
	s->window.complete = false;
}

u64 hfr_feed_room(const struct hfr_session *s)
{
	u64 oldest = U64_MAX;
	u32 i;

	for (i = 0; i < s->nworkers; i++)
		/* pairs with move_cursor(): the record has been read */
		oldest = min(oldest, smp_load_acquire(&s->workers[i].cursor));
	return s->window.slots - (READ_ONCE(s->window.loaded) - oldest);
}

/* Gathers @want bytes; a thing that is not yet whole waits in the carry. */
static int gather(struct hfr_feed *f, struct iov_iter *from, u32 want)
{
	u32 bytes = min_t(size_t, want - f->have, iov_iter_count(from));
	u32 got = copy_from_iter(f->carry + f->have, bytes, from);

	f->have += got;
	if (got < bytes)
		return -EFAULT;
	return f->have == want;
}

static int check_count(const struct hfr_session *s,
		       const struct hfr_file_hdr *hdr, char *why)
{
	u64 slots = s->window.slots;

	if (hfr_session_streams(s))
		return 0;
	if (hdr->count == HFR_UNKNOWN) {
		snprintf(why, HFR_WHY_LEN,
			 "the number of requests is not known: make the session with the flag stream");
		return -EFBIG;
	}
	if (hdr->count > slots) {
		snprintf(why, HFR_WHY_LEN,
			 "the trace has %llu requests, the window %llu slots: make it larger, or the session with the flag stream",
			 hdr->count, slots);
		return -EFBIG;
	}
	return 0;
}

/* What windows are checked against; of a stream the header says how much of it
 * has to be remembered.
 */
static int accept_deps(struct hfr_session *s, const struct hfr_file_hdr *hdr,
		       char *why)
{
	struct hfr_check_deps *d = &s->feed.deps;
	u64 bytes = (u64)hdr->scopes * sizeof(*d->scopes);

	if (!(hdr->flags & HFR_FF_DEPS))
		return 0;
	if (!hfr_memory_charge(bytes)) {
		d->scopes = kvcalloc(hdr->scopes, sizeof(*d->scopes), GFP_KERNEL | __GFP_NOWARN);
		if (!d->scopes)
			hfr_memory_uncharge(bytes);
	}
	if (!d->scopes) {
		snprintf(why, HFR_WHY_LEN, "no memory for %u scopes of dependencies",
			 hdr->scopes);
		return -ENOMEM;
	}
	d->kind = hdr->dep_scope;
	d->count = hdr->scopes;
	d->max_nodes = hdr->dep_nodes;
	d->whole = !hfr_session_streams(s);
	s->feed.check.deps = d;
	return 0;
}

static int accept_header(struct hfr_session *s, char *why)
{
	struct hfr_feed *f = &s->feed;
	struct hfr_file_hdr *hdr = &f->hdr;
	int err;

	memcpy(hdr, f->carry, sizeof(*hdr));
	err = hfr_check_header(hdr, why);
	if (!err)
		err = check_count(s, hdr, why);
	if (err)
		return err;
	if (hdr->device_count != s->ntargets) {
		snprintf(why, HFR_WHY_LEN,
			 "the trace has %u devices, the session %u targets",
			 hdr->device_count, s->ntargets);
		return -EINVAL;
	}
	err = hfr_session_prepare(s, hdr->max_length,
				  hdr->flags & HFR_FF_DEPS &&
				  hdr->dep_scope != HFR_DEP_TARGET);
	if (err) {
		snprintf(why, HFR_WHY_LEN,
			 "no memory for requests of up to %u bytes (module parameter max_memory_mb)",
			 hdr->max_length);
		return err;
	}
	err = accept_deps(s, hdr, why);
	if (err)
		return err;
	f->check.max_length = hdr->max_length;
	f->skip = hdr->header_size - sizeof(*hdr) -
		hdr->device_count * sizeof(struct hfr_file_dev);
	/* pairs with may_start(): pages and slots are there */
	smp_store_release(&f->stage, HFR_FEED_DEVICES);
	return 0;
}

static int feed_header(struct hfr_session *s, struct iov_iter *from)
{
	struct hfr_feed *f = &s->feed;
	char why[HFR_WHY_LEN];
	int ret;

	BUILD_BUG_ON(sizeof(f->hdr) > HFR_CARRY);
	ret = gather(f, from, sizeof(f->hdr));
	if (ret <= 0)
		return ret;
	f->have = 0;
	ret = accept_header(s, why);
	if (ret)
		hfr_state_fail(s, HFR_UNKNOWN, "header: %s", why);
	return ret;
}

static int feed_devices(struct hfr_session *s, struct iov_iter *from)
{
	struct hfr_feed *f = &s->feed;
	const struct hfr_file_dev *dev = (void *)f->carry;
	char why[HFR_WHY_LEN];
	int ret;

	BUILD_BUG_ON(sizeof(*dev) > HFR_CARRY);
	ret = gather(f, from, sizeof(*dev));
	if (ret <= 0)
		return ret;
	f->have = 0;
	ret = hfr_check_device(dev, &s->limits[f->devices], why);
	if (ret) {
		hfr_state_fail(s, HFR_UNKNOWN, "device %u of the header: %s",
			       f->devices, why);
		return ret;
	}
	if (++f->devices == f->hdr.device_count)
		f->stage = HFR_FEED_SKIP;
	return 0;
}

static int feed_skip(struct hfr_session *s, struct iov_iter *from)
{
	struct hfr_feed *f = &s->feed;
	u32 bytes = min_t(size_t, f->skip, iov_iter_count(from));

	iov_iter_advance(from, bytes);
	f->skip -= bytes;
	if (!f->skip)
		f->stage = f->hdr.count ? HFR_FEED_RECORDS : HFR_FEED_END;
	return 0;
}

/* The first record of its operation at its target. */
static noinline int count_op(struct hfr_session *s,
			     const struct hfr_trace_rec *rec, char *why)
{
	int err = hfr_telemetry_need(s, rec->target, rec->op);

	BUILD_BUG_ON(HFR_OP_NR > BITS_PER_TYPE(*s->feed.ops));
	if (err)
		snprintf(why, HFR_WHY_LEN,
			 "no memory for the statistics of operation %u at target %u (module parameter max_memory_mb)",
			 rec->op, rec->target);
	else
		s->feed.ops[rec->target] |= 1U << rec->op;
	return err;
}

/* What is written can be verified once there is memory for each block of it. */
static int cover(struct hfr_session *s, const struct hfr_trace_rec *rec, u64 i)
{
	int err;

	if (likely(!hfr_verify_on(&s->verify)))
		return 0;
	err = hfr_verify_cover(&s->verify, rec, hfr_session_streams(s));
	if (err)
		hfr_state_fail(s, i,
			       "request %llu: no memory to verify what it changes (module parameter max_memory_mb)",
			       i);
	return err;
}

/* A session that skips: what a target cannot do is marked before it is seen. */
static void mark_impossible(struct hfr_session *s, u64 first, u32 n)
{
	char why[HFR_WHY_LEN];
	u32 i;

	for (i = 0; i < n; i++) {
		struct hfr_trace_rec *rec = hfr_window_rec(&s->window, first + i);

		if (hfr_check_possible(&s->limits[rec->target], rec, why))
			rec->op = HFR_OP_IMPOSSIBLE;
	}
}

/*
 * Checks records that stand in the window behind @loaded and gives the good
 * ones to the workers. Returns how many, or -errno for the first bad one.
 */
static ssize_t publish(struct hfr_session *s, u32 n)
{
	struct hfr_feed *f = &s->feed;
	u64 first = s->window.loaded;
	char why[HFR_WHY_LEN];
	int err = 0;
	u32 i;

	for (i = 0; i < n; i++) {
		struct hfr_trace_rec *rec = hfr_window_rec(&s->window, first + i);

		if (unlikely(rec->op == HFR_OP_END) &&
		    f->hdr.count == HFR_UNKNOWN)
			break;
		err = likely(hfr_check_ordinary(&f->check, rec)) ? 0 :
			hfr_check_record(&f->check, rec, why);
		if (!err && unlikely(!(f->ops[rec->target] & 1U << rec->op)))
			err = count_op(s, rec, why);
		if (unlikely(err)) {
			hfr_state_fail(s, first + i, "request %llu: %s",
				       first + i, why);
			break;
		}
		err = cover(s, rec, first + i);
		if (unlikely(err))
			break;
		if (s->window.owner)
			s->window.owner[(first + i) & s->window.mask] =
				hfr_spread_owner(s, rec, first + i);
	}
	xxh64_update(&f->hash, hfr_window_rec(&s->window, first),
		     i * sizeof(struct hfr_trace_rec));
	if (f->check.skip)
		mark_impossible(s, first, i);
	/* pairs with hfr_window_next(): the records are whole */
	smp_store_release(&s->window.loaded, first + i);
	if (i)
		hfr_session_kick_workers(s);
	if (err)
		return err;
	if (i < n || first + i == f->hdr.count)
		f->stage = HFR_FEED_END;
	return i;
}

/* Records that fit: in the ring up to its end, in the trace, in a batch. */
static u32 most_records(const struct hfr_session *s)
{
	u64 at = s->window.loaded;
	u64 n = min_t(u64, hfr_feed_room(s), BATCH);

	n = min(n, s->window.mask + 1 - (at & s->window.mask));
	if (s->feed.hdr.count != HFR_UNKNOWN)
		n = min(n, s->feed.hdr.count - at);
	return n;
}

/* A record that came in pieces. */
static int feed_carried(struct hfr_session *s, struct iov_iter *from)
{
	struct hfr_feed *f = &s->feed;
	int ret = gather(f, from, sizeof(struct hfr_trace_rec));

	if (ret <= 0)
		return ret;
	memcpy(hfr_window_rec(&s->window, s->window.loaded), f->carry,
	       sizeof(struct hfr_trace_rec));
	f->have = 0;
	ret = publish(s, 1);
	if (ret < 0)
		return ret;
	/* It was the trailer: it is still in the carry. */
	if (!ret)
		f->have = sizeof(struct hfr_file_end);
	return 0;
}

static int feed_records(struct hfr_session *s, struct iov_iter *from)
{
	const u32 size = sizeof(struct hfr_trace_rec);
	struct hfr_feed *f = &s->feed;
	u32 most = most_records(s);
	u32 n = min_t(size_t, most, iov_iter_count(from) / size);
	size_t got;
	ssize_t ret;

	if (!most)
		return -EAGAIN;
	if (f->have || !n)
		return feed_carried(s, from);
	got = copy_from_iter(hfr_window_rec(&s->window, s->window.loaded),
			     n * size, from);
	iov_iter_revert(from, got % size);
	if (got < size)
		return -EFAULT;
	ret = publish(s, got / size);
	if (ret < 0)
		return ret;
	/* What lies behind a trailer was not for us. */
	iov_iter_revert(from, got / size * size - ret * size);
	return 0;
}

static int feed_end(struct hfr_session *s, struct iov_iter *from)
{
	struct hfr_feed *f = &s->feed;
	const struct hfr_file_end *end = (void *)f->carry;
	char why[HFR_WHY_LEN];
	int ret;

	ret = gather(f, from, sizeof(*end));
	if (ret <= 0)
		return ret;
	f->have = 0;
	f->checksum = xxh64_digest(&f->hash);
	ret = hfr_check_end(end, s->window.loaded, f->checksum, why);
	if (ret) {
		hfr_state_fail(s, HFR_UNKNOWN, "trailer: %s", why);
		return ret;
	}
	f->stage = HFR_FEED_DONE;
	/* pairs with hfr_window_next(): loaded is final */
	smp_store_release(&s->window.complete, true);
	hfr_session_kick_workers(s);
	/* A stream that runs is not made ready; it may even have ended. */
	hfr_state_set(s, HFREPLAY_SESSION_STATE_LOADING,
		      HFREPLAY_SESSION_STATE_READY);
	return 0;
}

static int (*const stages[])(struct hfr_session *s, struct iov_iter *from) = {
	[HFR_FEED_HEADER]	= feed_header,
	[HFR_FEED_DEVICES]	= feed_devices,
	[HFR_FEED_SKIP]		= feed_skip,
	[HFR_FEED_RECORDS]	= feed_records,
	[HFR_FEED_END]		= feed_end,
};

/* Whether there is something to work on; a trailer may wait in the carry. */
static bool more(const struct hfr_feed *f, const struct iov_iter *from)
{
	if (f->stage == HFR_FEED_END && f->have == sizeof(struct hfr_file_end))
		return true;
	return f->stage != HFR_FEED_DONE && iov_iter_count(from);
}

ssize_t hfr_feed_some(struct hfr_session *s, struct iov_iter *from)
{
	size_t before = iov_iter_count(from), taken;
	int err = 0;

	lockdep_assert_held(&s->feed_lock);
	if (READ_ONCE(s->state) == HFREPLAY_SESSION_STATE_EMPTY)
		hfr_state_set(s, HFREPLAY_SESSION_STATE_EMPTY,
			      HFREPLAY_SESSION_STATE_LOADING);
	while (!err && more(&s->feed, from)) {
		err = stages[s->feed.stage](s, from);
		cond_resched();
	}
	taken = before - iov_iter_count(from);
	/* These two break no rule: what came before them stands. */
	if (taken && (err == -EAGAIN || err == -EFAULT))
		return taken;
	return err ? err : taken;
}
