/* SPDX-License-Identifier: GPL-2.0-only */
/* The .hft file: reading by mmap, writing under a temporary name. */
#ifndef HF_HFT_H
#define HF_HFT_H

#include <stddef.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"

/**
 * struct hft_file - an .hft file in memory
 * @path: as it was opened; owned
 * @map: the whole file
 * @size: bytes
 * @hdr: its header
 * @devs: its device table, @hdr->device_count entries
 * @provenance: JSON text, not NUL terminated, @hdr->provenance_size bytes
 * @recs: its records
 * @count: number of records; never HFR_UNKNOWN
 * @checksum: XXH64 of the records
 */
struct hft_file {
	char *path;
	void *map;
	size_t size;
	const struct hfr_file_hdr *hdr;
	const struct hfr_file_dev *devs;
	const char *provenance;
	const struct hfr_trace_rec *recs;
	uint64_t count;
	uint64_t checksum;
};

/**
 * hft_open - maps and checks an .hft file
 * @file: filled
 * @path: the file
 * @err: on failure, a sentence with path and byte offset or record index
 *
 * Checks header, every record against the rules of linux/hfreplay.h, count
 * and checksum.
 *
 * Return: 0, or -errno with nothing to close.
 */
int hft_open(struct hft_file *file, const char *path, struct hf_error *err);

/**
 * hft_open_fd - as hft_open(), from a descriptor that the caller keeps
 * @file: filled
 * @fd: a regular file
 * @path: name for messages
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int hft_open_fd(struct hft_file *file, int fd, const char *path,
		struct hf_error *err);
void hft_close(struct hft_file *file);

struct hft_writer;

/**
 * hft_writer_open - starts an .hft file
 * @out: the writer
 * @path: final name; the data go to a temporary name beside it. NULL makes a
 *	file without a name in $TMPDIR
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int hft_writer_open(struct hft_writer **out, const char *path,
		    struct hf_error *err);

/**
 * hft_writer_device - finds or adds a device of the trace
 * @w: the writer
 * @name: its name, cut to 63 bytes
 * @major: device number or 0
 * @minor: device number or 0
 *
 * Return: the target index for records, or -E2BIG beyond HFR_MAX_DEVICES.
 */
int hft_writer_device(struct hft_writer *w, const char *name, uint32_t major,
		      uint32_t minor);

/** hft_writer_geometry - states size and logical block of a device */
void hft_writer_geometry(struct hft_writer *w, int target, uint64_t size,
			 uint32_t logical_block);

/**
 * hft_writer_add - appends a record
 * @w: the writer
 * @rec: the record; sorted by issue time. in_flight is computed by the writer
 *	and overwritten when completions are known
 * @err: on failure, a sentence with the record's index
 *
 * Return: 0 or -errno.
 */
int hft_writer_add(struct hft_writer *w, const struct hfr_trace_rec *rec,
		   struct hf_error *err);

/**
 * hft_writer_finish - completes the file and gives it its name
 * @w: freed, whatever happens
 * @flags: HFR_FF_LEVEL_QUEUE, HFR_FF_DEPS; HFR_FF_COMPLETIONS is found by the
 *	writer: set when every record has a completion time
 * @wall_start_ns: CLOCK_REALTIME at time 0, or 0
 * @provenance: JSON text
 * @fd: if not NULL, gets a descriptor of the finished file
 * @err: on failure, a sentence; no file is left
 *
 * Return: 0 or -errno.
 */
int hft_writer_finish(struct hft_writer *w, uint32_t flags,
		      uint64_t wall_start_ns, const char *provenance, int *fd,
		      struct hf_error *err);

/** hft_writer_abort - gives up; no file is left; NULL is fine */
void hft_writer_abort(struct hft_writer *w);

/** hfr_op_name - name of an operation ("read", "write-zeroes"), or NULL */
const char *hfr_op_name(uint8_t op);

#endif /* HF_HFT_H */
