// SPDX-License-Identifier: GPL-2.0-only
/* --remap: other addresses. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "hashing.h"
#include "hft-rules.h"
#include "places.h"
#include "transform.h"
#include "units.h"
#include "words.h"

#define GRANULE		(1ULL << 20)
#define LEAST		4096ULL

enum tile_by {
	TILE_STREAM,
	TILE_REQUEST,
	TILE_COPY,
};

static const char *const tile_names[] = { "stream", "request", "copy" };

struct remap;

/**
 * struct move - a way to move addresses
 * @name: its key
 * @parse: reads its value
 * @size: what becomes of the size of a device, or of an end in it; a bound
 * @each: as transform.each
 * @cuts: it may change the number of requests
 * @unsized: no device of a known size has these places
 */
struct move {
	const char *name;
	int (*parse)(struct remap *r, const char *text, struct hf_error *err);
	uint64_t (*size)(const struct remap *r, uint32_t target,
			 uint64_t size);
	int (*each)(struct stage *s, const struct hfr_trace_rec *rec,
		    struct hf_error *err);
	bool cuts;
	bool unsized;
};

/**
 * struct remap - how addresses are moved
 * @move: the way
 * @on: word for the only device that is meant, NULL for all; owned
 * @targets: bits of the devices that are meant
 * @blocks: logical block of each device
 * @by_bytes: offset=
 * @factor: scale=
 * @bytes: wrap=, align=, fit=
 * @tiles: tile=
 * @tile_by: by=
 * @tile_size: size= of a tile, for each device
 * @granule: fit=: granules that stay together
 * @device: fit=: file whose size it is to be; owned
 * @places: fit=: used granules of each device
 */
struct remap {
	const struct move *move;
	char *on;
	uint64_t targets;
	uint32_t blocks[HFR_MAX_DEVICES];
	int64_t by_bytes;
	struct ratio factor;
	uint64_t bytes;
	uint64_t tiles;
	enum tile_by tile_by;
	uint64_t tile_size[HFR_MAX_DEVICES];
	uint64_t granule;
	char *device;
	struct places places[HFR_MAX_DEVICES];
};

static uint64_t round_up(uint64_t value, uint64_t to)
{
	uint64_t rest = value % to;

	return rest ? value + (to - rest) : value;
}

static int in_blocks(uint64_t bytes, const char *text, struct hf_error *err)
{
	if (bytes && !(bytes % 512))
		return 0;
	return hf_fail(err, EINVAL, "\"%s\" is not a multiple of 512 bytes",
		       text);
}

/* A place that a request can have; the record is moved there. */
static int move_to(struct stage *s, const struct hfr_trace_rec *rec,
		   uint64_t offset, struct hf_error *err)
{
	return stage_piece(s, rec, 0, rec->length, offset, err);
}

static int parse_offset(struct remap *r, const char *text,
			struct hf_error *err)
{
	int rc = word_signed(text, word_size, &r->by_bytes, err);

	return rc ? rc : in_blocks((uint64_t)llabs(r->by_bytes), text, err);
}

static uint64_t size_offset(const struct remap *r, uint32_t target,
			    uint64_t size)
{
	(void)target;
	if (r->by_bytes < 0 && size < -(uint64_t)r->by_bytes)
		return 0;
	return size + (uint64_t)r->by_bytes;
}

static int each_offset(struct stage *s, const struct hfr_trace_rec *rec,
		       struct hf_error *err)
{
	const struct remap *r = s->state;
	const uint64_t by = (uint64_t)r->by_bytes;

	if (r->by_bytes < 0 && rec->offset < -by)
		return stage_fail(s, err, ERANGE,
				  "at byte %" PRIu64
				  " would be moved before byte 0",
				  (uint64_t)rec->offset);
	return move_to(s, rec, rec->offset + by, err);
}

static int parse_scale(struct remap *r, const char *text, struct hf_error *err)
{
	return word_ratio(text, &r->factor, err);
}

static uint64_t scaled(const struct remap *r, uint32_t target,
		       uint64_t offset)
{
	unsigned __int128 v = (unsigned __int128)offset * r->factor.num /
			      r->factor.den;

	return v > INT64_MAX ? INT64_MAX :
			       (uint64_t)v / r->blocks[target] *
			       r->blocks[target];
}

/* Requests are as long as they were: they end where they did at most, or
 * where the scaled end is.
 */
static uint64_t size_scale(const struct remap *r, uint32_t target,
			   uint64_t size)
{
	uint64_t most = scaled(r, target, size) + r->blocks[target];

	return size < most ? most : size;
}

static int each_scale(struct stage *s, const struct hfr_trace_rec *rec,
		      struct hf_error *err)
{
	return move_to(s, rec, scaled(s->state, rec->target, rec->offset),
		       err);
}

static int parse_bytes(struct remap *r, const char *text, struct hf_error *err)
{
	int rc = word_size(text, &r->bytes, err);

	if (!rc)
		rc = in_blocks(r->bytes, text, err);
	if (!rc && r->bytes < LEAST)
		rc = hf_fail(err, EINVAL, "\"%s\" is less than 4k", text);
	return rc;
}

static int parse_align(struct remap *r, const char *text, struct hf_error *err)
{
	int rc = word_size(text, &r->bytes, err);

	if (!rc && r->bytes > HFR_MAX_LENGTH)
		rc = hf_fail(err, EINVAL, "\"%s\" is more than 64M", text);
	return rc ? rc : in_blocks(r->bytes, text, err);
}

static uint64_t size_align(const struct remap *r, uint32_t target,
			   uint64_t size)
{
	(void)target;
	return round_up(size, r->bytes);
}

static int each_align(struct stage *s, const struct hfr_trace_rec *rec,
		      struct hf_error *err)
{
	const struct remap *r = s->state;
	uint64_t from = rec->offset / r->bytes * r->bytes;
	uint64_t to = round_up(rec->offset + rec->length, r->bytes);
	struct hfr_trace_rec wide = *rec;

	if (!rec->length)
		to = from;
	if (to - from > (hft_op_moves_data(rec->op) ? HFR_MAX_LENGTH :
						      UINT32_MAX))
		return stage_fail(s, err, ERANGE,
				  "of %u bytes would become longer than the format allows",
				  rec->length);
	wide.offset = from;
	wide.length = (uint32_t)(to - from);
	return stage_piece(s, &wide, 0, wide.length, from, err);
}

static uint64_t size_wrap(const struct remap *r, uint32_t target,
			  uint64_t size)
{
	(void)target;
	return size < r->bytes ? size : r->bytes;
}

static int each_wrap(struct stage *s, const struct hfr_trace_rec *rec,
		     struct hf_error *err)
{
	const struct remap *r = s->state;
	uint64_t at = rec->offset % r->bytes, done = 0;
	int rc = 0;

	do {
		uint64_t n = rec->length - done;

		if (n > r->bytes - at)
			n = r->bytes - at;
		rc = stage_piece(s, rec, done, (uint32_t)n, at, err);
		done += n;
		at = 0;
	} while (!rc && done < rec->length);
	return rc;
}

static int parse_tile(struct remap *r, const char *text, struct hf_error *err)
{
	int rc = word_count(text, &r->tiles, err);

	if (!rc && (!r->tiles || r->tiles > 65536))
		rc = hf_fail(err, EINVAL, "tile=%s is not from 1 to 65536",
			     text);
	return rc;
}

static uint64_t size_tile(const struct remap *r, uint32_t target,
			  uint64_t size)
{
	uint64_t all;

	(void)size;
	if (__builtin_mul_overflow(r->tile_size[target], r->tiles, &all))
		return INT64_MAX;
	return all;
}

static int each_tile(struct stage *s, const struct hfr_trace_rec *rec,
		     struct hf_error *err)
{
	const struct remap *r = s->state;
	uint64_t size = r->tile_size[rec->target], i;
	int rc = 0;

	if (rec->offset + rec->length > size)
		return stage_fail(s, err, ERANGE,
				  "ends at byte %" PRIu64
				  ", beyond the tile of %" PRIu64,
				  (uint64_t)(rec->offset + rec->length), size);
	if (r->tile_by == TILE_COPY) {
		for (i = 0; !rc && i < r->tiles; i++)
			rc = move_to(s, rec, i * size + rec->offset, err);
		return rc;
	}
	i = r->tile_by == TILE_STREAM ? hash_mix(rec->stream) : s->came;
	return move_to(s, rec, i % r->tiles * size + rec->offset, err);
}

/* A size, or something that has one. */
static int parse_fit(struct remap *r, const char *text, struct hf_error *err)
{
	if (strchr(text, '/')) {
		r->device = strdup(text);
		return r->device ? 0 : hf_fail(err, ENOMEM, "out of memory");
	}
	return parse_bytes(r, text, err);
}

static uint64_t size_fit(const struct remap *r, uint32_t target,
			 uint64_t size)
{
	(void)target;
	return size < r->bytes ? size : r->bytes;
}

static int each_fit(struct stage *s, const struct hfr_trace_rec *rec,
		    struct hf_error *err)
{
	const struct remap *r = s->state;
	const struct places *p = &r->places[rec->target];

	if (p->end <= r->bytes)
		return stage_push(s, rec, err);
	return move_to(s, rec, places_find(p, rec->offset), err);
}

static const struct move moves[] = {
	{ "offset", parse_offset, size_offset, each_offset, false, false },
	{ "scale", parse_scale, size_scale, each_scale, false, true },
	{ "align", parse_align, size_align, each_align, false, false },
	{ "wrap", parse_bytes, size_wrap, each_wrap, true, false },
	{ "tile", parse_tile, size_tile, each_tile, true, false },
	{ "fit", parse_fit, size_fit, each_fit, false, false },
};

static int find_move(struct remap *r, const struct words *w,
		     struct hf_error *err)
{
	const char *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(moves); i++) {
		text = words_get(w, moves[i].name);
		if (!text)
			continue;
		if (r->move)
			return hf_fail(err, EINVAL,
				       "%s and %s are two steps: give --remap twice, in the order that is meant",
				       r->move->name, moves[i].name);
		r->move = &moves[i];
		if (moves[i].parse(r, text, err))
			return -EINVAL;
	}
	if (r->move)
		return 0;
	return hf_fail(err, EINVAL,
		       "one of offset, scale, align, wrap, tile and fit is needed");
}

static int parse_by(struct remap *r, const char *text, struct hf_error *err)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tile_names); i++) {
		if (strcmp(text, tile_names[i]))
			continue;
		r->tile_by = i;
		return 0;
	}
	return hf_fail(err, EINVAL, "by=%s is not stream, request or copy",
		       text);
}

/* Words that go with one of the moves only. */
static int parse_rest(struct remap *r, const struct words *w,
		      struct hf_error *err)
{
	const char *size = words_get(w, "size"), *by = words_get(w, "by");
	const char *granule = words_get(w, "granule"), *on;
	int rc = 0;

	if ((size || by) && !r->tiles)
		return hf_fail(err, EINVAL, "size and by go with tile");
	if (granule && r->move->each != each_fit)
		return hf_fail(err, EINVAL, "granule goes with fit");
	if (size)
		rc = word_size(size, &r->tile_size[0], err);
	if (size && !rc)
		rc = in_blocks(r->tile_size[0], size, err);
	if (by && !rc)
		rc = parse_by(r, by, err);
	r->granule = GRANULE;
	if (granule && !rc)
		rc = word_granule(granule, LEAST, &r->granule, err);
	on = words_get(w, "on");
	if (on && !rc) {
		r->on = strdup(on);
		rc = r->on ? 0 : hf_fail(err, ENOMEM, "out of memory");
	}
	return rc;
}

static int parse_remap(void *state, const char *text, struct hf_error *err)
{
	static const char *const keys[] = {
		"offset", "scale", "align", "wrap", "tile", "fit", "size",
		"by", "granule", "on", NULL
	};
	struct words w;
	int rc = words_split(&w, text, err);

	if (!rc)
		rc = words_plain(&w, keys, err);
	if (!rc)
		rc = find_move(state, &w, err);
	if (!rc)
		rc = parse_rest(state, &w, err);
	words_free(&w);
	return rc;
}

static int device_size(struct remap *r, struct hf_error *err)
{
	int fd = open(r->device, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	int code = errno;

	if (fd >= 0)
		close(fd);
	if (size < 0)
		return hf_fail(err, code, "cannot tell the size of %s: %s",
			       r->device, strerror(code));
	r->bytes = (uint64_t)size;
	return 0;
}

static bool meant(const struct remap *r, uint32_t target)
{
	return r->targets >> target & 1;
}

static int read_places(struct stage *s, struct remap *r, struct hf_error *err)
{
	const struct hfr_trace_rec *recs;
	size_t n, i;
	int rc;

	while (!(rc = stage_read(s->up, &recs, &n, err)) && n)
		for (i = 0; i < n; i++)
			if (meant(r, recs[i].target) &&
			    stage_has_place(&recs[i]) &&
			    places_add(&r->places[recs[i].target],
				       recs[i].offset, recs[i].length))
				return hf_fail(err, ENOMEM,
					       "no memory for the granules in use; a larger granule takes less");
	return rc ? rc : stage_rewind(s->up, err);
}

static int no_room(const struct remap *r, const struct hfr_file_dev *dev,
		   const struct places *p, struct hf_error *err)
{
	char used[32], granule[32], room[32];

	hf_format_size(used, sizeof(used), p->used * p->granule);
	hf_format_size(granule, sizeof(granule), p->granule);
	hf_format_size(room, sizeof(room), r->bytes);
	return hf_fail(err, ERANGE,
		       "the requests of %s use %s in granules of %s and do not fit %s: a smaller granule may do, wrap puts one over the other",
		       dev->name, used, granule, room);
}

static int find_places(struct stage *s, const struct shape *shape,
		       struct hf_error *err)
{
	struct remap *r = s->state;
	uint32_t i;
	int rc;

	for (i = 0; i < shape->device_count; i++)
		r->places[i].granule = r->granule;
	rc = r->device ? device_size(r, err) : 0;
	if (!rc)
		rc = read_places(s, r, err);
	for (i = 0; !rc && i < shape->device_count; i++) {
		if (places_pack(&r->places[i]))
			rc = hf_fail(err, ENOMEM, "out of memory");
		else if (r->places[i].end > r->bytes &&
			 r->places[i].used > r->bytes / r->granule)
			rc = no_room(r, &shape->devs[i], &r->places[i], err);
	}
	return rc;
}

static int find_targets(struct remap *r, const struct shape *shape,
			struct hf_error *err)
{
	int target;

	r->targets = ~0ULL;
	if (!r->on)
		return 0;
	target = shape_target(shape, r->on, err);
	if (target >= 0)
		r->targets = 1ULL << target;
	return target < 0 ? target : 0;
}

static void find_sizes(struct remap *r, const struct shape *shape)
{
	uint64_t given = r->tile_size[0];
	uint32_t i;

	for (i = 0; i < shape->device_count; i++) {
		r->blocks[i] = hft_logical_block(&shape->devs[i]);
		r->tile_size[i] = given ? given :
			round_up(shape->devs[i].max_end, GRANULE);
	}
}

static int open_remap(struct stage *s, struct shape *shape,
		      struct hf_error *err)
{
	struct remap *r = s->state;
	int rc = find_targets(r, shape, err);
	uint32_t i;

	find_sizes(r, shape);
	if (!rc && r->move->each == each_fit)
		rc = find_places(s, shape, err);
	if (r->move->cuts)
		shape_undo_deps(shape, s->kind->name);
	for (i = 0; !rc && i < shape->device_count; i++) {
		struct hfr_file_dev *dev = &shape->devs[i];

		if (!meant(r, i))
			continue;
		if (r->move->unsized)
			dev->size = 0;
		else if (dev->size)
			dev->size = r->move->size(r, i, dev->size);
		dev->max_end = r->move->size(r, i, dev->max_end);
	}
	return rc;
}

static int each_remap(struct stage *s, const struct hfr_trace_rec *rec,
		      struct hf_error *err)
{
	const struct remap *r = s->state;

	if (!stage_has_place(rec) || !meant(r, rec->target))
		return stage_push(s, rec, err);
	return r->move->each(s, rec, err);
}

static void close_remap(void *state)
{
	struct remap *r = state;
	int i;

	free(r->on);
	free(r->device);
	for (i = 0; i < HFR_MAX_DEVICES; i++)
		places_free(&r->places[i]);
}

const struct transform transform_remap = {
	.name = "remap",
	.state_size = sizeof(struct remap),
	.parse = parse_remap,
	.open = open_remap,
	.close = close_remap,
	.each = each_remap,
};
