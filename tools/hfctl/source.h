/* SPDX-License-Identifier: GPL-2.0-only */
/* The trace that a command is given, in whatever format. */
#ifndef HFCTL_SOURCE_H
#define HFCTL_SOURCE_H

#include "args.h"
#include "hft.h"
#include "import.h"

#define OPTIONS_SOURCE							\
	{ "from", 'f', "FORMAT",						\
	  "Format of the trace; default: found from its content.", false }, \
	{ "device", 'd', "MAJOR,MINOR|NAME",				\
	  "Keep the requests of this device of the trace only.", false }, \
	{ "event", 'e', "issue|queue|any",					\
	  "Which events of an event trace become requests: those at the driver, or bios as they were queued; any (default) is issue if the trace has it.", \
	  false },							\
	{ "max-junk", 0, "N",						\
	  "Lines or records without sense that are skipped before the trace is refused; default 0.", \
	  false }

/**
 * struct source - a trace that was opened
 * @file: the trace
 * @name: of the input as it was given, for messages
 * @made: path of a file that hfctl made for it, or NULL; owned
 * @sum: what was converted
 * @converted: it was not an .hft file
 */
struct source {
	struct hft_file file;
	const char *name;
	char *made;
	struct import_summary sum;
	bool converted;
};

/**
 * source_open - opens the trace that the arguments name
 * @src: filled; close with source_close()
 * @args: files and OPTIONS_SOURCE
 * @keep: path for the .hft file if one must be made; NULL for none
 * @whole: refuse an input that is cut off
 * @err: on failure, a sentence
 *
 * Return: 0 or -errno; -EINVAL with a bad option.
 */
int source_open(struct source *src, const struct args *args,
		const char *keep, bool whole, struct hf_error *err);

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

/** source_close - forgets the trace; files that were made stay */
void source_close(struct source *src);

/** source_options_ok - checks OPTIONS_SOURCE; 0, or -EINVAL with a sentence */
int source_options_ok(const struct args *args, struct hf_error *err);

#endif /* HFCTL_SOURCE_H */
