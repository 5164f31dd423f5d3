// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "image.h"

struct image *image_new(unsigned int devices, size_t max)
{
	struct image *im = calloc(1, sizeof(*im));
	size_t head = sizeof(*im->hdr) + devices * sizeof(*im->dev);
	unsigned int i;

	im->max = max;
	im->bytes = calloc(1, head + max * sizeof(*im->rec) + sizeof(*im->end));
	im->hdr = (void *)im->bytes;
	im->dev = (void *)(im->hdr + 1);
	im->rec = (void *)(im->bytes + head);
	memcpy(im->hdr->magic, HFR_FILE_MAGIC, sizeof(im->hdr->magic));
	im->hdr->byte_order = HFR_BYTE_ORDER;
	im->hdr->version = HFR_FILE_VERSION;
	im->hdr->record_size = sizeof(struct hfr_trace_rec);
	im->hdr->header_size = head;
	im->hdr->device_count = devices;
	for (i = 0; i < devices; i++) {
		strcpy((char *)im->dev[i].name, "test");
		im->dev[i].logical_block = 512;
	}
	return im;
}

void image_free(struct image *im)
{
	free(im->bytes);
	free(im);
}

struct hfr_trace_rec *image_add(struct image *im, uint8_t op, uint64_t issue_ns,
				uint64_t offset, uint32_t length)
{
	struct hfr_trace_rec *rec;

	if (im->count == im->max)
		abort();
	rec = &im->rec[im->count++];
	rec->op = op;
	rec->issue_ns = issue_ns;
	rec->complete_ns = HFR_UNKNOWN;
	rec->offset = offset;
	rec->length = length;
	return rec;
}

void image_deps(struct image *im, uint32_t kind, uint32_t scopes)
{
	size_t i;

	im->hdr->flags = HFR_FF_DEPS | HFR_FF_COMPLETIONS;
	im->hdr->dep_scope = kind;
	im->hdr->scopes = scopes;
	/* As if every window began at rank 0. */
	im->hdr->dep_nodes = im->count;
	for (i = 0; i < im->count; i++)
		if (im->rec[i].complete_ns == HFR_UNKNOWN)
			im->rec[i].complete_ns = im->rec[i].issue_ns;
}

/* What the header says of one record. */
static void note(struct image *im, const struct hfr_trace_rec *rec)
{
	struct hfr_file_dev *dev = &im->dev[rec->target];

	if (rec->target < im->hdr->device_count) {
		dev->requests++;
		if (rec->offset + rec->length > dev->max_end)
			dev->max_end = rec->offset + rec->length;
	}
	if ((rec->op <= HFR_OP_WRITE || rec->op == HFR_OP_ZONE_APPEND) &&
	    rec->length > im->hdr->max_length)
		im->hdr->max_length = rec->length;
	if (rec->issue_ns > im->hdr->duration_ns)
		im->hdr->duration_ns = rec->issue_ns;
}

void image_end(struct image *im)
{
	size_t i;

	im->hdr->count = im->count;
	im->hdr->max_length = 0;
	for (i = 0; i < im->hdr->device_count; i++) {
		im->dev[i].requests = 0;
		im->dev[i].max_end = 0;
	}
	for (i = 0; i < im->count; i++)
		note(im, &im->rec[i]);
	im->end = (void *)(im->rec + im->count);
	memset(im->end, 0, sizeof(*im->end));
	memcpy(im->end->magic, HFR_END_MAGIC, sizeof(im->end->magic));
	im->end->count = im->count;
	im->end->checksum = XXH64(im->rec, im->count * sizeof(*im->rec), 0);
	im->end->op = HFR_OP_END;
	im->size = (uint8_t *)(im->end + 1) - im->bytes;
}

void image_in_pipe(struct image *im)
{
	size_t i;

	im->hdr->count = HFR_UNKNOWN;
	im->hdr->duration_ns = HFR_UNKNOWN;
	for (i = 0; i < im->hdr->device_count; i++) {
		im->dev[i].requests = HFR_UNKNOWN;
		im->dev[i].max_end = HFR_UNKNOWN;
	}
}

struct image *image_reads(size_t count, uint64_t step, uint64_t size)
{
	struct image *im = image_new(1, count);
	size_t i;

	for (i = 0; i < count; i++)
		image_add(im, HFR_OP_READ, i * step, i * 4096 % size, 4096);
	image_end(im);
	return im;
}
