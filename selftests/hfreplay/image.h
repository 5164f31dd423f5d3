/* SPDX-License-Identifier: GPL-2.0-only */
/* The bytes of an .hft file, made in memory. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <linux/hfreplay.h>

/**
 * struct image - a trace
 * @bytes: the file: header, device table, records, trailer
 * @size: bytes of it; right after image_end()
 * @hdr: its header
 * @dev: its device table
 * @rec: its records
 * @count: records so far
 * @max: records there is room for
 * @end: its trailer; set by image_end()
 */
struct image {
	uint8_t *bytes;
	size_t size;
	struct hfr_file_hdr *hdr;
	struct hfr_file_dev *dev;
	struct hfr_trace_rec *rec;
	size_t count;
	size_t max;
	struct hfr_file_end *end;
};

/** image_new - a trace of @devices devices and at most @max records */
struct image *image_new(unsigned int devices, size_t max);
void image_free(struct image *im);

/**
 * image_add - adds a request of device 0, with unknown completion
 *
 * Return: the record, to be changed further.
 */
struct hfr_trace_rec *image_add(struct image *im, uint8_t op, uint64_t issue_ns,
				uint64_t offset, uint32_t length);

/** image_deps - states that its records have dependency windows among the
 * records of @scopes scopes; completions that are not known become the issue
 */
void image_deps(struct image *im, uint32_t kind, uint32_t scopes);

/** image_end - completes header and trailer; may be called again */
void image_end(struct image *im);

/** image_in_pipe - the same trace as a pipe carries it: nothing is counted */
void image_in_pipe(struct image *im);

/** image_reads - @count reads of 4 KiB, one after the other on a device of
 * @size bytes, @step ns apart; complete
 */
struct image *image_reads(size_t count, uint64_t step, uint64_t size);

#endif /* IMAGE_H */
