/* SPDX-License-Identifier: GPL-2.0-only */
/* Any trace, of any format, as an .hft file. */
#ifndef HF_IMPORT_H
#define HF_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "hft.h"

struct json_t;

/**
 * enum import_level - which events of an event trace become requests
 * @IMPORT_LEVEL_ANY: driver if it is present, else queue
 * @IMPORT_LEVEL_ISSUE: issue and completion at the driver
 * @IMPORT_LEVEL_QUEUE: bios as queued, with the completion of their request
 */
enum import_level {
	IMPORT_LEVEL_ANY,
	IMPORT_LEVEL_ISSUE,
	IMPORT_LEVEL_QUEUE,
};

/**
 * struct import_opts - how to read a trace
 * @from: name of the format, NULL to look at the content
 * @columns: what the columns of a table hold (--columns); NULL for none
 * @level: which events count
 * @device: keep this device only: "MAJOR,MINOR" or a name as in the trace;
 *	NULL keeps all
 * @command: command line for the provenance, NULL for none
 * @progress: called now and then with bytes read and bytes in all (0 if not
 *	known); NULL for none
 * @stop: asked now and then; once it is true the import fails with -EINTR.
 *	NULL for none
 * @whole: refuse an input that is cut off
 * @unchecked: import_open() may leave the records of an .hft file to
 *	hft_check_next(); hft_file.checked says whether it did
 * @invert_rw: reads become writes and writes reads
 * @spread: requests that share a coarse stamp are spread over its tick
 * @block: bytes of the blocks that a format numbers (refs, oraclegeneral); 0
 *	is what is usual there
 * @keys: objects of a trace (oraclegeneral) are not numbers of blocks: each gets
 *	a place when it is first touched, a multiple of @block
 * @spacing_ns: time from one request to the next where a format has no times;
 *	0 is ORDINAL_SPACING
 * @names: device of each input, for formats that name devices after their
 *	files; NULL leaves it to them
 * @experiment: a JSON object about the trace for the provenance, or NULL
 * @dedup: requests that were seen at two devices of a stack count once
 * @max_junk: lines or records that may be skipped before it is an error
 */
struct import_opts {
	const char *from;
	const char *columns;
	enum import_level level;
	const char *device;
	const char *command;
	void (*progress)(uint64_t done, uint64_t all);
	bool (*stop)(void);
	bool whole;
	bool unchecked;
	bool invert_rw;
	bool spread;
	bool dedup;
	bool keys;
	uint64_t block;
	uint64_t spacing_ns;
	const char *const *names;
	struct json_t *experiment;
	uint64_t max_junk;
};

/**
 * struct import_summary - what was read, skipped and repaired
 * @format: name of the format that was read
 * @level: "driver" or "queue"
 * @records: requests in the output
 * @events: events or lines read
 * @junk: lines or records that made no sense
 * @first_junk: the first of them, with its place
 * @unsorted: requests that were not in the order of their issue times
 * @incomplete: requests without a completion in a trace that has completions;
 *	ends.h says what becomes of them
 * @unmatched: completions without a request
 * @filtered: requests of devices not wanted
 * @unsupported: requests that cannot be replayed (passthrough, zone commands)
 * @stacked: requests that were seen again at a device below; with
 *	import_opts.dedup they are not among @records
 * @lost: events the tracer says it lost
 * @widened: requests that were not of whole sectors
 * @cut: requests made where one crosses extents of a file that are apart
 * @shared: requests that have the stamp of the one before, where stamps are
 *	coarse (importer_resolution())
 * @resolution: tick of such stamps, ns; 0 where they are fine
 * @spread: these requests were spread over the tick
 * @dedup: as asked for
 * @cut_off: an input ends in the middle of a record
 * @cut_at: the first such, with the place
 */
struct import_summary {
	const char *format;
	const char *level;
	uint64_t records;
	uint64_t events;
	uint64_t junk;
	char first_junk[256];
	uint64_t unsorted;
	uint64_t incomplete;
	uint64_t unmatched;
	uint64_t filtered;
	uint64_t unsupported;
	uint64_t stacked;
	uint64_t lost;
	uint64_t widened;
	uint64_t cut;
	uint64_t shared;
	uint64_t resolution;
	bool spread;
	bool dedup;
	bool cut_off;
	char cut_at[256];
};

/**
 * import_trace - reads a trace of any format into an .hft file
 * @paths: input files of one trace (several: per-CPU files), "-" is stdin
 * @npaths: how many
 * @out: path of the .hft file; NULL for a file without a name
 * @opts: how
 * @file: if not NULL, filled with the finished file; close with hft_close()
 * @sum: if not NULL, filled
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; on failure there is no output file.
 */
int import_trace(const char *const *paths, int npaths, const char *out,
		 const struct import_opts *opts, struct hft_file *file,
		 struct import_summary *sum, struct hf_error *err);

/**
 * import_open - opens a trace of any format for use
 * @paths: as for import_trace()
 * @npaths: how many
 * @opts: how
 * @file: filled: the .hft file itself if @opts change nothing of it, else a
 *	nameless conversion of the input
 * @sum: if not NULL, filled; format is "hft" when nothing was converted
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int import_open(const char *const *paths, int npaths,
		const struct import_opts *opts, struct hft_file *file,
		struct import_summary *sum, struct hf_error *err);

/** import_takes_as_it_is - whether import_open() opens the .hft file itself and
 * converts nothing; parameters are as for that
 */
bool import_takes_as_it_is(const char *const *paths, int npaths,
			   const struct import_opts *opts);

/**
 * import_check_opts - whether there is the format, and the map of the columns
 *	can be used
 * @opts: how a trace is to be read; where columns are given, from becomes csv
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int import_check_opts(struct import_opts *opts, struct hf_error *err);

/**
 * import_sniff - says which format a file has
 * @path: the file
 * @name: gets the name of the format; NULL for an empty file and for one that
 *	is of none
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno if it cannot be read.
 */
int import_sniff(const char *path, const char **name, struct hf_error *err);

/** import_is_hft - whether a file is an .hft file as it stands: no pipe, and not
 * compressed
 */
bool import_is_hft(const char *path);

/** import_format_name - name of the Nth format that can be read, or NULL */
const char *import_format_name(unsigned int n);

#endif /* HF_IMPORT_H */
