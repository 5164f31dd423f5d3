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
 * @ask: NULL, or: what the first bytes may be if this format or one of its
 *	kin, which only --from can tell apart: a part of a sentence, or NULL
 * @read: reads all inputs of one trace to their ends. Returns 0 or -errno
 *	with a sentence in @err
 */
struct format {
	const char *name;
	const char *about;
	bool (*sniff)(const uint8_t *head, size_t len);
	const char *(*ask)(const uint8_t *head, size_t len);
	int (*read)(struct input *const *ins, int nins, struct importer *imp,
		    struct hf_error *err);
};

extern const struct format format_agios, format_alibaba, format_biosnoop,
	format_blkparse, format_blkreplay, format_blktrace, format_btrecord,
	format_csv, format_disksim, format_dmlog, format_fio, format_fiu,
	format_ftrace, format_hfplayer, format_hft, format_k5cloud,
	format_mqsim, format_msr, format_oracle, format_pvfs, format_refs,
	format_replayer, format_spc, format_systor, format_tencent,
	format_thesios, format_vscsi;

/** formats - every format, in the order of sniffing; ends with NULL */
extern const struct format *const formats[];

/** importer_opts - what the user asked for */
const struct import_opts *importer_opts(const struct importer *imp);
/** importer_sum - counters that a format keeps itself: events, unmatched,
 * lost, level; incomplete if it does not call importer_completions()
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

/**
 * importer_file_device - finds or adds the device of a file, for formats that
 *	do not name it
 * @imp: the importer
 * @name: what the file is called
 * @origin: its path, the same for all files of one device
 * @err: on failure, a sentence
 *
 * Where files of that name are in several folders, those that come later have
 * devices called as @origin.
 *
 * Return: as importer_device().
 */
int importer_file_device(struct importer *imp, const char *name,
			 const char *origin, struct hf_error *err);

/** importer_geometry - states size and logical block of a device, 0 unknown */
void importer_geometry(struct importer *imp, int target, uint64_t size,
		       uint32_t logical_block);

/**
 * importer_keep - a device is a target of the output even without requests
 * @imp: the importer
 * @target: its index
 *
 * With import_opts.dedup it is not: a device all of whose requests were seen
 * again below is not to be replayed.
 */
void importer_keep(struct importer *imp, int target);

/**
 * importer_wall_clock - states that trace time @trace_ns was CLOCK_REALTIME
 *	@wall_ns
 */
void importer_wall_clock(struct importer *imp, uint64_t trace_ns,
			 uint64_t wall_ns);

/** importer_device_name - name of the device with a target index */
const char *importer_device_name(const struct importer *imp, int target);

/**
 * importer_note - puts something about the trace into the provenance
 * @imp: the importer
 * @key: name of the member
 * @value: what it is; the importer's from now on
 */
void importer_note(struct importer *imp, const char *key,
		   struct json_t *value);

/** importer_until - states that the trace goes on to @ns at least */
void importer_until(struct importer *imp, uint64_t ns);

/**
 * importer_request - takes a request
 * @imp: the importer
 * @rec: the request; times are on any clock (the importer makes the earliest
 *	issue time 0), complete_ns may be HFR_UNKNOWN (see ends.h for what
 *	becomes of it); in any order; target is
 *	from importer_device(); in_flight 0; import_opts.invert_rw is the
 *	importer's affair
 * @in: where it stands, for messages
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int importer_request(struct importer *imp, const struct hfr_trace_rec *rec,
		     const struct input *in, struct hf_error *err);

/**
 * importer_wants - looks at a request that is to be taken in pieces
 * @imp: the importer
 * @rec: as for importer_request(), but it need not be of whole sectors; its
 *	offset may be one in a file
 * @in: where it stands, for messages
 * @err: on failure, a sentence
 *
 * Return: 1 if its pieces are to be given to importer_request(); 0 if it is
 * not wanted or makes no sense, and is counted, once; or -errno.
 */
int importer_wants(struct importer *imp, const struct hfr_trace_rec *rec,
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

/**
 * importer_remaps - states that the format says itself which requests go on to
 *	another device, so that import_opts.dedup is its affair
 */
void importer_remaps(struct importer *imp);

/**
 * importer_made_up - states that the trace has no times: those that it gets
 *	tell nothing, and import_opts.dedup is refused
 */
void importer_made_up(struct importer *imp);

/** importer_has_keys - states that import_opts.keys is heeded; else it is
 * refused
 */
void importer_has_keys(struct importer *imp);

/**
 * importer_completions - states that the trace says when requests end: of those
 *	that are taken, the ones without an end count as incomplete
 */
void importer_completions(struct importer *imp);

/**
 * importer_resolution - states how fine the stamps of the trace are
 * @imp: the importer
 * @ns: the tick of its clock, as 1000000000 for whole seconds
 *
 * For formats whose stamps are so coarse that many requests share one. With
 * import_opts.spread the requests of a stamp are spread evenly over its tick,
 * in the order in which they came; without it the summary says how many share
 * theirs. With it, to be called before the first request; of several calls the
 * largest tick counts.
 */
void importer_resolution(struct importer *imp, uint64_t ns);

/**
 * importer_widen - makes a request one of whole sectors
 * @imp: the importer
 * @rec: offset and length in bytes; widened to multiples of 512
 *
 * For traces of files. A request that changes is counted as widened.
 */
void importer_widen(struct importer *imp, struct hfr_trace_rec *rec);

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
