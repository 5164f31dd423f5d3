/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses for traces whose requests name files or handles, not a device.
 *
 * A handle is cut into extents of one size. An extent gets the next free place
 * of the device when a request first touches it, so that addresses depend on
 * the requests and their order only, extents of a handle that grows alone
 * follow each other, and what is not touched takes no place. Inside an extent
 * addresses run as in the handle.
 */
#ifndef HF_EXTENT_MAP_H
#define HF_EXTENT_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "format.h"

/* Bytes of an extent where the format has no reason for another size. */
#define EXTENT_MAP_SIZE		(64ULL << 20)

struct extent_map;

/**
 * extent_map_new - makes a map without extents
 * @out: the map
 * @size: bytes of an extent, a power of two from 4096
 * @err: on failure, a sentence
 *
 * One map is one device. It takes 40 bytes of memory an extent on the average
 * and at most 160 MiB; handles themselves take none.
 *
 * Return: 0 or -errno.
 */
int extent_map_new(struct extent_map **out, uint64_t size,
		   struct hf_error *err);
void extent_map_free(struct extent_map *map);

/**
 * extent_map_find - where bytes of a handle are
 * @map: the map; a new extent is added to it
 * @handle: bytes that name the handle (text, a number in memory); handles are
 *	told apart by a 128-bit hash
 * @len: how many
 * @offset: a byte in the handle
 * @at: gets its address on the device
 * @run: gets how many bytes follow each other from there on: to the end of the
 *	extent
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno: -E2BIG for more extents than a map can have
 *	(3,670,016), or an @offset beyond 2^62.
 */
int extent_map_find(struct extent_map *map, const void *handle, size_t len,
		    uint64_t offset, uint64_t *at, uint64_t *run,
		    struct hf_error *err);

/**
 * extent_map_request - gives the importer a request to a handle
 * @map: the map
 * @imp: the importer
 * @handle: as for extent_map_find()
 * @len: how many bytes
 * @rec: as for importer_request(), but @offset is in the handle; @offset and
 *	@length in bytes need not be multiples of 512
 * @in: where it stands, for messages
 * @err: on failure, a sentence
 *
 * The request is widened to whole sectors (counted as widened). Where extents
 * that it crosses do not follow each other it becomes several requests with
 * the same times (counted as cut: those beyond the first). One that is not
 * wanted or makes no sense gets no place.
 *
 * Return: 0 or -errno.
 */
int extent_map_request(struct extent_map *map, struct importer *imp,
		       const void *handle, size_t len,
		       const struct hfr_trace_rec *rec, const struct input *in,
		       struct hf_error *err);

#endif /* HF_EXTENT_MAP_H */
