/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Formats that can be written are a table of const structs, writers[] in
 * writers.c. export.c projects each request onto what the format can hold; a
 * writer prints it.
 */
#ifndef HF_WRITER_H
#define HF_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/hfreplay.h>

#include "error.h"
#include "hft.h"
#include "outstream.h"
#include "projection.h"

struct export;

/**
 * struct writer - a format that can be written
 * @name: word for --to
 * @from: word for --from that reads it back
 * @about: a few words for --help
 * @remark: what the projection does not say, a sentence; NULL for nothing
 * @suffixes: ends of file names that choose it, separated by spaces; NULL for
 *	none
 * @text: it is text and may go to standard output
 * @holds: its projection
 * @columns: its projection depends on export_opts.columns; NULL if not.
 *	Changes @holds of the export. Returns 0 or -errno with a sentence
 * @state_size: bytes of state, zero at first
 * @begin: writes what stands in front of the requests; NULL for nothing.
 *	Returns 0 or -errno with a sentence, as the next ones
 * @request: writes a request that is projected, in the order of the trace
 * @end: writes what stands behind them; NULL for nothing
 * @free: frees what the state holds, whatever happened; NULL for nothing
 */
struct writer {
	const char *name;
	const char *from;
	const char *about;
	const char *remark;
	const char *suffixes;
	bool text;
	struct projection holds;
	int (*columns)(struct export *ex, struct hf_error *err);
	size_t state_size;
	int (*begin)(struct export *ex, struct hf_error *err);
	int (*request)(struct export *ex, const struct hfr_trace_rec *rec,
		       struct hf_error *err);
	int (*end)(struct export *ex, struct hf_error *err);
	void (*free)(struct export *ex);
};

/** writers - all, hft first; ends with NULL */
extern const struct writer *const writers[];

extern const struct writer writer_hft, writer_blkparse, writer_blkreplay,
	writer_blktrace, writer_csv, writer_disksim, writer_fio, writer_fio2, writer_hfplayer,
	writer_hfplayer_annot, writer_msr, writer_oracle, writer_spc,
	writer_vscsi, writer_vscsi2;

#define EXPORT_NOTES	8
#define EXPORT_NOTE	160

/**
 * struct export_summary - what became of a trace that was written
 * @writer: the format
 * @holds: its projection
 * @sum: its requests
 * @notes: sentences on the rest, without full stop; @nnotes of them
 */
struct export_summary {
	const struct writer *writer;
	struct projection holds;
	struct projected sum;
	char notes[EXPORT_NOTES][EXPORT_NOTE];
	unsigned int nnotes;
};

/**
 * struct export - a trace that is being written
 * @trace: the trace
 * @writer: the format
 * @holds: its projection
 * @columns: as in struct export_opts
 * @out: takes the bytes
 * @state: of the writer
 * @sum: what became of it
 */
struct export {
	const struct hft_file *trace;
	const struct writer *writer;
	struct projection holds;
	const char *columns;
	struct outstream *out;
	void *state;
	struct export_summary *sum;
};

/** export_note - adds a sentence to the summary, once; beyond the last, none */
void export_note(struct export *ex, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** export_wall_start - time of day of the start, ns since 1970; where it is not
 * known 2000-01-01, which is noted
 */
uint64_t export_wall_start(struct export *ex);

/**
 * struct export_opts - how to write a trace
 * @writer: the format
 * @path: of the output, "-" for standard output
 * @lossy: leave out requests that the format cannot hold
 * @columns: which columns a table has, NULL for the default of the writer
 * @stop: asked now and then; once it is true the export fails with -EINTR.
 *	NULL for none
 * @progress: called now and then with requests done and all; NULL for none
 */
struct export_opts {
	const struct writer *writer;
	const char *path;
	bool lossy;
	const char *columns;
	bool (*stop)(void);
	void (*progress)(uint64_t done, uint64_t all);
};

/**
 * export_check_columns - whether export_opts.columns can be written; says so
 *	before there is a trace
 * @opts: the writer and its columns
 * @err: on failure, a sentence
 *
 * Return: 0 or -EINVAL.
 */
int export_check_columns(const struct export_opts *opts, struct hf_error *err);

/**
 * export_survey - finds what becomes of a trace in a format
 * @trace: the trace
 * @opts: the format
 * @sum: filled
 * @err: on failure, a sentence
 *
 * Return: 0; -EINVAL if requests cannot be held and @opts->lossy does not leave
 *	them out, or devices or all requests cannot be held; or -errno.
 */
int export_survey(const struct hft_file *trace, const struct export_opts *opts,
		  struct export_summary *sum, struct hf_error *err);

/**
 * export_trace - writes a trace
 * @trace: the trace
 * @opts: how
 * @sum: filled
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; on failure there is no file.
 */
int export_trace(const struct hft_file *trace, const struct export_opts *opts,
		 struct export_summary *sum, struct hf_error *err);

/** writer_by_name - the writer, or NULL with a sentence that names all */
const struct writer *writer_by_name(const char *name, struct hf_error *err);

/**
 * writer_by_path - the writer that the end of a file's name chooses
 * @path: the name, with or without a suffix of compression
 * @err: says which formats share it, if several do
 *
 * Return: the writer, that of hft if the end says nothing; NULL if several
 *	writers share it.
 */
const struct writer *writer_by_path(const char *path, struct hf_error *err);

#endif /* HF_WRITER_H */
