/* SPDX-License-Identifier: GPL-2.0-only */
/* The .hft file: reading by mmap, writing under a temporary name. */
#ifndef HF_HFT_H
#define HF_HFT_H

#include <stdbool.h>
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
 * @checked: the records were checked, and so was the header against them
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
	bool checked;
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

/**
 * hft_open_unchecked - as hft_open(), but looks at the header only
 * @file: filled; max_end and requests of its devices, and its duration are
 *	what the header says, checksum is 0
 * @path: the file
 * @err: on failure, a sentence
 *
 * No record may be used before hft_check_next() has seen it, and no result be
 * given to anybody before hft_check_end().
 *
 * Return: 0, or -errno with nothing to close.
 */
int hft_open_unchecked(struct hft_file *file, const char *path,
		       struct hf_error *err);

struct hft_check;

/**
 * hft_check_new - starts to check the records of a file
 * @out: the check; hft_check_end() or hft_check_free() ends it
 * @file: must stay
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int hft_check_new(struct hft_check **out, struct hft_file *file,
		  struct hf_error *err);

/**
 * hft_check_next - checks records against the rules of linux/hfreplay.h
 * @check: the check
 * @end: records before this index are checked, those that were are not again
 * @err: on failure, a sentence with the record's index and place
 *
 * Return: 0 or -errno.
 */
int hft_check_next(struct hft_check *check, uint64_t end,
		   struct hf_error *err);

/**
 * hft_check_end - checks what is left: records, checksum, what the header says
 * @check: freed, whatever happens
 * @err: on failure, a sentence
 *
 * Fills in what the header left open, and hft_file.checksum.
 *
 * Return: 0 or -errno.
 */
int hft_check_end(struct hft_check *check, struct hf_error *err);

/** hft_check_free - gives up; NULL is fine */
void hft_check_free(struct hft_check *check);

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

struct hft_dep_info;

/**
 * hft_writer_deps - states that the records have dependency windows
 * @w: the writer, before its first record
 * @info: what its header says of them; hft_writer_finish() wants HFR_FF_DEPS
 * @err: gets the reason of a failure
 *
 * Return: 0 or -ENOMEM.
 */
int hft_writer_deps(struct hft_writer *w, const struct hft_dep_info *info,
		    struct hf_error *err);

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
 * hft_writer_read - reads back records that were added
 * @w: the writer
 * @first: index of the first
 * @recs: gets them, with what the writer computed
 * @n: how many
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int hft_writer_read(struct hft_writer *w, uint64_t first,
		    struct hfr_trace_rec *recs, size_t n,
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

/** hfr_flag_name - name of the flag HFR_RF_* of this bit ("fua"), or NULL */
const char *hfr_flag_name(unsigned int bit);

#endif /* HF_HFT_H */
