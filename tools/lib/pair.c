// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pairing of events into requests.
 *
 * A request owns one or more parts, each a run of sectors that has not been
 * completed. A completion walks over its sectors and takes from the part that
 * starts there. That covers requests that complete in pieces, bios that were
 * merged into one request (their parts follow each other) and bios that were
 * split into several.
 */
#include <errno.h>
#include <stdlib.h>

#include "outbox.h"
#include "pair.h"
#include "parts.h"

/* Where the parts of flushes are kept: no device reaches so far. */
#define FLUSH_SECTOR	UINT64_MAX
/* Without any completion after so many requests there will be none. */
#define NO_COMPLETIONS	65536
/* Completions that wait for a request that the clocks put behind them. */
#define MAX_EARLY	64
#define MAX_SKEW_NS	50000
/* Remaps that another may go on from, and how far chains are followed. */
#define MAX_REMAPS	64
#define MAX_STACK	16
/* Writes that wait for the end of their flush sequence. */
#define MAX_SEQUENCE	64

struct pair {
	bool queue;
	bool dedup;
	/* A bit for each device that has requests of this level. */
	uint8_t begun[(UINT16_MAX + 1) / 8];
	bool lossy;
	bool no_completions;
	struct pair_stats stats;
	struct outbox box;
	uint64_t last_time;
	struct block_event early[MAX_EARLY];
	bool early_used[MAX_EARLY];
	unsigned int early_next;
	struct block_event remaps[MAX_REMAPS];
	uint64_t nremaps;
	struct request *sequence[MAX_SEQUENCE];
	unsigned int sequence_next;
	struct parts parts;
};

static struct part event_part(const struct block_event *ev)
{
	return (struct part){
		.sector = ev->sectors ? ev->sector : FLUSH_SECTOR,
		.sectors = ev->sectors,
		.target = ev->target,
		.op = ev->op,
	};
}

/* Once completions are known to be missing the newest is the likelier one. */
static struct part *find(struct pair *p, const struct part *key)
{
	return parts_find(&p->parts, key, p->lossy);
}

static int part_add(struct pair *p, const struct part *like,
		    struct hf_error *err)
{
	struct request *req = like->owner;

	if (!parts_add(&p->parts, like))
		return hf_fail(err, ENOMEM, "no memory for open requests");
	req->parts++;
	return 0;
}

static struct request *part_remove(struct pair *p, struct part *part)
{
	struct request *req = part->owner;

	parts_remove(&p->parts, part);
	req->parts--;
	return req;
}

/* Cuts a part in two; the second starts at @sector. */
static int part_split(struct pair *p, struct part *part, uint64_t sector,
		      struct hf_error *err)
{
	struct part second = *part;
	int ret;

	second.sector = sector;
	second.sectors -= sector - part->sector;
	ret = part_add(p, &second, err);
	if (!ret)
		part->sectors -= second.sectors;
	return ret;
}

/*
 * When a flush sequence is over the block layer reports a completion without
 * sectors. It may be missing, so the wait is bounded.
 */
static int sequence_wait(struct pair *p, struct request *req, uint64_t time,
			 struct hf_error *err)
{
	struct request *oldest = p->sequence[p->sequence_next];

	req->rec.complete_ns = time;
	p->sequence[p->sequence_next] = req;
	p->sequence_next = (p->sequence_next + 1) % MAX_SEQUENCE;
	if (!oldest)
		return 0;
	return outbox_done(&p->box, oldest, oldest->rec.complete_ns, err);
}

/*
 * Whether a bio ends later than its data. With PREFLUSH it is part of a flush
 * sequence. With FUA alone it is if the device cannot do FUA: then the flag is
 * gone when the data complete, and a flush follows.
 */
static bool in_sequence(const struct hfr_trace_rec *rec,
			const struct block_event *completion)
{
	return rec->flags & HFR_RF_PREFLUSH ||
	       (rec->flags & HFR_RF_FUA && !(completion->flags & HFR_RF_FUA));
}

static int data_done(struct pair *p, struct request *req,
		     const struct block_event *ev, struct hf_error *err)
{
	if (p->queue && in_sequence(&req->rec, ev))
		return sequence_wait(p, req, ev->time, err);
	return outbox_done(&p->box, req, ev->time, err);
}

/* Kernels differ in where a request stands after its data. */
static bool ends_sequence(const struct block_event *ev,
			  const struct hfr_trace_rec *rec)
{
	return rec->target == ev->target &&
	       (rec->offset >> 9 == ev->sector ||
		(rec->offset + rec->length) >> 9 == ev->sector);
}

/* The oldest flush in flight is over; false if there is none. */
static int flush_done(struct pair *p, const struct block_event *ev,
		      bool *matched, struct hf_error *err)
{
	struct part key = { .sector = FLUSH_SECTOR, .target = ev->target,
			    .op = HFR_OP_FLUSH };
	struct part *part = find(p, &key);

	*matched = part;
	if (!part)
		return 0;
	return outbox_done(&p->box, part_remove(p, part), ev->time, err);
}

/* The end of a flush sequence: of a write whose data are done, or a flush. */
static int sequence_end(struct pair *p, const struct block_event *ev,
			struct hf_error *err)
{
	bool matched;
	unsigned int i;

	for (i = 0; i < MAX_SEQUENCE; i++) {
		unsigned int slot = (p->sequence_next + i) % MAX_SEQUENCE;
		struct request *req = p->sequence[slot];

		if (!req || !ends_sequence(ev, &req->rec))
			continue;
		p->sequence[slot] = NULL;
		return outbox_done(&p->box, req, ev->time, err);
	}
	return flush_done(p, ev, &matched, err);
}

static void early_put(struct pair *p, const struct block_event *ev)
{
	unsigned int slot = p->early_next;

	if (p->early_used[slot])
		p->stats.unmatched++;
	p->early[slot] = *ev;
	p->early_used[slot] = true;
	p->early_next = (slot + 1) % MAX_EARLY;
}

static bool belongs(const struct block_event *completion,
		    const struct block_event *ev)
{
	return completion->target == ev->target && completion->op == ev->op &&
	       completion->sectors == ev->sectors &&
	       (!ev->sectors || completion->sector == ev->sector) &&
	       completion->time + MAX_SKEW_NS >= ev->time;
}

/* A completion that came before this request, and belongs to it. */
static bool early_take(struct pair *p, const struct block_event *ev)
{
	unsigned int i;

	for (i = 0; i < MAX_EARLY; i++) {
		if (p->early_used[i] && belongs(&p->early[i], ev)) {
			p->early_used[i] = false;
			return true;
		}
	}
	return false;
}

/*
 * The part for the sectors from @key on. Driver requests complete from their
 * first sector. Bios may also end from the middle (pieces of a split one), and
 * one may be missing from the trace between others of the same request.
 */
static int part_at(struct pair *p, struct part *key, struct part **part,
		   struct hf_error *err)
{
	uint64_t skipped;
	int ret;

	*part = find(p, key);
	if (*part || !p->queue)
		return 0;
	*part = parts_overlap(&p->parts, key);
	if (!*part)
		return 0;
	if ((*part)->sector < key->sector) {
		ret = part_split(p, *part, key->sector, err);
		*part = ret ? NULL : find(p, key);
		return ret;
	}
	skipped = (*part)->sector - key->sector;
	key->sector += skipped;
	key->sectors -= skipped;
	return 0;
}

/* Completes sectors of @part, as far as @key goes, and moves @key on. */
static int part_take(struct pair *p, struct part *part, struct part *key,
		     const struct block_event *ev, struct hf_error *err)
{
	uint32_t n = part->sectors;
	struct request *req;

	if (n > key->sectors) {
		n = key->sectors;
		parts_advance(&p->parts, part, n);
		req = NULL;
	} else {
		req = part_remove(p, part);
	}
	key->sector += n;
	key->sectors -= n;
	return req && !req->parts ? data_done(p, req, ev, err) : 0;
}

static int complete_data(struct pair *p, const struct block_event *ev,
			 struct hf_error *err)
{
	struct part key = event_part(ev);
	bool matched = false;

	while (key.sectors) {
		struct part *part;
		int ret;

		ret = part_at(p, &key, &part, err);
		if (ret)
			return ret;
		if (!part)
			break;
		matched = true;
		ret = part_take(p, part, &key, ev, err);
		if (ret)
			return ret;
	}
	if (!matched)
		early_put(p, ev);
	return 0;
}

static int complete_flush(struct pair *p, const struct block_event *ev,
			  struct hf_error *err)
{
	bool matched;
	int ret = flush_done(p, ev, &matched, err);

	if (!ret && !matched)
		early_put(p, ev);
	return ret;
}

static int complete(struct pair *p, const struct block_event *ev,
		    struct hf_error *err)
{
	if (p->no_completions) {
		p->stats.unmatched++;
		return 0;
	}
	p->stats.completions = true;
	if (ev->sectors)
		return complete_data(p, ev, err);
	if (p->queue)
		return ev->flush_rq ? 0 : sequence_end(p, ev, err);
	/* At the driver a write without sectors ends a flush sequence. */
	return ev->flush_rq ? complete_flush(p, ev, err) : 0;
}

static void free_parts(struct pair *p)
{
	while (!link_empty(&p->parts.all))
		part_remove(p, (struct part *)p->parts.all.next);
}

/* Gives out all that is held: their completions are not in the trace. */
static int give_up_completions(struct pair *p, struct hf_error *err)
{
	p->no_completions = true;
	free_parts(p);
	return outbox_empty(&p->box, err);
}

/*
 * Asked when a request is given out: by then the device below has begun with
 * its own, if the trace has them at all.
 */
static bool is_stacked(void *ctx, const struct request *req)
{
	struct pair *p = ctx;

	if (!req->remapped || !(p->begun[req->below / 8] & 1 << req->below % 8))
		return false;
	p->stats.stacked++;
	return p->dedup;
}

/*
 * A device in the middle, as a partition, may have no events of its own but
 * those that lead to it and away from it. Moves @key to where it came from.
 */
static bool step_up(struct pair *p, struct part *key)
{
	unsigned int i;

	for (i = 0; i < MAX_REMAPS && i < p->nremaps; i++) {
		const struct block_event *ev =
			&p->remaps[(p->nremaps - 1 - i) % MAX_REMAPS];

		if (ev->target != key->target || ev->op != key->op ||
		    key->sector - ev->sector >= ev->sectors)
			continue;
		key->target = ev->from;
		key->sector = ev->cut + (key->sector - ev->sector);
		return true;
	}
	return false;
}

/* Sectors of a request go on to another device, as a request of that one. */
static void remap(struct pair *p, const struct block_event *ev)
{
	struct part key = event_part(ev), *part;
	unsigned int up = 0;

	if (ev->from == ev->target)
		return;
	p->remaps[p->nremaps++ % MAX_REMAPS] = *ev;
	key.target = ev->from;
	if (ev->sectors)
		key.sector = ev->cut;
	do {
		part = parts_find(&p->parts, &key, true);
		if (!part && ev->sectors)
			part = parts_overlap(&p->parts, &key);
	} while (!part && up++ < MAX_STACK && step_up(p, &key));
	if (!part)
		return;
	((struct request *)part->owner)->remapped = true;
	((struct request *)part->owner)->below = ev->target;
}

static void fill(struct hfr_trace_rec *rec, const struct block_event *ev)
{
	rec->issue_ns = ev->time;
	rec->complete_ns = HFR_UNKNOWN;
	rec->op = ev->op;
	rec->target = ev->target;
	rec->flags = ev->flags;
	rec->prio = ev->prio;
	rec->stream = ev->pid;
	if (ev->sectors) {
		rec->offset = ev->sector << 9;
		rec->length = ev->sectors << 9;
	}
	if (ev->op != HFR_OP_WRITE)
		rec->flags &= ~(HFR_RF_FUA | HFR_RF_PREFLUSH);
	else if (!(ev->flags & HFR_RF_SYNC))
		rec->flags |= HFR_RF_ASYNC;
}

static int request_new(struct pair *p, const struct block_event *ev,
		       struct hf_error *err)
{
	struct request *req = outbox_new(&p->box);
	struct part part = event_part(ev);
	int ret;

	if (!req)
		return hf_fail(err, ENOMEM, "no memory for open requests");
	fill(&req->rec, ev);
	p->begun[ev->target / 8] |= 1 << ev->target % 8;
	outbox_add(&p->box, req);
	if (p->no_completions)
		return outbox_empty(&p->box, err);
	if (early_take(p, ev))
		return outbox_done(&p->box, req, ev->time, err);
	part.owner = req;
	ret = part_add(p, &part, err);
	if (!ret && !p->stats.completions && p->box.nheld == NO_COMPLETIONS)
		ret = give_up_completions(p, err);
	return ret;
}

/* The request is not in flight any more; it counts when it is issued again. */
static void requeue(struct pair *p, const struct block_event *ev)
{
	struct part key = event_part(ev);
	struct part *part = find(p, &key);

	if (part)
		outbox_drop(&p->box, part_remove(p, part));
}

static int split(struct pair *p, const struct block_event *ev,
		 struct hf_error *err)
{
	struct part key = event_part(ev);
	struct part *part;

	key.sector = ev->sector;
	part = parts_find(&p->parts, &key, true);
	if (!part || ev->cut <= part->sector ||
	    ev->cut >= part->sector + part->sectors)
		return 0;
	return part_split(p, part, ev->cut, err);
}

struct pair *pair_new(bool queue, pair_emit_fn emit, void *ctx)
{
	struct pair *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->queue = queue;
	outbox_init(&p->box, emit, ctx);
	p->box.leave_out = is_stacked;
	p->box.pair = p;
	parts_init(&p->parts);
	return p;
}

void pair_free(struct pair *p)
{
	if (!p)
		return;
	free_parts(p);
	parts_free(&p->parts);
	outbox_free(&p->box);
	free(p);
}

int pair_event(struct pair *p, const struct block_event *ev,
	       struct hf_error *err)
{
	if (ev->time > p->last_time)
		p->last_time = ev->time;
	switch (ev->kind) {
	case EVENT_QUEUE:
		return p->queue ? request_new(p, ev, err) : 0;
	case EVENT_ISSUE:
		return p->queue ? 0 : request_new(p, ev, err);
	case EVENT_SPLIT:
		return p->queue ? split(p, ev, err) : 0;
	case EVENT_REQUEUE:
		if (!p->queue)
			requeue(p, ev);
		return 0;
	case EVENT_COMPLETE:
		return ev->bio && !p->queue ? 0 : complete(p, ev, err);
	case EVENT_REMAP:
		remap(p, ev);
		return 0;
	}
	return 0;
}

void pair_dedup(struct pair *p)
{
	p->dedup = true;
}

void pair_lossy(struct pair *p)
{
	p->lossy = true;
}

/* What waited for the end of a flush sequence had none. */
static int finish_sequences(struct pair *p, struct hf_error *err)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < MAX_SEQUENCE; i++) {
		struct request *req = p->sequence[i];

		if (req)
			ret = outbox_done(&p->box, req, req->rec.complete_ns, err);
	}
	return ret;
}

int pair_finish(struct pair *p, struct pair_stats *stats,
		struct hf_error *err)
{
	unsigned int i;
	int ret;

	ret = finish_sequences(p, err);
	if (ret)
		return ret;
	for (i = 0; i < MAX_EARLY; i++)
		p->stats.unmatched += p->early_used[i];
	free_parts(p);
	if (p->stats.completions)
		p->stats.incomplete = outbox_open(&p->box);
	ret = outbox_empty(&p->box, err);
	p->stats.requests = p->box.given;
	p->stats.end = p->last_time;
	*stats = p->stats;
	return ret;
}
