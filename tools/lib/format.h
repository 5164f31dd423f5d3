/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formats of traces are a table of const structs, formats[] in formats.c. A
 * format turns its inputs into requests and gives each to the importer, which
 * filters, sorts, moves the start to 0 and writes.
 */
#ifndef HF_FORMAT_H
#define HF_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"
#include "import.h"
#include "input.h"

struct importer;

/**
 * struct format - a format that can be read
 * @name: word for --from
 * @about: a few words for --help
 * @sniff: whether the first bytes of a file look like this format; @len is at
 *	most 64 KiB and less only for a shorter file. Formats are asked in the
 *	order of the table, the strictest first
 * @read: reads all inputs of one trace to their ends. Returns 0 or -errno
 *	with a sentence in @err
 */
struct format {
	const char *name;
	const char *about;
	bool (*sniff)(const uint8_t *head, size_t len);
	int (*read)(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err);
};

extern const struct format format_hft, format_blktrace, format_blkparse,
	format_ftrace, format_hfplayer, format_msr, format_fio;

/** formats - every format, in the order of sniffing; ends with NULL */
extern const struct format *const formats[];

/** importer_opts - what the user asked for */
const struct import_opts *importer_opts(const struct importer *imp);
/** importer_sum - counters that a format keeps itself: events, unmatched,
 * incomplete, lost, level
 */
struct import_summary *importer_sum(struct importer *imp);

/**
 * importer_device - finds or adds a device of the trace
 * @imp: the importer
 * @name: its name in the trace
 * @major: device number or 0
 * @minor: device number or 0
 * @err: on failure, a sentence
 *
 * Return: a target index for importer_request(), or -errno. A device that
 * import_opts.device excludes gets an index too; its requests are counted as
 * filtered.
 */
int importer_device(struct importer *imp, const char *name, uint32_t major,
		    uint32_t minor, struct hf_error *err);

/** importer_geometry - states size and logical block of a device, 0 unknown */
void importer_geometry(struct importer *imp, int target, uint64_t size,
		       uint32_t logical_block);

/**
 * importer_wall_clock - states that trace time @trace_ns was CLOCK_REALTIME
 *	@wall_ns
 */
void importer_wall_clock(struct importer *imp, uint64_t trace_ns,
			 uint64_t wall_ns);

/** importer_until - states that the trace goes on to @ns at least */
void importer_until(struct importer *imp, uint64_t ns);

/**
 * importer_request - takes a request
 * @imp: the importer
 * @rec: the request; times are on any clock (the importer makes the earliest
 *	issue time 0), complete_ns may be HFR_UNKNOWN (see ends.h for what
 *	becomes of it); in any order; target is
 *	from importer_device(); in_flight 0
 * @in: where it stands, for messages
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int importer_request(struct importer *imp, const struct hfr_trace_rec *rec,
		     const struct input *in, struct hf_error *err);

/**
 * importer_junk - counts a line or record that makes no sense
 * @imp: the importer
 * @in: where it stands
 * @err: on failure, a sentence
 * @fmt: what is wrong with it
 *
 * Return: 0 while import_opts.max_junk allows, then -EINVAL.
 */
int importer_junk(struct importer *imp, const struct input *in,
		  struct hf_error *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** importer_cut_off - states that an input ends in the middle of a record */
void importer_cut_off(struct importer *imp, const struct input *in);

/** importer_unsupported - counts a request that cannot be replayed */
void importer_unsupported(struct importer *imp, int target);

/**
 * importer_progress - called by formats every few thousand records
 * @imp: the importer
 * @ins: the inputs
 * @nins: how many
 * @err: on failure, a sentence
 *
 * Return: 0, or -EINTR when the user wants no more of it.
 */
int importer_progress(struct importer *imp, struct input *const *ins,
		      int nins, struct hf_error *err);

#endif /* HF_FORMAT_H */
