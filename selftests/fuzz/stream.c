// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "image.h"
#include "stream.h"

#define MAX_RECORDS	STREAM_RECORDS
/* The dependency windows are counted out pair by pair. */
#define MAX_DEPS	150
/* Streams of a trace. */
#define STREAMS		8

/** struct field - a field of a structure */
struct field {
	uint16_t offset;
	uint16_t size;
};

#define F(type, name) { offsetof(struct type, name), \
			sizeof(((struct type *)0)->name) },
#define F_REC(name) F(hfr_trace_rec, name)
#define F_HDR(name) F(hfr_file_hdr, name)
#define F_DEV(name) F(hfr_file_dev, name)
#define F_END(name) F(hfr_file_end, name)

static const struct field rec_fields[] = { FIELDS_hfr_trace_rec(F_REC) };
static const struct field hdr_fields[] = { FIELDS_hfr_file_hdr(F_HDR) };
static const struct field dev_fields[] = { FIELDS_hfr_file_dev(F_DEV) };
static const struct field end_fields[] = { FIELDS_hfr_file_end(F_END) };

#define SPOIL(r, mem, fields) \
	spoil_field(r, mem, &RNG_PICK(r, fields))

/* Of an array some bytes, of a number the whole. */
static void spoil_field(struct rng *r, void *mem, const struct field *f)
{
	size_t size = f->size > 8 ? 1 + rng_below(r, 8) : f->size;
	uint8_t *at = (uint8_t *)mem + f->offset + rng_below(r, f->size - size + 1);
	uint64_t v = 0;

	memcpy(&v, at, size);
	v = rng_odd(r, size, v);
	memcpy(at, &v, size);
}

/* ---- good traces ---- */

static uint64_t pick_size(const struct view *s, unsigned int target)
{
	uint64_t size = target < CTL_TARGETS ? s->target[target][T(SIZE)] : 0;

	return size ? size : 1 << 20;
}

static uint32_t pick_block(const struct view *s, unsigned int target)
{
	uint32_t block = target < CTL_TARGETS ?
		s->target[target][T(LOGICAL_BLOCK)] : 0;

	return block ? block : 512;
}

static uint8_t pick_op(struct rng *r, const struct view *s, unsigned int target)
{
	uint32_t ops = target < CTL_TARGETS ? s->target[target][T(OPS)] : 1;
	uint8_t op = rng_below(r, HFR_OP_NR);

	if (!(s->v[A(FLAGS)] & FL(ALLOW_WRITES)) && op != HFR_OP_FLUSH)
		return HFR_OP_READ;
	if (op == HFR_OP_SECURE_ERASE && !(s->v[A(FLAGS)] & FL(ALLOW_ERASE)))
		return HFR_OP_WRITE;
	return ops & 1U << op ? op : rng_below(r, 3);
}

static uint32_t pick_flags(struct rng *r, uint8_t op)
{
	uint32_t flags = rng_one_in(r, 3) ? rng_next(r) & HFR_RF_ALL : 0;

	flags &= ~HFR_RF_DEP_GLOBAL;
	if (op != HFR_OP_WRITE)
		flags &= ~(HFR_RF_FUA | HFR_RF_PREFLUSH | HFR_RF_ATOMIC);
	if (!rng_one_in(r, 20))
		flags &= ~HFR_RF_ATOMIC;
	if (flags & HFR_RF_SYNC)
		flags &= ~HFR_RF_ASYNC;
	return flags;
}

static void fill_record(struct rng *r, const struct view *s,
			struct hfr_trace_rec *rec, unsigned int devices)
{
	uint32_t block;
	uint64_t blocks;

	rec->target = rng_below(r, devices);
	rec->op = pick_op(r, s, rec->target);
	rec->flags = pick_flags(r, rec->op);
	rec->in_flight = rng_small(r, 64);
	rec->stream = rng_below(r, STREAMS);
	if (rng_one_in(r, 4))
		rec->prio = (1 + rng_below(r, 3)) << 13 | rng_below(r, 8);
	if (rec->op == HFR_OP_FLUSH)
		return;
	block = pick_block(s, rec->target);
	blocks = pick_size(s, rec->target) / block;
	rec->length = (1 + rng_small(r, rng_one_in(r, 50) ? 2048 : 32)) * block;
	if (rec->length > blocks * block)
		rec->length = block;
	rec->offset = rng_below(r, blocks - rec->length / block + 1) * block;
}

/* ---- dependencies ---- */

static uint32_t scope_of(const struct hfr_trace_rec *rec, uint32_t kind)
{
	switch (kind) {
	case HFR_DEP_TARGET: return rec->target;
	case HFR_DEP_STREAM: return rec->stream;
	default: return 0;
	}
}

static bool completes_before(const struct hfr_trace_rec *a,
			     const struct hfr_trace_rec *b)
{
	return a->complete_ns < b->complete_ns ||
		(a->complete_ns == b->complete_ns && a < b);
}

/* Place of record @i in the order of completions, of its scope or of all. */
static uint32_t rank_of(const struct image *im, size_t i, bool all)
{
	const struct hfr_trace_rec *b = &im->rec[i], *a;
	uint32_t rank = 0;

	for (a = im->rec; a < im->rec + im->count; a++)
		if (all || a->scope == b->scope)
			rank += completes_before(a, b);
	return rank;
}

/* What record @i waited for, by the rule of intervals. */
static void set_window(struct image *im, size_t i, bool all)
{
	struct hfr_trace_rec *b = &im->rec[i];
	const struct hfr_trace_rec *a;
	uint32_t lo = 0, hi = 0;
	uint64_t latest = 0;

	for (a = im->rec; a < b; a++) {
		if ((!all && a->scope != b->scope) ||
		    a->complete_ns >= b->issue_ns)
			continue;
		hi++;
		if (a->issue_ns > latest)
			latest = a->issue_ns;
	}
	for (a = im->rec; a < b; a++)
		if ((all || a->scope == b->scope) && a->complete_ns < latest)
			lo++;
	b->dep_lo = lo < hi ? lo : hi;
	b->dep_hi = hi;
}

static bool first_of_scope(const struct image *im, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (im->rec[j].scope == im->rec[i].scope)
			return false;
	return true;
}

static void fill_deps(struct image *im, struct rng *r, bool whole)
{
	uint32_t kind = rng_below(r, HFR_DEP_NR);
	size_t i;

	for (i = 0; i < im->count; i++)
		im->rec[i].scope = scope_of(&im->rec[i], kind);
	for (i = 0; i < im->count; i++) {
		bool all = kind != HFR_DEP_GLOBAL && whole &&
			first_of_scope(im, i) && rng_one_in(r, 2);

		im->rec[i].rank = rank_of(im, i, false);
		im->rec[i].global_rank = rank_of(im, i, true);
		set_window(im, i, all);
		if (all)
			im->rec[i].flags |= HFR_RF_DEP_GLOBAL;
	}
	im->hdr->flags |= HFR_FF_DEPS;
	im->hdr->dep_scope = kind;
	im->hdr->scopes = kind == HFR_DEP_GLOBAL ? 1 :
		kind == HFR_DEP_TARGET ? im->hdr->device_count : STREAMS;
	/* As if every window began with the first record. */
	im->hdr->dep_nodes = im->count * im->hdr->scopes;
}

/* ---- the whole of it ---- */

static size_t pick_count(struct rng *r, const struct view *s, size_t most)
{
	size_t window = s->v[A(WINDOW)];
	size_t n = rng_small(r, rng_one_in(r, 8) ? MAX_RECORDS : 200);

	if (!(s->v[A(FLAGS)] & FL(STREAM)) && n > window &&
	    !rng_one_in(r, 8))
		n = window;
	return n > most ? most : n;
}

/* Some traces are so long that only a stop ends them. */
static uint64_t pick_step(struct rng *r)
{
	return rng_one_in(r, 25) ? 1000000000ULL : rng_small(r, 200000);
}

static struct image *make_image(struct world *w, const struct view *s,
				size_t most)
{
	struct rng *r = &w->rng;
	unsigned int devices = s->ntargets ? s->ntargets : 1;
	bool times = rng_one_in(r, 2), deps = times && rng_one_in(r, 2);
	size_t count = pick_count(r, s, deps && most > MAX_DEPS ? MAX_DEPS :
				  most), i;
	struct image *im = image_new(devices, count + 1);
	uint64_t step = pick_step(r), now = 0;

	for (i = 0; i < count; i++) {
		struct hfr_trace_rec *rec = image_add(im, HFR_OP_READ, now, 0, 0);

		fill_record(r, s, rec, devices);
		if (times)
			rec->complete_ns = now + rng_small(r, 1000000);
		now += rng_small(r, 2 * step + 1);
	}
	if (times)
		im->hdr->flags |= HFR_FF_COMPLETIONS;
	if (rng_one_in(r, 4))
		im->hdr->flags |= HFR_FF_LEVEL_QUEUE;
	if (deps)
		fill_deps(im, r, !(s->v[A(FLAGS)] & FL(STREAM)));
	image_end(im);
	im->hdr->max_in_flight = rng_small(r, 64);
	im->hdr->span = rng_small(r, 256);
	if (s->v[A(FLAGS)] & FL(STREAM) && rng_one_in(r, 3))
		image_in_pipe(im);
	return im;
}

/* ---- spoiled before the checksum is made, and behind it ---- */

/* Header and trailer say what is there; but what was spoilt stays so. */
static void refit(struct image *im)
{
	uint32_t devices = im->hdr->device_count;
	bool piped = im->hdr->count == HFR_UNKNOWN;

	im->hdr->device_count = (struct hfr_file_dev *)im->rec - im->dev;
	image_end(im);
	if (piped)
		image_in_pipe(im);
	im->hdr->device_count = devices;
}

static void spoil_records(struct image *im, struct rng *r)
{
	unsigned int n = 1 + rng_below(r, 3);

	while (n-- && im->count)
		SPOIL(r, &im->rec[rng_below(r, im->count)], rec_fields);
	refit(im);
}

static void spoil_header(struct image *im, struct rng *r)
{
	SPOIL(r, im->hdr, hdr_fields);
}

static void spoil_device(struct image *im, struct rng *r)
{
	size_t devices = (struct hfr_file_dev *)im->rec - im->dev;

	SPOIL(r, &im->dev[rng_below(r, devices)], dev_fields);
}

static void spoil_end(struct image *im, struct rng *r)
{
	SPOIL(r, im->end, end_fields);
}

/* The bytes of an image, with text between the header and the records. */
static void lay_out(struct stream *st, const struct image *im, struct rng *r)
{
	size_t head = (const uint8_t *)im->rec - im->bytes;
	size_t text = rng_one_in(r, 3) ? rng_small(r, 5000) : 0;
	size_t gap = (text + HFR_UNIT - 1) / HFR_UNIT * HFR_UNIT;
	struct hfr_file_hdr *hdr;

	st->count = im->count;
	st->size = im->size + gap;
	st->bytes = calloc(1, st->size);
	memcpy(st->bytes, im->bytes, head);
	memset(st->bytes + head, 'x', text);
	memcpy(st->bytes + head + gap, im->rec, im->size - head);
	hdr = (void *)st->bytes;
	/* One that was spoilt stays as it is. */
	if (hdr->header_size == head) {
		hdr->header_size += gap;
		hdr->provenance_size = text;
	}
}

static void cut(struct stream *st, struct rng *r)
{
	st->size = rng_below(r, st->size + 1);
}

/* A piece of it once more, somewhere. */
static void glue(struct stream *st, struct rng *r)
{
	size_t from = rng_below(r, st->size + 1);
	size_t n = rng_small(r, st->size - from);
	size_t at = rng_below(r, st->size + 1);
	uint8_t *bytes = malloc(st->size + n + 1);

	memcpy(bytes, st->bytes, at);
	memcpy(bytes + at, st->bytes + from, n);
	memcpy(bytes + at + n, st->bytes + at, st->size - at);
	free(st->bytes);
	st->bytes = bytes;
	st->size += n;
}

static void noise(struct stream *st, struct rng *r)
{
	size_t at, n;

	if (!st->size)
		return;
	at = rng_below(r, st->size);
	n = 1 + rng_small(r, st->size - at - 1);
	rng_bytes(r, st->bytes + at, n);
}

static void flip(struct stream *st, struct rng *r)
{
	if (st->size)
		st->bytes[rng_below(r, st->size)] ^= 1U << rng_below(r, 8);
}

static void (*const of_image[])(struct image *im, struct rng *r) = {
	spoil_records, spoil_records, spoil_records, spoil_header, spoil_header,
	spoil_device, spoil_end,
};

static void (*const of_bytes[])(struct stream *st, struct rng *r) = {
	cut, glue, noise, flip,
};

void stream_make(struct stream *st, struct world *w,
		 const struct view *session, size_t most, unsigned int spoil)
{
	struct image *im = make_image(w, session, most);
	struct rng *r = &w->rng;
	unsigned int deep = spoil ? rng_below(r, spoil + 1) : 0, i;

	if (spoil && !deep && rng_one_in(r, 2))
		deep = 1;
	for (i = 0; i < deep; i++)
		RNG_PICK(r, of_image)(im, r);
	lay_out(st, im, r);
	for (i = deep; i < spoil; i++)
		RNG_PICK(r, of_bytes)(st, r);
	image_free(im);
}

void stream_free(struct stream *st)
{
	free(st->bytes);
}
