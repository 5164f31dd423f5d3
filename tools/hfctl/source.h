/* SPDX-License-Identifier: GPL-2.0-only */
/* The trace that a command is given, in whatever format. */
#ifndef HFCTL_SOURCE_H
#define HFCTL_SOURCE_H

#include "args.h"
#include "hft.h"
#include "import.h"
#include "infer.h"
#include "shape.h"

#define OPTIONS_SOURCE	OPTIONS_SOURCE_SHAPED(OPTIONS_SHAPE)
/* The same with --trace-block, for a command that has a --block of its own. */
#define OPTIONS_SOURCE_TRACE	OPTIONS_SOURCE_SHAPED(OPTIONS_SHAPE_TRACE)

#define OPTIONS_SOURCE_SHAPED(...)					\
	{ "from", 'f', "FORMAT",						\
	  "Format of the trace; default: found from its content.", false }, \
	{ "columns", 0, "MAP",						\
	  "What the columns of a table hold (--from csv), as hfctl convert takes it.", false }, \
	{ "device", 'd', "MAJOR,MINOR|NAME",				\
	  "Keep the requests of this device of the trace only.", false }, \
	{ "event", 'e', "issue|queue|any",					\
	  "Which events of an event trace become requests: those at the driver, or bios as they were queued; any (default) is issue if the trace has it.", \
	  false },							\
	__VA_ARGS__,							\
	{ "max-junk", 0, "N",						\
	  "Lines or records without sense that are skipped before the trace is refused; default 0.", \
	  false }

#define OPTION_RANGE							\
	{ "range", 0, "FROM:TO",					\
	  "Take only the requests that the trace issues in this range of its time, as 10s:1m, :30 or 2h: (default unit: seconds). FROM becomes time 0.", \
	  false }

/**
 * struct source - a trace that was opened
 * @file: the trace
 * @name: of the input as it was given, for messages
 * @made: path of a file that hfctl made for it, or NULL; owned
 * @sum: what was converted
 * @converted: it was not an .hft file
 * @changed: it is not the trace that was given: a part of it, or one with
 *	other dependencies
 */
struct source {
	struct hft_file file;
	const char *name;
	char *made;
	struct import_summary sum;
	bool converted;
	bool changed;
};

/**
 * source_open - opens the trace that the arguments name
 * @src: filled; close with source_close()
 * @args: files, OPTIONS_SOURCE, and OPTION_RANGE if the command has it
 * @keep: path for the .hft file if one must be made; NULL for none
 * @whole: refuse an input that is cut off
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; -EINVAL with a bad option.
 */
int source_open(struct source *src, const struct args *args,
		const char *keep, bool whole, struct hf_error *err);

/**
 * source_open_one - opens one of several traces that the arguments name
 * @src: filled; close with source_close()
 * @args: files and OPTIONS_SOURCE
 * @n: which, from 0
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; -EINVAL with a bad option.
 */
int source_open_one(struct source *src, const struct args *args, int n,
		    struct hf_error *err);

/**
 * source_reads_only - replaces the trace by one that changes no device
 * @src: the trace
 * @keep: as for source_open(); it may be where @src was made
 * @left_out: gets the number of requests left out
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int source_reads_only(struct source *src, const char *keep,
		      uint64_t *left_out, struct hf_error *err);

/**
 * source_infer - replaces the trace by one with dependencies
 * @src: the trace
 * @keep: as for source_reads_only()
 * @opts: how to infer
 * @stats: figures, to be freed with free()
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int source_infer(struct source *src, const char *keep,
		 const struct infer_opts *opts, struct depstat **stats,
		 struct hf_error *err);

/**
 * source_infer_service - replaces the trace by one whose unknown completions
 * are guessed, see service.h
 * @src: the trace
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno.
 */
int source_infer_service(struct source *src, struct hf_error *err);

/**
 * source_output_ok - refuses an output in the place of an input
 * @args: has the inputs
 * @out: the output, NULL for none
 * @err: on failure, a sentence
 *
 * Return: 0 or -EEXIST.
 */
int source_output_ok(const struct args *args, const char *out,
		     struct hf_error *err);

/** source_close - forgets the trace; files that were made stay */
void source_close(struct source *src);

/** source_import_opts - what OPTIONS_SOURCE say of how to read; 0, or -EINVAL
 * with a sentence
 */
int source_import_opts(const struct args *args, struct import_opts *opts,
		       struct hf_error *err);

/** source_options_ok - checks the options of source_open(); 0, or -EINVAL with a sentence */
int source_options_ok(const struct args *args, struct hf_error *err);

#endif /* HFCTL_SOURCE_H */
