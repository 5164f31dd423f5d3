// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <xxhash.h>

#include "extent-map.h"

#define FIRST_SLOTS	1024U
#define MAX_SLOTS	(1U << 22)
/* Slots that are filled before the table grows, of 8. */
#define FULL		7U
#define MAX_OFFSET	(UINT64_C(1) << 62)
#define SMALLEST	4096U

/**
 * struct slot - an extent of a handle
 * @lo: hash of the handle and of the extent's index in it
 * @hi: its other half
 * @place: index on the device plus 1; 0 in a free slot
 */
struct slot {
	uint64_t lo, hi;
	uint64_t place;
};

/**
 * struct extent_map - extents of handles, in a table with open addressing
 * @slots: the table; owned
 * @nslots: its size, a power of two
 * @used: extents
 * @size: bytes of an extent
 */
struct extent_map {
	struct slot *slots;
	uint32_t nslots, used;
	uint64_t size;
};

static int no_memory(struct hf_error *err)
{
	return hf_fail(err, ENOMEM,
		       "no memory for the addresses of the handles");
}

int extent_map_new(struct extent_map **out, uint64_t size,
		   struct hf_error *err)
{
	struct extent_map *map;

	if (size < SMALLEST || size & (size - 1) || size > MAX_OFFSET)
		return hf_fail(err, EINVAL,
			       "extents of %" PRIu64 " bytes: not a power of two from 4096",
			       size);
	map = calloc(1, sizeof(*map));
	if (!map)
		return no_memory(err);
	map->size = size;
	map->nslots = FIRST_SLOTS;
	map->slots = calloc(map->nslots, sizeof(*map->slots));
	if (!map->slots) {
		free(map);
		return no_memory(err);
	}
	*out = map;
	return 0;
}

void extent_map_free(struct extent_map *map)
{
	if (!map)
		return;
	free(map->slots);
	free(map);
}

/* The slot of an extent, or the free one where it belongs. */
static struct slot *find_slot(const struct extent_map *map,
			      const struct slot *key)
{
	uint32_t i = (uint32_t)key->lo & (map->nslots - 1);

	while (map->slots[i].place && (map->slots[i].lo != key->lo ||
				       map->slots[i].hi != key->hi))
		i = (i + 1) & (map->nslots - 1);
	return &map->slots[i];
}

static int grow(struct extent_map *map, struct hf_error *err)
{
	struct extent_map bigger = *map;
	uint32_t i;

	if (map->nslots == MAX_SLOTS)
		return hf_fail(err, E2BIG,
			       "the trace touches more than %u extents of %" PRIu64 " bytes of its files",
			       map->used, map->size);
	bigger.nslots *= 2;
	bigger.slots = calloc(bigger.nslots, sizeof(*bigger.slots));
	if (!bigger.slots)
		return no_memory(err);
	for (i = 0; i < map->nslots; i++)
		if (map->slots[i].place)
			*find_slot(&bigger, &map->slots[i]) = map->slots[i];
	free(map->slots);
	*map = bigger;
	return 0;
}

static int find_extent(struct extent_map *map, const struct slot *key,
		       uint64_t *place, struct hf_error *err)
{
	struct slot *slot = find_slot(map, key);

	if (!slot->place) {
		if (map->used == map->nslots / 8 * FULL) {
			int rc = grow(map, err);

			if (rc)
				return rc;
			slot = find_slot(map, key);
		}
		*slot = *key;
		slot->place = ++map->used;
	}
	*place = slot->place - 1;
	return 0;
}

int extent_map_find(struct extent_map *map, const void *handle, size_t len,
		    uint64_t offset, uint64_t *at, uint64_t *run,
		    struct hf_error *err)
{
	uint64_t inside = offset & (map->size - 1), place;
	XXH128_hash_t hash;
	struct slot key;
	int rc;

	if (offset >= MAX_OFFSET)
		return hf_fail(err, E2BIG,
			       "offset %" PRIu64 " of a file is beyond 2^62",
			       offset);
	hash = XXH3_128bits_withSeed(handle, len, offset / map->size);
	key = (struct slot){ .lo = hash.low64, .hi = hash.high64 };
	rc = find_extent(map, &key, &place, err);
	if (rc)
		return rc;
	if (place > (MAX_OFFSET - 1) / map->size)
		return hf_fail(err, E2BIG,
			       "the files of the trace take more than 2^62 bytes");
	*at = place * map->size + inside;
	*run = map->size - inside;
	return 0;
}

/* Bytes from @at on that follow each other on the device, at most @left. */
static int contiguous(struct extent_map *map, const void *handle, size_t len,
		      uint64_t offset, uint64_t left, uint64_t *at,
		      uint64_t *bytes, struct hf_error *err)
{
	uint64_t next, run;
	int rc = extent_map_find(map, handle, len, offset, at, bytes, err);

	while (!rc && *bytes < left) {
		rc = extent_map_find(map, handle, len, offset + *bytes, &next,
				     &run, err);
		if (rc || next != *at + *bytes)
			break;
		*bytes += run;
	}
	if (*bytes > left)
		*bytes = left;
	return rc;
}

int extent_map_request(struct extent_map *map, struct importer *imp,
		       const void *handle, size_t len,
		       const struct hfr_trace_rec *rec, const struct input *in,
		       struct hf_error *err)
{
	struct hfr_trace_rec piece = *rec;
	uint64_t offset, left;
	int rc;

	if (!rec->length)
		return importer_request(imp, rec, in, err);
	rc = importer_wants(imp, rec, in, err);
	if (rc <= 0)
		return rc;
	rc = 0;
	importer_widen(imp, &piece);
	offset = piece.offset;
	for (left = piece.length; left && !rc; left -= piece.length) {
		uint64_t at, bytes;

		rc = contiguous(map, handle, len, offset, left, &at, &bytes,
				err);
		if (rc)
			return rc;
		piece.offset = at;
		piece.length = (uint32_t)bytes;
		rc = importer_request(imp, &piece, in, err);
		offset += bytes;
		importer_sum(imp)->cut += bytes < left;
	}
	return rc;
}
